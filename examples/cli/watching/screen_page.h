/* SPDX-License-Identifier: MIT */
/** @file watching/screen_page.h Composes the page: what a watch looks like on a terminal. */
#ifndef CLI_SCREEN_PAGE_H
#define CLI_SCREEN_PAGE_H

#include "tasks/standing.h"
#include "watching/screen_line.h"

#include <pgtask/watch.h>

/** What a task's record says about one that stands still or has failed. */
struct screen_message {
    uint64_t task_id;                /**< 0: no message */
    char text[PGTASK_MESSAGE_BYTES]; /**< of the service */
    char standing[STANDING_BYTES];   /**< why it stands still, and what helps; may be "" */
};

/** What the page shows. */
struct screen_facts {
    struct pgtask_watch const *watch;
    uint64_t opened_ms;                    /**< monotonic: when the page was opened */
    struct screen_message const *messages; /**< PGTASK_WATCH_TASKS of them */
    char const *trouble;                   /**< of the last poll, "" for none */
    uint64_t now_ms;                       /**< monotonic */
    int64_t unix_s;                        /**< or PGTASK_TIME_UNKNOWN */
    bool is_over;                          /**< nothing more will come: the page shows only tasks */
};

/** Composes the page: no more lines than the terminal has rows. */
void screen_compose(struct screen_page *page, struct screen_terminal const *terminal,
                    struct screen_facts const *facts);

#endif
