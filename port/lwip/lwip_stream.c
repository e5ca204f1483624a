/* SPDX-License-Identifier: MIT */
/*
 * One TCP stream by lwIP's raw API. lwIP calls back when a connection is there, when segments have
 * come and when the connection breaks; the callbacks only note that, and the port's functions
 * report it when the library calls.
 */
#include "lwip_private.h"

#include <lwip/pbuf.h>
#include <lwip/tcp.h>

/* lwIP's own limit for one queue of pbufs. */
#define QUEUE_BYTES 0xffffu

/* When lwIP has no memory for so few bytes, the port waits. */
#define SMALL_SEGMENT_BYTES 64u

static bool has_favourite(struct pgtask_lwip const *lwip)
{
    return lwip->platform.monotonic_ms() < lwip->favourite_until_ms;
}

/* An address that goes on serving does not become a favourite anew: its time passes. */
static void remember(struct pgtask_lwip *lwip, ip_addr_t const *address)
{
    if (PGTASKI_LWIP_HAS_SEVERAL &&
        (!has_favourite(lwip) || !ip_addr_cmp(&lwip->favourite, address))) {
        lwip->favourite = *address;
        lwip->favourite_until_ms = lwip->platform.monotonic_ms() + PGTASK_LWIP_REMEMBER_MS;
    }
}

static err_t on_connected(void *context, struct tcp_pcb *pcb, err_t error)
{
    struct pgtask_lwip *const lwip = context;

    (void)error; /* always ERR_OK, says lwIP */
    lwip->state = PGTASK_LWIP_CONNECTED;
    remember(lwip, &pcb->remote_ip);
    return ERR_OK;
}

/* lwIP has freed the pcb already. */
static void on_error(void *context, err_t error)
{
    struct pgtask_lwip *const lwip = context;

    lwip->pcb = NULL;
    lwip->failure = error;
    lwip->state = PGTASK_LWIP_BROKEN;
}

static err_t on_received(void *context, struct tcp_pcb *pcb, struct pbuf *segment, err_t error)
{
    struct pgtask_lwip *const lwip = context;

    (void)pcb;
    (void)error; /* always ERR_OK, says lwIP */
    if (segment == NULL) {
        lwip->peer_closed = true;
        return ERR_OK;
    }
    if (lwip->received == NULL) {
        lwip->received = segment;
        return ERR_OK;
    }
    if ((uint32_t)lwip->received->tot_len + segment->tot_len > QUEUE_BYTES) {
        return ERR_MEM; /* lwIP keeps it, and offers it again */
    }
    pbuf_cat(lwip->received, segment);
    return ERR_OK;
}

/* A closing pcb may linger for minutes, so it is the first that lwIP drops for a new connection. */
static void close_pcb(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_setprio(pcb, TCP_PRIO_MIN);
    if (tcp_close(pcb) != ERR_OK) {
        tcp_abort(pcb);
    }
}

void pgtaski_lwip_drop(struct pgtask_lwip *lwip)
{
    if (lwip->pcb != NULL) {
        close_pcb(lwip->pcb);
        lwip->pcb = NULL;
    }
    if (lwip->received != NULL) {
        (void)pbuf_free(lwip->received);
        lwip->received = NULL;
    }
    lwip->peer_closed = false;
    lwip->attempt_until_ms = UINT64_MAX;
}

static err_t begin_attempt(struct pgtask_lwip *lwip, ip_addr_t const *address, uint16_t port_number)
{
    lwip->pcb = tcp_new_ip_type(IP_GET_TYPE(address));
    if (lwip->pcb == NULL) {
        return ERR_MEM;
    }
    tcp_arg(lwip->pcb, lwip);
    tcp_recv(lwip->pcb, on_received);
    tcp_err(lwip->pcb, on_error);
    /* Requests are written whole, so waiting for more bytes would only cost time. */
    tcp_nagle_disable(lwip->pcb);
    return tcp_connect(lwip->pcb, address, port_number, on_connected);
}

void pgtaski_lwip_prefer_next(struct pgtask_lwip *lwip)
{
    if (lwip->state >= PGTASK_LWIP_CONNECTING) {
        remember(lwip, &lwip->addresses[lwip->address_at]);
    }
}

static void begin_first_round(struct pgtask_lwip *lwip)
{
    lwip->address_at = 0;
    for (uint8_t i = 1; PGTASKI_LWIP_HAS_SEVERAL && i < lwip->address_count; i++) {
        if (has_favourite(lwip) && ip_addr_cmp(&lwip->addresses[i], &lwip->favourite)) {
            lwip->address_at = i;
        }
    }
    lwip->addresses_left = lwip->address_count;
    lwip->round = 0;
    lwip->has_timed_out = false;
}

/* Another round follows if there are several addresses, and waiting longer may help one of them.
 * @return the next address to try, or NULL */
