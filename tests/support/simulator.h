/* SPDX-License-Identifier: MIT */
/**
 * @file simulator.h
 * tests/sim, the service in Python, as a peer of a C test.
 *
 * Failures to start it or to talk to it abort: without a peer no test can mean anything.
 */
#ifndef PGTASK_TEST_SIMULATOR_H
#define PGTASK_TEST_SIMULATOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct simulator {
    pid_t process;
    int input; /**< it ends when this is closed */
    uint16_t port_number;
    uint16_t control_port;
};

/**
 * Starts it and waits until it listens.
 * @param certificates  directory with server.pem and server.key
 * @param tasks         tasks of the past, ids from 1
 */
void simulator_start(struct simulator *simulator, char const *certificates, unsigned tasks);

/**
 * The same with more to choose.
 * @param name     it serves NAME.pem with NAME.key of `certificates`
 * @param options  further words for its command line, separated by single spaces
 */
void simulator_start_as(struct simulator *simulator, char const *certificates, char const *name,
                        char const *options);

void simulator_stop(struct simulator *simulator);

/** Sets the scenario: JSON, see tests/sim/faults.py. */
void simulator_play(struct simulator const *simulator, char const *scenario);

/** Starts a task: JSON, see tests/sim/control.py. @return its TaskId */
uint64_t simulator_start_task(struct simulator const *simulator, char const *members);

/** Reads `/counters` or `/requests` as JSON; NUL-terminated. */
void simulator_read(struct simulator const *simulator, char const *path, char *text,
                    size_t capacity);

#endif
