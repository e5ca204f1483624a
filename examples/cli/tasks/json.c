/* SPDX-License-Identifier: MIT */
/* Tasks as the API writes them, with three members more: Steps, Truncated and Odd. */
#include "tasks/output.h"

/* Writes `,"Name":`, without the comma after an opening bracket. */
static void write_name(struct writer *writer, char const *name, bool *first)
{
    writer_print(writer, "%s\"%s\":", *first ? "" : ",", name);
    *first = false;
}

/* Writes a member of the API, absent, null or empty as it came, and null for one that is odd.
 * @return whether the caller has to write a value */
static bool write_member(struct writer *writer, struct pgtask_task const *task,
                         enum pgtask_member member, bool *first)
{
    enum pgtask_presence const presence = (enum pgtask_presence)task->presence[member];

    if (presence == PGTASK_ABSENT) {
        return false;
    }
    write_name(writer, pgtask_member_text(member), first);
    if (presence == PGTASK_NULL || presence == PGTASK_ODD) {
        writer_print(writer, "null");
        return false;
    }
    if (presence == PGTASK_EMPTY) {
        writer_print(writer, "%s", member == PGTASK_MEMBER_TASK_DETAIL ? "{}" : "\"\"");
        return false;
    }
    return true;
}

static void write_text(struct writer *writer, struct pgtask_task const *task,
                       enum pgtask_member member, char const *text, bool *first)
{
    if (write_member(writer, task, member, first)) {
        writer_json(writer, text);
    }
}

static void write_number(struct writer *writer, struct pgtask_task const *task,
                         enum pgtask_member member, uint64_t number, bool *first)
{
    if (write_member(writer, task, member, first)) {
        writer_print(writer, "%ju", number);
    }
}

static void write_detail(struct writer *writer, struct pgtask_task const *task)
{
    bool first = true;

    writer_print(writer, "{");
    write_text(writer, task, PGTASK_MEMBER_CURRENT_STEP, task->current_step, &first);
    write_text(writer, task, PGTASK_MEMBER_ALL_STEPS, task->all_steps, &first);
    write_text(writer, task, PGTASK_MEMBER_INPUT, task->input, &first);
    write_text(writer, task, PGTASK_MEMBER_OUTPUT, task->output, &first);
    write_number(writer, task, PGTASK_MEMBER_SWITCH_TAG, task->switch_tag, &first);
    write_text(writer, task, PGTASK_MEMBER_SWITCH_TIME, task->switch_time, &first);
    write_text(writer, task, PGTASK_MEMBER_MESSAGE, task->message, &first);
    writer_print(writer, "}");
}

static void write_step(struct writer *writer, struct pgtask_step const *step)
{
    bool first = true;

    writer_print(writer, "{");
    if (step->step_id != 0) {
        write_name(writer, "StepId", &first);
        writer_print(writer, "%ju", (uint64_t)step->step_id);
    }
    write_name(writer, "StepName", &first);
    writer_json(writer, step->step_name);
    if (step->progress_percent >= 0) {
        write_name(writer, "StepProcess", &first);
        writer_print(writer, "%u", (unsigned)step->progress_percent);
    }
    if (step->step_message[0] != '\0') {
        write_name(writer, "StepMessage", &first);
        writer_json(writer, step->step_message);
    }
    writer_print(writer, "}");
}

static void write_steps(struct writer *writer, struct pgtask_task const *task)
{
    if (task->presence[PGTASK_MEMBER_ALL_STEPS] == PGTASK_MALFORMED) {
        writer_print(writer, "null");
        return;
    }
    writer_print(writer, "[");
    for (uint32_t i = 0; i < task->step_count && i < PGTASK_STEPS; i++) {
        if (i > 0) {
            writer_print(writer, ",");
        }
        write_step(writer, &task->steps[i]);
    }
    writer_print(writer, "]");
}

/* Writes the names of the members whose bits are set. */
static void write_names(struct writer *writer, uint32_t members)
{
    bool first = true;

    writer_print(writer, "[");
    for (unsigned i = 0; i < PGTASK_MEMBER_COUNT; i++) {
        if ((members >> i & 1) != 0) {
            writer_print(writer, "%s", first ? "" : ",");
            writer_json(writer, pgtask_member_text((enum pgtask_member)i));
            first = false;
        }
    }
    writer_print(writer, "]");
}

/* A Progress outside 0 to 100 is written as it came. */
static void write_progress(struct writer *writer, struct pgtask_task const *task, bool *first)
{
    uint64_t const progress = task->progress_percent < 0 ? 0 : (uint64_t)task->progress_percent;

    if (task->progress_text[0] != '\0' && task->progress_percent >= 0) {
        write_name(writer, pgtask_member_text(PGTASK_MEMBER_PROGRESS), first);
        writer_print(writer, "%s", task->progress_text);
    } else {
        write_number(writer, task, PGTASK_MEMBER_PROGRESS, progress, first);
    }
}

void output_json_members(struct writer *writer, struct pgtask_task const *task, bool *first)
{
    write_number(writer, task, PGTASK_MEMBER_TASK_ID, task->task_id, first);
    write_text(writer, task, PGTASK_MEMBER_TASK_TYPE, task->task_type, first);
    write_text(writer, task, PGTASK_MEMBER_DB_INSTANCE_ID, task->instance_id, first);
    write_text(writer, task, PGTASK_MEMBER_START_TIME, task->start_time, first);
    write_text(writer, task, PGTASK_MEMBER_END_TIME, task->end_time, first);
    write_text(writer, task, PGTASK_MEMBER_STATUS, task->status_text, first);
    write_progress(writer, task, first);
    if (write_member(writer, task, PGTASK_MEMBER_TASK_DETAIL, first)) {
        write_detail(writer, task);
    }
    write_name(writer, "Steps", first);
    write_steps(writer, task);
    write_name(writer, "Truncated", first);
    write_names(writer, task->truncated);
    write_name(writer, "Odd", first);
    write_names(writer, task->odd);
}

static void write_task(struct writer *writer, struct pgtask_task const *task)
{
    bool first = true;

    writer_print(writer, "{");
    output_json_members(writer, task, &first);
    writer_print(writer, "}");
}

static void json_task(struct writer *writer, struct pgtask_task const *task, uint64_t before)
{
    writer_print(writer, "%s", before == 0 ? "{\"TaskSet\":[" : ",");
    write_task(writer, task);
}

static void json_end(struct writer *writer, struct output_end const *end)
{
    writer_print(writer, "%s,\"TotalCount\":", end->tasks == 0 ? "{\"TaskSet\":[]" : "]");
    if (end->total_count == PGTASK_COUNT_UNKNOWN) {
        writer_print(writer, "null");
    } else {
        writer_print(writer, "%ju", end->total_count);
    }
    if (end->left_out > 0) {
        writer_print(writer, ",\"LeftOut\":%ju", end->left_out);
    }
    if (end->request_id[0] != '\0') {
        writer_print(writer, ",\"RequestId\":");
        writer_json(writer, end->request_id);
    }
    writer_print(writer, "}\n");
}

/* The line ends inside the object, so that no JSON parser takes it for a whole answer. */
static void json_broken(struct writer *writer)
{
    writer_print(writer, "\n");
}

static void jsonl_task(struct writer *writer, struct pgtask_task const *task, uint64_t before)
{
    (void)before;
    write_task(writer, task);
    writer_print(writer, "\n");
}

struct output const output_json = {.task = json_task, .end = json_end, .broken = json_broken};
struct output const output_jsonl = {.task = jsonl_task};
