/* SPDX-License-Identifier: MIT */
/**
 * @file conformance.h
 * Checks a port against each promise of <pgtask/port.h>, from outside. Link it with your port, run
 * tests/port/peer.py where the port can reach it, and call port_conformance().
 *
 * Of a C library it needs only memcpy and its like, so it runs on a bare board too. It takes about
 * 12 s.
 */
#ifndef PGTASK_TEST_CONFORMANCE_H
#define PGTASK_TEST_CONFORMANCE_H

#include <pgtask/port.h>

/** What tests/port/peer.py does on `first_port` plus this number. */
enum peer_behaviour {
    PEER_ECHO,    /**< sends back what it gets */
    PEER_PATTERN, /**< sends PEER_PATTERN_BYTES of the pattern and closes */
    PEER_SLOW,    /**< reads nothing for PEER_PAUSE_MS, then all; judges the pattern by one byte */
    PEER_RESET,   /**< breaks the connection at the first byte it gets */
    PEER_SILENT,  /**< neither reads nor sends */
    PEER_DELAY,   /**< sends one byte after PEER_PAUSE_MS */
    PEER_STATUS,  /**< sends, 64 bits each: connections open to PEER_SILENT, its Unix time, the IPv4
                       address at which it was reached */
    PEER_REFUSED, /**< nobody listens */
    PEER_BLACK_HOLE, /**< attempts to connect get no answer */
    PEER_BEHAVIOURS
};

/** The pattern: 32-bit numbers 0, 1, 2 ..., high byte first; to PEER_SLOW its end is PEER_END. */
#define PEER_PATTERN_BYTES 200004u
#define PEER_END           0xffffffffu
#define PEER_GOOD          'Y'
#define PEER_PAUSE_MS      500u

/** Which port to check, and where its peer is. */
struct port_check_settings {
    struct pgtask_port const *port; /**< open; left closed */
    char const *peer_address;       /**< of the peer, as an IP literal */
    char const *peer_name;          /**< a name of the peer's host; NULL: names are not checked */
    char const *missing_name;       /**< a name that has no address; NULL likewise */
    char const *pair_name;          /**< a name with two addresses that both reach the peer; NULL
                                         likewise */
    uint16_t first_port;
    uint32_t call_limit_ms; /**< a call that takes longer counts as blocking, such as 50 */
    uint32_t patience_ms;   /**< the longest wait for an event that must come, such as 10,000 */
    char const *only;       /**< the one promise to check; NULL: all */

    /**
     * Called once for each promise.
     * @param broken  NULL if the port keeps the promise, otherwise a few words about the fault
     * @param number  the error or time that was seen, for the log
     */
    void (*report)(void *context, char const *promise, char const *broken, int64_t number);
    void *context;
};

/** @return how many promises were broken; 1 if `only` is no promise's name */
unsigned port_conformance(struct port_check_settings const *settings);

#endif
