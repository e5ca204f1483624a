/* SPDX-License-Identifier: MIT */
/*
 * Strict, streaming JSON over jsmn. A document passes through a window; jsmn finds its tokens, and
 * which of them belongs to which.
 *
 * jsmn scans an unfinished token anew on each call, and it scans strings byte by byte. Therefore it
 * sees the window in pieces, and each string as an empty one. A piece ends after a quote, a comma
 * or a closing bracket. While jsmn looks at the piece, the byte after it is replaced: by another
 * quote if the piece ends with the quote that opens a string, otherwise by `terminator`. That is a
 * NUL, where jsmn stops; once the document has ended it is a space, which ends a number. An
 * example, with the event that follows from each step, where 0 stands for NUL:
 *
 *     document   {"Id":7,"Note":"a\nb"}     jsmn sees   event
 *     piece      {"                         {""         BEGIN_OBJECT
 *     string       Id"                                  KEY "Id"
 *     piece           :7,                   :7,0        NUMBER "7"
 *     piece              "                  ""
 *     string              Note"                         KEY "Note"
 *     piece                    :"           :""
 *     string                     a\nb"                  STRING, in two if a slice ended at the `a`
 *     piece                           }     }0          END_OBJECT
 *
 * Three positions in the window move on from left to right: the bytes before `at` have been handed
 * on as events, those before `tokenized` are in jsmn's tokens, those before `length` are there.
 * When at == tokenized, jsmn gets the next piece, which begins at `at`.
 *
 * jsmn is lenient about what stands between tokens. Therefore find_event() walks over every byte of
 * a piece and checks it against `expect`:
 *
 *     TOKEN          at the start, after a colon, after a comma
 *     TOKEN | END    after an opening bracket
 *     COLON          after a key
 *     COMMA | END    after a value in a container
 *     STRING         after the quote that opens a string
 *     NOTHING        after the top-level value
 *
 * The tokens end before the nesting does. Deep down, a container does not keep a token of its own:
 * the token of the container around it takes the type of the inner one, and one bit remembers what
 * the outer one was. So jsmn still matches each bracket, and the end of the inner container gives
 * the token its former type back. See fold().
 */
#include <pgtask/json.h>

#include <string.h>

#include "json_private.h"

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

/* The public struct reserves room for a token, so that <pgtask/json.h> does not need jsmn. Only
 * this file reads and writes that room, and always as jsmn's tokens. */
typedef char
    token_has_the_size_of_jsmns[sizeof(struct pgtask_json_token) == sizeof(jsmntok_t) ? 1 : -1];

void pgtask_json_start(struct pgtask_json *json, char *window, size_t window_bytes,
                       struct pgtask_json_token *tokens, size_t token_capacity)
{
    memset(json, 0, sizeof *json);
    memset(window, 0, window_bytes);
    /* The spare bytes before the text are for unescaped strings, those after it for the byte that
     * is replaced; json_string.c reads and writes whole words in both. */
    json->window = window + PGTASKI_JSON_SPARE;
    json->tokens = tokens;
    json->capacity = (uint32_t)(window_bytes - 2 * PGTASKI_JSON_SPARE);
    json->token_capacity = (uint32_t)token_capacity;
    json->parent = -1;
    json->expect = PGTASK_JSON_EXPECT_TOKEN;
}

uint64_t pgtask_json_offset(struct pgtask_json const *json)
{
    return json->dropped + json->at;
}

size_t pgtask_json_feed(struct pgtask_json *json, char const *bytes, size_t length)
{
    size_t const left = json->length - json->at;

    if (json->error != PGTASK_OK || json->terminator != '\0') {
        return length; /* the error sticks, and nothing follows the end of the document */
    }
    if (length > json->capacity - left) {
        length = json->capacity - left;
    }
    /* The positions in the tokens of open containers become stale. Their types and parents do not,
     * and nothing else of them is read. */
    memmove(json->window, json->window + json->at, left);
    memcpy(json->window + left, bytes, length);
    json->dropped += json->at;
    json->at = 0;
    json->tokenized = 0;
    json->length = (uint32_t)(left + length);
    return length;
}

