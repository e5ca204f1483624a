/* SPDX-License-Identifier: MIT */
/** @file watching/screen.h The live page of a watch on a terminal. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "watching/events.h"
#include "watching/screen_page.h"

/** Lines of the page, and as many of earlier pages. */
enum { SCREEN_DRAWN = 2 * SCREEN_LINES };

/** The caller places it, all zero. Until screen_open() and after screen_close() it is not open, and
 *  the calls below do nothing. */
struct screen {
    struct session const *session;
    struct pgtask_watch const *watch;
    struct screen_terminal terminal;
    struct screen_message messages[PGTASK_WATCH_TASKS];
    size_t next_message; /**< place for the next task's message */
    char trouble[ADVICE_BYTES];
    bool is_open;
    bool is_over;                         /**< the caller sets it before the last page */
    unsigned drawn;                       /**< lines that the terminal has of the page and, before
                                               them, of earlier pages in its history */
    unsigned drawn_columns[SCREEN_DRAWN]; /**< width of each */
    uint64_t drawn_ms;
    uint64_t opened_ms;
    struct screen_page page;
};

/** Hides the cursor and catches the terminal's signals. */
void screen_open(struct screen *screen, struct session const *session,
                 struct pgtask_watch const *watch);

/** Remembers what the page shows of an event and the watch does not keep: messages and trouble. */
void screen_remember(struct screen *screen, struct event const *event);

/** Does what the terminal's signals ask for. @return whether the page must be drawn
 *  again */
bool screen_turn(struct screen *screen);

/** Draws the page over the last one. */
void screen_draw(struct screen *screen, uint64_t now_ms);

/** Removes the page before other output. */
void screen_step_aside(struct screen *screen);

/** Leaves the page where it is and shows the cursor. Harmless twice. */
void screen_close(struct screen *screen);

#endif
