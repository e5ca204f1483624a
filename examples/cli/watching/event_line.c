/* SPDX-License-Identifier: MIT */
#include "watching/events.h"

#include "base/text.h"

static void write_fact(struct writer *writer, char const *before, char const *fact)
{
    if (fact[0] != '\0') {
        writer_text(writer, before);
        (void)writer_safe(writer, fact);
    }
}

static void write_duration(struct writer *writer, char const *before, uint64_t seconds,
                           char const *after)
{
    char text[TEXT_DURATION_BYTES];

    writer_text(writer, before);
    writer_text(writer, text_duration(text, seconds));
    writer_text(writer, after);
}

static void write_progress(struct writer *writer, struct pgtask_watch_task const *task)
{
    if (task->progress_percent >= 0) {
        writer_text(writer, " ");
        writer_number(writer, (uint64_t)task->progress_percent);
        writer_text(writer, " %");
    }
    if (task->step_at > 0) {
        writer_text(writer, ", step ");
        writer_number(writer, task->step_at);
        writer_text(writer, " of ");
        writer_number(writer, task->step_count);
    }
    write_fact(writer, task->step_at > 0 ? ": " : ", ", task->current_step);
}

static void write_task(struct writer *writer, struct pgtask_watch_task const *task)
{
    writer_number(writer, task->task_id);
    write_fact(writer, " ", task->task_type);
    write_fact(writer, " ", task->instance_id);
    write_fact(writer, ": ", task->status_text);
    if (task->status != PGTASK_STATUS_SUCCESS) {
        write_progress(writer, task);
    }
}

static void write_left(struct writer *writer, struct pgtask_watch_left const *left)
{
    if (left->known && left->least_s < left->most_s) {
        write_duration(writer, ", ", left->least_s, "");
        write_duration(writer, " to ", left->most_s, " left");
    } else if (left->known) {
        write_duration(writer, ", ", left->most_s, " left");
    }
}

/* What the record says of why it stands still, or failed. */
static void write_record(struct writer *writer, struct pgtask_task const *record)
{
    if (record->status == PGTASK_STATUS_WAIT_SWITCH) {
        write_fact(writer, ", switches ", record->switch_time);
    }
    if (record->status != PGTASK_STATUS_RUNNING && record->status != PGTASK_STATUS_SUCCESS) {
        write_fact(writer, ": ", event_message(record));
    }
}

static void write_watch_event(struct writer *writer, struct event const *event)
{
    switch (event->event->kind) {
    case PGTASK_EVENT_ABSENT: writer_text(writer, ": no such task has appeared"); break;
    case PGTASK_EVENT_STALE: writer_text(writer, ": no good answer for a long time"); break;
    case PGTASK_EVENT_BACK: writer_text(writer, ": the service answers again"); break;
    case PGTASK_EVENT_TROUBLE: write_fact(writer, ": ", event->trouble); break;
    default: break;
    }
}

void event_text(struct writer *writer, struct event const *event)
{
    struct pgtask_event const *const told = event->event;

    writer_text(writer, pgtask_event_text(told->kind));
    if (told->task == NULL) {
        write_watch_event(writer, event);
        return;
    }
    writer_text(writer, ": ");
    write_task(writer, told->task);
    write_left(writer, &event->left);
    if (told->kind == PGTASK_EVENT_ENDED) {
        write_duration(writer, ", took ", told->took_s, "");
    }
    if (told->record != NULL) {
        write_record(writer, told->record);
    }
}
