/* SPDX-License-Identifier: MIT */
/* One event as one line for people and logs. */
#include "base/text.h"
#include "tasks/standing.h"
#include "watching/events.h"

static void write_progress(struct writer *writer, struct pgtask_watch_task const *task)
{
    if (task->progress_percent >= 0) {
        writer_print(writer, " %u %%", (unsigned)task->progress_percent);
    }
    if (task->step_at > 0) {
        writer_print(writer, ", step %u of %u", task->step_at, task->step_count);
    }
    if (task->current_step[0] != '\0') {
        writer_print(writer, "%s%s", task->step_at > 0 ? ": " : ", ", task->current_step);
    }
}

static void write_task(struct writer *writer, struct pgtask_watch_task const *task)
{
    writer_print(writer, "%ju", task->task_id);
    if (task->task_type[0] != '\0') {
        writer_print(writer, " %s", task->task_type);
    }
    if (task->instance_id[0] != '\0') {
        writer_print(writer, " %s", task->instance_id);
    }
    if (task->status_text[0] != '\0') {
        writer_print(writer, ": %s", task->status_text);
    }
    if (task->status != PGTASK_STATUS_SUCCESS) {
        write_progress(writer, task);
    }
}

static void write_left(struct writer *writer, struct pgtask_watch_left const *left)
{
    char least[TEXT_DURATION_BYTES];
    char most[TEXT_DURATION_BYTES];

    if (left->known && left->least_s < left->most_s) {
        writer_print(writer, ", %s to %s left", text_duration(least, left->least_s),
                     text_duration(most, left->most_s));
    } else if (left->known) {
        writer_print(writer, ", %s left", text_duration(most, left->most_s));
    }
}

/* Why the task stands still, or failed. */
static void write_record(struct writer *writer, struct pgtask_task const *record)
{
    char const *const message = event_message(record);
    char standing[STANDING_BYTES];

    if (standing_write(standing, writer, record)[0] != '\0') {
        writer_print(writer, "; %s", standing);
    }
    if (record->status != PGTASK_STATUS_RUNNING && record->status != PGTASK_STATUS_SUCCESS &&
        message[0] != '\0') {
        writer_print(writer, ": %s", message);
    }
}

static void write_watch_event(struct writer *writer, struct event const *event)
{
    switch (event->event->kind) {
    case PGTASK_EVENT_ABSENT: writer_print(writer, ": no such task has appeared"); break;
    case PGTASK_EVENT_STALE: writer_print(writer, ": no good answer for a long time"); break;
    case PGTASK_EVENT_BACK: writer_print(writer, ": the service answers again"); break;
    case PGTASK_EVENT_TROUBLE: writer_print(writer, ": %s", event->trouble); break;
    default: break;
    }
}

void event_line(struct writer *writer, struct event const *event)
{
    struct pgtask_event const *const watched = event->event;
    char took[TEXT_DURATION_BYTES];

    writer_print(writer, "%s", writer_text(writer, pgtask_event_text(watched->kind)));
    if (watched->task == NULL) {
        write_watch_event(writer, event);
        return;
    }
    writer_print(writer, ": ");
    write_task(writer, watched->task);
    write_left(writer, &event->left);
    if (watched->kind == PGTASK_EVENT_ENDED && event->has_elapsed) {
        writer_print(writer, ", took %s", text_duration(took, watched->took_s));
    }
    if (watched->record != NULL) {
        write_record(writer, watched->record);
    }
}
