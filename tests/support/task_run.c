/* SPDX-License-Identifier: MIT */
/* A run feeds the decoder a body in slices and collects what it returns. */
#include "task_run.h"
#include "guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct pgtask_answer answer;
static struct pgtask_task task;

static enum pgtask_error drain(struct task_outcome *outcome)
{
    enum pgtask_error result;

    while ((result = pgtask_answer_next(&answer, &task)) == PGTASK_OK) {
        assert_true(outcome->count < TASK_RUN_RECORDS);
        outcome->tasks[outcome->count++] = task;
        memset(&task, 0xa5, sizeof task); /* a record owes nothing to the one before it */
    }
    return result;
}

static void feed(struct task_outcome *outcome, char const *bytes, size_t length)
{
    while (length > 0 && outcome->result == PGTASK_MORE) {
        size_t const taken = pgtask_answer_feed(&answer, (uint8_t const *)bytes, length);

        assert_true(taken >= 1 && taken <= length);
        bytes += taken;
        length -= taken;
        outcome->result = drain(outcome);
    }
}

void task_run(struct task_outcome *outcome, struct pgtask_task_options const *options,
              char const *text, size_t length, size_t first, size_t step)
{
    size_t slice = first < length ? first : length;

    memset(&task, 0xa5, sizeof task);
    memset(&answer, 0xa5, sizeof answer);
    outcome->count = 0;
    pgtask_answer_start(&answer, options);
    outcome->result = drain(outcome);
    while (length > 0 && outcome->result == PGTASK_MORE) {
        char *const copy = guard_copy(text, slice);

        feed(outcome, copy, slice);
        guard_free(copy, slice);
        text += slice;
        length -= slice;
        slice = step < length ? step : length;
    }
    if (outcome->result == PGTASK_MORE) {
        pgtask_answer_finish(&answer);
        outcome->result = drain(outcome);
    }
    assert_true(outcome->result == PGTASK_DONE || outcome->result < 0);
    assert_int_equal(pgtask_answer_next(&answer, &task), outcome->result);
    assert_int_equal(answer.failure.error, outcome->result < 0 ? outcome->result : PGTASK_OK);
    assert_int_equal(answer.task_count, outcome->count);
    outcome->total_count = answer.total_count;
    outcome->task_count = answer.task_count;
    outcome->left_out_count = answer.left_out_count;
    outcome->failure = answer.failure;
}

static void assert_same_step(struct pgtask_step const *one, struct pgtask_step const *other)
{
    assert_int_equal(one->step_id, other->step_id);
    assert_int_equal(one->progress_percent, other->progress_percent);
    assert_string_equal(one->step_name, other->step_name);
    assert_string_equal(one->step_message, other->step_message);
}

static void assert_same_objects(struct pgtask_objects const *one,
                                struct pgtask_objects const *other)
{
    assert_int_equal(one->count, other->count);
    for (size_t i = 0; i < PGTASK_RESTORE_OBJECTS && i < one->count; i++) {
        assert_string_equal(one->names[i], other->names[i]);
    }
}

static void assert_same_restore(struct pgtask_restore const *one,
                                struct pgtask_restore const *other)
{
    assert_int_equal(one->type, other->type);
    assert_string_equal(one->type_text, other->type_text);
    assert_string_equal(one->backup_set_id, other->backup_set_id);
    assert_string_equal(one->backup_set_time, other->backup_set_time);
    assert_string_equal(one->target_time, other->target_time);
    assert_true(one->backup_set_unix_s == other->backup_set_unix_s);
    assert_true(one->target_unix_s == other->target_unix_s);
    assert_string_equal(one->message, other->message);
    assert_same_objects(&one->before, &other->before);
    assert_same_objects(&one->after, &other->after);
}

void assert_same_task(struct pgtask_task const *one, struct pgtask_task const *other)
{
    assert_true(one->task_id == other->task_id);
    assert_int_equal(one->type, other->type);
    assert_int_equal(one->status, other->status);
    assert_int_equal(one->progress_percent, other->progress_percent);
    assert_memory_equal(one->presence, other->presence, sizeof one->presence);
    assert_int_equal(one->truncated, other->truncated);
    assert_int_equal(one->odd, other->odd);
    assert_string_equal(one->progress_text, other->progress_text);
    assert_true(one->start_unix_s == other->start_unix_s);
    assert_true(one->end_unix_s == other->end_unix_s);
    assert_true(one->switch_tag == other->switch_tag);
    assert_string_equal(one->task_type, other->task_type);
    assert_string_equal(one->instance_id, other->instance_id);
    assert_string_equal(one->status_text, other->status_text);
    assert_string_equal(one->start_time, other->start_time);
    assert_string_equal(one->end_time, other->end_time);
    assert_string_equal(one->current_step, other->current_step);
    assert_string_equal(one->switch_time, other->switch_time);
    assert_string_equal(one->message, other->message);
    assert_string_equal(one->all_steps, other->all_steps);
    assert_string_equal(one->input, other->input);
    assert_string_equal(one->output, other->output);
    assert_int_equal(one->step_count, other->step_count);
    for (size_t i = 0; i < PGTASK_STEPS && i < one->step_count; i++) {
        assert_same_step(&one->steps[i], &other->steps[i]);
    }
    assert_same_restore(&one->restore, &other->restore);
}

