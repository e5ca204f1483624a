/* SPDX-License-Identifier: MIT */
/*
 * Names by lwIP's resolver. It is asked for one kind of address after the other. It tells and
 * caches one address of each kind; lwip_answer.c reads the others. A look-up that was begun cannot
 * be cancelled: its answer may come later.
 */
#include "lwip_private.h"

#include <string.h>

#include <lwip/dns.h>
#include <lwip/err.h>

/* The kinds of addresses, in the order in which they are looked up and tried. */
static uint8_t const kinds[PGTASK_LWIP_KINDS] = {
#if LWIP_IPV4
    LWIP_DNS_ADDRTYPE_IPV4,
#endif
#if LWIP_IPV6
    LWIP_DNS_ADDRTYPE_IPV6,
#endif
};

static bool is_same_kind(ip_addr_t const *one, ip_addr_t const *other)
{
#if LWIP_IPV4 && LWIP_IPV6
    return IP_GET_TYPE(one) == IP_GET_TYPE(other);
#else
    (void)one;
    (void)other;
    return true;
#endif
}

/* Keeps the address that lwIP tells, and with it the addresses of its kind in the list that has it.
 * The list begins with the name server's first choice. */
static void keep_addresses(struct pgtask_lwip *lwip, ip_addr_t const *told, ip_addr_t const *list,
                           uint8_t count)
{
    bool has_told = false;

    for (uint8_t i = 0; PGTASKI_LWIP_HAS_SEVERAL && i < count; i++) {
        has_told = has_told || ip_addr_cmp(&list[i], told);
    }
    if (!has_told) {
        list = told;
        count = 1;
    }
    for (uint8_t i = 0; i < count; i++) {
        if (is_same_kind(&list[i], told)) {
            lwip->addresses[lwip->address_count++] = list[i];
        }
    }
}

#if LWIP_DNS
/* lwIP's copy of a name has lost the dot at its end. */
static bool is_same_name(char const *name, char const *host)
{
    size_t const length = strlen(name);

    return strncmp(name, host, length) == 0 &&
           (host[length] == '\0' || (host[length] == '.' && host[length + 1] == '\0'));
}

/* The answer may belong to a look-up that was given up. It is used if its name is the same. */
static void on_answer(char const *name, ip_addr_t const *address, void *context)
{
    struct pgtask_lwip *const lwip = context;

    if (lwip->state != PGTASK_LWIP_RESOLVING || !lwip->awaiting ||
        !is_same_name(name, lwip->host)) {
        return;
    }
    lwip->awaiting = false;
    if (address != NULL) {
        keep_addresses(lwip, address, pgtaski_lwip_answer.addresses, pgtaski_lwip_answer.count);
    }
}

static err_t ask(struct pgtask_lwip *lwip, ip_addr_t *address)
{
    return dns_gethostbyname_addrtype(lwip->host, address, on_answer, lwip,
                                      kinds[lwip->asked_kinds]);
}
#else
static err_t ask(struct pgtask_lwip *lwip, ip_addr_t *address)
{
    (void)lwip;
    (void)address;
    return ERR_VAL;
}
#endif

/* Returns false if too many look-ups are under way: try again later. */
static bool ask_next(struct pgtask_lwip *lwip)
{
    ip_addr_t address;
    err_t const error = ask(lwip, &address);

    switch (error) {
    case ERR_OK: keep_addresses(lwip, &address, lwip->known, lwip->known_count); break;
    case ERR_INPROGRESS: lwip->awaiting = true; break;
    case ERR_MEM: return false;
    default: lwip->failure = error; break;
    }
    lwip->asked_kinds++;
    return true;
}

static void begin(struct pgtask_lwip *lwip, char const *host)
{
    ip_addr_t literal;

    lwip->state = PGTASK_LWIP_RESOLVING;
    lwip->host = host;
    lwip->asked_kinds = 0;
    lwip->awaiting = false;
    if (PGTASKI_LWIP_HAS_SEVERAL) {
        memcpy(lwip->known, lwip->addresses, sizeof lwip->known);
        lwip->known_count = lwip->address_count;
    }
    lwip->address_count = 0;
    if (ipaddr_aton(host, &literal)) {
        keep_addresses(lwip, &literal, NULL, 0);
        lwip->asked_kinds = PGTASK_LWIP_KINDS;
    }
}

enum pgtask_error pgtaski_lwip_resolve(void *context, char const *host)
{
    struct pgtask_lwip *const lwip = context;

    switch (lwip->state) {
    case PGTASK_LWIP_RESOLVING: break;
    case PGTASK_LWIP_IDLE:
    case PGTASK_LWIP_RESOLVED: begin(lwip, host); break;
    default: return PGTASK_ERROR_PORT;
    }
    while (!lwip->awaiting && lwip->asked_kinds < PGTASK_LWIP_KINDS) {
        if (!ask_next(lwip)) {
            return PGTASK_WOULD_BLOCK;
        }
    }
    if (lwip->awaiting) {
        return PGTASK_WOULD_BLOCK;
    }
    lwip->host = NULL;
    lwip->state = lwip->address_count > 0 ? PGTASK_LWIP_RESOLVED : PGTASK_LWIP_IDLE;
    return lwip->address_count > 0 ? PGTASK_OK : PGTASK_ERROR_RESOLVE;
}