void pgtask_json_finish(struct pgtask_json *json)
{
    json->terminator = ' ';
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

/* Says why no whole token can be had at `at`: the window is too small, more bytes are needed, or
 * the document has ended. */
static enum pgtask_error need_more(struct pgtask_json *json)
{
    if (json->at == 0 && json->length == json->capacity && !shorten_number(json)) {
        return PGTASK_ERROR_JSON_NUMBER; /* no literal fills a window */
    }
    if (json->terminator == '\0') {
        return PGTASK_MORE;
    }
    if (json->expect == PGTASK_JSON_EXPECT_NOTHING) {
        return PGTASK_DONE;
    }
    json->at = json->length;
    return PGTASK_ERROR_JSON_TRUNCATED;
}

/* A value has ended that belongs to this token. */
static void end_value(struct pgtask_json *json, int parent)
{
    json->expect =
        parent < 0 ? PGTASK_JSON_EXPECT_NOTHING : PGTASK_JSON_EXPECT_COMMA | PGTASK_JSON_EXPECT_END;
}

/* Containers that lie behind this token share one. jsmn needs the token of the container that they
 * share, which may be the next one, and those of a key and of a container inside it. */
static int first_shared(struct pgtask_json const *json)
{
    return (int)json->token_capacity - 4;
}

static bool is_deep(struct pgtask_json const *json)
{
    return json->parent >= first_shared(json);
}

/* Whether a byte is this brace, or the bracket that differs from it in one bit. */
static bool is_either(char byte, char brace)
{
    return (byte | 0x20) == brace;
}

/* Whether a piece ends after this byte. A NUL is no JSON, but jsmn would stop there. */
static bool ends_piece(char byte)
{
    return byte == '"' || byte == ',' || is_either(byte, '}') || byte == '\0';
}

/*
 * Begins the piece at `at`: sets `toknext`, which is the number of tokens that jsmn still needs.
 * These are the open containers, and the key of each value under way. They stand at the start of
 * the array, the innermost last.
 * @return where the search for the end of the piece begins
 */
static uint32_t begin_piece(struct pgtask_json const *json, jsmn_parser *parser)
{
    jsmntok_t const *const tokens = (jsmntok_t const *)json->tokens;

    parser->toknext = (unsigned)json->parent + 1;
    if (json->expect == PGTASK_JSON_EXPECT_COLON) {
        parser->toknext++; /* :7, comes after {"Id" whose key follows its object */
        return json->at;
    }
    if (json->window[json->at] != ',') {
        return json->at; /* such as {" or } */
    }
    if (json->parent >= 0 && tokens[json->parent].type == JSMN_STRING) {
        parser->toknext--; /* ," comes after {"Id":"x" and ends the value of the key Id */
    }
    return json->at + 1; /* a comma at its start does not end the piece */
}

/* Looks from `end` on for the end of the piece: after a byte that ends it, or with the window. Deep
 * down, an opening bracket ends it too, because fold() changes the tokens after each of them.
 * @return the last byte of the piece. If `end` is the end of the window, the piece is a comma alone
 */
static char find_piece_end(struct pgtask_json const *json, uint32_t *end)
{
    bool const is_shared = is_deep(json);
    char last = ',';

    while (*end < json->length) {
        last = json->window[(*end)++];
        if (ends_piece(last) || (is_shared && is_either(last, '{'))) {
            break;
        }
    }
    return last;
}

/* Says why jsmn made no progress on the piece that ends at `end`. */
static enum pgtask_error explain(struct pgtask_json *json, int result, uint32_t end)
{
    char const last = json->window[end - 1];

    if (result == JSMN_ERROR_INVAL) {
        return PGTASK_ERROR_JSON_SYNTAX;
    }
    if (last == '"' || (is_either(last, '{') && is_deep(json))) {
        return PGTASK_ERROR_JSON_NUMBER; /* a quote or bracket in a primitive, such as 1"2 */
    }
    if (last == '\0') {
        json->at = end - 1;
        return PGTASK_ERROR_JSON_SYNTAX;
    }
    return need_more(json);
}

/* Shows jsmn the next piece of the window. */
static enum pgtask_error tokenize_piece(struct pgtask_json *json)
{
    char *const window = json->window;
    jsmn_parser parser = {.pos = json->at, .toksuper = json->parent};
    uint32_t end;
    char last;
    char after;
    int result;

    if (json->at == json->length) {
        return need_more(json);
    }
    end = begin_piece(json, &parser);
    last = find_piece_end(json, &end);
    json->next_token = (uint8_t)parser.toknext; /* json.h allows 255 tokens at most */
    after = window[end];
    window[end] = last == '"' ? '"' : json->terminator;
    result = jsmn_parse(&parser, window, end + 1, (jsmntok_t *)json->tokens, json->token_capacity);
    window[end] = after;
    json->parent = parser.toksuper;
    json->tokenized =
        parser.pos < end ? parser.pos : end; /* jsmn may take the byte after it, too */
    return json->tokenized != json->at ? PGTASK_OK : explain(json, result, end);
}

/* Hands on a fragment of the string under way. */
static enum pgtask_error take_string(struct pgtask_json *json, struct pgtask_json_event *event)
{
    jsmntok_t const *const tokens = (jsmntok_t const *)json->tokens;

    /* A key belongs to its object, and the value to its key. */
    event->type = json->parent >= 0 && tokens[json->parent].type == JSMN_OBJECT
                      ? PGTASK_JSON_KEY
                      : PGTASK_JSON_STRING;
    if (!pgtaski_json_unescape(json, event)) {
        return PGTASK_ERROR_JSON_STRING;
    }
    if (event->has_more) {
        return event->length == 0 ? need_more(json) : PGTASK_OK;
    }
    json->tokenized = ++json->at; /* jsmn never sees the closing quote */
    if (event->type == PGTASK_JSON_KEY) {
        json->expect = PGTASK_JSON_EXPECT_COLON;
    } else {
        end_value(json, json->parent);
    }
    return PGTASK_OK;
}

/* Sets the event's type to that of a number or literal. @return false if the text is neither */
static bool classify_primitive(struct pgtask_json_event *event)
{
    static char const literals[][6] = {"true", "false", "null"}; /* as PGTASK_JSON_TRUE and on */
    uint64_t number;

    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        if (literals[i][0] == event->text[0]) {
            event->type = (enum pgtask_json_type)(PGTASK_JSON_TRUE + i);
            return strlen(literals[i]) == event->length &&
                   memcmp(literals[i], event->text, event->length) == 0;
        }
    }
    event->type = PGTASK_JSON_NUMBER;
    /* This checks the grammar. A number that does not fit 64 bits is still a number. */
    return pgtask_json_to_uint64(event->text, event->length, &number) != PGTASK_ERROR_JSON_NUMBER;
}

