/* SPDX-License-Identifier: MIT */
/* Times, against the calendar of the C library. */
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

#define ZERO           PGTASK_UTC_OFFSET_ZERO
#define HOUR_S         3600
#define LAST_S         INT64_C(253402300799) /* 9999-12-31 23:59:59 UTC */
#define INT32_LAST_S   INT64_C(2147483647)   /* the last second of a time_t of 32 bits */
#define assert_s(a, b) assert_true((a) == (b))

static void time_without_a_zone_is_in_utc_plus_8(void **state)
{
    (void)state;
    /* API page, example 3: StartTime is 2 seconds before the Unix time in postgres_bak_1727414053.
     */
    assert_s(pgtask_time_read("2024-09-27 13:14:11", 0), 1727414051);
    assert_s(pgtask_time_read("1970-01-01 08:00:00", 0), 0);
    assert_s(pgtask_time_read("1970-01-01 00:00:00", 0), -8 * HOUR_S);
}

static void zone_of_the_options_replaces_utc_plus_8(void **state)
{
    (void)state;
    assert_s(pgtask_time_read("1970-01-01 00:00:00", ZERO), 0);
    assert_s(pgtask_time_read("1970-01-01 09:00:00", 9 * HOUR_S), 0);
    assert_s(pgtask_time_read("1969-12-31 19:00:00", -5 * HOUR_S), 0);
    assert_s(pgtask_time_read("1970-01-01 00:00:00", -5 * HOUR_S), 5 * HOUR_S);
    assert_s(pgtask_time_read("1970-01-01 05:45:00", 5 * HOUR_S + 45 * 60), 0);
}

static void rfc_3339_brings_its_own_zone(void **state)
{
    static int32_t const zones[] = {0, ZERO, -5 * HOUR_S, 9 * HOUR_S};

    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        assert_s(pgtask_time_read("2024-09-26T19:11:45+08:00", zones[i]), 1727349105);
        assert_s(pgtask_time_read("2024-09-26T11:11:45Z", zones[i]), 1727349105);
        assert_s(pgtask_time_read("2024-09-26T11:11:45z", zones[i]), 1727349105);
        assert_s(pgtask_time_read("2024-09-26T11:11:45.0Z", zones[i]), 1727349105);
        assert_s(pgtask_time_read("2024-09-26T11:11:45.999999999Z", zones[i]), 1727349105);
        assert_s(pgtask_time_read("2024-09-26T11:11:45+00:00", zones[i]), 1727349105);
        assert_s(pgtask_time_read("2024-09-26T11:11:45-00:00", zones[i]), 1727349105);
        assert_s(pgtask_time_read("2024-09-26T05:41:45.5-05:30", zones[i]), 1727349105);
        assert_s(pgtask_time_read("2024-09-27T11:10:45+23:59", zones[i]), 1727349105);
    }
}

static void text_that_is_not_a_time_is_unknown(void **state)
{
    static char const *const texts[] = {
        "",
        "x",
        "2024-09-27",
        "2024-09-27 13:14",
        "2024-09-27 13:14:1",
        "2024-09-27 13:14:11 ",
        " 2024-09-27 13:14:11",
        "2024-09-27 13:14:11Z",
        "2024-09-27 13:14:11+08:00",
        "2024-09-27  13:14:11",
        "2024-9-27 13:14:11",
        "2024/09/27 13:14:11",
        "2024-09-27 13.14.11",
        "20240927 131411",
        "2024-13-01 00:00:00",
        "2024-00-01 00:00:00",
        "2024-01-00 00:00:00",
        "2024-04-31 00:00:00",
        "2023-02-29 00:00:00",
        "2100-02-29 00:00:00",
        "2024-09-27 24:00:00",
        "2024-09-27 00:60:00",
        "2024-09-27 -1:00:00",
        "+024-09-27 00:00:00",
        "12024-09-27 00:00:00",
        "0000-00-00 00:00:00",
        "2024-09-27T13:14:11",
        "2024-09-27T13:14:11+08",
        "2024-09-27T13:14:11+0800",
        "2024-09-27T13:14:11+08:0",
        "2024-09-27T13:14:11+08:00 ",
        "2024-09-27T13:14:11+24:00",
        "2024-09-27T13:14:11+08:60",
        "2024-09-27T13:14:11 08:00",
        "2024-09-27T13:14:11.Z",
        "2024-09-27T13:14:11.5",
        "2024-09-27T13:14:11.",
        "2024-09-27T13:14:11,5Z",
        "2024-09-27T13:14:11Zz",
        "2024-09-27T13:14:11+\xd9\xa0\xd9\xa8:00",
        "03:00:00-04:00:00",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_s(pgtask_time_read(texts[i], 0), PGTASK_TIME_UNKNOWN);
    }
}

