/* SPDX-License-Identifier: MIT */
/*
 * Several addresses of one host in the port for lwIP: which are found, which one is tried, and for
 * how long.
 */
#include <pgtask_lwip.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lwip/pbuf.h>
#include <lwip/tcp.h>

#include "loop_host.h"
#include "loop_names.h"
#include "loop_platform.h"
#include "loop_server.h"

enum { FUZZED = 20000 };

static struct pgtask_lwip *const lwip = &loop_host.lwip;

static uint8_t last_of(ip_addr_t const *address)
{
    return ip4_addr4(ip_2_ip4(address));
}

static uint8_t peer_of_stream(void)
{
    return last_of(&lwip->pcb->remote_ip);
}

/* Looks up and connects, as the client does each time. */
static uint8_t peer_of_next_connection(void)
{
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    assert_int_equal(loop_host_connect(), PGTASK_OK);
    return peer_of_stream();
}

static void assert_found(uint8_t count, uint8_t first)
{
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    assert_int_equal(lwip->address_count, count);
    for (uint8_t i = 0; i < count; i++) {
        assert_int_equal(last_of(&lwip->addresses[i]), first + i);
    }
}

static void find_many(size_t count)
{
    loop_names.count = count;
    for (size_t i = 0; i < count; i++) {
        loop_names.last[i] = (uint8_t)(i + 1);
    }
}

static void any_number_of_addresses_is_found_up_to_four(void **state)
{
    static size_t const numbers[] = {1, 2, 3, 4, 5, 9, 25};

    (void)state;
    assert_int_equal(PGTASK_LWIP_ADDRESSES, 4);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint8_t const kept = (uint8_t)(numbers[i] < 4 ? numbers[i] : 4);

        find_many(numbers[i]);
        loop_host_rename();
        assert_found(kept, 1);
        loop_names.has_alias = true;
        loop_host_rename();
        assert_found(kept, 1);
        loop_names.has_alias = false;
    }
}

/* lwIP's own cache has the first address only. */
static void addresses_are_kept_while_lwip_does_not_ask_again(void **state)
{
    unsigned const before = loop_names.questions;

    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_found(3, 1);
        loop_host.port->close(lwip, PGTASK_OK);
    }
    assert_int_equal(loop_names.questions, before + 1);
}

static void addresses_of_another_host_are_not_mixed_in(void **state)
{
    (void)state;
    assert_found(3, 1);
    loop_names.count = 1;
    loop_names.last[0] = 77;
    loop_host_rename();
    assert_found(1, 77);
    loop_names = (struct loop_names){.count = 2, .last = {80, 81}};
    loop_host_rename();
    assert_found(2, 80);
}

static void answer_that_lwip_refuses_adds_nothing(void **state)
{
    (void)state;
    loop_names.has_false_number = true;
    assert_int_equal(loop_host.port->resolve(lwip, loop_host.name), PGTASK_WOULD_BLOCK);
    for (int i = 0; i < 1000; i++) {
        loop_turn();
        assert_int_equal(loop_host.port->resolve(lwip, loop_host.name), PGTASK_WOULD_BLOCK);
    }
    assert_int_equal(lwip->address_count, 0);
    loop_names.has_false_number = false;
    loop_names.last[0] = 50;
    loop_names.count = 1;
    assert_found(1, 50); /* after lwIP has asked again */
}

static void answer_that_is_cut_anywhere_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    loop_names.has_alias = true;
    for (size_t cut = 1; cut <= 32; cut++) {
        loop_names.cut = cut;
        loop_host_rename();
        assert_found((uint8_t)(2 - (cut - 1) / 16), 1);
    }
}

