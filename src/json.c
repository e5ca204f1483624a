/* SPDX-License-Identifier: MIT */
/*
 * jsmn keeps the tree of open containers. It is lenient about what stands between brackets, and
 * scans an unfinished token anew each time it is called: so the other tokens are found and checked
 * here, and jsmn is shown the brackets alone.
 */
#include <pgtask/json.h>

#include <string.h>

#include "json_text.h"

#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#include <jsmn.h>

typedef char token_room_is_enough[sizeof(struct pgtask_json_token) == sizeof(jsmntok_t) ? 1 : -1];

/*
 * Kinds of tokens, by their first byte; primitives are numbers and literals. Brackets are numbered
 * as in enum pgtask_json_type, and one more.
 */
enum {
    PRIMITIVE,
    BEGIN_OBJECT = PGTASK_JSON_BEGIN_OBJECT + 1,
    END_OBJECT = PGTASK_JSON_END_OBJECT + 1,
    BEGIN_ARRAY = PGTASK_JSON_BEGIN_ARRAY + 1,
    END_ARRAY = PGTASK_JSON_END_ARRAY + 1,
    COMMA,
    COLON,
    STRING
};

static char const spaces[] = {' ', '\t', '\r', '\n'};

enum { EXPECT_NEXT = PGTASK_JSON_EXPECT_COMMA | PGTASK_JSON_EXPECT_END };

static struct {
    char first;
    uint8_t wanted; /* what has to be expected where it stands */
    uint8_t then;   /* what is expected after it */
} const kinds[] = {
    [PRIMITIVE] = {0, PGTASK_JSON_EXPECT_VALUE, EXPECT_NEXT},
    [BEGIN_OBJECT] = {'{', PGTASK_JSON_EXPECT_VALUE,
                      PGTASK_JSON_EXPECT_KEY | PGTASK_JSON_EXPECT_END},
    [END_OBJECT] = {'}', PGTASK_JSON_EXPECT_END, EXPECT_NEXT},
    [BEGIN_ARRAY] = {'[', PGTASK_JSON_EXPECT_VALUE,
                     PGTASK_JSON_EXPECT_VALUE | PGTASK_JSON_EXPECT_END},
    [END_ARRAY] = {']', PGTASK_JSON_EXPECT_END, EXPECT_NEXT},
    [COMMA] = {',', PGTASK_JSON_EXPECT_COMMA, PGTASK_JSON_EXPECT_VALUE},
    [COLON] = {':', PGTASK_JSON_EXPECT_COLON, PGTASK_JSON_EXPECT_VALUE},
    [STRING] = {'"', PGTASK_JSON_EXPECT_KEY | PGTASK_JSON_EXPECT_VALUE, EXPECT_NEXT},
};

void pgtask_json_start(struct pgtask_json *json, char *window, size_t window_bytes,
                       struct pgtask_json_token *tokens, size_t token_capacity)
{
    memset(json, 0, sizeof *json);
    memset(window, 0, window_bytes);
    json->window = window;
    json->tokens = tokens;
    json->capacity = (uint32_t)(window_bytes - PGTASK_JSON_SPARE);
    json->token_capacity = (uint32_t)token_capacity;
    json->super = -1;
    json->expect = PGTASK_JSON_EXPECT_VALUE;
}

uint64_t pgtask_json_offset(struct pgtask_json const *json)
{
    return json->dropped + json->at;
}

size_t pgtask_json_feed(struct pgtask_json *json, char const *bytes, size_t length)
{
    size_t const left = json->length - json->at;

    if (json->error != PGTASK_OK || json->finished) {
        return length;
    }
    if (length > json->capacity - left) {
        length = json->capacity - left;
    }
    memmove(json->window, json->window + json->at, left);
    memcpy(json->window + left, bytes, length);
    json->dropped += json->at;
    json->at = 0;
    json->length = (uint32_t)(left + length);
    return length;
}

void pgtask_json_finish(struct pgtask_json *json)
{
    json->finished = true;
}

/* What is in the window from `at` on is no whole token. */
static enum pgtask_error need_more(struct pgtask_json *json)
{
    if (json->at == 0 && json->length == json->capacity) {
        return PGTASK_ERROR_JSON_LENGTH;
    }
    if (!json->finished) {
        return PGTASK_MORE;
    }
    if (json->expect == PGTASK_JSON_EXPECT_NOTHING) {
        return PGTASK_DONE;
    }
    json->at = json->length;
    return PGTASK_ERROR_JSON_TRUNCATED;
}

/* Shows jsmn a bracket. @return false: there is no token for it, or it closes the wrong one */
static bool show(struct pgtask_json *json, char bracket)
{
    jsmntok_t *const tokens = (jsmntok_t *)json->tokens;
    /* Only tokens of open containers are kept; they stand side by side, the innermost last. */
    jsmn_parser parser = {
        .pos = 0, .toknext = (unsigned)(json->super + 1), .toksuper = json->super};

    (void)jsmn_parse(&parser, &bracket, 1, tokens, json->token_capacity);
    json->super = parser.toksuper;
    return parser.pos == 1;
}

