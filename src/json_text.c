/* SPDX-License-Identifier: MIT */
#include "json_text.h"

#include <stdint.h>
#include <string.h>

#include <pgtask/json.h>

#define EACH_BYTE ((size_t)-1 / 255)
#define HIGH_BITS (EACH_BYTE * 0x80)

static bool is_plain(unsigned char byte)
{
    static unsigned char const plain[256] = {
        /* all of 0x20 to 0x7f but the quote and the backslash */
        [0x20] = 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* 0x20 */
        1,          1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* 0x30 */
        1,          1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* 0x40 */
        1,          1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, /* 0x50 */
        1,          1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* 0x60 */
        1,          1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* 0x70 */
    };
    return plain[byte] != 0;
}

/* A backslash, a control byte or a byte above 0x7f anywhere in the word. A quote cannot be there:
 * jsmn ends the string at it. */
static bool word_is_plain(size_t word)
{
    size_t const no_backslash = word ^ (EACH_BYTE * '\\');

    return ((word | ((word - EACH_BYTE * 0x20) & ~word) |
             ((no_backslash - EACH_BYTE) & ~no_backslash)) &
            HIGH_BITS) == 0;
}

static size_t plain_words(char const *text, size_t length)
{
    size_t at = 0;
    size_t word;

    while (length - at >= sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if (!word_is_plain(word)) {
            break;
        }
        at += sizeof word;
    }
    return at;
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

/* How an escape or a character at the start of `text` reads. */
struct unit {
    size_t length; /**< 0: bad; more than the bytes there are: cut short by the end */
    uint32_t code;
};

enum { CUT_SHORT = 255 };

/* `\uXXXX` at the start of `text`, whose backslash is there */
static struct unit read_u_escape(char const *text, size_t length)
{
    struct unit unit = {.length = 6, .code = 0};

    if (length < 2) {
        return (struct unit){.length = CUT_SHORT};
    }
    if (text[1] != 'u') {
        return (struct unit){.length = 0};
    }
    for (size_t i = 2; i < 6; i++) {
        int digit;

        if (i >= length) {
            return (struct unit){.length = CUT_SHORT};
        }
        digit = hex_digit(text[i]);
        if (digit < 0) {
            return (struct unit){.length = 0};
        }
        unit.code = unit.code * 16 + (uint32_t)digit;
    }
    return unit;
}

static bool is_high_surrogate(uint32_t code)
{
    return code >= 0xd800 && code <= 0xdbff;
}

static bool is_low_surrogate(uint32_t code)
{
    return code >= 0xdc00 && code <= 0xdfff;
}

static struct unit read_escape(char const *text, size_t length)
{
    static char const names[] = "\"\\/bfnrt";
    static char const codes[] = "\"\\/\b\f\n\r\t";
    struct unit first;
    struct unit second;

    if (length < 2) {
        return (struct unit){.length = CUT_SHORT};
    }
    for (size_t i = 0; i < sizeof names - 1; i++) {
        if (text[1] == names[i]) {
            return (struct unit){.length = 2, .code = (unsigned char)codes[i]};
        }
    }
    first = read_u_escape(text, length);
    if (first.length != 6 || !is_high_surrogate(first.code)) {
        return is_low_surrogate(first.code) ? (struct unit){.length = 0} : first;
    }
    if (length == 6) {
        return (struct unit){.length = CUT_SHORT};
    }
    if (text[6] != '\\') {
        return (struct unit){.length = 0};
    }
    second = read_u_escape(text + 6, length - 6);
    if (second.length == 6) {
        second.length = is_low_surrogate(second.code) ? 12 : 0;
        second.code = 0x10000 + ((first.code - 0xd800) << 10) + (second.code - 0xdc00);
    }
    return second;
}

/* Well-formed byte sequences: RFC 3629 section 4. */
static struct unit check_utf8(char const *text, size_t length)
{
    static struct {
        unsigned char first_low, first_high, second_low, second_high, bytes;
    } const forms[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    unsigned char const *const bytes = (unsigned char const *)text;

    for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++) {
        if (bytes[0] < forms[form].first_low || bytes[0] > forms[form].first_high) {
            continue;
        }
        for (size_t i = 1; i < forms[form].bytes; i++) {
            unsigned char const low = i == 1 ? forms[form].second_low : 0x80;
            unsigned char const high = i == 1 ? forms[form].second_high : 0xbf;

            if (i >= length) {
                return (struct unit){.length = CUT_SHORT};
            }
            if (bytes[i] < low || bytes[i] > high) {
                return (struct unit){.length = 0};
            }
        }
        return (struct unit){.length = forms[form].bytes};
    }
    return (struct unit){.length = 0};
}

static size_t write_utf8(char *text, uint32_t code)
{
    if (code < 0x80) {
        text[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        text[0] = (char)(0xc0 | code >> 6);
        text[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        text[0] = (char)(0xe0 | code >> 12);
        text[1] = (char)(0x80 | (code >> 6 & 0x3f));
        text[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    text[0] = (char)(0xf0 | code >> 18);
    text[1] = (char)(0x80 | (code >> 12 & 0x3f));
    text[2] = (char)(0x80 | (code >> 6 & 0x3f));
    text[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

struct pgtask_json_unescaped pgtask_json_unescape(char *text, size_t length)
{
    char const *const end = text + length;
    size_t const clean = plain_words(text, length);
    char const *in = text + clean;
    char *out = text + clean;

    for (;;) {
        struct unit unit;

        while (is_plain((unsigned char)*in)) {
            *out++ = *in++;
        }
        if (in >= end) {
            return (struct pgtask_json_unescaped){length, (size_t)(out - text), false};
        }
        if (in[0] == '\\' && in[1] == '"' && end - in > 1) {
            *out++ = '"';
            in += 2;
            continue;
        }
        unit = in[0] == '\\' ? read_escape(in, (size_t)(end - in))
                             : check_utf8(in, (size_t)(end - in));
        if (unit.length == 0 || unit.length == CUT_SHORT) {
            return (struct pgtask_json_unescaped){(size_t)(in - text), (size_t)(out - text),
                                                  unit.length == 0};
        }
        if (in[0] == '\\') {
            out += write_utf8(out, unit.code);
        } else {
            memmove(out, in, unit.length);
            out += unit.length;
        }
        in += unit.length;
    }
}

static size_t skip_digits(char const *text, size_t length, size_t at)
{
    while (at < length && text[at] >= '0' && text[at] <= '9') {
        at++;
    }
    return at;
}

bool pgtask_json_is_number(char const *text, size_t length)
{
    size_t at = length > 0 && text[0] == '-' ? 1 : 0;
    size_t start = at;

    at = skip_digits(text, length, at);
    if (at == start || (text[start] == '0' && at > start + 1)) {
        return false;
    }
    if (at < length && text[at] == '.') {
        start = at + 1;
        at = skip_digits(text, length, start);
        if (at == start) {
            return false;
        }
    }
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        start = at + 1;
        if (start < length && (text[start] == '+' || text[start] == '-')) {
            start++;
        }
        at = skip_digits(text, length, start);
        if (at == start) {
            return false;
        }
    }
    return at == length;
}

/* The exponent of a number whose grammar is good, within +-EXPONENT_MAX. */
enum { EXPONENT_MAX = 100000 };

static int32_t read_exponent(char const *text, size_t length, size_t at)
{
    bool const negative = at < length && text[at] == '-';
    int32_t exponent = 0;

    for (; at < length; at++) {
        if (text[at] >= '0' && text[at] <= '9' && exponent < EXPONENT_MAX) {
            exponent = exponent * 10 + (text[at] - '0');
        }
    }
    return negative ? -exponent : exponent;
}

static bool push_digit(uint64_t *number, unsigned digit)
{
    if (*number > (UINT64_MAX - digit) / 10) {
        return false;
    }
    *number = *number * 10 + digit;
    return true;
}

enum pgtask_error pgtask_json_to_uint64(char const *text, size_t length, uint64_t *number)
{
    size_t const mantissa_start = length > 0 && text[0] == '-' ? 1 : 0;
    size_t mantissa_end = mantissa_start;
    int64_t whole_digits = -1; /* digits before the point, then moved by the exponent */
    int64_t digits = 0;
    uint64_t value = 0;

    if (!pgtask_json_is_number(text, length)) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    while (mantissa_end < length && text[mantissa_end] != 'e' && text[mantissa_end] != 'E') {
        if (text[mantissa_end] == '.') {
            whole_digits = (int64_t)(mantissa_end - mantissa_start);
        }
        mantissa_end++;
    }
    if (whole_digits < 0) {
        whole_digits = (int64_t)(mantissa_end - mantissa_start);
    }
    whole_digits += mantissa_end < length ? read_exponent(text, length, mantissa_end + 1) : 0;
    for (size_t i = mantissa_start; i < mantissa_end; i++) {
        unsigned const digit = (unsigned)(text[i] - '0');

        if (text[i] == '.') {
            continue;
        }
        if (digits < whole_digits ? !push_digit(&value, digit) : digit != 0) {
            return PGTASK_ERROR_ANSWER_RANGE;
        }
        digits++;
    }
    for (; digits < whole_digits && value != 0; digits++) {
        if (!push_digit(&value, 0)) {
            return PGTASK_ERROR_ANSWER_RANGE;
        }
    }
    if (mantissa_start == 1 && value != 0) {
        return PGTASK_ERROR_ANSWER_RANGE;
    }
    *number = value;
    return PGTASK_OK;
}
