/* SPDX-License-Identifier: MIT */
/** @file watching/follow.h Follows tasks for a person or a script, to their end or until Ctrl-C. */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include "session/session.h"

/** How events are printed. */
enum follow_style {
    FOLLOW_LINES, /**< one line each for people, with the time */
    FOLLOW_JSONL, /**< one JSON object each */
    FOLLOW_SCREEN /**< a page on the terminal that shows the present state */
};

/** What to follow and how to print it. Texts stay until the end. */
struct follow_config {
    struct pgtask_watch_config watch;
    enum follow_style style;
    bool is_quiet;        /**< nothing says what is waited for */
    bool is_verbose;      /**< lines name the odd members of a task */
    uint32_t max_wait_ms; /**< 0: no limit */
    char const *exec;     /**< path of a program to run on each event; NULL: none */
};

/** Follows, and reports what goes wrong. @return the exit status of `pgtask watch` */
enum exit_status follow_run(struct session *session, struct follow_config const *config);

#endif
