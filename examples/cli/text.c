/* SPDX-License-Identifier: MIT */
#include "text.h"

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool append_digit(uint64_t *number, char character)
{
    uint64_t const digit = (uint64_t)(character - '0');

    if (*number > (UINT64_MAX - digit) / 10) {
        return false;
    }
    *number = *number * 10 + digit;
    return true;
}

bool text_to_uint64(char const *text, uint64_t *number)
{
    uint64_t value = 0;

    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (!is_digit(*text) || !append_digit(&value, *text)) {
            return false;
        }
    }
    *number = value;
    return true;
}

bool text_to_milliseconds(char const *text, uint32_t *milliseconds)
{
    uint64_t value = 0;
    unsigned places = 0;
    bool const has_whole = is_digit(*text);

    for (; is_digit(*text); text++) {
        if (!append_digit(&value, *text)) {
            return false;
        }
    }
    if (*text == '.') {
        for (text++; is_digit(*text); text++, places++) {
            if (places >= 3 ? *text != '0' : !append_digit(&value, *text)) {
                return false;
            }
        }
        if (places == 0) {
            return false;
        }
    }
    for (; places < 3; places++) {
        if (!append_digit(&value, '0')) {
            return false;
        }
    }
    if (!has_whole || *text != '\0' || value > UINT32_MAX) {
        return false;
    }
    *milliseconds = (uint32_t)value;
    return true;
}

char const *text_from_uint64(char text[TEXT_DECIMAL_BYTES], uint64_t number)
{
    size_t length = 1;

    for (uint64_t rest = number; rest >= 10; rest /= 10) {
        length++;
    }
    text[length] = '\0';
    while (length > 0) {
        text[--length] = (char)('0' + number % 10);
        number /= 10;
    }
    return text;
}

size_t text_character(char const *text, uint32_t *character)
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

bool text_acts_on_terminal(uint32_t character)
{
    return character < 0x20 || (character >= 0x7F && character < 0xA0) ||
           (character >= 0x202A && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069);
}

void text_wipe(void *bytes, size_t length)
{
    uint8_t volatile *byte = bytes;

    for (size_t i = 0; i < length; i++) {
        byte[i] = 0;
    }
}
