/* SPDX-License-Identifier: MIT */
/*
 * Strings in buffers of fixed size, in place of printf() and its kind. All of them are UTF-8; where
 * a string is cut, it is cut between two characters.
 */
#include "text.h"

#include <string.h>

#include "number.h"

void pgtaski_text_start(struct pgtask_text *text, char *bytes, size_t capacity)
{
    text->bytes = bytes;
    text->capacity = capacity;
    text->length = 0;
    text->cut = false;
    bytes[0] = '\0';
}

void pgtaski_text_add_bytes(struct pgtask_text *text, char const *bytes, size_t length)
{
    size_t const room = text->capacity - text->length - 1;
    char *const end = text->bytes + text->length;

    if (text->cut) {
        return;
    }
    if (length > room) {
        length = room;
        text->cut = true;
    }
    text->length += length;
    memcpy(end, bytes, length);
    if (text->cut) {
        text->length = pgtaski_text_boundary(text->bytes, text->length);
    }
    text->bytes[text->length] = '\0';
}

void pgtaski_text_add(struct pgtask_text *text, char const *piece)
{
    pgtaski_text_add_bytes(text, piece, strlen(piece));
}

void pgtaski_text_add_form(struct pgtask_text *text, char const *form, char const *const *pieces)
{
    for (; *form != '\0'; form++) {
        if (*form == '%') {
            pgtaski_text_add(text, *pieces++);
        } else {
            pgtaski_text_add_bytes(text, form, 1);
        }
    }
}

void pgtaski_text_add_number(struct pgtask_text *text, uint64_t number)
{
    char digits[20]; /* of UINT64_MAX */
    size_t first = sizeof digits;

    do {
        uint64_t const tenth = pgtaski_number_divide(number, 10);

        digits[--first] = (char)('0' + (uint32_t)number - (uint32_t)tenth * 10);
        number = tenth;
    } while (number > 0);
    pgtaski_text_add_bytes(text, digits + first, sizeof digits - first);
}

static bool is_continuation(char byte)
{
    return ((uint8_t)byte & 0xC0) == 0x80;
}

/* Bytes of the character that begins with this byte. */
static size_t character_bytes(char byte)
{
    uint8_t const first = (uint8_t)byte;

    return (size_t)1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0);
}

size_t pgtaski_text_boundary(char const *bytes, size_t length)
{
    size_t before = length; /* bytes before the last character */

    while (before > 0 && is_continuation(bytes[before - 1])) {
        before--;
    }
    if (before == 0) {
        return length;
    }
    before--;
    return before + character_bytes(bytes[before]) > length ? before : length;
}

/* U+0080 to U+009F are the bytes C2 80 to C2 9F. */
size_t pgtaski_text_blank_controls(char *text)
{
    char *end = text;

    for (char const *at = text; *at != '\0'; at++) {
        uint8_t const byte = (uint8_t)at[0];
        bool const has_two_bytes = byte == 0xC2 && ((uint8_t)at[1] & 0xE0) == 0x80;

        at += has_two_bytes ? 1 : 0;
        *end++ = has_two_bytes || byte < 0x20 || byte == 0x7F ? ' ' : *at;
    }
    *end = '\0';
    return (size_t)(end - text);
}

char const *pgtaski_text_at(char const *list, size_t index)
{
    for (; index > 0; index--) {
        list += strlen(list) + 1;
    }
    return list;
}

bool pgtaski_text_is_equal(char const *a, char const *b)
{
    for (; *a == *b; a++, b++) {
        if (*a == '\0') {
            return true;
        }
    }
    return false;
}

size_t pgtaski_text_number(char const *list, char const *text)
{
    for (size_t number = 1; *list != '\0'; number++) {
        if (pgtaski_text_is_equal(list, text)) {
            return number;
        }
        list = pgtaski_text_at(list, 1);
    }
    return 0;
}

enum { SHORTEST_PIECE = 16 };

/* The length of the longest piece of the secret that `text` begins with. */
static size_t measure_piece(char const *text, char const *secret)
{
    size_t longest = 0;

    for (; *secret != '\0'; secret++) {
        size_t length = 0;

        while (text[length] != '\0' && text[length] == secret[length]) {
            length++;
        }
        if (length > longest) {
            longest = length;
        }
    }
    return longest;
}

void pgtaski_text_hide(char *text, char const *secret)
{
    size_t const length = strlen(secret);
    size_t const shortest = length < SHORTEST_PIECE ? length : SHORTEST_PIECE;

    for (; *text != '\0'; text++) {
        size_t const piece = measure_piece(text, secret);

        if (piece >= shortest) {
            memset(text, '*', piece);
        }
    }
}
