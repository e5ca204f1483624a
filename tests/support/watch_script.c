/* SPDX-License-Identifier: MIT */
/* The script stands in for the client's listings and moves the clock of a watch. */
#include "watch_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct script script;

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    return script.now_ms;
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    (void)context;
    *unix_s = SCRIPT_UNIX_S + script.unix_skew_s +
              ((int64_t)script.now_ms - (int64_t)SCRIPT_BEGIN_MS) / 1000;
    return !script.no_unix_time;
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    if (script.no_entropy) {
        return PGTASK_ERROR_ENTROPY;
    }
    if (!script.chance_fixed) {
        script.chance = script.chance * 1664525u + 1013904223u; /* Numerical Recipes */
    }
    assert_int_equal(length, sizeof script.chance);
    memcpy(bytes, &script.chance, length);
    return PGTASK_OK;
}

int script_set_up(void **state)
{
    (void)state;
    memset(&script, 0, sizeof script);
    script.port = (struct pgtask_port){
        .monotonic_ms = monotonic_ms, .unix_time_s = unix_time_s, .entropy = entropy};
    script.client.port = &script.port;
    script.client.state = PGTASK_CLIENT_IDLE;
    script.now_ms = SCRIPT_BEGIN_MS;
    script.chance_fixed = true;
    script.chance = UINT32_C(1) << 31;
    return 0;
}

void script_open(struct pgtask_watch_config const *config)
{
    assert_int_equal(pgtask_watch_open(&script.watch, config, &script.client, &script.record),
                     PGTASK_OK);
}

void script_open_task(void)
{
    script_open(&(struct pgtask_watch_config){.task_id = 1});
}

void script_open_instance(void)
{
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE});
}

void script_open_until_done(void)
{
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .until_done = true});
}

static struct pgtask_task *find(uint64_t task_id)
{
    for (size_t i = 0; i < SCRIPT_TASKS; i++) {
        if (script.tasks[i].task_id == task_id) {
            return &script.tasks[i];
        }
    }
    return NULL;
}

struct pgtask_task *script_task(uint64_t task_id)
{
    struct pgtask_task *task = find(task_id);

    if (task == NULL) {
        task = find(0);
        assert_non_null(task);
        memset(task, 0, sizeof *task);
        task->task_id = task_id;
        task->type = PGTASK_TASK_TYPE_RESTORE_DATABASE;
        task->start_unix_s = SCRIPT_UNIX_S;
        task->end_unix_s = PGTASK_TIME_UNKNOWN;
        (void)strcpy(task->task_type, "RestoreDatabase");
        (void)strcpy(task->instance_id, SCRIPT_INSTANCE);
        script_set(task_id, PGTASK_STATUS_RUNNING, 0);
    }
    return task;
}

void script_set(uint64_t task_id, enum pgtask_status status, int percent)
{
    static char const *const texts[] = {"Rewinding",  "Running", "Success",
                                        "WaitSwitch", "Fail",    "Pause"};
    struct pgtask_task *const task = script_task(task_id);

    task->status = status;
    task->progress_percent = (int8_t)percent;
    (void)strcpy(task->status_text, texts[status]);
}

void script_make(uint64_t task_id, enum pgtask_status status, int64_t start_s, int64_t end_s)
{
    script_set(task_id, status, 50);
    script_task(task_id)->start_unix_s = SCRIPT_UNIX_S + start_s;
    script_task(task_id)->end_unix_s = SCRIPT_UNIX_S + end_s;
}

void script_make_running(uint64_t task_id, int64_t start_s)
{
    script_make(task_id, PGTASK_STATUS_RUNNING, start_s, 0);
    script_task(task_id)->end_unix_s = PGTASK_TIME_UNKNOWN;
}

void script_drop(uint64_t task_id)
{
    find(task_id)->task_id = 0;
}

