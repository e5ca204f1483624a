/* SPDX-License-Identifier: MIT */
/*
 * Which tasks have a slot in the table, and in which order.
 *
 * The most urgent task comes first, and free slots come last. Among tasks that have ended, the last
 * one to end comes first. If the table is full, a record displaces the last task that matters less.
 */
#include "watch_private.h"

#include <string.h>

/* A status after which a task does nothing more by itself, or for which the watch does not wait. */
static bool is_over(struct pgtask_watch const *watch, enum pgtask_status status)
{
    return pgtask_status_is_final(status) ||
           (status == PGTASK_STATUS_PAUSE && !watch->config.wait_pause);
}

bool pgtaski_watch_is_over(struct pgtask_watch const *watch, struct pgtask_watch_task const *task)
{
    return task->vanished || is_over(watch, task->status);
}

bool pgtaski_watch_is_old(struct pgtask_watch const *watch, struct pgtask_watch_task const *task)
{
    return (task->vanished || pgtask_status_is_final(task->status)) &&
           watch->now_s - task->news_s > watch->config.lookback_s;
}

/* The same order as in enum pgtask_led_state, from PGTASK_LED_SUCCESS on: src/led.c counts on it.
 */
static uint8_t urgency_of(enum pgtask_status status)
{
    static uint8_t const by_status[] = {
        [PGTASK_STATUS_UNKNOWN] = 4,     [PGTASK_STATUS_RUNNING] = 3, [PGTASK_STATUS_SUCCESS] = 1,
        [PGTASK_STATUS_WAIT_SWITCH] = 2, [PGTASK_STATUS_FAIL] = 6,    [PGTASK_STATUS_PAUSE] = 5,
    };

    return by_status[status];
}

uint8_t pgtask_watch_urgency(struct pgtask_watch_task const *task)
{
    bool const is_lost = task->vanished && !pgtask_status_is_final(task->status);

    return task->task_id == 0 ? 0 : urgency_of(is_lost ? PGTASK_STATUS_UNKNOWN : task->status);
}

/* @return whether a task with this urgency and end comes before `other` */
static bool is_ahead_of(struct pgtask_watch_task const *other, uint32_t urgency, int64_t end_unix_s)
{
    uint32_t const other_urgency = pgtask_watch_urgency(other);

    if (urgency != other_urgency) {
        return urgency > other_urgency;
    }
    return pgtask_status_is_final(other->status) && end_unix_s > other->end_unix_s;
}

/* Swaps byte by byte, because a third task would need its size on the stack. */
static void swap(struct pgtask_watch_task *a, struct pgtask_watch_task *b)
{
    uint8_t *const a_bytes = (uint8_t *)a;
    uint8_t *const b_bytes = (uint8_t *)b;

    for (size_t i = 0; i < sizeof *a; i++) {
        uint8_t const byte = a_bytes[i];

        a_bytes[i] = b_bytes[i];
        b_bytes[i] = byte;
    }
}

struct pgtask_watch_task *pgtaski_watch_find(struct pgtask_watch *watch, uint64_t task_id)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        if (watch->tasks[i].task_id == task_id) {
            return &watch->tasks[i];
        }
    }
    return NULL;
}

void pgtaski_watch_sort(struct pgtask_watch *watch)
{
    for (size_t i = 1; i < PGTASK_WATCH_TASKS; i++) {
        for (struct pgtask_watch_task *task = &watch->tasks[i];
             task > watch->tasks &&
             is_ahead_of(task - 1, pgtask_watch_urgency(task), task->end_unix_s);
             task--) {
            swap(task - 1, task);
        }
    }
}

/*
 * Finds a slot for the record at hand: a free one, or the one of a task that matters less. A task
 * that ended long ago may have had to leave its slot and still be listed: it does not get it back.
 */
static struct pgtask_watch_task *find_slot(struct pgtask_watch *watch, bool ended_long_ago)
{
    struct pgtask_task const *const record = watch->record;
    struct pgtask_watch_task *const last = &watch->tasks[PGTASK_WATCH_TASKS - 1];

    if (last->task_id == 0) {
        return last;
    }
    if (!pgtask_status_is_final(record->status)) {
        for (size_t i = PGTASK_WATCH_TASKS; i-- > 0;) {
            if (pgtaski_watch_is_old(watch, &watch->tasks[i])) {
                return &watch->tasks[i];
            }
        }
    }
    return !ended_long_ago && is_ahead_of(last, urgency_of(record->status), record->end_unix_s)
               ? last
               : NULL;
}

static void start_slot(struct pgtask_watch_task *task)
{
    memset(task, 0, sizeof *task);
    task->progress_percent = PGTASK_PERCENT_UNKNOWN;
    task->vanished = true;
}

/* When the task of a record ended, as far as that matters for a slot. */
enum end { NOT_LONG_AGO, BEFORE_THE_LOOK_BACK, BEFORE_THE_FIRST_LOOK_BACK };

/* Compares the end of the record's task, or its start if that is all there is, with the look-back
 * of this poll and with the one of the time when the watch began. */
static enum end end_of_record(struct pgtask_watch const *watch, struct pgtask_event const *event)
{
    struct pgtask_task const *const record = watch->record;
    int64_t const end_s =
        record->end_unix_s > record->start_unix_s ? record->end_unix_s : record->start_unix_s;
    int64_t lookback_s;

    if (watch->follows_one || !pgtask_status_is_final(record->status) ||
        !pgtask_client_unix_time_s(watch->client, &lookback_s)) {
        return NOT_LONG_AGO;
    }
    lookback_s -= watch->config.lookback_s;
    if (end_s < lookback_s - pgtaski_watch_seconds(event->at_ms - watch->opened_ms)) {
        return BEFORE_THE_FIRST_LOOK_BACK;
    }
    return end_s < lookback_s ? BEFORE_THE_LOOK_BACK : NOT_LONG_AGO;
}

/* Counts a task of this poll that has no slot. */
static void count_outside(struct pgtask_watch *watch, enum pgtask_status status)
{
    watch->overflowing++;
    if (!is_over(watch, status)) {
        watch->live_outside = true;
    }
}

struct pgtask_watch_task *pgtaski_watch_make_slot(struct pgtask_watch *watch,
                                                  struct pgtask_event const *event)
{
    enum end const end = end_of_record(watch, event);
    struct pgtask_watch_task *task;

    if (end == BEFORE_THE_FIRST_LOOK_BACK) {
        return NULL;
    }
    task = find_slot(watch, end == BEFORE_THE_LOOK_BACK);
    if (task == NULL) {
        count_outside(watch, watch->record->status);
        return NULL;
    }
    if (task->poll == watch->poll) {
        count_outside(watch, task->status); /* the record displaces it */
    }
    start_slot(task);
    return task;
}
