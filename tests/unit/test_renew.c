/* SPDX-License-Identifier: MIT */
/* Credentials that the caller renews: when the client calls renew(), with what, and what the
 * results do. */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

#define LONG_TOKEN_LENGTH 3000

static struct pgtask_client *const client = &rig.client;
static struct pgtask_query const five = {.limit = 5};
static char long_token[LONG_TOKEN_LENGTH + 1];

/* Accounts of the service. Their tokens have different lengths. */
static struct pgtask_credentials const plain = {"AKIDplain", "key-of-plain", NULL};
static struct pgtask_credentials const brief = {"AKIDbrief", "key-of-brief", "t"};
static struct pgtask_credentials const lengthy = {"AKIDlengthy", "key-of-lengthy", long_token};
static struct pgtask_credentials const stale = {"AKIDbrief", "key-of-brief", "of-yesterday"};

/* What renew() returns, call by call, the last value for ever; and its arguments. */
static struct {
    struct {
        enum pgtask_error error;
        struct pgtask_credentials const *credentials;
    } answers[8];
    unsigned answer_count;
    unsigned calls;
    unsigned refusals;
    bool last_refused;
    void *context;
    struct pgtask_credentials at_hand; /* at the last call */
} renewal;

static enum pgtask_error renew(void *context, bool refused, struct pgtask_credentials *credentials)
{
    unsigned const last = renewal.answer_count - 1;
    unsigned const at = renewal.calls < last ? renewal.calls : last;

    renewal.calls++;
    renewal.refusals += refused;
    renewal.last_refused = refused;
    renewal.context = context;
    renewal.at_hand = *credentials;
    if (renewal.answers[at].credentials != NULL) {
        *credentials = *renewal.answers[at].credentials;
    }
    return renewal.answers[at].error;
}

static void will_answer(enum pgtask_error error, struct pgtask_credentials const *credentials)
{
    renewal.answers[renewal.answer_count].error = error;
    renewal.answers[renewal.answer_count++].credentials = credentials;
}

static int start_service(void **state)
{
    char options[LONG_TOKEN_LENGTH + 200];

    memset(long_token, 'x', LONG_TOKEN_LENGTH);
    (void)client_start_service(state);
    (void)snprintf(options, sizeof options,
                   "--account AKIDplain:key-of-plain --account AKIDbrief:key-of-brief:t "
                   "--account AKIDlengthy:key-of-lengthy:%s",
                   long_token);
    client_restart_service("server", options);
    return 0;
}

static int set_up(void **state)
{
    (void)client_set_up(state);
    memset(&renewal, 0, sizeof renewal);
    rig.config.credentials = (struct pgtask_credentials){.secret_id = NULL};
    rig.config.renew = renew;
    rig.config.renew_context = &renewal;
    client_open_again();
    return 0;
}

static void renewal_is_asked_for_before_each_request(void **state)
{
    struct pgtask_query const all = {.limit = 100};
    unsigned records;

    (void)state;
    will_answer(PGTASK_OK, &brief);
    will_answer(PGTASK_OK, &lengthy);
    will_answer(PGTASK_OK, &plain);
    will_answer(PGTASK_OK, &brief);
    assert_int_equal(pgtask_client_list_all(client, &all), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_DONE);
    assert_int_equal(records, CLIENT_TASKS);
    assert_int_equal(renewal.calls, 3); /* pages of 100 */
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_int_equal(renewal.calls, 4);
    assert_int_equal(renewal.refusals, 0);
    assert_ptr_equal(renewal.context, &renewal);
    assert_ptr_equal(renewal.at_hand.secret_id, plain.secret_id);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
}

static void renewal_hears_once_that_the_token_was_refused(void **state)
{
    (void)state;
    will_answer(PGTASK_OK, &stale);
    will_answer(PGTASK_OK, &lengthy);
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_int_equal(renewal.calls, 2);
    assert_int_equal(renewal.refusals, 1);
    assert_true(renewal.last_refused);
    assert_int_equal(pgtask_client_counters(client)->requests, 2);
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_int_equal(renewal.calls, 3);
    assert_int_equal(renewal.refusals, 1);
}

