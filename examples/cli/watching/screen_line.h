/* SPDX-License-Identifier: MIT */
/** @file watching/screen_line.h Lines of a terminal, cut to the columns they may take. */
#ifndef CLI_SCREEN_LINE_H
#define CLI_SCREEN_LINE_H

#include "base/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCREEN_LINE_BYTES = 1024, SCREEN_LINES = 64, SCREEN_COLUMNS_MAX = 200 };

/** What the terminal can show. */
struct screen_terminal {
    unsigned columns;
    unsigned rows;
    bool is_utf8;
    unsigned ambiguous_columns; /**< of a character of ambiguous width (UAX #11): 1 or 2 */
    bool has_colour;
};

/** A line. Colours take no columns. */
struct screen_line {
    size_t length;
    unsigned columns;
    size_t fitting_length; /**< the part that leaves room for the mark of a cut */
    unsigned fitting_columns;
    bool is_cut;
    bool is_coloured;
    char text[SCREEN_LINE_BYTES];
};

/** Lines, no more than there is room for. */
struct screen_page {
    struct screen_terminal terminal;
    unsigned limit;      /**< columns a line may take: one less than the terminal has */
    unsigned room;       /**< lines that may be used, at most SCREEN_LINES */
    unsigned count;      /**< lines used */
    bool has_overflowed; /**< more lines were begun than there is room for */
    struct screen_line lines[SCREEN_LINES];
};

/** A colour, by its number in the terminal's language. */
enum screen_colour {
    SCREEN_PLAIN = 0,
    SCREEN_RED = 31,
    SCREEN_GREEN = 32,
    SCREEN_YELLOW = 33,
    SCREEN_MAGENTA = 35,
    SCREEN_CYAN = 36
};

/** Empties the page. @param room  lines that may be used */
void screen_page_start(struct screen_page *page, struct screen_terminal const *terminal,
                       unsigned room);

/** Begins a line. If there is no room for it, what is written next is dropped. */
void screen_line_start(struct screen_page *page);

/** Writes a form (base/format.h) to the last line. Blanks and question marks replace
 *  characters that the terminal cannot show, see character_stand_in(). A line that is too long is
 * cut, with a mark. */
void screen_print(struct screen_page *page, char const *form, ...) FORMAT_CHECKED(2, 3);

/** What is written next has this colour, and is bold unless the colour is plain. */
void screen_colour(struct screen_page *page, enum screen_colour colour);

/** Writes a bar of `columns` in all, 3 or more. @param percent  0 to 100 */
void screen_bar(struct screen_page *page, unsigned percent, unsigned columns);

#endif
