/* SPDX-License-Identifier: MIT */
/* A line grows character by character. `fitting` follows behind: the last place at which the mark
 * of a cut still fits, so that a line that turns out too long can be cut there. */
#include "watching/screen_line.h"

#include "base/character.h"
#include "base/text.h"
#include "base/writer.h"

#include <string.h>

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

/* The marks of UTF-8 are ambiguous characters: where they may be wide, those of ASCII serve. */
static bool has_fine_marks(struct screen_page const *page)
{
    return page->terminal.is_utf8 && page->terminal.ambiguous_columns == 1;
}

static char const *cut_mark(struct screen_page const *page)
{
    return has_fine_marks(page) ? "\xE2\x80\xA6" : "...";
}

static unsigned cut_mark_columns(struct screen_page const *page)
{
    return has_fine_marks(page) ? 1 : 3;
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
        used = character_read(bytes + at, &character);
        char const stand_in =
            character >= 0x80 && !page->terminal.is_utf8 ? '?' : character_stand_in(character);
        if (stand_in != '\0') {
            put(page, line, &stand_in, 1, 1);
        } else {
            put(page, line, bytes + at, used,
                character_columns(character, page->terminal.ambiguous_columns));
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
    format_write(&sink, writer_text(&writer_out, form), arguments);
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
    bool const is_fine = has_fine_marks(page);
    char const *const done = is_fine ? "\xE2\x96\x88" : "#";
    char const *const open = is_fine ? "\xE2\x96\x91" : "-";
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
