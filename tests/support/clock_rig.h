/* SPDX-License-Identifier: MIT */
/**
 * @file clock_rig.h
 * What tests of the client's time start with, over client_rig.h: they count the requests that were
 * signed and those that were not, and compare the time that the client believes.
 */
#ifndef PGTASK_TEST_CLOCK_RIG_H
#define PGTASK_TEST_CLOCK_RIG_H

#include <stdint.h>

#define DAY_S  INT64_C(86400)
#define YEAR_S (365 * DAY_S)

/** For cmocka: client_set_up(), and clock_count_from_now(). */
int clock_set_up(void **state);

/** Counts the requests that the service gets from now on. */
void clock_count_from_now(void);

/** client_restart_service() with all defaults. The service that it starts has no requests yet, and
 *  all of its requests are counted. */
void clock_restart_service(char const *name);

/** Asserts how many requests the service has got without a signature, and with one. */
void clock_assert_asked(long unsigned_ones, long signed_ones);

/** Asserts that two times differ by at most 2 s. */
void clock_assert_near(int64_t unix_s, int64_t expected_s);

/** Asserts that the client knows the time, and that it is near this one. */
void clock_assert_is(int64_t expected_s);

/** @return a skew as slow as PGTASK_EARLIEST_UNIX_S allows: the clock shows a time before the
 *          certificates of the test were made */
int64_t clock_slowest_skew_s(void);

#define CLOCK_TEST(test) cmocka_unit_test_setup_teardown(test, clock_set_up, client_tear_down)

#endif
