/* SPDX-License-Identifier: MIT */
/*
 * Brings the network up, one step a poll: the link, then an address by DHCP, then the time by SNTP.
 * See enum pgtask_network_state. The network goes back to an earlier state when the link or the
 * address is lost.
 */
#include "pgtask_network.h"

#include <board.h>

#include <lwip/apps/sntp.h>
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/init.h>
#include <lwip/timeouts.h>

#include "network_private.h"

/* A check of the link takes long, because the PHY has a slow serial line. */
#define LINK_CHECK_MS 100u

/* This limits the received frames of one poll, to leave time for the loop's other work. */
#define FRAMES_PER_POLL 8

#define DNS_PORT         53
#define SNTP_PORT_NUMBER 123

/* lwIP has one resolver and one SNTP client, so each port is one variable: see lwipopts.h. */
uint16_t pgtask_network_dns_port = DNS_PORT;
uint16_t pgtask_network_sntp_port = SNTP_PORT_NUMBER;

static struct {
    bool is_known;
    int64_t unix_s;
    uint64_t at_ms;
} network_time;

void pgtask_network_set_unix_time(uint32_t unix_s)
{
    network_time.is_known = true;
    network_time.unix_s = unix_s;
    network_time.at_ms = board_monotonic_ms();
}

bool pgtask_network_unix_time_s(int64_t *unix_s)
{
    if (network_time.is_known) {
        *unix_s =
            network_time.unix_s + (int64_t)((board_monotonic_ms() - network_time.at_ms) / 1000);
    }
    return network_time.is_known;
}

uint32_t sys_now(void)
{
    return (uint32_t)board_monotonic_ms();
}

/*
 * lwIP takes its ports and ids from here. Without a random source an attacker can guess them and
 * forge names and the time. That gains nothing: TLS does not start without random bytes.
 */
uint32_t pgtask_lwip_random(void)
{
    static uint32_t fallback;
    uint32_t number;

    if (!board_entropy((uint8_t *)&number, sizeof number)) {
        fallback = fallback * 1664525u + 1013904223u + sys_now();
        return fallback;
    }
    return number;
}

bool pgtask_network_start(struct pgtask_network *network,
                          struct pgtask_network_settings const *settings)
{
    *network = (struct pgtask_network){.settings = *settings};
    pgtask_network_dns_port = settings->dns_port != 0 ? settings->dns_port : DNS_PORT;
    pgtask_network_sntp_port = settings->sntp_port != 0 ? settings->sntp_port : SNTP_PORT_NUMBER;
    if (!board_ethernet_start()) {
        return false;
    }
    lwip_init();
    if (!pgtask_network_add_interface(&network->netif)) {
        return false;
    }
    sntp_servermode_dhcp(settings->sntp_server == NULL);
    return dhcp_start(&network->netif) == ERR_OK;
}

static void update_link(struct pgtask_network *network)
{
    uint64_t const now_ms = board_monotonic_ms();
    bool is_up;

    if (network->link_checked_ms != 0 && now_ms - network->link_checked_ms < LINK_CHECK_MS) {
        return;
    }
    network->link_checked_ms = now_ms;
    is_up = board_ethernet_link();
    if (is_up && !netif_is_link_up(&network->netif)) {
        netif_set_link_up(&network->netif);
    } else if (!is_up && netif_is_link_up(&network->netif)) {
        netif_set_link_down(&network->netif);
    }
}

static void request_time(struct pgtask_network *network)
{
    struct pgtask_network_settings const *const settings = &network->settings;
    ip_addr_t server;

    if (settings->dns_server != NULL && ipaddr_aton(settings->dns_server, &server)) {
        dns_setserver(0, &server);
    }
    if (settings->sntp_server != NULL) {
        sntp_setservername(0, settings->sntp_server);
    }
    sntp_stop();
    sntp_init();
    network->time_requested_ms = board_monotonic_ms();
}

static enum pgtask_network_state next_state(struct pgtask_network *network)
{
    if (!netif_is_link_up(&network->netif)) {
        return PGTASK_NETWORK_NO_LINK;
    }
    if (!dhcp_supplied_address(&network->netif)) {
        return PGTASK_NETWORK_NO_ADDRESS;
    }
    if (network->state < PGTASK_NETWORK_NO_TIME) {
        request_time(network);
        return PGTASK_NETWORK_NO_TIME;
    }
    if (network_time.is_known ||
        board_monotonic_ms() - network->time_requested_ms >= PGTASK_NETWORK_SNTP_MS) {
        return PGTASK_NETWORK_UP;
    }
    return network->state;
}

enum pgtask_network_state pgtask_network_poll(struct pgtask_network *network)
{
    update_link(network);
    for (int i = 0; i < FRAMES_PER_POLL && pgtask_network_take_frame(&network->netif); i++) {
    }
    sys_check_timeouts();
    network->state = next_state(network);
    return network->state;
}

char const *pgtask_network_state_text(enum pgtask_network_state state)
{
    static char const *const texts[] = {"no link", "waiting for DHCP", "waiting for SNTP", "up"};

    return (unsigned)state < sizeof texts / sizeof texts[0] ? texts[state] : "";
}
