/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <string.h>

void pgtask_text_start(struct pgtask_text *text, char *bytes, size_t capacity)
{
    *text = (struct pgtask_text){.bytes = bytes, .capacity = capacity};
    bytes[0] = '\0';
}

void pgtask_text_add_bytes(struct pgtask_text *text, char const *bytes, size_t length)
{
    size_t const room = text->capacity - text->length - 1;

    if (text->cut) {
        return;
    }
    text->cut = length > room;
    memcpy(text->bytes + text->length, bytes, text->cut ? room : length);
    text->length += text->cut ? room : length;
    if (text->cut) {
        text->length = pgtask_text_boundary(text->bytes, text->length);
    }
    text->bytes[text->length] = '\0';
}

void pgtask_text_add(struct pgtask_text *text, char const *piece)
{
    pgtask_text_add_bytes(text, piece, strlen(piece));
}

void pgtask_text_add_form(struct pgtask_text *text, char const *form, char const *const *pieces)
{
    for (; *form != '\0'; form++) {
        if (*form == '%') {
            pgtask_text_add(text, *pieces++);
        } else {
            pgtask_text_add_bytes(text, form, 1);
        }
    }
}

void pgtask_text_add_number(struct pgtask_text *text, uint64_t number)
{
    char digits[20]; /* of UINT64_MAX */
    size_t first = sizeof digits;

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    pgtask_text_add_bytes(text, digits + first, sizeof digits - first);
}

bool pgtask_text_push_digit(uint64_t *number, char digit)
{
    uint32_t const value = (uint32_t)(unsigned char)digit - '0';

    if (value > 9 || *number > (UINT64_MAX - value) / 10) {
        return false;
    }
    *number = *number * 10 + value;
    return true;
}

size_t pgtask_text_boundary(char const *bytes, size_t length)
{
    size_t lead = length; /* where the last character begins, plus one */
    size_t size = 1;      /* how long its first byte says it is */

    while (lead > 0 && ((uint8_t)bytes[lead - 1] & 0xC0) == 0x80) {
        lead--;
    }
    if (lead == 0) {
        return length;
    }
    uint8_t const first = (uint8_t)bytes[lead - 1];

    if (first >= 0xC0) {
        size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    }
    return lead - 1 + size > length ? lead - 1 : length;
}

char const *pgtask_text_at(char const *texts, size_t index)
{
    for (; index > 0; index--) {
        texts += strlen(texts) + 1;
    }
    return texts;
}

size_t pgtask_text_number(char const *texts, char const *text)
{
    for (size_t number = 1; *texts != '\0'; number++) {
        if (strcmp(texts, text) == 0) {
            return number;
        }
        texts = pgtask_text_at(texts, 1);
    }
    return 0;
}
