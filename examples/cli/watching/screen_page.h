/* SPDX-License-Identifier: MIT */
/** @file watching/screen_page.h What a watch looks like on a terminal. */
#ifndef CLI_VIEW_PAGE_H
#define CLI_VIEW_PAGE_H

#include "watching/screen_line.h"

#include <pgtask/watch.h>

/** What the service said of a task that stands still or failed. */
struct view_note {
    uint64_t task_id; /**< 0: none */
    char text[PGTASK_MESSAGE_BYTES];
};

/** What there is to show. */
struct view_facts {
    struct pgtask_watch const *watch;
    struct view_note const *notes; /**< PGTASK_WATCH_TASKS of them */
    char const *trouble;           /**< of the last poll, "" for none */
    uint64_t now_ms;               /**< monotonic */
    int64_t unix_s;                /**< or PGTASK_TIME_UNKNOWN */
    bool is_over;                  /**< nothing more will come: tasks alone */
};

/** Composes the page: no more lines than the terminal has rows. */
void view_compose(struct view_page *page, struct view_terminal const *terminal,
                  struct view_facts const *facts);

#endif