/*
 * Folds a container that begins into the one around it, if both lie among the last tokens. What
 * jsmn knows of the rest of the piece is dropped, since those tokens come after the folded one.
 * @return PGTASK_ERROR_JSON_DEPTH: there is no bit left
 */
static enum pgtask_error fold(struct pgtask_json *json, jsmntok_t const *inner)
{
    jsmntok_t *const tokens = (jsmntok_t *)json->tokens;
    int outer = inner->parent;

    if (outer < first_shared(json)) {
        return PGTASK_OK;
    }
    /* A key comes right after its object. */
    if (tokens[outer].type == JSMN_STRING && --outer < first_shared(json)) {
        return PGTASK_OK;
    }
    if (json->folded == PGTASK_JSON_FOLDS) {
        return PGTASK_ERROR_JSON_DEPTH;
    }
    if (tokens[outer].type == JSMN_OBJECT) {
        json->were_objects[json->folded / 32] |= UINT32_C(1) << json->folded % 32;
    }
    json->folded++;
    tokens[outer].type = inner->type;
    json->parent = outer;
    json->tokenized = json->at + 1;
    return PGTASK_OK;
}

/* A container has ended: if it was folded, its token stands for the one around it again. */
static void unfold(struct pgtask_json *json)
{
    if (json->folded > 0) {
        /* Its token comes right after the one that it belongs to. */
        jsmntok_t *const token = (jsmntok_t *)json->tokens + ++json->parent;
        uint32_t const at = --json->folded;
        uint32_t const bit = UINT32_C(1) << at % 32;

        token->type = (json->were_objects[at / 32] & bit) != 0 ? JSMN_OBJECT : JSMN_ARRAY;
        token->end = -1;
        json->were_objects[at / 32] &= ~bit;
    }
}

/* Hands on jsmn's next token, which begins at `at` and is not a string. */
static enum pgtask_error take_token(struct pgtask_json *json, struct pgtask_json_event *event)
{
    jsmntok_t const *const token = (jsmntok_t const *)json->tokens + json->next_token++;

    if ((json->expect & PGTASK_JSON_EXPECT_TOKEN) == 0) {
        return PGTASK_ERROR_JSON_SYNTAX;
    }
    if (token->type != JSMN_PRIMITIVE) {
        enum pgtask_error const error = fold(json, token);

        if (error != PGTASK_OK) {
            return error;
        }
        event->type =
            token->type == JSMN_OBJECT ? PGTASK_JSON_BEGIN_OBJECT : PGTASK_JSON_BEGIN_ARRAY;
        json->at++;
        json->expect = PGTASK_JSON_EXPECT_TOKEN | PGTASK_JSON_EXPECT_END;
        return PGTASK_OK;
    }
    event->text = json->window + json->at;
    event->length = (size_t)token->end - json->at;
    if (!classify_primitive(event)) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    if (json->is_shortened) {
        json->is_shortened = false;
        event->length = 0;
    }
    json->at = (uint32_t)token->end;
    end_value(json, token->parent);
    return PGTASK_OK;
}

/* Finds the next event. An error is about the byte at `at`. */
static enum pgtask_error find_event(struct pgtask_json *json, struct pgtask_json_event *event)
{
    while (json->expect != PGTASK_JSON_EXPECT_STRING) {
        unsigned wanted;
        char byte;

        if (json->at == json->tokenized) {
            enum pgtask_error const error = tokenize_piece(json);

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
        case '"': wanted = PGTASK_JSON_EXPECT_TOKEN; break;
        default: return take_token(json, event);
        }
        if ((json->expect & wanted) == 0) {
            return PGTASK_ERROR_JSON_SYNTAX;
        }
        json->at++;
        if (wanted == PGTASK_JSON_EXPECT_END) {
            event->type = byte == '}' ? PGTASK_JSON_END_OBJECT : PGTASK_JSON_END_ARRAY;
            unfold(json);
            end_value(json, json->parent);
            return PGTASK_OK;
        }
        json->expect = byte == '"' ? PGTASK_JSON_EXPECT_STRING : PGTASK_JSON_EXPECT_TOKEN;
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
