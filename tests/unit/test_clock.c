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
    static struct {
        char const *date;
        enum pgtask_error error;
    } const dates[] = {
        {"\"date\":\"none\"", PGTASK_ERROR_NO_TIME},
        /* a second before PGTASK_EARLIEST_UNIX_S */
        {"\"date\":\"Sat, 31 Oct 2026 23:59:59 GMT\"", PGTASK_ERROR_NO_TIME},
        {"\"date\":\"Thu, 01 Jan 1970 00:00:00 GMT\"", PGTASK_ERROR_NO_TIME},
        {"\"date\":\"yesterday\"", PGTASK_ERROR_NO_TIME},
        {"\"date\":\"Sun, 07 Feb 2106 06:28:15 GMT\"", PGTASK_ERROR_TLS_EXPIRED}, /* 2^32 - 1 */
        {"\"date\":\"Fri, 31 Dec 9999 23:59:59 GMT\"", PGTASK_ERROR_TLS_EXPIRED},
    };

    (void)state;
    rig.no_unix_time = true;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        int64_t unix_s;

        before.requests = client_served("requests");
        client_play(dates[i].date);
        assert_int_equal(client_list_five(), dates[i].error);
        assert_int_equal(pgtask_client_failure(client)->error, dates[i].error);
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
        /* The clock may be slow, but never fast: only what is not valid yet is asked for a time. */
        assert_asked(cases[i].error == PGTASK_ERROR_TLS_NOT_YET_VALID ? 3 : 2, 0);
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

/* A device knows a time from before its reset. The service's Date and the port's clock are both
 * earlier, so nothing is signed. */
static void nobody_turns_the_time_back_before_the_earliest_one(void **state)
{
    int64_t unix_s;

    (void)state;
    rig.config.earliest_unix_s = time(NULL) - DAY_S;
    client_open_again();
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(0, 1);
    rig.config.earliest_unix_s = time(NULL) + DAY_S;
    client_open_again();
    assert_int_equal(client_list_five(), PGTASK_ERROR_NO_TIME);
    assert_false(pgtask_client_unix_time_s(client, &unix_s));
    assert_asked(1, 1);
}

static void fast_clock_by_which_a_certificate_has_expired_is_never_turned_back(void **state)
{
    static int64_t const ahead_s[] = {3 * YEAR_S, 79 * YEAR_S, 8000 * YEAR_S,
                                      INT64_MAX - 3 * YEAR_S * 1000};

    (void)state;
    for (size_t i = 0; i < sizeof ahead_s / sizeof ahead_s[0]; i++) {
        rig.unix_skew_s = ahead_s[i];
        assert_int_equal(client_list_five(), PGTASK_ERROR_TLS_EXPIRED);
        assert_asked(0, 0);
    }
    rig.no_unix_time = true; /* the port says that it does not trust its clock */
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(1, 1);
}

/* A clock that is as slow as PGTASK_EARLIEST_UNIX_S allows shows a time before the certificates of
 * the test were made. */
static int64_t slowest_skew_s(void)
{
    return PGTASK_EARLIEST_UNIX_S - time(NULL) + 60;
}

static void slow_clock_before_the_certificates_is_corrected_over_the_same_connection(void **state)
{
    int64_t unix_s = 0;

    (void)state;
    rig.unix_skew_s = slowest_skew_s();
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(1, 1);
    assert_int_equal(connections_made(client), 1);
    assert_true(pgtask_client_unix_time_s(client, &unix_s));
    assert_near(unix_s, time(NULL));
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(1, 2);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
}

static void slow_clock_is_corrected_by_a_service_that_closes_each_connection(void **state)
{
    (void)state;
    rig.unix_skew_s = slowest_skew_s();
    client_play("\"keep_alive\":false");
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_asked(1, 1);
    assert_int_equal(connections_made(client), 2);
}

