/* SPDX-License-Identifier: MIT */
/* Each member of a task: how its value may be written, and which records are left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

#define GOOD_TASK "{\"TaskId\":9,\"Status\":\"Fail\"}"
#define LONG_TEXT "a text that is longer than any number, and than the word of the decoder"

/* A member that is a text, the object that has it, and the place of its value in a record. */
struct text_member {
    enum pgtask_member member;
    bool in_detail;
    size_t offset;
    size_t capacity;
};

#define TEXT(member, in_detail, text)                                                              \
    {                                                                                              \
        member, in_detail, offsetof(struct pgtask_task, text),                                     \
            sizeof(((struct pgtask_task *)0)->text)                                                \
    }

static struct text_member const text_members[] = {
    TEXT(PGTASK_MEMBER_TASK_TYPE, false, task_type),
    TEXT(PGTASK_MEMBER_DB_INSTANCE_ID, false, instance_id),
    TEXT(PGTASK_MEMBER_START_TIME, false, start_time),
    TEXT(PGTASK_MEMBER_END_TIME, false, end_time),
    TEXT(PGTASK_MEMBER_CURRENT_STEP, true, current_step),
    TEXT(PGTASK_MEMBER_ALL_STEPS, true, all_steps),
    TEXT(PGTASK_MEMBER_INPUT, true, input),
    TEXT(PGTASK_MEMBER_OUTPUT, true, output),
    TEXT(PGTASK_MEMBER_SWITCH_TIME, true, switch_time),
    TEXT(PGTASK_MEMBER_MESSAGE, true, message),
};
#define TEXT_MEMBERS (sizeof text_members / sizeof text_members[0])

static struct task_outcome const *with_text(struct text_member const *member, char const *value)
{
    static char members[4096];

    (void)snprintf(members, sizeof members,
                   member->in_detail ? ",\"TaskDetail\":{\"%s\":%s}" : ",\"%s\":%s",
                   pgtask_member_text(member->member), value);
    return task_with(members);
}

static void assert_presence(struct text_member const *member, char const *value,
                            enum pgtask_presence presence, char const *text)
{
    struct task_outcome const *const outcome = with_text(member, value);
    struct pgtask_task const *const task = &outcome->tasks[0];

    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_int_equal(task_presence(task, member->member), presence);
    assert_string_equal((char const *)task + member->offset, text);
    assert_int_equal(task->truncated, 0);
}

static void absent_null_empty_and_value_are_told_apart_in_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXT_MEMBERS; i++) {
        struct text_member const *const member = &text_members[i];
        bool const embedded = member->member == PGTASK_MEMBER_ALL_STEPS ||
                              member->member == PGTASK_MEMBER_INPUT ||
                              member->member == PGTASK_MEMBER_OUTPUT;
        struct pgtask_task const *const task = task_good(",\"TaskDetail\":{}");

        assert_int_equal(task_presence(task, member->member), PGTASK_ABSENT);
        assert_string_equal((char const *)task + member->offset, "");
        assert_presence(member, "null", PGTASK_NULL, "");
        assert_presence(member, "\"\"", PGTASK_EMPTY, "");
        assert_presence(member, "\"{}\"", PGTASK_VALUE, "{}");
        assert_presence(member, "\"x\"", embedded ? PGTASK_MALFORMED : PGTASK_VALUE, "x");
        assert_presence(member, "\" \"", embedded ? PGTASK_MALFORMED : PGTASK_VALUE, " ");
    }
}

static void absent_null_empty_and_value_are_told_apart_in_task_detail(void **state)
{
    enum pgtask_member const detail = PGTASK_MEMBER_TASK_DETAIL;

    (void)state;
    assert_int_equal(task_presence(task_good(""), detail), PGTASK_ABSENT);
    assert_int_equal(task_presence(task_good(",\"TaskDetail\":null"), detail), PGTASK_NULL);
    assert_int_equal(task_presence(task_good(",\"TaskDetail\":{ }"), detail), PGTASK_EMPTY);
    assert_int_equal(task_presence(task_good(",\"TaskDetail\":{\"x\":1}"), detail), PGTASK_VALUE);
    assert_int_equal(task_presence(task_good(",\"TaskDetail\":{\"Input\":null}"), detail),
                     PGTASK_VALUE);
}

