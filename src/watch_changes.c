/* SPDX-License-Identifier: MIT */
/*
 * What a record changes in the table of followed tasks, and the event that reports it.
 *
 * A record is first compared with the slot of its task, which still says what the last poll found.
 * Then the pace takes the new percentage, and only then does the slot take the record. A new slot
 * looks like a task that has vanished, so its first record has the event APPEARED.
 *
 * A task that is missing in a listing has no record. It is counted after the listing, and has the
 * event VANISHED after the second listing in a row that lacks it.
 */
#include "watch_private.h"

#include <stddef.h>
#include <string.h>

#include "text.h"

/* A task has vanished if two listings in a row lack it. One is not enough: the service may answer
 * from a copy that lags behind. */
enum { MISSED_IS_VANISHED = 2 };

/* Finds the current step by its name, because AllSteps does not mark it. @return 0 if it is not
 * there, otherwise its number, from 1 */
static uint8_t current_step_of(struct pgtask_task const *record)
{
    uint32_t const most = PGTASK_EMBEDDED_JSON ? PGTASK_STEPS : 0;
    uint32_t const count = record->step_count < most ? record->step_count : most;

    for (uint32_t i = 0; i < count && record->current_step[0] != '\0'; i++) {
        if (pgtaski_text_is_equal(record->steps[i].step_name, record->current_step)) {
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

/* The strings are copied by a table of offsets, which is shorter than a call for each. */
static void copy_record(struct pgtask_watch_task *task, struct pgtask_task const *record)
{
    static struct {
        uint16_t to;
        uint16_t from;
    } const names[] = {
        {offsetof(struct pgtask_watch_task, task_type), offsetof(struct pgtask_task, task_type)},
        {offsetof(struct pgtask_watch_task, instance_id),
         offsetof(struct pgtask_task, instance_id)},
        {offsetof(struct pgtask_watch_task, status_text),
         offsetof(struct pgtask_task, status_text)},
        {offsetof(struct pgtask_watch_task, current_step),
         offsetof(struct pgtask_task, current_step)},
    };

    task->task_id = record->task_id;
    task->type = record->type;
    task->status = record->status;
    task->progress_percent = record->progress_percent;
    task->step_at = current_step_of(record);
    task->step_count = record->step_count < UINT8_MAX ? (uint8_t)record->step_count : UINT8_MAX;
    task->start_unix_s = record->start_unix_s;
    task->end_unix_s = record->end_unix_s;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        memcpy((char *)task + names[i].to, (char const *)record + names[i].from, PGTASK_NAME_BYTES);
    }
}

/* @return how long a task took, by the service's own times */
static uint32_t took_s(struct pgtask_watch_task const *task)
{
    uint64_t const took_s = (uint64_t)task->end_unix_s - (uint64_t)task->start_unix_s;
    bool const is_told =
        task->start_unix_s != PGTASK_TIME_UNKNOWN && task->end_unix_s >= task->start_unix_s;

    return is_told && took_s < PGTASK_TOOK_UNKNOWN ? (uint32_t)took_s : PGTASK_TOOK_UNKNOWN;
}

void pgtaski_watch_report(struct pgtask_watch *watch, uint64_t task_id, struct pgtask_event *event)
{
    struct pgtask_watch_task const *const task = pgtaski_watch_find(watch, task_id);

    event->task = task;
    event->record = watch->record;
    if (event->kind == PGTASK_EVENT_ENDED) {
        event->took_s = took_s(task);
    }
    /* The end that follows APPEARED is not another change. */
    if (event->kind != PGTASK_EVENT_PROGRESSED && !watch->pending_end) {
        watch->changed = true;
    }
    watch->pending_end =
        event->kind == PGTASK_EVENT_APPEARED && pgtask_status_is_final(task->status);
}

/* Compares the record with what is known of its task. @return whether something changed that has an
 * event; event->kind is set then */
static bool find_change(struct pgtask_watch_task const *task, struct pgtask_task const *record,
                        struct pgtask_event *event)
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
        event->kind = PGTASK_EVENT_APPEARED;
        return true;
    }
    if (!pgtaski_text_is_equal(task->status_text, record->status_text)) {
        event->kind = (enum pgtask_event_kind)by_status[record->status];
        return true;
    }
    if (pgtask_status_is_final(record->status)) {
        return false;
    }
    if (record->current_step[0] != '\0' &&
        !pgtaski_text_is_equal(task->current_step, record->current_step)) {
        event->kind = PGTASK_EVENT_STEP;
        return true;
    }
    event->kind = PGTASK_EVENT_PROGRESSED;
    return task->progress_percent != record->progress_percent;
}

