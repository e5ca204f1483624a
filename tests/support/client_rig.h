/* SPDX-License-Identifier: MIT */
/** @file client_rig.h What tests of the client start with: a client, its port, and a service. */
#ifndef PGTASK_TEST_CLIENT_RIG_H
#define PGTASK_TEST_CLIENT_RIG_H

#include <pgtask/client.h>
#include <pgtask_posix.h>

#include "simulator.h"

/** Tasks that the service has, ids from 1, beside the examples of the API page. */
#define CLIENT_TASKS 250

/** The key that tests/sim accepts. It is the example of the API's documentation, not a real key. */
#define CLIENT_SECRET_KEY "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"

struct client_rig {
    char const *certificates;
    struct simulator simulator;
    struct pgtask_posix_roots store;
    struct pgtask_posix posix;
    struct pgtask_port port; /**< the POSIX port with a clock that the test can move */
    struct pgtask_config config;
    struct pgtask_client client;
    struct pgtask_task task;
    uint64_t skew_ms;      /**< added to the port's monotonic clock */
    int64_t unix_step_s;   /**< added to its Unix time once more with each reading */
    int64_t unix_readings; /**< how often the client has read Unix time */
    int64_t unix_skew_s;   /**< added to it as well */
    bool no_unix_time;
};

extern struct client_rig rig;

/** For cmocka: starts and ends the service for all tests. `rig.certificates` must be set. */
int client_start_service(void **state);
int client_stop_service(void **state);

/** Ends the service and starts another, on the same port, with new keys for TLS tickets. `name` and
 *  `options` as for simulator_start_as(). */
void client_restart_service(char const *name, char const *options);

/** Moves both clocks of the port on. */
void client_pass_time(uint32_t seconds);

/**
 * For cmocka: opens a client, and sets a service that works well and has no rate limit. The client
 * waits next to nothing between attempts and requests.
 */
int client_set_up(void **state);
int client_tear_down(void **state);

/** Closes the client and opens it with `rig.config`. */
void client_open_again(void);

/** Sets a scenario, without a rate limit. `members` is JSON without braces. */
void client_play(char const *members);

/** Lets the service's clock be fast, or slow if `offset_s` is negative. Nothing else is odd. */
void client_play_offset(int64_t offset_s);

/** Finishes the listing, blocking, and counts its records. @return its last result */
enum pgtask_error client_finish(unsigned *records);

/** Lists a page of `limit` tasks; asserts that it succeeds and has them all. */
void client_assert_lists(uint32_t limit);

/** Lists a page of five tasks; asserts that all or none of them come. @return the last result */
enum pgtask_error client_list_five(void);

/** @return connections with a completed handshake, full or resumed */
uint32_t connections_made(struct pgtask_client const *client);

/** @return a counter of the service */
long client_served(char const *name);

#define CLIENT_TEST(test) cmocka_unit_test_setup_teardown(test, client_set_up, client_tear_down)

/** A test whose state and name have a version of TLS. */
#define CLIENT_TEST_WITH(test, version, set_up)                                                    \
    {                                                                                              \
        .name = #test " TLS " version, .test_func = test, .setup_func = set_up,                    \
        .teardown_func = client_tear_down, .initial_state = (void *)(uintptr_t)version             \
    }

#define CLIENT_TEST_WITH_EACH_VERSION(test, set_up)                                                \
    CLIENT_TEST_WITH(test, "1.2", set_up), CLIENT_TEST_WITH(test, "1.3", set_up)

#endif
