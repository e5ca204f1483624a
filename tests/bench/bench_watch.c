/* SPDX-License-Identifier: MIT */
/*
 * bench_watch still|moving TIMES: takes so many polls of a watch over 100 running tasks. Between
 * two polls, none of the tasks changes, or each moves by a percent. With TIMES of 0 it prints the
 * slots of the watch and the events of a poll. bench.py counts.
 *
 * The functions below stand in for the client's listings, by --wrap: see tests/tests.mk. They only
 * set what differs between two records, so nearly all instructions are those of the watch.
 */
#include <pgtask/watch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TASKS = 100, FIRST_PERCENT = 10 };

#define UNIX_S INT64_C(1800000000)

static uint64_t now_ms = 1000000;
static unsigned next_task;
static int8_t percent = FIRST_PERCENT;

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    return now_ms;
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    (void)context;
    *unix_s = UNIX_S + (int64_t)(now_ms / 1000);
    return true;
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    memset(bytes, 0x80, length);
    return PGTASK_OK;
}

static struct pgtask_port port = {
    .monotonic_ms = monotonic_ms, .unix_time_s = unix_time_s, .entropy = entropy};
static struct pgtask_client client = {.port = &port, .state = PGTASK_CLIENT_IDLE};
static struct pgtask_task record = {.type = PGTASK_TASK_TYPE_RESTORE_DATABASE,
                                    .status = PGTASK_STATUS_RUNNING,
                                    .start_unix_s = UNIX_S,
                                    .end_unix_s = PGTASK_TIME_UNKNOWN,
                                    .task_type = "RestoreDatabase",
                                    .instance_id = "postgres-q6fj84vb",
                                    .status_text = "Running",
                                    .current_step = "Download WAL Logs and Redo",
                                    .step_count = 5};
static struct pgtask_watch watch;

enum pgtask_error __wrap_pgtask_client_list_all(struct pgtask_client *listed,
                                                struct pgtask_query const *query);
enum pgtask_error __wrap_pgtask_client_next(struct pgtask_client *listed, struct pgtask_task *task);

enum pgtask_error __wrap_pgtask_client_list_all(struct pgtask_client *listed,
                                                struct pgtask_query const *query)
{
    (void)listed;
    (void)query;
    next_task = 0;
    return PGTASK_OK;
}

enum pgtask_error __wrap_pgtask_client_next(struct pgtask_client *listed, struct pgtask_task *task)
{
    (void)listed;
    if (next_task == TASKS) {
        return PGTASK_DONE;
    }
    next_task++;
    task->task_id = next_task;
    task->progress_percent = percent;
    return PGTASK_OK;
}

/* Takes one poll. @return how many events it had */
static unsigned poll(void)
{
    struct pgtask_event event;
    uint64_t until_ms = 0;
    unsigned events = 0;

    now_ms = watch.due_ms > now_ms ? watch.due_ms : now_ms;
    while (until_ms <= now_ms) {
        enum pgtask_error const error = pgtask_watch_next(&watch, &event);

        events += error == PGTASK_OK ? 1 : 0;
        if (error == PGTASK_WOULD_BLOCK) {
            (void)pgtask_watch_wait_for(&watch, &until_ms);
        }
    }
    return events;
}

int main(int count, char **arguments)
{
    struct pgtask_watch_config const config = {.instance_id = "postgres-q6fj84vb"};

    strcpy(record.steps[2].step_name, record.current_step);
    if (count != 3 || pgtask_watch_open(&watch, &config, &client, &record) != PGTASK_OK) {
        (void)fprintf(stderr, "usage: bench_watch still|moving TIMES\n");
        return 2;
    }
    int8_t const rise = strcmp(arguments[1], "moving") == 0 ? 1 : 0;
    long const times = strtol(arguments[2], NULL, 10);

    (void)poll(); /* the first one finds all tasks */
    for (long i = 0; i < times; i++) {
        percent = (int8_t)(percent + rise);
        (void)poll();
    }
    if (times == 0) {
        percent = (int8_t)(percent + rise);
        (void)printf("%d %u\n", PGTASK_WATCH_TASKS, poll());
    }
    return 0;
}
