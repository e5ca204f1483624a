/* SPDX-License-Identifier: MIT */
/* The JSON embedded in AllSteps, Input and Output: lenient, and never a reason to refuse a task. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

static struct pgtask_task const *with_steps(char const *text)
{
    struct pgtask_task const *const task = task_with_embedded(text, NULL, NULL, NULL, NULL);

    assert_int_equal(task->progress_percent, 50);
    assert_string_equal(task->current_step, "s");
    return task;
}

static struct pgtask_task const *with_input(char const *input)
{
    return task_with_embedded(NULL, "Input", input, NULL, NULL);
}

static struct pgtask_task const *with_output(char const *output)
{
    return task_with_embedded(NULL, "Output", output, NULL, NULL);
}

static struct pgtask_task const *with_both(char const *input, char const *output)
{
    return task_with_embedded(NULL, "Input", input, "Output", output);
}

static void assert_no_steps(struct pgtask_task const *task)
{
    static struct pgtask_step const none;

    assert_int_equal(task->step_count, 0);
    for (size_t i = 0; i < PGTASK_STEPS; i++) {
        assert_memory_equal(&task->steps[i], &none, sizeof none);
    }
    assert_false(task_is_cut(task, PGTASK_MEMBER_STEPS));
}

static void assert_no_facts(struct pgtask_task const *task)
{
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_UNKNOWN);
    assert_string_equal(task->restore.type_text, "");
    assert_string_equal(task->restore.backup_set_id, "");
    assert_string_equal(task->restore.backup_set_time, "");
    assert_string_equal(task->restore.target_time, "");
    assert_string_equal(task->restore.message, "");
    assert_true(task->restore.backup_set_unix_s == PGTASK_TIME_UNKNOWN);
    assert_true(task->restore.target_unix_s == PGTASK_TIME_UNKNOWN);
    assert_int_equal(task->restore.before.count, 0);
    assert_int_equal(task->restore.after.count, 0);
    for (int member = PGTASK_MEMBER_STEPS; member < PGTASK_MEMBER_COUNT; member++) {
        assert_int_equal(task->presence[member], PGTASK_ABSENT);
        assert_false(task_is_cut(task, (enum pgtask_member)member));
    }
}

static char const steps_text[] =
    "[{\"StepId\":1,\"StepName\":\"Pre-check\"},{\"StepId\":2,\"StepName\":\"Download\","
    "\"StepProcess\":100,\"StepMessage\":\"a \\\"b\\\", \\u4e2d\"}]";

static char const facts_text[] =
    "{\"RestoreObjects\":[\"postgres\"],\"RestoreType\":\"timestamp\",\"BackupSetId\":\"x-1\","
    "\"BackupSetTime\":\"2024-09-26 19:11:45\",\"RestoreTargetTime\":\"2024-09-26T15:20:14Z\","
    "\"AfterRestoreObjects\":[\"a\",\"b\"],\"Message\":\"success\"}";

static void embedded_text_that_is_cut_short_is_kept_and_not_decoded(void **state)
{
    char part[sizeof steps_text + sizeof facts_text];

    (void)state;
    for (size_t length = 1; length < sizeof steps_text - 1; length++) {
        struct pgtask_task const *task;

        (void)snprintf(part, sizeof part, "%.*s", (int)length, steps_text);
        task = with_steps(part);
        assert_int_equal(task_presence(task, PGTASK_MEMBER_ALL_STEPS), PGTASK_MALFORMED);
        assert_string_equal(task->all_steps, part);
        assert_no_steps(task);
    }
    for (size_t length = 1; length < sizeof facts_text - 1; length += 3) {
        struct pgtask_task const *task;

        (void)snprintf(part, sizeof part, "%.*s", (int)length, facts_text);
        task = with_output(part);
        assert_int_equal(task_presence(task, PGTASK_MEMBER_OUTPUT), PGTASK_MALFORMED);
        assert_string_equal(task->output, part);
        assert_no_facts(task);
        task = with_both(facts_text, part); /* what Input says is dropped too */
        assert_int_equal(task_presence(task, PGTASK_MEMBER_INPUT), PGTASK_VALUE);
        assert_no_facts(task);
    }
}

static void embedded_text_with_a_bad_byte_is_kept_and_not_decoded(void **state)
{
    char text[sizeof steps_text];

    (void)state;
    for (size_t at = 0; at < sizeof steps_text - 1; at++) {
        struct pgtask_task const *task;
        bool const in_string = steps_text[at] != '[' && steps_text[at] != '{' &&
                               steps_text[at] != '}' && steps_text[at] != ']' &&
                               steps_text[at] != ':' && steps_text[at] != ',';

        if (in_string) {
            continue;
        }
        memcpy(text, steps_text, sizeof text);
        text[at] = '!';
        task = with_steps(text);
        assert_true(task_presence(task, PGTASK_MEMBER_ALL_STEPS) == PGTASK_MALFORMED ||
                    strstr(text, "b\\\"!") != NULL);
        assert_string_equal(task->all_steps, text);
    }
}

