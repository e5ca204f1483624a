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

/* Lets jsmn go on behind the string that was handed on last. */
static void leave_string(struct pgtask_json *json)
{
    bool const ended = json->quote == PGTASK_JSON_QUOTE_BOTH;

    pgtask_json_put_quotes(json);
    if (!ended) {
        return;
    }
    if (pgtask_json_wants(json, PGTASK_JSON_EXPECT_KEY)) {
        key_ended(json);
    } else {
        value_ended(json);
    }
}

enum pgtask_error pgtask_json_next(struct pgtask_json *json, struct pgtask_json_event *event)
{
    enum pgtask_error error = json->error;

    if (json->quote != PGTASK_JSON_QUOTE_NONE) {
        leave_string(json);
    }
    while (error == PGTASK_OK) {
        if (json->at == json->parsed) {
            if (json->at < json->length && json->window[json->at] == '"') {
                return pgtask_json_string(json, event);
            }
            error = pgtask_json_find_tokens(json);
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
        default: return primitive(json, event);
        }
    }
    return error;
}
