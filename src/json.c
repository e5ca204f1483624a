/* SPDX-License-Identifier: MIT */
/*
 * jsmn finds where strings and primitives begin and end, and keeps the tree of open containers. It
 * is lenient about what stands between them, so the bytes between tokens are walked here against
 * the grammar, token by token, and handed on as events on the way.
 */
#include "json_window.h"

#include <string.h>

#include "json_text.h"

/* After a comma in the innermost container. */
static uint8_t next_member(struct pgtask_json const *json)
{
    return pgtask_json_tokens(json)[json->open].type == JSMN_OBJECT ? PGTASK_JSON_EXPECT_KEY
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
        json->expect =
            took(json, ',') ? next_member(json) : PGTASK_JSON_EXPECT_COMMA | PGTASK_JSON_EXPECT_END;
    }
}

static enum pgtask_error begin(struct pgtask_json *json, struct pgtask_json_event *event)
{
    bool const object = json->window[json->at] == '{';

    if (!pgtask_json_wants(json, PGTASK_JSON_EXPECT_VALUE)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    json->open = json->token_next++;
    json->at++;
    json->expect =
        (object ? PGTASK_JSON_EXPECT_KEY : PGTASK_JSON_EXPECT_VALUE) | PGTASK_JSON_EXPECT_END;
    event->type = object ? PGTASK_JSON_BEGIN_OBJECT : PGTASK_JSON_BEGIN_ARRAY;
    return PGTASK_OK;
}

static enum pgtask_error end(struct pgtask_json *json, struct pgtask_json_event *event)
{
    jsmntok_t const *const tokens = pgtask_json_tokens(json);
    bool const object = json->window[json->at] == '}';

    /* That the bracket fits its container was checked by jsmn. */
    if (!pgtask_json_wants(json, PGTASK_JSON_EXPECT_END)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
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
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_STRING, json->at + 1 + result.taken);
    }
    event->text = result.text;
    event->length = result.length;
    event->has_nul = result.has_nul;
    return PGTASK_OK;
}

static enum pgtask_error string(struct pgtask_json *json, struct pgtask_json_event *event)
{
    bool const key = pgtask_json_wants(json, PGTASK_JSON_EXPECT_KEY);
    uint32_t const end = (uint32_t)pgtask_json_tokens(json)[json->token_next].end;

    if (!key && !pgtask_json_wants(json, PGTASK_JSON_EXPECT_VALUE)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
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
    jsmntok_t const *const token = &pgtask_json_tokens(json)[json->token_next];
    char const *const text = json->window + json->at;
    size_t const length = (size_t)token->end - json->at;

    if (!pgtask_json_wants(json, PGTASK_JSON_EXPECT_VALUE)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    if (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) {
        event->type = PGTASK_JSON_NUMBER;
        if (!pgtask_json_is_number(text, length)) {
            return pgtask_json_fail(json, PGTASK_ERROR_JSON_NUMBER, json->at);
        }
    } else if (is_literal(text, length, "true")) {
        event->type = PGTASK_JSON_TRUE;
    } else if (is_literal(text, length, "false")) {
        event->type = PGTASK_JSON_FALSE;
    } else if (is_literal(text, length, "null")) {
        event->type = PGTASK_JSON_NULL;
    } else {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_NUMBER, json->at);
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
    if (!pgtask_json_wants(json, PGTASK_JSON_EXPECT_COMMA)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    json->expect = next_member(json);
    json->at++;
    return PGTASK_OK;
}

static enum pgtask_error colon(struct pgtask_json *json)
{
    if (!pgtask_json_wants(json, PGTASK_JSON_EXPECT_COLON)) {
        return pgtask_json_fail(json, PGTASK_ERROR_JSON_SYNTAX, json->at);
    }
    json->expect = PGTASK_JSON_EXPECT_VALUE;
    json->at++;
    return PGTASK_OK;
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
            if (!pgtask_json_find_tokens(json, event, &error)) {
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
