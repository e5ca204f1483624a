/* SPDX-License-Identifier: MIT */
/*
 * Times in the zones of --utc and --local. The expected values are those of `date -d @N` (GNU
 * coreutils) with the same TZ.
 */
#define _POSIX_C_SOURCE 200809L
#include "tasks/times.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void use_local(char const *zone)
{
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
    times_use(TIMES_LOCAL);
}

static int use_service(void **state)
{
    (void)state;
    times_use(TIMES_SERVICE);
    return 0;
}

static void assert_written(char const *sent, char const *plain, char const *with_zone)
{
    char text[TIMES_BYTES];

    assert_string_equal(times_write(text, sent, false), plain);
    assert_string_equal(times_write(text, sent, true), with_zone);
}

static void times_of_the_service_are_printed_as_sent_and_labelled(void **state)
{
    assert_string_equal(times_zone_name(), "UTC+8");
    assert_written("2024-09-27 13:14:11", "2024-09-27 13:14:11", "2024-09-27 13:14:11 UTC+8");
    (void)state;
}

static void times_in_utc_are_eight_hours_earlier(void **state)
{
    times_use(TIMES_UTC);
    assert_string_equal(times_zone_name(), "UTC");
    assert_written("2024-09-27 13:14:11", "2024-09-27 05:14:11", "2024-09-27 05:14:11 UTC");
    assert_written("2024-03-01 07:59:59", "2024-02-29 23:59:59", "2024-02-29 23:59:59 UTC");
    (void)state;
}

/* A text that names its own zone says the same in each zone, and is not labelled twice. */
static void text_that_names_its_zone_is_understood(void **state)
{
    assert_written("2024-09-26T15:20:14Z", "2024-09-26T15:20:14Z", "2024-09-26T15:20:14Z");
    times_use(TIMES_UTC);
    assert_written("2024-09-26T15:20:14+02:00", "2024-09-26 13:20:14", "2024-09-26 13:20:14 UTC");
    (void)state;
}

static void text_that_is_not_a_time_stays_as_sent(void **state)
{
    static char const *const texts[] = {"", "0000-00-00 00:00:00", "soon", "2024-02-30 00:00:00",
                                        "2024-09-27 13:14:11 and more of the text"};

    for (int zone = TIMES_SERVICE; zone <= TIMES_LOCAL; zone++) {
        times_use((enum times_zone)zone);
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            assert_written(texts[i], texts[i], texts[i]);
        }
    }
    (void)state;
}

static void local_time_has_the_offset_of_its_day(void **state)
{
    static struct {
        char const *zone;
        char const *sent; /* in UTC+8 */
        char const *local;
    } const cases[] = {
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2024-07-01 20:00:00", "2024-07-01 14:00:00+02:00"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2024-01-01 20:00:00", "2024-01-01 13:00:00+01:00"},
        /* The hour that comes twice, on 2024-10-27. */
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2024-10-27 08:30:00", "2024-10-27 02:30:00+02:00"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2024-10-27 09:30:00", "2024-10-27 02:30:00+01:00"},
        {"NPT-5:45", "2024-09-27 13:14:11", "2024-09-27 10:59:11+05:45"},
        {"NST3:30NDT,M3.2.0,M11.1.0", "2024-01-01 08:00:00", "2023-12-31 20:30:00-03:30"},
        {"LINT-14", "2024-12-31 20:00:00", "2025-01-01 02:00:00+14:00"},
        {"AoE12", "2024-12-31 20:00:00", "2024-12-31 00:00:00-12:00"},
        {"ODD-1:02:03", "2024-09-27 13:14:11", "2024-09-27 06:16:14+01:02:03"},
        {"UTC0", "2024-09-27 13:14:11", "2024-09-27 05:14:11+00:00"},
        {"<+08>-8", "2024-09-27 13:14:11", "2024-09-27 13:14:11+08:00"},
        /* After 2038, and the last second that a date can name. */
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2050-07-01 20:00:00", "2050-07-01 14:00:00+02:00"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (sizeof(time_t) < 8 && strncmp(cases[i].sent, "2050", 4) == 0) {
            continue;
        }
        use_local(cases[i].zone);
        assert_written(cases[i].sent, cases[i].local, cases[i].local);
    }
    assert_string_equal(times_zone_name(), "local");
    (void)state;
}

