/* SPDX-License-Identifier: MIT */
/* Which bytes pass over a connection, and what the client reports when it breaks. */
#include <pgtask/tls.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "certificates.h"
#include "listener.h"
#include "tls_fixture.h"

#define LINES      20
#define LINE_BYTES 1000

/* The other end of a connection, which the test plays itself. */
struct raw_peer {
    int listener;
    int stream;
};

static void connect_to_raw_peer(struct raw_peer *peer)
{
    uint16_t number;

    peer->listener = listen_on("127.0.0.1", &number);
    tls_client_connect(&fixture.client, number);
    peer->stream = accept_from(peer->listener);
    assert_int_equal(open_tls(), PGTASK_OK);
}

static void close_raw_peer(struct raw_peer *peer)
{
    (void)close(peer->stream);
    (void)close(peer->listener);
}

/* How the handshake ends when the peer sends `answer` after ClientHello and closes. */
static enum pgtask_error handshake_with_answer(void const *answer, size_t length)
{
    struct raw_peer peer;
    char hello[4096];
    enum pgtask_error error;

    connect_to_raw_peer(&peer);
    assert_int_equal(pgtask_tls_handshake(&fixture.client.tls), PGTASK_WOULD_BLOCK);
    assert_true(read(peer.stream, hello, sizeof hello) > 0);
    assert_int_equal(write(peer.stream, answer, length), length);
    (void)shutdown(peer.stream, SHUT_WR);
    error = tls_client_handshake(&fixture.client);
    tls_client_close(&fixture.client);
    close_raw_peer(&peer);
    return error;
}

static void read_exactly(uint8_t *bytes, size_t length)
{
    while (length > 0) {
        size_t received = 0;

        assert_int_equal(tls_client_read(&fixture.client, bytes, length, &received), PGTASK_OK);
        assert_in_range(received, 1, length);
        bytes += received;
        length -= received;
    }
}

/* openssl s_server -rev sends each line back from its end to its beginning. */
static void exchange_lines(void)
{
    static uint8_t sent[LINES][LINE_BYTES];
    static uint8_t received[LINES][LINE_BYTES];

    for (size_t i = 0; i < LINES; i++) {
        for (size_t j = 0; j < LINE_BYTES - 1; j++) {
            sent[i][j] = (uint8_t)('0' + (i * 31 + j * 7) % 75);
        }
        sent[i][LINE_BYTES - 1] = '\n';
    }
    assert_int_equal(tls_client_write(&fixture.client, sent, sizeof sent), PGTASK_OK);
    read_exactly(received[0], sizeof received);
    for (size_t i = 0; i < LINES; i++) {
        for (size_t j = 0; j < LINE_BYTES - 1; j++) {
            assert_int_equal(received[i][j], sent[i][LINE_BYTES - 2 - j]);
        }
        assert_int_equal(received[i][LINE_BYTES - 1], '\n');
    }
}

static void twenty_thousand_bytes_pass_each_way(void **state)
{
    shake_hands_with_openssl(*state);
    exchange_lines();
    openssl_server_kill(&fixture.server);
}

static void the_same_byte_by_byte(void **state)
{
    connect_to_openssl(*state);
    fixture.client.faults.dribble = true;
    assert_int_equal(open_tls(), PGTASK_OK);
    assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_OK);
    exchange_lines();
    openssl_server_kill(&fixture.server);
}

static void file_larger_than_a_record_arrives_whole_and_then_closed(void **state)
{
    static char const request[] = "GET /bundle.pem HTTP/1.0\r\n\r\n";
    static uint8_t expected[262144];
    static uint8_t received[262144];
    char path[600];
    ssize_t length;
    int file;

    (void)snprintf(path, sizeof path, "%s/bundle.pem", fixture.certificates);
    file = open(path, O_RDONLY);
    length = read(file, expected, sizeof expected);
    (void)close(file);
    assert_in_range(length, 3 * 16384, sizeof expected - 1);
    shake_hands_with_openssl(*state);
    assert_int_equal(tls_client_write(&fixture.client, request, sizeof request - 1), PGTASK_OK);
    read_exactly(received, (size_t)length);
    assert_memory_equal(received, expected, (size_t)length);
    for (int i = 0; i < 2; i++) {
        size_t more = 0;

        assert_int_equal(tls_client_read(&fixture.client, received, 1, &more), PGTASK_ERROR_CLOSED);
    }
    openssl_server_kill(&fixture.server);
}

static void stalled_peer_is_would_block_each_time(void **state)
{
    struct raw_peer peer;

    connect_to_raw_peer(&peer);
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t const before = fixture.client.recv_calls;

        assert_int_equal(pgtask_tls_handshake(&fixture.client.tls), PGTASK_WOULD_BLOCK);
        assert_int_equal(fixture.client.tls.interest, PGTASK_INTEREST_READ);
        assert_int_equal(fixture.client.recv_calls, before + 1);
    }
    close_raw_peer(&peer);
    (void)state;
}

