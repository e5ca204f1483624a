/* SPDX-License-Identifier: MIT */
/**
 * @file loop_host.h
 * A host with several addresses over one lwIP, and the port that looks it up and connects to it.
 * The test moves the port's clock. Peers are at 10.0.0.1 to 10.0.0.3, and with IPv6 at fd00::1 to
 * fd00::3; nothing answers at addresses that end in 90 and more.
 */
#ifndef PGTASK_LOOP_HOST_H
#define PGTASK_LOOP_HOST_H

#include <pgtask_lwip.h>

enum { LOOP_PEERS = 3, LOOP_PATIENCE_MS = 10000, LOOP_BLACK_HOLE = 90 };

struct loop_host {
    struct pgtask_lwip lwip;
    struct pgtask_port *port; /**< of it */
    uint64_t skew_ms;         /**< added to its clock */
    char name[32];            /**< of the host */
};

extern struct loop_host loop_host;

/** Starts lwIP, the peers and the name server. Once. */
void loop_host_start(void);

/** For cmocka: before and after each test. The host has three addresses, and another name. */
int loop_host_set_up(void **state);
int loop_host_tear_down(void **state);

/** Gives the host a name that lwIP's cache does not have yet. */
void loop_host_rename(void);

/** @return the port's time */
uint64_t loop_host_ms(void);

/** Looks the host up. @return PGTASK_WOULD_BLOCK if that takes too long */
enum pgtask_error loop_host_resolve(void);

/** Connects to the host: one call, or until it ends. */
enum pgtask_error loop_host_connect_once(void);
enum pgtask_error loop_host_connect(void);

#endif
