/* SPDX-License-Identifier: MIT */
/*
 * Strict, streaming JSON over jsmn. A document passes through a window; jsmn decides what is a
 * number or a literal, where it ends, and whether each bracket fits.
 *
 * jsmn keeps a token for each open container, and scans strings byte by byte. Therefore it sees one
 * bracket, number or literal at a time. Of the text before, take_token() tells it what decides
 * about that one: the innermost open container and, if the value of a member comes next, its key.
 * One bit for each container remembers whether it is an object. So nesting costs a bit a level, and
 * no token.
 *
 *     document   {"Id":7,"Note":["a\nb"]}     jsmn knows          and sees   event
 *                {                                                {          BEGIN_OBJECT
 *                 "Id"                                                       KEY "Id"
 *                      7,                     object, key         7,         NUMBER "7"
 *                        "Note"                                              KEY "Note"
 *                               [             object, key         [          BEGIN_ARRAY
 *                                "a\nb"                                      STRING, in two if a
 *                                                                            slice ended at the `a`
 *                                       ]     array               ]          END_ARRAY
 *                                        }    object              }          END_OBJECT
 *
 * jsmn lets strings, commas and colons stand anywhere. Therefore find_event() checks every byte
 * outside of strings against `expect`:
 *
 *     TOKEN          at the start, after a colon, after a comma
 *     TOKEN | END    after an opening bracket
 *     COLON          after a key
 *     COMMA | END    after a value in a container
 *     STRING         after the quote that opens a string
 *     NOTHING        after the top-level value
 *
 * The window holds `length` bytes, of which those before `at` have been handed on as events.
 */
#include <pgtask/json.h>

#include <string.h>

#include "json_private.h"

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

void pgtask_json_start(struct pgtask_json *json, char *window, size_t window_bytes)
{
    memset(json, 0, sizeof *json);
    memset(window, 0, window_bytes);
    /* The spare bytes before the text are for unescaped strings, those after it for the end of the
     * last number; json_string.c reads and writes whole words in both. */
    json->window = window + PGTASKI_JSON_SPARE;
    json->capacity = (uint32_t)(window_bytes - 2 * PGTASKI_JSON_SPARE);
    json->expect = PGTASK_JSON_EXPECT_TOKEN;
}

uint64_t pgtask_json_offset(struct pgtask_json const *json)
{
    return json->dropped + json->at;
}

