/* SPDX-License-Identifier: MIT */
/*
 * jsmn finds where strings and primitives begin and end, and keeps the tree of open containers. It
 * is lenient about what stands between them, so the bytes between tokens are walked here against
 * the grammar, token by token, and handed on as events on the way.
 *
 * jsmn scans an unfinished token anew whenever it is called again. So it is shown the text in small
 * steps, and when a step ends inside a value's string, all that is there of the string is unescaped
 * and handed on as a fragment; then the string is opened again in the window, by a quote where its
 * last handed-on byte stood. jsmn never sees the inside of a long string.
 */
#include <pgtask/json.h>

#include <string.h>

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "json_text.h"

typedef char token_room_is_enough[sizeof(struct pgtask_json_token) == sizeof(jsmntok_t) ? 1 : -1];

/* Bytes that jsmn is shown at once: fewer mean more calls, more mean more of strings scanned twice.
 */
enum { STEP_BYTES = 64 };

static jsmntok_t *tokens_of(struct pgtask_json const *json)
{
    return (jsmntok_t *)json->tokens;
}

void pgtask_json_start(struct pgtask_json *json, char *window, size_t window_bytes,
                       struct pgtask_json_token *tokens, size_t token_capacity)
{
    memset(json, 0, sizeof *json);
    /* Unescaping reads and writes whole words. */
    memset(window, 0, window_bytes);
    json->window = window + PGTASK_JSON_SPARE;
    json->tokens = tokens;
    json->capacity = (uint32_t)(window_bytes - 2 * PGTASK_JSON_SPARE);
    json->token_capacity = (uint32_t)token_capacity;
    json->open = -1;
    json->jsmn_toksuper = -1;
}

uint64_t pgtask_json_offset(struct pgtask_json const *json)
{
    return json->dropped + json->at;
}

static enum pgtask_error fail(struct pgtask_json *json, enum pgtask_error error, size_t at)
{
    json->error = error;
    json->at = (uint32_t)at;
    return error;
}

/* Lets jsmn go on with the first `shown` bytes of the window. */
static void parse(struct pgtask_json *json, uint32_t shown)
{
    jsmn_parser parser = {
        .pos = json->parsed, .toknext = json->jsmn_toknext, .toksuper = json->jsmn_toksuper};

    json->shown = shown;
    json->jsmn_result =
        jsmn_parse(&parser, json->window, shown, tokens_of(json), json->token_capacity);
    json->parsed = parser.pos;
    json->jsmn_toknext = parser.toknext;
    json->jsmn_toksuper = parser.toksuper;
}

/*
 * Drops every token but those of open containers, the keys they are values of, and a key still
 * waiting for its colon. The chain of parents is turned around first, so that it can be walked from
 * the outside in without other memory.
 */
static void drop_tokens(struct pgtask_json *json)
{
    jsmntok_t *const tokens = tokens_of(json);
    int outer = -1;
    int kept = 0;

    for (int up = json->jsmn_toksuper; up >= 0;) {
        int const parent = tokens[up].parent;

        tokens[up].parent = outer;
        outer = up;
        up = parent;
    }
    while (outer >= 0) {
        int const inner = tokens[outer].parent;

        tokens[kept] = tokens[outer];
        tokens[kept].parent = kept - 1;
        kept++;
        outer = inner;
    }
    json->jsmn_toksuper = kept - 1;
    json->open = kept - 1;
    if (kept > 0 && tokens[kept - 1].type == JSMN_STRING) {
        json->open--;
    }
    if (json->expect == PGTASK_JSON_EXPECT_COLON) {
        tokens[kept] = tokens[json->jsmn_toknext - 1];
        tokens[kept].parent = kept - 1;
        kept++;
    }
    json->jsmn_toknext = (uint32_t)kept;
    json->token_next = kept;
}

static void drop_bytes(struct pgtask_json *json)
{
    if (json->at > 0) {
        memmove(json->window, json->window + json->at, json->length - json->at);
        json->dropped += json->at;
        json->length -= json->at;
        json->shown -= json->at;
        json->parsed = 0;
        json->at = 0;
    }
}

