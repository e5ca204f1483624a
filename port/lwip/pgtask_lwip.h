/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_lwip.h
 * The port for lwIP: one TCP stream by its raw API, names by its resolver. Clocks and random bytes
 * come from functions of yours.
 *
 * lwIP must have LWIP_TCP, LWIP_CALLBACK_API and, for names, LWIP_DNS; sockets and netconn are not
 * needed. It may have IPv4, IPv6 or both; with both, the IPv4 addresses of a name are tried first.
 *
 * lwIP's resolver tells one address of a name, even if the name server has answered with several.
 * The others are read by pgtask_lwip_see_packet(), which your lwipopts.h must name as lwIP's hook:
 *
 * @code
 * struct pbuf;
 * struct netif;
 * int pgtask_lwip_see_packet(struct pbuf *packet, struct netif *netif);
 * #define LWIP_HOOK_IP4_INPUT(packet, netif) pgtask_lwip_see_packet(packet, netif)
 * @endcode
 *
 * Without the hook, the port knows one address of each kind, and cannot go on to the next one.
 *
 * Received segments stay in lwIP's pbufs until the library takes their bytes. Only then does the
 * window open again, so a slow reader slows the peer down and needs no memory.
 *
 * Without a system (NO_SYS=1), call the client in the super-loop that also feeds lwIP:
 *
 * @code
 * static struct pgtask_lwip lwip;
 * static struct pgtask_lwip_platform const platform = {
 *     .monotonic_ms = board_monotonic_ms, .entropy = board_entropy};
 *
 * pgtask_lwip_open(&lwip, &platform);
 * error = pgtask_client_open(&client, &config, &lwip.port);
 * for (;;) {
 *     poll_ethernet();
 *     sys_check_timeouts();
 *     error = pgtask_client_next(&client, &task);
 * }
 * @endcode
 *
 * Under an RTOS, lwIP belongs to its own thread, and this port calls it directly. So either let
 * that thread run the client, one call at a time, by tcpip_callback() or sys_timeout(); or hold the
 * core's lock around each call, with LWIP_TCPIP_CORE_LOCKING=1:
 *
 * @code
 * LOCK_TCPIP_CORE();
 * error = pgtask_client_next(&client, &task);
 * UNLOCK_TCPIP_CORE();
 * @endcode
 *
 * Hold the lock around pgtask_client_cancel() and pgtask_client_close() too. One call may compute
 * for long: see pgtask_tls_handshake().
 */
#ifndef PGTASK_LWIP_H
#define PGTASK_LWIP_H

#include <lwip/ip_addr.h>
#include <lwip/opt.h>

#include <pgtask/port.h>

#ifdef __cplusplus
extern "C" {
#endif

struct netif;
struct pbuf;
struct tcp_pcb;

/** So many addresses of each kind (IPv4, IPv6) are tried. With 1, the hook is left out. */
#ifndef PGTASK_LWIP_ADDRESSES
#define PGTASK_LWIP_ADDRESSES 4
#endif
#if PGTASK_LWIP_ADDRESSES < 1 || PGTASK_LWIP_ADDRESSES > 16
#error "PGTASK_LWIP_ADDRESSES must be 1 to 16"
#endif

/** The kinds of addresses. */
#define PGTASK_LWIP_KINDS (LWIP_IPV4 + LWIP_IPV6)

/**
 * With several addresses, the longest wait for one of them, milliseconds. When each has had its
 * turn and not all have refused, there is another round with twice the time, and then a last one,
 * so that a slow network gets its connection too.
 */
#define PGTASK_LWIP_CONNECT_MS     1000u
#define PGTASK_LWIP_CONNECT_ROUNDS 3

/** For this time, milliseconds, the port first tries the address that served last, or the one after
 *  an address that failed. Then the name server's order counts again. */
#define PGTASK_LWIP_REMEMBER_MS 600000u

/** What the port needs that lwIP does not have. */
struct pgtask_lwip_platform {
    uint64_t (*monotonic_ms)(void); /**< as in port.h */

    /** Tells Unix time. NULL if there is no clock. @return false while the time is not known */
    bool (*unix_time_s)(int64_t *unix_s);

    /** Fills `bytes` with random bytes fit for keys. @return false if they must not be used */
    bool (*entropy)(uint8_t *bytes, size_t length);

    /**
     * Feeds lwIP once (frames, sys_check_timeouts()), and then sleeps until there may be more to
     * do, at the latest until `until_ms`. NULL if the program does not call pgtask_client_sleep().
     */
    void (*turn)(uint64_t until_ms);

#if PGTASK_PULSE
    /** Feeds a watchdog during long computations: `pulse` in port.h. May be NULL. */
    void (*pulse)(void);
#endif
};

/** What the port is doing. */
enum pgtask_lwip_state {
    PGTASK_LWIP_IDLE,
    PGTASK_LWIP_RESOLVING,
    PGTASK_LWIP_RESOLVED,
    PGTASK_LWIP_CONNECTING, /**< lwIP is connecting */
    PGTASK_LWIP_CONNECTED,
    PGTASK_LWIP_BROKEN /**< lwIP has ended the attempt or the connection; failure says why */
};

/**
 * One port. The caller places it, all zero at first; members are private. It must be static: lwIP
 * cannot cancel the look-up of a name, and answers later.
 */
struct pgtask_lwip {
    struct pgtask_port port; /**< give `&lwip.port` to the client */
    struct pgtask_lwip_platform platform;
    enum pgtask_lwip_state state;
    struct tcp_pcb *pcb;   /**< NULL: lwIP has none for us */
    struct pbuf *received; /**< not yet taken */
    bool peer_closed;      /**< after `received` comes the end */
    int8_t failure;        /**< err_t of the last failure */
    char const *host;      /**< while resolving */
    bool awaiting;         /**< the resolver has not answered yet */
    uint8_t asked_kinds;   /**< of addresses */
    uint8_t address_count;
    uint8_t address_at;     /**< next to try */
    uint8_t addresses_left; /**< to try in this round */
    uint8_t round;
    bool has_timed_out; /**< in this round, one of them */
    uint64_t attempt_until_ms;
    uint64_t favourite_until_ms;
    ip_addr_t favourite; /**< begin with it if it was found */
    ip_addr_t addresses[PGTASK_LWIP_KINDS * PGTASK_LWIP_ADDRESSES];
    uint8_t known_count; /**< of addresses before this look-up, for lwIP's cache keeps one only */
    ip_addr_t known[PGTASK_LWIP_KINDS * PGTASK_LWIP_ADDRESSES];
};

/** Fills in the port. `platform` is copied. Cannot fail. */
void pgtask_lwip_open(struct pgtask_lwip *lwip, struct pgtask_lwip_platform const *platform);

/** Drops everything the port holds. Harmless twice. */
void pgtask_lwip_close(struct pgtask_lwip *lwip);

/**
 * Reads the addresses in a name server's answer. This is a hook of lwIP: see the top of this file.
 * @param packet  an IPv4 packet, from its IP header on
 * @return 0: lwIP goes on with the packet
 */
#ifndef LWIP_HOOK_IP4_INPUT /* your lwipopts.h declares it with the hook */
int pgtask_lwip_see_packet(struct pbuf *packet, struct netif *netif);
#endif

#ifdef __cplusplus
}
#endif

#endif
