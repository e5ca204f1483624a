/* SPDX-License-Identifier: MIT */
/**
 * @file watching/hook.h
 * A program that is run for each event, one at a time, with the facts in its environment.
 *
 * While it runs, events wait in a short queue. A newer event of a task takes the place of one that
 * waits, unless that one is of those that are never lost: ended, operator (or appeared in Pause),
 * vanished, absent. If all places hold such, hook_has_room() is false, and the caller takes no
 * further event for now.
 */
#ifndef CLI_HOOK_H
#define CLI_HOOK_H

#include "watching/events.h"

#include <sys/types.h>

enum { HOOK_EVENTS = 16 };

/** The longest message: the service's of a task, or the words of a failure. */
enum {
    HOOK_MESSAGE_BYTES = PGTASK_MESSAGE_BYTES > FAILURE_BYTES ? PGTASK_MESSAGE_BYTES : FAILURE_BYTES
};

/** The facts of one event, for while its task goes on. */
struct hook_event {
    enum pgtask_event_kind kind;
    bool has_task;
    bool has_elapsed;
    int64_t unix_s;
    uint64_t elapsed_s;
    struct pgtask_watch_left left;
    struct pgtask_watch_task task;
    char message[HOOK_MESSAGE_BYTES]; /**< the service's about the task, or the trouble */
};

struct hook {
    char const *path; /**< of the program; NULL: none */
    char const *region;
    bool is_silent;    /**< its output goes nowhere, not to standard error */
    pid_t child;       /**< 0: none */
    int status;        /**< of the last that ended badly, as wait() tells; see hook_turn() */
    uint64_t since_ms; /**< begin of the one that runs */
    size_t count;
    struct hook_event events[HOOK_EVENTS]; /**< waiting, oldest first */
};

/** @return what is wrong with a path, as a clause; NULL if it can be run */
char const *hook_check(char const *path);

/** @return whether any event can be taken */
bool hook_has_room(struct hook const *hook);

/** Takes an event. Only while there is room. */
void hook_take(struct hook *hook, struct event const *event);

/**
 * Starts the next program if none runs and there is an event.
 * @return false if one has ended badly since the last call: `status` is set
 */
bool hook_turn(struct hook *hook, uint64_t now_ms);

/** @return whether nothing runs and nothing waits */
bool hook_is_idle(struct hook const *hook);

/** Tells standard error how the program ended. */
void hook_complain(struct hook const *hook);

/** Ends the program that runs, and drops what waits; complains of that. */
void hook_close(struct hook *hook);

#endif
