/* SPDX-License-Identifier: MIT */
/**
 * @file sockets_address.h
 * IP literals, port numbers and errors of sockets, by the names that a sockets_system.h has
 * defined.
 */
#ifndef SOCKETS_ADDRESS_H
#define SOCKETS_ADDRESS_H

/** Reads an IP literal. Without IPv6, a system may have no room for its address.
 *  @return false if `host` is a name */
static inline bool sockets_parse(sockets_storage *address, sockets_length *length, char const *host)
{
    sockets_ipv4 *const ipv4 = (sockets_ipv4 *)address;
    sockets_ipv6 *const ipv6 = (sockets_ipv6 *)address;

    memset(address, 0, sizeof *address);
    if (sockets_inet_pton(SOCKETS_IPV4, host, &ipv4->sin_addr) == 1) {
        ipv4->sin_family = SOCKETS_IPV4;
        *length = sizeof *ipv4;
        return true;
    }
    if (sizeof *address >= sizeof *ipv6 &&
        sockets_inet_pton(SOCKETS_IPV6, host, &ipv6->sin6_addr) == 1) {
        ipv6->sin6_family = SOCKETS_IPV6;
        *length = sizeof *ipv6;
        return true;
    }
    return false;
}

static inline void sockets_set_port(sockets_storage *address, uint16_t port_number)
{
    if (address->ss_family == SOCKETS_IPV6) {
        ((sockets_ipv6 *)address)->sin6_port = sockets_htons(port_number);
    } else {
        ((sockets_ipv4 *)address)->sin_port = sockets_htons(port_number);
    }
}

/** @return why an attempt to connect has failed; 0: it has not */
static inline int sockets_error(int descriptor)
{
    int failure = 0;
    sockets_length length = sizeof failure;

    return sockets_get_option(descriptor, SOCKETS_SOCKET, SOCKETS_ERROR, &failure, &length) == 0
               ? failure
               : errno;
}

#endif
