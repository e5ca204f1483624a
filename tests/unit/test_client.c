/* SPDX-License-Identifier: MIT */
/* The client's contract with its caller: order of calls, blocking, cancelling, deadlines, wiping.
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
#include "loopback.h"

static struct pgtask_client *const client = &rig.client;
static struct pgtask_task *const task = &rig.task;
static struct pgtask_query const one_task = {.limit = 1};

/* The answer comes in small pieces, so that a listing takes many calls. */
static char const slowly[] = "\"slice_bytes\":700,\"slice_delay_s\":0.002";

static void calls_in_the_wrong_order_are_refused(void **state)
{
    static struct pgtask_client other;
    unsigned records;

    (void)state;
    assert_int_equal(pgtask_client_list(&other, &one_task), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_client_list_all(&other, &one_task), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_client_next(&other, task), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_client_open(client, &rig.config, &rig.port), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_client_next(client, task), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_ERROR_STATE);
    pgtask_client_cancel(client);
    assert_int_equal(pgtask_client_next(client, task), PGTASK_ERROR_STATE);
    client_assert_lists(1);
    assert_int_equal(pgtask_client_next(client, task), PGTASK_ERROR_STATE);
    pgtask_client_close(client);
    pgtask_client_close(client);
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_client_next(client, task), PGTASK_ERROR_STATE);
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_DONE);
}

static void assert_not_opened(enum pgtask_error error, char const *member)
{
    static struct pgtask_client other;

    assert_int_equal(pgtask_client_open(&other, &rig.config, &rig.port), error);
    assert_int_equal(pgtask_client_failure(&other)->error, error);
    assert_string_equal(pgtask_client_failure(&other)->member, member);
    assert_int_equal(pgtask_client_list(&other, &one_task), PGTASK_ERROR_STATE);
}

static void missing_or_malformed_setting_is_refused_by_name(void **state)
{
    static struct pgtask_client other;
    struct pgtask_config const good = rig.config;

    (void)state;
    assert_int_equal(pgtask_client_open(NULL, &good, &rig.port), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_client_open(&other, NULL, &rig.port), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_client_open(&other, &good, NULL), PGTASK_ERROR_ARGUMENT);
    rig.config.region = NULL;
    assert_not_opened(PGTASK_ERROR_ARGUMENT, "region");
    rig.config.region = "ap-guangzhou\r\nX: y";
    assert_not_opened(PGTASK_ERROR_ARGUMENT, "region");
    rig.config = good;
    rig.config.endpoint = "postgres.tencentcloudapi.com/";
    assert_not_opened(PGTASK_ERROR_ARGUMENT, "endpoint");
    rig.config = good;
    rig.config.connect_host = "";
    assert_not_opened(PGTASK_ERROR_ARGUMENT, "connect_host");
    rig.config = good;
    rig.config.language = "en US";
    assert_not_opened(PGTASK_ERROR_ARGUMENT, "language");
    rig.config = good;
    rig.config.request_client = "a\nb";
    assert_not_opened(PGTASK_ERROR_ARGUMENT, "request_client");
    rig.config = good;
    rig.config.roots = (struct pgtask_roots){.count = 0};
    assert_not_opened(PGTASK_ERROR_ARGUMENT, "roots");
    rig.config = good;
    rig.config.credentials.secret_key = NULL;
    assert_not_opened(PGTASK_ERROR_CREDENTIALS, "credentials");
    rig.config = good;
    rig.config.credentials.secret_id = "";
    assert_not_opened(PGTASK_ERROR_CREDENTIALS, "credentials");
}

static void bad_query_is_refused_by_name_and_the_next_one_taken(void **state)
{
    struct pgtask_query const too_many = {.limit = 101};

    (void)state;
    assert_int_equal(pgtask_client_list(client, &too_many), PGTASK_ERROR_QUERY_RANGE);
    assert_string_equal(pgtask_client_failure(client)->member, "Limit");
    assert_int_equal(pgtask_client_next(client, task), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_client_list_all(client, &too_many), PGTASK_ERROR_QUERY_RANGE);
    client_assert_lists(1);
    assert_int_equal(pgtask_client_counters(client)->requests, 1);
}

/* API page, example 1: the simulator sends exactly these bytes. */
static void listing_tells_total_count_and_request_id(void **state)
{
    unsigned records;

    (void)state;
    assert_string_equal(pgtask_client_request_id(client), "");
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_DONE);
    assert_int_equal(records, 1);
    assert_int_equal(pgtask_client_total_count(client), 20);
    assert_string_equal(pgtask_client_request_id(client), "3f164712-8746-464f-a490-3084a470000e");
    assert_int_equal(pgtask_client_failure(client)->error, PGTASK_OK);
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    assert_string_equal(pgtask_client_request_id(client), "");
}

