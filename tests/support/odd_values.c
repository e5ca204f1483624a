/* SPDX-License-Identifier: MIT */
/* The values, and the run with a good record on both sides. */
#include "odd_values.h"
#include "task_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct odd_value const odd_values[] = {
    {"null", NOTHING},
    {"true", TRUTH},
    {"false", TRUTH},
    {"\"\"", EMPTY},
    {"\"x\"", TEXT},
    {"\"45%\"", TEXT},
    {"\"immediate\"", TEXT},
    {"\" 1\"", TEXT},
    {"\"1 \"", TEXT},
    {"\"01\"", TEXT},
    {"\"0x10\"", TEXT},
    {"\"+1\"", TEXT},
    {"\".5\"", TEXT},
    {"\"1.\"", TEXT},
    {"\"1e\"", TEXT},
    {"\"NaN\"", TEXT},
    {"\"-\"", TEXT},
    {"\"null\"", TEXT},
    {"\"1,0\"", TEXT},
    {"\"1\\u0000\"", TEXT},
    {"\"\\u0661\"", TEXT},
    {"\"a text in which no number and no time is to be found\"", TEXT},
    {"0", WHOLE},
    {"-0", WHOLE},
    {"42", WHOLE},
    {"100", WHOLE},
    {"1e2", WHOLE},
    {"4.20E+1", WHOLE},
    {"1000e-1", WHOLE},
    {"\"42\"", WHOLE | TEXT},
    {"\"0.0\"", WHOLE | TEXT},
    {"101", LARGE},
    {"\"101\"", LARGE | TEXT},
    {"1e3", LARGE},
    {"4294967295", LARGE},
    {"4294967296", HUGE_ID},
    {"18446744073709551615", HUGE_ID},
    {"-1", LESS},
    {"\"-1\"", LESS | TEXT},
    {"-0.5", LESS},
    {"-1e300", LESS},
    {"18446744073709551616", MORE},
    {"1e20", MORE},
    {"1e400", MORE},
    {"\"1e400\"", MORE | TEXT},
    {"100.5", MORE},
    {"123456.75e-2", MORE},
    {"33.5", FRACTION},
    {"\"33.5\"", FRACTION | TEXT},
    {"1e-1", FRACTION},
    {"33.3333333333333333333333333333333333", FRACTION},
    {"[]", ARRAY},
    {"[1]", ARRAY},
    {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", ARRAY},
    {"[null,true,{\"TaskId\":5}]", ARRAY},
    {"{}", OBJECT},
    {"{\"Status\":\"Fail\",\"a\":[{}]}", OBJECT},
};
size_t const odd_value_count = sizeof odd_values / sizeof odd_values[0];

#define GOOD_TASK "{\"TaskId\":9,\"Status\":\"Fail\",\"Progress\":30}"

bool is_kind(unsigned accepted, unsigned kind)
{
    return (accepted & kind) != 0;
}

bool is_odd_time(enum pgtask_member member, unsigned kind)
{
    bool const is_time = member == PGTASK_MEMBER_START_TIME || member == PGTASK_MEMBER_END_TIME ||
                         member == PGTASK_MEMBER_BACKUP_SET_TIME ||
                         member == PGTASK_MEMBER_RESTORE_TARGET_TIME;

    return is_time && is_kind(TEXT, kind);
}

struct pgtask_task const *odd_run(char const *members)
{
    static char const around[] =
        "{\"Response\":{\"TotalCount\":3,\"TaskSet\":[" GOOD_TASK
        ",{\"TaskId\":7,%s,\"Status\":\"Running\"}," GOOD_TASK "],\"RequestId\":\"id\"}}";
    static char answer[sizeof around + TASK_LINE_BYTES];
    static struct task_outcome result;
    struct task_outcome const *const outcome = &result;
    size_t const begin = (size_t)(strstr(around, "%s") - around);

    task_fill_in(answer, sizeof answer, around, members);
    task_run_cuts(&result, NULL, answer, strlen(answer), begin - 1, begin + strlen(members) + 2);
    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_int_equal(outcome->count, 3);
    assert_int_equal(outcome->left_out_count, 0);
    assert_int_equal(outcome->total_count, 3);
    assert_string_equal(outcome->failure.request_id, "id");
    for (size_t i = 0; i < 3; i += 2) {
        assert_int_equal(outcome->tasks[i].task_id, 9);
        assert_int_equal(outcome->tasks[i].progress_percent, 30);
        assert_int_equal(outcome->tasks[i].odd, 0);
    }
    assert_int_equal(outcome->tasks[1].task_id, 7);
    assert_int_equal(outcome->tasks[1].status, PGTASK_STATUS_RUNNING);
    return &outcome->tasks[1];
}

char const *fill_quoted(char const *format, char const *json)
{
    static char quoted[TASK_LINE_BYTES];

    (void)task_quote(quoted, json);
    return task_fill(format, quoted);
}
