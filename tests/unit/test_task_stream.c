/* SPDX-License-Identifier: MIT */
/* Answers of any length take the memory of a short one. A broken answer yields no broken record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

#define EXAMPLE "tests/data/examples/example3_by_instance_response.json"

enum { RECORDS = 100000, OUTPUT_BYTES = 10000000, SLICE = 1460 };

/* All memory of the decoder. The bytes on both sides show when it writes beyond. */
static struct {
    uint8_t before[64];
    struct pgtask_answer answer;
    uint8_t between[64];
    struct pgtask_task task;
    uint8_t after[64];
} memory;

static uint32_t record_count;
static uint64_t checksum;

static void start(void)
{
    memset(&memory, 0x5a, sizeof memory);
    record_count = 0;
    checksum = 0;
    pgtask_answer_start(&memory.answer, NULL);
}

static void assert_fenced(uint8_t const *fence)
{
    for (size_t i = 0; i < sizeof memory.before; i++) {
        assert_int_equal(fence[i], 0x5a);
    }
}

/* Takes all records that are whole, and asserts that each is the next one. */
static enum pgtask_error drain(void (*check)(struct pgtask_task const *task))
{
    enum pgtask_error result;

    while ((result = pgtask_answer_next(&memory.answer, &memory.task)) == PGTASK_OK) {
        record_count++;
        checksum += memory.task.task_id * memory.task.task_id;
        check(&memory.task);
    }
    return result;
}

static void feed(char const *text, size_t length, void (*check)(struct pgtask_task const *task))
{
    while (length > 0) {
        size_t taken;

        assert_int_equal(drain(check), PGTASK_MORE);
        taken = pgtask_answer_feed(&memory.answer, (uint8_t const *)text, length);
        assert_true(taken > 0 && taken <= length);
        text += taken;
        length -= taken;
    }
}

static void finish(void (*check)(struct pgtask_task const *task))
{
    assert_int_equal(drain(check), PGTASK_MORE);
    pgtask_answer_finish(&memory.answer);
    assert_int_equal(drain(check), PGTASK_DONE);
    assert_fenced(memory.before);
    assert_fenced(memory.between);
    assert_fenced(memory.after);
}

static void feed_text(char const *text, void (*check)(struct pgtask_task const *task))
{
    feed(text, strlen(text), check);
}

static void check_numbered(struct pgtask_task const *task)
{
    char name[32];

    (void)snprintf(name, sizeof name, "postgres-%u", record_count);
    assert_int_equal(task->task_id, record_count);
    assert_string_equal(task->instance_id, name);
    assert_int_equal(task->step_count, 1);
    assert_int_equal(task->steps[0].step_id, record_count);
}

static void a_hundred_thousand_records_take_the_memory_of_one(void **state)
{
    char text[400];

    (void)state;
    start();
    feed_text("{\"Response\":{\"TaskSet\":[", check_numbered);
    for (unsigned i = 1; i <= RECORDS; i++) {
        (void)snprintf(text, sizeof text,
                       "%s{\"DBInstanceId\":\"postgres-%u\",\"Status\":\"Success\",\"TaskId\":%u,"
                       "\"TaskDetail\":{\"AllSteps\":\"[{\\\"StepId\\\":%u}]\"}}",
                       i > 1 ? "," : "", i, i, i);
        feed_text(text, check_numbered);
    }
    feed_text("],\"TotalCount\":100000,\"RequestId\":\"r\"}}", check_numbered);
    finish(check_numbered);
    assert_int_equal(record_count, RECORDS);
    assert_int_equal(memory.answer.task_count, RECORDS);
    /* n(n+1)(2n+1)/6 */
    assert_true(checksum == UINT64_C(333338333350000));
    assert_true(memory.answer.total_count == RECORDS);
}

static void check_long(struct pgtask_task const *task)
{
    assert_int_equal(task->task_id, 7);
    assert_int_equal(task->truncated,
                     1u << PGTASK_MEMBER_OUTPUT | 1u << PGTASK_MEMBER_RESTORE_MESSAGE);
    assert_int_equal(strlen(task->output), PGTASK_OUTPUT_BYTES - 1);
    assert_int_equal(strlen(task->restore.message), PGTASK_MESSAGE_BYTES - 1);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_OUTPUT), PGTASK_VALUE);
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_TIMESTAMP);
    assert_string_equal(task->current_step, "before");
    assert_string_equal(task->message, "after");
    assert_int_equal(task->status, PGTASK_STATUS_FAIL);
}

static void feed_repeated(char byte, size_t count, void (*check)(struct pgtask_task const *task))
{
    char slice[SLICE];

    memset(slice, byte, sizeof slice);
    for (size_t part; count > 0; count -= part) {
        part = count < sizeof slice ? count : sizeof slice;
        feed(slice, part, check);
    }
}

