/* SPDX-License-Identifier: MIT */
/*
 * Each member of a task beside each kind of value. The rule gives what is expected: a member takes
 * the kinds of values that the API page gives it, quoted numbers, and null. Any other value is odd.
 * It costs that member, which is unknown and marked; every other member and record stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "odd_values.h"
#include "task_run.h"

static struct odd_rule const members[] = {
    {PGTASK_MEMBER_TASK_TYPE, "\"TaskType\":%s", TEXTS},
    {PGTASK_MEMBER_DB_INSTANCE_ID, "\"DBInstanceId\":%s", TEXTS},
    {PGTASK_MEMBER_START_TIME, "\"StartTime\":%s", TEXTS},
    {PGTASK_MEMBER_END_TIME, "\"EndTime\":%s", TEXTS},
    {PGTASK_MEMBER_PROGRESS, "\"Progress\":%s", NOTHING | WHOLE},
    {PGTASK_MEMBER_TASK_DETAIL, "\"TaskDetail\":%s", NOTHING | OBJECT},
    {PGTASK_MEMBER_CURRENT_STEP, "\"TaskDetail\":{\"CurrentStep\":%s}", TEXTS},
    {PGTASK_MEMBER_SWITCH_TIME, "\"TaskDetail\":{\"SwitchTime\":%s}", TEXTS},
    {PGTASK_MEMBER_MESSAGE, "\"TaskDetail\":{\"Message\":%s}", TEXTS},
    {PGTASK_MEMBER_SWITCH_TAG, "\"TaskDetail\":{\"SwitchTag\":%s}",
     NOTHING | WHOLE | LARGE | HUGE_ID},
    {PGTASK_MEMBER_ALL_STEPS, "\"TaskDetail\":{\"AllSteps\":%s}", NOTHING | EMPTY},
    {PGTASK_MEMBER_INPUT, "\"TaskDetail\":{\"Input\":%s}", NOTHING | EMPTY},
    {PGTASK_MEMBER_OUTPUT, "\"TaskDetail\":{\"Output\":%s}", NOTHING | EMPTY},
};
enum { MEMBERS = sizeof members / sizeof members[0] };

static bool is_embedded(enum pgtask_member member)
{
    return member >= PGTASK_MEMBER_ALL_STEPS && member <= PGTASK_MEMBER_OUTPUT;
}

static void odd_value_costs_its_member_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < MEMBERS; i++) {
        for (size_t j = 0; j < odd_value_count; j++) {
            enum pgtask_member const member = members[i].member;
            struct pgtask_task const *const task =
                odd_run(task_fill(members[i].format, odd_values[j].json));
            bool const is_good = is_kind(members[i].accepted, odd_values[j].kind);

            if (is_embedded(member) && is_kind(TEXT | OBJECT | ARRAY, odd_values[j].kind)) {
                continue; /* see test_task_odd_detail.c */
            }
            bool const is_kept = is_odd_time(member, odd_values[j].kind);

            if (task->odd != (is_good && !is_kept ? 0 : UINT32_C(1) << member)) {
                fail_msg("%s: %s", pgtask_member_text(member), odd_values[j].json);
            }
            if (is_good) {
                assert_int_equal(task_presence(task, member),
                                 is_kind(NOTHING, odd_values[j].kind) ? PGTASK_NULL
                                 : strcmp(odd_values[j].json, "{}") == 0 ||
                                         is_kind(EMPTY, odd_values[j].kind)
                                     ? PGTASK_EMPTY
                                     : PGTASK_VALUE);
            } else {
                assert_int_equal(task_presence(task, member), PGTASK_ODD);
            }
        }
    }
}

static void odd_value_leaves_its_member_unknown(void **state)
{
    (void)state;
    for (size_t j = 0; j < odd_value_count; j++) {
        struct pgtask_task const *task = odd_run(task_fill(members[0].format, odd_values[j].json));
        bool const is_text = is_kind(TEXT, odd_values[j].kind);

        assert_int_equal(task->task_type[0] != '\0', is_text);
        assert_int_equal(task->type, PGTASK_TASK_TYPE_OTHER);
        task = odd_run(task_fill("\"StartTime\":%s", odd_values[j].json));
        assert_int_equal(task->start_time[0] != '\0', is_text);
        assert_true(task->start_unix_s == PGTASK_TIME_UNKNOWN);
        task = odd_run(task_fill("\"TaskDetail\":{\"SwitchTag\":%s}", odd_values[j].json));
        assert_true(task->switch_tag == 0 || is_kind(WHOLE | LARGE | HUGE_ID, odd_values[j].kind));
        assert_int_equal(task->step_count, 0);
    }
}