static void token_refused_twice_is_an_error(void **state)
{
    (void)state;
    will_answer(PGTASK_OK, &stale);
    assert_int_equal(client_list_five(), PGTASK_ERROR_SERVICE);
    assert_string_equal(pgtask_client_failure(client)->code, "AuthFailure.TokenFailure");
    assert_int_equal(renewal.calls, 2);
    assert_int_equal(renewal.refusals, 1);
    assert_int_equal(pgtask_client_counters(client)->requests, 2);
}

static void token_refused_without_renewal_is_an_error_at_once(void **state)
{
    (void)state;
    rig.config.renew = NULL;
    rig.config.credentials = stale;
    client_open_again();
    assert_int_equal(client_list_five(), PGTASK_ERROR_SERVICE);
    assert_int_equal(pgtask_client_counters(client)->requests, 1);
}

/* New credentials would not mend any other refusal. */
static void renewal_does_not_hear_of_other_refusals(void **state)
{
    (void)state;
    will_answer(PGTASK_OK, &brief);
    client_play("\"error_code\":\"AuthFailure.UnauthorizedOperation\"");
    assert_int_equal(client_list_five(), PGTASK_ERROR_SERVICE);
    client_play("");
    assert_int_equal(client_list_five(), PGTASK_DONE);
    assert_int_equal(renewal.calls, 2);
    assert_int_equal(renewal.refusals, 0);
}

/* Finishes the listing, and moves the clock over each wait for renew(). @return the waits */
static unsigned list_and_skip_waits(void)
{
    unsigned waits = 0;
    enum pgtask_error error;

    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    while ((error = pgtask_client_next(client, &rig.task)) >= 0 && error != PGTASK_DONE) {
        uint64_t until_ms = 0;

        if (error == PGTASK_WOULD_BLOCK) {
            enum pgtask_interest const interest = pgtask_client_wait_for(client, &until_ms);
            uint64_t const now_ms = rig.port.monotonic_ms(NULL);

            if (interest == PGTASK_INTEREST_TIME && until_ms > now_ms + 10) {
                unsigned const calls = renewal.calls;

                assert_int_equal(pgtask_client_next(client, &rig.task), PGTASK_WOULD_BLOCK);
                assert_int_equal(renewal.calls,
                                 calls); /* renew() is not called before the time has come */
                rig.skew_ms += until_ms - now_ms;
                waits++;
            } else {
                pgtask_client_sleep(client);
            }
        }
    }
    assert_int_equal(error, PGTASK_DONE);
    return waits;
}

static void renewal_that_takes_time_is_asked_again_later_on_the_same_connection(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 7; i++) {
        will_answer(PGTASK_WOULD_BLOCK, NULL);
    }
    will_answer(PGTASK_OK, &lengthy);
    assert_int_equal(list_and_skip_waits(), 7);
    assert_int_equal(renewal.calls, 8);
    assert_int_equal(connections_made(client), 1);
    assert_int_equal(pgtask_client_counters(client)->requests, 1);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
}

static void waiting_for_renewal_does_not_count_as_an_attempt(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 7; i++) {
        will_answer(PGTASK_WOULD_BLOCK, NULL);
    }
    will_answer(PGTASK_OK, &brief);
    client_play("\"error_code\":\"RequestLimitExceeded\",\"times\":1");
    assert_int_equal(list_and_skip_waits(), 7);
    assert_int_equal(pgtask_client_counters(client)->requests, 2);
}

