/* SPDX-License-Identifier: MIT */
/* Addresses of IPv6 and of both kinds in the port for lwIP. The addresses of IPv4 come first. */
#include <pgtask_lwip.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <lwip/tcp.h>

#include "loop_host.h"
#include "loop_names.h"

/* In the checks below, an address of IPv6 is its last byte and this. */
enum { SIX = 1000 };

static struct pgtask_lwip *const lwip = &loop_host.lwip;

static int number_of(ip_addr_t const *address)
{
    return IP_IS_V6(address) ? SIX + IP6_ADDR_BLOCK8(ip_2_ip6(address))
                             : ip4_addr4(ip_2_ip4(address));
}

static void find(size_t count, size_t count6)
{
    loop_names = (struct loop_names){.count = count, .count6 = count6};
    for (size_t i = 0; i < LOOP_NAMES_MOST; i++) {
        loop_names.last[i] = loop_names.last6[i] = (uint8_t)(i + 1);
    }
}

static void assert_found(size_t count, size_t count6)
{
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    assert_int_equal(lwip->address_count, count + count6);
    for (size_t i = 0; i < count + count6; i++) {
        assert_int_equal(number_of(&lwip->addresses[i]), i < count ? 1 + i : SIX + 1 + i - count);
    }
}

/* Looks up and connects, as the client does each time. */
static int peer_of_next_connection(void)
{
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    assert_int_equal(loop_host_connect(), PGTASK_OK);
    return number_of(&lwip->pcb->remote_ip);
}

static void four_addresses_of_each_kind_are_found(void **state)
{
    static struct {
        size_t count, count6;
    } const cases[] = {{1, 1}, {3, 2}, {4, 4}, {5, 9}, {40, 40}, {2, 0}, {0, 3}, {0, 40}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        find(cases[i].count, cases[i].count6);
        loop_host_rename();
        for (int times = 0; times < 3; times++) { /* later, lwIP has the name in its cache */
            assert_found(cases[i].count < 4 ? cases[i].count : 4,
                         cases[i].count6 < 4 ? cases[i].count6 : 4);
        }
    }
}

static void host_without_an_address_of_either_kind_is_not_found(void **state)
{
    (void)state;
    find(0, 0);
    assert_int_equal(loop_host_resolve(), PGTASK_ERROR_RESOLVE);
}

static void connection_that_failed_is_followed_by_one_to_the_next_address(void **state)
{
    static int const peers[] = {1, 2, SIX + 1, SIX + 2, SIX + 3, 1, 2};

    (void)state;
    find(2, 3);
    for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
        assert_int_equal(peer_of_next_connection(), peers[i]);
        loop_host.port->close(lwip, PGTASK_ERROR_TLS_UNKNOWN_CA);
    }
}

static void connection_that_has_served_is_made_to_the_same_address(void **state)
{
    (void)state;
    find(0, 3);
    assert_int_equal(peer_of_next_connection(), SIX + 1);
    loop_host.port->close(lwip, PGTASK_ERROR_RESET);
    find(3, 3);
    loop_host_rename();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(peer_of_next_connection(), SIX + 2);
        loop_host.port->close(lwip, PGTASK_OK);
    }
}

/* As in a network where one of the two kinds leads nowhere. */
static void black_hole_of_one_kind_is_followed_by_the_other_kind(void **state)
{
    (void)state;
    find(1, 2);
    loop_names.last[0] = LOOP_BLACK_HOLE;
    loop_names.last6[0] = LOOP_BLACK_HOLE;
    assert_int_equal(loop_host_resolve(), PGTASK_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(loop_host_connect_once(), PGTASK_WOULD_BLOCK);
        assert_int_equal(number_of(&lwip->pcb->remote_ip), (i == 0 ? 0 : SIX) + LOOP_BLACK_HOLE);
        loop_host.skew_ms += PGTASK_LWIP_CONNECT_MS;
    }
    assert_int_equal(loop_host_connect(), PGTASK_OK);
    assert_int_equal(number_of(&lwip->pcb->remote_ip), SIX + 2);
    loop_host.port->close(lwip, PGTASK_OK);
    assert_int_equal(peer_of_next_connection(), SIX + 2);
}

static void literal_of_either_kind_needs_no_name_server(void **state)
{
    unsigned const before = loop_names.questions;

    (void)state;
    (void)snprintf(loop_host.name, sizeof loop_host.name, "fd00::3");
    assert_int_equal(peer_of_next_connection(), SIX + 3);
    loop_host.port->close(lwip, PGTASK_OK);
    (void)snprintf(loop_host.name, sizeof loop_host.name, "10.0.0.2");
    assert_int_equal(peer_of_next_connection(), 2);
    assert_int_equal(loop_names.questions, before);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, loop_host_set_up, loop_host_tear_down)

int main(void)
{
    static struct CMUnitTest const tests[] = {
        TEST(four_addresses_of_each_kind_are_found),
        TEST(host_without_an_address_of_either_kind_is_not_found),
        TEST(connection_that_failed_is_followed_by_one_to_the_next_address),
        TEST(connection_that_has_served_is_made_to_the_same_address),
        TEST(black_hole_of_one_kind_is_followed_by_the_other_kind),
        TEST(literal_of_either_kind_needs_no_name_server),
    };

    loop_host_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