/* The hook sees packets before anybody has checked them. The sanitizers watch. */
static void hook_reads_no_byte_beyond_any_packet(void **state)
{
    static uint8_t const head[] = {0x45, 0, 0,  0, 0, 0, 0, 0,  9, 17, 0, 0, 10, 0,
                                   0,    1, 10, 0, 0, 2, 0, 53, 0, 99, 0, 0, 0,  0};

    (void)state;
    for (int i = 0; i < FUZZED; i++) {
        u16_t const length = (u16_t)(rand() % 120 + 1);
        struct pbuf *const packet = pbuf_alloc(PBUF_RAW, length, PBUF_POOL);
        uint8_t bytes[120];

        for (size_t j = 0; j < sizeof bytes; j++) {
            bytes[j] = (uint8_t)(rand() % 3 == 0 ? rand() : rand() % 3);
        }
        memcpy(bytes, head, sizeof head);
        bytes[0] = (uint8_t)(i % 4 == 0 ? rand() : head[0]);
        (void)pbuf_take(packet, bytes, length);
        assert_int_equal(pgtask_lwip_see_packet(packet, NULL), 0);
        (void)pbuf_free(packet);
    }
}

static void connection_that_has_served_is_made_to_the_same_address(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(peer_of_next_connection(), 1);
        loop_host.port->close(lwip, PGTASK_OK);
    }
    loop_names = (struct loop_names){.count = 3, .last = {3, 1, 2}};
    loop_host_rename();
    assert_int_equal(peer_of_next_connection(), 1);
}

static void connection_that_failed_is_followed_by_one_to_the_next_address(void **state)
{
    static enum pgtask_error const failures[] = {PGTASK_ERROR_TLS_UNKNOWN_CA, PGTASK_ERROR_RESET,
                                                 PGTASK_ERROR_STALLED, PGTASK_ERROR_TIMEOUT};

    (void)state;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        assert_int_equal(peer_of_next_connection(), i % LOOP_PEERS + 1);
        loop_host.port->close(lwip, failures[i]);
        loop_host.port->close(lwip, failures[i]);
    }
    assert_int_equal(peer_of_next_connection(), 2);
    loop_host.port->close(lwip, PGTASK_OK);
    assert_int_equal(peer_of_next_connection(), 2);
}

static void connection_that_the_peer_has_broken_is_followed_by_one_to_the_next(void **state)
{
    uint64_t const until_ms = loop_ms() + LOOP_PATIENCE_MS;
    uint8_t byte = 0;
    size_t length;

    (void)state;
    loop_server.ending = LOOP_SERVER_ABORT;
    assert_int_equal(peer_of_next_connection(), 1);
    assert_int_equal(loop_host.port->send(lwip, &byte, 1, &length), PGTASK_OK);
    while (loop_host.port->recv(lwip, &byte, 1, &length) != PGTASK_ERROR_RESET) {
        assert_true(loop_ms() < until_ms);
        loop_turn();
    }
    loop_host.port->close(lwip, PGTASK_ERROR_RESET);
    assert_int_equal(peer_of_next_connection(), 2);
}

static void black_hole_costs_a_second_once_and_then_comes_last(void **state)
{
    (void)state;
    loop_names = (struct loop_names){.count = 3, .last = {LOOP_BLACK_HOLE, 2, 3}};
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    assert_int_equal(loop_host_connect_once(), PGTASK_WOULD_BLOCK);
    assert_in_range(lwip->attempt_until_ms, loop_host_ms() + 250, loop_host_ms() + 1000);
    loop_host.skew_ms += PGTASK_LWIP_CONNECT_MS;
    assert_int_equal(loop_host_connect(), PGTASK_OK);
    assert_int_equal(peer_of_stream(), 2);
    for (int i = 0; i < 3; i++) {
        loop_host.port->close(lwip, PGTASK_OK);
        assert_int_equal(peer_of_next_connection(), 2);
    }
    loop_host.port->close(lwip, PGTASK_ERROR_RESET);
    assert_int_equal(peer_of_next_connection(), 3);
}