static void embedded_text_is_as_strict_as_any_json(void **state)
{
    static char const *const texts[] = {"[]x",   "[] []",   "[,]",         "[1,]", "{\"a\":}",
                                        "tru",   "{\"a\"}", "[\"\\x\"]",   "[01]", "'a'",
                                        "[1 2]", "{a:1}",   "\"\\ud8zz\"", "NaN",  "success"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(task_presence(with_steps(texts[i]), PGTASK_MEMBER_ALL_STEPS),
                         PGTASK_MALFORMED);
        assert_int_equal(task_presence(with_input(texts[i]), PGTASK_MEMBER_INPUT),
                         PGTASK_MALFORMED);
    }
}

/* JSON has no unescaped U+0000. The text keeps it as U+FFFD, as every text does. */
static void embedded_nul_is_malformed(void **state)
{
    struct pgtask_task const *const task =
        task_good(",\"TaskDetail\":{\"AllSteps\":\"[\\\"\\u0000\\\"]\"}");

    (void)state;
    assert_int_equal(task_presence(task, PGTASK_MEMBER_ALL_STEPS), PGTASK_MALFORMED);
    assert_string_equal(task->all_steps, "[\"\xef\xbf\xbd\"]");
}

static void value_of_another_type_is_passed_over_whole(void **state)
{
    static char const *const texts[] = {"null",
                                        "1",
                                        "true",
                                        "\"x\"",
                                        "{}",
                                        "[]",
                                        "[1,null,\"x\",true]",
                                        "[[{\"StepId\":1}]]",
                                        "{\"StepId\":1,\"a\":[{\"StepId\":2}]}"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct pgtask_task const *const task = with_steps(texts[i]);

        assert_int_equal(task_presence(task, PGTASK_MEMBER_ALL_STEPS), PGTASK_VALUE);
        assert_no_steps(task);
        assert_no_facts(with_input(texts[i]));
        assert_int_equal(task_presence(with_input(texts[i]), PGTASK_MEMBER_INPUT), PGTASK_VALUE);
    }
}

static void step_after_an_element_of_another_type_is_read(void **state)
{
    static char const *const odd[] = {"null", "1", "true", "\"x\"", "[]", "[{\"StepId\":9}]"};
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct pgtask_task const *task;

        (void)snprintf(text, sizeof text, "[%s,{\"StepId\":3},%s,%s,{\"StepId\":4}]", odd[i],
                       odd[i], odd[i]);
        task = with_steps(text);
        assert_int_equal(task->step_count, 2);
        assert_int_equal(task->steps[0].step_id, 3);
        assert_int_equal(task->steps[1].step_id, 4);
    }
}

static void member_of_a_step_of_another_type_is_passed_over(void **state)
{
    static char const *const odd[] = {"null", "true", "{\"StepId\":9}", "[\"x\",[1]]", "\"\""};
    char text[256];

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct pgtask_task const *task;

        (void)snprintf(text, sizeof text,
                       "[{\"StepId\":%s,\"StepName\":%s,\"StepProcess\":%s,\"StepMessage\":%s,"
                       "\"x\":1},{\"StepId\":2,\"StepName\":\"b\"}]",
                       odd[i], odd[i], odd[i], odd[i]);
        task = with_steps(text);
        assert_int_equal(task->step_count, 2);
        assert_int_equal(task->steps[0].step_id, 0);
        assert_int_equal(task->steps[0].progress_percent, PGTASK_PERCENT_UNKNOWN);
        assert_string_equal(task->steps[0].step_name, "");
        assert_string_equal(task->steps[0].step_message, "");
        assert_int_equal(task->steps[1].step_id, 2);
        assert_string_equal(task->steps[1].step_name, "b");
    }
}

static void number_of_a_step_is_read_in_each_notation_clamped_or_passed_over(void **state)
{
    static struct {
        char const *value;
        int32_t percent;
        uint64_t id;
    } const cases[] = {
        {"100", 100, 100},
        {"1e2", 100, 100},
        {"100.0", 100, 100},
        {"\"100\"", 100, 100},
        {"0", 0, 0},
        {"101", 100, 101},
        {"4294967295", 100, UINT32_MAX},
        {"4294967296", 100, UINT64_C(4294967296)},
        {"18446744073709551617", 100, 0},
        {"-1", 0, 0},
        {"99.5", PGTASK_PERCENT_UNKNOWN, 0},
        {"\"abc\"", PGTASK_PERCENT_UNKNOWN, 0},
        {"\"100000000000000000000000000000\"", PGTASK_PERCENT_UNKNOWN, 0},
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pgtask_task const *task;

        (void)snprintf(text, sizeof text, "[{\"StepProcess\":%s,\"StepId\":%s}]", cases[i].value,
                       cases[i].value);
        task = with_steps(text);
        assert_int_equal(task->steps[0].progress_percent, cases[i].percent);
        assert_int_equal(task->steps[0].step_id, cases[i].id);
    }
}

