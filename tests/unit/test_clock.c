/* SPDX-License-Identifier: MIT */
/* Where the client takes the time from, and that it signs nothing before it knows the time. */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

#define DAY_S  INT64_C(86400)
#define YEAR_S (365 * DAY_S)

static struct pgtask_client *const client = &rig.client;
static char log_text[1 << 20];

/* How many requests the service had when the test began. */
static struct {
    long requests;
    long signed_ones;
} before;

static int set_up(void **state)
{
    (void)client_set_up(state);
    before.requests = client_served("requests");
    before.signed_ones = client_served("requests_signed");
    return 0;
}

static void assert_asked(long unsigned_ones, long signed_ones)
{
    assert_int_equal(client_served("requests_signed") - before.signed_ones, signed_ones);
    assert_int_equal(client_served("requests") - before.requests, unsigned_ones + signed_ones);
}

static void assert_near(int64_t unix_s, int64_t expected)
{
    assert_true(unix_s >= expected - 2 && unix_s <= expected + 2);
}

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
    assert_true(pgtask_client_unix_time_s(client, &unix_s));
    assert_near(unix_s, time(NULL));
    assert_asked(1, 1);
    log = last_requests(2);
    second = strstr(log + 1, "{\"method\": ");
    assert_memory_equal(log, "{\"method\": \"GET\"", 16);
    assert_memory_equal(second, "{\"method\": \"POST\"", 17);
    assert_null(strstr(log, "\"has_token\": true"));
    assert_true(strstr(log, "x-tc-") > second); /* the first request has no such header */
    assert_int_equal(connections_made(client), 1);
}

static void learned_time_goes_on_with_the_monotonic_clock(void **state)
{
    int64_t unix_s = 0;

    (void)state;
    rig.no_unix_time = true;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    rig.skew_ms += 100000;
    assert_true(pgtask_client_unix_time_s(client, &unix_s));
    assert_near(unix_s, time(NULL) + 100);
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(1, 2);
}

static void port_without_a_clock_at_all_learns_the_time(void **state)
{
    (void)state;
    rig.port.unix_time_s = NULL;
    client_open_again();
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(1, 1);
}

static void time_is_learned_from_a_service_that_closes_each_connection(void **state)
{
    (void)state;
    rig.no_unix_time = true;
    client_play("\"keep_alive\":false");
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(1, 1);
    assert_int_equal(connections_made(client), 2);
}

static void date_that_is_not_a_time_ends_the_listing_before_anything_is_signed(void **state)
{
    static char const *const dates[] = {
        "\"date\":\"none\"",
        "\"date\":\"Sat, 31 Oct 2026 23:59:59 GMT\"", /* a second before PGTASK_EARLIEST_UNIX_S */
        "\"date\":\"Thu, 01 Jan 1970 00:00:00 GMT\"",
        "\"date\":\"yesterday\"",
    };

    (void)state;
    rig.no_unix_time = true;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        int64_t unix_s;

        before.requests = client_served("requests");
        client_play(dates[i]);
        assert_int_equal(client_list_five(), PGTASK_ERROR_NO_TIME);
        assert_int_equal(pgtask_client_failure(client)->error, PGTASK_ERROR_NO_TIME);
        assert_false(pgtask_client_unix_time_s(client, &unix_s));
        assert_asked(1, 0);
    }
    client_play("");
    assert_int_equal(client_list_five(), PGTASK_DONE);
}

static void certificate_out_of_its_time_is_refused_before_anything_is_signed(void **state)
{
    static struct {
        char const *certificate;
        enum pgtask_error error;
    } const cases[] = {{"expired", PGTASK_ERROR_TLS_EXPIRED},
                       {"not_yet_valid", PGTASK_ERROR_TLS_NOT_YET_VALID}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        client_restart_service(cases[i].certificate, "");
        before.requests = 0;
        before.signed_ones = 0;
        rig.no_unix_time = true;
        client_open_again();
        assert_int_equal(client_list_five(), cases[i].error);
        assert_asked(1, 0);
        assert_int_equal(client_list_five(), cases[i].error); /* a kept session is refused too */
        assert_asked(2, 0);
        rig.no_unix_time = false;
        client_open_again();
        assert_int_equal(client_list_five(), cases[i].error);
        assert_asked(2, 0);
    }
    client_restart_service("server", "");
}

