/* SPDX-License-Identifier: MIT */
/* One task for people: a label and a fact on each line, and its steps as a list. */
#include "tasks/output.h"

#include "base/text.h"
#include "tasks/standing.h"
#include "tasks/times.h"

#define LABEL_WIDTH 12
#define STEP_WIDTH  28

static void write_label(struct writer *writer, char const *label)
{
    size_t const written = writer_printable(writer, writer_text(writer, label));

    writer_blanks(writer, written < LABEL_WIDTH ? LABEL_WIDTH - written : 1);
}

static void write_fact(struct writer *writer, char const *label, char const *text)
{
    if (text[0] != '\0') {
        write_label(writer, label);
        writer_print(writer, "%s\n", text);
    }
}

static void write_time(struct writer *writer, char const *label, char const *sent)
{
    char text[TIMES_BYTES];

    write_fact(writer, label, times_write(text, sent, true));
}

static void write_percent(struct writer *writer, int8_t percent)
{
    if (percent >= 0) {
        writer_print(writer, "%u%%", (unsigned)percent);
    }
}

static void write_times(struct writer *writer, struct pgtask_task const *task)
{
    bool const ended = task->end_unix_s != PGTASK_TIME_UNKNOWN;
    bool const is_final = pgtask_status_is_final(task->status);
    int64_t const until = ended ? task->end_unix_s : times_now();

    write_time(writer, "Start", task->start_time);
    if (task->end_time[0] != '\0') {
        write_time(writer, "End", task->end_time);
    } else {
        write_fact(writer, "End", writer_text(writer, is_final ? "unknown" : "not yet"));
    }
    if (task->start_unix_s != PGTASK_TIME_UNKNOWN && until >= task->start_unix_s &&
        (ended || !is_final)) {
        char duration[TEXT_DURATION_BYTES];
        write_label(writer, "Duration");
        writer_print(writer, "%s%s\n",
                     text_duration(duration, (uint64_t)(until - task->start_unix_s)),
                     ended ? "" : writer_text(writer, " so far"));
    }
}

static void write_step(struct writer *writer, struct pgtask_step const *step)
{
    bool const has_more = step->progress_percent >= 0 || step->step_message[0] != '\0';

    writer_print(writer, "  ");
    if (step->step_id != 0) {
        writer_print(writer, "%ju  ", (uint64_t)step->step_id);
    }
    size_t const written = writer_printable(writer, step->step_name);
    if (has_more) {
        writer_blanks(writer, (written < STEP_WIDTH ? STEP_WIDTH - written : 0) + 2);
        write_percent(writer, step->progress_percent);
    }
    if (step->step_message[0] != '\0') {
        writer_print(writer, "%s%s", step->progress_percent >= 0 ? "  " : "", step->step_message);
    }
    writer_print(writer, "\n");
}

static void write_steps(struct writer *writer, struct pgtask_task const *task)
{
    write_fact(writer, "Step", task->current_step);
    if (task->step_count == 0) {
        return;
    }
    writer_print(writer, "Steps\n");
    for (uint32_t i = 0; i < task->step_count && i < PGTASK_STEPS; i++) {
        write_step(writer, &task->steps[i]);
    }
    if (task->step_count > PGTASK_STEPS) {
        writer_print(writer, "  and %u more\n", task->step_count - PGTASK_STEPS);
    }
}

/* @return whether there was a name to write */
static bool write_object(struct writer *writer, struct pgtask_objects const *objects, uint32_t i)
{
    bool const kept = i < objects->count && i < PGTASK_RESTORE_OBJECTS;

    if (kept) {
        (void)writer_printable(writer, objects->names[i]);
    }
    return kept;
}