/* @return MinStartTime of the listing as Unix seconds */
static int64_t min_start_s(void)
{
    return script.min_start_time[0] != '\0' ? pgtask_time_read(script.min_start_time, 0)
                                            : PGTASK_TIME_UNKNOWN;
}

static bool matches(struct pgtask_task const *task)
{
    return task->task_id != 0 && !script.empty &&
           (script.query.task_id == 0 || task->task_id == script.query.task_id) &&
           (task->start_unix_s >= min_start_s() || task->start_unix_s == PGTASK_TIME_UNKNOWN);
}

static enum pgtask_error begin(struct pgtask_query const *query, bool all_pages)
{
    char const *const min_start_time = query->min_start_time;

    assert_int_equal(pgtask_query_check(query, NULL), PGTASK_OK);
    assert_in_range(script.polls, 0, SCRIPT_POLLS - 1);
    script.poll_ms[script.polls++] = script.now_ms - SCRIPT_BEGIN_MS;
    script.query = *query;
    (void)snprintf(script.min_start_time, sizeof script.min_start_time, "%s",
                   min_start_time != NULL ? min_start_time : "");
    script.all_pages = all_pages;
    script.empty = script.empty_polls > 0;
    script.empty_polls -= script.empty;
    script.next = 0;
    script.handed_on = 0;
    script.listing = script.start_error == PGTASK_OK;
    return script.start_error;
}

/* The linker's --wrap gives them these names. */
enum pgtask_error __wrap_pgtask_client_list(struct pgtask_client *client,
                                            struct pgtask_query const *query);
enum pgtask_error __wrap_pgtask_client_list_all(struct pgtask_client *client,
                                                struct pgtask_query const *query);
enum pgtask_error __wrap_pgtask_client_next(struct pgtask_client *client, struct pgtask_task *task);
enum pgtask_interest __wrap_pgtask_client_wait_for(struct pgtask_client const *client,
                                                   uint64_t *until_ms);
void __wrap_pgtask_client_cancel(struct pgtask_client *client);

enum pgtask_error __wrap_pgtask_client_list(struct pgtask_client *client,
                                            struct pgtask_query const *query)
{
    assert_ptr_equal(client, &script.client);
    return begin(query, false);
}

enum pgtask_error __wrap_pgtask_client_list_all(struct pgtask_client *client,
                                                struct pgtask_query const *query)
{
    assert_ptr_equal(client, &script.client);
    return begin(query, true);
}

enum pgtask_error __wrap_pgtask_client_next(struct pgtask_client *client, struct pgtask_task *task)
{
    assert_ptr_equal(client, &script.client);
    assert_ptr_equal(task, &script.record);
    assert_true(script.listing);
    if (script.blocked) {
        return PGTASK_WOULD_BLOCK;
    }
    while (script.next < SCRIPT_TASKS && !matches(&script.tasks[script.next])) {
        script.next++;
    }
    if (script.error != PGTASK_OK && script.handed_on == script.error_after) {
        script.listing = false;
        client->failure.error = script.error;
        return script.error;
    }
    if (script.next == SCRIPT_TASKS) {
        script.listing = false;
        return PGTASK_DONE;
    }
    *task = script.tasks[script.next++];
    script.handed_on++;
    return PGTASK_OK;
}

enum pgtask_interest __wrap_pgtask_client_wait_for(struct pgtask_client const *client,
                                                   uint64_t *until_ms)
{
    assert_ptr_equal(client, &script.client);
    *until_ms = script.until_ms;
    return script.interest;
}

void __wrap_pgtask_client_cancel(struct pgtask_client *client)
{
    assert_ptr_equal(client, &script.client);
    script.cancels++;
    script.listing = false;
}

