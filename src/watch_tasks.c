/* SPDX-License-Identifier: MIT */
/* The table of followed tasks: what a record changes in it, and which tasks have a place. */
#include "watch_private.h"

#include <string.h>

#include "client_private.h"

/* As often in a row a task must be missing before it counts as gone: answers may lag behind. */
enum { MISSED_IS_VANISHED = 2 };

static bool is_live(struct pgtask_watch_task const *task)
{
    return task->task_id != 0 && !task->vanished && !pgtask_status_is_final(task->status);
}

static bool is_over(enum pgtask_status status)
{
    return pgtask_status_is_final(status) || status == PGTASK_STATUS_PAUSE;
}

bool pgtask_watch_is_over(struct pgtask_watch_task const *task)
{
    return task->vanished || is_over(task->status);
}

bool pgtask_watch_is_old(struct pgtask_watch const *watch, struct pgtask_watch_task const *task,
                         uint32_t now_s)
{
    return !is_live(task) && now_s - task->news_s > watch->config.lookback_s;
}

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
    if (task->task_id == 0) {
        return 0;
    }
    return urgency_of(task->vanished ? PGTASK_STATUS_UNKNOWN : task->status);
}

/* The urgency, then the end: of those that have ended the last comes first. */
static uint64_t rank_of(uint8_t urgency, enum pgtask_status status, int64_t end_unix_s)
{
    bool const counts = pgtask_status_is_final(status) && end_unix_s > 0;

    return (uint64_t)urgency << 48 | (counts ? (uint64_t)end_unix_s : 0);
}

static uint64_t rank(struct pgtask_watch_task const *task)
{
    return rank_of(pgtask_urgency(task), task->status, task->end_unix_s);
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

/* Moves a task to its place in the order. @return where it stands now */
static struct pgtask_watch_task *put_in_order(struct pgtask_watch *watch,
                                              struct pgtask_watch_task *task)
{
    struct pgtask_watch_task *const last = &watch->tasks[PGTASK_WATCH_TASKS - 1];

    for (; task > watch->tasks && rank(task) > rank(task - 1); task--) {
        swap(task, task - 1);
    }
    for (; task < last && rank(task + 1) > rank(task); task++) {
        swap(task, task + 1);
    }
    return task;
}

struct pgtask_watch_task *pgtask_watch_find(struct pgtask_watch *watch, uint64_t task_id)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        if (watch->tasks[i].task_id == task_id) {
            return &watch->tasks[i];
        }
    }
    return NULL;
}