/* The Date of a peer is what somebody with an old key can choose freely. */
static void holder_of_an_expired_key_turns_no_clock_back(void **state)
{
    char scenario[64];
    int64_t const hour_before_end_s = time(NULL) - DAY_S;

    (void)state;
    rig.unix_skew_s = slowest_skew_s();
    assert_int_equal(client_list_five(), PGTASK_DONE); /* the time is learned from the service */
    client_restart_service("just_expired", "");
    (void)snprintf(scenario, sizeof scenario, "\"clock_offset_s\":%lld",
                   (long long)(hour_before_end_s - time(NULL)));
    client_play(scenario);
    before.requests = 0;
    before.signed_ones = 0;
    pgtask_client_cancel(client);
    assert_int_equal(client_list_five(), PGTASK_ERROR_TLS_EXPIRED);
    rig.unix_skew_s = 0;
    client_open_again(); /* the port's clock is right now, and nothing was learned */
    assert_int_equal(client_list_five(), PGTASK_ERROR_TLS_EXPIRED);
    assert_asked(0, 0);
    client_restart_service("server", "");
}

static void certificate_of_one_second_is_good_for_that_second(void **state)
{
    static int64_t const second_s = 1798761600; /* 2027-01-01 00:00:00 UTC */
    static struct {
        char const *date;
        enum pgtask_error error;
    } const dates[] = {{"Thu, 31 Dec 2026 23:59:59", PGTASK_ERROR_TLS_NOT_YET_VALID},
                       {"Fri, 01 Jan 2027 00:00:00", PGTASK_DONE},
                       {"Fri, 01 Jan 2027 00:00:01", PGTASK_ERROR_TLS_EXPIRED}};

    (void)state;
    client_restart_service("one_second", "");
    before.signed_ones = 0;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        char scenario[128];

        (void)snprintf(scenario, sizeof scenario, "\"date\":\"%s GMT\",\"clock_offset_s\":%lld",
                       dates[i].date, (long long)(second_s - time(NULL)));
        client_play(scenario);
        rig.no_unix_time = true;
        client_open_again();
        assert_int_equal(client_list_five(), dates[i].error);
    }
    assert_int_equal(client_served("requests_signed"), 1);
    client_restart_service("server", "");
}

static void certificate_that_ends_before_it_begins_is_never_good(void **state)
{
    static char const *const dates[] = {"Tue, 01 Dec 2026 00:00:00", "Fri, 01 Jan 2027 00:00:00",
                                        "Thu, 01 Jul 2027 00:00:00", "Sat, 01 Jan 2028 00:00:00",
                                        "Mon, 01 Jan 2029 00:00:00"};

    (void)state;
    client_restart_service("backwards", "");
    for (size_t i = 0; i < 2 * (sizeof dates / sizeof dates[0]); i++) {
        char scenario[64];
        enum pgtask_error error;

        (void)snprintf(scenario, sizeof scenario, "\"date\":\"%s GMT\"", dates[i / 2]);
        client_play(scenario);
        rig.no_unix_time = i % 2 == 0;
        client_open_again();
        error = client_list_five();
        assert_true(error == PGTASK_ERROR_TLS_EXPIRED || error == PGTASK_ERROR_TLS_NOT_YET_VALID);
    }
    assert_int_equal(client_served("requests_signed"), 0);
    client_restart_service("server", "");
}

static void port_without_a_time_that_could_be_is_one_without_a_clock(void **state)
{
    static int64_t const behind_s[] = {57 * YEAR_S, 2000 * YEAR_S, INT64_MAX};

    for (size_t i = 0; i < sizeof behind_s / sizeof behind_s[0]; i++) {
        int64_t unix_s = 7;

        (void)set_up(state);
        rig.unix_skew_s = -behind_s[i];
        assert_false(pgtask_client_unix_time_s(client, &unix_s));
        assert_int_equal(unix_s, 7);
        assert_int_equal(client_list_five(), PGTASK_DONE);
        assert_asked(1, 1);
        assert_true(pgtask_client_unix_time_s(client, &unix_s));
        assert_near(unix_s, time(NULL));
        (void)client_tear_down(state);
    }
    (void)set_up(state);
}

