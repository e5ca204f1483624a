/* SPDX-License-Identifier: MIT */
/**
 * @file watch_private.h
 * What the files of the watch room share.
 */
#ifndef PGTASK_WATCH_PRIVATE_H
#define PGTASK_WATCH_PRIVATE_H

#include <pgtask/watch.h>

#include "number.h"

/** @return whole seconds of the monotonic clock */
static inline uint32_t pgtask_watch_s(uint64_t time_ms)
{
    return (uint32_t)pgtaski_number_divide(time_ms, 1000);
}

/**
 * Takes the record that the client has just decoded into the table.
 * @param event  in: at_ms; on true set but for that
 * @return whether there is something to tell
 */
bool pgtask_watch_note(struct pgtask_watch *watch, struct pgtask_event *event);

/** @return the end of the table */
static inline struct pgtask_watch_task *pgtask_watch_end(struct pgtask_watch *watch)
{
    return watch->tasks + PGTASK_WATCH_TASKS;
}

/** @return where a task stands in the table, NULL if it does not */
struct pgtask_watch_task *pgtask_watch_find(struct pgtask_watch *watch, uint64_t task_id);

/**
 * @return a place for the record at hand, as if of a task that had vanished; NULL if there is none:
 *         it is counted as one without a place, then, unless it is of no interest any more
 */
struct pgtask_watch_task *pgtask_watch_make_place(struct pgtask_watch *watch,
                                                  struct pgtask_event const *event);

/** Puts the table in order. Equal ones stay as they came. */
void pgtask_watch_sort(struct pgtask_watch *watch);

/**
 * Whether a task that has ended or vanished did so before the look-back, so that its place may go
 * to another.
 */
bool pgtask_watch_is_old(struct pgtask_watch const *watch, struct pgtask_watch_task const *task);

/** Fills `event`, whose kind is set, with a task of the table. */
void pgtask_watch_tell(struct pgtask_watch *watch, struct pgtask_watch_task const *task,
                       struct pgtask_event *event);

/**
 * Counts a whole listing for each task that should have been in it and was not. Such a task counts
 * as live for oldest_live_s: it may come back, and must be listed then.
 */
void pgtask_watch_count_missed(struct pgtask_watch *watch);

/** Like pgtask_watch_note(), for the next task that has vanished. */
bool pgtask_watch_note_vanished(struct pgtask_watch *watch, struct pgtask_event *event);

/** Whether a task has nothing more to show: it ended, needs an operator or has vanished. */
bool pgtask_watch_is_over(struct pgtask_watch_task const *task);

/** Begins the view of a task's pace: it had `percent`, or PGTASK_PERCENT_UNKNOWN, at `since_s`. */
void pgtask_watch_pace_start(struct pgtask_watch_pace *pace, int8_t percent, uint32_t since_s,
                             uint32_t now_s);

/** Takes the next percentage of a task, whose members are still those of the poll before. */
void pgtask_watch_pace_note(struct pgtask_watch_task *task, int8_t percent, uint32_t now_s);

/** @return how long until the next poll after a good one, without jitter */
uint32_t pgtask_watch_interval_ms(struct pgtask_watch const *watch);

/** @return the same after a failed poll */
uint32_t pgtask_watch_back_off_ms(struct pgtask_watch const *watch);

/** Whether something must appear any moment, or the watch ends. */
bool pgtask_watch_is_awaited(struct pgtask_watch const *watch);

/** Waits from the event's time on for `wait_ms`, give or take an eighth. */
void pgtask_watch_wait(struct pgtask_watch *watch, struct pgtask_event const *event,
                       uint32_t wait_ms);

#endif