static void idle_connection_is_would_block_each_time(void **state)
{
    uint8_t byte = 0;
    size_t received = 0;

    shake_hands_with_openssl(*state);
    /* In TLS 1.3, session tickets come first; the caller must not see them. */
    for (int i = 0; i < 100; i++) {
        assert_int_equal(pgtask_tls_read(&fixture.client.tls, &byte, 1, &received),
                         PGTASK_WOULD_BLOCK);
        assert_int_equal(fixture.client.tls.interest, PGTASK_INTEREST_READ);
    }
    exchange_lines();
    openssl_server_kill(&fixture.server);
}

static void port_that_takes_nothing_is_waited_for_to_write(void **state)
{
    struct raw_peer peer;

    connect_to_raw_peer(&peer);
    fixture.client.faults.send_answer = PGTASK_WOULD_BLOCK;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pgtask_tls_handshake(&fixture.client.tls), PGTASK_WOULD_BLOCK);
        assert_int_equal(fixture.client.tls.interest, PGTASK_INTEREST_WRITE);
    }
    close_raw_peer(&peer);
    (void)state;
}

static void peer_that_does_not_speak_tls_is_named(void **state)
{
    static char const http[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    static char const ssh[] = "SSH-2.0-OpenSSH_9.2\r\n";
    static char const zeros[64] = {0};

    assert_int_equal(handshake_with_answer(http, sizeof http - 1), PGTASK_ERROR_TLS_HANDSHAKE);
    assert_int_equal(handshake_with_answer(ssh, sizeof ssh - 1), PGTASK_ERROR_TLS_HANDSHAKE);
    assert_int_equal(handshake_with_answer(zeros, sizeof zeros), PGTASK_ERROR_TLS_HANDSHAKE);
    (void)state;
}

static void handshake_cut_short_is_truncated(void **state)
{
    static uint8_t const part_of_server_hello[] = {22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3};

    assert_int_equal(handshake_with_answer("", 0), PGTASK_ERROR_TLS_TRUNCATED);
    assert_int_equal(handshake_with_answer(part_of_server_hello, sizeof part_of_server_hello),
                     PGTASK_ERROR_TLS_TRUNCATED);
    (void)state;
}

static void alert_about_the_version_is_told_from_others(void **state)
{
    static uint8_t const protocol_version[] = {21, 3, 3, 0, 2, 2, 70};
    static uint8_t const handshake_failure[] = {21, 3, 3, 0, 2, 2, 40};

    assert_int_equal(handshake_with_answer(protocol_version, sizeof protocol_version),
                     PGTASK_ERROR_TLS_VERSION);
    assert_int_equal(handshake_with_answer(handshake_failure, sizeof handshake_failure),
                     PGTASK_ERROR_TLS_HANDSHAKE);
    (void)state;
}

static void stream_that_ends_without_close_notify_is_truncated(void **state)
{
    uint8_t byte = 0;
    size_t received = 0;

    shake_hands_with_openssl(*state);
    exchange_lines();
    openssl_server_kill(&fixture.server);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(tls_client_read(&fixture.client, &byte, 1, &received),
                         PGTASK_ERROR_TLS_TRUNCATED);
    }
}

static void damaged_record_yields_no_byte(void **state)
{
    static char const line[] = "a line\n";
    uint8_t bytes[sizeof line] = {0};
    uint8_t const zeros[sizeof line] = {0};
    size_t received = 0;

    shake_hands_with_openssl(*state);
    exchange_lines();
    fixture.client.faults.damage = true;
    assert_int_equal(tls_client_write(&fixture.client, line, sizeof line - 1), PGTASK_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(tls_client_read(&fixture.client, bytes, sizeof bytes, &received),
                         PGTASK_ERROR_TLS_RECORD);
        fixture.client.faults.damage = false;
    }
    assert_int_equal(received, 0);
    assert_memory_equal(bytes, zeros, sizeof bytes);
    openssl_server_kill(&fixture.server);
}

static void errors_of_the_port_pass_unchanged_and_stick(void **state)
{
    static enum pgtask_error const errors[] = {PGTASK_ERROR_RESET, PGTASK_ERROR_PORT};
    uint8_t byte = 'x';
    size_t length = 0;

    for (size_t i = 0; i < 2; i++) {
        shake_hands_with_openssl(*state);
        fixture.client.faults.recv_answer = errors[i];
        assert_int_equal(pgtask_tls_read(&fixture.client.tls, &byte, 1, &length), errors[i]);
        fixture.client.faults.recv_answer = PGTASK_OK;
        assert_int_equal(pgtask_tls_write(&fixture.client.tls, &byte, 1, &length), errors[i]);
        tls_client_close(&fixture.client);
        openssl_server_kill(&fixture.server);

        shake_hands_with_openssl(*state);
        fixture.client.faults.send_answer = errors[i];
        assert_int_equal(pgtask_tls_write(&fixture.client.tls, &byte, 1, &length), errors[i]);
        tls_client_close(&fixture.client);
        openssl_server_kill(&fixture.server);
    }
}

/* In TLS 1.2, the alert of the refusal is the first record that the client sends after its hello.
 */
