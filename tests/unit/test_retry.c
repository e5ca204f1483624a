/* SPDX-License-Identifier: MIT */
/*
 * When the client tries again, how long it waits, and when it gives up. Only the test moves the
 * clock, and the test sets the random numbers. Bytes come in real time.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

/* Bytes of the random numbers that choose the whole wait, half of it, or no wait. */
enum { WHOLE = 0xff, HALF = 0x80, NONE = 0 };

enum { STEPS_MOST = 20000, PATIENCE_MS = 10000 };

static struct pgtask_client *const client = &rig.client;
static struct pgtask_query const five = {.limit = 5};

static struct {
    uint64_t now_ms;
    uint8_t chance; /* each byte of a random number, unless it is for a key */
    unsigned records;
    long requests; /* that the service had when the test began */
} fake;

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    return fake.now_ms;
}

/* TLS asks for more bytes than a number has, and gets true random bytes. */
static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    if (length > sizeof(uint32_t)) {
        return rig.posix.port.entropy(context, bytes, length);
    }
    memset(bytes, fake.chance, length);
    return PGTASK_OK;
}

static int set_up(void **state)
{
    (void)client_set_up(state);
    fake.now_ms = 1000000;
    fake.chance = WHOLE;
    fake.requests = client_served("requests");
    rig.port.monotonic_ms = monotonic_ms;
    rig.port.entropy = entropy;
    rig.config.retry = (struct pgtask_retry_policy){.attempts = 0};
    rig.config.request_interval_ms = 0;
    rig.config.timeout_ms = 0;
    client_open_again();
    return 0;
}

static void start(void)
{
    fake.records = 0;
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
}

/*
 * Goes on until the listing is over, or until it only waits for a time: then it returns
 * PGTASK_WOULD_BLOCK, and `until_ms` is that time.
 */
static enum pgtask_error run(uint64_t *until_ms)
{
    for (unsigned steps = 0; steps < STEPS_MOST; steps++) {
        enum pgtask_error const error = pgtask_client_next(client, &rig.task);
        enum pgtask_interest interest;

        if (error == PGTASK_OK) {
            fake.records++;
            continue;
        }
        if (error != PGTASK_WOULD_BLOCK) {
            return error;
        }
        interest = pgtask_client_wait_for(client, until_ms);
        if (interest != PGTASK_INTEREST_TIME) {
            rig.posix.port.wait(&rig.posix, interest,
                                rig.posix.port.monotonic_ms(&rig.posix) + PATIENCE_MS);
        } else if (*until_ms > fake.now_ms) {
            return error;
        }
    }
    fail_msg("%s", "no end");
    return PGTASK_WOULD_BLOCK;
}

/* Asserts how long the next wait is: a millisecond before its end nothing has changed. */
static void assert_waits(uint32_t wait_ms)
{
    uint64_t until_ms = 0;

    assert_int_equal(run(&until_ms), PGTASK_WOULD_BLOCK);
    assert_int_equal(until_ms - fake.now_ms, wait_ms);
    fake.now_ms = until_ms - 1;
    assert_int_equal(run(&until_ms), PGTASK_WOULD_BLOCK);
    assert_int_equal(until_ms - fake.now_ms, 1);
    fake.now_ms = until_ms;
}

static void assert_ends(enum pgtask_error expected, uint32_t requests)
{
    uint64_t until_ms;

    assert_int_equal(run(&until_ms), expected);
    assert_int_equal(fake.records, expected == PGTASK_DONE ? 5 : 0);
    assert_int_equal(client_served("requests") - fake.requests, requests);
    assert_int_equal(pgtask_client_counters(client)->requests, requests);
}

static void begin_anew(char const *scenario)
{
    client_play(scenario);
    client_open_again();
    fake.requests = client_served("requests");
    start();
}

static void waits_double_from_half_a_second_over_five_attempts(void **state)
{
    (void)state;
    begin_anew("\"error_code\":\"RequestLimitExceeded\"");
    assert_waits(500);
    assert_waits(1000);
    assert_waits(2000);
    assert_waits(4000);
    assert_ends(PGTASK_ERROR_SERVICE, 5);
    assert_string_equal(pgtask_client_failure(client)->code, "RequestLimitExceeded");
    assert_int_equal(pgtask_client_counters(client)->retries, 4);
}