/* A body that comes slowly makes the time that was learned no older: it is that of the head. */
static void slow_body_does_not_delay_the_time(void **state)
{
    int64_t unix_s = 0;

    (void)state;
    rig.no_unix_time = true;
    client_play("\"slice_bytes\":100,\"slice_delay_s\":1.5,\"times\":1");
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_true(pgtask_client_unix_time_s(client, &unix_s));
    assert_near(unix_s, time(NULL));
}

/* The two clocks of the port may be asked thousands of times a day: rounding must not add up. */
static void learned_clock_stays_right_for_months(void **state)
{
    enum { STEPS = 100000, STEP_MS = 86399 }; /* 100 days: 2^32 ms lie in between */
    uint64_t passed_ms = 0;
    int64_t begin_s = 0;
    int64_t unix_s = 0;

    (void)state;
    rig.no_unix_time = true;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_true(pgtask_client_unix_time_s(client, &begin_s));
    assert_near(begin_s, time(NULL));
    time_t const real_s = time(NULL);

    for (unsigned i = 0; i < STEPS; i++) {
        int64_t expected_s;

        rig.skew_ms += STEP_MS;
        passed_ms += STEP_MS;
        assert_true(pgtask_client_unix_time_s(client, &unix_s));
        expected_s = begin_s + (int64_t)(passed_ms / 1000) + (time(NULL) - real_s);
        assert_true(unix_s >= expected_s - 1 && unix_s <= expected_s + 2);
    }
    assert_true(passed_ms > UINT32_MAX);
}

/* Likewise while it is used: each of these days has a listing, and the service's clock goes on. */
static void learned_clock_stays_right_over_listings_of_months(void **state)
{
    enum { DAYS = 60 };

    (void)state;
    rig.no_unix_time = true;
    for (int64_t day = 0; day <= DAYS; day++) {
        char scenario[64];
        int64_t unix_s = 0;

        (void)snprintf(scenario, sizeof scenario, "\"clock_offset_s\":%lld",
                       (long long)(day * DAY_S));
        client_play(scenario);
        assert_int_equal(client_list_five(), PGTASK_DONE);
        assert_true(pgtask_client_unix_time_s(client, &unix_s));
        assert_near(unix_s, time(NULL) + day * DAY_S);
        rig.skew_ms += 1000 * (uint64_t)DAY_S;
    }
    assert_asked(1, DAYS + 1); /* the time was learned once */
}

static void assert_time_is(int64_t expected_s)
{
    int64_t unix_s = 0;

    assert_true(pgtask_client_unix_time_s(client, &unix_s));
    assert_near(unix_s, expected_s);
}

static void port_whose_clock_is_set_right_counts_again(void **state)
{
    static struct {
        bool is_unknown;
        int64_t skew_s;
    } const wrong[] = {
        {true, 0}, {false, 400}, {false, -400}, {false, 40 * DAY_S}, {false, -YEAR_S}};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)set_up(state);
        rig.no_unix_time = wrong[i].is_unknown;
        rig.unix_skew_s = wrong[i].skew_s;
        assert_int_equal(client_list_five(), PGTASK_DONE);
        assert_time_is(time(NULL));

        /* Both clocks go on: the learned one counts. */
        client_pass_time(100000);
        assert_time_is(time(NULL) + 100000);

        /* Somebody sets the port's clock. It now goes 100 s before the learned one. */
        rig.no_unix_time = false;
        rig.unix_skew_s = 100000 + 100;
        assert_time_is(time(NULL) + 100100);
        (void)client_tear_down(state);
    }
    (void)set_up(state);
}

static void port_whose_clock_is_set_wrong_does_not_count(void **state)
{
    (void)state;
    rig.unix_skew_s = 40 * DAY_S;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    rig.unix_skew_s = 80 * YEAR_S;
    assert_time_is(time(NULL));
    rig.unix_skew_s = -25 * DAY_S;
    assert_time_is(time(NULL));
    rig.no_unix_time = true;
    assert_time_is(time(NULL));
}

