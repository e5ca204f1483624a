/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_zephyr.h
 * The port for Zephyr: its sockets, its resolver, its uptime and its random bytes.
 *
 * The client may run in any thread, one call at a time. It never blocks except in
 * pgtask_client_sleep(), which lets other threads run. The resolver calls back from a thread of
 * Zephyr's; the port takes its addresses from a message queue, in the client's thread.
 *
 * The port was compiled and tested against stubs of Zephyr's headers. It has not run on Zephyr yet.
 */
#ifndef PGTASK_ZEPHYR_H
#define PGTASK_ZEPHYR_H

#include <zephyr/kernel.h>

#include <pgtask_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Zephyr's resolver gives up after this time, milliseconds. */
#define PGTASK_ZEPHYR_RESOLVE_MS 10000

/** What the resolver tells in its thread. */
struct pgtask_zephyr_news {
    int32_t status;                        /**< enum dns_resolve_status */
    struct pgtask_sockets_address address; /**< with DNS_EAI_INPROGRESS */
};

/** Room for the addresses of one kind, and for the end of the look-up. */
#define PGTASK_ZEPHYR_NEWS (PGTASK_SOCKETS_ADDRESSES + 1)

/** One port. The caller places it in static memory, all zero at first; members are private. */
struct pgtask_zephyr {
    struct pgtask_sockets sockets; /**< give `&zephyr.sockets.port` to the client */
    uint16_t id;                   /**< Zephyr's number for the look-up under way */
    uint8_t asked_kinds;           /**< of addresses */
    uint8_t count;                 /**< of addresses so far */
    bool is_asking;                /**< Zephyr has not told the end yet */
    struct k_msgq queue;
    struct pgtask_zephyr_news news[PGTASK_ZEPHYR_NEWS];
};

/**
 * Fills in the port. Cannot fail. The network may come up later.
 * @param unix_time_s  tells Unix time, such as from the sample of SNTP; NULL: the client learns the
 *                     time from the service. See port.h
 */
void pgtask_zephyr_open(struct pgtask_zephyr *zephyr, bool (*unix_time_s)(int64_t *unix_s));

#ifdef __cplusplus
}
#endif

#endif
