/* SPDX-License-Identifier: MIT */
/* A text longer than its member is cut between two characters and reported. U+0000 becomes U+FFFD.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

enum { LONGEST = PGTASK_ALL_STEPS_BYTES + 16 };

static struct task_outcome outcome;

/* A text of the record, and the JSON around it in a task. */
static struct {
    enum pgtask_member member;
    size_t offset;
    size_t capacity;
    char const *before;
    char const *after;
} const texts[] = {
#define TEXT(member, text, before, after)                                                          \
    {                                                                                              \
        member, offsetof(struct pgtask_task, text), sizeof(((struct pgtask_task *)0)->text),       \
            before, after                                                                          \
    }
    TEXT(PGTASK_MEMBER_TASK_TYPE, task_type, "\"TaskType\":\"", "\""),
    TEXT(PGTASK_MEMBER_DB_INSTANCE_ID, instance_id, "\"DBInstanceId\":\"", "\""),
    TEXT(PGTASK_MEMBER_START_TIME, start_time, "\"StartTime\":\"", "\""),
    TEXT(PGTASK_MEMBER_END_TIME, end_time, "\"EndTime\":\"", "\""),
    TEXT(PGTASK_MEMBER_STATUS, status_text, "\"Status\":\"", "\""),
    TEXT(PGTASK_MEMBER_CURRENT_STEP, current_step, "\"TaskDetail\":{\"CurrentStep\":\"", "\"}"),
    TEXT(PGTASK_MEMBER_ALL_STEPS, all_steps, "\"TaskDetail\":{\"AllSteps\":\"", "\"}"),
    TEXT(PGTASK_MEMBER_INPUT, input, "\"TaskDetail\":{\"Input\":\"", "\"}"),
    TEXT(PGTASK_MEMBER_OUTPUT, output, "\"TaskDetail\":{\"Output\":\"", "\"}"),
    TEXT(PGTASK_MEMBER_SWITCH_TIME, switch_time, "\"TaskDetail\":{\"SwitchTime\":\"", "\"}"),
    TEXT(PGTASK_MEMBER_MESSAGE, message, "\"TaskDetail\":{\"Message\":\"", "\"}"),
    TEXT(PGTASK_MEMBER_STEPS, steps[0].step_name,
         "\"TaskDetail\":{\"AllSteps\":\"[{\\\"StepName\\\":\\\"", "\\\"}]\"}"),
    TEXT(PGTASK_MEMBER_STEPS, steps[0].step_message,
         "\"TaskDetail\":{\"AllSteps\":\"[{\\\"StepMessage\\\":\\\"", "\\\"}]\"}"),
    TEXT(PGTASK_MEMBER_RESTORE_TYPE, restore.type_text,
         "\"TaskDetail\":{\"Input\":\"{\\\"RestoreType\\\":\\\"", "\\\"}\"}"),
    TEXT(PGTASK_MEMBER_BACKUP_SET_ID, restore.backup_set_id,
         "\"TaskDetail\":{\"Input\":\"{\\\"BackupSetId\\\":\\\"", "\\\"}\"}"),
    TEXT(PGTASK_MEMBER_BACKUP_SET_TIME, restore.backup_set_time,
         "\"TaskDetail\":{\"Input\":\"{\\\"BackupSetTime\\\":\\\"", "\\\"}\"}"),
    TEXT(PGTASK_MEMBER_RESTORE_TARGET_TIME, restore.target_time,
         "\"TaskDetail\":{\"Input\":\"{\\\"RestoreTargetTime\\\":\\\"", "\\\"}\"}"),
    TEXT(PGTASK_MEMBER_RESTORE_MESSAGE, restore.message,
         "\"TaskDetail\":{\"Output\":\"{\\\"Message\\\":\\\"", "\\\"}\"}"),
    TEXT(PGTASK_MEMBER_RESTORE_OBJECTS, restore.before.names[0],
         "\"TaskDetail\":{\"Input\":\"{\\\"RestoreObjects\\\":[\\\"", "\\\"]}\"}"),
    TEXT(PGTASK_MEMBER_AFTER_RESTORE_OBJECTS, restore.after.names[0],
         "\"TaskDetail\":{\"Output\":\"{\\\"AfterRestoreObjects\\\":[\\\"", "\\\"]}\"}"),
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static void run_sliced(size_t which, char const *wire, size_t slice)
{
    static char text[16384];
    bool const is_status = texts[which].member == PGTASK_MEMBER_STATUS;
    int const length = snprintf(
        text, sizeof text,
        "{\"Response\":{\"TaskSet\":[{\"TaskId\":7,%s%s%s%s,\"Progress\":42}],\"TotalCount\":1}}",
        texts[which].before, wire, texts[which].after, is_status ? "" : ",\"Status\":\"Fail\"");

    assert_true(length > 0 && (size_t)length < sizeof text);
    task_run(&outcome, NULL, text, (size_t)length, slice, slice);
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.count, 1);
    assert_int_equal(outcome.tasks[0].task_id, 7);
    assert_int_equal(outcome.tasks[0].progress_percent, 42);
}

/* `wire` stands for `text`. `unit` is the length of its last character. */
static void assert_cut(size_t which, char const *wire, char const *text, size_t unit, size_t pad)
{
    static size_t const slices[] = {16384, 64, 5, 1};
    size_t const capacity = texts[which].capacity;
    size_t const length = strlen(text);
    size_t const kept = length < capacity ? length : pad + (capacity - 1 - pad) / unit * unit;

    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        char const *kept_text;

        run_sliced(which, wire, slices[i]);
        kept_text = (char const *)&outcome.tasks[0] + texts[which].offset;
        assert_int_equal(strlen(kept_text), kept);
        assert_memory_equal(kept_text, text, kept);
        assert_int_equal(task_is_cut(&outcome.tasks[0], texts[which].member), length >= capacity);
    }
}

