/* SPDX-License-Identifier: MIT */
/*
 * jsmn never sees the inside of a string: it scans byte by byte, and an unfinished string anew each
 * time it is called. It is shown the text up to an opening quote; the contents are unescaped and
 * handed on, in fragments where the window ends; and once they have ended, jsmn goes on at an empty
 * string in their place, whose first quote overwrites the last byte handed on.
 */
#define PGTASK_JSON_RUNS_JSMN
#include "json_window.h"

#include <string.h>

#include "json_text.h"

typedef char token_room_is_enough[sizeof(struct pgtask_json_token) == sizeof(jsmntok_t) ? 1 : -1];

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
    json->expect = PGTASK_JSON_EXPECT_VALUE;
}

uint64_t pgtask_json_offset(struct pgtask_json const *json)
{
    return json->dropped + json->at + json->quote;
}

/*
 * Of the tokens that were handed on, jsmn needs those of open containers and the keys they are
 * values of, and a key still waiting for its colon. They stand side by side, the innermost last: it
 * is shown no container together with an earlier element.
 */
static uint32_t needed_tokens(struct pgtask_json const *json)
{
    return (uint32_t)(json->jsmn_toksuper + 1) + (json->expect == PGTASK_JSON_EXPECT_COLON ? 1 : 0);
}

/* Lets jsmn go on from `parsed`, after all before it was handed on, to the next quote or comma. */
static void parse(struct pgtask_json *json)
{
    jsmn_parser parser = {
        .pos = json->parsed, .toknext = needed_tokens(json), .toksuper = json->jsmn_toksuper};
    uint32_t shown = json->at;

    while (shown < json->length && json->window[shown] != '"') {
        if (json->window[shown++] == ',') {
            break;
        }
    }
    json->token_next = (int32_t)parser.toknext;
    json->shown = shown;
    json->jsmn_result =
        jsmn_parse(&parser, json->window, shown, pgtask_json_tokens(json), json->token_capacity);
    json->parsed = parser.pos;
    json->jsmn_toksuper = parser.toksuper;
}

void pgtask_json_put_quotes(struct pgtask_json *json)
{
    json->window[json->at] = '"';
    if (json->quote == PGTASK_JSON_QUOTE_BOTH) {
        json->at += 2;
        parse(json);
        json->token_next++;
    }
    json->quote = PGTASK_JSON_QUOTE_NONE;
}

static void drop_bytes(struct pgtask_json *json)
{
    if (json->at > 0) {
        memmove(json->window, json->window + json->at, json->length - json->at);
        json->dropped += json->at;
        json->length -= json->at;
        json->parsed = 0;
        json->at = 0;
    }
}

size_t pgtask_json_feed(struct pgtask_json *json, char const *bytes, size_t length)
{
    size_t taken;

    if (json->error != PGTASK_OK || json->finished || length == 0) {
        return length;
    }
    drop_bytes(json);
    taken = json->capacity - json->length < length ? json->capacity - json->length : length;
    memcpy(json->window + json->length, bytes, taken);
    json->length += (uint32_t)taken;
    json->shown = 0;
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

/* Hands on what is there of a string that has escapes, or other than ASCII, or no end. */
static enum pgtask_error string_piece(struct pgtask_json *json, struct pgtask_json_event *event)
{
    char *const text = json->window + json->at + 1;
    size_t const length = json->length - json->at - 1;
    bool const whole_window = json->at == 0 && json->length == json->capacity;
    struct pgtask_json_unescaped result;

    if (pgtask_json_wants(json, PGTASK_JSON_EXPECT_KEY) && !whole_window && !json->finished &&
        !pgtask_json_has_end(text, length)) {
        return PGTASK_MORE;
    }
    result = pgtask_json_unescape(text, length);
    if (result.bad) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_STRING, json->at + 1 + result.taken);
    }
    if (!result.ended && json->finished) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_TRUNCATED, json->length);
    }
    if (!result.ended && result.length == 0) {
        json->window[json->at] = '"'; /* unescaping has moved a word onto it */
        return PGTASK_MORE;
    }
    event->more = !result.ended;
    event->text = result.text;
    event->length = result.length;
    event->has_nul = result.has_nul;
    json->at += (uint32_t)result.taken;
    json->quote = result.ended ? PGTASK_JSON_QUOTE_BOTH : PGTASK_JSON_QUOTE_OPEN;
    return PGTASK_OK;
}

enum pgtask_error pgtask_json_string(struct pgtask_json *json, struct pgtask_json_event *event)
{
    bool const key = pgtask_json_wants(json, PGTASK_JSON_EXPECT_KEY);
    char const *const text = json->window + json->at + 1;
    size_t const length = json->length - json->at - 1;
    size_t const plain = pgtask_json_plain(text, length);
    enum pgtask_error error = PGTASK_OK;

    if (!key && !pgtask_json_wants(json, PGTASK_JSON_EXPECT_VALUE)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    if (needed_tokens(json) == json->token_capacity) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_DEPTH, json->at);
    }
    event->type = key ? PGTASK_JSON_KEY : PGTASK_JSON_STRING;
    if (plain < length && text[plain] == '"') {
        event->more = false;
        event->text = text;
        event->length = plain;
        event->has_nul = false;
        json->at += (uint32_t)plain;
        json->quote = PGTASK_JSON_QUOTE_BOTH;
    } else {
        error = string_piece(json, event);
    }
    json->parsed = json->at;
    return error;
}

/* jsmn was shown all there is. */
static enum pgtask_error at_end_of_window(struct pgtask_json *json)
{
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

/* jsmn does not take what is at `at`: tells why. */
static enum pgtask_error stuck(struct pgtask_json *json)
{
    char const *const text = json->window + json->at;
    char const *const nul = memchr(text, 0, json->shown - json->at);

    if (json->jsmn_result == JSMN_ERROR_INVAL) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    if (nul != NULL) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, (size_t)(nul - json->window));
    }
    if (json->shown < json->length) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_NUMBER, json->at);
    }
    return at_end_of_window(json);
}

enum pgtask_error pgtask_json_find_tokens(struct pgtask_json *json)
{
    if (json->at == json->length) {
        return at_end_of_window(json);
    }
    if (json->at < json->shown) {
        if (json->jsmn_result != JSMN_ERROR_NOMEM) {
            return stuck(json);
        }
        if (needed_tokens(json) == json->token_capacity) {
            return pgtask_json_fail(json, PGTASK_ERROR_JSON_DEPTH, json->at);
        }
    }
    parse(json);
    return PGTASK_OK;
}
