/* SPDX-License-Identifier: MIT */
/*
 * Unescapes strings inside the window. The output is never longer than the input, so it is written
 * over what was read, PGTASKI_JSON_SPARE bytes or more below what is read next:
 *
 *     window    ........caf\u00e9 \"a\" and more"
 *     output    caf\xc3\xa9 "a" and more
 *
 * Most bytes are plain: 0x20 to 0x7F, other than backslash and quote. Plain bytes are moved word by
 * word. The others are found by marks: a byte is marked, which means that its highest bit is 1, if
 * that bit is 1 in one of these words:
 *
 *     byte              the byte is not ASCII
 *     byte - 0x20       an ASCII byte is a control character
 *     (byte ^ c) - 1    an ASCII byte equals c
 *
 * A subtraction may borrow from the byte above. So the lowest mark is exact; higher ones may be
 * false.
 */
#include "json_private.h"

#include <stdint.h>
#include <string.h>

/* 0x0101...01, a word whose bytes are all 1, and 0x8080...80. */
#define EACH_BYTE ((size_t)-1 / 255)
#define HIGH_BITS (EACH_BYTE * 0x80)

/* Marks the ASCII bytes that equal `byte`, before the other bits are masked out. */
static size_t mark_equal(size_t word, char byte)
{
    return (word ^ EACH_BYTE * (unsigned char)byte) - EACH_BYTE;
}

/* Marks the bytes of a word that are not plain; 0 if all are plain. */
static size_t mark_specials(size_t word)
{
    size_t const control = word - EACH_BYTE * 0x20;

    return (word | control | mark_equal(word, '\\') | mark_equal(word, '"')) & HIGH_BITS;
}

static bool is_little_endian(void)
{
    uint16_t const one = 1;
    unsigned char first;

    memcpy(&first, &one, 1);
    return first == 1;
}

/* @return how many bytes lie below the lowest mark */
static size_t count_below(size_t marks)
{
    size_t const lowest = marks & (0 - marks);
    /* lowest - 1 has all bits below the mark. The mask leaves one bit of each byte below the marked
     * one, and one of the marked byte itself. */
    size_t const a_bit_each = (lowest - 1) & EACH_BYTE;

    /* The multiplication adds the bits up in the highest byte. */
    return ((a_bit_each * EACH_BYTE) >> (8 * (sizeof marks - 1))) - 1;
}

/* @param marks  those of the word at `text`, at least one
 * @return how many plain bytes `text` begins with */
static size_t count_plain(char const *text, size_t marks)
{
    size_t at = 0;

    if (is_little_endian()) {
        return count_below(marks);
    }
    /* The first byte is the highest one of the word, whose mark may be false. The loop ends within
     * the word, because its lowest mark is exact. */
    while ((unsigned char)text[at] >= 0x20 && (unsigned char)text[at] <= 0x7f && text[at] != '\\' &&
           text[at] != '"') {
        at++;
    }
    return at;
}

/*
 * Moves plain bytes. Whole words are read and written, so `to` lies a word or more below `from`,
 * and a word may be read beyond the text: PGTASKI_JSON_SPARE bytes may follow it.
 * @return how many bytes were plain
 */
static size_t move_plain(char *to, char const *from, size_t length)
{
    for (size_t at = 0; at < length; at += sizeof(size_t)) {
        size_t word;
        size_t marks;

        memcpy(&word, from + at, sizeof word);
        memcpy(to + at, &word, sizeof word);
        marks = mark_specials(word);
        if (marks != 0) {
            at += count_plain(from + at, marks);
            return at < length ? at : length; /* the word may reach beyond the text */
        }
    }
    return length;
}

static bool is_surrogate(uint32_t code)
{
    return code >= 0xd800 && code <= 0xdfff;
}

/* @return how many bytes a code point takes in UTF-8; 0 for a surrogate, and beyond Unicode */
static size_t utf8_length(uint32_t code)
{
    if (code < 0x80) {
        return 1;
    }
    if (code < 0x800) {
        return 2;
    }
    if (code < 0x10000) {
        return is_surrogate(code) ? 0 : 3;
    }
    return code <= 0x10ffff ? 4 : 0;
}

/* What stands for a surrogate without the other half. RFC 8259 section 8.2 lets it pass. */
enum { REPLACEMENT = 0xfffd };

/* UTF-8 lead bytes, by sequence length. */
static unsigned char const leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

/* @param code  one that utf8_length() takes. @return how many bytes were written, 1 or more */
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

