/* SPDX-License-Identifier: MIT */
/*
 * A peer with a good certificate that sends an answer without an end: each call of the client takes
 * a bounded number of bytes, and the deadline and cancelling are heeded. The port waits for bytes
 * that are on their way, so the client never meets a pause of the peer.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

/* config.h: a call takes less than this from the port. */
#define BYTES_PER_CALL (2 * PGTASK_TURN_BYTES)

/* As many calls as two hundred turns: some 800 KiB of the answer. */
#define CALLS 200

static struct pgtask_client *const client = &rig.client;
static size_t taken; /* from the port, in this call */

/* Receives like the POSIX port, but waits until the peer has sent something. */
static enum pgtask_error recv_without_pause(void *context, uint8_t *bytes, size_t capacity,
                                            size_t *received)
{
    struct pgtask_port *const port = &rig.posix.port;
    enum pgtask_error error = port->recv(context, bytes, capacity, received);

    for (int i = 0; i < 50 && error == PGTASK_WOULD_BLOCK; i++) {
        port->wait(context, PGTASK_INTEREST_READ, port->monotonic_ms(context) + 100);
        error = port->recv(context, bytes, capacity, received);
    }
    taken += error == PGTASK_OK ? *received : 0;
    if (taken > 16 * BYTES_PER_CALL) {
        fail_msg("one call takes %zu bytes and goes on", taken);
    }
    return error;
}

static int set_up(void **state)
{
    char members[64];

    (void)client_set_up(NULL);
    rig.config.retry.attempts = 1;
    rig.port.recv = recv_without_pause;
    client_open_again();
    (void)snprintf(members, sizeof members, "\"endless\":\"%s\"", (char const *)*state);
    client_play(members);
    assert_int_equal(pgtask_client_list(client, &(struct pgtask_query){.limit = 5}), PGTASK_OK);
    return 0;
}

static enum pgtask_error call(void)
{
    enum pgtask_error error;

    taken = 0;
    error = pgtask_client_next(client, &rig.task);
    assert_in_range(taken, 0, BYTES_PER_CALL);
    return error;
}

/* @return the error that ends the listing, PGTASK_WOULD_BLOCK if it still goes on */
static enum pgtask_error call_often(void)
{
    enum pgtask_error error = PGTASK_WOULD_BLOCK;

    for (int i = 0; i < CALLS && error >= 0; i++) {
        uint64_t until_ms;

        error = call();
        if (error == PGTASK_WOULD_BLOCK &&
            pgtask_client_wait_for(client, &until_ms) != PGTASK_INTEREST_TIME) {
            pgtask_client_sleep(client);
        }
    }
    return error >= 0 ? PGTASK_WOULD_BLOCK : error;
}

static void an_answer_without_an_end_ends_at_the_deadline(void **state)
{
    (void)state;
    assert_int_equal(call_often(), PGTASK_WOULD_BLOCK);
    client_pass_time(30);
    assert_int_equal(call(), PGTASK_ERROR_TIMEOUT);
}

static void an_answer_without_an_end_can_be_cancelled(void **state)
{
    (void)state;
    assert_int_equal(call_often(), PGTASK_WOULD_BLOCK);
    pgtask_client_cancel(client);
    assert_int_equal(call(), PGTASK_ERROR_CANCELLED);
}

/* The turn ended because of its length: the rest is there, so the client asks to go on at once. */
static void a_long_turn_asks_to_be_called_again_at_once(void **state)
{
    uint64_t until_ms;

    (void)state;
    while (call() != PGTASK_WOULD_BLOCK || pgtask_client_tls_version(client)[0] == '\0' ||
           taken < PGTASK_TURN_BYTES) {
        pgtask_client_sleep(client);
    }
    assert_int_equal(pgtask_client_wait_for(client, &until_ms), PGTASK_INTEREST_TIME);
    assert_true(until_ms <= rig.port.monotonic_ms(rig.port.context));
}

static void a_head_without_an_end_is_refused_by_its_length(void **state)
{
    (void)state;
    assert_int_equal(call_often(), PGTASK_ERROR_HTTP_HEAD);
}

static void a_frame_without_an_end_is_refused(void **state)
{
    (void)state;
    assert_int_equal(call_often(), PGTASK_ERROR_HTTP_CHUNK);
}

/* What fits into the failure is there, so the rest is not waited for. */
static void a_refusal_without_an_end_is_told_once_its_excerpt_is_full(void **state)
{
    (void)state;
    assert_int_equal(call_often(), PGTASK_ERROR_HTTP_STATUS);
    assert_int_equal(pgtask_client_failure(client)->detail, 500);
}

/* The state is the name of an answer without an end: see ENDLESS in tests/sim/faults.py. */
#define ENDLESS(test, kind)                                                                        \
    {                                                                                              \
        .name = #test " (" kind ")", .test_func = test, .setup_func = set_up,                      \
        .teardown_func = client_tear_down, .initial_state = (void *)(uintptr_t)kind                \
    }

int main(void)
{
    struct CMUnitTest const tests[] = {
        ENDLESS(an_answer_without_an_end_ends_at_the_deadline, "blanks"),
        ENDLESS(an_answer_without_an_end_ends_at_the_deadline, "string"),
        ENDLESS(an_answer_without_an_end_ends_at_the_deadline, "tasks"),
        ENDLESS(an_answer_without_an_end_ends_at_the_deadline, "tiny_chunks"),
        ENDLESS(an_answer_without_an_end_can_be_cancelled, "blanks"),
        ENDLESS(an_answer_without_an_end_can_be_cancelled, "tasks"),
        ENDLESS(a_long_turn_asks_to_be_called_again_at_once, "blanks"),
        ENDLESS(a_head_without_an_end_is_refused_by_its_length, "headers"),
        ENDLESS(a_head_without_an_end_is_refused_by_its_length, "header"),
        ENDLESS(a_head_without_an_end_is_refused_by_its_length, "interim"),
        ENDLESS(a_frame_without_an_end_is_refused, "chunk_extension"),
        ENDLESS(a_frame_without_an_end_is_refused, "trailers"),
        ENDLESS(a_refusal_without_an_end_is_told_once_its_excerpt_is_full, "refusal"),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
