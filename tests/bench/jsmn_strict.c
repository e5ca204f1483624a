/* SPDX-License-Identifier: MIT */
/*
 * What jsmn leaves to its user before a text may be believed: the grammar between tokens, numbers
 * and literals, and the contents of strings. With it the peer refuses what RFC 8259 refuses, as
 * pgtask does.
 */
#include "jsmn_value.h"

#include <string.h>

enum expect { VALUE = 1, KEY = 2, COLON = 4, COMMA = 8, END = 16, NOTHING = 0 };

/* 0: plain; 1: a backslash; 2: a control byte; 3: begins or goes on with a longer character */
static unsigned char kind_of(unsigned char byte)
{
    static unsigned char const kinds[256] = {
        2, 2, 2, 2, 2, 2, 2, 2,          2,          2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, ['\\'] = 1, [0x80] = 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
        3, 3, 3, 3, 3, 3, 3, 3,          3,          3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
        3, 3, 3, 3, 3, 3, 3, 3,          3,          3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
        3, 3, 3, 3, 3, 3, 3, 3,          3,          3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
        3, 3, 3, 3, 3, 3, 3, 3,          3,          3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    };

    return kinds[byte];
}

/* Length of the well-formed character (RFC 3629) at `text`, 0 if it is none. */
static int utf8_length(unsigned char const *text, int left)
{
    int const length = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;

    if (text[0] < 0xc2 || text[0] > 0xf4 || left < length) {
        return 0;
    }
    for (int i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
                   (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f)
               ? 0
               : length;
}

static bool is_string(char const *json, jsmntok_t const *token)
{
    for (int at = token->start; at < token->end;) {
        unsigned char const kind = kind_of((unsigned char)json[at]);
        int length = 1;

        if (kind == 0) {
            at++;
            continue;
        }
        if (kind == 1) {
            length = 2; /* jsmn has checked which; surrogates are checked where they are copied */
        } else if (kind == 2) {
            return false;
        } else {
            length = utf8_length((unsigned char const *)json + at, token->end - at);
        }
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

static int digits(char const *json, int at)
{
    while (json[at] >= '0' && json[at] <= '9') {
        at++;
    }
    return at;
}

static bool is_number(char const *json, jsmntok_t const *token)
{
    int at = token->start + (json[token->start] == '-');
    int const first = at;

    at = digits(json, at);
    if (at == first || (json[first] == '0' && at > first + 1)) {
        return false;
    }
    if (json[at] == '.') {
        int const point = at++;

        at = digits(json, at);
        if (at == point + 1) {
            return false;
        }
    }
    if (json[at] == 'e' || json[at] == 'E') {
        int exponent = at + 1;

        exponent += json[exponent] == '+' || json[exponent] == '-';
        at = digits(json, exponent);
        if (at == exponent) {
            return false;
        }
    }
    return at == token->end;
}

static bool is_primitive(char const *json, jsmntok_t const *token)
{
    size_t const length = (size_t)(token->end - token->start);
    char const *const text = json + token->start;

    switch (text[0]) {
    case 't': return length == 4 && memcmp(text, "true", 4) == 0;
    case 'f': return length == 5 && memcmp(text, "false", 5) == 0;
    case 'n': return length == 4 && memcmp(text, "null", 4) == 0;
    default: return is_number(json, token);
    }
}

/* The container that a container stands in, -1 for the outermost. */
static int outer(jsmntok_t const *tokens, int container)
{
    int const parent = tokens[container].parent;

    return parent >= 0 && tokens[parent].type == JSMN_STRING ? tokens[parent].parent : parent;
}

bool jsmn_is_strict(struct jsmn_document const *document, size_t length)
{
    char const *const json = document->json;
    jsmntok_t const *const tokens = document->tokens;
    unsigned expect = VALUE;
    int next = 0;
    int open = -1;

    for (int at = 0; at < (int)length;) {
        jsmntok_t const *const token = &tokens[next];
        bool const key = (expect & KEY) != 0;

        switch (json[at]) {
        case ' ':
        case '\t':
        case '\n':
        case '\r': at++; continue;
        case ',':
            if ((expect & COMMA) == 0) {
                return false;
            }
            expect = tokens[open].type == JSMN_OBJECT ? KEY : VALUE;
            at++;
            continue;
        case ':':
            if ((expect & COLON) == 0) {
                return false;
            }
            expect = VALUE;
            at++;
            continue;
        case '{':
        case '[':
            if ((expect & VALUE) == 0) {
                return false;
            }
            expect = (json[at] == '{' ? KEY : VALUE) | END;
            open = next++;
            at++;
            continue;
        case '}':
        case ']':
            if ((expect & END) == 0) {
                return false;
            }
            open = outer(tokens, open);
            at++;
            break;
        case '"':
            if ((expect & (KEY | VALUE)) == 0 || !is_string(json, token)) {
                return false;
            }
            at = token->end + 1;
            next++;
            break;
        default:
            if ((expect & VALUE) == 0 || !is_primitive(json, token)) {
                return false;
            }
            at = token->end;
            next++;
            break;
        }
        expect = key && json[at - 1] == '"' ? COLON : open < 0 ? NOTHING : COMMA | END;
    }
    return expect == NOTHING;
}