size_t pgtask_json_feed(struct pgtask_json *json, char const *bytes, size_t length)
{
    size_t const left = json->length - json->at;

    if (json->error != PGTASK_OK || json->is_finished) {
        return length; /* the error sticks, and nothing follows the end of the document */
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
    json->is_finished = true;
}

/*
 * Makes room in a window that one number fills: keeps two digits of each run of digits. So many
 * tell a forbidden leading zero, and the grammar asks for no more. The value is lost.
 * @return false if there is no such run
 */
static bool shorten_number(struct pgtask_json *json)
{
    uint32_t run = 0;
    uint32_t kept = 0;

    for (uint32_t at = 0; at < json->length; at++) {
        char const byte = json->window[at];

        run = byte >= '0' && byte <= '9' ? run + 1 : 0;
        if (run <= 2) {
            json->window[kept++] = byte;
        }
    }
    json->is_shortened = true;
    json->dropped += json->length - kept;
    json->length = kept;
    return kept < json->capacity;
}

/* Says why the window does not hold a whole token at `at`: the window is too small, more bytes are
 * needed, or the document has ended. */
static enum pgtask_error need_more(struct pgtask_json *json)
{
    if (json->at == 0 && json->length == json->capacity && !shorten_number(json)) {
        return PGTASK_ERROR_JSON_NUMBER; /* no literal fills a window */
    }
    if (!json->is_finished) {
        return PGTASK_MORE;
    }
    if (json->expect == PGTASK_JSON_EXPECT_NOTHING) {
        return PGTASK_DONE;
    }
    json->at = json->length;
    return PGTASK_ERROR_JSON_TRUNCATED;
}

/* A value has ended, or is a container that has just been left. */
static void end_value(struct pgtask_json *json)
{
    json->has_key = false;
    json->expect = json->level == 0 ? PGTASK_JSON_EXPECT_NOTHING
                                    : PGTASK_JSON_EXPECT_COMMA | PGTASK_JSON_EXPECT_END;
}

/* Enters a container. @return PGTASK_ERROR_JSON_DEPTH: there is no bit left for it */
static enum pgtask_error enter(struct pgtask_json *json, bool is_object)
{
    uint32_t const level = json->level + 1;
    uint32_t const bit = UINT32_C(1) << level % 32;
    uint32_t *const word = &json->objects[level / 32];

    if (level == PGTASK_JSON_LEVELS) {
        return PGTASK_ERROR_JSON_DEPTH;
    }
    *word = is_object ? *word | bit : *word & ~bit;
    json->at++;
    json->level = level;
    json->in_object = is_object;
    json->has_key = false;
    json->expect = PGTASK_JSON_EXPECT_TOKEN | PGTASK_JSON_EXPECT_END;
    return PGTASK_OK;
}

/* Leaves a container. At level 0, where there is none, the bit is 0. */
static void leave(struct pgtask_json *json)
{
    uint32_t const level = --json->level;

    json->in_object = (json->objects[level / 32] >> level % 32 & 1) != 0;
    json->at++;
    end_value(json);
}

/* Whether a byte is this brace, or the bracket that differs from it in one bit. */
static bool is_either(char byte, char brace)
{
    return (byte | 0x20) == brace;
}

/* Whether a number or literal ends before this byte at the latest. jsmn would stop at a NUL. */
static bool ends_piece(char byte)
{
    return byte == ',' || byte == '"' || is_either(byte, '}') || is_either(byte, '{') ||
           byte == '\0';
}

/* @return the end of the bytes that jsmn has to see for the token at `at`: of a bracket, or of a
 * number or literal and the byte after it */
static uint32_t find_piece_end(struct pgtask_json *json)
{
    uint32_t end = json->at;

    while (!ends_piece(json->window[end++])) {
        if (end == json->length) {
            if (json->is_finished) {
                json->window[end++] = ' '; /* ends what ends with the document */
            }
            break;
        }
    }
    return end;
}

/* Says why jsmn found no token in the piece that ends at `end`. */
static enum pgtask_error explain(struct pgtask_json *json, int result, uint32_t end)
{
    char const last = json->window[end - 1];

    if (result == JSMN_ERROR_INVAL) {
        return PGTASK_ERROR_JSON_SYNTAX;
    }
    if (last == '\0') {
        json->at = end - 1;
        return PGTASK_ERROR_JSON_SYNTAX;
    }
    return ends_piece(last) ? PGTASK_ERROR_JSON_NUMBER /* such as 1"2 */ : need_more(json);
}

/* Sets the event's type to that of a number or literal. @return false if the text is neither */
static bool classify_primitive(struct pgtask_json_event *event)
{
    static char const literals[][6] = {"true", "false", "null"}; /* as PGTASK_JSON_TRUE and on */
    uint64_t number;

    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        if (literals[i][0] == event->text[0]) {
            event->type = (enum pgtask_json_type)(PGTASK_JSON_TRUE + i);
            return event->length < sizeof literals[i] && literals[i][event->length] == '\0' &&
                   memcmp(literals[i], event->text, event->length) == 0;
        }
    }
    event->type = PGTASK_JSON_NUMBER;
    /* This checks the grammar. A number that does not fit 64 bits is still a number. */
    return pgtask_json_to_uint64(event->text, event->length, &number) != PGTASK_ERROR_JSON_NUMBER;
}

