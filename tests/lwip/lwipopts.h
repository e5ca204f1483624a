/* SPDX-License-Identifier: MIT */
/** @file lwipopts.h lwIP on a PC, with only its loopback: one program has both ends of a stream. */
#ifndef PGTASK_TEST_LWIPOPTS_H
#define PGTASK_TEST_LWIPOPTS_H

#include "../../port/lwip/lwipopts.h"

#undef MEM_ALIGNMENT
#undef MEM_SIZE
#undef LWIP_NOASSERT
#undef LWIP_DHCP
#undef LWIP_DHCP_GET_NTP_SRV
#undef LWIP_SINGLE_NETIF
#undef MEMP_NUM_TCP_PCB
#undef MEMP_NUM_TCP_SEG
#undef LWIP_IPV6

#define MEM_ALIGNMENT           8
#define MEM_SIZE                30000
#define LWIP_DHCP               0
#define LWIP_DHCP_GET_NTP_SRV   0
#define LWIP_SINGLE_NETIF       0
#define MEMP_NUM_TCP_PCB        8
#define MEMP_NUM_TCP_SEG        40
#define LWIP_HAVE_LOOPIF        1
#define LWIP_NETIF_LOOPBACK     1
#define LWIP_LOOPBACK_MAX_PBUFS 20

/* A build has IPv4 alone or both: see lwip.mk. */
#ifdef PGTASK_TEST_IPV6
#define LWIP_IPV6                     1
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 0
#define LWIP_IPV6_AUTOCONFIG          0
#define LWIP_IPV6_SEND_ROUTER_SOLICIT 0
#else
#define LWIP_IPV6 0
#endif

#endif
