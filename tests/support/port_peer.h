/* SPDX-License-Identifier: MIT */
/** @file port_peer.h tests/port/peer.py as a process beside a test. */
#ifndef PGTASK_TEST_PORT_PEER_H
#define PGTASK_TEST_PORT_PEER_H

#include <stdint.h>
#include <sys/types.h>

struct port_peer {
    pid_t process;
    int input; /**< it ends when this is closed */
    uint16_t first_port;
};

/** Starts it and waits until it listens. @return 0, or -1 */
int port_peer_start(struct port_peer *peer);

/** Ends it. @return its exit status, 0 if all went well */
int port_peer_stop(struct port_peer *peer);

#endif