size_t pgtask_json_feed(struct pgtask_json *json, char const *bytes, size_t length)
{
    char const *nul;
    size_t taken;

    if (json->error != PGTASK_OK || json->nul || json->finished || length == 0) {
        return length;
    }
    drop_bytes(json);
    if (json->jsmn_toknext > json->token_capacity / 2) {
        drop_tokens(json);
    }
    taken = json->capacity - json->length < length ? json->capacity - json->length : length;
    nul = memchr(bytes, 0, taken);
    json->nul = nul != NULL;
    memcpy(json->window + json->length, bytes, nul != NULL ? (size_t)(nul - bytes) : taken);
    json->length += (uint32_t)(nul != NULL ? (size_t)(nul - bytes) : taken);
    return taken;
}

void pgtask_json_finish(struct pgtask_json *json)
{
    drop_bytes(json);
    if (json->length == 0 || json->window[0] != '"') {
        /* In strict mode jsmn ends a number at the byte that follows it. */
        (void)pgtask_json_feed(json, " ", 1);
    }
    json->finished = true;
}

static bool wants_key(struct pgtask_json const *json)
{
    return json->expect == PGTASK_JSON_EXPECT_KEY || json->expect == PGTASK_JSON_EXPECT_KEY_OR_END;
}

static bool wants_value(struct pgtask_json const *json)
{
    return json->expect == PGTASK_JSON_EXPECT_VALUE ||
           json->expect == PGTASK_JSON_EXPECT_VALUE_OR_END;
}

/* After a comma in the innermost container. */
static enum pgtask_json_expect next_member(struct pgtask_json const *json)
{
    return tokens_of(json)[json->open].type == JSMN_OBJECT ? PGTASK_JSON_EXPECT_KEY
                                                           : PGTASK_JSON_EXPECT_VALUE;
}

/* The usual byte after a key or value is taken at once, which spares a turn of the loop. */
static bool took(struct pgtask_json *json, char byte)
{
    if (json->at < json->parsed && json->window[json->at] == byte) {
        json->at++;
        return true;
    }
    return false;
}

static void key_ended(struct pgtask_json *json)
{
    json->expect = took(json, ':') ? PGTASK_JSON_EXPECT_VALUE : PGTASK_JSON_EXPECT_COLON;
}

static void value_ended(struct pgtask_json *json)
{
    if (json->open < 0) {
        json->expect = PGTASK_JSON_EXPECT_NOTHING;
    } else {
        json->expect = took(json, ',') ? next_member(json) : PGTASK_JSON_EXPECT_COMMA_OR_END;
    }
}

static enum pgtask_error begin(struct pgtask_json *json, struct pgtask_json_event *event)
{
    bool const object = json->window[json->at] == '{';

    if (!wants_value(json)) {
        return fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    json->open = json->token_next++;
    json->at++;
    json->expect = object ? PGTASK_JSON_EXPECT_KEY_OR_END : PGTASK_JSON_EXPECT_VALUE_OR_END;
    event->type = object ? PGTASK_JSON_BEGIN_OBJECT : PGTASK_JSON_BEGIN_ARRAY;
    return PGTASK_OK;
}

static enum pgtask_error end(struct pgtask_json *json, struct pgtask_json_event *event)
{
    jsmntok_t const *const tokens = tokens_of(json);
    bool const object = json->window[json->at] == '}';
    enum pgtask_json_expect const empty =
        object ? PGTASK_JSON_EXPECT_KEY_OR_END : PGTASK_JSON_EXPECT_VALUE_OR_END;

