/* SPDX-License-Identifier: MIT */
/**
 * @file session/proxy.h
 * The proxy that `--proxy` or the environment names, as curl reads them.
 *
 * A password belongs into the environment, since other users can see the command line.
 */
#ifndef CLI_PROXY_H
#define CLI_PROXY_H

#include "session/host_port.h"

#include <pgtask/config.h>

/** Room for `USER:PASSWORD`, with NUL. */
#define PROXY_CREDENTIALS_BYTES 512

/** The caller places it, all zero at first. It may hold a secret: end with proxy_wipe(). */
struct proxy {
    struct host_port host;                     /**< its name is "" if there is no proxy */
    char credentials[PROXY_CREDENTIALS_BYTES]; /**< "": none */
    char const *source;                        /**< the option or variable that names it */
};

/**
 * Reads `http://[USER:PASSWORD@]HOST:PORT`, with or without `http://` and a slash at the end. User
 * and password are percent-encoded.
 * @param proxy  filled if the text is good, otherwise unchanged, but for `source`
 * @return NULL, or what is wrong, as a clause that holds nothing of the text
 */
char const *proxy_read(char const *url, struct proxy *proxy);

/**
 * Tells whether a list such as `localhost,.example.com,10.0.0.0/8` names a host. An element is a
 * host or domain, an address, or a range of addresses; it may have a port behind a colon. `*` names
 * every host.
 * @param list  elements with commas or blanks between them
 */
bool proxy_is_bypassed(char const *list, struct host_port const *host);

/**
 * Finds the proxy for a host: that of the option, or else that of the environment, unless the
 * environment's list of exceptions names the host.
 * @param option  NULL: it was not given; "none": no proxy
 * @return NULL, or what is wrong with the text that `source` names, as a clause
 */
char const *proxy_find(struct proxy *proxy, char const *option, struct host_port const *host);

void proxy_wipe(struct proxy *proxy);

#endif