static void renewal_that_never_comes_ends_at_the_deadline(void **state)
{
    unsigned records;
    unsigned waits = 0;
    enum pgtask_error error;

    (void)state;
    will_answer(PGTASK_WOULD_BLOCK, NULL);
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    while ((error = pgtask_client_next(client, &rig.task)) == PGTASK_WOULD_BLOCK) {
        if (renewal.calls > 0) {
            rig.skew_ms += 1000;
            waits++;
        } else {
            pgtask_client_sleep(client);
        }
    }
    assert_int_equal(error, PGTASK_ERROR_TIMEOUT);
    assert_in_range(waits, 19, 21);
    assert_int_equal(pgtask_client_counters(client)->requests, 0);
    renewal.answer_count = 0;
    will_answer(PGTASK_OK, &brief);
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_DONE);
}

static void renewal_that_fails_is_reported_and_nothing_is_sent(void **state)
{
    static struct pgtask_credentials const empty = {"", "", NULL};
    static struct pgtask_credentials const broken = {"AKIDplain", "key-of-plain", "a\r\nX: y"};

    (void)state;
    will_answer(PGTASK_ERROR_CREDENTIALS, NULL);
    will_answer(PGTASK_ERROR_PORT, NULL);
    will_answer(PGTASK_OK, NULL); /* leaves no credentials */
    will_answer(PGTASK_OK, &empty);
    will_answer(PGTASK_OK, &broken);
    for (unsigned calls = 1; calls <= 5; calls++) {
        assert_int_equal(client_list_five(), PGTASK_ERROR_CREDENTIALS);
        assert_int_equal(pgtask_client_failure(client)->error, PGTASK_ERROR_CREDENTIALS);
        assert_int_equal(renewal.calls, calls);
    }
    assert_int_equal(pgtask_client_counters(client)->requests, 0);
}

/* What renew() does with its own client; and what that returns. */
static struct {
    enum { LISTS, LISTS_ALL, GOES_ON, CANCELS, CLOSES, OPENS } deed;
    enum pgtask_error error;
} misuse;

static enum pgtask_error renew_and_misuse(void *context, bool refused,
                                          struct pgtask_credentials *credentials)
{
    struct pgtask_task other;

    switch (misuse.deed) {
    case LISTS: misuse.error = pgtask_client_list(client, &five); break;
    case LISTS_ALL: misuse.error = pgtask_client_list_all(client, &five); break;
    case GOES_ON: misuse.error = pgtask_client_next(client, &other); break;
    case CANCELS: pgtask_client_cancel(client); break;
    case CLOSES: pgtask_client_close(client); break;
    case OPENS: misuse.error = pgtask_client_open(client, &rig.config, &rig.port); break;
    }
    return renew(context, refused, credentials);
}

static void renewal_cannot_change_its_own_client(void **state)
{
    rig.config.renew = renew_and_misuse;
    client_open_again();
    will_answer(PGTASK_OK, &brief);
    for (misuse.deed = LISTS; misuse.deed <= OPENS; misuse.deed++) {
        misuse.error = PGTASK_ERROR_STATE;
        assert_int_equal(client_list_five(), PGTASK_DONE);
        assert_int_equal(misuse.error, PGTASK_ERROR_STATE);
        assert_int_equal(renewal.calls, misuse.deed + 1);
        assert_true(pgtask_client_is_open(client));
    }
    assert_int_equal(connections_made(client), 1);
    (void)state;
}

#define RENEW_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, client_tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        RENEW_TEST(renewal_is_asked_for_before_each_request),
        RENEW_TEST(renewal_hears_once_that_the_token_was_refused),
        RENEW_TEST(token_refused_twice_is_an_error),
        RENEW_TEST(token_refused_without_renewal_is_an_error_at_once),
        RENEW_TEST(renewal_does_not_hear_of_other_refusals),
        RENEW_TEST(renewal_that_takes_time_is_asked_again_later_on_the_same_connection),
        RENEW_TEST(waiting_for_renewal_does_not_count_as_an_attempt),
        RENEW_TEST(renewal_that_never_comes_ends_at_the_deadline),
        RENEW_TEST(renewal_that_fails_is_reported_and_nothing_is_sent),
        RENEW_TEST(renewal_cannot_change_its_own_client),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, start_service, client_stop_service);
}
