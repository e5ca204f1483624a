/* SPDX-License-Identifier: MIT */
/* What Input and Output say about a restore, and which of the two counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

/* 2024-09-26 15:20:14 +08:00; the number is by `date -d`. */
#define TARGET_S INT64_C(1727335214)

static struct pgtask_task const *with_input(char const *input)
{
    return task_with_embedded(NULL, "Input", input, "Output", "{}");
}

/* Runs `check` on a record with Input before Output, and on one with Output before Input. */
static void in_either_order(char const *input, char const *output,
                            void (*check)(struct pgtask_task const *task))
{
    check(task_with_embedded(NULL, "Input", input, "Output", output));
    check(task_with_embedded(NULL, "Output", output, "Input", input));
}

static void expect_output(struct pgtask_task const *task)
{
    struct pgtask_restore const *const restore = &task->restore;

    assert_int_equal(restore->type, PGTASK_RESTORE_TYPE_TIMESTAMP);
    assert_string_equal(restore->type_text, "timestamp");
    assert_string_equal(restore->backup_set_id, "out-id");
    assert_string_equal(restore->backup_set_time, "1970-01-02 08:00:00");
    assert_true(restore->backup_set_unix_s == 86400);
    assert_string_equal(restore->target_time, "2024-09-26 15:20:14");
    assert_true(restore->target_unix_s == TARGET_S);
    assert_string_equal(restore->message, "out");
    assert_int_equal(restore->before.count, 1);
    assert_string_equal(restore->before.names[0], "o");
    assert_int_equal(restore->after.count, 2);
    assert_string_equal(restore->after.names[1], "p2");
    for (int member = PGTASK_MEMBER_RESTORE_TYPE; member < PGTASK_MEMBER_COUNT; member++) {
        assert_int_equal(task->presence[member], PGTASK_VALUE);
    }
    assert_int_equal(task->truncated, 0);
}

static void output_wins_over_input_in_either_order(void **state)
{
    (void)state;
    in_either_order("{\"RestoreType\":\"specifyBackupSet\",\"BackupSetId\":\"in-id\","
                    "\"BackupSetTime\":\"2000-01-01 00:00:00\",\"Message\":\"in\","
                    "\"RestoreTargetTime\":\"2001-01-01 00:00:00\","
                    "\"RestoreObjects\":[\"i\",\"j\",\"k\",\"l\",\"m\"],"
                    "\"AfterRestoreObjects\":[\"i\"]}",
                    "{\"RestoreType\":\"timestamp\",\"BackupSetId\":\"out-id\","
                    "\"BackupSetTime\":\"1970-01-02 08:00:00\",\"Message\":\"out\","
                    "\"RestoreTargetTime\":\"2024-09-26 15:20:14\","
                    "\"BeforeRestoreObjects\":[\"o\"],\"AfterRestoreObjects\":[\"p1\",\"p2\"]}",
                    expect_output);
}

static void expect_both(struct pgtask_task const *task)
{
    assert_string_equal(task->restore.backup_set_id, "in-id");
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_BACKUP_SET);
    assert_int_equal(task->restore.before.count, 1);
    assert_string_equal(task->restore.message, "out");
}

static void fact_in_only_one_of_the_two_is_kept(void **state)
{
    (void)state;
    in_either_order("{\"RestoreType\":\"specifyBackupSet\",\"RestoreObjects\":[\"i\"],"
                    "\"BackupSetId\":\"in-id\"}",
                    "{\"Message\":\"out\"}", expect_both);
}

/* If both have a member, Output counts, and nothing of the value of Input stays. */
static void expect_nothing(struct pgtask_task const *task)
{
    assert_string_equal(task->restore.type_text, "");
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_UNKNOWN);
    assert_string_equal(task->restore.backup_set_time, "");
    assert_true(task->restore.backup_set_unix_s == PGTASK_TIME_UNKNOWN);
    assert_string_equal(task->restore.target_time, "");
    assert_true(task->restore.target_unix_s == PGTASK_TIME_UNKNOWN);
    assert_string_equal(task->restore.message, "");
    assert_int_equal(task->restore.before.count, 0);
}

