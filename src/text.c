/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <string.h>

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

/* By hand, 16 bits at a time: they leave the number at its top, their quotient comes in below. */
uint64_t pgtaski_number_divide(uint64_t number, uint32_t divisor)
{
    uint32_t rest = 0;

    for (uint32_t bits = 0; bits < 64; bits += 16) {
        rest = rest << 16 | (uint32_t)(number >> 48);
        number = number << 16 | rest / divisor;
        rest %= divisor;
    }
    return number;
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

bool pgtaski_number_push_digit(uint64_t *number, char digit)
{
    uint32_t const value = (uint32_t)(unsigned char)digit - '0';
    uint64_t const low = (*number & UINT32_MAX) * 10 + value;
    uint64_t const high = (*number >> 32) * 10 + (low >> 32);

    if (value > 9 || high > UINT32_MAX) {
        return false;
    }
    *number = high << 32 | (uint32_t)low;
    return true;
}

size_t pgtaski_text_boundary(char const *bytes, size_t length)
{
    size_t lead = length; /* where the last character begins, plus one */

    while (lead > 0 && ((uint8_t)bytes[lead - 1] & 0xC0) == 0x80) {
        lead--;
    }
    if (lead == 0) {
        return length;
    }
    uint8_t const first = (uint8_t)bytes[--lead];
    size_t const end = lead + 1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0);

    return end > length ? lead : length;
}

size_t pgtaski_text_blank_controls(char *text)
{
    char *end = text;

    for (char const *at = text; *at != '\0'; at++) {
        uint8_t const byte = (uint8_t)at[0];
        bool const two_bytes = byte == 0xC2 && ((uint8_t)at[1] & 0xE0) == 0x80;

        at += two_bytes ? 1 : 0;
        *end++ = two_bytes || byte < 0x20 || byte == 0x7F ? ' ' : *at;
    }
    *end = '\0';
    return (size_t)(end - text);
}

char const *pgtaski_text_at(char const *texts, size_t index)
{
    for (; index > 0; index--) {
        texts += strlen(texts) + 1;
    }
    return texts;
}

size_t pgtaski_text_number(char const *texts, char const *text)
{
    for (size_t number = 1; *texts != '\0'; number++) {
        if (strcmp(texts, text) == 0) {
            return number;
        }
        texts = pgtaski_text_at(texts, 1);
    }
    return 0;
}
