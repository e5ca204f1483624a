/* SPDX-License-Identifier: MIT */
/*
 * jsmn finds the tokens, and what each belongs to. It scans an unfinished token anew each time it
 * is called, and a string byte by byte: so it is shown the text piece by piece, and an empty string
 * in place of each string, whose contents are unescaped and handed on in fragments. It is lenient
 * about what stands between tokens: that is walked here, and checked, from token to token.
 */
#include <pgtask/json.h>

#include <string.h>

#include "json_private.h"

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

typedef char token_room_is_enough[sizeof(struct pgtask_json_token) == sizeof(jsmntok_t) ? 1 : -1];

void pgtask_json_start(struct pgtask_json *json, char *window, size_t window_bytes,
                       struct pgtask_json_token *tokens, size_t token_capacity)
{
    memset(json, 0, sizeof *json);
    memset(window, 0, window_bytes);
    json->window = window + PGTASK_JSON_SPARE;
    json->tokens = tokens;
    json->capacity = (uint32_t)(window_bytes - 2 * PGTASK_JSON_SPARE);
    json->token_capacity = (uint32_t)token_capacity;
    json->super = -1;
    json->expect = PGTASK_JSON_EXPECT_TOKEN;
}

uint64_t pgtask_json_offset(struct pgtask_json const *json)
{
    return json->dropped + json->at;
}

size_t pgtask_json_feed(struct pgtask_json *json, char const *bytes, size_t length)
{
    size_t const left = json->length - json->at;

    if (json->error != PGTASK_OK || json->behind != '\0') {
        return length;
    }
    if (length > json->capacity - left) {
        length = json->capacity - left;
    }
    memmove(json->window, json->window + json->at, left);
    memcpy(json->window + left, bytes, length);
    json->dropped += json->at;
    json->at = 0;
    json->parsed = 0;
    json->length = (uint32_t)(left + length);
    return length;
}

void pgtask_json_finish(struct pgtask_json *json)
{
    json->behind = ' ';
}

/* What is in the window from `at` on is no whole token. */
static enum pgtask_error need_more(struct pgtask_json *json)
{
    if (json->at == 0 && json->length == json->capacity) {
        return PGTASK_ERROR_JSON_LENGTH;
    }
    if (json->behind == '\0') {
        return PGTASK_MORE;
    }
    if (json->expect == PGTASK_JSON_EXPECT_NOTHING) {
        return PGTASK_DONE;
    }
    json->at = json->length;
    return PGTASK_ERROR_JSON_TRUNCATED;
}

/* After a value that belongs to this token. */
static void value_ended(struct pgtask_json *json, int parent)
{
    json->expect =
        parent < 0 ? PGTASK_JSON_EXPECT_NOTHING : PGTASK_JSON_EXPECT_COMMA | PGTASK_JSON_EXPECT_END;
}

/* Whether a piece ends with this byte; at NUL jsmn stops. */
static bool ends_piece(char byte)
{
    enum { CASE_BIT = 0x20 }; /* by which `}` and `]` differ */

    return byte == '"' || byte == ',' || (byte | CASE_BIT) == '}' || byte == '\0';
}

/* jsmn passes nothing of the piece up to `end`, whose last byte this is: tells why. */
static enum pgtask_error stuck(struct pgtask_json *json, int result, uint32_t end, char last)
{
    if (result == JSMN_ERROR_NOMEM) {
        return PGTASK_ERROR_JSON_DEPTH;
    }
    if (result == JSMN_ERROR_INVAL) {
        return PGTASK_ERROR_JSON_SYNTAX;
    }
    if (last == '"') {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    if (last == '\0') {
        json->at = end - 1;
        return PGTASK_ERROR_JSON_SYNTAX;
    }
    return need_more(json);
}

/* Shows jsmn the next piece: up to a quote, a closing bracket, or a comma that is not its first. */
static enum pgtask_error show(struct pgtask_json *json)
{
    jsmntok_t *const tokens = (jsmntok_t *)json->tokens;
    char *const window = json->window;
    jsmn_parser parser = {
        .pos = json->at, .toknext = (unsigned)json->super + 1, .toksuper = json->super};
    uint32_t end = json->at;
    char last = window[end];
    char hidden;
    int result;

    if (end == json->length) {
        return need_more(json);
    }
    /* Of the tokens that were handed on, jsmn needs those of open containers and the keys they are
     * values of. They stand side by side, the innermost last; */
    if (json->expect == PGTASK_JSON_EXPECT_COLON) {
        parser.toknext++; /* so does a key before its colon, */
    } else if (last == ',') {
        end++;
        if (json->super >= 0 && tokens[json->super].type == JSMN_STRING) {
            parser.toknext--; /* but no key whose value has ended */
        }
    }
    json->next_token = (uint8_t)parser.toknext;
    while (end < json->length) {
        last = window[end++];
        if (ends_piece(last)) {
            break;
        }
    }
    /* Behind the piece it sees a string's other quote; or NUL, where it stops; or, once all was
     * fed, a space, since a number ends with the byte that follows. */
    hidden = window[end];
    window[end] = last == '"' ? '"' : json->behind;
    result = jsmn_parse(&parser, window, end + 1, tokens, json->token_capacity);
    window[end] = hidden;
    json->super = parser.toksuper;
    json->parsed = parser.pos < end ? parser.pos : end;
    return json->parsed != json->at ? PGTASK_OK : stuck(json, result, end, last);
}

/* Hands on what is there of the string under way. */
static enum pgtask_error take_string(struct pgtask_json *json, struct pgtask_json_event *event)
{
    jsmntok_t const *const tokens = (jsmntok_t const *)json->tokens;