/* Without tzdata the C library takes UTC, and the offset says so. */
static void unknown_zone_is_utc_and_says_so(void **state)
{
    static char const *const zones[] = {"No/Such_Zone", "", ":/no/such/file", "!"};

    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        use_local(zones[i]);
        assert_written("2024-09-27 13:14:11", "2024-09-27 05:14:11+00:00",
                       "2024-09-27 05:14:11+00:00");
    }
    (void)state;
}

static void event_is_dated_with_its_offset_in_local_time_alone(void **state)
{
    char text[TIMES_BYTES];

    assert_false(times_write_local_event(text, 1727414051));
    times_use(TIMES_UTC);
    assert_false(times_write_local_event(text, 1727414051));
    use_local("NPT-5:45");
    assert_true(times_write_local_event(text, 1727414051));
    assert_string_equal(text, "2024-09-27T10:59:11+05:45");
    assert_false(times_write_local_event(text, PGTASK_TIME_UNKNOWN));
    (void)state;
}

/* 2024-09-27 05:14:11 UTC */
enum { NOW_S = 1727414051 };

static void assert_read(char const *text, char const *expected)
{
    char query[PGTASK_TIME_TEXT_BYTES];

    assert_true(times_read(text, TIMES_BEGIN, NOW_S, query));
    assert_string_equal(query, expected);
}