static void expect_null(struct pgtask_task const *task)
{
    expect_nothing(task);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_TYPE), PGTASK_NULL);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_OBJECTS), PGTASK_NULL);
}

static void expect_odd(struct pgtask_task const *task)
{
    expect_nothing(task);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_TYPE), PGTASK_ODD);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_OBJECTS), PGTASK_ODD);
}

static char const *facts_with(char const *value)
{
    static char text[512];

    (void)snprintf(text, sizeof text,
                   "{\"RestoreType\":%s,\"BackupSetTime\":%s,\"RestoreTargetTime\":%s,"
                   "\"RestoreObjects\":%s,\"Message\":%s}",
                   value, value, value, value, value);
    return text;
}

static void value_without_a_meaning_in_output_leaves_nothing_of_input(void **state)
{
    char const *const input = "{\"RestoreType\":\"timestamp\",\"Message\":\"in\","
                              "\"BackupSetTime\":\"2000-01-01 00:00:00\","
                              "\"RestoreTargetTime\":\"2001-01-01 00:00:00\","
                              "\"RestoreObjects\":[\"i\"]}";

    (void)state;
    in_either_order(input, facts_with("null"), expect_null);
    in_either_order(input, facts_with("5"), expect_odd);
    in_either_order(input, facts_with("{\"a\":[]}"), expect_odd);
}

static void expect_cut_output(struct pgtask_task const *task)
{
    assert_true(task_is_cut(task, PGTASK_MEMBER_BACKUP_SET_ID));
    assert_false(task_is_cut(task, PGTASK_MEMBER_RESTORE_MESSAGE));
    assert_false(task_is_cut(task, PGTASK_MEMBER_RESTORE_OBJECTS));
}

static void cut_is_reported_for_the_value_that_counts(void **state)
{
    char input[512];
    char output[512];

    (void)state;
    (void)snprintf(input, sizeof input,
                   "{\"Message\":\"%0*d\",\"RestoreObjects\":[\"%0*d\",\"b\"]}",
                   PGTASK_MESSAGE_BYTES, 0, PGTASK_OBJECT_BYTES, 0);
    (void)snprintf(output, sizeof output,
                   "{\"Message\":\"ok\",\"RestoreObjects\":[\"a\"],\"BackupSetId\":\"%0*d\"}",
                   PGTASK_NAME_BYTES, 0);
    in_either_order(input, output, expect_cut_output);
}

static void restore_target_of_unix_0_is_not_set(void **state)
{
    struct pgtask_task const *task = with_input("{\"RestoreTargetTime\":\"1970-01-01 08:00:00\"}");

    (void)state;
    assert_string_equal(task->restore.target_time, "1970-01-01 08:00:00");
    assert_true(task->restore.target_unix_s == PGTASK_TIME_UNKNOWN);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_TARGET_TIME), PGTASK_VALUE);
    task = with_input("{\"RestoreTargetTime\":\"1970-01-01 08:00:01\"}");
    assert_true(task->restore.target_unix_s == 1);
    task = with_input("{\"RestoreTargetTime\":\"1970-01-01T00:00:00Z\"}");
    assert_true(task->restore.target_unix_s == PGTASK_TIME_UNKNOWN);
    task = with_input("{\"BackupSetTime\":\"1970-01-01 08:00:00\"}");
    assert_true(task->restore.backup_set_unix_s == 0);
}