static void every_record_of_a_listing_is_whole(void **state)
{
    (void)state;
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_OK);
    assert_int_equal(task->task_id, 1202345);
    assert_int_equal(task->status, PGTASK_STATUS_SUCCESS);
    assert_string_equal(task->instance_id, "postgres-q6fj84vb");
    assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_DONE);
}

static void would_block_tells_what_to_wait_for_and_until_when(void **state)
{
    struct pgtask_query const query = {.limit = 20};
    uint64_t const begin_ms = rig.port.monotonic_ms(NULL);
    uint64_t until_ms = 1;
    unsigned waited_for[] = {0, 0, 0};
    enum pgtask_error error;

    (void)state;
    assert_int_equal(pgtask_client_wait_for(client, &until_ms), PGTASK_INTEREST_TIME);
    client_play(slowly);
    assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
    while ((error = pgtask_client_next(client, task)) >= 0 && error != PGTASK_DONE) {
        if (error == PGTASK_WOULD_BLOCK) {
            enum pgtask_interest const interest = pgtask_client_wait_for(client, &until_ms);

            waited_for[interest]++;
            assert_true(until_ms >= begin_ms && until_ms <= begin_ms + 20000 + 2000);
            rig.port.wait(NULL, interest, until_ms);
        }
    }
    assert_int_equal(error, PGTASK_DONE);
    assert_true(waited_for[PGTASK_INTEREST_READ] > 3);
}

static void next_blocking_never_answers_would_block(void **state)
{
    struct pgtask_query const query = {.limit = 20};
    unsigned records = 0;
    enum pgtask_error error;

    (void)state;
    client_play(slowly);
    assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
    while ((error = pgtask_client_next_blocking(client, task)) == PGTASK_OK) {
        records++;
    }
    assert_int_equal(error, PGTASK_DONE);
    assert_int_equal(records, 20);
}

/* @return whether the listing was over before `calls` calls */
static bool cancel_after(unsigned calls, uint32_t *states)
{
    struct pgtask_query const query = {.limit = 10};

    assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
    for (unsigned i = 0; i < calls; i++) {
        enum pgtask_error const error = pgtask_client_next(client, task);

        if (error == PGTASK_DONE) {
            return true;
        }
        assert_true(error == PGTASK_OK || error == PGTASK_WOULD_BLOCK);
        if (error == PGTASK_WOULD_BLOCK && i + 1 < calls) {
            pgtask_client_sleep(client);
        }
    }
    *states |= UINT32_C(1) << client->state;
    pgtask_client_cancel(client);
    assert_int_equal(pgtask_client_next(client, task), PGTASK_ERROR_CANCELLED);
    assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_ERROR_CANCELLED);
    assert_int_equal(pgtask_client_failure(client)->error, PGTASK_ERROR_CANCELLED);
    pgtask_client_cancel(client);
    assert_int_equal(pgtask_client_next(client, task), PGTASK_ERROR_CANCELLED);
    return false;
}

static void client_cancelled_at_any_step_lists_again(void **state)
{
    uint32_t states = 0;

    (void)state;
    rig.config.connect_host = NAME_OF_LOOPBACK; /* a name has a look-up of its own */
    for (unsigned calls = 0;; calls++) {
        bool over;

        client_play(slowly);
        client_open_again();
        over = cancel_after(calls, &states);
        client_play("");
        client_assert_lists(10);
        if (over) {
            break;
        }
    }
    assert_true((states & 1u << PGTASK_CLIENT_START) != 0);
    assert_true((states & 1u << PGTASK_CLIENT_RESOLVE) != 0);
    assert_true((states & 1u << PGTASK_CLIENT_HANDSHAKE) != 0);
    assert_true((states & 1u << PGTASK_CLIENT_RECEIVE) != 0);
}

static void assert_times_out(char const *scenario)
{
    uint64_t const begin_ms = rig.port.monotonic_ms(NULL);
    uint64_t took_ms;
    unsigned records;

    client_play(scenario);
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_ERROR_TIMEOUT);
    took_ms = rig.port.monotonic_ms(NULL) - begin_ms;
    assert_true(took_ms >= 200 && took_ms < 5000);
    assert_int_equal(pgtask_client_failure(client)->error, PGTASK_ERROR_TIMEOUT);
    assert_int_equal(pgtask_client_next(client, task), PGTASK_ERROR_TIMEOUT);
}

