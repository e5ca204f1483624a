/* SPDX-License-Identifier: MIT */
/*
 * A peer with a good certificate that sends without end, an answer or records of TLS: each call of
 * the client takes and sends a bounded number of bytes, and the deadline and cancelling are heeded.
 * The port waits for bytes that are on their way, so the client never meets a pause of the peer.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include "pgtask_mbedtls.h"

#include "certificates.h"
#include "client_rig.h"

/* config.h: a call takes less than this from the port. */
#define BYTES_PER_CALL (2 * PGTASK_TURN_BYTES)

/* As many calls as two hundred turns: some 800 KiB of the answer. */
#define CALLS 200

/* A call takes at least one or two of the messages in PGTASK_TLS_IDLE_BYTES. */
#define RECORD_CALLS 20000

static struct pgtask_client *const client = &rig.client;
static size_t taken; /* from the port, in this call */
static size_t given; /* to the port, in this call */

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

static enum pgtask_error send_and_count(void *context, uint8_t const *bytes, size_t length,
                                        size_t *sent)
{
    enum pgtask_error const error = rig.posix.port.send(context, bytes, length, sent);

    given += error == PGTASK_OK ? *sent : 0;
    return error;
}

static void begin_listing(void)
{
    rig.config.retry.attempts = rig.config.retry.few_attempts = 1;
    rig.port.recv = recv_without_pause;
    rig.port.send = send_and_count;
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &(struct pgtask_query){.limit = 5}), PGTASK_OK);
}

static int set_up(void **state)
{
    char members[64];

    (void)client_set_up(NULL);
    (void)snprintf(members, sizeof members, "\"endless\":\"%s\"", (char const *)*state);
    client_play(members);
    begin_listing();
    return 0;
}

/* The client has no clock, so it asks the server for the time first. */
static int set_up_without_a_clock(void **state)
{
    (void)set_up(state);
    rig.no_unix_time = true;
    begin_listing();
    return 0;
}

static enum pgtask_error call(void)
{
    enum pgtask_error error;

    taken = 0;
    given = 0;
    error = pgtask_client_next(client, &rig.task);
    assert_in_range(taken, 0, BYTES_PER_CALL);
    assert_in_range(given, 0, BYTES_PER_CALL);
    return error;
}

/* @return the error that ends the listing, PGTASK_WOULD_BLOCK if it still goes on */
static enum pgtask_error call_often(int calls)
{
    enum pgtask_error error = PGTASK_WOULD_BLOCK;

    for (int i = 0; i < calls && error >= 0; i++) {
        error = call();
        if (error == PGTASK_WOULD_BLOCK) {
            pgtask_client_sleep(client);
        }
    }
    return error >= 0 ? PGTASK_WOULD_BLOCK : error;
}

static void an_answer_without_an_end_ends_at_the_deadline(void **state)
{
    (void)state;
    assert_int_equal(call_often(CALLS), PGTASK_WOULD_BLOCK);
    client_pass_time(30);
    assert_int_equal(call(), PGTASK_ERROR_TIMEOUT);
}

static void an_answer_without_an_end_can_be_cancelled(void **state)
{
    (void)state;
    assert_int_equal(call_often(CALLS), PGTASK_WOULD_BLOCK);
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
    assert_int_equal(call_often(CALLS), PGTASK_ERROR_HTTP_HEAD);
}

static void a_frame_without_an_end_is_refused(void **state)
{
    (void)state;
    assert_int_equal(call_often(CALLS), PGTASK_ERROR_HTTP_CHUNK);
}

/* What fits into the failure is there, so the rest is not waited for. */
static void a_refusal_without_an_end_is_told_once_its_excerpt_is_full(void **state)
{
    (void)state;
    assert_int_equal(call_often(CALLS), PGTASK_ERROR_HTTP_STATUS);
    assert_int_equal(pgtask_client_failure(client)->detail, 500);
}

/* How a listing ends. */
enum end { FLOOD, DEADLINE, RESET, RECORD };
static enum pgtask_error const errors[] = {PGTASK_ERROR_TLS_FLOOD, PGTASK_ERROR_TIMEOUT,
                                           PGTASK_ERROR_RESET, PGTASK_ERROR_TLS_RECORD};

/*
 * Records that only the owner of the key can send: see RECORDS in tests/sim/records.py. `alone`:
 * they come in place of an answer, or after its head. `between`: bytes of an answer without an end
 * come with them. mbedTLS knows neither KeyUpdate nor later requests for a certificate, and refuses
 * more than three records without data in a row.
 */
