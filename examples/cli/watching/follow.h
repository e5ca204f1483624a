/* SPDX-License-Identifier: MIT */
/** @file watching/follow.h Follows tasks for a person or a script, to their end or until Ctrl-C. */
#ifndef CLI_WATCHER_H
#define CLI_WATCHER_H

#include "session/session.h"

/** How events are told. */
enum watcher_style {
    WATCHER_LINES, /**< one for people, with the time */
    WATCHER_JSONL,
    WATCHER_VIEW /**< what is so now, drawn on the terminal again and again */
};

/** What to follow and how to tell of it. Texts stay until the end. */
struct watcher_config {
    struct pgtask_watch_config watch;
    enum watcher_style style;
    uint32_t max_wait_ms; /**< 0: no limit */
    char const *exec;     /**< path of a program to run on each event; NULL: none */
};

/** Watches. Complains itself. @return as `pgtask watch` exits */
enum status watcher_run(struct session *session, struct watcher_config const *config);

#endif
