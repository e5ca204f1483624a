/* SPDX-License-Identifier: MIT */
/** @file session/host_port.h `HOST[:PORT]` as people type it. */
#ifndef CLI_HOST_PORT_H
#define CLI_HOST_PORT_H

#include <stdbool.h>
#include <stdint.h>

/** Longest host name (RFC 1035), with NUL. */
#define HOST_NAME_BYTES 254

struct host_port {
    char name[HOST_NAME_BYTES]; /**< "" when not given; an IPv6 address without its brackets */
    uint16_t port;              /**< 0 when not given */
};

/**
 * Reads `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`.
 * @param host_port  filled if the text is good, otherwise unchanged
 * @return NULL, or what is wrong, as a clause
 */
char const *host_port_read(char const *text, struct host_port *host_port);

#endif
