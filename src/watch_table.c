/* SPDX-License-Identifier: MIT */
/* Which tasks have a place in the table, and in which order. */
#include "watch_private.h"

#include <string.h>

static bool is_over(enum pgtask_status status)
{
    return pgtask_status_is_final(status) || status == PGTASK_STATUS_PAUSE;
}

bool pgtask_watch_is_over(struct pgtask_watch_task const *task)
{
    return task->vanished || is_over(task->status);
}

bool pgtask_watch_is_old(struct pgtask_watch const *watch, struct pgtask_watch_task const *task)
{
    return (task->vanished || pgtask_status_is_final(task->status)) &&
           watch->now_s - task->news_s > watch->config.lookback_s;
}

/* In the order of enum pgtask_led_state, from PGTASK_LED_SUCCESS on: src/led.c counts on it. */
static uint8_t urgency_of(enum pgtask_status status)
{
    static uint8_t const by_status[] = {
        [PGTASK_STATUS_UNKNOWN] = 4,     [PGTASK_STATUS_RUNNING] = 3, [PGTASK_STATUS_SUCCESS] = 1,
        [PGTASK_STATUS_WAIT_SWITCH] = 2, [PGTASK_STATUS_FAIL] = 6,    [PGTASK_STATUS_PAUSE] = 5,
    };

    return by_status[status];
}

uint8_t pgtask_urgency(struct pgtask_watch_task const *task)
{
    bool const lost = task->vanished && !pgtask_status_is_final(task->status);

    return task->task_id == 0 ? 0 : urgency_of(lost ? PGTASK_STATUS_UNKNOWN : task->status);
}

/* Whether a task of that urgency and end comes before another one: of those that have ended the
 * last is first. */
static bool comes_before(struct pgtask_watch_task const *other, uint32_t urgency,
                         int64_t end_unix_s)
{
    uint32_t const other_urgency = pgtask_urgency(other);

    if (urgency != other_urgency) {
        return urgency > other_urgency;
    }
    return pgtask_status_is_final(other->status) && end_unix_s > other->end_unix_s;
}

/* Byte by byte: a third task would lie on the stack. */
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

struct pgtask_watch_task *pgtask_watch_find(struct pgtask_watch *watch, uint64_t task_id)
{
    for (struct pgtask_watch_task *task = watch->tasks; task < pgtask_watch_end(watch); task++) {
        if (task->task_id == task_id) {
            return task;
        }
    }
    return NULL;
}

void pgtask_watch_sort(struct pgtask_watch *watch)
{
    for (size_t i = 1; i < PGTASK_WATCH_TASKS; i++) {
        for (struct pgtask_watch_task *task = &watch->tasks[i];
             task > watch->tasks && comes_before(task - 1, pgtask_urgency(task), task->end_unix_s);
             task--) {
            swap(task - 1, task);
        }
    }
}

/*
 * A place for the record at hand: a free one, or that of a task which matters less. One that has
 * made room itself may still be listed: it does not take its place back, if it ended long ago.
 */
static struct pgtask_watch_task *find_place(struct pgtask_watch *watch, bool ended_long_ago)
{
    struct pgtask_task const *const record = watch->record;
    struct pgtask_watch_task *const last = pgtask_watch_end(watch) - 1;

    if (last->task_id == 0) {
        return last;
    }
    if (!pgtask_status_is_final(record->status)) {
        for (struct pgtask_watch_task *task = pgtask_watch_end(watch); task-- > watch->tasks;) {
            if (pgtask_watch_is_old(watch, task)) {
                return task;
            }
        }
    }
    return !ended_long_ago && comes_before(last, urgency_of(record->status), record->end_unix_s)
               ? last
               : NULL;
}

struct pgtask_watch_task *pgtask_watch_make_place(struct pgtask_watch *watch,
                                                  struct pgtask_event const *event)
{
    struct pgtask_task const *const record = watch->record;
    int64_t const last_s =
        record->end_unix_s > record->start_unix_s ? record->end_unix_s : record->start_unix_s;
    bool ended_long_ago = false;
    struct pgtask_watch_task *task;
    int64_t unix_s;

    if (!watch->follows_one && pgtask_status_is_final(record->status) &&
        pgtask_client_unix_time_s(watch->client, &unix_s)) {
        unix_s -= watch->config.lookback_s;
        ended_long_ago = last_s < unix_s;
        if (last_s < unix_s - pgtask_watch_s(event->at_ms - watch->opened_ms)) {
            return NULL; /* it had when the watch began */
        }
    }
    task = find_place(watch, ended_long_ago);
    if (task == NULL || task->poll == watch->poll) {
        watch->overflowing++;
        if (!is_over(task == NULL ? record->status : task->status)) {
            watch->live_outside = true;
        }
    }
    if (task != NULL) {
        memset(task, 0, sizeof *task);
        task->progress_percent = PGTASK_PERCENT_UNKNOWN;
        task->vanished = true;
        task->first_seen_s = watch->now_s;
    }
    return task;
}
