/* SPDX-License-Identifier: MIT */
/* A port whose clock is absent or wrong: the client learns the time before it signs anything. */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"
#include "clock_rig.h"

static struct pgtask_client *const client = &rig.client;
static char log_text[1 << 20];

/* @return the log of the last `count` requests */
static char const *last_requests(unsigned count)
{
    static char const mark[] = "{\"method\": ";
    char *end = NULL;

    simulator_read(&rig.simulator, "/requests", log_text, sizeof log_text);
    for (; count > 0; count--) {
        char *last = NULL;

        for (char *at = strstr(log_text, mark); at != NULL && at != end;
             at = strstr(at + 1, mark)) {
            last = at;
        }
        assert_non_null(last);
        end = last;
    }
    return end;
}

static void time_is_learned_by_one_request_without_credentials(void **state)
{
    int64_t unix_s = 0;
    char const *log;
    char const *second;

    (void)state;
    rig.no_unix_time = true;
    assert_false(pgtask_client_unix_time_s(client, &unix_s));
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_is(time(NULL));
    clock_assert_asked(1, 1);
    log = last_requests(2);
    second = strstr(log + 1, "{\"method\": ");
    assert_memory_equal(log, "{\"method\": \"GET\"", 16);
    assert_memory_equal(second, "{\"method\": \"POST\"", 17);
    assert_null(strstr(log, "\"has_token\": true"));
    assert_true(strstr(log, "x-tc-") > second); /* the first request has no such header */
    assert_int_equal(connections_made(client), 1);
}

static void port_without_a_clock_at_all_learns_the_time(void **state)
{
    (void)state;
    rig.port.unix_time_s = NULL;
    client_open_again();
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(1, 1);
}

static void time_is_learned_from_a_service_that_closes_each_connection(void **state)
{
    (void)state;
    rig.no_unix_time = true;
    client_play("\"keep_alive\":false");
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(1, 1);
    assert_int_equal(connections_made(client), 2);
}

static void port_without_a_time_that_could_be_is_one_without_a_clock(void **state)
{
    static int64_t const behind_s[] = {57 * YEAR_S, 2000 * YEAR_S, INT64_MAX};

    for (size_t i = 0; i < sizeof behind_s / sizeof behind_s[0]; i++) {
        int64_t unix_s = 7;

        (void)clock_set_up(state);
        rig.unix_skew_s = -behind_s[i];
        assert_false(pgtask_client_unix_time_s(client, &unix_s));
        assert_int_equal(unix_s, 7);
        assert_int_equal(client_list_five(), PGTASK_DONE);
        clock_assert_asked(1, 1);
        clock_assert_is(time(NULL));
        (void)client_tear_down(state);
    }
    (void)clock_set_up(state);
}

static void clock_before_the_firmware_was_built_is_not_believed(void **state)
{
    (void)state;
    rig.unix_skew_s = -2 * YEAR_S;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(1, 1);
    clock_assert_is(time(NULL));
}

/* The certificates of the test are valid for 825 days from now on. */
static void clock_two_years_ahead_is_corrected(void **state)
{
    (void)state;
    rig.unix_skew_s = 2 * YEAR_S;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(0, 2);
    assert_int_equal(pgtask_client_counters(client)->retries, 1);
}

static void slow_clock_before_the_certificates_is_corrected_over_the_same_connection(void **state)
{
    (void)state;
    rig.unix_skew_s = clock_slowest_skew_s();
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(1, 1);
    assert_int_equal(connections_made(client), 1);
    clock_assert_is(time(NULL));
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(1, 2);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
}

static void slow_clock_is_corrected_by_a_service_that_closes_each_connection(void **state)
{
    (void)state;
    rig.unix_skew_s = clock_slowest_skew_s();
    client_play("\"keep_alive\":false");
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(1, 1);
    assert_int_equal(connections_made(client), 2);
}

static void clock_is_corrected_once_and_stays_so(void **state)
{
    static int64_t const offsets_s[] = {-1000, 1000, 40 * DAY_S};

    (void)state;
    for (size_t i = 0; i < sizeof offsets_s / sizeof offsets_s[0]; i++) {
        (void)clock_set_up(state);
        client_play_offset(offsets_s[i]);
        client_open_again();
        if (offsets_s[i] < 0) {
            rig.unix_skew_s =
                -offsets_s[i]; /* the certificate must be valid at the service's time */
            client_play("");
        }
        assert_int_equal(client_list_five(), PGTASK_DONE);
        clock_assert_asked(0, 2);
        clock_assert_is(time(NULL) + (offsets_s[i] > 0 ? offsets_s[i] : 0));
        assert_int_equal(client_list_five(), PGTASK_DONE);
        clock_assert_asked(0, 3);
        assert_int_equal(pgtask_client_counters(client)->retries, 1);
        (void)client_tear_down(state);
    }
    (void)clock_set_up(state);
}

/* @return how many records a listing of all pages brings */
static unsigned list_all(void)
{
    struct pgtask_query const all = {.limit = 0};
    unsigned records;

    assert_int_equal(pgtask_client_list_all(client, &all), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_DONE);
    return records;
}

/* The client ends a listing of all pages with its own time, and may find it wrong only then. */
static void task_of_today_is_listed_whatever_the_clock_was(void **state)
{
    int64_t const skews_s[] = {-600,        600,       -25 * DAY_S, clock_slowest_skew_s(),
                               -2 * YEAR_S, 40 * DAY_S};
    unsigned const expected = list_all() + 1;

    (void)simulator_start_task(&rig.simulator, "{\"age_s\":120,\"duration_s\":60}");
    for (size_t i = 0; i < sizeof skews_s / sizeof skews_s[0]; i++) {
        (void)client_tear_down(state);
        (void)clock_set_up(state);
        rig.unix_skew_s = skews_s[i];
        assert_int_equal(list_all(), expected);
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        CLOCK_TEST(time_is_learned_by_one_request_without_credentials),
        CLOCK_TEST(port_without_a_clock_at_all_learns_the_time),
        CLOCK_TEST(time_is_learned_from_a_service_that_closes_each_connection),
        CLOCK_TEST(port_without_a_time_that_could_be_is_one_without_a_clock),
        CLOCK_TEST(clock_before_the_firmware_was_built_is_not_believed),
        CLOCK_TEST(clock_two_years_ahead_is_corrected),
        CLOCK_TEST(slow_clock_before_the_certificates_is_corrected_over_the_same_connection),
        CLOCK_TEST(slow_clock_is_corrected_by_a_service_that_closes_each_connection),
        CLOCK_TEST(clock_is_corrected_once_and_stays_so),
        CLOCK_TEST(task_of_today_is_listed_whatever_the_clock_was),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