static void time_of_a_query_is_read_in_the_zone(void **state)
{
    assert_read("2024-09-27 13:14:11", "2024-09-27 13:14:11");
    times_use(TIMES_UTC);
    assert_read("2024-09-27 05:14:11", "2024-09-27 13:14:11");
    use_local("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_read("2024-07-01 14:00:00", "2024-07-01 20:00:00");
    assert_read("2024-01-01 13:00:00", "2024-01-01 20:00:00");
    use_local("NPT-5:45");
    assert_read("2024-09-27 10:59:11", "2024-09-27 13:14:11");
    (void)state;
}

static void assert_both_edges(char const *text, char const *begin, char const *end)
{
    char query[PGTASK_TIME_TEXT_BYTES];

    assert_true(times_read(text, TIMES_BEGIN, NOW_S, query));
    assert_string_equal(query, begin);
    assert_true(times_read(text, TIMES_END, NOW_S, query));
    assert_string_equal(query, end);
}

static void date_or_minute_stands_for_its_begin_or_its_end(void **state)
{
    assert_both_edges("2024-09-27", "2024-09-27 00:00:00", "2024-09-27 23:59:59");
    assert_both_edges("2024-09-27 13:14", "2024-09-27 13:14:00", "2024-09-27 13:14:59");
    assert_both_edges("2024-09-27T13:14:11", "2024-09-27 13:14:11", "2024-09-27 13:14:11");
    times_use(TIMES_UTC);
    assert_both_edges("2024-09-27", "2024-09-27 08:00:00", "2024-09-28 07:59:59");
    use_local("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_both_edges("2024-03-31", "2024-03-31 07:00:00", "2024-04-01 05:59:59");
    (void)state;
}

static void time_that_names_its_zone_is_the_same_in_each_zone(void **state)
{
    assert_both_edges("2024-09-27T05:14:11Z", "2024-09-27 13:14:11", "2024-09-27 13:14:11");
    use_local("NPT-5:45");
    assert_both_edges("2024-09-27T05:14:11Z", "2024-09-27 13:14:11", "2024-09-27 13:14:11");
    assert_both_edges("2024-09-27T01:14:11-04:00", "2024-09-27 13:14:11", "2024-09-27 13:14:11");
    (void)state;
}

static void time_counts_from_now(void **state)
{
    assert_both_edges("now", "2024-09-27 13:14:11", "2024-09-27 13:14:11");
    assert_both_edges("90s", "2024-09-27 13:12:41", "2024-09-27 13:12:41");
    assert_both_edges("90min", "2024-09-27 11:44:11", "2024-09-27 11:44:11");
    assert_both_edges("90m", "2024-09-27 11:44:11", "2024-09-27 11:44:11");
    assert_both_edges("1h", "2024-09-27 12:14:11", "2024-09-27 12:14:11");
    assert_both_edges("7d", "2024-09-20 13:14:11", "2024-09-20 13:14:11");
    assert_both_edges("2w", "2024-09-13 13:14:11", "2024-09-13 13:14:11");
    assert_both_edges("today", "2024-09-27 00:00:00", "2024-09-27 23:59:59");
    assert_both_edges("yesterday", "2024-09-26 00:00:00", "2024-09-26 23:59:59");
    times_use(TIMES_UTC);
    assert_both_edges("yesterday", "2024-09-26 08:00:00", "2024-09-27 07:59:59");
    use_local("EST5EDT,M3.2.0,M11.1.0");
    assert_both_edges("today", "2024-09-27 12:00:00", "2024-09-28 11:59:59");
    (void)state;
}

static void time_that_counts_from_an_unknown_now_has_only_its_form_checked(void **state)
{
    char query[PGTASK_TIME_TEXT_BYTES];

    assert_true(times_read("7d", TIMES_BEGIN, PGTASK_TIME_UNKNOWN, query));
    assert_string_equal(query, "");
    assert_false(times_read("7x", TIMES_BEGIN, PGTASK_TIME_UNKNOWN, query));
    (void)state;
}

static void time_that_the_zone_does_not_have_is_refused(void **state)
{
    static char const *const texts[] = {"2024-03-31 02:30:00", /* daylight saving leaves it out */
                                        "2024-02-30 00:00:00",
                                        "yesterdy",
                                        "",
                                        "7x",
                                        "d",
                                        "7",
                                        "-7d",
                                        "+1h",
                                        "1h ",
                                        "2024-02-30",
                                        "1000000000d",
                                        "2024-03-31 12:00:00Z",
                                        "2024-3-1",
                                        "2024-03-31 12",
                                        "2024-03-31X12:00:00",
                                        "NOW"};
    char query[PGTASK_TIME_TEXT_BYTES];

    use_local("CET-1CEST,M3.5.0,M10.5.0/3");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_false(times_read(texts[i], TIMES_END, NOW_S, query));
    }
    (void)state;
}

static void time_now_is_the_one_that_was_set(void **state)
{
    assert_int_equal(times_now(), PGTASK_TIME_UNKNOWN);
    times_set_now(1727414051);
    assert_int_equal(times_now(), 1727414051);
    times_set_now(PGTASK_TIME_UNKNOWN);
    assert_int_equal(times_now(), PGTASK_TIME_UNKNOWN);
    (void)state;
}

#define TIMES_TEST(test) cmocka_unit_test_setup(test, use_service)

int main(void)
{
    struct CMUnitTest const tests[] = {
        TIMES_TEST(times_of_the_service_are_printed_as_sent_and_labelled),
        TIMES_TEST(times_in_utc_are_eight_hours_earlier),
        TIMES_TEST(text_that_names_its_zone_is_understood),
        TIMES_TEST(text_that_is_not_a_time_stays_as_sent),
        TIMES_TEST(local_time_has_the_offset_of_its_day),
        TIMES_TEST(unknown_zone_is_utc_and_says_so),
        TIMES_TEST(event_is_dated_with_its_offset_in_local_time_alone),
        TIMES_TEST(time_of_a_query_is_read_in_the_zone),
        TIMES_TEST(date_or_minute_stands_for_its_begin_or_its_end),
        TIMES_TEST(time_that_names_its_zone_is_the_same_in_each_zone),
        TIMES_TEST(time_counts_from_now),
        TIMES_TEST(time_that_counts_from_an_unknown_now_has_only_its_form_checked),
        TIMES_TEST(time_that_the_zone_does_not_have_is_refused),
        TIMES_TEST(time_now_is_the_one_that_was_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