static void clock_that_is_lost_while_the_client_waits_is_learned(void **state)
{
    struct pgtask_query const query = {.limit = 5};
    enum pgtask_error error;
    unsigned records = 0;

    (void)state;
    rig.config.request_interval_ms = 300;
    client_open_again();
    for (unsigned i = 0; i < 5; i++) { /* until the rate limit is reached */
        assert_int_equal(client_list_five(), PGTASK_DONE);
    }
    assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
    while ((error = pgtask_client_next(client, &rig.task)) == PGTASK_WOULD_BLOCK ||
           error == PGTASK_OK) {
        records += error == PGTASK_OK ? 1 : 0;
        rig.no_unix_time = true;
        if (error == PGTASK_WOULD_BLOCK) {
            pgtask_client_sleep(client);
        }
    }
    assert_int_equal(error, PGTASK_DONE);
    assert_int_equal(records, 5);
    assert_asked(1, 6);
}

static void clock_that_jumps_between_listings_is_corrected(void **state)
{
    int64_t const jumps_s[] = {-600, 600, 40 * DAY_S, slowest_skew_s(), -2 * YEAR_S};

    for (size_t i = 0; i < sizeof jumps_s / sizeof jumps_s[0]; i++) {
        (void)set_up(state);
        assert_int_equal(client_list_five(), PGTASK_DONE);
        rig.unix_skew_s = jumps_s[i];
        assert_int_equal(client_list_five(), PGTASK_DONE);
        assert_time_is(time(NULL));
        assert_int_equal(connections_made(client), 1);
        (void)client_tear_down(state);
    }
    (void)set_up(state);
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
    int64_t const skews_s[] = {-600, 600, -25 * DAY_S, slowest_skew_s(), -2 * YEAR_S, 40 * DAY_S};
    unsigned const expected = list_all() + 1;

    (void)simulator_start_task(&rig.simulator, "{\"age_s\":120,\"duration_s\":60}");
    for (size_t i = 0; i < sizeof skews_s / sizeof skews_s[0]; i++) {
        (void)client_tear_down(state);
        (void)set_up(state);
        rig.unix_skew_s = skews_s[i];
        assert_int_equal(list_all(), expected);
    }
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
        CLOCK_TEST(nobody_turns_the_time_back_before_the_earliest_one),
        CLOCK_TEST(fast_clock_by_which_a_certificate_has_expired_is_never_turned_back),
        CLOCK_TEST(slow_clock_before_the_certificates_is_corrected_over_the_same_connection),
        CLOCK_TEST(slow_clock_is_corrected_by_a_service_that_closes_each_connection),
        CLOCK_TEST(holder_of_an_expired_key_turns_no_clock_back),
        CLOCK_TEST(certificate_of_one_second_is_good_for_that_second),
        CLOCK_TEST(certificate_that_ends_before_it_begins_is_never_good),
        CLOCK_TEST(port_without_a_time_that_could_be_is_one_without_a_clock),
        CLOCK_TEST(slow_body_does_not_delay_the_time),
        CLOCK_TEST(learned_clock_stays_right_for_months),
        CLOCK_TEST(learned_clock_stays_right_over_listings_of_months),
        CLOCK_TEST(port_whose_clock_is_set_right_counts_again),
        CLOCK_TEST(port_whose_clock_is_set_wrong_does_not_count),
        CLOCK_TEST(clock_that_is_lost_while_the_client_waits_is_learned),
        CLOCK_TEST(clock_that_jumps_between_listings_is_corrected),
        CLOCK_TEST(task_of_today_is_listed_whatever_the_clock_was),
        CLOCK_TEST(clock_is_corrected_once_and_stays_so),
        CLOCK_TEST(clock_refused_twice_is_an_error),
        CLOCK_TEST(clock_refused_without_a_date_is_an_error_at_once),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