static void wait_is_a_random_share_of_the_longest(void **state)
{
    (void)state;
    fake.chance = HALF;
    begin_anew("\"error_code\":\"ServiceUnavailable\",\"times\":3");
    assert_waits(251); /* 0x80808080 / 2^32 is 0.50196, of 0 to 500 */
    assert_waits(502);
    fake.chance = WHOLE;
    assert_waits(2000);
    assert_ends(PGTASK_DONE, 4);
}

/* There is no wait for the retry, but the rate limit of the service still holds. */
static void retry_without_a_wait_still_keeps_to_the_rate(void **state)
{
    (void)state;
    fake.chance = NONE;
    begin_anew("\"error_code\":\"RequestLimitExceeded\",\"times\":2");
    assert_waits(PGTASK_PACE_INTERVAL_MS);
    assert_waits(PGTASK_PACE_INTERVAL_MS);
    assert_ends(PGTASK_DONE, 3);
}

static void every_code_of_the_rate_limit_is_retried(void **state)
{
    static char const *const codes[] = {"RequestLimitExceeded",
                                        "RequestLimitExceeded.IPLimitExceeded",
                                        "RequestLimitExceeded.UinLimitExceeded",
                                        "RequestLimitExceeded.GlobalRegionUinLimitExceeded"};

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char scenario[100];

        (void)snprintf(scenario, sizeof scenario, "\"error_code\":\"%s\",\"times\":1", codes[i]);
        begin_anew(scenario);
        assert_waits(500);
        assert_ends(PGTASK_DONE, 2);
    }
}

static void internal_error_is_retried_twice(void **state)
{
    (void)state;
    begin_anew("\"error_code\":\"InternalError\"");
    assert_waits(500);
    assert_waits(1000);
    assert_ends(PGTASK_ERROR_SERVICE, 3);
}

static void refusal_that_lasts_is_not_retried(void **state)
{
    static char const *const codes[] = {"AuthFailure.SignatureFailure",
                                        "UnauthorizedOperation",
                                        "InvalidParameterValue",
                                        "LimitExceeded",
                                        "FailedOperation",
                                        "AuthFailure.TokenFailure"};

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char scenario[100];

        (void)snprintf(scenario, sizeof scenario, "\"error_code\":\"%s\"", codes[i]);
        begin_anew(scenario);
        assert_ends(PGTASK_ERROR_SERVICE, 1);
    }
}

static void status_of_passing_trouble_is_retried(void **state)
{
    static char const *const answers[] = {"status_429", "status_500", "html_502", "status_503",
                                          "status_504"};

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        char scenario[100];

        (void)snprintf(scenario, sizeof scenario, "\"answer\":\"%s\",\"times\":1", answers[i]);
        begin_anew(scenario);
        assert_waits(500);
        assert_ends(PGTASK_DONE, 2);
    }
}

static void other_status_is_not_retried(void **state)
{
    static struct {
        char const *answer;
        int32_t status;
    } const cases[] = {{"status_204", 204}, {"status_301", 301}, {"status_302", 302},
                       {"status_400", 400}, {"status_403", 403}, {"status_404", 404},
                       {"status_413", 413}, {"status_501", 501}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char scenario[100];

        (void)snprintf(scenario, sizeof scenario, "\"answer\":\"%s\"", cases[i].answer);
        begin_anew(scenario);
        assert_ends(PGTASK_ERROR_HTTP_STATUS, 1);
        assert_int_equal(pgtask_client_failure(client)->detail, cases[i].status);
    }
}

static void answer_that_broke_off_is_asked_for_again(void **state)
{
    static char const *const scenarios[] = {
        "\"truncate_at\":300,\"times\":1",
        "\"truncate_at\":300,\"close_notify\":false,\"times\":1",
        "\"reset_at\":300,\"times\":1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        begin_anew(scenarios[i]);
        assert_waits(500);
        assert_ends(PGTASK_DONE, 2);
    }
}

