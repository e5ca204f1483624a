/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_network.h
 * Brings a board's Ethernet up under lwIP without a system: cable, address by DHCP, time by SNTP.
 * Polled from the super-loop; never blocks. The board is seen through board.h alone.
 *
 * @code
 * static struct pgtask_network network;
 * struct pgtask_network_settings settings = {.sntp_server = "ntp.tencent.com"};
 *
 * if (!pgtask_network_start(&network, &settings)) no_interface();
 * for (;;) {
 *     if (pgtask_network_poll(&network) == PGTASK_NETWORK_UP) use_it();
 *     board_sleep();
 * }
 * @endcode
 */
#ifndef PGTASK_NETWORK_H
#define PGTASK_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include <lwip/netif.h>

/** How long the network waits for the time before it is up without it. */
#define PGTASK_NETWORK_SNTP_MS 5000u

/** How to bring it up. All zero is a good start; texts are the caller's and stay. */
struct pgtask_network_settings {
    char const *sntp_server; /**< name or address; NULL: what DHCP names */
    uint16_t sntp_port;      /**< 0: 123 */
    char const *dns_server;  /**< address; NULL: what DHCP names */
    uint16_t dns_port;       /**< 0: 53 */
};

/** How far it is. */
enum pgtask_network_state {
    PGTASK_NETWORK_NO_LINK,    /**< the cable is out */
    PGTASK_NETWORK_NO_ADDRESS, /**< DHCP has not answered yet */
    PGTASK_NETWORK_NO_TIME,    /**< SNTP has not answered yet */
    PGTASK_NETWORK_UP          /**< with the time, or without it after PGTASK_NETWORK_SNTP_MS */
};

/** The one interface. The caller places it; members are private. */
struct pgtask_network {
    struct netif netif;
    struct pgtask_network_settings settings;
    enum pgtask_network_state state;
    uint64_t link_checked_ms;
    uint64_t asked_time_ms;
};

/**
 * Starts lwIP and the interface. Once.
 * @return false if the board has no interface
 */
bool pgtask_network_start(struct pgtask_network *network,
                          struct pgtask_network_settings const *settings);

/** Takes in what came, serves lwIP's timers, and tells how far the network is. */
enum pgtask_network_state pgtask_network_poll(struct pgtask_network *network);

/**
 * The time by SNTP, counted on by the board's clock; for struct pgtask_lwip_platform. Nobody
 * vouches for it: who stands on the way can set it. What it can do is bounded, because the library
 * believes no time before PGTASK_EARLIEST_UNIX_S, and corrects a clock that the service refuses.
 * @return false while SNTP has not answered
 */
bool pgtask_network_unix_time_s(int64_t *unix_s);

/** @return a few lower-case words for a state, such as "no address"; a constant */
char const *pgtask_network_state_text(enum pgtask_network_state state);

#endif
