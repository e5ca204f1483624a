/* SPDX-License-Identifier: MIT */
/*
 * Several addresses of one host in the port for lwIP: which are found, which one is tried, and for
 * how long. The test moves the port's clock. Peers are at 10.0.0.1 to 10.0.0.3; nothing answers at
 * the addresses from 10.0.0.90 on.
 */
#include <pgtask_lwip.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/stats.h>
#include <lwip/tcp.h>

#include "loop_names.h"
#include "loop_platform.h"
#include "loop_server.h"

enum { PEERS = 3, PATIENCE_MS = 10000, BLACK_HOLE = 90, FUZZED = 20000 };

static struct pgtask_lwip lwip;
static struct pgtask_port *const port = &lwip.port;
static uint64_t skew_ms;
static char name[32];

static uint64_t skewed_ms(void)
{
    return loop_ms() + skew_ms;
}

/* Packets to others than the interface itself are lost. */
static err_t lose(struct netif *netif, struct pbuf *packet, ip4_addr_t const *address)
{
    (void)netif;
    (void)packet;
    (void)address;
    return ERR_OK;
}

static err_t start_interface(struct netif *netif)
{
    netif->output = lose;
    netif->mtu = 1500;
    return ERR_OK;
}

static void add_interfaces(void)
{
    static struct netif interfaces[PEERS];

    for (uint8_t i = 0; i < PEERS; i++) {
        ip4_addr_t address;
        ip4_addr_t mask;

        IP4_ADDR(&address, 10, 0, 0, (uint8_t)(i + 1));
        IP4_ADDR(&mask, 255, 255, 255, 255);
        (void)netif_add(&interfaces[i], &address, &mask, NULL, NULL, start_interface, ip_input);
        netif_set_default(&interfaces[i]);
        netif_set_up(&interfaces[i]);
        netif_set_link_up(&interfaces[i]);
    }
}

/* A name that lwIP's cache does not have yet. */
static void use_another_name(void)
{
    static unsigned number;

    (void)snprintf(name, sizeof name, "host-%u.test", number++);
}

static int set_up(void **state)
{
    static struct pgtask_lwip_platform const platform = {.monotonic_ms = skewed_ms};

    (void)state;
    loop_server = (struct loop_server){.ending = LOOP_SERVER_ECHO};
    loop_names = (struct loop_names){.count = 3, .last = {1, 2, 3}};
    skew_ms = 0;
    use_another_name();
    pgtask_lwip_close(&lwip);
    pgtask_lwip_open(&lwip, &platform);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pgtask_lwip_close(&lwip);
    for (int i = 0; i < 1000; i++) {
        loop_turn();
    }
    assert_int_equal(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
    assert_int_equal(lwip_stats.mem.used, 0);
    return 0;
}

static enum pgtask_error resolve(void)
{
    uint64_t const until_ms = loop_ms() + PATIENCE_MS;
    enum pgtask_error error;

    while ((error = port->resolve(&lwip, name)) == PGTASK_WOULD_BLOCK && loop_ms() < until_ms) {
        loop_turn();
    }
    return error;
}

static enum pgtask_error connect_once(void)
{
    return port->connect(&lwip, LOOP_SERVER_PORT);
}

static enum pgtask_error connect_now(void)
{
    uint64_t const until_ms = loop_ms() + PATIENCE_MS;
    enum pgtask_error error;

    while ((error = connect_once()) == PGTASK_WOULD_BLOCK && loop_ms() < until_ms) {
        loop_turn();
    }
    return error;
}

static uint8_t last_of(ip_addr_t const *address)
{
    return ip4_addr4(ip_2_ip4(address));
}

static uint8_t peer_of_stream(void)
{
    return last_of(&lwip.pcb->remote_ip);
}

/* Looks up and connects, as the client does each time. */
static uint8_t peer_of_next_connection(void)
{
    assert_int_equal(resolve(), PGTASK_OK);
    assert_int_equal(connect_now(), PGTASK_OK);
    return peer_of_stream();
}

static void assert_found(uint8_t count, uint8_t first)
{
    assert_int_equal(resolve(), PGTASK_OK);
    assert_int_equal(lwip.address_count, count);
    for (uint8_t i = 0; i < count; i++) {
        assert_int_equal(last_of(&lwip.addresses[i]), first + i);
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
        use_another_name();
        assert_found(kept, 1);
        loop_names.has_alias = true;
        use_another_name();
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
        port->close(&lwip, PGTASK_OK);
    }
    assert_int_equal(loop_names.questions, before + 1);
}

static void addresses_of_another_host_are_not_mixed_in(void **state)
{
    (void)state;
    assert_found(3, 1);
    loop_names.count = 1;
    loop_names.last[0] = 77;
    use_another_name();
    assert_found(1, 77);
    loop_names = (struct loop_names){.count = 2, .last = {80, 81}};
    use_another_name();
    assert_found(2, 80);
}

static void answer_that_lwip_refuses_adds_nothing(void **state)
{
    (void)state;
    loop_names.has_false_number = true;
    assert_int_equal(port->resolve(&lwip, name), PGTASK_WOULD_BLOCK);
    for (int i = 0; i < 1000; i++) {
        loop_turn();
        assert_int_equal(port->resolve(&lwip, name), PGTASK_WOULD_BLOCK);
    }
    assert_int_equal(lwip.address_count, 0);
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
        use_another_name();
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
        port->close(&lwip, PGTASK_OK);
    }
    loop_names = (struct loop_names){.count = 3, .last = {3, 1, 2}};
    use_another_name();
    assert_int_equal(peer_of_next_connection(), 1);
}

