/* SPDX-License-Identifier: MIT */
/** @file netdb.h A stub of lwIP's. */
#ifndef STUB_LWIP_NETDB_H
#define STUB_LWIP_NETDB_H

#include <netdb.h>

int lwip_getaddrinfo(char const *node, char const *service, struct addrinfo const *hints,
                     struct addrinfo **found);
void lwip_freeaddrinfo(struct addrinfo *found);

#endif
