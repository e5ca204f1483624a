/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_network.h
 * Brings a board's Ethernet up under lwIP without an operating system: link, address by DHCP, time
 * by SNTP. The super-loop polls it, and it never blocks. It sees the board only through board.h.
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

#ifdef __cplusplus
extern "C" {
#endif

/** If SNTP gives no answer in this time, the network is up without Unix time. */
#define PGTASK_NETWORK_SNTP_MS 5000u

/** How to bring the network up. All zero is a good start. The caller keeps the texts alive. */
struct pgtask_network_settings {
    char const *sntp_server; /**< name or address; NULL takes the one that DHCP names */
    uint16_t sntp_port;      /**< 0 means 123 */
    char const *dns_server;  /**< address; NULL takes the one that DHCP names */
    uint16_t dns_port;       /**< 0 means 53 */
};

/** How far the network has come up. */
enum pgtask_network_state {
    PGTASK_NETWORK_NO_LINK,    /**< the cable is out, or its other end is off */
    PGTASK_NETWORK_NO_ADDRESS, /**< DHCP has not answered yet */
    PGTASK_NETWORK_NO_TIME,    /**< SNTP has not answered yet */
    PGTASK_NETWORK_UP          /**< usable, with the time if SNTP gave it */
};

/** The one network interface. The caller places it in static memory; its contents are opaque. */
struct pgtask_network {
    struct netif netif;
    struct pgtask_network_settings settings;
    enum pgtask_network_state state;
    uint64_t link_checked_ms;
    uint64_t time_requested_ms;
};

/**
 * Starts lwIP and the network interface. Call it once.
 * @param settings  copied; its texts are not
 * @return false if the board has no Ethernet, or lwIP no memory for it
 */
bool pgtask_network_start(struct pgtask_network *network,
                          struct pgtask_network_settings const *settings);

/**
 * Hands received frames to lwIP, runs lwIP's timers and follows the link. Call it in every turn of
 * the loop.
 * @return how far the network has come up
 */
enum pgtask_network_state pgtask_network_poll(struct pgtask_network *network);

/**
 * The time from SNTP, continued by the board's clock; it is made for struct pgtask_lwip_platform.
 * Nothing authenticates SNTP, so anybody on the path can set this time. The library limits the
 * harm: it believes no time before PGTASK_EARLIEST_UNIX_S, and corrects a clock that the service
 * refuses.
 * @param unix_s  set on true: seconds since 1970-01-01 00:00:00 UTC
 * @return false while SNTP has not answered
 */
bool pgtask_network_unix_time_s(int64_t *unix_s);

/** @return a few words for a state, such as "waiting for DHCP"; a constant */
char const *pgtask_network_state_text(enum pgtask_network_state state);

#ifdef __cplusplus
}
#endif

#endif
