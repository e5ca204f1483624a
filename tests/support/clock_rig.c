/* SPDX-License-Identifier: MIT */
/* The service counts its requests; the rig remembers what it had when a test began. */
#include "clock_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "client_rig.h"

/* How many requests the service had when counting began. */
static struct {
    long requests;
    long signed_ones;
} before;

int clock_set_up(void **state)
{
    (void)client_set_up(state);
    clock_count_from_now();
    return 0;
}

void clock_count_from_now(void)
{
    before.requests = client_served("requests");
    before.signed_ones = client_served("requests_signed");
}

void clock_restart_service(char const *name)
{
    client_restart_service(name, "");
    before.requests = 0;
    before.signed_ones = 0;
}

void clock_assert_asked(long unsigned_ones, long signed_ones)
{
    assert_int_equal(client_served("requests_signed") - before.signed_ones, signed_ones);
    assert_int_equal(client_served("requests") - before.requests, unsigned_ones + signed_ones);
}

void clock_assert_near(int64_t unix_s, int64_t expected_s)
{
    assert_true(unix_s >= expected_s - 2 && unix_s <= expected_s + 2);
}

void clock_assert_is(int64_t expected_s)
{
    int64_t unix_s = 0;

    assert_true(pgtask_client_unix_time_s(&rig.client, &unix_s));
    clock_assert_near(unix_s, expected_s);
}

int64_t clock_slowest_skew_s(void)
{
    return PGTASK_EARLIEST_UNIX_S - time(NULL) + 60;
}
