/* SPDX-License-Identifier: MIT */
/* Times and certificates that the client refuses, whoever shows them; a time that is refused. */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"
#include "clock_rig.h"

static struct pgtask_client *const client = &rig.client;

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

        clock_count_from_now();
        client_play(dates[i].date);
        assert_int_equal(client_list_five(), dates[i].error);
        assert_int_equal(pgtask_client_failure(client)->error, dates[i].error);
        assert_false(pgtask_client_unix_time_s(client, &unix_s));
        clock_assert_asked(1, 0);
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
        clock_restart_service(cases[i].certificate);
        rig.no_unix_time = true;
        client_open_again();
        assert_int_equal(client_list_five(), cases[i].error);
        clock_assert_asked(1, 0);
        assert_int_equal(client_list_five(), cases[i].error); /* a kept session is refused too */
        clock_assert_asked(2, 0);
        rig.no_unix_time = false;
        client_open_again();
        assert_int_equal(client_list_five(), cases[i].error);
        /* The clock may be slow, but never fast: only what is not valid yet is asked for a time. */
        clock_assert_asked(cases[i].error == PGTASK_ERROR_TLS_NOT_YET_VALID ? 3 : 2, 0);
    }
    clock_restart_service("server");
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
    clock_restart_service("one_second");
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
    clock_restart_service("server");
}

static void certificate_that_ends_before_it_begins_is_never_good(void **state)
{
    static char const *const dates[] = {"Tue, 01 Dec 2026 00:00:00", "Fri, 01 Jan 2027 00:00:00",
                                        "Thu, 01 Jul 2027 00:00:00", "Sat, 01 Jan 2028 00:00:00",
                                        "Mon, 01 Jan 2029 00:00:00"};

    (void)state;
    clock_restart_service("backwards");
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
    clock_restart_service("server");
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
    clock_assert_asked(0, 1);
    rig.config.earliest_unix_s = time(NULL) + DAY_S;
    client_open_again();
    assert_int_equal(client_list_five(), PGTASK_ERROR_NO_TIME);
    assert_false(pgtask_client_unix_time_s(client, &unix_s));
    clock_assert_asked(1, 1);
}

static void fast_clock_by_which_a_certificate_has_expired_is_never_turned_back(void **state)
{
    static int64_t const ahead_s[] = {3 * YEAR_S, 79 * YEAR_S, 8000 * YEAR_S,
                                      INT64_MAX - 3 * YEAR_S * 1000};

    (void)state;
    for (size_t i = 0; i < sizeof ahead_s / sizeof ahead_s[0]; i++) {
        rig.unix_skew_s = ahead_s[i];
        assert_int_equal(client_list_five(), PGTASK_ERROR_TLS_EXPIRED);
        clock_assert_asked(0, 0);
    }
    rig.no_unix_time = true; /* the port says that it does not trust its clock */
    assert_int_equal(client_list_five(), PGTASK_DONE);
    clock_assert_asked(1, 1);
}

/* The Date of a peer is what somebody with an old key can choose freely. */
static void holder_of_an_expired_key_turns_no_clock_back(void **state)
{
    int64_t const hour_before_end_s = time(NULL) - DAY_S;

    (void)state;
    rig.unix_skew_s = clock_slowest_skew_s();
    assert_int_equal(client_list_five(), PGTASK_DONE); /* the time is learned from the service */
    clock_restart_service("just_expired");
    client_play_offset(hour_before_end_s - time(NULL));
    pgtask_client_cancel(client);
    assert_int_equal(client_list_five(), PGTASK_ERROR_TLS_EXPIRED);
    rig.unix_skew_s = 0;
    client_open_again(); /* the port's clock is right now, and nothing was learned */
    assert_int_equal(client_list_five(), PGTASK_ERROR_TLS_EXPIRED);
    clock_assert_asked(0, 0);
    clock_restart_service("server");
}

static void clock_refused_twice_is_an_error(void **state)
{
    (void)state;
    client_play("\"error_code\":\"AuthFailure.SignatureExpire\"");
    assert_int_equal(client_list_five(), PGTASK_ERROR_SERVICE);
    assert_string_equal(pgtask_client_failure(client)->code, "AuthFailure.SignatureExpire");
    clock_assert_asked(0, 2);
}

static void clock_refused_without_a_date_is_an_error_at_once(void **state)
{
    (void)state;
    client_play("\"error_code\":\"AuthFailure.SignatureExpire\",\"date\":\"none\"");
    assert_int_equal(client_list_five(), PGTASK_ERROR_SERVICE);
    clock_assert_asked(0, 1);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        CLOCK_TEST(date_that_is_not_a_time_ends_the_listing_before_anything_is_signed),
        CLOCK_TEST(certificate_out_of_its_time_is_refused_before_anything_is_signed),
        CLOCK_TEST(certificate_of_one_second_is_good_for_that_second),
        CLOCK_TEST(certificate_that_ends_before_it_begins_is_never_good),
        CLOCK_TEST(nobody_turns_the_time_back_before_the_earliest_one),
        CLOCK_TEST(fast_clock_by_which_a_certificate_has_expired_is_never_turned_back),
        CLOCK_TEST(holder_of_an_expired_key_turns_no_clock_back),
        CLOCK_TEST(clock_refused_twice_is_an_error),
        CLOCK_TEST(clock_refused_without_a_date_is_an_error_at_once),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
