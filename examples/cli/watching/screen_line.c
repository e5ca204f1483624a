/* SPDX-License-Identifier: MIT */
/* A line grows character by character. `fitting` follows behind: the last place at which the mark
 * of a cut still fits, so that a line that turns out too long can be cut there. */
#include "watching/screen_line.h"

#include "base/text.h"

#include <string.h>

struct range {
    uint32_t first;
    uint32_t last;
};

static bool is_within(struct range const *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* wcwidth() would need setlocale(), which uses the heap. The ranges are Unicode's combining marks
 * and its EastAsianWidth W and F. */
unsigned screen_width(uint32_t character)
{
    static struct range const none[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20F0},
                                        {0x2060, 0x2064}, {0x302A, 0x302D}, {0x3099, 0x309A},
                                        {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};
    static struct range const two[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},
                                       {0x4E00, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
                                       {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
                                       {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

    if (is_within(none, sizeof none / sizeof none[0], character)) {
        return 0;
    }
    return is_within(two, sizeof two / sizeof two[0], character) ? 2 : 1;
}

void screen_page_start(struct screen_page *page, struct screen_terminal const *terminal,
                       unsigned room)
{
    unsigned const columns =
        terminal->columns < SCREEN_COLUMNS_MAX ? terminal->columns : SCREEN_COLUMNS_MAX;

    page->terminal = *terminal;
    /* Terminals differ on what follows the last column: it stays free. */
    page->limit = columns > 1 ? columns - 1 : 1;
    page->room = room < SCREEN_LINES ? room : SCREEN_LINES;
    page->count = 0;
    page->has_overflowed = false;
}

void screen_line_start(struct screen_page *page)
{
    if (page->has_overflowed || page->count == page->room) {
        page->has_overflowed = true;
        return;
    }
    page->lines[page->count++] = (struct screen_line){.length = 0};
}

static struct screen_line *last_line(struct screen_page *page)
{
    return page->has_overflowed || page->count == 0 ? NULL : &page->lines[page->count - 1];
}

static char const *cut_mark(struct screen_page const *page)
{
    return page->terminal.is_utf8 ? "\xE2\x80\xA6" : "...";
}

static unsigned cut_mark_columns(struct screen_page const *page)
{
    return page->terminal.is_utf8 ? 1 : 3;
}

static void append(struct screen_line *line, char const *bytes, size_t length)
{
    if (length < sizeof line->text - line->length) {
        memcpy(line->text + line->length, bytes, length);
        line->length += length;
        line->text[line->length] = '\0';
    }
}

static void cut(struct screen_page const *page, struct screen_line *line)
{
    char const *const mark = cut_mark(page);

    line->is_cut = true;
    line->length = line->fitting_length;
    line->columns = line->fitting_columns;
    if (page->limit >= cut_mark_columns(page)) {
        append(line, mark, strlen(mark));
        line->columns += cut_mark_columns(page);
    }
}

/* Puts a character that is `columns` wide, or cuts the line. */
static void put(struct screen_page const *page, struct screen_line *line, char const *bytes,
                size_t length, unsigned columns)
{
    enum { COLOUR_BYTES = 16 }; /* for one more colour and its end */

    if (line->is_cut) {
        return;
    }
    if (line->columns + columns > page->limit ||
        line->length + length + COLOUR_BYTES >= sizeof line->text) {
        cut(page, line);
        return;
    }
    append(line, bytes, length);
    line->columns += columns;
    if (line->columns + cut_mark_columns(page) <= page->limit) {
        line->fitting_length = line->length;
        line->fitting_columns = line->columns;
    }
}

static void take_bytes(void *context, char const *bytes, size_t length)
{
    struct screen_page const *const page = context;
    struct screen_line *const line = last_line(context);
    uint32_t character;

    for (size_t at = 0, used; line != NULL && at < length; at += used) {
        used = text_character(bytes + at, &character);
        if (character == '\n' || character == '\r' || character == '\t') {
            put(page, line, " ", 1, 1);
        } else if (text_acts_on_terminal(character) || character == 0xFFFD ||
                   (character >= 0x80 && !page->terminal.is_utf8)) {
            put(page, line, "?", 1, 1);
        } else {
            put(page, line, bytes + at, used, screen_width(character));
        }
    }
}

static void take_text(void *context, char const *text)
{
    take_bytes(context, text, strlen(text));
}

void screen_print(struct screen_page *page, char const *form, ...)
{
    struct format_sink const sink = {.context = page, .write = take_bytes, .text = take_text};
    va_list arguments;

    va_start(arguments, form);
    format_write(&sink, form, arguments);
    va_end(arguments);
}

void screen_colour(struct screen_page *page, enum screen_colour colour)
{
    char sequence[16] = "\033[0m";
    struct screen_line *const line = last_line(page);

    if (line == NULL || line->is_cut || !page->terminal.has_colour) {
        return;
    }
    if (colour != SCREEN_PLAIN) {
        (void)text_print(sequence, sizeof sequence, "\033[1;%um", (unsigned)colour);
    }
    append(line, sequence, strlen(sequence));
    line->is_coloured = true;
}

void screen_bar(struct screen_page *page, unsigned percent, unsigned columns)
{
    bool const is_utf8 = page->terminal.is_utf8;
    char const *const done = is_utf8 ? "\xE2\x96\x88" : "#";
    char const *const open = is_utf8 ? "\xE2\x96\x91" : "-";
    unsigned const inner = columns - 2;
    /* The bar is full only at 100 and empty only at 0. */
    unsigned const least = percent > 0 && inner > 1 ? 1 : 0;
    unsigned const filled = percent * inner / 100;

    screen_print(page, "[");
    for (unsigned i = 0; i < inner; i++) {
        screen_print(page, "%s", i < (filled > least ? filled : least) ? done : open);
    }
    screen_print(page, "]");
}
