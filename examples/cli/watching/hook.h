/* SPDX-License-Identifier: MIT */
/**
 * @file watching/hook.h
 * A program that is run for each event, one at a time, with the facts in its environment.
 *
 * While it runs, events wait in a short queue. A newer event of a task takes the place of an older
 * one that waits, unless that one must never be lost: ended, operator (or appeared in Pause),
 * vanished, absent. While all places hold such events, hook_has_room() is false, and the caller
 * takes no further event.
 */
#ifndef CLI_HOOK_H
#define CLI_HOOK_H

#include "watching/events.h"

#include <sys/types.h>

enum { HOOK_EVENTS = 16 };

/** The longest message: the service's about a task, or the sentence of a failure. */
enum {
    HOOK_MESSAGE_BYTES = PGTASK_MESSAGE_BYTES > ADVICE_BYTES ? PGTASK_MESSAGE_BYTES : ADVICE_BYTES
};

/** The facts of one event, copied, since its task goes on meanwhile. */
struct hook_event {
    enum pgtask_event_kind kind;
    bool has_task;
    bool has_elapsed;
    int64_t unix_s;
    uint64_t elapsed_s;
    struct pgtask_watch_left left;
    struct pgtask_watch_task task;
    char message[HOOK_MESSAGE_BYTES]; /**< of the service about the task, or the trouble */
};

struct hook {
    char const *path; /**< of the program; NULL: no program */
    char const *region;
    bool is_silent;       /**< its output goes nowhere, not to standard error */
    pid_t child;          /**< 0: none */
    int status;           /**< of the last program that ended badly, as wait() gives it */
    int start_failure;    /**< errno of the last start; 0: it went well */
    bool has_new_failure; /**< start_failure differs from the one before */
    uint64_t start_ms;    /**< no program is started before */
    uint64_t since_ms;    /**< when the program that runs began */
    size_t count;
    struct hook_event events[HOOK_EVENTS]; /**< waiting, oldest first */
};

/** @return what is wrong with a path, as a clause; NULL if it can be run */
char const *hook_check(char const *path);

/** @return whether any event can be taken now */
bool hook_has_room(struct hook const *hook);

/** Takes an event. Call it only while hook_has_room(). */
void hook_take(struct hook *hook, struct event const *event);

/**
 * Looks after the program that runs, and starts the next one if none runs and an event waits.
 * If the system can start no process, this is tried again after a pause.
 * @return false if a program has ended badly since the last call, or can now not be started: see
 *         hook_report()
 */
bool hook_turn(struct hook *hook, uint64_t now_ms);

/** @return whether nothing runs and nothing waits */
bool hook_is_idle(struct hook const *hook);

/** Reports how the last program ended badly, and why none can be started. */
void hook_report(struct hook const *hook);

/** Ends the program that runs and drops the events that wait, and reports their number. */
void hook_close(struct hook *hook);

#endif
