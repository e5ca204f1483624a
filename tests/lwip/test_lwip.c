/* SPDX-License-Identifier: MIT */
/* The port for lwIP on a PC, over lwIP's loopback: nothing is lost, overrun or left behind. */
#include <pgtask_lwip.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <lwip/init.h>
#include <lwip/stats.h>
#include <lwip/tcp.h>

#include "loop_platform.h"
#include "loop_server.h"

enum {
    PATIENCE_MS = 10000,
    STANDSTILL_MS = 2000,
    ROUNDS = 100,
    LARGEST_READ = 900,
    SENT_BYTES = 3000
};

static struct pgtask_lwip lwip;

static void turn_often(void)
{
    for (int i = 0; i < 1000; i++) {
        loop_turn();
    }
}

/* An acknowledgement may be held back for 250 ms. */
static void turn_until_arrived(uint32_t length)
{
    uint64_t const until_ms = loop_ms() + PATIENCE_MS;

    while (loop_server.arrived < length && loop_ms() < until_ms) {
        loop_turn();
    }
    assert_int_equal(loop_server.arrived, length);
}

static enum pgtask_error open_stream(uint16_t port_number)
{
    enum pgtask_error error = lwip.port.resolve(&lwip, "127.0.0.1");

    assert_int_equal(error, PGTASK_OK);
    for (uint64_t const until_ms = loop_ms() + PATIENCE_MS; loop_ms() < until_ms;) {
        error = lwip.port.connect(&lwip, port_number);
        if (error != PGTASK_WOULD_BLOCK) {
            break;
        }
        loop_turn();
    }
    return error;
}

static void serve(enum loop_server_ending ending, uint32_t length)
{
    loop_server = (struct loop_server){.ending = ending, .length = length};
    assert_int_equal(open_stream(LOOP_SERVER_PORT), PGTASK_OK);
}

/* Reads once, into a block that ends where it may: the sanitizer sees a byte more. */
static enum pgtask_error read_some(uint32_t *received)
{
    size_t const capacity = (size_t)rand() % LARGEST_READ + 1;
    uint8_t *const bytes = malloc(capacity);
    size_t count = 0;
    enum pgtask_error const error = lwip.port.recv(&lwip, bytes, capacity, &count);

    if (error == PGTASK_OK) {
        assert_in_range(count, 1, capacity);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(bytes[i], loop_server_byte(*received + (uint32_t)i));
        }
        *received += (uint32_t)count;
    }
    free(bytes);
    return error;
}

/* @return what ended it: an error, or PGTASK_OK once `most` bytes have come */
static enum pgtask_error read_until(uint32_t most, uint32_t *received)
{
    uint64_t const until_ms = loop_ms() + PATIENCE_MS;

    while (*received < most && loop_ms() < until_ms) {
        enum pgtask_error const error = read_some(received);

        if (error != PGTASK_OK && error != PGTASK_WOULD_BLOCK) {
            return error;
        }
        loop_turn();
    }
    return *received < most ? PGTASK_WOULD_BLOCK : PGTASK_OK;
}

static void send_all(uint32_t length)
{
    uint8_t bytes[SENT_BYTES];
    uint64_t const until_ms = loop_ms() + PATIENCE_MS;
    size_t done = 0;

    for (uint32_t i = 0; i < length; i++) {
        bytes[i] = loop_server_byte(i);
    }
    while (done < length && loop_ms() < until_ms) {
        size_t sent = 0;
        enum pgtask_error const error = lwip.port.send(&lwip, bytes + done, length - done, &sent);

        if (error == PGTASK_OK) {
            assert_in_range(sent, 1, length - done);
            done += sent;
        } else {
            assert_int_equal(error, PGTASK_WOULD_BLOCK);
        }
        loop_turn();
    }
    assert_int_equal(done, length);
}

static void assert_nothing_left(void)
{
    lwip.port.close(&lwip, PGTASK_OK);
    turn_often();
    assert_int_equal(lwip_stats.memp[MEMP_PBUF_POOL]->used, 0);
    assert_int_equal(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
    assert_int_equal(lwip_stats.mem.used, 0);
}

static void what_comes_in_pieces_of_any_size_is_whole_and_then_ends(void **state)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t const length = (uint32_t)rand() % 60000;
        uint32_t received = 0;

        serve(LOOP_SERVER_CLOSE, length);
        assert_int_equal(read_until(UINT32_MAX, &received), PGTASK_ERROR_CLOSED);
        assert_int_equal(received, length);
        assert_nothing_left();
    }
    (void)state;
}

static void what_is_sent_comes_back(void **state)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t const length = (uint32_t)rand() % SENT_BYTES + 1;
        uint32_t received = 0;

        serve(LOOP_SERVER_ECHO, 0);
        send_all(length);
        assert_int_equal(read_until(length, &received), PGTASK_OK);
        assert_nothing_left();
    }
    (void)state;
}

static void what_came_before_a_reset_is_handed_on_before_the_reset_is_told(void **state)
{
    for (int i = 0; i < ROUNDS / 10; i++) {
        uint32_t const length = (uint32_t)rand() % 2000;
        uint32_t received = 0;

        serve(LOOP_SERVER_ABORT, length);
        turn_until_arrived(length);
        send_all(1);
        turn_often();
        assert_int_equal(read_until(UINT32_MAX, &received), PGTASK_ERROR_RESET);
        assert_int_equal(received, length);
        assert_nothing_left();
    }
    (void)state;
}

static void a_reader_that_waits_stops_the_peer_at_the_window(void **state)
{
    uint32_t received = 0;

    serve(LOOP_SERVER_CLOSE, 100000);
    for (uint64_t const until_ms = loop_ms() + STANDSTILL_MS; loop_ms() < until_ms;) {
        loop_turn();
    }
    assert_in_range(loop_server.sent, TCP_WND, TCP_WND + TCP_SND_BUF);
    assert_int_equal(lwip_stats.mem.err, 0);
    assert_int_equal(read_until(UINT32_MAX, &received), PGTASK_ERROR_CLOSED);
    assert_int_equal(received, 100000);
    assert_nothing_left();
    (void)state;
}

static void a_stream_dropped_at_any_moment_leaves_nothing_behind(void **state)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t received = 0;

        serve(LOOP_SERVER_CLOSE, 50000);
        assert_int_equal(read_until(i * i * 4, &received), PGTASK_OK);
        assert_nothing_left();
    }
    (void)state;
}

static void a_port_where_nobody_listens_is_an_error(void **state)
{
    assert_int_equal(open_stream(LOOP_SERVER_PORT + 1), PGTASK_ERROR_CONNECT);
    assert_nothing_left();
    (void)state;
}

int main(void)
{
    static struct CMUnitTest const tests[] = {
        cmocka_unit_test(what_comes_in_pieces_of_any_size_is_whole_and_then_ends),
        cmocka_unit_test(what_is_sent_comes_back),
        cmocka_unit_test(what_came_before_a_reset_is_handed_on_before_the_reset_is_told),
        cmocka_unit_test(a_reader_that_waits_stops_the_peer_at_the_window),
        cmocka_unit_test(a_stream_dropped_at_any_moment_leaves_nothing_behind),
        cmocka_unit_test(a_port_where_nobody_listens_is_an_error),
    };
    static struct pgtask_lwip_platform const platform = {.monotonic_ms = loop_ms};

    lwip_init();
    loop_server_start();
    pgtask_lwip_open(&lwip, &platform);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
