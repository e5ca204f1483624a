/* SPDX-License-Identifier: MIT */
#include "json_text.h"

#include <stdint.h>
#include <string.h>

#include <pgtask/json.h>

#include "text.h"

#define EACH_BYTE ((size_t)-1 / 255)

#define HIGH_BITS (EACH_BYTE * 0x80)

/*
 * These mark, by its highest bit, the first byte of the word that is what they look for, and maybe
 * bytes that lie above it in the word; 0 if there is none.
 */
static size_t mark_specials(size_t word)
{
    size_t const is_backslash = (word ^ EACH_BYTE * '\\') - EACH_BYTE;
    size_t const is_control = word - EACH_BYTE * 0x20;

    return (word | is_control | is_backslash) & HIGH_BITS;
}

static size_t mark_quotes(size_t word)
{
    size_t const is_quote = (word ^ EACH_BYTE * '"') - EACH_BYTE;

    return is_quote & HIGH_BITS;
}

static bool is_little_endian(void)
{
    uint16_t const one = 1;
    unsigned char first;

    memcpy(&first, &one, 1);
    return first == 1;
}

/* Bytes of `text`, read as a word with these marks, before the first special one. */
static size_t bytes_before(char const *text, size_t marks)
{
    size_t at = 0;

    if (is_little_endian()) {
        size_t const below = ((marks & (0 - marks)) - 1) & EACH_BYTE;

        return ((below * EACH_BYTE) >> (8 * (sizeof marks - 1))) - 1;
    }
    while ((unsigned char)text[at] >= 0x20 && (unsigned char)text[at] <= 0x7f && text[at] != '\\' &&
           text[at] != '"') {
        at++;
    }
    return at;
}

size_t pgtask_json_plain(char const *text, size_t length)
{
    for (size_t at = 0; at < length; at += sizeof(size_t)) {
        size_t word;
        size_t marks;

        memcpy(&word, text + at, sizeof word);
        marks = mark_specials(word) | mark_quotes(word);
        if (marks != 0) {
            at += bytes_before(text + at, marks);
            return at < length ? at : length;
        }
    }
    return length;
}

bool pgtask_json_has_end(char const *text, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        if (text[at] == '"') {
            return true;
        }
        at += text[at] == '\\' ? 1 : 0;
    }
    return false;
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
    if (is_low_surrogate(first.code)) {
        return (struct unit){.length = 0};
    }
    if (first.length != 6 || !is_high_surrogate(first.code)) {
        return first;
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
static struct unit read_utf8(char const *text, size_t length)
{
    static struct {
        unsigned char first_low, first_high, second_low, second_high, bytes;
    } const forms[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    unsigned char const *const bytes = (unsigned char const *)text;
    uint32_t code;

    for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++) {
        if (bytes[0] < forms[form].first_low || bytes[0] > forms[form].first_high) {
            continue;
        }
        code = bytes[0] & (0x7fu >> forms[form].bytes);
        for (size_t i = 1; i < forms[form].bytes; i++) {
            unsigned char const low = i == 1 ? forms[form].second_low : 0x80;
            unsigned char const high = i == 1 ? forms[form].second_high : 0xbf;

            if (i >= length) {
                return (struct unit){.length = CUT_SHORT};
            }
            if (bytes[i] < low || bytes[i] > high) {
                return (struct unit){.length = 0};
            }
            code = code << 6 | (bytes[i] & 0x3fu);
        }
        return (struct unit){.length = forms[form].bytes, .code = code};
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

/* Whole words are moved down, PGTASK_JSON_SPARE bytes at least: what is written past a run spoils
 * nothing that is still to be read. */
struct pgtask_json_unescaped pgtask_json_unescape(char *text, size_t length)
{
    char const *in = text;
    char *const start = text - PGTASK_JSON_SPARE;
    char *out = start;
    size_t left = length;
    bool has_nul = false;

    while (left > 0) {
        size_t word;
        size_t marks;
        size_t run;
        struct unit unit;

        memcpy(&word, in, sizeof word);
        memcpy(out, &word, sizeof word);
        marks = mark_specials(word) | mark_quotes(word);
        run = marks == 0 ? sizeof word : bytes_before(in, marks);
        if (run >= left) {
            out += left;
            left = 0;
            break;
        }
        in += run;
        out += run;
        left -= run;
        if (marks == 0) {
            continue;
        }
        if (in[0] == '"') {
            break;
        }
        if (in[0] == '\\' && in[1] == '"' && left > 1) {
            *out++ = '"';
            in += 2;
            left -= 2;
            continue;
        }
        unit = in[0] == '\\' ? read_escape(in, left) : read_utf8(in, left);
        if (unit.length == 0 || unit.length == CUT_SHORT) {
            return (struct pgtask_json_unescaped){
                start, (size_t)(out - start), length - left, has_nul, false, unit.length == 0};
        }
        has_nul = has_nul || unit.code == 0;
        out += write_utf8(out, unit.code);
        in += unit.length;
        left -= unit.length;
    }
    return (struct pgtask_json_unescaped){
        start, (size_t)(out - start), length - left, has_nul, left > 0, false};
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

/* The usual notation, too short to overflow. */
static bool read_plain_digits(char const *text, size_t length, uint64_t *number)
{
    uint64_t value = 0;

    if (length == 0 || length > 19 || (text[0] == '0' && length > 1)) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned const digit = (unsigned)(unsigned char)text[i] - '0';

        if (digit > 9) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

enum pgtask_error pgtask_json_to_uint64(char const *text, size_t length, uint64_t *number)
{
    size_t const mantissa_start = length > 0 && text[0] == '-' ? 1 : 0;
    size_t mantissa_end = mantissa_start;
    int32_t whole_digits = -1; /* digits before the point, then moved by the exponent */
    int32_t digits = 0;
    uint64_t value = 0;

    if (read_plain_digits(text, length, number)) {
        return PGTASK_OK;
    }
    if (!pgtask_json_is_number(text, length)) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    while (mantissa_end < length && text[mantissa_end] != 'e' && text[mantissa_end] != 'E') {
        if (text[mantissa_end] == '.') {
            whole_digits = (int32_t)(mantissa_end - mantissa_start);
        }
        mantissa_end++;
    }
    if (whole_digits < 0) {
        whole_digits = (int32_t)(mantissa_end - mantissa_start);
    }
    whole_digits += mantissa_end < length ? read_exponent(text, length, mantissa_end + 1) : 0;
    for (size_t i = mantissa_start; i < mantissa_end; i++) {
        if (text[i] == '.') {
            continue;
        }
        if (digits < whole_digits ? !pgtask_text_push_digit(&value, text[i]) : text[i] != '0') {
            return PGTASK_ERROR_ANSWER_RANGE;
        }
        digits++;
    }
    for (; digits < whole_digits && value != 0; digits++) {
        if (!pgtask_text_push_digit(&value, '0')) {
            return PGTASK_ERROR_ANSWER_RANGE;
        }
    }
    if (mantissa_start == 1 && value != 0) {
        return PGTASK_ERROR_ANSWER_RANGE;
    }
    *number = value;
    return PGTASK_OK;
}