static void assert_same_outcome(struct task_outcome const *one, struct task_outcome const *other)
{
    assert_int_equal(one->result, other->result);
    assert_int_equal(one->count, other->count);
    assert_true(one->total_count == other->total_count);
    assert_int_equal(one->left_out_count, other->left_out_count);
    assert_string_equal(one->failure.member, other->failure.member);
    assert_string_equal(one->failure.code, other->failure.code);
    assert_string_equal(one->failure.message, other->failure.message);
    assert_string_equal(one->failure.request_id, other->failure.request_id);
    for (size_t i = 0; i < one->count; i++) {
        assert_same_task(&one->tasks[i], &other->tasks[i]);
    }
    if (pgtask_error_layer(one->result) == PGTASK_LAYER_JSON) {
        assert_true(one->failure.offset == other->failure.offset);
    }
}

void task_run_cuts(struct task_outcome *outcome, struct pgtask_task_options const *options,
                   char const *text, size_t length, size_t first_cut, size_t last_cut)
{
    static struct task_outcome sliced;

    task_run(outcome, options, text, length, length, length);
    task_run(&sliced, options, text, length, 1, 1);
    assert_same_outcome(outcome, &sliced);
    for (size_t cut = first_cut; cut <= last_cut; cut++) {
        task_run(&sliced, options, text, length, cut, length);
        assert_same_outcome(outcome, &sliced);
    }
}

void task_run_all(struct task_outcome *outcome, struct pgtask_task_options const *options,
                  char const *text, size_t length)
{
    task_run_cuts(outcome, options, text, length, 1, length - 1);
}

struct task_outcome const *task_answer(char const *format, ...)
{
    static struct task_outcome outcome;
    static char text[16384];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_true(length > 0 && (size_t)length < sizeof text);
    task_run_all(&outcome, NULL, text, (size_t)length);
    return &outcome;
}

struct task_outcome const *task_with(char const *members)
{
    return task_answer("{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,"
                       "\"Status\":\"Running\"%s}],\"RequestId\":\"id\"}}",
                       members);
}

struct pgtask_task const *task_good(char const *members)
{
    struct task_outcome const *const outcome = task_with(members);

    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_int_equal(outcome->count, 1);
    assert_int_equal(outcome->tasks[0].task_id, 7);
    assert_int_equal(outcome->tasks[0].status, PGTASK_STATUS_RUNNING);
    return &outcome->tasks[0];
}

char *task_quote(char *to, char const *text)
{
    *to++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            *to++ = '\\';
        }
        *to++ = *text;
    }
    *to++ = '"';
    *to = '\0';
    return to;
}

void task_fill_in(char *to, size_t capacity, char const *format, char const *value)
{
    char const *const place = strstr(format, "%s");
    int const length =
        snprintf(to, capacity, "%.*s%s%s", (int)(place - format), format, value, place + 2);

    assert_true(length > 0 && (size_t)length < capacity);
}

char const *task_fill(char const *format, char const *value)
{
    static char line[TASK_LINE_BYTES];

    task_fill_in(line, sizeof line, format, value);
    return line;
}

struct pgtask_task const *task_with_embedded(char const *all_steps, char const *first_name,
                                             char const *first, char const *second_name,
                                             char const *second)
{
    static char members[16384];
    char *at = members + sprintf(members, ",\"TaskDetail\":{\"CurrentStep\":\"s\"");

    if (all_steps != NULL) {
        at += sprintf(at, ",\"AllSteps\":");
        at = task_quote(at, all_steps);
    }
    if (first != NULL) {
        at += sprintf(at, ",\"%s\":", first_name);
        at = task_quote(at, first);
    }
    if (second != NULL) {
        at += sprintf(at, ",\"%s\":", second_name);
        at = task_quote(at, second);
    }
    (void)sprintf(at, "},\"Progress\":50");
    return task_good(members);
}

enum pgtask_presence task_presence(struct pgtask_task const *one, enum pgtask_member member)
{
    return (enum pgtask_presence)one->presence[member];
}

bool task_is_cut(struct pgtask_task const *one, enum pgtask_member member)
{
    return (one->truncated >> member & 1) != 0;
}

bool task_is_odd(struct pgtask_task const *one, enum pgtask_member member)
{
    return (one->odd >> member & 1) != 0;
}
