/* SPDX-License-Identifier: MIT */
/**
 * @file lwipopts.h
 * lwIP 2.2 for one TLS client in a super-loop: raw API, one interface, DHCP, DNS, SNTP, no heap of
 * the C library. Your own set-up of lwIP works as well: pgtask_lwip.h says what it must have.
 *
 * Each size can be set with -D.
 */
#ifndef PGTASK_LWIPOPTS_H
#define PGTASK_LWIPOPTS_H

#include <stdint.h>

#define NO_SYS                  1
#define SYS_LIGHTWEIGHT_PROT    0 /* only the main loop calls lwIP */
#define LWIP_SOCKET             0
#define LWIP_NETCONN            0
#define LWIP_NETIF_API          0
#define LWIP_CALLBACK_API       1
#define LWIP_TCPIP_CORE_LOCKING 0

#define MEM_ALIGNMENT   4
#define MEM_LIBC_MALLOC 0
#define LWIP_NOASSERT   1

/* Protocols. */
#define LWIP_IPV4                1
#define LWIP_IPV6                0
#define LWIP_ARP                 1
#define LWIP_ICMP                1
#define LWIP_RAW                 0
#define LWIP_UDP                 1
#define LWIP_TCP                 1
#define LWIP_DNS                 1
#define LWIP_DHCP                1
#define LWIP_DHCP_GET_NTP_SRV    1
#define LWIP_ACD                 0
#define LWIP_DHCP_DOES_ACD_CHECK 0 /* would hold the address back for seconds */
#define IP_REASSEMBLY            0 /* nothing that is needed here comes in fragments */
#define IP_FRAG                  0
#define LWIP_NETIF_LINK_CALLBACK 0
#define LWIP_NETIF_HOSTNAME      0
#define LWIP_SINGLE_NETIF        1

/* TCP: a whole window may wait in pbufs while the library computes or the application waits. */
#define TCP_MSS                    1460
#define TCP_CALCULATE_EFF_SEND_MSS 0 /* fits the interface's 1,500 bytes */
#ifndef PGTASK_LWIP_WINDOW_SEGMENTS
#define PGTASK_LWIP_WINDOW_SEGMENTS 4
#endif
#define TCP_WND                 (PGTASK_LWIP_WINDOW_SEGMENTS * TCP_MSS)
#define TCP_SND_BUF             (2 * TCP_MSS)
#define TCP_SND_QUEUELEN        8
#define TCP_OVERSIZE            0 /* exact segments: a request is written in a few calls */
#define LWIP_TCP_TIMESTAMPS     0
#define MEMP_NUM_TCP_PCB        3 /* the one in use, and those before it, which linger */
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_TCP_SEG        TCP_SND_QUEUELEN
#define MEMP_NUM_UDP_PCB        4 /* DHCP, DNS, SNTP, one to spare */
#define MEMP_NUM_ARP_QUEUE      2
#define MEMP_NUM_REASSDATA      0
#define MEMP_NUM_FRAG_PBUF      0
#define ARP_TABLE_SIZE          4
#define DNS_TABLE_SIZE          2
#define DNS_MAX_SERVERS         2
#define DNS_MAX_NAME_LENGTH     128

/* A connection after a reset gets other numbers than the one before it. */
#define LWIP_RANDOMIZE_INITIAL_LOCAL_PORTS                              1
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port) pgtask_lwip_random()

/* Frames come in as chains of small buffers, three for the largest: a short one fills only one. */
#define PBUF_POOL_BUFSIZE 512
#ifndef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE (3 * PGTASK_LWIP_WINDOW_SEGMENTS + 3)
#endif
#define MEMP_NUM_PBUF 4
/* Sent bytes are copied into this memory. When it is full, the port sends less and waits. */
#ifndef MEM_SIZE
#define MEM_SIZE 3072
#endif
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 2) /* and SNTP's two */

/* 1: lwIP counts its memory, so that a test can see that nothing is lost. 0: no statistics. */
#ifndef PGTASK_LWIP_MEASURE
#define PGTASK_LWIP_MEASURE 1
#endif
#define LWIP_STATS         PGTASK_LWIP_MEASURE
#define LINK_STATS         0
#define ETHARP_STATS       0
#define IP_STATS           0
#define IPFRAG_STATS       0
#define ICMP_STATS         0
#define IGMP_STATS         0
#define UDP_STATS          0
#define TCP_STATS          0
#define SYS_STATS          0
#define MIB2_STATS         0
#define LWIP_STATS_DISPLAY 0

/* lwIP tells one address of a name. This hook reads the others: see pgtask_lwip.h. */
#if !defined(PGTASK_LWIP_ADDRESSES) || PGTASK_LWIP_ADDRESSES > 1
struct pbuf;
struct netif;
int pgtask_lwip_see_packet(struct pbuf *packet, struct netif *netif);
#define LWIP_HOOK_IP4_INPUT(packet, netif) pgtask_lwip_see_packet(packet, netif)
#endif

/*
 * Names and time. pgtask_network may set other ports than the well-known ones, for a private
 * network or a test.
 */
uint32_t pgtask_lwip_random(void);
extern uint16_t pgtask_network_dns_port;
extern uint16_t pgtask_network_sntp_port;
void pgtask_network_set_unix_time(uint32_t unix_s);
#define DNS_SERVER_PORT                  pgtask_network_dns_port
#define SNTP_PORT                        pgtask_network_sntp_port
#define SNTP_SET_SYSTEM_TIME(s)          pgtask_network_set_unix_time(s)
#define SNTP_SERVER_DNS                  1
#define SNTP_MAX_SERVERS                 2
#define SNTP_STARTUP_DELAY               0
#define SNTP_MONITOR_SERVER_REACHABILITY 0
#define SNTP_CHECK_RESPONSE              2 /* from the server asked, to this very question: */
#define SNTP_GET_SYSTEM_TIME_NTP(s, f)                                                             \
    do {                                                                                           \
        (s) = (int32_t)pgtask_lwip_random();                                                       \
        (f) = pgtask_lwip_random();                                                                \
    } while (0)
#define SNTP_RETRY_TIMEOUT 3000
#define SNTP_UPDATE_DELAY  3600000

#endif