/* The step by its name: AllSteps does not say which is the current one. */
static uint8_t current_step_of(struct pgtask_task const *record)
{
    for (uint8_t i = 0; i < PGTASK_STEPS && i < record->step_count; i++) {
        if (record->current_step[0] != '\0' &&
            strcmp(record->steps[i].step_name, record->current_step) == 0) {
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

static void copy_record(struct pgtask_watch_task *task, struct pgtask_task const *record)
{
    task->task_id = record->task_id;
    task->type = record->type;
    task->status = record->status;
    task->progress_percent = record->progress_percent;
    task->step_at = current_step_of(record);
    task->step_count = record->step_count < UINT8_MAX ? (uint8_t)record->step_count : UINT8_MAX;
    task->start_unix_s = record->start_unix_s;
    task->end_unix_s = record->end_unix_s;
    memcpy(task->task_type, record->task_type, sizeof task->task_type);
    memcpy(task->instance_id, record->instance_id, sizeof task->instance_id);
    memcpy(task->status_text, record->status_text, sizeof task->status_text);
    memcpy(task->current_step, record->current_step, sizeof task->current_step);
}

static void tell(struct pgtask_watch *watch, struct pgtask_event *event,
                 enum pgtask_event_kind kind, struct pgtask_watch_task const *task)
{
    event->kind = kind;
    event->task = task;
    event->record = watch->record;
    watch->changed = watch->changed || kind != PGTASK_EVENT_PROGRESSED;
}

static int64_t unix_now_s(struct pgtask_watch const *watch)
{
    int64_t unix_s;

    return pgtask_client_unix_time_s(watch->client, &unix_s) ? unix_s : PGTASK_TIME_UNKNOWN;
}

/* By the service's own times; where one is missing, by the clock. */
static uint32_t took_s(struct pgtask_watch const *watch, struct pgtask_watch_task const *task,
                       uint32_t now_s)
{
    int64_t const start_s = task->start_unix_s;
    int64_t const end_s = task->end_unix_s >= start_s ? task->end_unix_s : unix_now_s(watch);

    if (start_s == PGTASK_TIME_UNKNOWN || end_s < start_s || end_s - start_s > UINT32_MAX) {
        return now_s - task->first_seen_s;
    }
    return (uint32_t)(end_s - start_s);
}

void pgtask_watch_tell_end(struct pgtask_watch const *watch, struct pgtask_watch_task const *task,
                           struct pgtask_event *event)
{
    event->kind = PGTASK_EVENT_ENDED;
    event->task = task;
    event->record = watch->record;
    event->took_s = took_s(watch, task, pgtask_watch_s(event->at_ms));
}

/* Whether the record differs from what was known in something that is told. */
static bool find_change(struct pgtask_watch_task const *task, struct pgtask_task const *record,
                        enum pgtask_event_kind *kind)
{
    static uint8_t const by_status[] = {
        [PGTASK_STATUS_UNKNOWN] = PGTASK_EVENT_UNKNOWN,
        [PGTASK_STATUS_RUNNING] = PGTASK_EVENT_RESUMED,
        [PGTASK_STATUS_SUCCESS] = PGTASK_EVENT_ENDED,
        [PGTASK_STATUS_WAIT_SWITCH] = PGTASK_EVENT_WAIT_SWITCH,
        [PGTASK_STATUS_FAIL] = PGTASK_EVENT_ENDED,
        [PGTASK_STATUS_PAUSE] = PGTASK_EVENT_OPERATOR,
    };

    if (task->vanished) {
        *kind = PGTASK_EVENT_APPEARED;
        return true;
    }
    if (strcmp(task->status_text, record->status_text) != 0) {
        *kind = (enum pgtask_event_kind)by_status[record->status];
        return true;
    }
    if (pgtask_status_is_final(record->status)) {
        return false;
    }
    if (record->current_step[0] != '\0' && strcmp(task->current_step, record->current_step) != 0) {
        *kind = PGTASK_EVENT_STEP;
        return true;
    }
    *kind = PGTASK_EVENT_PROGRESSED;
    return task->progress_percent != record->progress_percent;
}

static bool update(struct pgtask_watch *watch, struct pgtask_watch_task *task,
                   struct pgtask_event *event)
{
    struct pgtask_task const *const record = watch->record;
    uint32_t const now_s = pgtask_watch_s(event->at_ms);
    enum pgtask_event_kind kind;
    bool const changed = find_change(task, record, &kind);

    task->poll = watch->poll;
    task->missed = 0;
    if (changed) {
        task->news_s = now_s;
    }
    if (task->vanished || task->status != record->status) {
        task->status_since_ms = event->at_ms;
    }
    pgtask_watch_pace_note(task, record->progress_percent, now_s);
    event->before_percent = task->progress_percent;
    task->vanished = false;
    copy_record(task, record);
    task = put_in_order(watch, task);
    if (changed) {
        tell(watch, event, kind, task);
        watch->pending_end =
            kind == PGTASK_EVENT_APPEARED && pgtask_status_is_final(record->status);
    }
    if (changed && kind == PGTASK_EVENT_ENDED) {
        pgtask_watch_tell_end(watch, task, event);
    }
    return changed;
}

/* Whether it is of an instance and ended more than the look-back before the last `recent_s`. */
static bool ended_long_ago(struct pgtask_watch const *watch, uint32_t recent_s)
{
    struct pgtask_task const *const record = watch->record;
    int64_t const last_s =
        record->end_unix_s > record->start_unix_s ? record->end_unix_s : record->start_unix_s;

    return watch->config.task_id == 0 && pgtask_status_is_final(record->status) &&
           unix_now_s(watch) > last_s + recent_s + watch->config.lookback_s;
}

/* A place for the record at hand: a free one, or that of a task which matters less. One that has
 * made room itself may still be listed: it does not take its place back. */
static struct pgtask_watch_task *find_place(struct pgtask_watch *watch, uint32_t now_s)
{
    struct pgtask_task const *const record = watch->record;
    struct pgtask_watch_task *const last = &watch->tasks[PGTASK_WATCH_TASKS - 1];
    bool const final = pgtask_status_is_final(record->status);

    if (last->task_id == 0) {
        return last;
    }
    for (size_t i = PGTASK_WATCH_TASKS; i-- > 0 && !final;) {
        if (pgtask_watch_is_old(watch, &watch->tasks[i], now_s)) {
            return &watch->tasks[i];
        }
    }
    return rank_of(urgency_of(record->status), record->status, record->end_unix_s) > rank(last) &&
                   !ended_long_ago(watch, 0)
               ? last
               : NULL;
}

/* It had 0 percent when it started, on a clock that may not have been running then. */
static void start_pace(struct pgtask_watch const *watch, struct pgtask_watch_task *task,
                       uint32_t now_s)
{
    int64_t const start_s = task->start_unix_s;
    int64_t const unix_s = unix_now_s(watch);
    bool const known = start_s != PGTASK_TIME_UNKNOWN && unix_s >= start_s;

    pgtask_watch_pace_start(&task->pace, known ? 0 : PGTASK_PERCENT_UNKNOWN,
                            known ? now_s - (uint32_t)(unix_s - start_s) : 0, now_s);
}

static bool add(struct pgtask_watch *watch, struct pgtask_event *event)
{
    uint32_t const now_s = pgtask_watch_s(event->at_ms);
    struct pgtask_watch_task *task;

    if (ended_long_ago(watch, pgtask_watch_s(event->at_ms - watch->opened_ms))) {
        return false;
    }
    task = find_place(watch, now_s);
    if (task == NULL) {
        watch->overflowing++;
        watch->live_outside = watch->live_outside || !is_over(watch->record->status);
        return false;
    }
    if (task->task_id != 0 && task->poll == watch->poll) {
        watch->overflowing++;
        watch->live_outside = watch->live_outside || !pgtask_watch_is_over(task);
    }
    memset(task, 0, sizeof *task);
    copy_record(task, watch->record);
    task->poll = watch->poll;
    task->status_since_ms = event->at_ms;
    task->first_seen_s = now_s;
    task->news_s = now_s;
    start_pace(watch, task, now_s);
    task = put_in_order(watch, task);
    tell(watch, event, PGTASK_EVENT_APPEARED, task);
    watch->pending_end = pgtask_status_is_final(task->status);
    return true;
}

static void see_live(struct pgtask_watch *watch, int64_t start_s)
{
    if (start_s < watch->oldest_live_s) {
        watch->oldest_live_s = start_s;
    }
}

static bool is_wanted(struct pgtask_watch const *watch)
{
    struct pgtask_task const *const record = watch->record;
    struct pgtask_watch_config const *const config = &watch->config;

    if (config->task_id != 0) {
        return record->task_id == config->task_id;
    }
    return record->task_id != 0 &&
           (config->task_types == 0 || (config->task_types >> record->type & 1u) != 0);
}

bool pgtask_watch_note(struct pgtask_watch *watch, struct pgtask_event *event)
{
    struct pgtask_task const *const record = watch->record;
    struct pgtask_watch_task *task;

    if (!is_wanted(watch)) {
        return false;
    }
    if (!pgtask_status_is_final(record->status)) {
        see_live(watch, record->start_unix_s);
    }
    task = pgtask_watch_find(watch, record->task_id);
    return task != NULL ? update(watch, task, event) : add(watch, event);
}

void pgtask_watch_count_missed(struct pgtask_watch *watch, uint32_t now_s)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        struct pgtask_watch_task *const task = &watch->tasks[i];

        if (task->task_id == 0 || pgtask_status_is_final(task->status) ||
            task->poll == watch->poll || pgtask_watch_is_old(watch, task, now_s)) {
            continue;
        }
        see_live(watch, task->start_unix_s);
        if (!task->vanished) {
            task->missed++;
            watch->changed = true;
        }
    }
}

bool pgtask_watch_note_vanished(struct pgtask_watch *watch, struct pgtask_event *event)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        struct pgtask_watch_task *const task = &watch->tasks[i];

        if (is_live(task) && task->missed >= MISSED_IS_VANISHED) {
            task->vanished = true;
            task->news_s = pgtask_watch_s(event->at_ms);
            event->before_percent = task->progress_percent;
            tell(watch, event, PGTASK_EVENT_VANISHED, put_in_order(watch, task));
            event->record = NULL;
            return true;
        }
    }
    return false;
}
