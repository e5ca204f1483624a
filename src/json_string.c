/* SPDX-License-Identifier: MIT */
#include "json_private.h"

#include <stdint.h>
#include <string.h>

#include "number.h"

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

/*
 * Moves printable ASCII other than backslash and quote down by a word at least, since whole words
 * are written. @return how many bytes
 */
static size_t move_plain(char *to, char const *from, size_t length)
{
    for (size_t at = 0; at < length; at += sizeof(size_t)) {
        size_t word;
        size_t marks;

        memcpy(&word, from + at, sizeof word);
        memcpy(to + at, &word, sizeof word);
        marks = mark_specials(word) | mark_quotes(word);
        if (marks != 0) {
            at += bytes_before(from + at, marks);
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

/* What the first byte of so many begins with. */
static unsigned char const leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

static size_t write_character(char *text, uint32_t code)
{
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
    size_t bytes = 4;
    uint32_t value;

    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    while (first < leads[bytes]) {
        bytes--;
    }
    value = first ^ leads[bytes];
    for (size_t at = 1; at < bytes; at++) {
        uint32_t bits;

        if (at == length) {
            return CUT_SHORT;
        }
        bits = (unsigned char)text[at] ^ 0x80u;
        if (bits > 0x3f) {
            return 0;
        }
        value = value << 6 | bits;
    }
    *code = value;
    return utf8_length(value) == bytes ? bytes : 0;
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
    uint32_t value = 0;

    for (size_t at = 0; at < 6; at++) {
        if (at == length) {
            return CUT_SHORT;
        }
        if (at < 2) {
            if (text[at] != "\\u"[at]) {
                return 0;
            }
        } else {
            uint32_t const digit = hex_digit(text[at]);

            if (digit > 15) {
                return 0;
            }
            value = value << 4 | digit;
        }
    }
    *code = value;
    return 6;
}

/*
 * Reads an escape, or a character of more than one byte, of which `length` bytes are there.
 * @return how many bytes it takes, more than `length` if the end cuts it short; 0: it is bad
 */
static size_t read_character(char const *text, size_t length, uint32_t *code)
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

bool pgtaski_json_unescape(struct pgtask_json *json, struct pgtask_json_event *event)
{
    char const *in = json->window + json->at;
    char const *const end = json->window + json->length;
    char *const start = json->window + json->at - PGTASK_JSON_SPARE;
    char *out = start;
    size_t taken = 1;

    event->has_nul = false;
    event->more = true;
    for (;;) {
        size_t const plain = move_plain(out, in, (size_t)(end - in));
        uint32_t code;

        out += plain;
        in += plain;
        if (in == end) {
            break;
        }
        if (*in == '"') {
            event->more = false;
            break;
        }
        if (*in == '\\' && in[1] == '"' && end - in > 1) {
            *out++ = '"';
            in += 2;
            continue;
        }
        taken = read_character(in, (size_t)(end - in), &code);
        if (taken == 0 || taken > (size_t)(end - in)) {
            break;
        }
        in += taken;
        if (code == 0) {
            event->has_nul = true;
        }
        out += write_character(out, code);
    }
    json->at = (uint32_t)(in - json->window);
    event->text = start;
    event->length = (size_t)(out - start);
    return taken != 0;
}

/* Appends zeros and a digit. @return false: that is too large */
static bool push(uint64_t *value, int32_t zeros, char digit)
{
    for (; zeros > 0 && *value != 0; zeros--) {
        if (!pgtaski_number_push_digit(value, '0')) {
            return false;
        }
    }
    return pgtaski_number_push_digit(value, digit);
}

/* Another digit of an exponent; from some size on, which no window has digits for, it stays. */
static int32_t lengthen(int32_t exponent, char digit)
{
    return exponent < 0x10000 ? exponent * 10 + (digit - '0') : exponent;
}

/* Multiplies by a power of ten. */
static enum pgtask_error scale(uint64_t value, int32_t zeros, uint64_t *number)
{
    if (value != 0 && (zeros < 0 || (zeros > 0 && !push(&value, zeros - 1, '0')))) {
        return PGTASK_ERROR_ANSWER_RANGE;
    }
    *number = value;
    return PGTASK_OK;
}

/* The usual notation, too short to overflow. */
static bool read_digits(char const *text, size_t length, uint64_t *number)
{
    uint32_t value = 0;

    if (length == 0 || length > 9 || (text[0] == '0' && length > 1)) {
        return false;
    }
    for (size_t at = 0; at < length; at++) {
        uint32_t const digit = (uint32_t)(unsigned char)text[at] - '0';

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
    enum { WHOLE, FRACTION, EXPONENT } part = WHOLE;
    size_t const start = length > 0 && text[0] == '-' ? 1 : 0;
    size_t digits = 0; /* of the part */
    uint64_t value = 0;
    int32_t zeros = 0; /* that wait for a digit that is none */
    int32_t fraction = 0;
    int32_t exponent = 0;
    bool shrinks = false;
    bool too_large = false;

    if (read_digits(text, length, number)) {
        return PGTASK_OK;
    }
    for (size_t at = start; at < length; at++) {
        char const byte = text[at];

        if (byte >= '0' && byte <= '9') {
            digits++;
            if (part == EXPONENT) {
                exponent = lengthen(exponent, byte);
                continue;
            }
            if (part == FRACTION) {
                fraction++;
            } else if (digits == 2 && text[start] == '0') {
                return PGTASK_ERROR_JSON_NUMBER;
            }
            zeros++;
            if (byte != '0') {
                too_large = !push(&value, zeros - 1, byte) || too_large;
                zeros = 0;
            }
            continue;
        }
        if (digits == 0 || part == EXPONENT) {
            return PGTASK_ERROR_JSON_NUMBER;
        }
        digits = 0;
        if (byte == '.' && part == WHOLE) {
            part = FRACTION;
        } else if (byte == 'e' || byte == 'E') {
            part = EXPONENT;
            if (at + 1 < length && (text[at + 1] == '+' || text[at + 1] == '-')) {
                at++;
                shrinks = text[at] == '-';
            }
        } else {
            return PGTASK_ERROR_JSON_NUMBER;
        }
    }
    if (digits == 0) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    if (too_large || (start != 0 && value != 0)) {
        return PGTASK_ERROR_ANSWER_RANGE;
    }
    return scale(value, zeros - fraction + (shrinks ? -exponent : exponent), number);
}