    /* A key belongs to its object, and the value to its key. */
    event->type = json->super >= 0 && tokens[json->super].type == JSMN_OBJECT ? PGTASK_JSON_KEY
                                                                              : PGTASK_JSON_STRING;
    if (!pgtaski_json_unescape(json, event)) {
        return PGTASK_ERROR_JSON_STRING;
    }
    if (event->more) {
        return event->length == 0 ? need_more(json) : PGTASK_OK;
    }
    json->parsed = ++json->at;
    if (event->type == PGTASK_JSON_KEY) {
        json->expect = PGTASK_JSON_EXPECT_COLON;
    } else {
        value_ended(json, json->super);
    }
    return PGTASK_OK;
}

/* Tells number and literals apart. @return whether it is good */
static bool is_primitive(struct pgtask_json_event *event)
{
    static char const literals[][6] = {"true", "false", "null"};
    uint64_t number;

    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        if (literals[i][0] == event->text[0]) {
            event->type = (enum pgtask_json_type)(PGTASK_JSON_TRUE + i);
            return strlen(literals[i]) == event->length &&
                   memcmp(literals[i], event->text, event->length) == 0;
        }
    }
    event->type = PGTASK_JSON_NUMBER;
    return pgtask_json_to_uint64(event->text, event->length, &number) != PGTASK_ERROR_JSON_NUMBER;
}

/* Hands on the next token of jsmn's, which begins at `at` and is no string. */
static enum pgtask_error take_token(struct pgtask_json *json, struct pgtask_json_event *event)
{
    jsmntok_t const *const token = (jsmntok_t const *)json->tokens + json->next_token++;

    if ((json->expect & PGTASK_JSON_EXPECT_TOKEN) == 0) {
        return PGTASK_ERROR_JSON_SYNTAX;
    }
    if (token->type != JSMN_PRIMITIVE) {
        event->type =
            token->type == JSMN_OBJECT ? PGTASK_JSON_BEGIN_OBJECT : PGTASK_JSON_BEGIN_ARRAY;
        json->at++;
        json->expect = PGTASK_JSON_EXPECT_TOKEN | PGTASK_JSON_EXPECT_END;
        return PGTASK_OK;
    }
    event->text = json->window + json->at;
    event->length = (size_t)token->end - json->at;
    if (!is_primitive(event)) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    json->at = (uint32_t)token->end;
    value_ended(json, token->parent);
    return PGTASK_OK;
}

/* Finds the next event; an error is about what stands at `at`. */
static enum pgtask_error find(struct pgtask_json *json, struct pgtask_json_event *event)
{
    while (json->expect != PGTASK_JSON_EXPECT_TEXT) {
        unsigned wanted = PGTASK_JSON_EXPECT_TOKEN;
        char byte;

        if (json->at == json->parsed) {
            enum pgtask_error const error = show(json);

            if (error != PGTASK_OK) {
                return error;
            }
        }
        byte = json->window[json->at];
        switch (byte) {
        case ' ':
        case '\t':
        case '\r':
        case '\n': json->at++; continue;
        case ',': wanted = PGTASK_JSON_EXPECT_COMMA; break;
        case ':': wanted = PGTASK_JSON_EXPECT_COLON; break;
        case '}':
        case ']': wanted = PGTASK_JSON_EXPECT_END; break;
        case '"': break;
        default: return take_token(json, event);
        }
        if ((json->expect & wanted) == 0) {
            return PGTASK_ERROR_JSON_SYNTAX;
        }
        json->at++;
        if (wanted == PGTASK_JSON_EXPECT_END) {
            event->type = byte == '}' ? PGTASK_JSON_END_OBJECT : PGTASK_JSON_END_ARRAY;
            value_ended(json, json->super);
            return PGTASK_OK;
        }
        json->expect = byte == '"' ? PGTASK_JSON_EXPECT_TEXT : PGTASK_JSON_EXPECT_TOKEN;
    }
    return take_string(json, event);
}

enum pgtask_error pgtask_json_next(struct pgtask_json *json, struct pgtask_json_event *event)
{
    enum pgtask_error error = json->error;

    if (error == PGTASK_OK) {
        error = find(json, event);
        if (error < PGTASK_OK) {
            json->error = error;
        }
    }
    return error;
}