static ip_addr_t const *next_address(struct pgtask_lwip *lwip)
{
    ip_addr_t const *const address = &lwip->addresses[lwip->address_at];

    if (lwip->addresses_left == 0) {
        if (!PGTASKI_LWIP_HAS_SEVERAL || !lwip->has_timed_out ||
            ++lwip->round == PGTASK_LWIP_CONNECT_ROUNDS) {
            return NULL;
        }
        lwip->has_timed_out = false;
        lwip->addresses_left = lwip->address_count;
    }
    lwip->addresses_left--;
    lwip->address_at++;
    if (!PGTASKI_LWIP_HAS_SEVERAL || lwip->address_at == lwip->address_count) {
        lwip->address_at = 0;
    }
    return address;
}

/* Tries one address after the other, until one can be waited for. */
static enum pgtask_error try_next(struct pgtask_lwip *lwip, uint16_t port_number)
{
    ip_addr_t const *address;

    while ((address = next_address(lwip)) != NULL) {
        err_t const error = begin_attempt(lwip, address, port_number);

        if (error == ERR_OK) {
            if (PGTASKI_LWIP_HAS_SEVERAL && lwip->address_count > 1) {
                lwip->attempt_until_ms =
                    lwip->platform.monotonic_ms() + (PGTASK_LWIP_CONNECT_MS << lwip->round);
            }
            lwip->state = PGTASK_LWIP_CONNECTING;
            return PGTASK_WOULD_BLOCK;
        }
        lwip->failure = error;
        pgtaski_lwip_drop(lwip);
    }
    lwip->state = PGTASK_LWIP_IDLE;
    return PGTASK_ERROR_CONNECT;
}

enum pgtask_error pgtaski_lwip_connect(void *context, uint16_t port_number)
{
    struct pgtask_lwip *const lwip = context;

    switch (lwip->state) {
    case PGTASK_LWIP_CONNECTED: lwip->attempt_until_ms = UINT64_MAX; return PGTASK_OK;
    case PGTASK_LWIP_CONNECTING:
        if (!PGTASKI_LWIP_HAS_SEVERAL || lwip->platform.monotonic_ms() < lwip->attempt_until_ms) {
            return PGTASK_WOULD_BLOCK;
        }
        lwip->failure = ERR_TIMEOUT;
        lwip->has_timed_out = true;
        break;
    case PGTASK_LWIP_RESOLVED: begin_first_round(lwip); break;
    case PGTASK_LWIP_BROKEN: break;
    default: return PGTASK_ERROR_PORT;
    }
    pgtaski_lwip_drop(lwip);
    return try_next(lwip, port_number);
}

/* What the state means for a stream that can move no byte now. */
static enum pgtask_error stream_state(struct pgtask_lwip const *lwip)
{
    switch (lwip->state) {
    case PGTASK_LWIP_CONNECTED: return PGTASK_WOULD_BLOCK;
    case PGTASK_LWIP_BROKEN: return PGTASK_ERROR_RESET;
    default: return PGTASK_ERROR_PORT;
    }
}

static size_t least(size_t one, size_t other)
{
    return one < other ? one : other;
}

enum pgtask_error pgtaski_lwip_send(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct pgtask_lwip *const lwip = context;
    size_t part;
    err_t error = ERR_MEM;

    if (lwip->state != PGTASK_LWIP_CONNECTED) {
        return stream_state(lwip);
    }
    part = least(least(length, tcp_sndbuf(lwip->pcb)), tcp_mss(lwip->pcb));
    while (part > 0) {
        error = tcp_write(lwip->pcb, bytes, (u16_t)part, TCP_WRITE_FLAG_COPY);
        if (error != ERR_MEM || part <= SMALL_SEGMENT_BYTES) {
            break;
        }
        part /= 2;
    }
    /* lwIP sends the rest when its timers or the peer's window allow it. */
    (void)tcp_output(lwip->pcb);
    if (error == ERR_OK) {
        *sent = part;
        return PGTASK_OK;
    }
    if (error == ERR_MEM) {
        return stream_state(lwip);
    }
    lwip->failure = error;
    return PGTASK_ERROR_RESET;
}

enum pgtask_error pgtaski_lwip_receive(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct pgtask_lwip *const lwip = context;
    u16_t part;

    if (lwip->received == NULL) {
        return lwip->state == PGTASK_LWIP_CONNECTED && lwip->peer_closed ? PGTASK_ERROR_CLOSED
                                                                         : stream_state(lwip);
    }
    part = (u16_t)least(capacity, lwip->received->tot_len);
    part = pbuf_copy_partial(lwip->received, bytes, part, 0);
    lwip->received = pbuf_free_header(lwip->received, part);
    if (lwip->pcb != NULL) {
        tcp_recved(lwip->pcb, part);
    }
    *received = part;
    return PGTASK_OK;
}

bool pgtaski_lwip_is_ready(struct pgtask_lwip const *lwip, enum pgtask_interest interest)
{
    switch (lwip->state) {
    case PGTASK_LWIP_RESOLVING: return interest == PGTASK_INTEREST_READ && !lwip->awaiting;
    case PGTASK_LWIP_CONNECTING: return false;
    case PGTASK_LWIP_CONNECTED: break;
    default: return interest != PGTASK_INTEREST_TIME;
    }
    switch (interest) {
    case PGTASK_INTEREST_READ: return lwip->received != NULL || lwip->peer_closed;
    case PGTASK_INTEREST_WRITE: return tcp_sndbuf(lwip->pcb) > 0;
    default: return false;
    }
}
