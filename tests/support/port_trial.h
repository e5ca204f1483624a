/* SPDX-License-Identifier: MIT */
/**
 * @file port_trial.h
 * A port on trial: the promises of a port beside tests/port/peer.py, and listings over verified TLS
 * from the simulated service.
 */
#ifndef PGTASK_TEST_PORT_TRIAL_H
#define PGTASK_TEST_PORT_TRIAL_H

#include <pgtask/client.h>
#include <pgtask_posix.h>

#include "conformance.h"
#include "port_peer.h"
#include "simulator.h"

/** The tasks that the service has. */
#define PORT_TRIAL_TASKS 30

struct port_trial {
    struct port_peer peer;
    struct simulator simulator;
    struct pgtask_client client;
    struct pgtask_task task;
    struct pgtask_posix_roots store;
    struct pgtask_config config;
};

extern struct port_trial trial;

/** For cmocka: start and end peer and service for all tests. */
int port_trial_start(void **state);
int port_trial_stop(void **state);

/**
 * Runs the conformance test. A broken promise is told on standard error.
 * @param only     one promise, or NULL for all
 * @param pair     whether the port knows pair.test, with two addresses; it must know peer.test
 * @param excused  a promise that may be broken, or NULL
 * @return how many others are broken
 */
unsigned port_trial_check(struct pgtask_port const *port, char const *only, bool pair,
                          char const *excused);

/** Opens the client, with the tests' root if `trial.config` has none. */
void port_trial_open(struct pgtask_port *port);
void port_trial_close(void);

/** Lists all tasks; asserts that all come. */
void port_trial_assert_lists(void);

#endif
