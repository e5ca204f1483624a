/* SPDX-License-Identifier: MIT */
/*
 * The port for Zephyr. Its resolver is asked for one kind of address after the other. It calls
 * on_answer() in a thread of its own, once for each address and once at the end; the client's
 * thread takes that from a queue. After dns_cancel_addr_info() it does not call any more.
 */
#include "pgtask_zephyr.h"

#include <string.h>

#include <zephyr/net/dns_resolve.h>
#include <zephyr/random/random.h>

/* The kinds of addresses, in the order in which they are looked up and tried. */
static enum dns_query_type const kinds[] = {
#if defined(CONFIG_NET_IPV4)
    DNS_QUERY_TYPE_A,
#endif
#if defined(CONFIG_NET_IPV6)
    DNS_QUERY_TYPE_AAAA,
#endif
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static uint64_t monotonic_ms(void)
{
    return (uint64_t)k_uptime_get();
}

static bool entropy(uint8_t *bytes, size_t length)
{
    return sys_csrand_get(bytes, length) == 0;
}

/* In the resolver's thread. Of too many addresses the last ones are dropped, so that there is room
 * for the end. */
static void on_answer(enum dns_resolve_status status, struct dns_addrinfo *info, void *context)
{
    struct pgtask_zephyr *const zephyr = context;
    struct pgtask_zephyr_news news = {.status = status};

    if (status == DNS_EAI_INPROGRESS) {
        if (info == NULL || info->ai_addrlen > sizeof news.address.storage ||
            k_msgq_num_free_get(&zephyr->queue) < 2) {
            return;
        }
        memcpy(&news.address.storage, &info->ai_addr, info->ai_addrlen);
        news.address.length = info->ai_addrlen;
    }
    (void)k_msgq_put(&zephyr->queue, &news, K_NO_WAIT);
}

static void take_news(struct pgtask_zephyr *zephyr, struct pgtask_sockets_address *addresses,
                      int32_t *failure)
{
    struct pgtask_zephyr_news news;

    while (k_msgq_get(&zephyr->queue, &news, K_NO_WAIT) == 0) {
        if (news.status != DNS_EAI_INPROGRESS) {
            zephyr->is_asking = false;
            *failure = news.status;
        } else if (zephyr->count < PGTASK_SOCKETS_ADDRESSES) {
            addresses[zephyr->count++] = news.address;
        }
    }
}

/* The end may come before dns_get_addr_info() has returned. */
static void ask_next(struct pgtask_zephyr *zephyr, char const *host, int32_t *failure)
{
    int result;

    zephyr->is_asking = true;
    result = dns_get_addr_info(host, kinds[zephyr->asked_kinds++], &zephyr->id, on_answer, zephyr,
                               PGTASK_ZEPHYR_RESOLVE_MS);
    if (result < 0) {
        zephyr->is_asking = false;
        *failure = result;
    }
}

static void forget(struct pgtask_zephyr *zephyr)
{
    zephyr->is_asking = false;
    zephyr->asked_kinds = zephyr->count = 0;
    k_msgq_purge(&zephyr->queue);
}

static enum pgtask_error look_up(void *resolver, char const *host,
                                 struct pgtask_sockets_address *addresses, size_t *count,
                                 int32_t *failure)
{
    struct pgtask_zephyr *const zephyr = resolver;

    for (;;) {
        take_news(zephyr, addresses, failure);
        if (zephyr->is_asking) {
            return PGTASK_WOULD_BLOCK;
        }
        if (zephyr->asked_kinds == KINDS) {
            break;
        }
        ask_next(zephyr, host, failure);
    }
    *count = zephyr->count;
    forget(zephyr);
    return *count > 0 ? PGTASK_OK : PGTASK_ERROR_RESOLVE;
}

static void drop(void *resolver)
{
    struct pgtask_zephyr *const zephyr = resolver;

    if (zephyr->is_asking) {
        (void)dns_cancel_addr_info(zephyr->id);
    }
    forget(zephyr);
}

void pgtask_zephyr_open(struct pgtask_zephyr *zephyr, bool (*unix_time_s)(int64_t *unix_s))
{
    struct pgtask_sockets_system const system = {.monotonic_ms = monotonic_ms,
                                                 .unix_time_s = unix_time_s,
                                                 .entropy = entropy,
                                                 .look_up = look_up,
                                                 .drop = drop,
                                                 .resolver = zephyr};

    memset(zephyr, 0, sizeof *zephyr);
    pgtask_sockets_open(&zephyr->sockets, &system);
    k_msgq_init(&zephyr->queue, (char *)zephyr->news, sizeof zephyr->news[0], PGTASK_ZEPHYR_NEWS);
}
