/* SPDX-License-Identifier: MIT */
/* Between network.c and network_interface.c: lwIP's interface over board.h. */
#ifndef PGTASK_NETWORK_INTERFACE_H
#define PGTASK_NETWORK_INTERFACE_H

#include <stdbool.h>

#include <lwip/netif.h>

/** Adds the board's Ethernet to lwIP, up but without a link. @return false if lwIP refuses */
bool pgtask_network_add_interface(struct netif *netif);

/** Hands one frame to lwIP. @return false if none was there */
bool pgtask_network_take_frame(struct netif *netif);

#endif