static void connection_that_failed_is_followed_by_one_to_the_next_address(void **state)
{
    static enum pgtask_error const failures[] = {PGTASK_ERROR_TLS_UNKNOWN_CA, PGTASK_ERROR_RESET,
                                                 PGTASK_ERROR_STALLED, PGTASK_ERROR_TIMEOUT};

    (void)state;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        assert_int_equal(peer_of_next_connection(), i % PEERS + 1);
        port->close(&lwip, failures[i]);
        port->close(&lwip, failures[i]);
    }
    assert_int_equal(peer_of_next_connection(), 2);
    port->close(&lwip, PGTASK_OK);
    assert_int_equal(peer_of_next_connection(), 2);
}

static void connection_that_the_peer_has_broken_is_followed_by_one_to_the_next(void **state)
{
    uint64_t const until_ms = loop_ms() + PATIENCE_MS;
    uint8_t byte = 0;
    size_t length;

    (void)state;
    loop_server.ending = LOOP_SERVER_ABORT;
    assert_int_equal(peer_of_next_connection(), 1);
    assert_int_equal(port->send(&lwip, &byte, 1, &length), PGTASK_OK);
    while (port->recv(&lwip, &byte, 1, &length) != PGTASK_ERROR_RESET) {
        assert_true(loop_ms() < until_ms);
        loop_turn();
    }
    port->close(&lwip, PGTASK_ERROR_RESET);
    assert_int_equal(peer_of_next_connection(), 2);
}

static void black_hole_costs_a_second_once_and_then_comes_last(void **state)
{
    (void)state;
    loop_names = (struct loop_names){.count = 3, .last = {BLACK_HOLE, 2, 3}};
    assert_int_equal(resolve(), PGTASK_OK);
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    assert_in_range(lwip.attempt_until_ms, skewed_ms() + 250, skewed_ms() + 1000);
    skew_ms += PGTASK_LWIP_CONNECT_MS;
    assert_int_equal(connect_now(), PGTASK_OK);
    assert_int_equal(peer_of_stream(), 2);
    for (int i = 0; i < 3; i++) {
        port->close(&lwip, PGTASK_OK);
        assert_int_equal(peer_of_next_connection(), 2);
    }
    port->close(&lwip, PGTASK_ERROR_RESET);
    assert_int_equal(peer_of_next_connection(), 3);
}

/* Each round gives each address twice the time of the one before. */
static void slow_network_gets_more_time_in_two_more_rounds(void **state)
{
    (void)state;
    loop_names = (struct loop_names){.count = 2, .last = {BLACK_HOLE, BLACK_HOLE + 1}};
    assert_int_equal(resolve(), PGTASK_OK);
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
        assert_int_equal(peer_of_stream(), BLACK_HOLE + i % 2);
        skew_ms += (1000u << i / 2) - 600;
        assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
        assert_int_equal(peer_of_stream(), BLACK_HOLE + i % 2);
        skew_ms += 600;
    }
    assert_int_equal(connect_once(), PGTASK_ERROR_CONNECT);
    assert_int_equal(port->last_failure(&lwip), ERR_TIMEOUT);
}

static void only_address_of_a_host_is_waited_for_without_a_bound(void **state)
{
    (void)state;
    loop_names = (struct loop_names){.count = 1, .last = {BLACK_HOLE}};
    assert_int_equal(resolve(), PGTASK_OK);
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    skew_ms += 3600000;
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
}

static void addresses_that_all_refuse_are_tried_once(void **state)
{
    uint64_t const until_ms = loop_ms() + PATIENCE_MS;
    enum pgtask_error error;

    (void)state;
    assert_int_equal(resolve(), PGTASK_OK);
    while ((error = port->connect(&lwip, LOOP_SERVER_PORT + 1)) == PGTASK_WOULD_BLOCK) {
        assert_true(loop_ms() < until_ms);
        loop_turn();
    }
    assert_int_equal(error, PGTASK_ERROR_CONNECT);
    assert_int_equal(lwip.round, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

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
        TEST(slow_network_gets_more_time_in_two_more_rounds),
        TEST(only_address_of_a_host_is_waited_for_without_a_bound),
        TEST(addresses_that_all_refuse_are_tried_once),
    };

    lwip_init();
    add_interfaces();
    loop_server_start();
    loop_names_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