/* The certificates of the test are valid for 825 days from now on. */
static void clock_two_years_ahead_is_corrected(void **state)
{
    (void)state;
    rig.unix_skew_s = 2 * YEAR_S;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(0, 2);
    assert_int_equal(pgtask_client_counters(client)->retries, 1);
}

static void clock_before_the_firmware_was_built_is_not_believed(void **state)
{
    int64_t unix_s = 0;

    (void)state;
    rig.unix_skew_s = -2 * YEAR_S;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(1, 1);
    assert_true(pgtask_client_unix_time_s(client, &unix_s));
    assert_near(unix_s, time(NULL));
}

static void clock_that_suits_no_certificate_is_reported_and_nothing_is_sent(void **state)
{
    (void)state;
    rig.unix_skew_s = 3 * YEAR_S;
    assert_int_equal(client_list_five(), PGTASK_ERROR_TLS_EXPIRED);
    rig.unix_skew_s = PGTASK_EARLIEST_UNIX_S - time(NULL) + 60;
    assert_int_equal(client_list_five(), PGTASK_ERROR_TLS_NOT_YET_VALID);
    assert_asked(0, 0);
}

static void clock_is_corrected_once_and_stays_so(void **state)
{
    static int64_t const offsets_s[] = {-1000, 1000, 40 * DAY_S};

    (void)state;
    for (size_t i = 0; i < sizeof offsets_s / sizeof offsets_s[0]; i++) {
        char scenario[64];
        int64_t unix_s = 0;

        (void)set_up(state);
        (void)snprintf(scenario, sizeof scenario, "\"clock_offset_s\":%lld",
                       (long long)offsets_s[i]);
        client_play(scenario);
        client_open_again();
        if (offsets_s[i] < 0) {
            rig.unix_skew_s =
                -offsets_s[i]; /* the certificate must be valid at the service's time */
            client_play("");
        }
        assert_int_equal(client_list_five(), PGTASK_DONE);
        assert_asked(0, 2);
        assert_true(pgtask_client_unix_time_s(client, &unix_s));
        assert_near(unix_s, time(NULL) + (offsets_s[i] > 0 ? offsets_s[i] : 0));
        assert_int_equal(client_list_five(), PGTASK_DONE);
        assert_asked(0, 3);
        assert_int_equal(pgtask_client_counters(client)->retries, 1);
        (void)client_tear_down(state);
    }
    (void)set_up(state);
}

static void clock_refused_twice_is_an_error(void **state)
{
    (void)state;
    client_play("\"error_code\":\"AuthFailure.SignatureExpire\"");
    assert_int_equal(client_list_five(), PGTASK_ERROR_SERVICE);
    assert_string_equal(pgtask_client_failure(client)->code, "AuthFailure.SignatureExpire");
    assert_asked(0, 2);
}

static void clock_refused_without_a_date_is_an_error_at_once(void **state)
{
    (void)state;
    client_play("\"error_code\":\"AuthFailure.SignatureExpire\",\"date\":\"none\"");
    assert_int_equal(client_list_five(), PGTASK_ERROR_SERVICE);
    assert_asked(0, 1);
}

#define CLOCK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, client_tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        CLOCK_TEST(time_is_learned_by_one_request_without_credentials),
        CLOCK_TEST(learned_time_goes_on_with_the_monotonic_clock),
        CLOCK_TEST(port_without_a_clock_at_all_learns_the_time),
        CLOCK_TEST(time_is_learned_from_a_service_that_closes_each_connection),
        CLOCK_TEST(date_that_is_not_a_time_ends_the_listing_before_anything_is_signed),
        CLOCK_TEST(certificate_out_of_its_time_is_refused_before_anything_is_signed),
        CLOCK_TEST(clock_two_years_ahead_is_corrected),
        CLOCK_TEST(clock_before_the_firmware_was_built_is_not_believed),
        CLOCK_TEST(clock_that_suits_no_certificate_is_reported_and_nothing_is_sent),
        CLOCK_TEST(clock_is_corrected_once_and_stays_so),
        CLOCK_TEST(clock_refused_twice_is_an_error),
        CLOCK_TEST(clock_refused_without_a_date_is_an_error_at_once),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
