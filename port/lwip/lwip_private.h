/* SPDX-License-Identifier: MIT */
/**
 * @file lwip_private.h
 * What the files of the lwIP port share. Each `context` is a struct pgtask_lwip.
 */
#ifndef PGTASK_LWIP_PRIVATE_H
#define PGTASK_LWIP_PRIVATE_H

#include "pgtask_lwip.h"

/** The addresses in the latest answer of a name server. Only if lwIP takes the answer at once, and
 *  tells one of them, may they be used. */
struct pgtaski_lwip_answer {
    uint8_t count;
    ip_addr_t addresses[PGTASK_LWIP_ADDRESSES];
};

extern struct pgtaski_lwip_answer pgtaski_lwip_answer;

/** Whether a host may have several addresses here. If not, the code for them is left out. */
enum { PGTASKI_LWIP_HAS_SEVERAL = PGTASK_LWIP_KINDS * PGTASK_LWIP_ADDRESSES > 1 };

enum pgtask_error pgtaski_lwip_resolve(void *context, char const *host);
enum pgtask_error pgtaski_lwip_connect(void *context, uint16_t port_number);
enum pgtask_error pgtaski_lwip_send(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent);
enum pgtask_error pgtaski_lwip_receive(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received);

/** Drops the connection or the attempt to connect, and keeps the addresses. */
void pgtaski_lwip_drop(struct pgtask_lwip *lwip);

/** Lets the next connection begin with the address after the one in use. Does nothing when idle. */
void pgtaski_lwip_prefer_next(struct pgtask_lwip *lwip);

/** @return whether what `interest` waits for has come */
bool pgtaski_lwip_is_ready(struct pgtask_lwip const *lwip, enum pgtask_interest interest);

#endif