static void record_without_optional_members_says_so_in_each_field(void **state)
{
    struct pgtask_task const *const task = task_good("");

    (void)state;
    assert_int_equal(task->type, PGTASK_TASK_TYPE_OTHER);
    assert_int_equal(task->progress_percent, PGTASK_PERCENT_UNKNOWN);
    assert_true(task->start_unix_s == PGTASK_TIME_UNKNOWN);
    assert_true(task->end_unix_s == PGTASK_TIME_UNKNOWN);
    assert_true(task->restore.backup_set_unix_s == PGTASK_TIME_UNKNOWN);
    assert_true(task->restore.target_unix_s == PGTASK_TIME_UNKNOWN);
    assert_int_equal(task->switch_tag, 0);
    assert_int_equal(task->step_count, 0);
    assert_int_equal(task->restore.before.count, 0);
    assert_int_equal(task->restore.after.count, 0);
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_UNKNOWN);
    for (int member = 0; member < PGTASK_MEMBER_COUNT; member++) {
        bool const given = member == PGTASK_MEMBER_TASK_ID || member == PGTASK_MEMBER_STATUS;

        assert_int_equal(task_presence(task, (enum pgtask_member)member),
                         given ? PGTASK_VALUE : PGTASK_ABSENT);
    }
}

static void assert_status(char const *text, enum pgtask_status status, bool final)
{
    struct task_outcome const *const outcome =
        task_answer("{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":1,\"Status\":\"%s\"}]"
                    ",\"RequestId\":\"r\"}}",
                    text);

    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_int_equal(outcome->tasks[0].status, status);
    assert_string_equal(outcome->tasks[0].status_text, text);
    assert_int_equal(pgtask_status_is_final(status), final);
}

static void status_is_a_documented_one_or_kept_as_text(void **state)
{
    (void)state;
    assert_status("Running", PGTASK_STATUS_RUNNING, false);
    assert_status("Success", PGTASK_STATUS_SUCCESS, true);
    assert_status("WaitSwitch", PGTASK_STATUS_WAIT_SWITCH, false);
    assert_status("Fail", PGTASK_STATUS_FAIL, true);
    assert_status("Pause", PGTASK_STATUS_PAUSE, false);
    assert_status("Rewinding", PGTASK_STATUS_UNKNOWN, false);
    assert_status("success", PGTASK_STATUS_UNKNOWN, false);
    assert_status("Success ", PGTASK_STATUS_UNKNOWN, false);
    assert_status("Fai", PGTASK_STATUS_UNKNOWN, false);
}

static void assert_type(char const *text, enum pgtask_task_type type)
{
    char members[200];
    struct pgtask_task const *task;

    (void)snprintf(members, sizeof members, ",\"TaskType\":\"%s\"", text);
    task = task_good(members);
    assert_int_equal(task->type, type);
    assert_string_equal(task->task_type, text);
}

static void task_type_is_a_known_one_or_kept_as_text(void **state)
{
    (void)state;
    assert_type("RestoreDatabase", PGTASK_TASK_TYPE_RESTORE_DATABASE);
    assert_type("CloneInstance", PGTASK_TASK_TYPE_CLONE_INSTANCE);
    assert_type("RestartInstance", PGTASK_TASK_TYPE_RESTART_INSTANCE);
    assert_type("DestroyInstance", PGTASK_TASK_TYPE_DESTROY_INSTANCE);
    assert_type("ModifyInstanceParams", PGTASK_TASK_TYPE_MODIFY_INSTANCE_PARAMS);
    assert_type("ProxyDestroy", PGTASK_TASK_TYPE_OTHER);
    assert_type("restoreDatabase", PGTASK_TASK_TYPE_OTHER);
}

/* Answers in which %s stands for the value of one numeric member. */
static struct {
    char const *name;
    char const *format;
} const number_members[] = {
    {"TaskId", "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":%s,\"Status\":\"x\"}]}}"},
    {"Progress", "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":1,\"Status\":\"x\","
                 "\"Progress\":%s}]}}"},
    {"SwitchTag", "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":1,\"Status\":\"x\","
                  "\"TaskDetail\":{\"SwitchTag\":%s}}]}}"},
    {"TotalCount", "{\"Response\":{\"TotalCount\":%s,\"TaskSet\":[{\"TaskId\":1,"
                   "\"Status\":\"x\"}]}}"},
};
enum { NUMBER_MEMBERS = sizeof number_members / sizeof number_members[0] };

static struct task_outcome const *with_number(size_t member, char const *value)
{
    return task_answer("%s", task_fill(number_members[member].format, value));
}

static uint64_t number_in(struct task_outcome const *outcome, size_t member)
{
    struct pgtask_task const *const task = &outcome->tasks[0];

    switch (member) {
    case 0: return task->task_id;
    case 1: return (uint64_t)task->progress_percent;
    case 2: return task->switch_tag;
    default: return outcome->total_count;
    }
}

