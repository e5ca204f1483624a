/* SPDX-License-Identifier: MIT */
#include "jsmn_value.h"

#include <string.h>

enum { NUMBER_DIGITS = 19 };

bool jsmn_number(struct jsmn_document const *document, int at, uint64_t *value)
{
    jsmntok_t const *const token = &document->tokens[at];
    uint64_t sum = 0;

    if (token->type != JSMN_PRIMITIVE || token->end - token->start > NUMBER_DIGITS) {
        return false;
    }
    for (int i = token->start; i < token->end; i++) {
        unsigned const digit = (unsigned char)document->json[i] - (unsigned)'0';

        if (digit > 9) {
            return jsmn_is_null(document, at);
        }
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

bool jsmn_percent(struct jsmn_document const *document, int at, int *value)
{
    uint64_t number_read = 0;

    if (jsmn_is_null(document, at)) {
        return true;
    }
    if (!jsmn_number(document, at, &number_read) || number_read > 100) {
        return false;
    }
    *value = (int)number_read;
    return true;
}

/* jsmn has made sure of the digits. */
static unsigned hex(char const *digits)
{
    unsigned code = 0;

    for (int i = 0; i < 4; i++) {
        unsigned const digit = (unsigned char)digits[i];

        code = code << 4 | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return code;
}

static size_t encode(unsigned code, char utf8[4])
{
    if (code < 0x80) {
        utf8[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        utf8[0] = (char)(0xc0 | code >> 6);
        utf8[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        utf8[0] = (char)(0xe0 | code >> 12);
        utf8[1] = (char)(0x80 | (code >> 6 & 0x3f));
        utf8[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    utf8[0] = (char)(0xf0 | code >> 18);
    utf8[1] = (char)(0x80 | (code >> 12 & 0x3f));
    utf8[2] = (char)(0x80 | (code >> 6 & 0x3f));
    utf8[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* Reads the digits of \uXXXX, and the other half of a pair. 0: half a pair, or U+0000. */
static unsigned code_point(char const **in, char const *end)
{
    unsigned const high = hex(*in);

    *in += 4;
    if (high < 0xd800 || high > 0xdfff) {
        return high;
    }
    if (high > 0xdbff || end - *in < 6 || (*in)[0] != '\\' || (*in)[1] != 'u') {
        return 0;
    }
    unsigned const low = hex(*in + 2);

    *in += 6;
    return low < 0xdc00 || low > 0xdfff ? 0 : 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* What the escape after a backslash stands for, as UTF-8; 0 bytes for one that stands for none. */
static size_t escape(char const **in, char const *end, char utf8[4])
{
    char const kind = *(*in)++;

    switch (kind) {
    case 'b': utf8[0] = '\b'; return 1;
    case 'f': utf8[0] = '\f'; return 1;
    case 'n': utf8[0] = '\n'; return 1;
    case 'r': utf8[0] = '\r'; return 1;
    case 't': utf8[0] = '\t'; return 1;
    case 'u': break;
    default: utf8[0] = kind; return 1;
    }
    unsigned const code = code_point(in, end);

    return code == 0 ? 0 : encode(code, utf8);
}

bool jsmn_text(struct jsmn_document const *document, int at, char *to, size_t capacity)
{
    jsmntok_t const *const token = &document->tokens[at];
    char const *in = document->json + token->start;
    char const *const end = document->json + token->end;
    char *out = to;
    char *const limit = to + capacity - 1;

    if (token->type != JSMN_STRING) {
        return jsmn_is_null(document, at);
    }
    while (in < end && out < limit) {
        if (*in != '\\') {
            char const *const stop = end - in < limit - out ? end : in + (limit - out);

            do {
                *out++ = *in++;
            } while (in < stop && *in != '\\');
        } else if (in[1] == '"' || in[1] == '\\' || in[1] == '/') {
            *out++ = in[1];
            in += 2;
        } else {
            char utf8[4];
            size_t length;

            in++;
            length = escape(&in, end, utf8);
            if (length == 0) {
                return false;
            }
            if (length > (size_t)(limit - out)) {
                break;
            }
            memcpy(out, utf8, length);
            out += length;
        }
    }
    if (in < end) {
        out = to + bench_boundary(to, (size_t)(out - to));
    }
    *out = '\0';
    return true;
}
