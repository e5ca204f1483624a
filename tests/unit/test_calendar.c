/* SPDX-License-Identifier: MIT */
/* The calendar agrees with libc for every day, and refuses what is not a time. */
#include "../../src/calendar.h"
#include "guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* Counts the days of the years 0 to 9999 one after the other, by the rules of the calendar. */
static void counts_every_day_of_ten_thousand_years(void **state)
{
    static uint8_t const lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected_s = INT64_C(-62167219200); /* date -u -d 0000-01-01 +%s */
    int64_t unix_s;

    for (uint16_t year = 0; year <= 9999; year++) {
        bool const leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        for (uint8_t month = 1; month <= 12; month++) {
            uint8_t const length = (uint8_t)(lengths[month - 1] + (month == 2 && leap ? 1 : 0));
            struct pgtaski_calendar at = {.part = {year, month}};

            for (at.part[PGTASKI_CALENDAR_DAY] = 1; at.part[PGTASKI_CALENDAR_DAY] <= length;
                 at.part[PGTASKI_CALENDAR_DAY]++) {
                assert_true(pgtaski_calendar_to_unix(&at, &unix_s));
                assert_true(unix_s == expected_s);
                expected_s += 86400;
            }
            assert_false(pgtaski_calendar_to_unix(&at, &unix_s));
            at.part[PGTASKI_CALENDAR_DAY] = 0;
            assert_false(pgtaski_calendar_to_unix(&at, &unix_s));
        }
    }
    assert_true(expected_s == PGTASKI_CALENDAR_LAST_S + 1);
    (void)state;
}

static void agrees_with_gmtime(int64_t unix_s)
{
    time_t const time = (time_t)unix_s;
    struct tm tm;
    struct pgtaski_calendar at;
    int64_t back_s;

    assert_non_null(gmtime_r(&time, &tm));
    assert_true(pgtaski_calendar_from_unix(unix_s, &at));
    assert_int_equal(at.part[PGTASKI_CALENDAR_YEAR], tm.tm_year + 1900);
    assert_int_equal(at.part[PGTASKI_CALENDAR_MONTH], tm.tm_mon + 1);
    assert_int_equal(at.part[PGTASKI_CALENDAR_DAY], tm.tm_mday);
    assert_int_equal(at.part[PGTASKI_CALENDAR_HOUR], tm.tm_hour);
    assert_int_equal(at.part[PGTASKI_CALENDAR_MINUTE], tm.tm_min);
    assert_int_equal(at.part[PGTASKI_CALENDAR_SECOND], tm.tm_sec);
    assert_true(pgtaski_calendar_to_unix(&at, &back_s));
    assert_true(back_s == unix_s);
    char text[PGTASKI_CALENDAR_TEXT_LENGTH + 1];
    char expected[64];

    assert_true(pgtaski_calendar_write(unix_s, text));
    assert_true(strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%S", &tm) > 0);
    assert_string_equal(text, expected);
    assert_true(pgtaski_calendar_read(text, ' ', &back_s));
    assert_true(back_s == unix_s);
}

static void converts_first_and_last_second_of_each_day_as_libc_does(void **state)
{
    /* On a machine with a 32-bit time_t, the C library ends in 2038. */
    int64_t const last_s = sizeof(time_t) > 4 ? PGTASKI_CALENDAR_LAST_S : INT32_MAX - 86400;

    for (int64_t day_s = 0; day_s <= last_s; day_s += 86400) {
        agrees_with_gmtime(day_s);
        agrees_with_gmtime(day_s + 86399);
    }
    for (int64_t s = 1709164800; s < 1709164800 + 86400; s++) {
        agrees_with_gmtime(s);
    }
    (void)state;
}

static void refuses_seconds_outside_1970_to_9999(void **state)
{
    struct pgtaski_calendar at;

    assert_false(pgtaski_calendar_from_unix(-1, &at));
    assert_false(pgtaski_calendar_from_unix(INT64_MIN, &at));
    assert_true(pgtaski_calendar_from_unix(0, &at));
    assert_true(pgtaski_calendar_from_unix(PGTASKI_CALENDAR_LAST_S, &at));
    assert_false(pgtaski_calendar_from_unix(PGTASKI_CALENDAR_LAST_S + 1, &at));
    assert_false(pgtaski_calendar_from_unix(INT64_MAX, &at));
    char text[PGTASKI_CALENDAR_TEXT_LENGTH + 1];

    assert_false(pgtaski_calendar_write(-1, text));
    assert_false(pgtaski_calendar_write(PGTASKI_CALENDAR_LAST_S + 1, text));
    (void)state;
}

static void refuses_parts_that_are_out_of_range(void **state)
{
    static struct pgtaski_calendar const none[] = {
        {{10000, 1, 1, 0, 0, 0}}, {{2024, 0, 1, 0, 0, 0}},   {{2024, 13, 1, 0, 0, 0}},
        {{2024, 1, 1, 24, 0, 0}}, {{2024, 1, 1, 23, 60, 0}}, {{2024, 1, 1, 23, 59, 60}},
        {{2024, 1, 0, 0, 0, 0}},  {{2024, 1, 32, 0, 0, 0}},  {{2024, 1, UINT32_MAX, 0, 0, 0}},
    };
    int64_t unix_s;

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_false(pgtaski_calendar_to_unix(&none[i], &unix_s));
    }
    (void)state;
}

static void reads_a_time_and_refuses_what_only_looks_like_one(void **state)
{
    static char const good[] = "2024-09-27 13:14:11";
    int64_t unix_s = 0;

    assert_true(pgtaski_calendar_read(good, ' ', &unix_s));
    assert_true(unix_s == INT64_C(1727442851)); /* date -u -d '2024-09-27 13:14:11' +%s */
    assert_true(pgtaski_calendar_read("2024-09-27T13:14:11+08:00", 'T', &unix_s));
    assert_false(pgtaski_calendar_read(good, 'T', &unix_s));

    for (size_t i = 0; i < sizeof good - 1; i++) {
        char bad[sizeof good];

        for (int byte = 0; byte < 256; byte++) {
            bool const digit = byte >= '0' && byte <= '9';

            memcpy(bad, good, sizeof bad);
            bad[i] = (char)byte;
            if (bad[i] != good[i] && !(digit && good[i] >= '0' && good[i] <= '9')) {
                assert_false(pgtaski_calendar_read(bad, ' ', &unix_s));
            }
        }
        memcpy(bad, good, sizeof bad);
        bad[i] = '\0';
        char *const cut = guard_copy(bad, i + 1);
        assert_false(pgtaski_calendar_read(cut, ' ', &unix_s));
        guard_free(cut, i + 1);
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(counts_every_day_of_ten_thousand_years),
        cmocka_unit_test(converts_first_and_last_second_of_each_day_as_libc_does),
        cmocka_unit_test(refuses_seconds_outside_1970_to_9999),
        cmocka_unit_test(refuses_parts_that_are_out_of_range),
        cmocka_unit_test(reads_a_time_and_refuses_what_only_looks_like_one),
    };

    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
