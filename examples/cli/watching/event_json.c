/* SPDX-License-Identifier: MIT */
/* One event as one JSON object. */
#include "tasks/output.h"
#include "watching/events.h"

static void write_number(struct writer *writer, char const *name, uint64_t number)
{
    writer_print(writer, ",\"%s\":%ju", name, number);
}

static void write_text(struct writer *writer, char const *name, char const *text)
{
    writer_print(writer, ",\"%s\":", name);
    writer_json(writer, text);
}

/* Once a task is not listed, only this much of it is kept. */
static void write_kept(struct writer *writer, struct pgtask_watch_task const *task)
{
    write_number(writer, "TaskId", task->task_id);
    write_text(writer, "TaskType", task->task_type);
    write_text(writer, "DBInstanceId", task->instance_id);
    write_text(writer, "Status", task->status_text);
    if (task->progress_percent >= 0) {
        write_number(writer, "Progress", (uint64_t)task->progress_percent);
    }
}

static void write_task(struct writer *writer, struct event const *event)
{
    struct pgtask_watch_task const *const task = event->event->task;

    if (event->event->record != NULL) {
        bool first = false;
        output_json_members(writer, event->event->record, &first);
    } else {
        write_kept(writer, task);
    }
    if (task->step_at > 0) {
        write_number(writer, "StepAt", task->step_at);
        write_number(writer, "StepCount", task->step_count);
    }
    if (event->event->before_percent >= 0) {
        write_number(writer, "ProgressBefore", (uint64_t)event->event->before_percent);
    }
    if (event->has_elapsed) {
        write_number(writer, "Elapsed", event->elapsed_s);
    }
    if (event->left.known) {
        write_number(writer, "LeftLeast", event->left.least_s);
        write_number(writer, "LeftMost", event->left.most_s);
    }
}

/* In the form that the service gives its errors. */
static void write_failure(struct writer *writer, struct pgtask_failure const *failure)
{
    write_text(writer, "Layer", pgtask_layer_text(pgtask_error_layer(failure->error)));
    if (failure->code[0] != '\0') {
        writer_print(writer, ",\"Error\":{\"Code\":");
        writer_json(writer, failure->code);
        write_text(writer, "Message", failure->message);
        writer_print(writer, "}");
    }
    if (failure->request_id[0] != '\0') {
        write_text(writer, "RequestId", failure->request_id);
    }
}

void event_json(struct writer *writer, struct event const *event)
{
    char time[EVENT_TIME_BYTES];

    writer_print(writer, "{\"Event\":");
    writer_json(writer, pgtask_event_text(event->event->kind));
    write_text(writer, "At", event_time(time, event->unix_s));
    if (event->event->task != NULL) {
        write_task(writer, event);
    }
    if (event->failure != NULL) {
        write_text(writer, "Trouble", event->trouble);
        write_failure(writer, event->failure);
    }
    writer_print(writer, "}\n");
}
