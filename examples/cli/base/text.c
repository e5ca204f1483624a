/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

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

static void append_number(char *text, uint64_t number)
{
    (void)text_from_uint64(text + strlen(text), number);
}

char const *text_duration(char text[TEXT_DURATION_BYTES], uint64_t seconds)
{
    static struct {
        uint64_t seconds;
        char const *unit;
    } const units[] = {{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}};
    size_t at = 0;

    while (at < 3 && seconds < units[at].seconds) {
        at++;
    }
    text[0] = '\0';
    for (size_t i = at; i < 4 && i < at + 2; i++) {
        strcat(text, i == at ? "" : " ");
        append_number(text, seconds / units[i].seconds);
        strcat(text, units[i].unit);
        seconds %= units[i].seconds;
    }
    return text;
}

static void append_two_digits(char *text, uint64_t number)
{
    strcat(text, number < 10 ? ":0" : ":");
    append_number(text, number);
}

char const *text_clock(char text[TEXT_DURATION_BYTES], uint64_t seconds)
{
    uint64_t const minutes = seconds / 60;

    text[0] = '\0';
    if (minutes >= 1440) {
        append_number(text, minutes / 1440);
        strcat(text, " d ");
    }
    append_number(text, minutes >= 60 ? minutes / 60 % 24 : minutes);
    if (minutes >= 60) {
        append_two_digits(text, minutes % 60);
    }
    append_two_digits(text, seconds % 60);
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
