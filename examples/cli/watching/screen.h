/* SPDX-License-Identifier: MIT */
/** @file watching/screen.h The page of a watch on the terminal, drawn in place again and again. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "watching/events.h"
#include "watching/screen_page.h"

/** The caller places it, all zero. */
struct view {
    struct session const *session;
    struct pgtask_watch const *watch;
    struct view_terminal terminal;
    struct view_note notes[PGTASK_WATCH_TASKS];
    size_t next_note;
    char trouble[FAILURE_BYTES];
    bool is_open;
    bool is_over;                       /**< set it before the last page */
    unsigned drawn;                     /**< lines of the page that the terminal shows */
    unsigned drawn_columns[VIEW_LINES]; /**< how wide each is */
    uint64_t drawn_ms;
    struct view_page page;
};

/** @return whether standard output is a terminal that can move its cursor */
bool view_is_possible(void);

/** Hides the cursor and catches the terminal's signals. */
void view_open(struct view *view, struct session const *session, struct pgtask_watch const *watch);

/** Takes in what the page has to tell of an event besides what the watch knows. */
void view_take(struct view *view, struct event const *event);

/** Does what the terminal's signals ask for. @return whether the page is to be drawn */
bool view_turn(struct view *view);

/** Draws the page over the last one. */
void view_draw(struct view *view, uint64_t now_ms);

/** Removes the page, for other output. */
void view_step_aside(struct view *view);

/** Leaves the page where it is and shows the cursor. Harmless twice. */
void view_close(struct view *view);

#endif