/* The API page and the metadata spell these names in different cases (API page 5). */
static void embedded_names_match_in_any_case(void **state)
{
    struct pgtask_task const *task =
        with_steps("[{\"stepID\":3,\"STEPNAME\":\"n\",\"stepprocess\":7,\"sTEPmESSAGE\":\"m\"}]");

    (void)state;
    assert_int_equal(task->steps[0].step_id, 3);
    assert_int_equal(task->steps[0].progress_percent, 7);
    assert_string_equal(task->steps[0].step_name, "n");
    assert_string_equal(task->steps[0].step_message, "m");
    task = with_input("{\"restoretype\":\"timestamp\",\"RESTOREOBJECTS\":[\"a\"]}");
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_TIMESTAMP);
    assert_string_equal(task->restore.before.names[0], "a");
    /* A byte that is not a letter has no other case. */
    assert_int_equal(with_steps("[{\"\\u0013tepId\":3}]")->steps[0].step_id, 0);
}

static void steps_beyond_the_limit_are_counted_and_reported(void **state)
{
    char text[(PGTASK_STEPS + 4) * 40];

    (void)state;
    for (uint32_t count = 0; count <= PGTASK_STEPS + 3; count++) {
        struct pgtask_task const *task;
        char *at = text + sprintf(text, "[");

        for (uint32_t i = 1; i <= count; i++) {
            at += sprintf(at, "%s{\"StepId\":%u,\"StepName\":\"s%u\"}", i > 1 ? "," : "", i, i);
        }
        (void)sprintf(at, "]");
        task = with_steps(text);
        assert_int_equal(task->step_count, count);
        assert_int_equal(task_is_cut(task, PGTASK_MEMBER_STEPS), count > PGTASK_STEPS);
        for (uint32_t i = 0; i < PGTASK_STEPS && i < count; i++) {
            char name[16];

            (void)sprintf(name, "s%u", i + 1);
            assert_int_equal(task->steps[i].step_id, i + 1);
            assert_string_equal(task->steps[i].step_name, name);
        }
    }
}

static void skip_detail_keeps_the_texts_and_decodes_nothing(void **state)
{
    static struct task_outcome outcome;
    struct pgtask_task_options const options = {.skip_detail = true};
    char text[2048];
    char *at = text + sprintf(text, "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,"
                                    "\"Status\":\"Fail\",\"TaskDetail\":{\"AllSteps\":");

    (void)state;
    at = task_quote(at, steps_text);
    at += sprintf(at, ",\"Input\":");
    at = task_quote(at, facts_text);
    at += sprintf(at, ",\"Output\":");
    at = task_quote(at, "no JSON");
    at += sprintf(at, "}}]}}");
    task_run_all(&outcome, &options, text, (size_t)(at - text));
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_string_equal(outcome.tasks[0].all_steps, steps_text);
    assert_string_equal(outcome.tasks[0].output, "no JSON");
    assert_int_equal(task_presence(&outcome.tasks[0], PGTASK_MEMBER_ALL_STEPS), PGTASK_VALUE);
    assert_int_equal(task_presence(&outcome.tasks[0], PGTASK_MEMBER_OUTPUT), PGTASK_VALUE);
    assert_no_steps(&outcome.tasks[0]);
    assert_no_facts(&outcome.tasks[0]);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(embedded_text_that_is_cut_short_is_kept_and_not_decoded),
        cmocka_unit_test(embedded_text_with_a_bad_byte_is_kept_and_not_decoded),
        cmocka_unit_test(embedded_text_is_as_strict_as_any_json),
        cmocka_unit_test(embedded_nul_is_malformed),
        cmocka_unit_test(value_of_another_type_is_passed_over_whole),
        cmocka_unit_test(step_after_an_element_of_another_type_is_read),
        cmocka_unit_test(member_of_a_step_of_another_type_is_passed_over),
        cmocka_unit_test(number_of_a_step_is_read_in_each_notation_clamped_or_passed_over),
        cmocka_unit_test(embedded_names_match_in_any_case),
        cmocka_unit_test(steps_beyond_the_limit_are_counted_and_reported),
        cmocka_unit_test(skip_detail_keeps_the_texts_and_decodes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