static void output_of_10_megabytes_is_cut_and_the_rest_of_the_record_is_good(void **state)
{
    (void)state;
    start();
    feed_text("{\"Response\":{\"TaskSet\":[{\"TaskId\":7,\"TaskDetail\":{\"CurrentStep\":"
              "\"before\",\"Output\":\"{\\\"Message\\\":\\\"",
              check_long);
    feed_repeated('x', OUTPUT_BYTES, check_long);
    feed_text("\\\",\\\"RestoreType\\\":\\\"timestamp\\\"}\",\"Message\":\"after\"},\"Status\":"
              "\"Fail\"}],\"TotalCount\":1}}",
              check_long);
    finish(check_long);
    assert_int_equal(record_count, 1);
}

static void check_any(struct pgtask_task const *task)
{
    assert_int_equal(task->task_id, 7);
    assert_int_equal(task->truncated, 0);
}

static void ten_megabytes_of_unknown_members_change_nothing(void **state)
{
    (void)state;
    start();
    feed_text("{\"", check_any);
    feed_repeated('k', OUTPUT_BYTES, check_any);
    feed_text("\":\"", check_any);
    feed_repeated('v', OUTPUT_BYTES, check_any);
    feed_text("\",\"Response\":", check_any);
    feed_repeated(' ', OUTPUT_BYTES, check_any);
    feed_text("{\"TaskSet\":[{\"TaskId\":7,\"Status\":\"Fail\"}],\"TotalCount\":1}}", check_any);
    feed_repeated('\n', OUTPUT_BYTES, check_any);
    finish(check_any);
    assert_int_equal(record_count, 1);
}

static char example[8192];
static size_t example_length;
static struct task_outcome whole;
static struct task_outcome part;

static int read_example(void **state)
{
    FILE *const file = fopen(EXAMPLE, "rb");

    (void)state;
    assert_non_null(file);
    example_length = fread(example, 1, sizeof example, file);
    assert_int_equal(fclose(file), 0);
    while (example[example_length - 1] == '\n') {
        example_length--; /* without the last newline the answer is still whole */
    }
    task_run(&whole, NULL, example, example_length, example_length, 1);
    assert_int_equal(whole.result, PGTASK_DONE);
    assert_int_equal(whole.count, 6);
    return 0;
}

/* Asserts that the records before the break equal those of the whole answer. */
static void assert_first_records(void)
{
    assert_true(part.count <= whole.count);
    for (size_t i = 0; i < part.count; i++) {
        assert_same_task(&part.tasks[i], &whole.tasks[i]);
    }
}

static void answer_cut_short_at_any_byte_is_an_error_and_yields_whole_records_only(void **state)
{
    size_t count_before = 0;

    (void)state;
    for (size_t length = 0; length < example_length; length++) {
        task_run(&part, NULL, example, length, 97, SLICE);
        assert_int_equal(part.result, PGTASK_ERROR_JSON_TRUNCATED);
        assert_first_records();
        assert_true(part.count == count_before || part.count == count_before + 1);
        count_before = part.count;
    }
    assert_int_equal(count_before, 6);
}

static void answer_with_a_nul_byte_anywhere_is_an_error_and_yields_whole_records_only(void **state)
{
    static char broken[sizeof example];

    (void)state;
    for (size_t at = 0; at < example_length; at++) {
        memcpy(broken, example, example_length);
        broken[at] = '\0';
        task_run(&part, NULL, broken, example_length, 97, SLICE);
        assert_int_equal(pgtask_error_layer(part.result), PGTASK_LAYER_JSON);
        assert_first_records();
    }
}

/* Uses an object for each record, as <pgtask/task.h> allows: a whole record is not touched again.
 */
static void record_stays_as_it_was_handed_on(void **state)
{
    static char const text[] = "{\"Response\":{\"TotalCount\":2,\"TaskSet\":["
                               "{\"TaskId\":1,\"Status\":\"Running\",\"Progress\":null},"
                               "{\"TaskId\":2,\"Status\":\"Running\",\"Progress\":null}],"
                               "\"RequestId\":\"x\"}}";
    struct pgtask_task tasks[3];
    struct pgtask_task first;

    (void)state;
    start();
    assert_int_equal(pgtask_answer_feed(&memory.answer, (uint8_t const *)text, strlen(text)),
                     strlen(text));
    assert_int_equal(pgtask_answer_next(&memory.answer, &tasks[0]), PGTASK_OK);
    memcpy(&first, &tasks[0], sizeof first);
    assert_int_equal(pgtask_answer_next(&memory.answer, &tasks[1]), PGTASK_OK);
    pgtask_answer_finish(&memory.answer);
    assert_int_equal(pgtask_answer_next(&memory.answer, &tasks[2]), PGTASK_DONE);
    assert_int_equal(tasks[1].task_id, 2);
    assert_memory_equal(&tasks[0], &first, sizeof first);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(record_stays_as_it_was_handed_on),
        cmocka_unit_test(a_hundred_thousand_records_take_the_memory_of_one),
        cmocka_unit_test(output_of_10_megabytes_is_cut_and_the_rest_of_the_record_is_good),
        cmocka_unit_test(ten_megabytes_of_unknown_members_change_nothing),
        cmocka_unit_test(answer_cut_short_at_any_byte_is_an_error_and_yields_whole_records_only),
        cmocka_unit_test(answer_with_a_nul_byte_anywhere_is_an_error_and_yields_whole_records_only),
    };

    return cmocka_run_group_tests(tests, read_example, NULL);
}
