/* SPDX-License-Identifier: MIT */
/**
 * @file tls.h
 * TLS 1.2 and 1.3 as a client, over a port's byte stream, never blocking.
 *
 * The peer's chain and host name are always verified; nothing turns that off. Memory comes from
 * mbedTLS's static arena (port/mbedtls), one connection at a time with its default size.
 */
#ifndef PGTASK_TLS_H
#define PGTASK_TLS_H

#include <pgtask/port.h>

/** One trusted root as DER, in memory that stays (flash). It is not copied. */
struct pgtask_root {
    uint8_t const *der;
    size_t length;
};

/**
 * Whom to trust: a short list, or a store that is searched for each chain, so that a bundle of 140
 * roots costs the RAM of one. Set one of the two.
 */
struct pgtask_roots {
    struct pgtask_root const *list; /**< the caller's, DER */
    size_t count;

    /**
     * Walks a store. Called with `restart` to begin, then once for each root.
     * @param root  set on PGTASK_OK; its bytes stay until the next call
     * @return PGTASK_OK; PGTASK_DONE after the last; PGTASK_ERROR_TLS_ROOTS if it cannot be read
     */
    enum pgtask_error (*next)(void *context, bool restart, struct pgtask_root *root);
    void *context;
};

/**
 * A session that a later handshake can resume: opaque bytes, to be kept as secret as a key. All
 * zero holds none. May be written to flash and read back by the same build.
 *
 * Used for the same host name alone, within the chain's validity and at most seven days after the
 * chain was verified, as far as the time is known. One that is damaged, foreign or refused by the
 * peer costs a full handshake and nothing else. Wiped by itself when a handshake fails or is given
 * up, and where the peer gives nothing to resume. Wipe it where the trusted roots change: a resumed
 * session looks at no chain.
 */
struct pgtask_tls_session {
    uint32_t length; /**< of `bytes`; 0: none */
    uint8_t bytes[PGTASK_SESSION_BYTES];
};

/** The time is not known: the handshake leaves validity to pgtask_tls_check_validity(). */
#define PGTASK_TLS_TIME_UNKNOWN INT64_MIN

struct pgtask_tls_contexts; /* mbedTLS's, in the arena */

/** One connection. The caller places it, all zero at first; members are private except as said. */
struct pgtask_tls {
    struct pgtask_tls_contexts *contexts; /**< NULL while closed */
    struct pgtask_port *port;
    int32_t detail;                /**< mbedTLS's code of the last failure, for the log */
    enum pgtask_interest interest; /**< what the last PGTASK_WOULD_BLOCK waits for */
    bool resumed;                  /**< the handshake resumed a session */
    uint64_t bytes_sent;           /**< on the wire, since pgtask_tls_open() */
    uint64_t bytes_received;       /**< likewise */
    int64_t not_before_unix_s;     /**< latest start of validity in the verified chain */
    int64_t not_after_unix_s;      /**< earliest end of validity in it */
};

/** How to open one. */
struct pgtask_tls_options {
    char const *host_name;            /**< sent as SNI and verified; the caller's, stays */
    struct pgtask_roots const *roots; /**< the caller's, stays */
    int64_t unix_s; /**< now, for the chain's validity; or PGTASK_TLS_TIME_UNKNOWN */
    struct pgtask_tls_session *session; /**< the caller's, stays; resumed if it can be, and
                                           replaced by what the peer gives; NULL: never resume */

    /**
     * Do not offer TLS 1.3. For a second attempt with a peer of TLS 1.2 that insists on RSA-PSS,
     * which mbedTLS 3.6.6 offers together with TLS 1.3 and then refuses: the first attempt ends
     * with PGTASK_ERROR_TLS_HANDSHAKE and MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER (-0x6600) as detail.
     */
    bool tls12_only;
};

