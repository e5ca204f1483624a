/* SPDX-License-Identifier: MIT */
/**
 * @file port.h
 * What the library needs from a platform: one byte stream, clocks and random bytes.
 *
 * A port fills a struct pgtask_port with ten functions, of which three may be NULL, and may add a
 * pulse. None of them may block, except `wait`. A port serves one client at a time; make one for
 * each client.
 */
#ifndef PGTASK_PORT_H
#define PGTASK_PORT_H

#include <pgtask/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** 1: a port may have a `pulse`. Set it with -D for the library and for mbedTLS alike; it takes 0.4
 *  KB of flash and 3 % more instructions of a handshake. */
#ifndef PGTASK_PULSE
#define PGTASK_PULSE 0
#endif

/** One call of tls.h gives at most so many pulses. An honest peer causes some 1,500: a chain of TLS
 *  1.3 with PGTASK_TLS_INTERMEDIATES of 3, all of P-384, takes 320 million instructions at once. */
#ifndef PGTASK_TURN_PULSES
#define PGTASK_TURN_PULSES 2000
#endif

/** What to wait for after PGTASK_WOULD_BLOCK. */
enum pgtask_interest {
    PGTASK_INTEREST_TIME, /**< only until a time, which may be now */
    PGTASK_INTEREST_READ, /**< until bytes can be received (while resolving: the answer) */
    PGTASK_INTEREST_WRITE /**< until bytes can be sent (while connecting: the connection) */
};

/** One platform. Every function is needed, except those that say that they may be NULL. */
struct pgtask_port {
    void *context; /**< handed to each function below */

    /** @return milliseconds since any fixed moment; never runs backwards, and keeps counting in
     *  sleep if the platform can */
    uint64_t (*monotonic_ms)(void *context);

    /**
     * Tells Unix time. May be NULL on a board without a clock. The clock may be slow; the client
     * then learns the time from the service. If it may be fast, such as a counter that nobody has
     * set since the battery was changed, return false: the client does not correct a fast clock by
     * which a certificate has expired.
     * @param unix_s  set on true: seconds since 1970-01-01 00:00:00 UTC
     * @return false while the time is not known, or if the platform does not trust its clock
     */
    bool (*unix_time_s)(void *context, int64_t *unix_s);

    /**
     * Fills `bytes` with random bytes from a source fit for keys.
     * @return PGTASK_OK with all `length` bytes filled, or PGTASK_ERROR_ENTROPY with none used
     */
    enum pgtask_error (*entropy)(void *context, uint8_t *bytes, size_t length);

    /**
     * Starts or continues looking up a host's addresses, which the port keeps. The library calls
     * it again with the same host while it returns PGTASK_WOULD_BLOCK.
     * @param host  a name or an IP literal, NUL-terminated
     * @return PGTASK_OK, PGTASK_WOULD_BLOCK, PGTASK_ERROR_RESOLVE, PGTASK_ERROR_PORT
     */
    enum pgtask_error (*resolve)(void *context, char const *host);

    /**
     * Starts or continues connecting to the addresses that were found, one after the other. An
     * address that does not answer gets about a second before the next one is tried. Begins with
     * the address that served last; after a close with a failure, with another address than the one
     * that failed. A port remembers this across look-ups, while the address is among those found;
     * it may forget it after some minutes.
     * @return PGTASK_OK once connected, PGTASK_WOULD_BLOCK, PGTASK_ERROR_CONNECT (every address
     *         failed), PGTASK_ERROR_PORT
     */
    enum pgtask_error (*connect)(void *context, uint16_t port_number);

    /**
     * Sends as many bytes as the platform takes now.
     * @param sent  set on PGTASK_OK: 1 to `length`
     * @return PGTASK_OK, PGTASK_WOULD_BLOCK, PGTASK_ERROR_RESET, PGTASK_ERROR_PORT
     */
    enum pgtask_error (*send)(void *context, uint8_t const *bytes, size_t length, size_t *sent);

    /**
     * Receives the bytes that have arrived, or some of them.
     * @param received  set on PGTASK_OK: 1 to `capacity`
     * @return PGTASK_OK, PGTASK_WOULD_BLOCK (none has arrived yet), PGTASK_ERROR_CLOSED (the peer
     *         has closed, and all its bytes were received), PGTASK_ERROR_RESET, PGTASK_ERROR_PORT
     */
    enum pgtask_error (*recv)(void *context, uint8_t *bytes, size_t capacity, size_t *received);

    /**
     * Drops the connection, the attempt to connect or the look-up. Does nothing when idle.
     * @param failure  PGTASK_OK: the address has served, or has had no chance to fail; otherwise
     * why it is given up, such as a certificate that is not trusted, a reset, silence or the
     * deadline: the next connect() begins with another address, if there is one
     */
    void (*close)(void *context, enum pgtask_error failure);

    /**
     * Sleeps until the stream is ready or the time has come, whichever is first; may return early.
     * May be NULL if the program does not call pgtask_client_sleep().
     * @param until_ms  on the clock of monotonic_ms(); a time in the past returns at once
     */
    void (*wait)(void *context, enum pgtask_interest interest, uint64_t until_ms);

    /** @return the platform's own number for the last failure (errno, err_t), for the log. May be
     *  NULL. */
    int32_t (*last_failure)(void *context);

#if PGTASK_PULSE
    /**
     * Says that a long computation goes on, so that the port can feed a watchdog. May be NULL.
     *
     * TLS calls it from inside mbedTLS, at least once in a million instructions. A call of tls.h or
     * client.h that computes no longer than that may give no pulse, so the loop feeds the watchdog
     * between the calls too.
     *
     * After PGTASK_TURN_PULSES pulses within one call of tls.h there are no more until that call
     * has returned. So the watchdog ends a computation that never ends: some 500 million
     * instructions and its own time-out later.
     *
     * The function must return at once: it may write to hardware, count and read a clock. It must
     * not call the library, another function of the port, or mbedTLS, which is in the middle of
     * its work. mbedTLS keeps no port, so the library holds the port of the client that is
     * computing in a static variable until mbedTLS returns. With several clients each gets its own
     * pulses. They share mbedTLS's arena as well, so their calls must never overlap: one thread
     * runs them, or all threads hold one lock.
     */
    void (*pulse)(void *context);
#endif
};

#ifdef __cplusplus
}
#endif

#endif