/*
 * Begins the pace of a new task: it had 0 percent when it started. That time is modulo 2^32,
 * because the monotonic clock may have begun later. If the start is unknown, the age below is
 * larger than any real one.
 */
static void begin_pace(struct pgtask_watch const *watch, struct pgtask_watch_task *task)
{
    uint32_t const now_s = watch->now_s;
    uint64_t age_s = UINT64_MAX;
    int64_t unix_s;

    if (pgtask_client_unix_time_s(watch->client, &unix_s)) {
        age_s = (uint64_t)unix_s - (uint64_t)watch->record->start_unix_s;
    }
    pgtaski_watch_begin_pace(&task->pace, age_s > UINT32_MAX ? PGTASK_PERCENT_UNKNOWN : 0,
                             now_s - (uint32_t)age_s, now_s);
}

/* Takes the record into its slot. @return whether there is an event */
static bool update(struct pgtask_watch *watch, struct pgtask_watch_task *task,
                   struct pgtask_event *event)
{
    struct pgtask_task const *const record = watch->record;
    bool changed;

    task->poll = watch->poll;
    task->missed = 0;
    changed = find_change(task, record, event);
    if (changed) {
        task->news_s = watch->now_s;
    }
    if (task->vanished || task->status != record->status) {
        task->status_since_ms = event->at_ms;
    }
    if (task->task_id == 0) { /* the slot is new */
        begin_pace(watch, task);
    } else {
        pgtaski_watch_update_pace(task, record->progress_percent, watch->now_s);
    }
    event->before_percent = task->progress_percent;
    task->vanished = false;
    copy_record(task, record);
    pgtaski_watch_sort(watch);
    if (changed) {
        pgtaski_watch_report(watch, record->task_id, event);
    }
    return changed;
}

static bool is_wanted(struct pgtask_watch const *watch)
{
    struct pgtask_task const *const record = watch->record;
    struct pgtask_watch_config const *const config = &watch->config;

    if (watch->follows_one) {
        return record->task_id == config->task_id;
    }
    return record->task_id != 0 &&
           (config->task_types == 0 || (config->task_types >> record->type & 1u) != 0);
}

bool pgtaski_watch_take_record(struct pgtask_watch *watch, struct pgtask_event *event)
{
    struct pgtask_task const *const record = watch->record;
    struct pgtask_watch_task *task;

    if (!is_wanted(watch)) {
        return false;
    }
    if (!pgtask_status_is_final(record->status)) {
        pgtaski_watch_reach_back_to(watch, record->start_unix_s);
    }
    task = pgtaski_watch_find(watch, record->task_id);
    if (task == NULL) {
        task = pgtaski_watch_make_slot(watch, event);
    }
    return task != NULL && update(watch, task, event);
}

void pgtaski_watch_count_missed(struct pgtask_watch *watch)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        struct pgtask_watch_task *const task = &watch->tasks[i];

        if (task->task_id == 0 || pgtask_status_is_final(task->status) ||
            task->poll == watch->poll || pgtaski_watch_is_old(watch, task)) {
            continue;
        }
        pgtaski_watch_reach_back_to(watch, task->start_unix_s);
        if (!task->vanished) {
            task->missed++;
            watch->changed = true;
        }
    }
}

bool pgtaski_watch_take_vanished(struct pgtask_watch *watch, struct pgtask_event *event)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        struct pgtask_watch_task *const task = &watch->tasks[i];

        if (!task->vanished && task->missed >= MISSED_IS_VANISHED) {
            uint64_t const task_id = task->task_id;

            task->vanished = true;
            task->news_s = watch->now_s;
            event->kind = PGTASK_EVENT_VANISHED;
            event->before_percent = task->progress_percent;
            pgtaski_watch_sort(watch);
            pgtaski_watch_report(watch, task_id, event);
            event->record = NULL;
            return true;
        }
    }
    return false;
}