static struct {
    char const *wire;     /* in a text */
    char const *embedded; /* in a text inside a text */
    char const *text;
} const characters[] = {
    {"x", "x", "x"},
    {"\xc3\xa9", "\xc3\xa9", "\xc3\xa9"},
    {"\xe4\xb8\xad", "\\\\u4e2d", "\xe4\xb8\xad"},
    {"\\ud83d\\ude00", "\\\\ud83d\\\\ude00", "\xf0\x9f\x98\x80"},
    {"\\u0000", "\\\\u0000", "\xef\xbf\xbd"},
};
enum { CHARACTERS = sizeof characters / sizeof characters[0] };

static void long_text_is_cut_between_characters_and_reported(void **state)
{
    static char wire[LONGEST * 8];
    static char text[LONGEST * 4];

    (void)state;
    for (size_t which = 0; which < TEXTS; which++) {
        bool const embedded = strchr(texts[which].before, '\\') != NULL;

        for (size_t character = 0; character < CHARACTERS; character++) {
            size_t const unit = strlen(characters[character].text);

            for (size_t pad = 0; pad < unit; pad++) {
                char *to = wire + sprintf(wire, "%.*s", (int)pad, "abc");
                char *copy = text + sprintf(text, "%.*s", (int)pad, "abc");

                while ((size_t)(copy - text) < texts[which].capacity + 3) {
                    to += sprintf(to, "%s",
                                  embedded ? characters[character].embedded
                                           : characters[character].wire);
                    copy += sprintf(copy, "%s", characters[character].text);
                }
                assert_cut(which, wire, text, unit, pad);
            }
        }
    }
}

static void text_that_just_fits_is_whole(void **state)
{
    static char text[LONGEST];

    (void)state;
    for (size_t which = 0; which < TEXTS; which++) {
        for (size_t length = texts[which].capacity - 3; length <= texts[which].capacity + 1;
             length++) {
            memset(text, 'x', length);
            text[length] = '\0';
            assert_cut(which, text, text, 1, 0);
        }
    }
}

/* Otherwise the kept text would have a hole. */
static void nothing_follows_a_cut(void **state)
{
    static char wire[LONGEST];

    (void)state;
    for (size_t which = 0; which < TEXTS; which++) {
        size_t const fits = texts[which].capacity - 2;

        for (size_t slice = 1; slice < 40; slice += 6) {
            memset(wire, 'x', fits);
            (void)sprintf(wire + fits, "\xe4\xb8\xadyz");
            run_sliced(which, wire, slice);
            wire[fits] = '\0';
            assert_string_equal((char const *)&outcome.tasks[0] + texts[which].offset, wire);
            assert_true(task_is_cut(&outcome.tasks[0], texts[which].member));
        }
    }
}

static void cut_text_is_still_decoded_whole(void **state)
{
    static char members[8192];
    char *at = members + sprintf(members, ",\"TaskDetail\":{\"AllSteps\":\"[");
    struct pgtask_task const *task;

    (void)state;
    for (unsigned i = 1; i <= PGTASK_STEPS; i++) {
        at += sprintf(at,
                      "%s{\\\"StepMessage\\\":\\\"%080u\\\",\\\"StepId\\\":%u,\\\"StepName\\\":"
                      "\\\"name %u\\\"}",
                      i > 1 ? "," : "", i, i, i);
    }
    (void)sprintf(at, "]\"}");
    task = task_good(members);
    assert_true(task_is_cut(task, PGTASK_MEMBER_ALL_STEPS));
    assert_int_equal(task->truncated, 1u << PGTASK_MEMBER_ALL_STEPS);
    assert_int_equal(task->step_count, PGTASK_STEPS);
    assert_int_equal(task->steps[PGTASK_STEPS - 1].step_id, PGTASK_STEPS);
    assert_int_equal(strlen(task->steps[PGTASK_STEPS - 1].step_message), 80);
}

static void nul_becomes_the_replacement_character(void **state)
{
    struct pgtask_task const *task =
        task_good(",\"TaskType\":\"\\u0000\",\"DBInstanceId\":\"a\\u0000b\\u0000\\u0000c\"");

    (void)state;
    assert_string_equal(task->task_type, "\xef\xbf\xbd");
    assert_int_equal(task_presence(task, PGTASK_MEMBER_TASK_TYPE), PGTASK_VALUE);
    assert_string_equal(task->instance_id, "a\xef\xbf\xbd"
                                           "b\xef\xbf\xbd\xef\xbf\xbd"
                                           "c");
}

/* A text does not end at a U+0000. */
static void known_text_followed_by_nul_is_not_known(void **state)
{
    struct task_outcome const *const got =
        task_answer("{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":1,"
                    "\"Status\":\"Success\\u0000\"}]}}");

    (void)state;
    assert_int_equal(got->result, PGTASK_DONE);
    assert_int_equal(got->tasks[0].status, PGTASK_STATUS_UNKNOWN);
}

static void every_escape_is_undone(void **state)
{
    struct pgtask_task const *const task =
        task_good(",\"TaskType\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\\u2028\x7f\"");

    (void)state;
    assert_string_equal(task->task_type, "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80\xe2\x80\xa8\x7f");
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(long_text_is_cut_between_characters_and_reported),
        cmocka_unit_test(text_that_just_fits_is_whole),
        cmocka_unit_test(nothing_follows_a_cut),
        cmocka_unit_test(cut_text_is_still_decoded_whole),
        cmocka_unit_test(nul_becomes_the_replacement_character),
        cmocka_unit_test(known_text_followed_by_nul_is_not_known),
        cmocka_unit_test(every_escape_is_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
