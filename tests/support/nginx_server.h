/* SPDX-License-Identifier: MIT */
/**
 * @file nginx_server.h
 * nginx as a peer on loopback. It answers every request with one line about the connection:
 * `$ssl_protocol $ssl_cipher reused=$ssl_session_reused`, where "r" means yes.
 *
 * The program aborts if nginx does not start, because no test means anything without a peer.
 */
#ifndef PGTASK_TEST_NGINX_SERVER_H
#define PGTASK_TEST_NGINX_SERVER_H

#include <stdint.h>
#include <sys/types.h>

struct nginx_server {
    pid_t process;
    uint16_t port_number;
    char prefix[40]; /**< its directory, removed when it stops */
};

/**
 * Starts nginx and waits until it serves.
 * @param directory    where the certificates are: an absolute path
 * @param certificate  NAME: it serves NAME.pem with NAME.key
 * @param settings     further directives of its server block; may be ""
 */
void nginx_server_start(struct nginx_server *server, char const *directory, char const *certificate,
                        char const *settings);

/** Stops nginx. May be called again. */
void nginx_server_stop(struct nginx_server *server);

#endif