static void retries_follow_the_policy_of_the_caller(void **state)
{
    (void)state;
    rig.config.retry = (struct pgtask_retry_policy){
        .attempts = 6, .few_attempts = 2, .base_ms = 100, .cap_ms = 350};
    begin_anew("\"answer\":\"status_503\"");
    assert_waits(100);
    assert_waits(200);
    assert_waits(350);
    assert_waits(350);
    assert_waits(350);
    assert_ends(PGTASK_ERROR_HTTP_STATUS, 6);
    begin_anew("\"error_code\":\"InternalError\"");
    assert_waits(100);
    assert_ends(PGTASK_ERROR_SERVICE, 2);
    rig.config.retry.attempts = 1;
    begin_anew("\"answer\":\"status_503\"");
    assert_ends(PGTASK_ERROR_HTTP_STATUS, 1);
}

static void wait_that_would_pass_the_deadline_is_not_begun(void **state)
{
    (void)state;
    rig.config.timeout_ms = 3500;
    begin_anew("\"error_code\":\"RequestLimitExceeded\"");
    assert_waits(500);
    assert_waits(1000);
    assert_ends(PGTASK_ERROR_SERVICE, 3); /* 2,000 ms more would be just too late */
    rig.config.timeout_ms = 3501;
    begin_anew("\"error_code\":\"RequestLimitExceeded\"");
    assert_waits(500);
    assert_waits(1000);
    assert_waits(2000);
    assert_ends(PGTASK_ERROR_SERVICE, 4);
}

static void deadline_covers_all_attempts(void **state)
{
    uint64_t until_ms = 0;

    (void)state;
    rig.config.timeout_ms = 3000;
    begin_anew("\"error_code\":\"RequestLimitExceeded\"");
    assert_waits(500);
    assert_int_equal(run(&until_ms), PGTASK_WOULD_BLOCK);
    fake.now_ms += 2500;
    assert_ends(PGTASK_ERROR_TIMEOUT, 2);
}

static void deadline_covers_all_pages(void **state)
{
    struct pgtask_query const query = {.limit = 50};
    uint64_t until_ms;
    enum pgtask_error error;

    (void)state;
    rig.config.timeout_ms = 1000;
    client_open_again();
    assert_int_equal(pgtask_client_list_all(client, &query), PGTASK_OK);
    fake.records = 0;
    while ((error = run(&until_ms)) == PGTASK_WOULD_BLOCK) {
        assert_int_equal(until_ms - fake.now_ms, PGTASK_PACE_INTERVAL_MS); /* between pages */
        fake.now_ms += 400;
    }
    assert_int_equal(error, PGTASK_ERROR_TIMEOUT);
    assert_int_equal(fake.records, 150); /* at 0, 400 and 800 ms */
}

static void requests_keep_their_distance_and_the_first_goes_at_once(void **state)
{
    (void)state;
    begin_anew("");
    assert_ends(PGTASK_DONE, 1);
    start();
    assert_waits(PGTASK_PACE_INTERVAL_MS);
    assert_ends(PGTASK_DONE, 2);
    fake.now_ms += 20;
    start();
    assert_waits(PGTASK_PACE_INTERVAL_MS - 20);
    assert_ends(PGTASK_DONE, 3);
    fake.now_ms += PGTASK_PACE_INTERVAL_MS;
    start();
    assert_ends(PGTASK_DONE, 4);
    rig.config.request_interval_ms = 2000;
    begin_anew("");
    assert_ends(PGTASK_DONE, 1);
    start();
    assert_waits(2000);
    assert_ends(PGTASK_DONE, 2);
}

/* Sleeps in real time, for 100 ms at most. */
static void wait_for_bytes(void)
{
    rig.posix.port.wait(&rig.posix, PGTASK_INTEREST_READ,
                        rig.posix.port.monotonic_ms(&rig.posix) + 100);
}

