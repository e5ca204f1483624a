/* SPDX-License-Identifier: MIT */
/* Texts in memory: parsing and formatting, without locale and heap. */
#include "base/text.h"

#include "base/character.h"

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

struct memory {
    char *text;
    size_t capacity;
    size_t length;
    bool is_cut;
};

static void take_bytes(void *context, char const *bytes, size_t length)
{
    struct memory *const memory = context;
    size_t const room = memory->capacity - 1 - memory->length;
    size_t const fitting = length < room ? length : room;

    memcpy(memory->text + memory->length, bytes, fitting);
    memory->length += fitting;
    memory->text[memory->length] = '\0';
    memory->is_cut = memory->is_cut || fitting < length;
}

static void take_text(void *context, char const *text)
{
    take_bytes(context, text, strlen(text));
}

static bool print_from(char *text, size_t capacity, size_t begin, char const *form,
                       va_list arguments)
{
    struct memory memory = {.text = text, .capacity = capacity, .length = begin};
    struct format_sink const sink = {.context = &memory, .write = take_bytes, .text = take_text};

    text[begin] = '\0';
    format_write(&sink, form, arguments);
    return !memory.is_cut;
}

bool text_print(char *text, size_t capacity, char const *form, ...)
{
    va_list arguments;

    va_start(arguments, form);
    bool const fits = print_from(text, capacity, 0, form, arguments);
    va_end(arguments);
    return fits;
}

bool text_append(char *text, size_t capacity, char const *form, ...)
{
    va_list arguments;

    va_start(arguments, form);
    bool const fits = print_from(text, capacity, strlen(text), form, arguments);
    va_end(arguments);
    return fits;
}

char const *text_duration(char text[TEXT_DURATION_BYTES], uint64_t seconds)
{
    static struct {
        uint64_t seconds;
        char const *name;
    } const units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    size_t at = 0;

    while (at < 3 && seconds < units[at].seconds) {
        at++;
    }
    (void)text_print(text, TEXT_DURATION_BYTES, "%ju %s", seconds / units[at].seconds,
                     units[at].name);
    if (at < 3) {
        (void)text_append(text, TEXT_DURATION_BYTES, " %ju %s",
                          seconds % units[at].seconds / units[at + 1].seconds, units[at + 1].name);
    }
    return text;
}

char const *text_clock(char text[TEXT_DURATION_BYTES], uint64_t seconds)
{
    uint64_t const minutes = seconds / 60;

    text[0] = '\0';
    if (minutes >= 1440) {
        (void)text_append(text, TEXT_DURATION_BYTES, "%ju d ", minutes / 1440);
    }
    if (minutes >= 60) {
        (void)text_append(text, TEXT_DURATION_BYTES, "%ju:%02ju:%02ju", minutes / 60 % 24,
                          minutes % 60, seconds % 60);
    } else {
        (void)text_append(text, TEXT_DURATION_BYTES, "%ju:%02ju", minutes, seconds % 60);
    }
    return text;
}

bool text_is_slip(char const *typed, char const *meant)
{
    while (*typed != '\0' && *typed == *meant) {
        typed++;
        meant++;
    }
    bool const is_longer = *typed != '\0' && strcmp(typed + 1, meant) == 0;
    bool const is_shorter = *meant != '\0' && strcmp(typed, meant + 1) == 0;
    if (*typed == '\0' || *meant == '\0') {
        return is_longer || is_shorter;
    }
    bool const is_other = strcmp(typed + 1, meant + 1) == 0;
    bool const is_swapped =
        typed[0] == meant[1] && typed[1] == meant[0] && strcmp(typed + 2, meant + 2) == 0;
    return is_longer || is_shorter || is_other || is_swapped;
}

void text_make_printable(char *text)
{
    char *end = text;
    size_t length;

    for (char const *at = text; *at != '\0'; at += length) {
        uint32_t character;
        length = character_read(at, &character);
        char const stand_in = character_stand_in(character);
        if (stand_in != '\0') {
            *end++ = stand_in;
        } else {
            memmove(end, at, length);
            end += length;
        }
    }
    *end = '\0';
}

void text_wipe(void *bytes, size_t length)
{
    uint8_t volatile *byte = bytes;

    for (size_t i = 0; i < length; i++) {
        byte[i] = 0;
    }
}
