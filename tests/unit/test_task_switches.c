/* SPDX-License-Identifier: MIT */
/*
 * What a build understands that leaves out a switch of config.h, and what any build does. These
 * tests run in the usual build, and in one without embedded JSON, notations of numbers and zones of
 * times: see tests/builds/test_options.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

#define STEPS "[{\\\"StepId\\\":1,\\\"StepName\\\":\\\"a\\\"},{\\\"StepId\\\":2}]"

static void embedded_json_is_text_without_its_switch(void **state)
{
    struct pgtask_task const *const task =
        task_good(",\"TaskDetail\":{\"AllSteps\":\"" STEPS "\",\"Input\":\"{\\\"RestoreType\\\":"
                  "\\\"timestamp\\\"}\",\"CurrentStep\":\"a\"},\"TaskType\":\"CloneInstance\"");

    (void)state;
    assert_string_equal(task->all_steps, "[{\"StepId\":1,\"StepName\":\"a\"},{\"StepId\":2}]");
    assert_string_equal(task->input, "{\"RestoreType\":\"timestamp\"}");
    assert_string_equal(task->current_step, "a");
    assert_int_equal(task->type, PGTASK_TASK_TYPE_CLONE_INSTANCE);
    assert_int_equal(task->odd, 0);
    assert_int_equal(task->step_count, PGTASK_EMBEDDED_JSON ? 2 : 0);
    assert_string_equal(task->steps[0].step_name, PGTASK_EMBEDDED_JSON ? "a" : "");
    assert_string_equal(task->restore.type_text, PGTASK_EMBEDDED_JSON ? "timestamp" : "");
    assert_int_equal(task->restore.type, PGTASK_EMBEDDED_JSON ? PGTASK_RESTORE_TYPE_TIMESTAMP
                                                              : PGTASK_RESTORE_TYPE_UNKNOWN);
    assert_true(task->restore.target_unix_s == PGTASK_TIME_UNKNOWN);
    assert_true(task->restore.backup_set_unix_s == PGTASK_TIME_UNKNOWN);
}

static void text_that_is_no_json_is_malformed_only_if_it_is_decoded(void **state)
{
    struct pgtask_task const *const task = task_good(",\"TaskDetail\":{\"AllSteps\":\"[{\"}");

    (void)state;
    assert_string_equal(task->all_steps, "[{");
    assert_int_equal(task_presence(task, PGTASK_MEMBER_ALL_STEPS),
                     PGTASK_EMBEDDED_JSON ? PGTASK_MALFORMED : PGTASK_VALUE);
}

static void real_array_costs_its_member_at_most(void **state)
{
    struct pgtask_task const *const task =
        task_good(",\"TaskDetail\":{\"AllSteps\":[{\"StepId\":1,\"x\":[[]]}],\"Input\":{},"
                  "\"Message\":\"m\"},\"Progress\":5");

    (void)state;
    assert_int_equal(task->step_count, PGTASK_EMBEDDED_JSON ? 1 : 0);
    assert_true(task_is_odd(task, PGTASK_MEMBER_ALL_STEPS));
    assert_true(task_is_odd(task, PGTASK_MEMBER_INPUT));
    assert_int_equal(task_presence(task, PGTASK_MEMBER_ALL_STEPS), PGTASK_ODD);
    assert_string_equal(task->message, "m");
    assert_int_equal(task->progress_percent, 5);
}

static void member_that_is_there_twice_is_odd(void **state)
{
    struct pgtask_task const *const task =
        task_good(",\"TaskDetail\":{\"AllSteps\":\"[]\",\"AllSteps\":\"[]\"},\"TaskType\":\"t\"");

    (void)state;
    assert_true(task_is_odd(task, PGTASK_MEMBER_ALL_STEPS));
    assert_string_equal(task->task_type, "t");
}

/* Percentages that are stored, though not as the API writes them, and those that are not. */
static void number_in_another_notation_is_odd_without_the_switch(void **state)
{
    static struct {
        char const *members;
        int8_t with_notations;
        int8_t without;
        bool is_odd_with_notations;
    } const cases[] = {
        {",\"Progress\":50", 50, 50, false},
        {",\"Progress\":\"50\"", 50, 50, false},
        {",\"Progress\":0", 0, 0, false},
        {",\"Progress\":1e2", 100, PGTASK_PERCENT_UNKNOWN, false},
        {",\"Progress\":100e-1", 10, PGTASK_PERCENT_UNKNOWN, false},
        {",\"Progress\":7.0", 7, PGTASK_PERCENT_UNKNOWN, false},
        {",\"Progress\":33.5", PGTASK_PERCENT_UNKNOWN, PGTASK_PERCENT_UNKNOWN, true},
        {",\"Progress\":101", 100, 100, true},
        {",\"Progress\":99999999999999999999", 100, 100, true},
        {",\"Progress\":-1", 0, 0, true},
        {",\"Progress\":\"1e\"", PGTASK_PERCENT_UNKNOWN, PGTASK_PERCENT_UNKNOWN, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pgtask_task const *const task = task_good(cases[i].members);
        bool const is_plain = cases[i].with_notations == cases[i].without;

        assert_int_equal(task->progress_percent,
                         PGTASK_NUMBER_NOTATIONS ? cases[i].with_notations : cases[i].without);
        assert_int_equal(task_is_odd(task, PGTASK_MEMBER_PROGRESS),
                         cases[i].is_odd_with_notations || (!PGTASK_NUMBER_NOTATIONS && !is_plain));
    }
}

static void bad_number_is_refused_with_and_without_the_switch(void **state)
{
    static char const *const bad[] = {",\"Progress\":01", ",\"Progress\":1.", ",\"Progress\":1e",
                                      ",\"Progress\":-", ",\"Progress\":1e+"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(task_with(bad[i])->result, PGTASK_ERROR_JSON_NUMBER);
    }
}

static void time_that_names_its_zone_is_odd_without_the_switch(void **state)
{
    struct pgtask_task const *const task =
        task_good(",\"StartTime\":\"2024-09-27 13:14:11\",\"EndTime\":\"2024-09-27T05:14:11Z\"");

    (void)state;
    assert_true(task->start_unix_s == INT64_C(1727414051));
    assert_true(task->end_unix_s ==
                (PGTASK_TIME_ZONES ? INT64_C(1727414051) : PGTASK_TIME_UNKNOWN));
    assert_string_equal(task->end_time, "2024-09-27T05:14:11Z");
    assert_false(task_is_odd(task, PGTASK_MEMBER_START_TIME));
    assert_int_equal(task_is_odd(task, PGTASK_MEMBER_END_TIME), !PGTASK_TIME_ZONES);
}

static void names_are_those_of_the_members_that_a_build_knows(void **state)
{
    (void)state;
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_TASK_ID), "TaskId");
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_STEPS), "Steps");
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_RESTORE_TYPE),
                        PGTASK_EMBEDDED_JSON ? "RestoreType" : "");
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_RESTORE_MESSAGE),
                        PGTASK_EMBEDDED_JSON ? "Output.Message" : "");
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_COUNT), "");
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(embedded_json_is_text_without_its_switch),
        cmocka_unit_test(text_that_is_no_json_is_malformed_only_if_it_is_decoded),
        cmocka_unit_test(real_array_costs_its_member_at_most),
        cmocka_unit_test(member_that_is_there_twice_is_odd),
        cmocka_unit_test(number_in_another_notation_is_odd_without_the_switch),
        cmocka_unit_test(bad_number_is_refused_with_and_without_the_switch),
        cmocka_unit_test(time_that_names_its_zone_is_odd_without_the_switch),
        cmocka_unit_test(names_are_those_of_the_members_that_a_build_knows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
