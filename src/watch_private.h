/* SPDX-License-Identifier: MIT */
/**
 * @file watch_private.h
 * What the files of the watch room share.
 */
#ifndef PGTASK_WATCH_PRIVATE_H
#define PGTASK_WATCH_PRIVATE_H

#include <pgtask/watch.h>

/** @return where a task stands in the table, NULL if it does not */
struct pgtask_watch_task *pgtask_watch_find(struct pgtask_watch *watch, uint64_t task_id);

/**
 * Takes the record that the client has just decoded into the table.
 * @param event  in: at_ms; on true set but for that
 * @return whether there is something to tell
 */
bool pgtask_watch_note(struct pgtask_watch *watch, struct pgtask_event *event);

/** Fills `event` with the end of a task. */
void pgtask_watch_tell_end(struct pgtask_watch const *watch, struct pgtask_watch_task const *task,
                           struct pgtask_event *event);

/** Counts a whole listing for each task that should have been in it and was not. */
void pgtask_watch_count_missed(struct pgtask_watch *watch);

/** Like pgtask_watch_note(), for the next task that has vanished. */
bool pgtask_watch_note_vanished(struct pgtask_watch *watch, struct pgtask_event *event);

/** Whether a task has nothing more to show: it ended, needs an operator or has vanished. */
bool pgtask_watch_is_over(struct pgtask_watch_task const *task);

/**
 * Whether a task that has ended or vanished did so before the look-back, so that its place may go
 * to another.
 */
bool pgtask_watch_is_old(struct pgtask_watch const *watch, struct pgtask_watch_task const *task,
                         uint64_t now_ms);

/** Begins the view of a task's pace, at `percent` or PGTASK_PERCENT_UNKNOWN. */
void pgtask_watch_pace_start(struct pgtask_watch_pace *pace, int8_t percent, int64_t since_ms,
                             uint64_t now_ms);

/** Takes the next percentage of a task, whose members are still those of the poll before. */
void pgtask_watch_pace_note(struct pgtask_watch_task *task, int8_t percent, uint64_t now_ms);

/** @return how long until the next poll after a good one, without jitter */
uint32_t pgtask_watch_interval_ms(struct pgtask_watch const *watch, uint64_t now_ms);

/** @return the same after a failed poll */
uint32_t pgtask_watch_back_off_ms(struct pgtask_watch const *watch);

/** @return `wait_ms` give or take an eighth, as `chance` has it */
uint32_t pgtask_watch_jitter(uint32_t wait_ms, uint32_t chance);

#endif