    /* That the bracket fits its container was checked by jsmn. */
    if (json->expect != PGTASK_JSON_EXPECT_COMMA_OR_END && json->expect != empty) {
        return fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    json->open = tokens[json->open].parent;
    if (json->open >= 0 && tokens[json->open].type == JSMN_STRING) {
        json->open = tokens[json->open].parent;
    }
    json->at++;
    value_ended(json);
    event->type = object ? PGTASK_JSON_END_OBJECT : PGTASK_JSON_END_ARRAY;
    return PGTASK_OK;
}

static enum pgtask_error unescape(struct pgtask_json *json, size_t length,
                                  struct pgtask_json_event *event)
{
    char *const text = json->window + json->at + 1;
    struct pgtask_json_unescaped result;

    if (pgtask_json_is_plain(text, length)) {
        event->text = text;
        event->length = length;
        event->has_nul = false;
        return PGTASK_OK;
    }
    result = pgtask_json_unescape(text, length);
    if (result.bad || result.taken != length) {
        return fail(json, PGTASK_ERROR_JSON_STRING, json->at + 1 + result.taken);
    }
    event->text = result.text;
    event->length = result.length;
    event->has_nul = result.has_nul;
    return PGTASK_OK;
}

static enum pgtask_error string(struct pgtask_json *json, struct pgtask_json_event *event)
{
    bool const key = wants_key(json);
    uint32_t const end = (uint32_t)tokens_of(json)[json->token_next].end;

    if (!key && !wants_value(json)) {
        return fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    if (unescape(json, end - json->at - 1, event) != PGTASK_OK) {
        return json->error;
    }
    json->token_next++;
    json->at = end + 1;
    event->type = key ? PGTASK_JSON_KEY : PGTASK_JSON_STRING;
    event->more = false;
    if (key) {
        key_ended(json);
    } else {
        value_ended(json);
    }
    return PGTASK_OK;
}

static bool is_literal(char const *text, size_t length, char const *literal)
{
    return length == strlen(literal) && memcmp(text, literal, length) == 0;
}

static enum pgtask_error primitive(struct pgtask_json *json, struct pgtask_json_event *event)
{
    jsmntok_t const *const token = &tokens_of(json)[json->token_next];
    char const *const text = json->window + json->at;
    size_t const length = (size_t)token->end - json->at;

    if (!wants_value(json)) {
        return fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    if (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) {
        event->type = PGTASK_JSON_NUMBER;
        if (!pgtask_json_is_number(text, length)) {
            return fail(json, PGTASK_ERROR_JSON_NUMBER, json->at);
        }
    } else if (is_literal(text, length, "true")) {
        event->type = PGTASK_JSON_TRUE;
    } else if (is_literal(text, length, "false")) {
        event->type = PGTASK_JSON_FALSE;
    } else if (is_literal(text, length, "null")) {
        event->type = PGTASK_JSON_NULL;
    } else {
        return fail(json, PGTASK_ERROR_JSON_NUMBER, json->at);
    }
    json->token_next++;
    json->at = (uint32_t)token->end;
    event->text = text;
    event->length = length;
    value_ended(json);
    return PGTASK_OK;
}

static enum pgtask_error comma(struct pgtask_json *json)
{
    if (json->expect != PGTASK_JSON_EXPECT_COMMA_OR_END) {
        return fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    json->expect = next_member(json);
    json->at++;
    return PGTASK_OK;
}

static enum pgtask_error colon(struct pgtask_json *json)
{
    if (json->expect != PGTASK_JSON_EXPECT_COLON) {
        return fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    json->expect = PGTASK_JSON_EXPECT_VALUE;
    json->at++;
    return PGTASK_OK;
}

/* jsmn was shown a string in part: hands on all that is there of it, if it may. */
static enum pgtask_error unfinished_string(struct pgtask_json *json,
                                           struct pgtask_json_event *event)
{
    bool const key = wants_key(json);
    bool const all_shown = json->shown == json->length;
    bool const last = all_shown && (json->nul || json->finished);
    bool const whole_window = all_shown && json->at == 0 && json->length == json->capacity;
    bool const bad = json->jsmn_result == JSMN_ERROR_INVAL;
    struct pgtask_json_unescaped result;

