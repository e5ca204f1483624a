/* SPDX-License-Identifier: MIT */
/*
 * Members of the JSON that is embedded in TaskDetail, beside each kind of value, and embedded JSON
 * that came as an array, as an object or as no JSON. The rule is that of test_task_odd.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "odd_values.h"
#include "task_run.h"

#define STEPS_JSON                                                                                 \
    "[{\"StepId\":1,\"StepName\":\"Pre-check \\\\ \\\"a\\\" \\u4e2d\"},{\"stepID\":2,"             \
    "\"StepName\":\"Download\",\"StepProcess\":55,\"x\":{\"StepId\":[9]},\"StepMessage\":\"m\"}]"
#define FACTS_JSON                                                                                 \
    "{\"RestoreObjects\":[\"postgres\",\"b\"],\"RestoreType\":\"timestamp\",\"x\":[[{}]],"         \
    "\"RestoreTargetTime\":\"2024-09-26T15:20:14Z\",\"AfterRestoreObjects\":[\"c\"],"              \
    "\"BackupSetId\":\"x-1\",\"Message\":\"success\"}"

static void real_array_or_object_is_decoded_like_the_text_that_it_should_be(void **state)
{
    static char const *const formats[] = {"\"TaskDetail\":{\"Input\":%s}",
                                          "\"TaskDetail\":{\"Output\":%s}"};
    static struct pgtask_task expected;
    struct pgtask_task const *task;

    (void)state;
    expected = *odd_run(fill_quoted("\"TaskDetail\":{\"AllSteps\":%s}", STEPS_JSON));
    assert_int_equal(expected.step_count, 2);
    assert_int_equal(expected.odd, 0);
    task = odd_run(task_fill("\"TaskDetail\":{\"AllSteps\":%s}", STEPS_JSON));
    assert_memory_equal(task->steps, expected.steps, sizeof expected.steps);
    assert_int_equal(task->step_count, 2);
    assert_int_equal(task->odd, UINT32_C(1) << PGTASK_MEMBER_ALL_STEPS);
    for (size_t i = 0; i < 2; i++) {
        expected = *odd_run(fill_quoted(formats[i], FACTS_JSON));
        assert_string_equal(expected.restore.before.names[1], "b");
        assert_int_equal(expected.odd, 0);
        task = odd_run(task_fill(formats[i], FACTS_JSON));
        assert_memory_equal(&task->restore, &expected.restore, sizeof expected.restore);
        assert_memory_equal(task->presence + PGTASK_MEMBER_STEPS,
                            expected.presence + PGTASK_MEMBER_STEPS,
                            PGTASK_MEMBER_COUNT - PGTASK_MEMBER_STEPS);
        assert_int_equal(task->odd, UINT32_C(1) << (PGTASK_MEMBER_INPUT + (int)i));
    }
}

static void real_objects_decode_side_by_side(void **state)
{
    struct pgtask_task const *const task = odd_run(
        "\"TaskDetail\":{\"AllSteps\":" STEPS_JSON
        ",\"Output\":{\"RestoreType\":\"timestamp\"},\"CurrentStep\":\"s\",\"Input\":" FACTS_JSON
        ",\"SwitchTag\":3},\"TaskType\":\"t\"");

    (void)state;
    assert_int_equal(task->step_count, 2);
    assert_string_equal(task->steps[1].step_message, "m");
    assert_string_equal(task->restore.backup_set_id, "x-1");
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_TIMESTAMP);
    assert_string_equal(task->current_step, "s");
    assert_int_equal(task->switch_tag, 3);
    assert_string_equal(task->task_type, "t");
}

static void real_array_is_not_decoded_if_the_caller_wants_no_detail(void **state)
{
    static struct pgtask_task_options const options = {.skip_detail = true};
    static struct task_outcome outcome;
    static char const text[] =
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,"
        "\"TaskDetail\":{\"AllSteps\":" STEPS_JSON "},\"Status\":\"Fail\"}]}}";

    (void)state;
    task_run_all(&outcome, &options, text, sizeof text - 1);
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.tasks[0].step_count, 0);
    assert_int_equal(outcome.tasks[0].odd, UINT32_C(1) << PGTASK_MEMBER_ALL_STEPS);
}

static struct odd_rule const step_members[] = {
    {PGTASK_MEMBER_STEPS, "[{\"StepId\":%s},{\"StepId\":5}]", NOTHING | WHOLE | LARGE | HUGE_ID},
    {PGTASK_MEMBER_STEPS, "[{\"StepName\":%s},{\"StepId\":5}]", TEXTS},
    {PGTASK_MEMBER_STEPS, "[{\"StepProcess\":%s},{\"StepId\":5}]", NOTHING | WHOLE},
    {PGTASK_MEMBER_STEPS, "[{\"StepMessage\":%s},{\"StepId\":5}]", TEXTS},
};

static void odd_value_in_a_step_costs_that_member(void **state)
{
    char json[TASK_LINE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof step_members / sizeof step_members[0]; i++) {
        for (size_t j = 0; j < odd_value_count; j++) {
            bool const is_good = is_kind(step_members[i].accepted, odd_values[j].kind);
            struct pgtask_task const *task;

            task_fill_in(json, sizeof json, step_members[i].format, odd_values[j].json);
            task = odd_run(fill_quoted("\"TaskDetail\":{\"AllSteps\":%s}", json));
            if (task->odd != (is_good ? 0 : UINT32_C(1) << step_members[i].member)) {
                fail_msg("%s", json);
            }
            assert_int_equal(task->step_count, 2);
            assert_int_equal(task->steps[1].step_id, 5);
            assert_string_equal(task->all_steps, json);
        }
    }
}

static struct odd_rule const facts[] = {
    {PGTASK_MEMBER_RESTORE_TYPE, "{\"RestoreType\":%s}", TEXTS},
    {PGTASK_MEMBER_BACKUP_SET_ID, "{\"BackupSetId\":%s}", TEXTS},
    {PGTASK_MEMBER_BACKUP_SET_TIME, "{\"BackupSetTime\":%s}", TEXTS},
    {PGTASK_MEMBER_RESTORE_TARGET_TIME, "{\"RestoreTargetTime\":%s}", TEXTS},
    {PGTASK_MEMBER_RESTORE_MESSAGE, "{\"Message\":%s}", TEXTS},
    {PGTASK_MEMBER_RESTORE_OBJECTS, "{\"RestoreObjects\":%s}", NOTHING},
    {PGTASK_MEMBER_RESTORE_OBJECTS, "{\"BeforeRestoreObjects\":%s}", NOTHING},
    {PGTASK_MEMBER_AFTER_RESTORE_OBJECTS, "{\"AfterRestoreObjects\":%s}", NOTHING},
};

static void odd_value_in_input_or_output_costs_that_fact(void **state)
{
    static char const *const formats[] = {"\"TaskDetail\":{\"Input\":%s}",
                                          "\"TaskDetail\":{\"Output\":%s}"};
    char json[TASK_LINE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        for (size_t j = 0; j < odd_value_count; j++) {
            bool const is_list = facts[i].accepted == NOTHING;
            bool const is_good = is_kind(facts[i].accepted, odd_values[j].kind) ||
                                 (is_list && strcmp(odd_values[j].json, "[]") == 0);
            bool const is_kept = is_odd_time(facts[i].member, odd_values[j].kind);
            struct pgtask_task const *task;

            task_fill_in(json, sizeof json, facts[i].format, odd_values[j].json);
            task = odd_run(fill_quoted(formats[j % 2], json));
            if (task->odd != (is_good && !is_kept ? 0 : UINT32_C(1) << facts[i].member)) {
                fail_msg("%s", json);
            }
        }
    }
}

static void odd_name_in_a_list_leaves_the_others(void **state)
{
    struct pgtask_task const *const task = odd_run(fill_quoted(
        "\"TaskDetail\":{\"Input\":%s}", "{\"RestoreObjects\":[\"a\",5,null,[\"b\"],{},\"c\"]}"));

    (void)state;
    assert_int_equal(task->odd, UINT32_C(1) << PGTASK_MEMBER_RESTORE_OBJECTS);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_OBJECTS), PGTASK_VALUE);
    assert_int_equal(task->restore.before.count, 2);
    assert_string_equal(task->restore.before.names[0], "a");
    assert_string_equal(task->restore.before.names[1], "c");
}

/* Embedded JSON is a summary: there, the last one of two members counts, as with most readers. */
static void last_member_of_embedded_json_counts(void **state)
{
    struct pgtask_task const *task =
        odd_run(fill_quoted("\"TaskDetail\":{\"AllSteps\":%s}",
                            "[{\"StepName\":\"a\",\"stepName\":\"b\"},{\"StepId\":5}]"));

    (void)state;
    assert_int_equal(task->odd, 0);
    assert_string_equal(task->steps[0].step_name, "b");
    assert_int_equal(task->steps[1].step_id, 5);
    task = odd_run(
        fill_quoted("\"TaskDetail\":{\"Input\":%s}",
                    "{\"RestoreType\":5,\"BackupSetId\":\"i\",\"RestoreType\":\"timestamp\"}"));
    assert_true(task_is_odd(task, PGTASK_MEMBER_RESTORE_TYPE));
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_TIMESTAMP);
    assert_string_equal(task->restore.backup_set_id, "i");
}