static void keep(struct pgtask_event const *event)
{
    struct script_event *const kept = &script.events[script.count++];

    assert_in_range(script.count, 1, SCRIPT_EVENTS);
    *kept = (struct script_event){.kind = event->kind,
                                  .before_percent = event->before_percent,
                                  .percent = PGTASK_PERCENT_UNKNOWN,
                                  .took_s = event->took_s,
                                  .at_ms = event->at_ms - SCRIPT_BEGIN_MS,
                                  .has_record = event->record != NULL};
    if (event->task != NULL) {
        kept->task_id = event->task->task_id;
        kept->percent = event->task->progress_percent;
    }
    if (event->record != NULL) {
        assert_ptr_equal(event->record, &script.record);
        assert_int_equal(event->record->task_id, kept->task_id);
    }
}

void script_turn(void)
{
    struct pgtask_event event;
    uint64_t until_ms = 0;

    do {
        script.last = pgtask_watch_next(&script.watch, &event);
        if (script.last == PGTASK_OK) {
            keep(&event);
        }
        if (script.last == PGTASK_WOULD_BLOCK) {
            (void)pgtask_watch_wait_for(&script.watch, &until_ms);
        }
    } while (script.last == PGTASK_OK ||
             (script.last == PGTASK_WOULD_BLOCK && until_ms <= script.now_ms));
}

void script_run(uint64_t time_ms)
{
    uint64_t const end_ms = script.now_ms + time_ms;

    for (;;) {
        uint64_t until_ms = end_ms;

        script_turn();
        if (script.last == PGTASK_WOULD_BLOCK) {
            (void)pgtask_watch_wait_for(&script.watch, &until_ms);
        }
        if (until_ms >= end_ms) {
            break;
        }
        script.now_ms = until_ms;
    }
    script.now_ms = end_ms;
    script_turn();
}

void script_poll(void)
{
    unsigned const polls = script.polls;

    script_turn();
    while (script.polls == polls) {
        uint64_t until_ms;

        assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
        (void)pgtask_watch_wait_for(&script.watch, &until_ms);
        assert_true(until_ms > script.now_ms);
        script.now_ms = until_ms;
        script_turn();
    }
}

void script_assert_events(int first, ...)
{
    va_list kinds;
    unsigned at = 0;

    va_start(kinds, first);
    for (int kind = first; kind >= 0; kind = va_arg(kinds, int)) {
        if (at == script.count || (int)script.events[at].kind != kind) {
            fail_msg("event %u is %s, not %s", at,
                     at < script.count ? pgtask_event_text(script.events[at].kind) : "none",
                     pgtask_event_text((enum pgtask_event_kind)kind));
        }
        at++;
    }
    va_end(kinds);
    if (at < script.count) {
        fail_msg("event %u is %s, not none", at, pgtask_event_text(script.events[at].kind));
    }
    script.count = 0;
}

unsigned script_count_events(enum pgtask_event_kind kind)
{
    unsigned count = 0;

    for (unsigned i = 0; i < script.count; i++) {
        count += script.events[i].kind == kind;
    }
    return count;
}

void script_assert_table(unsigned first, ...)
{
    va_list ids;
    unsigned at = 0;

    va_start(ids, first);
    for (unsigned id = first; id != 0; id = va_arg(ids, unsigned)) {
        assert_int_equal(script.watch.tasks[at++].task_id, id);
    }
    va_end(ids);
    assert_true(at == PGTASK_WATCH_TASKS || script.watch.tasks[at].task_id == 0);
}

void script_follow_running(void)
{
    script_open_task();
    script_set(1, PGTASK_STATUS_RUNNING, 10);
    script_poll();
    script_assert_events(APPEARED, END);
}

void script_assert_done_for_good(void)
{
    unsigned const polls = script.polls;

    assert_int_equal(script.last, PGTASK_DONE);
    script_run(UINT64_C(86400000));
    assert_int_equal(script.last, PGTASK_DONE);
    assert_int_equal(script.polls, polls);
    script_assert_events(END);
}

struct pgtask_watch_task const *script_followed(uint64_t task_id)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        if (script.watch.tasks[i].task_id == task_id) {
            return &script.watch.tasks[i];
        }
    }
    fail_msg("task %u is not followed", (unsigned)task_id);
    return NULL;
}