/*
 * The functions below read one character, of which `length` bytes are there. They return how many
 * bytes it takes; 0 if it is bad; CUT_SHORT if it is good so far, but longer than `length`.
 */
enum { CUT_SHORT = 255, U_ESCAPE_BYTES = 6 };

/* A character of two bytes or more. One that has a shorter form is bad. */
static size_t read_utf8(char const *text, size_t length, uint32_t *code)
{
    unsigned char const first = (unsigned char)text[0];
    size_t bytes = 4;
    uint32_t value;

    /* Below are continuations and forms that are too long; above is what lies beyond Unicode. */
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    while (first < leads[bytes]) {
        bytes--;
    }
    value = first ^ leads[bytes]; /* the bits after the lead's mark of its length */
    for (size_t at = 1; at < bytes; at++) {
        uint32_t bits;

        if (at == length) {
            return CUT_SHORT;
        }
        bits = (unsigned char)text[at] ^ 0x80u; /* 0x3f at most if the highest two were 10 */
        if (bits > 0x3f) {
            return 0;
        }
        value = value << 6 | bits;
    }
    *code = value;
    return utf8_length(value) == bytes ? bytes : 0;
}

/* The value of a hexadecimal digit; more than 15 for other characters. */
static uint32_t hex_digit(char digit)
{
    uint32_t const decimal = (uint32_t)(unsigned char)digit - '0';
    uint32_t const letter = ((uint32_t)(unsigned char)digit | 0x20) - 'a';

    return decimal <= 9 ? decimal : letter <= 5 ? letter + 10 : 16;
}

/* One \uXXXX, be it a surrogate or not. */
static size_t read_u_escape(char const *text, size_t length, uint32_t *code)
{
    static char const start[] = "\\u";
    uint32_t value = 0;

    for (size_t at = 0; at < U_ESCAPE_BYTES; at++) {
        uint32_t digit;

        if (at == length) {
            return CUT_SHORT;
        }
        digit = at > 1 ? hex_digit(text[at]) : text[at] == start[at] ? 0 : 16;
        if (digit > 15) {
            return 0;
        }
        value = value << 4 | digit;
    }
    *code = value;
    return U_ESCAPE_BYTES;
}

/*
 * Reads the escape that should follow a high surrogate, and makes one code point of the two.
 * @param code  in: the high surrogate; out: the code point, if the result is neither 0 nor
 * CUT_SHORT
 * @return as above, with the bytes of both escapes
 */
static size_t read_low_surrogate(char const *text, size_t length, uint32_t *code)
{
    uint32_t low;
    size_t const taken = read_u_escape(text, length, &low);

    if (taken != U_ESCAPE_BYTES) {
        return taken;
    }
    if (low < 0xdc00 || low > 0xdfff) {
        return 0;
    }
    *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    return 2 * U_ESCAPE_BYTES;
}

/* An escape, or a character of two bytes or more. */
static size_t read_character(char const *text, size_t length, uint32_t *code)
{
    /* Each name of an escape is followed by the character that it stands for. */
    static char const escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    size_t taken;

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
    if (taken != U_ESCAPE_BYTES || !is_surrogate(*code)) {
        return taken;
    }
    taken = *code < 0xdc00
                ? read_low_surrogate(text + U_ESCAPE_BYTES, length - U_ESCAPE_BYTES, code)
                : 0;
    if (taken == 0) {
        *code = REPLACEMENT; /* the other half does not follow, or should have come before */
        taken = U_ESCAPE_BYTES;
    }
    return taken;
}

bool pgtaski_json_unescape(struct pgtask_json *json, struct pgtask_json_event *event)
{
    char const *in = json->window + json->at;
    char const *const end = json->window + json->length;
    char *const start = json->window + json->at - PGTASKI_JSON_SPARE;
    char *out = start;
    bool is_good = true;

    event->has_nul = false;
    event->has_more = true;
    for (;;) {
        size_t const plain = move_plain(out, in, (size_t)(end - in));
        uint32_t code;
        size_t taken;

        out += plain;
        in += plain;
        if (in == end) {
            break;
        }
        if (*in == '"') {
            event->has_more = false;
            break;
        }
        /* A short way for \", of which embedded JSON is full. */
        if (*in == '\\' && end - in > 1 && in[1] == '"') {
            *out++ = '"';
            in += 2;
            continue;
        }
        taken = read_character(in, (size_t)(end - in), &code);
        if (taken == CUT_SHORT) {
            break;
        }
        if (taken == 0) {
            is_good = false;
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
    return is_good;
}
