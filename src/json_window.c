/* SPDX-License-Identifier: MIT */
/*
 * jsmn scans an unfinished token anew whenever it is called again. So it is shown the text in small
 * steps, and when a step ends inside a value's string, all that is there of the string is unescaped
 * and handed on as a fragment; then the string is opened again in the window, by a quote where its
 * last handed-on byte stood. jsmn never sees the inside of a long string.
 */
#define PGTASK_JSON_RUNS_JSMN
#include "json_window.h"

#include <string.h>

#include "json_text.h"

typedef char token_room_is_enough[sizeof(struct pgtask_json_token) == sizeof(jsmntok_t) ? 1 : -1];

/* Bytes that jsmn is shown at once: fewer mean more calls, more mean more of strings scanned twice.
 */
enum { STEP_BYTES = 64 };

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
    json->open = -1;
    json->expect = PGTASK_JSON_EXPECT_VALUE;
}

uint64_t pgtask_json_offset(struct pgtask_json const *json)
{
    return json->dropped + json->at;
}

/* Lets jsmn go on with the first `shown` bytes of the window. */
static void parse(struct pgtask_json *json, uint32_t shown)
{
    jsmn_parser parser = {
        .pos = json->parsed, .toknext = json->jsmn_toknext, .toksuper = json->jsmn_toksuper};

    json->shown = shown;
    json->jsmn_result =
        jsmn_parse(&parser, json->window, shown, pgtask_json_tokens(json), json->token_capacity);
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
    jsmntok_t *const tokens = pgtask_json_tokens(json);
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

/* Whether all tokens are taken by open containers, so that a string's end could not be noted. */
static bool has_no_token_left(struct pgtask_json *json)
{
    if (json->jsmn_toknext == json->token_capacity) {
        drop_tokens(json);
    }
    return json->jsmn_toknext == json->token_capacity;
}

/* jsmn was shown a string in part: hands on all that is there of it, if it may. */
static enum pgtask_error unfinished_string(struct pgtask_json *json,
                                           struct pgtask_json_event *event)
{
    bool const key = pgtask_json_wants(json, PGTASK_JSON_EXPECT_KEY);
    bool const all_shown = json->shown == json->length;
    bool const last = all_shown && (json->nul || json->finished);
    bool const whole_window = all_shown && json->at == 0 && json->length == json->capacity;
    bool const bad = json->jsmn_result == JSMN_ERROR_INVAL;
    struct pgtask_json_unescaped result;

    if (!key && !pgtask_json_wants(json, PGTASK_JSON_EXPECT_VALUE)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    if (has_no_token_left(json)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_DEPTH, json->at);
    }
    if (key && !last && !whole_window && !bad) {
        return PGTASK_MORE;
    }
    result = pgtask_json_unescape(json->window + json->at + 1, json->length - json->at - 1);
    if (result.bad || bad) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_STRING, json->at + 1 + result.taken);
    }
    if (!result.ended && json->nul) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_STRING, json->length);
    }
    if (!result.ended && json->finished) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_TRUNCATED, json->length);
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
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->length);
    }
    if (json->at == 0 && json->length == json->capacity) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_LENGTH, 0);
    }
    if (!json->finished) {
        return PGTASK_MORE;
    }
    return json->expect == PGTASK_JSON_EXPECT_NOTHING
               ? PGTASK_DONE
               : pgtask_json_fail(json, PGTASK_ERROR_JSON_TRUNCATED, json->length - 1);
}

bool pgtask_json_find_tokens(struct pgtask_json *json, struct pgtask_json_event *event,
                             enum pgtask_error *answer)
{
    bool const stuck = json->at < json->shown;
    uint32_t const kept = json->jsmn_toknext;
    enum pgtask_error error = PGTASK_MORE;

    if (stuck && json->jsmn_result == JSMN_ERROR_NOMEM) {
        drop_tokens(json);
        if (json->jsmn_toknext == kept) {
            *answer = pgtask_json_fail(json, PGTASK_ERROR_JSON_DEPTH, json->at);
            return false;
        }
        parse(json, json->shown);
        return true;
    }
    if (stuck && json->window[json->at] == '"') {
        error = unfinished_string(json, event);
    } else if (stuck && json->jsmn_result == JSMN_ERROR_INVAL) {
        error = pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
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
