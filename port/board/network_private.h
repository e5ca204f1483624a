/* SPDX-License-Identifier: MIT */
/** @file network_private.h lwIP's interface over board.h; only network.c uses it. */
#ifndef PGTASK_NETWORK_PRIVATE_H
#define PGTASK_NETWORK_PRIVATE_H

#include <stdbool.h>

#include <lwip/netif.h>

/** Adds the board's Ethernet to lwIP, up but without a link. @return false if lwIP refuses */
bool pgtaski_network_add_interface(struct netif *netif);

/** Hands one frame to lwIP. @return false if none was there */
bool pgtaski_network_take_frame(struct netif *netif);

#endif