static void order_of_the_look_up_counts_again_after_ten_minutes(void **state)
{
    (void)state;
    loop_names = (struct loop_names){.count = 3, .last = {LOOP_BLACK_HOLE, 2, 3}};
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    assert_int_equal(loop_host_connect_once(), PGTASK_WOULD_BLOCK);
    loop_host.skew_ms += PGTASK_LWIP_CONNECT_MS;
    assert_int_equal(loop_host_connect(), PGTASK_OK);
    loop_host.port->close(lwip, PGTASK_OK);
    loop_host.skew_ms += PGTASK_LWIP_REMEMBER_MS - LOOP_PATIENCE_MS;
    assert_int_equal(peer_of_next_connection(), 2);
    loop_host.port->close(lwip, PGTASK_OK);
    loop_host.skew_ms += LOOP_PATIENCE_MS;
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    assert_int_equal(loop_host_connect_once(), PGTASK_WOULD_BLOCK);
    assert_int_equal(peer_of_stream(), LOOP_BLACK_HOLE);
}

/* Each round gives each address twice the time of the one before. */
static void slow_network_gets_more_time_in_two_more_rounds(void **state)
{
    (void)state;
    loop_names = (struct loop_names){.count = 2, .last = {LOOP_BLACK_HOLE, LOOP_BLACK_HOLE + 1}};
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(loop_host_connect_once(), PGTASK_WOULD_BLOCK);
        assert_int_equal(peer_of_stream(), LOOP_BLACK_HOLE + i % 2);
        loop_host.skew_ms += (1000u << i / 2) - 600;
        assert_int_equal(loop_host_connect_once(), PGTASK_WOULD_BLOCK);
        assert_int_equal(peer_of_stream(), LOOP_BLACK_HOLE + i % 2);
        loop_host.skew_ms += 600;
    }
    assert_int_equal(loop_host_connect_once(), PGTASK_ERROR_CONNECT);
    assert_int_equal(loop_host.port->last_failure(lwip), ERR_TIMEOUT);
}

static void only_address_of_a_host_is_waited_for_without_a_bound(void **state)
{
    (void)state;
    loop_names = (struct loop_names){.count = 1, .last = {LOOP_BLACK_HOLE}};
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    assert_int_equal(loop_host_connect_once(), PGTASK_WOULD_BLOCK);
    loop_host.skew_ms += 3600000;
    assert_int_equal(loop_host_connect_once(), PGTASK_WOULD_BLOCK);
}

static void addresses_that_all_refuse_are_tried_once(void **state)
{
    uint64_t const until_ms = loop_ms() + LOOP_PATIENCE_MS;
    enum pgtask_error error;

    (void)state;
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    while ((error = loop_host.port->connect(lwip, LOOP_SERVER_PORT + 1)) == PGTASK_WOULD_BLOCK) {
        assert_true(loop_ms() < until_ms);
        loop_turn();
    }
    assert_int_equal(error, PGTASK_ERROR_CONNECT);
    assert_int_equal(lwip->round, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, loop_host_set_up, loop_host_tear_down)

int main(void)
{
    static struct CMUnitTest const tests[] = {
        TEST(any_number_of_addresses_is_found_up_to_four),
        TEST(addresses_are_kept_while_lwip_does_not_ask_again),
        TEST(addresses_of_another_host_are_not_mixed_in),
        TEST(answer_that_lwip_refuses_adds_nothing),
        TEST(answer_that_is_cut_anywhere_is_read_as_far_as_it_goes),
        TEST(hook_reads_no_byte_beyond_any_packet),
        TEST(connection_that_has_served_is_made_to_the_same_address),
        TEST(connection_that_failed_is_followed_by_one_to_the_next_address),
        TEST(connection_that_the_peer_has_broken_is_followed_by_one_to_the_next),
        TEST(black_hole_costs_a_second_once_and_then_comes_last),
        TEST(order_of_the_look_up_counts_again_after_ten_minutes),
        TEST(slow_network_gets_more_time_in_two_more_rounds),
        TEST(only_address_of_a_host_is_waited_for_without_a_bound),
        TEST(addresses_that_all_refuse_are_tried_once),
    };

    loop_host_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
