/* SPDX-License-Identifier: MIT */
/* The learned time over hours and months, and beside a port's clock that is set, lost or jumps. */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"
#include "clock_rig.h"

static struct pgtask_client *const client = &rig.client;

static void learned_time_goes_on_with_the_monotonic_clock(void **state)
{
    (void)state;
    rig.no_unix_time = true;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    rig.skew_ms += 100000;
    clock_assert_is(time(NULL) + 100);
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(1, 2);
}

/* A body that comes slowly makes the time that was learned no older: it is that of the head. */
static void slow_body_does_not_delay_the_time(void **state)
{
    (void)state;
    rig.no_unix_time = true;
    client_play("\"slice_bytes\":100,\"slice_delay_s\":1.5,\"times\":1");
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_is(time(NULL));
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
    clock_assert_near(begin_s, time(NULL));
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
        client_play_offset(day * DAY_S);
        assert_int_equal(client_list_five(), PGTASK_DONE);
        clock_assert_is(time(NULL) + day * DAY_S);
        rig.skew_ms += 1000 * (uint64_t)DAY_S;
    }
    clock_assert_asked(1, DAYS + 1); /* the time was learned once */
}

static void port_whose_clock_is_set_right_counts_again(void **state)
{
    static struct {
        bool is_unknown;
        int64_t skew_s;
    } const wrong[] = {
        {true, 0}, {false, 400}, {false, -400}, {false, 40 * DAY_S}, {false, -YEAR_S}};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)clock_set_up(state);
        rig.no_unix_time = wrong[i].is_unknown;
        rig.unix_skew_s = wrong[i].skew_s;
        assert_int_equal(client_list_five(), PGTASK_DONE);
        clock_assert_is(time(NULL));

        /* Both clocks go on: the learned one counts. */
        client_pass_time(100000);
        clock_assert_is(time(NULL) + 100000);

        /* Somebody sets the port's clock. It now goes 100 s before the learned one. */
        rig.no_unix_time = false;
        rig.unix_skew_s = 100000 + 100;
        clock_assert_is(time(NULL) + 100100);
        (void)client_tear_down(state);
    }
    (void)clock_set_up(state);
}

static void port_whose_clock_is_set_wrong_does_not_count(void **state)
{
    (void)state;
    rig.unix_skew_s = 40 * DAY_S;
    assert_int_equal(client_list_five(), PGTASK_DONE);
    rig.unix_skew_s = 80 * YEAR_S;
    clock_assert_is(time(NULL));
    rig.unix_skew_s = -25 * DAY_S;
    clock_assert_is(time(NULL));
    rig.no_unix_time = true;
    clock_assert_is(time(NULL));
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
    clock_assert_asked(1, 6);
}

static void clock_that_jumps_between_listings_is_corrected(void **state)
{
    int64_t const jumps_s[] = {-600, 600, 40 * DAY_S, clock_slowest_skew_s(), -2 * YEAR_S};

    for (size_t i = 0; i < sizeof jumps_s / sizeof jumps_s[0]; i++) {
        (void)clock_set_up(state);
        assert_int_equal(client_list_five(), PGTASK_DONE);
        rig.unix_skew_s = jumps_s[i];
        assert_int_equal(client_list_five(), PGTASK_DONE);
        clock_assert_is(time(NULL));
        assert_int_equal(connections_made(client), 1);
        (void)client_tear_down(state);
    }
    (void)clock_set_up(state);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        CLOCK_TEST(learned_time_goes_on_with_the_monotonic_clock),
        CLOCK_TEST(slow_body_does_not_delay_the_time),
        CLOCK_TEST(learned_clock_stays_right_for_months),
        CLOCK_TEST(learned_clock_stays_right_over_listings_of_months),
        CLOCK_TEST(port_whose_clock_is_set_right_counts_again),
        CLOCK_TEST(port_whose_clock_is_set_wrong_does_not_count),
        CLOCK_TEST(clock_that_is_lost_while_the_client_waits_is_learned),
        CLOCK_TEST(clock_that_jumps_between_listings_is_corrected),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
