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

/* Bytes of a code point in UTF-8; 0: a surrogate, or beyond Unicode. */
static size_t utf8_length(uint32_t code)
{
    if (code < 0x80) {
        return 1;
    }
    if (code < 0x800) {
        return 2;
    }
    if (code < 0x10000) {
        return code >> 11 == 0xd800 >> 11 ? 0 : 3;
    }
    return code <= 0x10ffff ? 4 : 0;
}

size_t pgtask_json_write_character(char *text, uint32_t code)
{
    static unsigned char const leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t const length = utf8_length(code);

    for (size_t at = length - 1; at > 0; at--) {
        text[at] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    text[0] = (char)(leads[length] | code);
    return length;
}

enum { CUT_SHORT = 255 };

/* What has a shorter form is not well-formed. */
static size_t read_utf8(char const *text, size_t length, uint32_t *code)
{
    unsigned char const first = (unsigned char)text[0];
    size_t const bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

    *code = first & (bytes == 2 ? 0x3fu : 0x0fu);
    if (first < 0xc0) {
        return 0;
    }
    for (size_t at = 1; at < bytes; at++) {
        if (at == length) {
            return CUT_SHORT;
        }
        if (((unsigned char)text[at] & 0xc0) != 0x80) {
            return 0;
        }
        *code = *code << 6 | ((unsigned char)text[at] & 0x3f);
    }
    return utf8_length(*code) == bytes ? bytes : 0;
}

/* The value of a hexadecimal digit; more than 15: it is none. */
static uint32_t hex_digit(char digit)
{
    uint32_t const decimal = (uint32_t)(unsigned char)digit - '0';
    uint32_t const letter = ((uint32_t)(unsigned char)digit | 0x20) - 'a';

    return decimal <= 9 ? decimal : letter <= 5 ? letter + 10 : 16;
}

/* `\uXXXX` */
static size_t read_u_escape(char const *text, size_t length, uint32_t *code)
{
    static char const start[] = {'\\', 'u'};

    *code = 0;
    for (size_t at = 0; at < 6; at++) {
        uint32_t digit = 0;
        if (at == length) {
            return CUT_SHORT;
        }
        if (at < sizeof start ? text[at] != start[at] : (digit = hex_digit(text[at])) > 15) {
            return 0;
        }
        *code = *code << 4 | digit;
    }
    return 6;
}

size_t pgtask_json_read_character(char const *text, size_t length, uint32_t *code)
{
    /* Each name is followed by what it stands for. */
    static char const escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    size_t taken;
    uint32_t low;

    if (text[0] != '\\') {
        return read_utf8(text, length, code);
    }
    for (size_t at = 0; length > 1 && at < sizeof escapes - 1; at += 2) {
        if (text[1] == escapes[at]) {
            *code = (unsigned char)escapes[at + 1];
            return 2;
        }
    }
    taken = read_u_escape(text, length, code);
    if (taken != 6 || utf8_length(*code) != 0) {
        return taken;
    }
    if (*code >= 0xdc00) {
        return 0;
    }
    taken = read_u_escape(text + 6, length - 6, &low);
    if (taken == 6) {
        *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
        return low >> 10 == 0xdc00 >> 10 ? 12 : 0;
    }
    return taken;
}

/* A number under way: `digits` times ten to the power of `zeros`. */
struct number {
    char const *at;
    char const *end;
    uint64_t digits;
    int32_t zeros;
    bool too_large;
};

/* The next byte, or NUL. */
static char next_byte(struct number const *number)
{
    return number->at < number->end ? *number->at : '\0';
}

static void push_zeros(struct number *number)
{
    for (; number->zeros > 0 && number->digits != 0 && !number->too_large; number->zeros--) {
        number->too_large = !pgtask_text_push_digit(&number->digits, '0');
    }
}

/* Takes digits; zeros at the end wait for one that is not. @return how many */
static int32_t take_digits(struct number *number)
{
    char const *const start = number->at;

    for (; next_byte(number) >= '0' && next_byte(number) <= '9'; number->at++) {
        if (*number->at == '0') {
            number->zeros++;
            continue;
        }
        push_zeros(number);
        number->zeros = 0;
        if (!pgtask_text_push_digit(&number->digits, *number->at)) {
            number->too_large = true;
        }
    }
    return (int32_t)(number->at - start);
}

/* Takes an exponent behind its `e`. @return false: it has no digits */
static bool take_exponent(struct number *number)
{
    enum { MOST = 100000 }; /* more than a window has digits: the rest makes no difference */
    char const sign = next_byte(number);
    int32_t exponent = 0;
    char const *start;

    number->at += sign == '+' || sign == '-' ? 1 : 0;
    start = number->at;
    for (; next_byte(number) >= '0' && next_byte(number) <= '9'; number->at++) {
        exponent = exponent < MOST ? exponent * 10 + (*number->at - '0') : MOST;
    }
    number->zeros += sign == '-' ? -exponent : exponent;
    return number->at > start;
}

enum pgtask_error pgtask_json_to_uint64(char const *text, size_t length, uint64_t *number)
{
    struct number read = {.at = text, .end = text + length};
    bool const negative = next_byte(&read) == '-';
    int32_t count;
    bool good;

    read.at += negative ? 1 : 0;
    good = next_byte(&read) == '0';
    count = take_digits(&read);
    good = count == 1 || (count > 1 && !good);
    if (next_byte(&read) == '.') {
        read.at++;
        count = take_digits(&read);
        read.zeros -= count;
        good = good && count > 0;
    }
    if (next_byte(&read) == 'e' || next_byte(&read) == 'E') {
        read.at++;
        good = take_exponent(&read) && good;
    }
    if (!good || read.at < read.end) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    push_zeros(&read);
    if (read.too_large || (read.digits != 0 && (negative || read.zeros < 0))) {
        return PGTASK_ERROR_ANSWER_RANGE;
    }
    *number = read.digits;
    return PGTASK_OK;
}