static void deadline_ends_a_listing_that_stalls(void **state)
{
    (void)state;
    rig.config.timeout_ms = 200;
    client_open_again();
    assert_times_out("\"handshake\":\"stall\"");
    assert_times_out("\"stall_at\":0");
    assert_times_out("\"stall_at\":300");
    rig.config.timeout_ms = 20000;
    client_open_again();
    client_play("");
    client_assert_lists(1);
}

/* A peer that sends a byte now and then does not hold the caller up either. */
static void deadline_counts_from_the_call_of_list(void **state)
{
    unsigned records;

    (void)state;
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    rig.skew_ms += 20000;
    assert_int_equal(client_finish(&records), PGTASK_ERROR_TIMEOUT);
    assert_int_equal(records, 0);
    client_assert_lists(1);
}

static void list_during_a_listing_cancels_it_and_starts_another(void **state)
{
    struct pgtask_query const many = {.limit = 50};
    unsigned records;

    (void)state;
    assert_int_equal(pgtask_client_list(client, &many), PGTASK_OK);
    assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_OK);
    assert_int_equal(task->task_id, CLIENT_TASKS);
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_DONE);
    assert_int_equal(records, 1);
    assert_int_equal(task->task_id, 1202345);
}

static void assert_all_zero(void)
{
    unsigned char const *const bytes = (unsigned char const *)client;

    for (size_t i = 0; i < sizeof *client; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void closing_leaves_no_byte_behind(void **state)
{
    (void)state;
    client_assert_lists(10);
    pgtask_client_close(client);
    assert_all_zero();
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_OK);
    pgtask_client_close(client);
    assert_all_zero();
}

/* Only the caller has the key, also while the client is open. */
static void secret_key_is_never_copied_into_the_client(void **state)
{
    size_t const length = strlen(CLIENT_SECRET_KEY);
    char const *const bytes = (char const *)client;
    enum pgtask_error error;

    (void)state;
    client_play(slowly);
    assert_int_equal(pgtask_client_list(client, &one_task), PGTASK_OK);
    while ((error = pgtask_client_next(client, task)) >= 0 && error != PGTASK_DONE) {
        for (size_t i = 0; i + length <= sizeof *client; i++) {
            assert_true(memcmp(bytes + i, CLIENT_SECRET_KEY, length) != 0);
        }
        if (error == PGTASK_WOULD_BLOCK) {
            pgtask_client_sleep(client);
        }
    }
    assert_int_equal(error, PGTASK_DONE);
}

static unsigned sends; /* of the port */

static enum pgtask_error send_and_count(void *context, uint8_t const *bytes, size_t length,
                                        size_t *sent)
{
    sends++;
    return rig.posix.port.send(context, bytes, length, sent);
}

/* @return how often the port sends for a request on a connection that stands */
static unsigned sends_of_a_request(char const *token)
{
    rig.port.send = send_and_count;
    rig.config.credentials.token = token;
    client_open_again();
    (void)client_list_five();
    sends = 0;
    (void)client_list_five();
    return sends;
}

/* A record of TLS is one send, and so is a segment of TCP that no other one fills. */
static void request_takes_as_few_records_as_the_buffer_allows(void **state)
{
    static char token[PGTASK_BUFFER_BYTES];

    (void)state;
    assert_int_equal(sends_of_a_request(NULL), 1);
    memset(token, 't', 200);
    assert_int_equal(sends_of_a_request(token), 1);
    memset(token, 't', sizeof token - 1);
    assert_int_equal(sends_of_a_request(token), 3);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        CLIENT_TEST(calls_in_the_wrong_order_are_refused),
        CLIENT_TEST(missing_or_malformed_setting_is_refused_by_name),
        CLIENT_TEST(bad_query_is_refused_by_name_and_the_next_one_taken),
        CLIENT_TEST(listing_tells_total_count_and_request_id),
        CLIENT_TEST(every_record_of_a_listing_is_whole),
        CLIENT_TEST(would_block_tells_what_to_wait_for_and_until_when),
        CLIENT_TEST(next_blocking_never_answers_would_block),
        CLIENT_TEST(client_cancelled_at_any_step_lists_again),
        CLIENT_TEST(deadline_ends_a_listing_that_stalls),
        CLIENT_TEST(deadline_counts_from_the_call_of_list),
        CLIENT_TEST(list_during_a_listing_cancels_it_and_starts_another),
        CLIENT_TEST(closing_leaves_no_byte_behind),
        CLIENT_TEST(secret_key_is_never_copied_into_the_client),
        CLIENT_TEST(request_takes_as_few_records_as_the_buffer_allows),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
