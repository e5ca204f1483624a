/* SPDX-License-Identifier: MIT */
/* The log tells each event, task and failure in one line. */
#include "events.h"

#include "log.h"

enum { FAILURE_BYTES = 288 };

void events_log_failure(char const *what, struct pgtask_client const *client)
{
    static char text[FAILURE_BYTES];

    (void)pgtask_failure_write(pgtask_client_failure(client), text, sizeof text);
    log_begin(what);
    log_texts(": ", text);
    log_end();
}

/* Adds what a listed and a followed task have in common. */
static void add_state(uint64_t task_id, char const *task_type, char const *status, int8_t percent)
{
    log_number(task_id);
    log_texts(" ", task_type);
    log_texts(" ", status);
    if (percent >= 0) {
        log_count(" ", (uint64_t)percent);
        log_text("%");
    }
}

/* Names the members that are not as the API describes them. */
static void add_odd(struct pgtask_task const *task)
{
    for (unsigned i = 0; i < PGTASK_MEMBER_COUNT; i++) {
        if ((task->odd >> i & 1) != 0) {
            log_texts("; odd ", pgtask_member_text((enum pgtask_member)i));
        }
    }
}

void events_log_task(struct pgtask_task const *task)
{
    log_begin("task ");
    add_state(task->task_id, task->task_type, task->status_text, task->progress_percent);
    add_odd(task);
    log_end();
}

/* Adds the current step, and which one of how many it is, if this is known. */
static void add_step(struct pgtask_watch_task const *task)
{
    if (task->current_step[0] != '\0') {
        log_texts(", ", task->current_step);
    }
    if (task->step_at != 0) {
        log_count(" (", task->step_at);
        log_count(" of ", task->step_count);
        log_text(")");
    }
}

void events_log(struct pgtask_event const *event, struct pgtask_client const *client)
{
    struct pgtask_watch_task const *const task = event->task;
    char const *const what = pgtask_event_text(event->kind);

    if (event->kind == PGTASK_EVENT_TROUBLE) {
        events_log_failure(what, client);
        return;
    }
    log_begin(what);
    if (task != NULL) {
        log_text(": ");
        add_state(task->task_id, task->task_type, task->status_text, task->progress_percent);
        add_step(task);
    }
    if (event->record != NULL) {
        add_odd(event->record);
    }
    log_end();
}
