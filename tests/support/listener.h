/* SPDX-License-Identifier: MIT */
/** @file listener.h A listening socket on loopback, for a peer that the test plays itself. */
#ifndef PGTASK_TEST_LISTENER_H
#define PGTASK_TEST_LISTENER_H

#include <stdint.h>

/**
 * Listens on a free port. Fails the test where that is impossible.
 * @param address  an IPv4 literal such as "127.0.0.1"
 * @param number   set: the port's number
 * @return the descriptor; the caller closes it
 */
int listen_on(char const *address, uint16_t *number);

/** @return the descriptor of a connection that has come to the listener; the caller closes it */
int accept_from(int listener);

#endif