/**
 * Makes ready for a handshake on a connected port.
 * @return PGTASK_OK, PGTASK_ERROR_TLS_MEMORY, PGTASK_ERROR_ENTROPY, PGTASK_ERROR_TLS_ROOTS,
 *         PGTASK_ERROR_TLS_INTERNAL, PGTASK_ERROR_ARGUMENT
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_open(struct pgtask_tls *tls,
                                                    struct pgtask_port *port,
                                                    struct pgtask_tls_options const *options);

/**
 * Goes on with the handshake.
 *
 * Its computations are long, so they are divided and the caller gets its turn between them: then
 * the answer is PGTASK_WOULD_BLOCK with PGTASK_INTEREST_TIME as `interest`, which means "call
 * again at once". How long one call keeps its caller, in instructions of x86-64 (`make bench`);
 * a Cortex-M4 has about twice as many:
 *
 *   TLS 1.2, ECDSA, listed root   1.4 million: see PGTASK_ECP_MAX_OPS
 *   TLS 1.2, ECDSA, store         20 million: the chain's signature, in one
 *   TLS 1.2, RSA                  18 million: the key exchange, in one
 *   TLS 1.3                       20 million; 37 million with P-384
 *   resumed                       0.4 million by TLS 1.2, 19 million by TLS 1.3
 *
 * An offer of TLS 1.3 has a key of its own: 9 million in the first call, whatever the peer then
 * chooses. A key exchange by X25519, which many peers prefer, is in one too. So the most even
 * handshake is TLS 1.2 alone, in a build with PGTASK_TLS13=0 and PGTASK_TLS_X25519=0, and the
 * shortest a resumed one by TLS 1.2.
 *
 * @return PGTASK_OK when it is complete and the peer verified; PGTASK_WOULD_BLOCK;
 *         PGTASK_ERROR_TLS_*, or an error of the port
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_handshake(struct pgtask_tls *tls);

/**
 * Sends some bytes. After PGTASK_WOULD_BLOCK call again with the same bytes (mbedTLS's rule).
 * @param sent  set on PGTASK_OK: 1 to `length`
 * @return PGTASK_OK, PGTASK_WOULD_BLOCK, PGTASK_ERROR_TLS_*, or an error of the port
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_write(struct pgtask_tls *tls, uint8_t const *bytes,
                                                     size_t length, size_t *sent);

/**
 * Receives some bytes.
 * @param received  set on PGTASK_OK: 1 to `capacity`
 * @return PGTASK_OK; PGTASK_WOULD_BLOCK; PGTASK_ERROR_CLOSED after the peer's close_notify;
 *         PGTASK_ERROR_TLS_TRUNCATED if the stream ended without one; PGTASK_ERROR_TLS_*; an error
 *         of the port
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_read(struct pgtask_tls *tls, uint8_t *bytes,
                                                    size_t capacity, size_t *received);

/**
 * Checks the validity of the peer's chain once the time is known, for a handshake made without.
 * A resumed session is judged by the chain that was verified when it began.
 * @return PGTASK_OK; PGTASK_ERROR_TLS_EXPIRED; PGTASK_ERROR_TLS_NOT_YET_VALID;
 *         PGTASK_ERROR_STATE before the handshake is complete
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_check_validity(struct pgtask_tls const *tls,
                                                              int64_t unix_s);

/** Wipes and frees all of it; sends close_notify if the port takes it at once. Harmless twice. */
void pgtask_tls_close(struct pgtask_tls *tls);

/** @return "TLSv1.2" or "TLSv1.3" once the handshake is complete, else ""; a constant */
char const *pgtask_tls_version(struct pgtask_tls const *tls);

/** Bytes of mbedTLS's arena: in use now, and the most so far with mbedTLS's block headers. */
struct pgtask_arena_use {
    size_t capacity;
    size_t used;
    size_t peak;
};

/** Provided by port/mbedtls: hands the static arena to mbedTLS; once is enough, more do no harm. */
void pgtask_arena_setup(void);

/** Provided by port/mbedtls. */
void pgtask_arena_measure(struct pgtask_arena_use *use);

#endif