static void objects_beyond_the_limit_are_counted_and_reported(void **state)
{
    char text[512];

    (void)state;
    for (uint32_t count = 0; count <= PGTASK_RESTORE_OBJECTS + 3; count++) {
        struct pgtask_task const *task;
        char *at = text + sprintf(text, "{\"RestoreObjects\":[");

        for (uint32_t i = 0; i < count; i++) {
            at += sprintf(at, "%s\"object %u\"", i > 0 ? "," : "", i);
        }
        (void)sprintf(at, "],\"Message\":\"m\"}");
        task = with_input(text);
        assert_int_equal(task->restore.before.count, count);
        assert_int_equal(task_is_cut(task, PGTASK_MEMBER_RESTORE_OBJECTS),
                         count > PGTASK_RESTORE_OBJECTS);
        assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_OBJECTS),
                         count > 0 ? PGTASK_VALUE : PGTASK_EMPTY);
        for (uint32_t i = 0; i < PGTASK_RESTORE_OBJECTS && i < count; i++) {
            char name[32];

            (void)sprintf(name, "object %u", i);
            assert_string_equal(task->restore.before.names[i], name);
        }
        assert_string_equal(task->restore.message, "m");
    }
}

static void object_after_an_element_of_another_type_is_read(void **state)
{
    static char const *const odd[] = {"null", "1", "true", "{}", "[]", "[\"x\"]", "{\"x\":{}}"};
    char text[256];

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct pgtask_task const *task;

        (void)snprintf(text, sizeof text,
                       "{\"RestoreObjects\":[%s,\"a\",%s,\"b\",%s],\"Message\":\"m\"}", odd[i],
                       odd[i], odd[i]);
        task = with_input(text);
        assert_int_equal(task->restore.before.count, 2);
        assert_string_equal(task->restore.before.names[0], "a");
        assert_string_equal(task->restore.before.names[1], "b");
        assert_string_equal(task->restore.message, "m");
    }
}

static void object_name_of_63_bytes_is_whole_and_a_longer_one_cut(void **state)
{
    char text[256];
    char name[128];

    (void)state;
    for (size_t length = 60; length <= 70; length++) {
        struct pgtask_task const *task;

        memset(name, 'n', length);
        name[length] = '\0';
        (void)snprintf(text, sizeof text, "{\"AfterRestoreObjects\":[\"a\",\"%s\",\"b\"]}", name);
        task = with_input(text);
        assert_int_equal(task_is_cut(task, PGTASK_MEMBER_AFTER_RESTORE_OBJECTS),
                         length >= PGTASK_OBJECT_BYTES);
        name[PGTASK_OBJECT_BYTES - 1] = '\0';
        assert_string_equal(task->restore.after.names[1], name);
        assert_string_equal(task->restore.after.names[2], "b");
        assert_int_equal(task->restore.after.count, 3);
    }
}

static void restore_type_is_a_documented_one_or_kept_as_text(void **state)
{
    struct pgtask_task const *task = with_input("{\"RestoreType\":\"Timestamp\"}");

    (void)state;
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_UNKNOWN);
    assert_string_equal(task->restore.type_text, "Timestamp");
    task = with_input("{\"RestoreType\":\"\"}");
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_TYPE), PGTASK_EMPTY);
}

static void messages_of_the_task_and_of_its_output_are_kept_apart(void **state)
{
    struct pgtask_task const *const task = task_good(
        ",\"TaskDetail\":{\"Message\":\"reboot\",\"Output\":\"{\\\"Message\\\":\\\"ok\\\"}\"}");

    (void)state;
    assert_string_equal(task->message, "reboot");
    assert_string_equal(task->restore.message, "ok");
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(output_wins_over_input_in_either_order),
        cmocka_unit_test(fact_in_only_one_of_the_two_is_kept),
        cmocka_unit_test(value_without_a_meaning_in_output_leaves_nothing_of_input),
        cmocka_unit_test(cut_is_reported_for_the_value_that_counts),
        cmocka_unit_test(restore_target_of_unix_0_is_not_set),
        cmocka_unit_test(objects_beyond_the_limit_are_counted_and_reported),
        cmocka_unit_test(object_after_an_element_of_another_type_is_read),
        cmocka_unit_test(object_name_of_63_bytes_is_whole_and_a_longer_one_cut),
        cmocka_unit_test(restore_type_is_a_documented_one_or_kept_as_text),
        cmocka_unit_test(messages_of_the_task_and_of_its_output_are_kept_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
