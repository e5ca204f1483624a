/* SPDX-License-Identifier: MIT */
/* UTF-8 (RFC 3629), and a search in the table of classes. */
#include "base/character.h"

size_t character_read(char const *text, uint32_t *character)
{
    static struct {
        uint8_t mask;
        uint8_t lead;
        uint32_t least; /* a smaller code point has a shorter form and must use it */
    } const forms[] = {
        {0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    uint8_t const first = (uint8_t)text[0];

    *character = 0xFFFD;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if ((first & forms[i].mask) != forms[i].lead) {
            continue;
        }
        uint32_t value = first & ~(uint32_t)forms[i].mask;
        size_t length = 1;
        for (; length <= i && ((uint8_t)text[length] & 0xC0) == 0x80; length++) {
            value = value << 6 | ((uint8_t)text[length] & 0x3F);
        }
        bool const surrogate = value >= 0xD800 && value <= 0xDFFF;
        if (length != i + 1 || value < forms[i].least || value > 0x10FFFF || surrogate) {
            return 1;
        }
        *character = value;
        return length;
    }
    return 1;
}

/* NARROW, WIDE and AMBIGUOUS are the widths of UAX #11: one column, two, and one or two. */
enum character_class { NARROW, WIDE, AMBIGUOUS, COMBINING, UNSEEN };

/* The class stands in the lowest three bits, so that runs are ordered by their first code point. */
enum { CLASS_BITS = 3, CLASS_MASK = (1 << CLASS_BITS) - 1 };

#define RUN(first, class) ((uint32_t)(first) << CLASS_BITS | (class))

static uint32_t const runs[] = {
#include "base/character_table.h"
};

static enum character_class class_of(uint32_t character)
{
    size_t low = 0; /* this run begins at the character or before it */
    size_t high = sizeof runs / sizeof runs[0];

    while (high - low > 1) {
        size_t const middle = low + (high - low) / 2;
        if (runs[middle] >> CLASS_BITS <= character) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (enum character_class)(runs[low] & CLASS_MASK);
}

bool character_is_unseen(uint32_t character)
{
    return class_of(character) == UNSEEN;
}

char character_stand_in(uint32_t character)
{
    if (character == '\n' || character == '\r' || character == '\t') {
        return ' ';
    }
    return character == 0xFFFD || character_is_unseen(character) ? '?' : '\0';
}

unsigned character_columns(uint32_t character, unsigned ambiguous)
{
    switch (class_of(character)) {
    case WIDE: return 2;
    case AMBIGUOUS: return ambiguous;
    case COMBINING:
    case UNSEEN: return 0;
    case NARROW: break;
    }
    return 1;
}
