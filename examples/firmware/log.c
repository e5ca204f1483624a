/* SPDX-License-Identifier: MIT */
/* The log collects a line in memory and gives it to the board whole. */
#include "log.h"

#include <board.h>

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A longer line is cut. At 115,200 baud a line of 320 bytes takes 28 ms, a typical line 5 ms. */
enum { LINE_BYTES = 320, SECONDS_WIDTH = 5, DIGITS = 20 };

static struct {
    char bytes[LINE_BYTES];
    size_t length;
} line;

static void add(char byte)
{
    if (line.length < sizeof line.bytes - 1) {
        line.bytes[line.length++] = byte;
    }
}

void log_text(char const *text)
{
    for (; *text != '\0'; text++) {
        unsigned char const byte = (unsigned char)*text;

        add(byte < ' ' || byte == 0x7f ? '?' : *text);
    }
}

void log_texts(char const *first, char const *second)
{
    log_text(first);
    log_text(second);
}

/* Adds a number with at least `width` characters, filled up from the left. */
static void add_number(uint64_t number, int width, char fill)
{
    char digits[DIGITS];
    int count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (int i = count; i < width; i++) {
        add(fill);
    }
    while (count > 0) {
        add(digits[--count]);
    }
}

void log_number(uint64_t number)
{
    add_number(number, 1, ' ');
}

void log_count(char const *text, uint64_t number)
{
    log_text(text);
    log_number(number);
}

void log_begin(char const *text)
{
    uint64_t const now_ms = board_monotonic_ms();

    line.length = 0;
    add('[');
    add_number(now_ms / 1000, SECONDS_WIDTH, ' ');
    add('.');
    add_number(now_ms % 1000, 3, '0');
    add(']');
    add(' ');
    log_text(text);
}

void log_end(void)
{
    line.bytes[line.length++] = '\n';
    board_log(line.bytes, line.length);
}

void log_line(char const *text)
{
    log_begin(text);
    log_end();
}