static struct {
    char const *records;
    struct {
        enum end alone;
        enum end between;
    } tls12, tls13;
} const kinds[] = {
    {"tickets", {RESET, RESET}, {FLOOD, DEADLINE}},
    {"key_updates", {RESET, RESET}, {RESET, RESET}},
    {"key_updates_asked_for", {RESET, RESET}, {RESET, RESET}},
    {"certificate_requests", {RESET, RESET}, {RESET, RESET}},
    {"hello_requests", {FLOOD, DEADLINE}, {RESET, RESET}},
    {"empty_handshakes", {RECORD, RECORD}, {RECORD, RECORD}},
    {"empty_data", {FLOOD, FLOOD}, {FLOOD, FLOOD}},
    {"padded_data", {FLOOD, DEADLINE}, {FLOOD, DEADLINE}},
    {"warnings", {FLOOD, DEADLINE}, {FLOOD, DEADLINE}},
    {"renegotiation_warnings", {FLOOD, DEADLINE}, {FLOOD, DEADLINE}},
    {"change_cipher_specs", {RECORD, RECORD}, {FLOOD, DEADLINE}},
#if PGTASK_TLS_RECORD == 16384 /* these are as long */
    {"gathered_tickets", {RESET, RESET}, {FLOOD, DEADLINE}},
    {"ticket_byte_by_byte", {FLOOD, RESET}, {FLOOD, RESET}},
    {"gathered_hello_requests", {FLOOD, DEADLINE}, {RESET, RESET}},
    {"long_tickets", {RESET, RESET}, {FLOOD, DEADLINE}},
#endif
};

#define KINDS (sizeof kinds / sizeof kinds[0])

static void play_records(char const *records, char const *where)
{
    char members[96];

    (void)snprintf(members, sizeof members, "\"records\":\"%s\",\"records_in\":\"%s\"", records,
                   where);
    client_play(members);
    begin_listing();
}

/* The state is the version, a blank, and where the records come. */
static void records_without_an_end_hold_nobody(void **state)
{
    char const *const where = (char const *)*state + sizeof "1.2";
    bool const is_tls13 = memcmp(*state, "1.3", 3) == 0;
    bool const is_alone = strcmp(where, "between") != 0;
    char options[16];

    (void)snprintf(options, sizeof options, "--tls %.3s", (char const *)*state);
    client_restart_service("server", options);
    for (size_t i = 0; i < KINDS; i++) {
        enum end const end = is_tls13 ? (is_alone ? kinds[i].tls13.alone : kinds[i].tls13.between)
                                      : (is_alone ? kinds[i].tls12.alone : kinds[i].tls12.between);
        enum pgtask_error error;

        play_records(kinds[i].records, where);
        error = call_often(is_alone ? RECORD_CALLS : 2 * CALLS);
        if (error == PGTASK_WOULD_BLOCK) {
            client_pass_time(30);
            error = call();
        }
        if (error != errors[end]) {
            fail_msg("%s: %s", kinds[i].records, pgtask_error_text(error));
        }
    }
}

/* The state is the name of an answer without an end: see ENDLESS in tests/sim/faults.py. */
#define ENDLESS(test, kind)                                                                        \
    {                                                                                              \
        .name = #test " (" kind ")", .test_func = test, .setup_func = set_up,                      \
        .teardown_func = client_tear_down, .initial_state = (void *)(uintptr_t)kind                \
    }

#define RECORDS(text)                                                                              \
    {                                                                                              \
        .name = "records_without_an_end_hold_nobody " text,                                        \
        .test_func = records_without_an_end_hold_nobody, .setup_func = client_set_up,              \
        .teardown_func = client_tear_down, .initial_state = (void *)(uintptr_t)text                \
    }

#define WITHOUT_A_CLOCK(test, kind)                                                                \
    {                                                                                              \
        .name = #test " without a clock (" kind ")", .test_func = test,                            \
        .setup_func = set_up_without_a_clock, .teardown_func = client_tear_down,                   \
        .initial_state = (void *)(uintptr_t)kind                                                   \
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
        WITHOUT_A_CLOCK(an_answer_without_an_end_ends_at_the_deadline, "refusal"),
        WITHOUT_A_CLOCK(an_answer_without_an_end_ends_at_the_deadline, "blanks"),
        WITHOUT_A_CLOCK(an_answer_without_an_end_ends_at_the_deadline, "tiny_chunks"),
        WITHOUT_A_CLOCK(an_answer_without_an_end_can_be_cancelled, "string"),
        WITHOUT_A_CLOCK(a_head_without_an_end_is_refused_by_its_length, "interim"),
        WITHOUT_A_CLOCK(a_frame_without_an_end_is_refused, "trailers"),
        RECORDS("1.2 answer"),
        RECORDS("1.2 body"),
        RECORDS("1.2 between"),
#if PGTASK_TLS_HAS_TLS13
        RECORDS("1.3 answer"),
        RECORDS("1.3 body"),
        RECORDS("1.3 between"),
#endif
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
