/* SPDX-License-Identifier: MIT */
/**
 * @file watch_private.h
 * What the files of the watch room share. Each file calls only the files above it in this list:
 *
 *   watch_pace.c     how fast a task goes, and the time that is left
 *   watch_table.c    which tasks have a slot in the table, and in which order
 *   watch_listing.c  what a poll lists, and how far back
 *   watch_changes.c  what a record changes in the table, and the events of that
 *   watch.c          the public functions, and when to poll
 *
 * A task has ended if its status is Success or Fail; otherwise it is live. It is over if it has
 * ended, needs an operator or has vanished.
 */
#ifndef PGTASKI_WATCH_PRIVATE_H
#define PGTASKI_WATCH_PRIVATE_H

#include <pgtask/watch.h>

/* watch_pace.c */

/** @return whole seconds of a monotonic time */
uint32_t pgtaski_watch_seconds(uint64_t time_ms);

/**
 * Begins the views of a task's pace.
 * @param percent  the task had this percentage at `since_s`, or PGTASK_PERCENT_UNKNOWN
 */
void pgtaski_watch_begin_pace(struct pgtask_watch_pace *pace, int8_t percent, uint32_t since_s,
                              uint32_t now_s);

/** Takes the new percentage of a task. All members of the task are still those of the last poll. */
void pgtaski_watch_update_pace(struct pgtask_watch_task *task, int8_t percent, uint32_t now_s);

/* watch_table.c */

/** @return whether a task is over for this watch, which may wait for one that is paused */
bool pgtaski_watch_is_over(struct pgtask_watch const *watch, struct pgtask_watch_task const *task);

/** @return whether a task ended or vanished before the look-back, so that another may have its slot
 */
bool pgtaski_watch_is_old(struct pgtask_watch const *watch, struct pgtask_watch_task const *task);

/** @return the slot of a task, NULL if it has none */
struct pgtask_watch_task *pgtaski_watch_find(struct pgtask_watch *watch, uint64_t task_id);

/**
 * Makes a slot for the record at hand.
 * @return the slot, filled as if its task had vanished; NULL if there is none for this record. The
 *         poll counts the task that has no slot now, unless it ended long ago
 */
struct pgtask_watch_task *pgtaski_watch_make_slot(struct pgtask_watch *watch,
                                                  struct pgtask_event const *event);

/** Puts the table in order. Equal tasks stay in the order in which they came. */
void pgtaski_watch_sort(struct pgtask_watch *watch);

/* watch_listing.c */

/** Starts the listing of a poll. @return as pgtask_client_list() */
enum pgtask_error pgtaski_watch_start_listing(struct pgtask_watch *watch);

/** Makes the next listing reach back to the start of a task that may still change. */
void pgtaski_watch_reach_back_to(struct pgtask_watch *watch, int64_t start_s);

/** @return whether the first listing, which is complete, began too late: the device's clock was
 * fast, and the client has corrected it meanwhile */
bool pgtaski_watch_has_listed_too_little(struct pgtask_watch const *watch);

/** Decides after a good listing how far back the next one reaches. */
void pgtaski_watch_prepare_next_listing(struct pgtask_watch *watch);

/* watch_changes.c */

/**
 * Takes the record that the client has just decoded into the table.
 * @param event  in: at_ms; filled on true
 * @return whether there is an event
 */
bool pgtaski_watch_take_record(struct pgtask_watch *watch, struct pgtask_event *event);

/**
 * Counts, for each live task of the table, a complete listing that did not have it. Such a task may
 * come back, so the next listing must reach back to its start.
 */
void pgtaski_watch_count_missed(struct pgtask_watch *watch);

/** Does the same as pgtaski_watch_take_record(), for the next task that has vanished. */
bool pgtaski_watch_take_vanished(struct pgtask_watch *watch, struct pgtask_event *event);

/** Fills an event, whose kind is set, with a task of the table. */
void pgtaski_watch_report(struct pgtask_watch *watch, uint64_t task_id, struct pgtask_event *event);

#endif