static void prefix_of_a_time_is_unknown(void **state)
{
    char const *const text = "2024-09-26T11:11:45.25+08:00";
    char part[64];

    (void)state;
    for (int length = 0; length < (int)strlen(text); length++) {
        (void)snprintf(part, sizeof part, "%.*s", length, text);
        assert_s(pgtask_time_read(part, 0), PGTASK_TIME_UNKNOWN);
    }
    assert_s(pgtask_time_read(text, 0), 1727320305);
}

static void assert_as_libc(int64_t unix_s, int32_t utc_offset_s, int32_t zone_s)
{
    time_t const local = (time_t)(unix_s + zone_s);
    char text[PGTASK_TIME_TEXT_BYTES];
    char expected[64];
    struct tm parts;

    assert_non_null(gmtime_r(&local, &parts));
    assert_true(strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%S", &parts) > 0);
    assert_int_equal(pgtask_time_write(unix_s, utc_offset_s, text), PGTASK_OK);
    assert_string_equal(text, expected);
    assert_s(pgtask_time_read(text, utc_offset_s), unix_s);
    assert_s((int64_t)timegm(&parts) - zone_s, unix_s);
}

static void written_time_agrees_with_libc_and_reads_back(void **state)
{
    int64_t const last_s = sizeof(time_t) > 4 ? LAST_S : INT32_LAST_S;
    uint32_t random = 1;

    (void)state;
    for (int64_t unix_s = 86400; unix_s < last_s - 86400; unix_s += 86399 + random % 700000) {
        random = random * 1103515245u + 12345u;
        assert_as_libc(unix_s, 0, 8 * HOUR_S);
        assert_as_libc(unix_s, ZERO, 0);
        assert_as_libc(unix_s, -5 * HOUR_S, -5 * HOUR_S);
        assert_as_libc(unix_s, 5 * HOUR_S + 45 * 60, 5 * HOUR_S + 45 * 60);
    }
}

static void seconds_around_a_leap_day_agree_with_libc(void **state)
{
    (void)state;
    for (int64_t unix_s = 951739200; unix_s < 951739200 + 3 * 86400; unix_s += 7) {
        assert_as_libc(unix_s, ZERO, 0); /* from 2000-02-28 12:00:00 on */
    }
}

static void time_outside_the_years_1970_to_9999_is_not_written(void **state)
{
    char text[PGTASK_TIME_TEXT_BYTES];

    (void)state;
    assert_int_equal(pgtask_time_write(0, 0, text), PGTASK_OK);
    assert_string_equal(text, "1970-01-01 08:00:00");
    assert_int_equal(pgtask_time_write(0, ZERO, text), PGTASK_OK);
    assert_string_equal(text, "1970-01-01 00:00:00");
    assert_int_equal(pgtask_time_write(LAST_S, ZERO, text), PGTASK_OK);
    assert_string_equal(text, "9999-12-31 23:59:59");
    assert_int_equal(pgtask_time_write(LAST_S - 8 * HOUR_S, 0, text), PGTASK_OK);
    assert_string_equal(text, "9999-12-31 23:59:59");
    assert_int_equal(pgtask_time_write(LAST_S + 1, ZERO, text), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_time_write(LAST_S - 8 * HOUR_S + 1, 0, text), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_time_write(-1, ZERO, text), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_time_write(HOUR_S, -2 * HOUR_S, text), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_time_write(PGTASK_TIME_UNKNOWN, 0, text), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_time_write(INT64_MAX, 0, text), PGTASK_ERROR_ARGUMENT);
}

static void times_of_a_record_are_in_the_zone_of_the_options(void **state)
{
    static struct task_outcome outcome;
    static char const text[] =
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":1,\"Status\":\"Success\","
        "\"StartTime\":\"2024-09-27 13:14:11\",\"EndTime\":\"2024-09-27 13:18:11\","
        "\"TaskDetail\":{\"Input\":\"{\\\"BackupSetTime\\\":\\\"2024-09-27 00:00:00\\\","
        "\\\"RestoreTargetTime\\\":\\\"2024-09-27T00:00:00+08:00\\\"}\"}}]}}";
    static struct {
        int32_t utc_offset_s;
        int64_t moved_s;
    } const cases[] = {{0, 0}, {8 * HOUR_S, 0}, {ZERO, 8 * HOUR_S}, {-HOUR_S, 9 * HOUR_S}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pgtask_task_options const options = {.utc_offset_s = cases[i].utc_offset_s};

        task_run_all(&outcome, &options, text, sizeof text - 1);
        assert_int_equal(outcome.result, PGTASK_DONE);
        assert_s(outcome.tasks[0].start_unix_s, 1727414051 + cases[i].moved_s);
        assert_s(outcome.tasks[0].end_unix_s, 1727414291 + cases[i].moved_s);
        assert_s(outcome.tasks[0].restore.backup_set_unix_s, 1727366400 + cases[i].moved_s);
        assert_s(outcome.tasks[0].restore.target_unix_s, 1727366400);
    }
}

static void time_that_cannot_be_read_is_kept_as_text(void **state)
{
    struct pgtask_task const *const task =
        task_good(",\"StartTime\":\"yesterday\",\"EndTime\":\"2023-02-29 00:00:00\"");

    (void)state;
    assert_string_equal(task->start_time, "yesterday");
    assert_string_equal(task->end_time, "2023-02-29 00:00:00");
    assert_s(task->start_unix_s, PGTASK_TIME_UNKNOWN);
    assert_s(task->end_unix_s, PGTASK_TIME_UNKNOWN);
}

/* The rest of a cut text might look like a time. */
static void time_that_was_cut_is_unknown(void **state)
{
    struct pgtask_task const *const task =
        task_good(",\"StartTime\":\"2024-09-26T11:11:45.00000000000000000Z\"");

    (void)state;
    assert_true(task_is_cut(task, PGTASK_MEMBER_START_TIME));
    assert_s(task->start_unix_s, PGTASK_TIME_UNKNOWN);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(time_without_a_zone_is_in_utc_plus_8),
        cmocka_unit_test(zone_of_the_options_replaces_utc_plus_8),
        cmocka_unit_test(rfc_3339_brings_its_own_zone),
        cmocka_unit_test(text_that_is_not_a_time_is_unknown),
        cmocka_unit_test(prefix_of_a_time_is_unknown),
        cmocka_unit_test(written_time_agrees_with_libc_and_reads_back),
        cmocka_unit_test(seconds_around_a_leap_day_agree_with_libc),
        cmocka_unit_test(time_outside_the_years_1970_to_9999_is_not_written),
        cmocka_unit_test(times_of_a_record_are_in_the_zone_of_the_options),
        cmocka_unit_test(time_that_cannot_be_read_is_kept_as_text),
        cmocka_unit_test(time_that_was_cut_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