static void silent_peer_is_cut_off_after_15_s(void **state)
{
    uint64_t until_ms = 0;
    enum pgtask_error error;

    (void)state;
    rig.config.retry.attempts = 1;
    begin_anew("\"stall_at\":0");
    while (client->state != PGTASK_CLIENT_RECEIVE) {
        error = pgtask_client_next(client, &rig.task);
        assert_int_equal(error, PGTASK_WOULD_BLOCK);
        if (client->state != PGTASK_CLIENT_RECEIVE) {
            pgtask_client_sleep(client);
        }
    }
    while (client_served("requests") == fake.requests) {
        wait_for_bytes(); /* the service has sent its tickets before it counts the request */
    }
    for (int i = 0; i < 5; i++) { /* each of the tickets takes a call */
        wait_for_bytes();
        assert_int_equal(pgtask_client_next(client, &rig.task), PGTASK_WOULD_BLOCK);
    }
    assert_int_equal(pgtask_client_wait_for(client, &until_ms), PGTASK_INTEREST_READ);
    assert_int_equal(until_ms - fake.now_ms, 15000);
    fake.now_ms += 14999;
    assert_int_equal(pgtask_client_next(client, &rig.task), PGTASK_WOULD_BLOCK);
    fake.now_ms += 1;
    assert_int_equal(pgtask_client_next(client, &rig.task), PGTASK_ERROR_STALLED);
}

/* A pause of the caller is not silence of the peer: the client first reads what came meanwhile. */
static void caller_that_pauses_between_records_is_not_cut_off(void **state)
{
    struct pgtask_query const query = {.limit = 30};
    uint64_t until_ms;
    enum pgtask_error error;

    (void)state;
    rig.config.timeout_ms = 3600000;
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
    fake.records = 0;
    while (fake.records < 30) {
        unsigned const records = fake.records;

        error = pgtask_client_next(client, &rig.task);
        if (error == PGTASK_OK) {
            fake.records++;
            fake.now_ms += 20000;
            rig.posix.port.wait(&rig.posix, PGTASK_INTEREST_READ,
                                rig.posix.port.monotonic_ms(&rig.posix) + 50);
        } else {
            assert_int_equal(error, PGTASK_WOULD_BLOCK);
            assert_int_equal(records, 0);
            pgtask_client_sleep(client);
        }
    }
    assert_int_equal(run(&until_ms), PGTASK_DONE);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
}

/* Real time from here on: a byte each 0.3 s is less than 64 bytes in half a second, even with the
 * overhead of TLS. */
static void trickle_is_cut_off_as_stalled(void **state)
{
    uint64_t begin_ms;
    unsigned records;

    (void)state;
    rig.port.monotonic_ms = rig.posix.port.monotonic_ms;
    rig.config.stall_ms = 500;
    rig.config.retry.attempts = 1;
    begin_anew("\"slice_bytes\":1,\"slice_delay_s\":0.3");
    begin_ms = rig.posix.port.monotonic_ms(&rig.posix);
    assert_int_equal(client_finish(&records), PGTASK_ERROR_STALLED);
    assert_int_equal(pgtask_client_failure(client)->error, PGTASK_ERROR_STALLED);
    assert_in_range(rig.posix.port.monotonic_ms(&rig.posix) - begin_ms, 500, 5000);
    client_play("");
    start();
    assert_int_equal(client_finish(&records), PGTASK_DONE);
}

#define RETRY_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, client_tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        RETRY_TEST(waits_double_from_half_a_second_over_five_attempts),
        RETRY_TEST(wait_is_a_random_share_of_the_longest),
        RETRY_TEST(retry_without_a_wait_still_keeps_to_the_rate),
        RETRY_TEST(every_code_of_the_rate_limit_is_retried),
        RETRY_TEST(internal_error_is_retried_twice),
        RETRY_TEST(refusal_that_lasts_is_not_retried),
        RETRY_TEST(status_of_passing_trouble_is_retried),
        RETRY_TEST(other_status_is_not_retried),
        RETRY_TEST(answer_that_broke_off_is_asked_for_again),
        RETRY_TEST(retries_follow_the_policy_of_the_caller),
        RETRY_TEST(wait_that_would_pass_the_deadline_is_not_begun),
        RETRY_TEST(deadline_covers_all_attempts),
        RETRY_TEST(deadline_covers_all_pages),
        RETRY_TEST(requests_keep_their_distance_and_the_first_goes_at_once),
        RETRY_TEST(silent_peer_is_cut_off_after_15_s),
        RETRY_TEST(caller_that_pauses_between_records_is_not_cut_off),
        RETRY_TEST(trickle_is_cut_off_as_stalled),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
