/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <string.h>

#include <pgtask/task.h>

static void copy(char *to, size_t capacity, char const *from)
{
    size_t const length = strlen(from) < capacity ? strlen(from) : capacity - 1;

    memcpy(to, from, length);
    to[length] = '\0';
}

static void copy_objects(struct bench_objects *to, struct pgtask_objects const *from)
{
    to->count = from->count;
    for (unsigned i = 0; i < BENCH_OBJECTS; i++) {
        copy(to->names[i], sizeof to->names[i], from->names[i]);
    }
}

static void copy_restore(struct bench_restore *to, struct pgtask_restore const *from)
{
    copy(to->type, sizeof to->type, from->type_text);
    copy(to->backup_set_id, sizeof to->backup_set_id, from->backup_set_id);
    copy(to->backup_set_time, sizeof to->backup_set_time, from->backup_set_time);
    copy(to->target_time, sizeof to->target_time, from->target_time);
    copy(to->message, sizeof to->message, from->message);
    copy_objects(&to->before, &from->before);
    copy_objects(&to->after, &from->after);
}

/* Only for the comparison: our record is the product, no second copy is part of the work. */
static struct bench_record as_record(struct pgtask_task const *task)
{
    struct bench_record record = {.task_id = task->task_id,
                                  .progress = task->progress_percent,
                                  .step_count = task->step_count};

    copy(record.type, sizeof record.type, task->task_type);
    copy(record.instance, sizeof record.instance, task->instance_id);
    copy(record.status, sizeof record.status, task->status_text);
    copy(record.current_step, sizeof record.current_step, task->current_step);
    copy(record.start, sizeof record.start, task->start_time);
    copy(record.end, sizeof record.end, task->end_time);
    copy(record.all_steps, sizeof record.all_steps, task->all_steps);
    copy(record.input, sizeof record.input, task->input);
    copy(record.output, sizeof record.output, task->output);
    for (unsigned i = 0; i < task->step_count && i < PGTASK_STEPS; i++) {
        record.steps[i].id = task->steps[i].step_id;
        record.steps[i].progress = task->steps[i].progress_percent;
        copy(record.steps[i].name, sizeof record.steps[i].name, task->steps[i].step_name);
        copy(record.steps[i].message, sizeof record.steps[i].message, task->steps[i].step_message);
    }
    copy_restore(&record.restore, &task->restore);
    return record;
}

struct bench_result bench_pgtask(char const *json, size_t length, size_t slice, bool detail,
                                 bool sum)
{
    static struct pgtask_answer answer;
    static struct pgtask_task task;
    struct pgtask_task_options const options = {.skip_detail = !detail};
    struct bench_result result = {.peak_bytes = sizeof answer};
    size_t at = 0;
    size_t slice_end = 0;
    enum pgtask_error error;

    pgtask_answer_start(&answer, &options);
    while ((error = pgtask_answer_next(&answer, &task)) >= 0 && error != PGTASK_DONE) {
        if (error == PGTASK_OK) {
            result.records++;
            if (sum) {
                struct bench_record const record = as_record(&task);

                result.records--;
                bench_add(&result, &record, detail);
            }
        } else if (at == length) {
            pgtask_answer_finish(&answer);
        } else {
            if (slice_end == at) {
                slice_end = length - at < slice ? length : at + slice;
            }
            at += pgtask_answer_feed(&answer, (uint8_t const *)json + at, slice_end - at);
        }
    }
    result.good = error == PGTASK_DONE;
    result.total_count = answer.total_count;
    return result;
}