static enum pgtask_error take_primitive(struct pgtask_json *json, uint32_t end,
                                        struct pgtask_json_event *event)
{
    event->text = json->window + json->at;
    event->length = end - json->at;
    if (!classify_primitive(event)) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    if (json->is_shortened) {
        json->is_shortened = false;
        event->length = 0;
    }
    json->at = end;
    end_value(json);
    return PGTASK_OK;
}

/* Hands on the bracket, number or literal at `at`, if jsmn takes it. */
static enum pgtask_error take_token(struct pgtask_json *json, struct pgtask_json_event *event)
{
    unsigned const known = (json->level > 0 ? 1u : 0) + (json->has_key ? 1u : 0);
    /* What jsmn has to know of the text before, and room for the token that it finds. */
    jsmntok_t tokens[3];
    jsmn_parser parser = {.pos = json->at, .toknext = known, .toksuper = (int)known - 1};
    uint32_t const end = find_piece_end(json);
    char const byte = json->window[json->at];
    int result;

    tokens[0] =
        (jsmntok_t){.type = json->in_object ? JSMN_OBJECT : JSMN_ARRAY, .end = -1, .parent = -1};
    tokens[1] = (jsmntok_t){.type = JSMN_STRING};
    result = jsmn_parse(&parser, json->window, end, tokens, sizeof tokens / sizeof tokens[0]);
    if (parser.pos == json->at) {
        return explain(json, result, end);
    }
    switch (byte) {
    case '{':
    case '[':
        event->type = byte == '{' ? PGTASK_JSON_BEGIN_OBJECT : PGTASK_JSON_BEGIN_ARRAY;
        return enter(json, byte == '{');
    case '}':
    case ']':
        event->type = byte == '}' ? PGTASK_JSON_END_OBJECT : PGTASK_JSON_END_ARRAY;
        leave(json);
        return PGTASK_OK;
    default: return take_primitive(json, (uint32_t)tokens[known].end, event);
    }
}

/* Hands on a fragment of the string under way. */
static enum pgtask_error take_string(struct pgtask_json *json, struct pgtask_json_event *event)
{
    bool const is_key = json->in_object && !json->has_key;

    event->type = is_key ? PGTASK_JSON_KEY : PGTASK_JSON_STRING;
    if (!pgtaski_json_unescape(json, event)) {
        return PGTASK_ERROR_JSON_STRING;
    }
    if (event->has_more) {
        return event->length == 0 ? need_more(json) : PGTASK_OK;
    }
    json->at++; /* the closing quote */
    if (is_key) {
        json->has_key = true;
        json->expect = PGTASK_JSON_EXPECT_COLON;
    } else {
        end_value(json);
    }
    return PGTASK_OK;
}

/* Finds the next event. An error is about the byte at `at`. */
static enum pgtask_error find_event(struct pgtask_json *json, struct pgtask_json_event *event)
{
    while (json->expect != PGTASK_JSON_EXPECT_STRING) {
        unsigned wanted = PGTASK_JSON_EXPECT_TOKEN;
        char byte;

        if (json->at == json->length) {
            return need_more(json);
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
        default: break;
        }
        if ((json->expect & wanted) == 0) {
            return PGTASK_ERROR_JSON_SYNTAX;
        }
        if (byte == '"') {
            json->expect = PGTASK_JSON_EXPECT_STRING;
        } else if (byte == ',' || byte == ':') {
            json->expect = PGTASK_JSON_EXPECT_TOKEN;
        } else {
            return take_token(json, event);
        }
        json->at++;
    }
    return take_string(json, event);
}

enum pgtask_error pgtask_json_next(struct pgtask_json *json, struct pgtask_json_event *event)
{
    enum pgtask_error error = json->error;

    if (error == PGTASK_OK) {
        error = find_event(json, event);
        if (error < PGTASK_OK) { /* errors are negative; PGTASK_MORE and PGTASK_DONE are not */
            json->error = error;
        }
    }
    return error;
}