static void refusal_is_named_though_its_alert_cannot_be_sent(void **state)
{
    trust("other_root");
    connect_to_openssl(*state);
    fixture.client.faults.send_answer = PGTASK_ERROR_RESET;
    fixture.client.faults.good_sends = 1;
    assert_int_equal(open_tls(), PGTASK_OK);
    assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_ERROR_TLS_UNKNOWN_CA);
    openssl_server_kill(&fixture.server);
}

static void port_without_random_bytes_gets_no_connection(void **state)
{
    struct raw_peer peer;

    connect_to_raw_peer(&peer);
    pgtask_tls_close(&fixture.client.tls);
    fixture.client.faults.no_entropy = true;
    assert_int_equal(open_tls(), PGTASK_ERROR_ENTROPY);
    assert_null(fixture.client.tls.contexts);
    close_raw_peer(&peer);
    (void)state;
}

static void request_to_renegotiate_yields_no_byte(void **state)
{
    uint8_t byte = 0;
    size_t received = 0;
    enum pgtask_error error = PGTASK_WOULD_BLOCK;

    shake_hands_with_openssl("-tls1_2");
    assert_int_equal(write(fixture.server.input, "r\n", 2), 2);
    for (int i = 0; i < 2000 && error == PGTASK_WOULD_BLOCK &&
                    fixture.client.last_record_type != 21; /* the alert no_renegotiation */
         i++) {
        struct pgtask_port *const port = &fixture.client.posix.port;

        port->wait(port->context, PGTASK_INTEREST_READ, port->monotonic_ms(port->context) + 10);
        error = pgtask_tls_read(&fixture.client.tls, &byte, 1, &received);
    }
    assert_int_not_equal(error, PGTASK_OK);
    assert_int_equal(received, 0);
    assert_int_equal(fixture.client.last_record_type, 21);
    openssl_server_kill(&fixture.server);
    (void)state;
}

#if PGTASK_TLS_HAS_TLS13
/* mbedTLS 3.6 has no KeyUpdate. The size of records has nothing to do with it. */
static void key_update_ends_the_connection_as_broken(void **state)
{
    uint8_t byte = 0;
    size_t received = 0;

    shake_hands_with_openssl(*state);
    assert_int_equal(write(fixture.server.input, "k\n", 2), 2);
    assert_int_equal(tls_client_read(&fixture.client, &byte, 1, &received), PGTASK_ERROR_RESET);
    assert_int_equal(received, 0);
    openssl_server_kill(&fixture.server);
}
#endif

static void closing_says_close_notify(void **state)
{
    shake_hands_with_openssl("-tls1_2 -rev");
    exchange_lines();
    assert_int_equal(fixture.client.last_record_type, 23);
    pgtask_tls_close(&fixture.client.tls);
    assert_int_equal(fixture.client.last_record_type, 21);
    openssl_server_kill(&fixture.server);
    (void)state;
}

static void calls_in_the_wrong_order_are_refused(void **state)
{
    struct raw_peer peer;
    uint8_t byte = 0;
    size_t length = 0;

    assert_int_equal(pgtask_tls_handshake(&fixture.client.tls), PGTASK_ERROR_STATE);
    connect_to_raw_peer(&peer);
    assert_int_equal(open_tls(), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_tls_write(&fixture.client.tls, &byte, 1, &length), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_tls_read(&fixture.client.tls, &byte, 1, &length), PGTASK_ERROR_STATE);
    assert_string_equal(pgtask_tls_version(&fixture.client.tls), "");
    close_raw_peer(&peer);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        WITH_EACH_VERSION(twenty_thousand_bytes_pass_each_way, "-rev"),
        WITH_EACH_VERSION(the_same_byte_by_byte, "-rev"),
        WITH_EACH_VERSION(file_larger_than_a_record_arrives_whole_and_then_closed, "-HTTP"),
        WITH(stalled_peer_is_would_block_each_time, ""),
        WITH_EACH_VERSION(idle_connection_is_would_block_each_time, "-rev"),
        WITH(port_that_takes_nothing_is_waited_for_to_write, ""),
        WITH(peer_that_does_not_speak_tls_is_named, ""),
        WITH(handshake_cut_short_is_truncated, ""),
        WITH(alert_about_the_version_is_told_from_others, ""),
        WITH_EACH_VERSION(stream_that_ends_without_close_notify_is_truncated, "-rev"),
        WITH_EACH_VERSION(damaged_record_yields_no_byte, "-rev"),
        WITH_EACH_VERSION(errors_of_the_port_pass_unchanged_and_stick, "-rev"),
        WITH(refusal_is_named_though_its_alert_cannot_be_sent, "-tls1_2"),
        WITH(port_without_random_bytes_gets_no_connection, ""),
        WITH(request_to_renegotiate_yields_no_byte, ""),
#if PGTASK_TLS_HAS_TLS13
        WITH(key_update_ends_the_connection_as_broken, "-tls1_3"),
#endif
        WITH(closing_says_close_notify, ""),
        WITH(calls_in_the_wrong_order_are_refused, ""),
    };

    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
