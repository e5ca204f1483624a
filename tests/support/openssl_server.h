/* SPDX-License-Identifier: MIT */
/**
 * @file openssl_server.h
 * `openssl s_server` as a peer on loopback: an independent implementation of TLS.
 *
 * The program aborts if the server does not start, because no test means anything without a peer.
 */
#ifndef PGTASK_TEST_OPENSSL_SERVER_H
#define PGTASK_TEST_OPENSSL_SERVER_H

#include <stdint.h>
#include <sys/types.h>

struct openssl_server {
    pid_t process;
    int input; /**< s_server reads this as its keyboard */
    uint16_t port_number;
};

/**
 * Starts a server in `directory` and waits until it listens.
 * @param certificate  NAME: it serves NAME.pem with NAME.key
 * @param options      further words for its command line, separated by single spaces; may be ""
 */
void openssl_server_start(struct openssl_server *server, char const *directory,
                          char const *certificate, char const *options);

/** Kills the server at once and reaps it. The connection closes without close_notify. May be called
 *  again. */
void openssl_server_kill(struct openssl_server *server);

#endif