    if (!key && !wants_value(json)) {
        return fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    if (key && !last && !whole_window && !bad) {
        return PGTASK_MORE;
    }
    result = pgtask_json_unescape(json->window + json->at + 1, json->length - json->at - 1);
    if (result.bad || bad) {
        return fail(json, PGTASK_ERROR_JSON_STRING, json->at + 1 + result.taken);
    }
    if (!result.ended && json->nul) {
        return fail(json, PGTASK_ERROR_JSON_STRING, json->length);
    }
    if (!result.ended && json->finished) {
        return fail(json, PGTASK_ERROR_JSON_TRUNCATED, json->length);
    }
    if (result.length == 0) {
        json->window[json->at] = '"'; /* unescaping has moved a word onto it */
        return PGTASK_MORE;
    }
    event->type = key ? PGTASK_JSON_KEY : PGTASK_JSON_STRING;
    event->more = true;
    event->text = result.text;
    event->length = result.length;
    event->has_nul = result.has_nul;
    json->at += (uint32_t)result.taken;
    json->parsed = json->at;
    /* Only for its end has jsmn to look at the string again. */
    json->shown = result.ended ? json->at : json->length;
    json->reopen = true;
    return PGTASK_OK;
}

/* jsmn was shown all there is. */
static enum pgtask_error at_end_of_window(struct pgtask_json *json)
{
    if (json->nul) {
        return fail(json, PGTASK_ERROR_JSON_SYNTAX, json->length);
    }
    if (json->at == 0 && json->length == json->capacity) {
        return fail(json, PGTASK_ERROR_JSON_LENGTH, 0);
    }
    if (!json->finished) {
        return PGTASK_MORE;
    }
    return json->expect == PGTASK_JSON_EXPECT_NOTHING
               ? PGTASK_DONE
               : fail(json, PGTASK_ERROR_JSON_TRUNCATED, json->length - 1);
}

/*
 * All tokens that jsmn has found were handed on: lets it find more.
 * @return true if it was shown more; false: `answer` is what to tell the caller
 */
static bool find_tokens(struct pgtask_json *json, struct pgtask_json_event *event,
                        enum pgtask_error *answer)
{
    bool const stuck = json->at < json->shown;
    uint32_t const kept = json->jsmn_toknext;
    enum pgtask_error error = PGTASK_MORE;

    if (stuck && json->jsmn_result == JSMN_ERROR_NOMEM) {
        drop_tokens(json);
        if (json->jsmn_toknext == kept) {
            *answer = fail(json, PGTASK_ERROR_JSON_DEPTH, json->at);
            return false;
        }
        parse(json, json->shown);
        return true;
    }
    if (stuck && json->window[json->at] == '"') {
        error = unfinished_string(json, event);
    } else if (stuck && json->jsmn_result == JSMN_ERROR_INVAL) {
        error = fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    if (error == PGTASK_MORE && json->shown == json->length) {
        error = at_end_of_window(json);
        *answer = error;
        return false;
    }
    if (error != PGTASK_MORE) {
        *answer = error;
        return false;
    }
    parse(json, json->length - json->shown < STEP_BYTES ? json->length : json->shown + STEP_BYTES);
    return true;
}

enum pgtask_error pgtask_json_next(struct pgtask_json *json, struct pgtask_json_event *event)
{
    enum pgtask_error error = json->error;

    if (json->reopen) {
        json->window[json->at] = '"';
        json->reopen = false;
    }
    while (error == PGTASK_OK) {
        if (json->at == json->parsed) {
            if (!find_tokens(json, event, &error)) {
                return error;
            }
            continue;
        }
        switch (json->window[json->at]) {
        case ' ':
        case '\t':
        case '\n':
        case '\r': json->at++; break;
        case ',': error = comma(json); break;
        case ':': error = colon(json); break;
        case '{':
        case '[': return begin(json, event);
        case '}':
        case ']': return end(json, event);
        case '"': return string(json, event);
        default: return primitive(json, event);
        }
    }
    return error;
}
