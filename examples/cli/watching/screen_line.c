/* SPDX-License-Identifier: MIT */
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

/* wcwidth() would need a locale, and setlocale() the heap. By Unicode's EastAsianWidth W and F, and
 * combining marks. */
unsigned view_width(uint32_t character)
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

void view_page_start(struct view_page *page, struct view_terminal const *terminal, unsigned room)
{
    unsigned const columns =
        terminal->columns < VIEW_COLUMNS_MAX ? terminal->columns : VIEW_COLUMNS_MAX;

    page->terminal = *terminal;
    /* After the last column a terminal may or may not begin a new line. */
    page->limit = columns > 1 ? columns - 1 : 1;
    page->room = room < VIEW_LINES ? room : VIEW_LINES;
    page->count = 0;
    page->overflowed = false;
}

void view_line_start(struct view_page *page)
{
    if (page->overflowed || page->count == page->room) {
        page->overflowed = true;
        return;
    }
    page->lines[page->count++] = (struct view_line){.length = 0};
}

static struct view_line *last_line(struct view_page *page)
{
    return page->overflowed || page->count == 0 ? NULL : &page->lines[page->count - 1];
}

static char const *cut_mark(struct view_page const *page)
{
    return page->terminal.is_utf8 ? "\xE2\x80\xA6" : "...";
}

static unsigned cut_mark_columns(struct view_page const *page)
{
    return page->terminal.is_utf8 ? 1 : 3;
}

static void append(struct view_line *line, char const *bytes, size_t length)
{
    if (length < sizeof line->text - line->length) {
        memcpy(line->text + line->length, bytes, length);
        line->length += length;
        line->text[line->length] = '\0';
    }
}

static void cut(struct view_page const *page, struct view_line *line)
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

/* Characters that are shown, `columns` wide. */
static void put(struct view_page const *page, struct view_line *line, char const *bytes,
                size_t length, unsigned columns)
{
    enum { COLOUR_BYTES = 16 }; /* room for one more colour and its end */

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

void view_text(struct view_page *page, char const *text)
{
    struct view_line *const line = last_line(page);
    uint32_t character;

    if (line == NULL) {
        return;
    }
    for (size_t length; *text != '\0'; text += length) {
        length = text_character(text, &character);
        if (character == '\n' || character == '\r' || character == '\t') {
            put(page, line, " ", 1, 1);
        } else if (text_acts_on_terminal(character) || character == 0xFFFD ||
                   (character >= 0x80 && !page->terminal.is_utf8)) {
            put(page, line, "?", 1, 1);
        } else {
            put(page, line, text, length, view_width(character));
        }
    }
}

void view_number(struct view_page *page, uint64_t number)
{
    char digits[TEXT_DECIMAL_BYTES];

    view_text(page, text_from_uint64(digits, number));
}

void view_colour(struct view_page *page, enum view_colour colour)
{
    char sequence[TEXT_DECIMAL_BYTES + 8] = "\033[1;";
    struct view_line *const line = last_line(page);

    if (line == NULL || line->is_cut || !page->terminal.has_colour) {
        return;
    }
    if (colour == VIEW_PLAIN) {
        strcpy(sequence, "\033[0");
    } else {
        (void)text_from_uint64(sequence + strlen(sequence), colour);
    }
    strcat(sequence, "m");
    append(line, sequence, strlen(sequence));
    line->is_coloured = true;
}

void view_bar(struct view_page *page, unsigned percent, unsigned columns)
{
    bool const is_utf8 = page->terminal.is_utf8;
    char const *const done = is_utf8 ? "\xE2\x96\x88" : "#";
    char const *const open = is_utf8 ? "\xE2\x96\x91" : "-";
    unsigned const inner = columns - 2;
    /* Full at 100 alone, and empty at 0 alone: what is under way looks like it. */
    unsigned const least = percent > 0 && inner > 1 ? 1 : 0;
    unsigned const filled = percent * inner / 100;

    view_text(page, "[");
    for (unsigned i = 0; i < inner; i++) {
        view_text(page, i < (filled > least ? filled : least) ? done : open);
    }
    view_text(page, "]");
}