static void progress_outside_is_clamped_and_kept_as_it_came(void **state)
{
    static struct {
        char const *value;
        int8_t percent;
        char const *text;
    } const cases[] = {
        {"-1", 0, "-1"},
        {"101", 100, "101"},
        {"\"101\"", 100, "101"},
        {"100.5", 100, "100.5"},
        {"1e400", 100, "1e400"},
        {"-0.25", 0, "-0.25"},
        {"1E3", 100, "1E3"},
        {"\"-7.0\"", 0, "-7.0"},
        {"-1e-400", 0, "-1e-400"},
        {"12345678901234567890123", 100, "12345678901234567890123"},
        {"123456789012345678901234", 100, ""}, /* longer than PGTASK_NUMBER_BYTES */
        {"0", 0, ""},
        {"100", 100, ""},
        {"-0", 0, ""},
        {"1e2", 100, ""},
        {"\"42\"", 42, ""},
        {"33.5", -1, ""},
        {"99.99999999999999999999999", -1, ""},
        {"\"45%\"", -1, ""},
        {"\"\"", -1, ""},
        {"null", -1, ""},
        {"[101]", -1, ""},
        {"101,\"Progress\":42", -1, "101"},
        {"42,\"Progress\":101", -1, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pgtask_task const *const task =
            odd_run(task_fill("\"Progress\":%s", cases[i].value));

        assert_int_equal(task->progress_percent, cases[i].percent);
        if (cases[i].percent >= 0) {
            assert_string_equal(task->progress_text, cases[i].text);
        }
    }
}

/* Two values could be read in two ways. */
static void member_that_stands_twice_is_odd(void **state)
{
    static char const *const firsts[] = {"null", "\"\"", "\"{}\"", "1", "{}", "[]"};
    static char const *const seconds[] = {"null", "\"x\"", "2", "{}"};
    char twice[256];

    (void)state;
    for (size_t i = 0; i < MEMBERS; i++) {
        enum pgtask_member const member = members[i].member;

        for (size_t j = 0; j < sizeof firsts / sizeof firsts[0]; j++) {
            for (size_t k = 0; k < sizeof seconds / sizeof seconds[0]; k++) {
                struct pgtask_task const *task;

                (void)snprintf(twice, sizeof twice, "%s,\"%s\":%s", firsts[j],
                               pgtask_member_text(member), seconds[k]);
                task = odd_run(task_fill(members[i].format, twice));
                assert_int_equal(task->odd, UINT32_C(1) << member);
                assert_int_equal(task_presence(task, member),
                                 is_embedded(member) ? PGTASK_MALFORMED : PGTASK_ODD);
                assert_string_equal(task->task_type, "");
                assert_string_equal(task->all_steps, "");
                assert_string_equal(task->input, "");
                assert_string_equal(task->output, "");
                assert_int_equal(task->progress_percent, PGTASK_PERCENT_UNKNOWN);
            }
        }
    }
    assert_int_equal(odd_run("\"TaskType\":\"RestoreDatabase\",\"TaskType\":\"x\"")->type,
                     PGTASK_TASK_TYPE_OTHER);
    assert_true(odd_run("\"EndTime\":\"2024-09-27 13:14:11\",\"EndTime\":1")->end_unix_s ==
                PGTASK_TIME_UNKNOWN);
}

/* A member that nobody knows may be nested to 512 levels and more, at every place. */
static void unknown_member_may_be_nested_deeply(void **state)
{
    static char nest[4000];
    static char text[6000];
    static struct task_outcome outcome;
    static char const *const formats[] = {
        "{\"x\":%s,\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"Status\":\"Fail\"}]}"
        "}",
        "{\"Response\":{\"x\":%s,\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"Status\":\"Fail\"}]}"
        "}",
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"x\":%s,\"Status\":\"Fail\"}]}"
        "}",
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"TaskDetail\":{\"x\":%s,"
        "\"CurrentStep\":\"s\"},\"Status\":\"Fail\"}]}}",
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"TaskDetail\":{\"Input\":"
        "{\"a\":%s}},\"Status\":\"Fail\"}]}}",
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"TaskDetail\":{\"Input\":"
        "\"{'a':%s}\"},\"Status\":\"Fail\"}]}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        for (size_t depth = 511; depth <= 512; depth++) {
            char *at = nest;

            for (size_t level = 0; level < depth; level++) {
                at += sprintf(at, "%s", level % 3 != 0 || i == 5 ? "[" : "{\"k\":");
            }
            at += sprintf(at, "0");
            for (size_t level = depth; level-- > 0;) {
                at += sprintf(at, "%s", level % 3 != 0 || i == 5 ? "]" : "}");
            }
            task_fill_in(text, sizeof text, formats[i], nest);
            task_run(&outcome, NULL, text, strlen(text), 100, 100);
            assert_int_equal(outcome.result, PGTASK_DONE);
            assert_int_equal(outcome.count, 1);
            assert_int_equal(outcome.tasks[0].task_id, 7);
            assert_int_equal(outcome.tasks[0].status, PGTASK_STATUS_FAIL);
            assert_string_equal(outcome.tasks[0].current_step, i == 3 ? "s" : "");
        }
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(odd_value_costs_its_member_and_nothing_else),
        cmocka_unit_test(odd_value_leaves_its_member_unknown),
        cmocka_unit_test(progress_outside_is_clamped_and_kept_as_it_came),
        cmocka_unit_test(member_that_stands_twice_is_odd),
        cmocka_unit_test(unknown_member_may_be_nested_deeply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