static void write_objects(struct writer *writer, struct pgtask_restore const *restore)
{
    uint32_t const before = restore->before.count;
    uint32_t const after = restore->after.count;
    uint32_t const count = before > after ? before : after;

    for (uint32_t i = 0; i < count && i < PGTASK_RESTORE_OBJECTS; i++) {
        write_label(writer, i == 0 ? "  Objects" : "");
        if (!write_object(writer, &restore->before, i)) {
            writer_print(writer, "?");
        }
        if (i < after) {
            writer_print(writer, " -> ");
            (void)write_object(writer, &restore->after, i);
        }
        writer_print(writer, "\n");
    }
    if (count > PGTASK_RESTORE_OBJECTS) {
        write_label(writer, "");
        writer_print(writer, "and %u more\n", count - PGTASK_RESTORE_OBJECTS);
    }
}

static void write_restore(struct writer *writer, struct pgtask_task const *task)
{
    struct pgtask_restore const *const restore = &task->restore;
    bool const has_target = restore->target_unix_s != PGTASK_TIME_UNKNOWN;

    if (restore->type_text[0] == '\0' && restore->before.count == 0 && restore->after.count == 0) {
        return;
    }
    writer_print(writer, "Restore\n");
    write_fact(writer, "  Type", restore->type_text);
    write_objects(writer, restore);
    write_fact(writer, "  Backup", restore->backup_set_id);
    write_time(writer, "  Backed up", restore->backup_set_time);
    write_time(writer, "  To time", has_target ? restore->target_time : "");
    write_fact(writer, "  Message", restore->message);
}

static void write_switch(struct writer *writer, struct pgtask_task const *task)
{
    static char const *const meanings[] = {"not needed", "at once", "at a given time",
                                           "in the maintenance window"};

    if (task->presence[PGTASK_MEMBER_SWITCH_TAG] == PGTASK_VALUE) {
        write_label(writer, "Switch");
        if (task->switch_tag < sizeof meanings / sizeof meanings[0]) {
            writer_print(writer, "%s\n", writer_text(writer, meanings[task->switch_tag]));
        } else {
            writer_print(writer, "%ju\n", (uint64_t)task->switch_tag);
        }
    }
    write_time(writer, "Switch time", task->switch_time);
}

/* Writes a note with the names of the members whose bits are set. */
static void write_names(struct writer *writer, char const *note, uint32_t members)
{
    bool first = true;

    for (unsigned i = 0; i < PGTASK_MEMBER_COUNT; i++) {
        if ((members >> i & 1) != 0) {
            writer_print(writer, "%s%s%s", first ? writer_text(writer, "Note        ") : ", ",
                         first ? writer_text(writer, note) : "",
                         pgtask_member_text((enum pgtask_member)i));
            first = false;
        }
    }
    if (!first) {
        writer_print(writer, "\n");
    }
}

static void write_notes(struct writer *writer, struct pgtask_task const *task)
{
    write_names(writer, "too long for this build, cut: ", task->truncated);
    write_names(writer, "not as the API describes them: ", task->odd);
    for (unsigned i = 0; i < PGTASK_MEMBER_COUNT; i++) {
        if (task->presence[i] == PGTASK_MALFORMED) {
            writer_print(writer, "Note        not valid JSON; see it with --output json: %s\n",
                         pgtask_member_text((enum pgtask_member)i));
        }
    }
}

static void facts_task(struct writer *writer, struct pgtask_task const *task, uint64_t before)
{
    char standing[STANDING_BYTES];

    (void)before;
    write_label(writer, "Task");
    writer_print(writer, "%ju\n", task->task_id);
    write_fact(writer, "Type", task->task_type);
    write_fact(writer, "Instance", task->instance_id);
    write_fact(writer, "Status", task->status_text);
    write_fact(writer, "Meaning", standing_write(standing, writer, task));
    if (task->progress_percent >= 0) {
        write_label(writer, "Progress");
        write_percent(writer, task->progress_percent);
        writer_print(writer, "\n");
    }
    write_times(writer, task);
    write_steps(writer, task);
    write_restore(writer, task);
    write_switch(writer, task);
    write_fact(writer, "Message", task->message);
    write_notes(writer, task);
}

/* Support asks for the RequestId. */
static void facts_end(struct writer *writer, struct output_end const *end)
{
    if (end->tasks > 0) {
        write_fact(writer, "RequestId", end->request_id);
    }
}

struct output const output_facts = {.task = facts_task, .end = facts_end};
