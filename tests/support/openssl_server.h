/* SPDX-License-Identifier: MIT */
/**
 * @file openssl_server.h
 * `openssl s_server` as a peer on loopback, an implementation of TLS that is not ours.
 *
 * Failures to start it abort: without a peer no test can mean anything.
 */
#ifndef PGTASK_TEST_OPENSSL_SERVER_H
#define PGTASK_TEST_OPENSSL_SERVER_H

#include <stdint.h>
#include <sys/types.h>

struct openssl_server {
    pid_t process;
    int input; /**< what is written here, s_server takes for typed */
    uint16_t port_number;
};

/**
 * Starts a server in `directory` and waits until it listens.
 * @param certificate  NAME: it serves NAME.pem with NAME.key
 * @param options      further words for its command line, separated by single spaces; may be ""
 */
void openssl_server_start(struct openssl_server *server, char const *directory,
                          char const *certificate, char const *options);

/** Kills it at once and reaps it: its kernel closes the connection, it says no goodbye. Harmless
 *  twice. */
void openssl_server_kill(struct openssl_server *server);

#endif