static void assert_number(size_t member, char const *value, uint64_t number)
{
    struct task_outcome const *const outcome = with_number(member, value);

    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_true(number_in(outcome, member) == number);
}

static void number_is_read_in_each_notation(void **state)
{
    static char const *const hundreds[] = {"100",   "1e2",  "1E2",     "1e+2",  "100.0",
                                           "1.0e2", "10e1", "1000e-1", "0.1e3", "1.00E+02"};
    char quoted[64];

    (void)state;
    for (size_t member = 0; member < NUMBER_MEMBERS; member++) {
        for (size_t i = 0; i < sizeof hundreds / sizeof hundreds[0]; i++) {
            assert_number(member, hundreds[i], 100);
            (void)snprintf(quoted, sizeof quoted, "\"%s\"", hundreds[i]);
            assert_number(member, quoted, 100);
        }
        assert_number(member, "0", 0);
        assert_number(member, "-0", 0);
        assert_number(member, "\"0.0\"", 0);
        assert_number(member, "0e999999999999", 0);
    }
}

static void largest_number_is_read_where_there_is_no_other_limit(void **state)
{
    (void)state;
    for (size_t member = 0; member < NUMBER_MEMBERS; member++) {
        if (member != 1) {
            assert_number(member, "18446744073709551615", UINT64_MAX);
            assert_number(member, "\"18446744073709551615\"", UINT64_MAX);
            assert_number(member, "1844674407370955161.5e1", UINT64_MAX);
        }
    }
}

/* The record beside it is handed on. */
static void assert_left_out(char const *item)
{
    struct task_outcome const *const outcome =
        task_answer("{\"Response\":{\"TotalCount\":1,\"TaskSet\":[%s," GOOD_TASK "]}}", item);

    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_int_equal(outcome->left_out_count, 1);
    assert_int_equal(outcome->count, 1);
    assert_int_equal(outcome->tasks[0].task_id, 9);
    assert_int_equal(outcome->tasks[0].odd, 0);
}

static void record_without_id_or_status_is_left_out_and_counted(void **state)
{
    static char const *const items[] = {
        "{}",
        "{\"Status\":\"Fail\"}",
        "{\"TaskId\":1}",
        "{\"TaskId\":1,\"Status\":null}",
        "{\"TaskId\":null,\"Status\":\"Fail\"}",
        "{\"TaskId\":1,\"Status\":\"\"}",
        "{\"TaskId\":\"\",\"Status\":\"Fail\"}",
        "{\"TaskId\":1,\"Status\":5}",
        "{\"TaskId\":-1,\"Status\":\"Fail\"}",
        "{\"TaskId\":1.5,\"Status\":\"Fail\"}",
        "{\"TaskId\":18446744073709551616,\"Status\":\"Fail\"}",
        "{\"TaskId\":{\"TaskId\":1},\"Status\":[\"Fail\"]}",
        "{\"TaskId\":1,\"TaskId\":2,\"Status\":\"Fail\"}",
        "{\"TaskId\":1,\"Status\":\"Fail\",\"Status\":\"Fail\"}",
        "{\"TaskId\":1,\"TaskDetail\":{\"Status\":\"Fail\"}}",
        "{\"taskId\":1,\"Status\":\"Fail\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        assert_left_out(items[i]);
    }
}

static void element_that_is_no_object_is_left_out_and_counted(void **state)
{
    static char const *const items[] = {"null",     "true",
                                        "1",        "\"x\"",
                                        "[]",       "[" GOOD_TASK "]",
                                        "\"\"",     "1e999",
                                        "[[[{}]]]", "\"" LONG_TEXT "\""};

    (void)state;
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        assert_left_out(items[i]);
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(absent_null_empty_and_value_are_told_apart_in_texts),
        cmocka_unit_test(absent_null_empty_and_value_are_told_apart_in_task_detail),
        cmocka_unit_test(record_without_optional_members_says_so_in_each_field),
        cmocka_unit_test(status_is_a_documented_one_or_kept_as_text),
        cmocka_unit_test(task_type_is_a_known_one_or_kept_as_text),
        cmocka_unit_test(number_is_read_in_each_notation),
        cmocka_unit_test(largest_number_is_read_where_there_is_no_other_limit),
        cmocka_unit_test(record_without_id_or_status_is_left_out_and_counted),
        cmocka_unit_test(element_that_is_no_object_is_left_out_and_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
