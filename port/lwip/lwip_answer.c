/* SPDX-License-Identifier: MIT */
/*
 * The addresses in a name server's answer (RFC 1035, 4.1), of which lwIP tells only one.
 *
 * This file sees the packet before lwIP does. It does not check whether the answer may be believed:
 * lwIP checks the server, the number and the question, and then calls on_answer() of lwip_resolve.c
 * before another packet comes. What lwIP refuses is never used.
 */
#include "lwip_private.h"

#include <lwip/pbuf.h>
#include <lwip/prot/dns.h>
#include <lwip/prot/ip.h>
#include <lwip/prot/ip6.h>

struct pgtaski_lwip_answer pgtaski_lwip_answer;

#if PGTASK_LWIP_ADDRESSES > 1

enum {
    UDP_HEADER_BYTES = 8,
    DNS_HEADER_BYTES = 12,
    DNS_COUNT_AT = 6,       /* in the header: the number of records */
    DNS_QUESTION_BYTES = 4, /* after its name: type and class */
    DNS_RECORD_BYTES = 10,  /* after its name: type, class, time to live, length of data */
    DNS_POINTER = 0xc0,     /* a label with these bits ends a name */
    FRAGMENT_BITS = 0x3fff  /* in the IP header: more fragments, and the offset */
};

/* Beyond the packet, there are zeros. */
static uint8_t read_8(struct pbuf const *packet, uint32_t at)
{
    return at < packet->tot_len ? pbuf_get_at(packet, (uint16_t)at) : 0;
}

static uint16_t read_16(struct pbuf const *packet, uint32_t at)
{
    return (uint16_t)(read_8(packet, at) << 8 | read_8(packet, at + 1));
}

/* @return where the name ends, at most one label beyond the packet */
static uint32_t skip_name(struct pbuf const *packet, uint32_t at)
{
    uint8_t length;

    while ((length = read_8(packet, at)) != 0) {
        if (length >= DNS_POINTER) {
            return at + 2;
        }
        at += 1u + length;
    }
    return at + 1;
}

/* Keeps the address in a record of a known type. `at` is where its data begins. */
static void keep_record(struct pbuf const *packet, uint16_t at, uint16_t type, uint16_t length)
{
    ip_addr_t *const address = &pgtaski_lwip_answer.addresses[pgtaski_lwip_answer.count];

#if LWIP_IPV4
    if (type == DNS_RRTYPE_A && length == sizeof(ip4_addr_t)) {
        ip4_addr_t ipv4;

        (void)pbuf_copy_partial(packet, &ipv4, sizeof ipv4, at);
        ip_addr_copy_from_ip4(*address, ipv4);
        pgtaski_lwip_answer.count++;
    }
#endif
#if LWIP_IPV6
    if (type == DNS_RRTYPE_AAAA && length == sizeof(ip6_addr_p_t)) {
        ip6_addr_p_t ipv6;

        (void)pbuf_copy_partial(packet, &ipv6, sizeof ipv6, at);
        ip_addr_copy_from_ip6_packed(*address, ipv6);
        pgtaski_lwip_answer.count++;
    }
#endif
}

/* Reads the records of the DNS message that begins at `start`. */
static void read_answer(struct pbuf const *packet, uint32_t start)
{
    uint16_t left = read_16(packet, start + DNS_COUNT_AT);
    uint32_t at = skip_name(packet, start + DNS_HEADER_BYTES) + DNS_QUESTION_BYTES;

    pgtaski_lwip_answer.count = 0;
    while (left-- > 0 && pgtaski_lwip_answer.count < PGTASK_LWIP_ADDRESSES) {
        uint32_t const fields = skip_name(packet, at);
        uint32_t const data = fields + DNS_RECORD_BYTES;
        uint16_t const length = read_16(packet, data - 2);

        if (data + length > packet->tot_len) {
            break;
        }
        if (read_16(packet, fields + 2) == DNS_RRCLASS_IN) {
            keep_record(packet, (uint16_t)data, read_16(packet, fields), length);
        }
        at = data + length;
    }
}

int pgtask_lwip_see_packet(struct pbuf *packet, struct netif *netif)
{
    uint32_t const header_bytes = (read_8(packet, 0) & 0x0fu) * 4;

    (void)netif;
    if (read_8(packet, 9) == IP_PROTO_UDP && (read_16(packet, 6) & FRAGMENT_BITS) == 0 &&
        read_16(packet, header_bytes) == DNS_SERVER_PORT) {
        read_answer(packet, header_bytes + UDP_HEADER_BYTES);
    }
    return 0;
}

#endif
