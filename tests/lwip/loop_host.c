/* SPDX-License-Identifier: MIT */
#include "loop_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/stats.h>

#include "loop_names.h"
#include "loop_platform.h"
#include "loop_server.h"

struct loop_host loop_host;

uint64_t loop_host_ms(void)
{
    return loop_ms() + loop_host.skew_ms;
}

/* Packets to others than the interface itself are lost. */
static err_t lose(struct netif *netif, struct pbuf *packet, ip4_addr_t const *address)
{
    (void)netif;
    (void)packet;
    (void)address;
    return ERR_OK;
}

#if LWIP_IPV6
static err_t lose_ipv6(struct netif *netif, struct pbuf *packet, ip6_addr_t const *address)
{
    (void)netif;
    (void)packet;
    (void)address;
    return ERR_OK;
}

/* One interface has all addresses of IPv6, since lwIP takes the whole network to be behind it. */
static void add_ipv6_addresses(struct netif *netif)
{
    netif->output_ip6 = lose_ipv6;
    for (s8_t i = 0; i < LOOP_PEERS; i++) {
        ip6_addr_t address;

        IP6_ADDR(&address, PP_HTONL(0xfd000000), 0, 0, lwip_htonl((uint32_t)i + 1));
        netif_ip6_addr_set(netif, i, &address);
        netif_ip6_addr_set_state(netif, i, IP6_ADDR_PREFERRED);
    }
}
#endif

static err_t start_interface(struct netif *netif)
{
    netif->output = lose;
    netif->mtu = 1500;
    return ERR_OK;
}

static void add_interfaces(void)
{
    static struct netif interfaces[LOOP_PEERS];

    for (uint8_t i = 0; i < LOOP_PEERS; i++) {
        ip4_addr_t address;
        ip4_addr_t mask;

        IP4_ADDR(&address, 10, 0, 0, (uint8_t)(i + 1));
        IP4_ADDR(&mask, 255, 255, 255, 255);
        (void)netif_add(&interfaces[i], &address, &mask, NULL, NULL, start_interface, netif_input);
        netif_set_default(&interfaces[i]);
        netif_set_up(&interfaces[i]);
        netif_set_link_up(&interfaces[i]);
    }
#if LWIP_IPV6
    add_ipv6_addresses(&interfaces[0]);
#endif
}

void loop_host_start(void)
{
    lwip_init();
    add_interfaces();
    loop_server_start();
    loop_names_start();
}

void loop_host_rename(void)
{
    static unsigned number;

    (void)snprintf(loop_host.name, sizeof loop_host.name, "host-%u.test", number++);
}

int loop_host_set_up(void **state)
{
    static struct pgtask_lwip_platform const platform = {.monotonic_ms = loop_host_ms};

    (void)state;
    loop_server = (struct loop_server){.ending = LOOP_SERVER_ECHO};
    loop_names = (struct loop_names){.count = 3, .last = {1, 2, 3}};
    loop_host.skew_ms = 0;
    loop_host.port = &loop_host.lwip.port;
    loop_host_rename();
    pgtask_lwip_close(&loop_host.lwip);
    pgtask_lwip_open(&loop_host.lwip, &platform);
    return 0;
}

int loop_host_tear_down(void **state)
{
    (void)state;
    pgtask_lwip_close(&loop_host.lwip);
    for (int i = 0; i < 1000; i++) {
        loop_turn();
    }
    assert_int_equal(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
    assert_int_equal(lwip_stats.mem.used, 0);
    return 0;
}

enum pgtask_error loop_host_resolve(void)
{
    uint64_t const until_ms = loop_ms() + LOOP_PATIENCE_MS;
    enum pgtask_error error;

    while ((error = loop_host.port->resolve(&loop_host.lwip, loop_host.name)) ==
               PGTASK_WOULD_BLOCK &&
           loop_ms() < until_ms) {
        loop_turn();
    }
    return error;
}

enum pgtask_error loop_host_connect_once(void)
{
    return loop_host.port->connect(&loop_host.lwip, LOOP_SERVER_PORT);
}

enum pgtask_error loop_host_connect(void)
{
    uint64_t const until_ms = loop_ms() + LOOP_PATIENCE_MS;
    enum pgtask_error error;

    while ((error = loop_host_connect_once()) == PGTASK_WOULD_BLOCK && loop_ms() < until_ms) {
        loop_turn();
    }
    return error;
}