/* After a token of this kind. */
static void expect(struct pgtask_json *json, unsigned kind)
{
    jsmntok_t const *const tokens = (jsmntok_t const *)json->tokens;

    json->expect = kinds[kind].then;
    if (json->super < 0) {
        json->expect = PGTASK_JSON_EXPECT_NOTHING;
    } else if (kind == COMMA && tokens[json->super].type == JSMN_OBJECT) {
        json->expect = PGTASK_JSON_EXPECT_KEY;
    }
}

/* Hands on what is there of the string under way, unescaped in place. */
static enum pgtask_error take_string(struct pgtask_json *json, struct pgtask_json_event *event)
{
    bool const key = (json->expect & PGTASK_JSON_EXPECT_KEY) != 0;
    char *const text = json->window + json->at;
    char *out = text;

    event->type = key ? PGTASK_JSON_KEY : PGTASK_JSON_STRING;
    event->text = text;
    event->has_nul = false;
    event->more = true;
    for (;;) {
        char *in = json->window + json->at;
        size_t const plain = pgtask_json_plain(in, json->length - json->at);
        uint32_t code;
        size_t taken;

        memmove(out, in, plain);
        out += plain;
        in += plain;
        json->at += (uint32_t)plain;
        if (json->at == json->length) {
            break;
        }
        if (*in == '"') {
            json->at++;
            event->more = false;
            break;
        }
        if (*in == '\\' && in[1] == '"' && json->length - json->at > 1) {
            *out++ = '"';
            json->at += 2;
            continue;
        }
        taken = pgtask_json_read_character(in, json->length - json->at, &code);
        if (taken == 0) {
            return PGTASK_ERROR_JSON_STRING;
        }
        if (taken > json->length - json->at) {
            break;
        }
        json->at += (uint32_t)taken;
        event->has_nul = event->has_nul || code == 0;
        out += pgtask_json_write_character(out, code);
    }
    event->length = (size_t)(out - text);
    json->in_string = event->more;
    if (!event->more) {
        json->expect = PGTASK_JSON_EXPECT_COLON;
        if (!key) {
            expect(json, STRING);
        }
    } else if (out == text) {
        return need_more(json);
    }
    return PGTASK_OK;
}

/* Tells number and literals apart, and whether they are good. */
static enum pgtask_error type_of_primitive(struct pgtask_json_event *event)
{
    static char const literals[][6] = {"true", "false", "null"};
    char const first = event->text[0];
    uint64_t number;

    if (first == '-' || (first >= '0' && first <= '9')) {
        event->type = PGTASK_JSON_NUMBER;
        return pgtask_json_to_uint64(event->text, event->length, &number);
    }
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        if (literals[i][0] == first) {
            event->type = (enum pgtask_json_type)(PGTASK_JSON_TRUE + i);
            return strlen(literals[i]) == event->length &&
                           memcmp(literals[i], event->text, event->length) == 0
                       ? PGTASK_OK
                       : PGTASK_ERROR_JSON_NUMBER;
        }
    }
    return PGTASK_ERROR_JSON_SYNTAX;
}

static enum pgtask_error take_primitive(struct pgtask_json *json, struct pgtask_json_event *event)
{
    static char const ends[] = " \t\r\n,]}"; /* and NUL */
    uint32_t end = json->at;
    enum pgtask_error error;

    while (end < json->length && memchr(ends, json->window[end], sizeof ends) == NULL) {
        end++;
    }
    if (end == json->length && !json->finished) {
        return need_more(json);
    }
    event->text = json->window + json->at;
    event->length = end - json->at;
    error = type_of_primitive(event);
    if (error != PGTASK_OK && error != PGTASK_ERROR_ANSWER_RANGE) {
        return error;
    }
    json->at = end;
    expect(json, PRIMITIVE);
    return PGTASK_OK;
}

/* Finds the next event; an error is about what stands at `at`. */
static enum pgtask_error find(struct pgtask_json *json, struct pgtask_json_event *event)
{
    while (!json->in_string) {
        char const first = json->window[json->at];
        unsigned kind = STRING;

        if (json->at == json->length) {
            return need_more(json);
        }
        while (kind != PRIMITIVE && kinds[kind].first != first) {
            kind--;
        }
        if (kind == PRIMITIVE && memchr(spaces, first, sizeof spaces) != NULL) {
            json->at++;
            continue;
        }
        if ((json->expect & kinds[kind].wanted) == 0) {
            return PGTASK_ERROR_JSON_SYNTAX;
        }
        if (kind == PRIMITIVE) {
            return take_primitive(json, event);
        }
        if (kind < COMMA && !show(json, first)) {
            return kinds[kind].wanted == PGTASK_JSON_EXPECT_END ? PGTASK_ERROR_JSON_SYNTAX
                                                                : PGTASK_ERROR_JSON_DEPTH;
        }
        json->at++;
        if (kind == STRING) {
            json->in_string = true;
            break;
        }
        expect(json, kind);
        if (kind < COMMA) {
            event->type = (enum pgtask_json_type)(kind - 1);
            return PGTASK_OK;
        }
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
