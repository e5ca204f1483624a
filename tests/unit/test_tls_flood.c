/* SPDX-License-Identifier: MIT */
/*
 * A peer that sends without pause cannot hold the caller: one call takes few bytes, and the
 * connection ends after a bounded number of them. The bytes are counted; no clock is asked.
 */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "tls_fixture.h"

/* Records without an end that need no key. */
static struct {
    char const *name;
    char const *bytes;
    size_t length;
} const floods[] = {
    {"warning alerts", "\x15\x03\x03\x00\x02\x01\x5a", 7},
    {"ChangeCipherSpec", "\x14\x03\x03\x00\x01\x01", 6},
    {"empty handshake records", "\x16\x03\x03\x00\x00", 5},
    {"empty data records", "\x17\x03\x03\x00\x00", 5},
    {"HelloRequest", "\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9},
};

#define FLOODS (sizeof floods / sizeof floods[0])

/* More calls than this mean that a call makes no progress. */
#define MOST_CALLS 100000

/* Calls once, and checks how many bytes the call has taken from the port. */
static enum pgtask_error call(bool is_over)
{
    struct tls_client *const client = &fixture.client;
    uint64_t const before = client->bytes_received;
    uint8_t bytes[512];
    size_t received;
    enum pgtask_error const error =
        is_over ? pgtask_tls_read(&client->tls, bytes, sizeof bytes, &received)
                : pgtask_tls_handshake(&client->tls);

    assert_in_range(client->bytes_received - before, 0, PGTASK_TURN_BYTES);
    return error;
}

static void wait_for_peer(void)
{
    struct pgtask_port *const port = &fixture.client.posix.port;

    if (fixture.client.tls.interest != PGTASK_INTEREST_TIME) {
        port->wait(port->context, fixture.client.tls.interest,
                   port->monotonic_ms(port->context) + 5000);
    }
}

/* Shakes hands and reads, until an error comes. Returns whether the handshake became complete. */
static bool run_into_flood(enum pgtask_error *error)
{
    bool is_over = false;

    for (int i = 0; i < MOST_CALLS; i++) {
        *error = call(is_over);
        is_over |= *error == PGTASK_OK;
        if (*error < 0) {
            return is_over;
        }
        if (*error == PGTASK_WOULD_BLOCK) {
            wait_for_peer();
        }
    }
    fail_msg("the flood has no end");
    return false;
}

static void flood_ends_after(uint32_t records, size_t kind, bool *is_over)
{
    struct tls_client *const client = &fixture.client;
    enum pgtask_error error;

    tls_client_connect(client, fixture.server.port_number);
    client->faults.flood = floods[kind].bytes;
    client->faults.flood_length = floods[kind].length;
    client->faults.flood_after = records;
    assert_int_equal(open_tls(), PGTASK_OK);
    *is_over = run_into_flood(&error);
    if (client->bytes_flooded > PGTASK_TLS_IDLE_BYTES + PGTASK_TURN_BYTES) {
        fail_msg("%s after %u records: %llu bytes were taken", floods[kind].name, (unsigned)records,
                 (unsigned long long)client->bytes_flooded);
    }
    assert_int_not_equal(error, PGTASK_ERROR_RESET); /* the port gave up, not the client */
    tls_client_close(client);
    assert_int_equal(arena_used(), fixture.arena_before);
}

/* The flood begins after each record of the handshake in turn. */
static void flood_holds_the_caller_in_no_state(void **state)
{
    openssl_server_start(&fixture.server, fixture.certificates, "server", *state);
    for (size_t kind = 0; kind < FLOODS; kind++) {
        bool is_over = false;

        for (uint32_t records = 0; !is_over; records++) {
            flood_ends_after(records, kind, &is_over);
        }
    }
}

/* Much data may come at once. It is taken in turns too, and nothing of it is refused. */
static void data_without_pause_is_taken_in_turns(void **state)
{
    static char const request[] = "GET /bundle.pem HTTP/1.0\r\n\r\n";
    struct tls_client *const client = &fixture.client;
    enum pgtask_error error = PGTASK_WOULD_BLOCK;

    shake_hands_with_openssl(*state);
    assert_int_equal(tls_client_write(client, request, sizeof request - 1), PGTASK_OK);
    while (error >= 0) {
        error = call(true);
        if (error == PGTASK_WOULD_BLOCK) {
            wait_for_peer();
        }
    }
    assert_int_equal(error, PGTASK_ERROR_CLOSED);
    assert_true(client->bytes_received > PGTASK_TLS_IDLE_BYTES);
    openssl_server_kill(&fixture.server);
}

/* The first message of a server may be anything: neither version ends such a flood by itself. */
static void flood_of_warnings_is_named(void **state)
{
    enum pgtask_error error;

    connect_to_openssl(*state);
    fixture.client.faults.flood = floods[0].bytes;
    fixture.client.faults.flood_length = floods[0].length;
    assert_int_equal(open_tls(), PGTASK_OK);
    assert_false(run_into_flood(&error));
    assert_int_equal(error, PGTASK_ERROR_TLS_FLOOD);
    assert_true(fixture.client.bytes_flooded > PGTASK_TLS_IDLE_BYTES);
}

/* The port delivers a byte at a time, each at once. */
static void bytes_that_come_one_by_one_are_counted_too(void **state)
{
    struct tls_client *const client = &fixture.client;

    openssl_server_start(&fixture.server, fixture.certificates, "server", *state);
    tls_client_connect(client, fixture.server.port_number);
    client->faults.flood = floods[0].bytes;
    client->faults.flood_length = floods[0].length;
    client->faults.dribble = true;
    assert_int_equal(open_tls(), PGTASK_OK);
    while (client->bytes_flooded < PGTASK_TURN_BYTES) {
        enum pgtask_error const error = call(false);

        assert_int_equal(error, PGTASK_WOULD_BLOCK);
    }
    assert_int_equal(client->tls.interest, PGTASK_INTEREST_TIME);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        WITH_EACH_VERSION(flood_holds_the_caller_in_no_state, "-www"),
        WITH_EACH_VERSION(data_without_pause_is_taken_in_turns, "-HTTP"),
        WITH(flood_of_warnings_is_named, ""),
        WITH(bytes_that_come_one_by_one_are_counted_too, "-www"),
    };

    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
