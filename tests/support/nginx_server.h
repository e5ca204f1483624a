/* SPDX-License-Identifier: MIT */
/**
 * @file nginx_server.h
 * nginx as a peer on loopback. It answers every request with one line that says what it knows of
 * the connection: `$ssl_protocol $ssl_cipher reused=$ssl_session_reused`, where "r" is yes.
 *
 * Failures to start it abort: without a peer no test can mean anything.
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
 * Starts nginx; a connection made from now on is served.
 * @param directory    where the certificates are: an absolute path
 * @param certificate  NAME: it serves NAME.pem with NAME.key
 * @param settings     further directives of its server block; may be ""
 */
void nginx_server_start(struct nginx_server *server, char const *directory, char const *certificate,
                        char const *settings);

/** Stops it. Harmless twice. */
void nginx_server_stop(struct nginx_server *server);

#endif
