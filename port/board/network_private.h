/* SPDX-License-Identifier: MIT */
/* What network.c needs of network_interface.c: lwIP's network interface over board.h. */
#ifndef PGTASK_NETWORK_PRIVATE_H
#define PGTASK_NETWORK_PRIVATE_H

#include <stdbool.h>

#include <lwip/netif.h>

/** Adds the board's Ethernet to lwIP: it is up, but its link is not yet. @return false on failure
 */
bool pgtask_network_add_interface(struct netif *netif);

/** Hands one received frame to lwIP. @return false if there was none */
bool pgtask_network_take_frame(struct netif *netif);

#endif
