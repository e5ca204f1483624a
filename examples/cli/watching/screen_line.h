/* SPDX-License-Identifier: MIT */
/** @file watching/screen_line.h Lines of a terminal, built and cut by the columns they take. */
#ifndef CLI_VIEW_LINE_H
#define CLI_VIEW_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIEW_LINE_BYTES = 1024, VIEW_LINES = 64, VIEW_COLUMNS_MAX = 200 };

/** What the terminal can show. */
struct view_terminal {
    unsigned columns;
    unsigned rows;
    bool is_utf8;
    bool has_colour;
};

/** A line; all of it but the colours is counted in `columns`. */
struct view_line {
    size_t length;
    unsigned columns;
    size_t fitting_length; /**< how much of it leaves room for the mark of a cut */
    unsigned fitting_columns;
    bool is_cut;
    bool is_coloured;
    char text[VIEW_LINE_BYTES];
};

/** Lines, at most as many as there is room for. */
struct view_page {
    struct view_terminal terminal;
    unsigned limit;  /**< columns a line may take: one less than the terminal has */
    unsigned room;   /**< lines that may be used, at most VIEW_LINES */
    unsigned count;  /**< lines used */
    bool overflowed; /**< a line was asked for beyond that */
    struct view_line lines[VIEW_LINES];
};

/** A colour: the number that the terminal knows it by. */
enum view_colour {
    VIEW_PLAIN = 0,
    VIEW_RED = 31,
    VIEW_GREEN = 32,
    VIEW_YELLOW = 33,
    VIEW_MAGENTA = 35,
    VIEW_CYAN = 36
};

/** Empties the page. @param room  lines that may be used */
void view_page_start(struct view_page *page, struct view_terminal const *terminal, unsigned room);

/** Begins a line; where there is no room, what is written goes nowhere. */
void view_line_start(struct view_page *page);

/** Writes to the last line, only characters that a terminal shows. What does not fit is cut, with a
 *  mark. */
void view_text(struct view_page *page, char const *text);

void view_number(struct view_page *page, uint64_t number);

/** From here on in this colour, and bold unless it is plain. */
void view_colour(struct view_page *page, enum view_colour colour);

/** Writes a bar of `columns` in all, 3 or more. @param percent  0 to 100 */
void view_bar(struct view_page *page, unsigned percent, unsigned columns);

/** @return how many columns a terminal takes to show a character: 0, 1 or 2 */
unsigned view_width(uint32_t character);

#endif