/* What the first one has said is forgotten, too. */
static void embedded_json_that_stands_twice_leaves_nothing_decoded(void **state)
{
    struct pgtask_task const *task =
        odd_run("\"TaskDetail\":{\"AllSteps\":\"[{\\\"StepId\\\":1}]\","
                "\"AllSteps\":\"[]\"}");

    (void)state;
    assert_int_equal(task->step_count, 0);
    task = odd_run("\"TaskDetail\":{\"Output\":\"{\\\"RestoreType\\\":\\\"time\",\"Output\":{}}");
    assert_string_equal(task->restore.type_text, "");
}

static void text_that_is_no_json_is_odd_and_kept(void **state)
{
    static char const *const texts[] = {"x", "success", "45%", " ", "[", "{\"StepId\":", "nul"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct pgtask_task const *const task =
            odd_run(fill_quoted("\"TaskDetail\":{\"AllSteps\":%s}", texts[i]));

        assert_int_equal(task->odd, UINT32_C(1) << PGTASK_MEMBER_ALL_STEPS);
        assert_int_equal(task_presence(task, PGTASK_MEMBER_ALL_STEPS), PGTASK_MALFORMED);
        assert_string_equal(task->all_steps, texts[i]);
    }
}

/* What it has said before it broke off is forgotten, and so is that some of it was odd or cut. */
static void text_that_is_no_json_leaves_no_mark_of_its_members(void **state)
{
    struct pgtask_task const *task =
        odd_run(fill_quoted("\"TaskDetail\":{\"AllSteps\":%s}", "[{\"StepId\":-1},{},[],"));

    (void)state;
    assert_int_equal(task->step_count, 0);
    assert_int_equal(task->odd, UINT32_C(1) << PGTASK_MEMBER_ALL_STEPS);
    task = odd_run(fill_quoted("\"TaskDetail\":{\"Input\":%s}",
                               "{\"RestoreType\":7,\"BackupSetTime\":\"x\",\"Message\":\"m\""));
    assert_string_equal(task->restore.message, "");
    assert_int_equal(task->odd, UINT32_C(1) << PGTASK_MEMBER_INPUT);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(real_array_or_object_is_decoded_like_the_text_that_it_should_be),
        cmocka_unit_test(real_objects_decode_side_by_side),
        cmocka_unit_test(real_array_is_not_decoded_if_the_caller_wants_no_detail),
        cmocka_unit_test(odd_value_in_a_step_costs_that_member),
        cmocka_unit_test(odd_value_in_input_or_output_costs_that_fact),
        cmocka_unit_test(odd_name_in_a_list_leaves_the_others),
        cmocka_unit_test(last_member_of_embedded_json_counts),
        cmocka_unit_test(embedded_json_that_stands_twice_leaves_nothing_decoded),
        cmocka_unit_test(text_that_is_no_json_is_odd_and_kept),
        cmocka_unit_test(text_that_is_no_json_leaves_no_mark_of_its_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
