/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_sockets.h
 * The part that the ports for Zephyr and for ESP-IDF share: one stream by non-blocking sockets, and
 * a host's addresses in turns. sockets_system.h, of each port, says what its system calls them.
 *
 * Programs include pgtask_zephyr.h or pgtask_esp_idf.h.
 */
#ifndef PGTASK_SOCKETS_H
#define PGTASK_SOCKETS_H

#include <pgtask/port.h>

#include <sockets_system.h>

#ifdef __cplusplus
extern "C" {
#endif

/** So many addresses of a host are tried, in the order of the name server's answer. */
#ifndef PGTASK_SOCKETS_ADDRESSES
#define PGTASK_SOCKETS_ADDRESSES 4
#endif
#if PGTASK_SOCKETS_ADDRESSES < 1 || PGTASK_SOCKETS_ADDRESSES > 16
#error "PGTASK_SOCKETS_ADDRESSES must be 1 to 16"
#endif

/**
 * With several addresses, the longest wait for one of them, milliseconds. When each has had its
 * turn and not all have refused, there is another round with twice the time, and then a last one,
 * so that a slow network gets its connection too.
 */
#define PGTASK_SOCKETS_CONNECT_MS     1000u
#define PGTASK_SOCKETS_CONNECT_ROUNDS 3

/** For this time, milliseconds, the port first tries the address that served last, or the one after
 *  an address that failed. Then the name server's order counts again. */
#define PGTASK_SOCKETS_REMEMBER_MS 600000u

/** A look-up is asked again after this time, milliseconds. */
#define PGTASK_SOCKETS_ASK_AGAIN_MS 20u

struct pgtask_sockets_address {
    sockets_storage storage;
    sockets_length length;
};

/** What the stream needs from the port. No function may block. */
struct pgtask_sockets_system {
    uint64_t (*monotonic_ms)(void);                 /**< as in port.h */
    bool (*unix_time_s)(int64_t *unix_s);           /**< as in port.h; may be NULL */
    bool (*entropy)(uint8_t *bytes, size_t length); /**< false: nobody may use the bytes */

    /**
     * Starts or continues looking a host up. It is called again with the same host while it returns
     * PGTASK_WOULD_BLOCK.
     * @param host       a name, NUL-terminated; never an IP literal
     * @param addresses  where to write what was found; the port number does not matter
     * @param count      set on PGTASK_OK: 1 to PGTASK_SOCKETS_ADDRESSES
     * @param failure    set otherwise: the system's own number
     * @return PGTASK_OK, PGTASK_WOULD_BLOCK, PGTASK_ERROR_RESOLVE, PGTASK_ERROR_PORT
     */
    enum pgtask_error (*look_up)(void *resolver, char const *host,
                                 struct pgtask_sockets_address *addresses, size_t *count,
                                 int32_t *failure);

    /** Drops the look-up under way. */
    void (*drop)(void *resolver);
    void *resolver;

#if PGTASK_PULSE
    void (*pulse)(void); /**< as in port.h; may be NULL */
#endif
};

/** One stream. Members are private. */
struct pgtask_sockets {
    struct pgtask_port port;
    struct pgtask_sockets_system system;
    int descriptor; /**< or -1 */
    bool is_resolving;
    bool is_connected;
    bool has_timed_out; /**< in this round, one address */
    uint8_t count;      /**< of addresses */
    uint8_t at;         /**< in use, or used last */
    uint8_t left;       /**< to try in this round */
    uint8_t round;
    int32_t failure; /**< the system's number of the last failure */
    uint64_t attempt_until_ms;
    uint64_t favourite_until_ms;
    struct pgtask_sockets_address favourite; /**< begin with it if it was found */
    struct pgtask_sockets_address addresses[PGTASK_SOCKETS_ADDRESSES];
};

/** Fills in the stream. `system` is copied. */
void pgtask_sockets_open(struct pgtask_sockets *sockets,
                         struct pgtask_sockets_system const *system);

#ifdef __cplusplus
}
#endif

#endif
