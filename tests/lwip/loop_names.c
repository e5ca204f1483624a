/* SPDX-License-Identifier: MIT */
#include "loop_names.h"

#include <string.h>

#include <lwip/dns.h>
#include <lwip/pbuf.h>
#include <lwip/udp.h>

enum { HEADER_BYTES = 12, TTL_S = 60, TYPE_A = 1, TYPE_CNAME = 5, TYPE_TXT = 16, TYPE_AAAA = 28 };

struct loop_names loop_names;

/* An answer under way. */
static uint8_t answer[4096];
static size_t length;

static void add(uint8_t const *bytes, size_t count)
{
    memcpy(answer + length, bytes, count);
    length += count;
}

static void add_16(unsigned number)
{
    uint8_t const bytes[] = {(uint8_t)(number >> 8), (uint8_t)number};

    add(bytes, sizeof bytes);
}

/* A record of the name in the question, to which a pointer leads. */
static void add_record(unsigned type, void const *data, unsigned count)
{
    add_16(0xc000 | HEADER_BYTES);
    add_16(type);
    add_16(1);
    add_16(0);
    add_16(TTL_S);
    add_16(count);
    add(data, count);
}

static void add_alias(void)
{
    static uint8_t const alias[] = "\5alias\xc0\x0c";

    add_record(TYPE_CNAME, alias, sizeof alias - 1);
    add_record(TYPE_TXT, "\12text record", 12);
}

static void add_ipv4_addresses(void)
{
    for (size_t i = 0; i < loop_names.count; i++) {
        uint8_t const address[] = {10, 0, 0, loop_names.last[i]};

        add_record(TYPE_A, address, sizeof address);
    }
}

static void add_ipv6_addresses(void)
{
    for (size_t i = 0; i < loop_names.count6; i++) {
        uint8_t const address[16] = {0xfd, [15] = loop_names.last6[i]};

        add_record(TYPE_AAAA, address, sizeof address);
    }
}

static void write_answer(uint8_t const *question, size_t count)
{
    bool const is_ipv6 = question[count - 3] == TYPE_AAAA; /* the type comes before the class */
    size_t const addresses = is_ipv6 ? loop_names.count6 : loop_names.count;
    unsigned const records = (unsigned)addresses + (loop_names.has_alias ? 2 : 0);

    length = 0;
    add(question, 2);
    answer[1] ^= loop_names.has_false_number;
    add_16(0x8180);
    add_16(1);
    add_16(records);
    add_16(0);
    add_16(0);
    add(question + HEADER_BYTES, count - HEADER_BYTES);
    if (loop_names.has_alias) {
        add_alias();
    }
    if (is_ipv6) {
        add_ipv6_addresses();
    } else {
        add_ipv4_addresses();
    }
    length -= loop_names.cut;
}

static void on_question(void *context, struct udp_pcb *pcb, struct pbuf *packet,
                        ip_addr_t const *address, u16_t port)
{
    uint8_t question[300];
    u16_t const count = pbuf_copy_partial(packet, question, sizeof question, 0);
    struct pbuf *reply;

    (void)context;
    (void)pbuf_free(packet);
    loop_names.questions++;
    write_answer(question, count);
    reply = pbuf_alloc(PBUF_TRANSPORT, (u16_t)length, PBUF_RAM);
    (void)pbuf_take(reply, answer, (u16_t)length);
    (void)udp_sendto(pcb, reply, address, port);
    (void)pbuf_free(reply);
}

void loop_names_start(void)
{
    struct udp_pcb *const server = udp_new();
    ip_addr_t address;

    (void)ipaddr_aton(LOOP_NAMES_SERVER, &address);
    (void)udp_bind(server, IP_ADDR_ANY, 53);
    udp_recv(server, on_question, NULL);
    dns_setserver(0, &address);
}
