/* SPDX-License-Identifier: MIT */
/**
 * @file tls.h
 * TLS 1.2 and 1.3 as a client, over a port's byte stream. No call blocks.
 *
 * The peer's chain and host name are always verified; no setting turns that off. Memory comes from
 * mbedTLS's static arena (port/mbedtls), whose default size is enough for one connection at a time.
 */
#ifndef PGTASK_TLS_H
#define PGTASK_TLS_H

#include <pgtask/port.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Whether the build has TLS 1.3: see PGTASK_TLS13 in port/mbedtls/pgtask_mbedtls_config.h. */
#if defined(PGTASK_TLS13) && PGTASK_TLS13 == 0
#define PGTASK_TLS_HAS_TLS13 0
#else
#define PGTASK_TLS_HAS_TLS13 1
#endif

/**
 * A peer's chain may have no larger RSA keys. Each of its signatures is checked at once, so a
 * larger key would hold the caller for long; public authorities use 2,048 or 4,096 bits and 65,537.
 * For the same reason, keys on curves must not be compressed, and a certificate has at most 32
 * extensions. An authority may name at most 128 permitted and 128 excluded domains. The domains of
 * one of these lists, times the names of all certificates below and the host, are at most
 * PGTASK_TLS_COMPARISONS.
 */
#define PGTASK_TLS_RSA_BITS      4096
#define PGTASK_TLS_EXPONENT_BITS 32
#define PGTASK_TLS_COMPARISONS   8192

/**
 * How many certificates of a peer's chain are looked at, its own included, and how many
 * intermediates may be between its own and the trusted root. So a chain costs 4 signatures at most.
 * Public authorities need one or two intermediates. With more, the error is
 * PGTASK_ERROR_TLS_LENGTH.
 */
#define PGTASK_TLS_CERTIFICATES  16
#define PGTASK_TLS_INTERMEDIATES 3

/** One trusted root as DER, in memory that stays, such as flash. It is not copied. */
struct pgtask_root {
    uint8_t const *der;
    size_t length;
};

/**
 * The trusted roots: a list, or a store. Both are searched for each chain, so any number of roots
 * costs the RAM of one, and only while a chain is verified. Set exactly one of the two.
 *
 * A root that this build cannot read, because its key is of a kind that the build lacks or its DER
 * is damaged, is left out: see `roots_left_out`. The signature of a root over itself is not
 * checked, so it may be by an algorithm that the build lacks, such as SHA-1.
 */
struct pgtask_roots {
    struct pgtask_root const *list; /**< the caller's, DER */
    size_t count;

    /**
     * Walks a store. The library calls it with `restart` to begin, then once for each root.
     * @param root  set on PGTASK_OK; its bytes stay until the next call
     * @return PGTASK_OK; PGTASK_DONE after the last; PGTASK_ERROR_TLS_ROOTS if it cannot be read
     */
    enum pgtask_error (*next)(void *context, bool restart, struct pgtask_root *root);
    void *context;
};

/**
 * A session that a later handshake can resume: opaque bytes, as secret as a key. All zero is no
 * session. The bytes may be written to flash and read back by the same build.
 *
 * A session is used only for the same host name, within the chain's validity, and for at most seven
 * days after the chain was verified, as far as the time is known. If it is damaged, of another host
 * or refused by the peer, a full handshake follows. The library wipes it when a handshake fails or
 * is given up, and when the peer gives nothing to resume. Wipe it yourself when the trusted roots
 * change: a resumed handshake verifies no chain.
 */
struct pgtask_tls_session {
    uint32_t length; /**< of `bytes`; 0: none */
    uint8_t bytes[PGTASK_SESSION_BYTES];
    bool knows_tls13; /**< the host has had TLS 1.3; this stays when the session is wiped */
};

/** The time is not known: call pgtask_tls_check_validity() after the handshake, when it is. */
#define PGTASK_TLS_TIME_UNKNOWN INT64_MIN

struct pgtask_tls_contexts; /* mbedTLS's, in the arena */

/** One connection. The caller places it, all zero at first, and only reads its members. */
struct pgtask_tls {
    struct pgtask_tls_contexts *contexts; /**< NULL while closed */
    struct pgtask_port *port;
    int32_t detail;                /**< mbedTLS's code of the last failure, for the log */
    uint32_t message_bytes;        /**< of what did not fit, after PGTASK_ERROR_TLS_RECORD and
                                        PGTASK_ERROR_TLS_MEMORY: the message with the peer's
                                        certificates, or a record; 0 if neither is to blame */
    enum pgtask_interest interest; /**< what the last PGTASK_WOULD_BLOCK waits for */
    bool resumed;                  /**< the handshake resumed a session */
    bool knows_tls13;    /**< the peer has TLS 1.3: this handshake or the session says so, even if
                              that has expired or is wiped */
    uint64_t bytes_sent; /**< on the wire, since pgtask_tls_open() */
    uint64_t bytes_received;   /**< likewise */
    uint32_t roots_left_out;   /**< trusted roots that cannot be read: of a list, since
                                    pgtask_tls_open(); of a store, those that were looked for */
    int32_t root_detail;       /**< mbedTLS's code of the last of them: which part was wrong */
    int64_t not_before_unix_s; /**< latest start of validity in the verified chain */
    int64_t not_after_unix_s;  /**< earliest end of validity in it */
};

/** The newest version of TLS that a client offers; the oldest is always TLS 1.2. */
enum pgtask_tls_version {
    PGTASK_TLS_NEWEST, /**< the newest that the build has */
    PGTASK_TLS_1_2     /**< never TLS 1.3 */
};

/** How to open a connection. */
struct pgtask_tls_options {
    char const *host_name; /**< sent as SNI and verified, both without a dot at its end */
    struct pgtask_roots const *roots; /**< the caller's, stays */
    int64_t unix_s; /**< now, for the chain's validity; or PGTASK_TLS_TIME_UNKNOWN */

    /** The clock may be slow: a chain that is not valid yet is accepted, but not one that has
     *  expired. Call pgtask_tls_check_validity() before you rely on the chain. */
    bool may_be_slow;
    struct pgtask_tls_session *session; /**< the caller's, stays; resumed if possible, and
                                           replaced by the peer's new one; NULL: never resume */

    /**
     * Do not offer TLS 1.3. This is for a second attempt with a peer of TLS 1.2 that insists on
     * RSA-PSS: mbedTLS 3.6.6 offers RSA-PSS together with TLS 1.3 and then refuses it. The first
     * attempt ends with PGTASK_ERROR_TLS_HANDSHAKE, whose detail is
     * MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER (-0x6600). Likewise mbedTLS cannot take a
     * HelloRetryRequest with a cookie (-0x7500). Whoever stands on the network's path can cause
     * both, so use this only where `knows_tls13` has never been set for this host.
     */
    bool tls12_only;

    /** The peer must not have TLS 1.3, or the handshake ends with PGTASK_ERROR_TLS_DOWNGRADE: a
     * peer tells this under its signature (RFC 8446, 4.1.3). Set it beside `tls12_only` after
     * -0x6600, but not after -0x7500, because such a peer does have TLS 1.3. */
    bool refuse_downgrade;
};

/**
 * Prepares a handshake on a connected port.
 * @return PGTASK_OK, PGTASK_ERROR_TLS_MEMORY, PGTASK_ERROR_ENTROPY, PGTASK_ERROR_TLS_INTERNAL,
 *         PGTASK_ERROR_ARGUMENT; PGTASK_ERROR_TLS_ROOTS: no root of the list can be read
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_open(struct pgtask_tls *tls,
                                                    struct pgtask_port *port,
                                                    struct pgtask_tls_options const *options);

/**
 * Continues the handshake.
 *
 * Its computations are long, so they are divided, and the caller gets its turn between them: the
 * call then returns PGTASK_WOULD_BLOCK with PGTASK_INTEREST_TIME as `interest`, which means "call
 * again at once". The table has the instructions of the longest call on x86-64 (`make bench`); a
 * Cortex-M4 takes about twice as many:
 *
 *   TLS 1.2          1.4 million: see PGTASK_ECP_MAX_OPS
 *     RSA-4096       4.2 million: a signature by such a key, in one
 *     X25519         9 million: a key exchange by this curve, in one
 *   TLS 1.3          20 million; 37 million with P-384
 *   resumed          0.4 million by TLS 1.2, 19 million by TLS 1.3
 *
 * A walk through a store of roots in PEM is not divided either. The call that takes the peer's
 * chain makes one, or two if a root has the right name; with a bundle of 140 roots, a walk takes
 * 17 million. TLS 1.3 checks all signatures of the chain in that call too: 4 at most, which take
 * 148 million with P-384, or 181 million with two such walks.
 *
 * An offer of TLS 1.3 contains a new key, which takes 9 million in the first call, whatever the
 * peer then chooses. Many peers prefer X25519, which mbedTLS cannot divide. So TLS 1.2 has the most
 * even handshakes, in a build with PGTASK_TLS_X25519=0 and either PGTASK_TLS13=0 or the client's
 * setting `tls_max_version`; and a resumed handshake of TLS 1.2 is the shortest.
 *
 * mbedTLS checks a signature by RSA in one computation, which no setting divides: a Cortex-M3 takes
 * 3.9 million instructions for RSA-2048 and 14 million for RSA-4096, the size of the service's
 * intermediate. A watchdog that cannot wait so long is fed by the port's `pulse` (port.h). An LED
 * that must not stand still is lit by a tick handler: see port/README.md.
 *
 * @return PGTASK_OK when the handshake is complete and the peer verified; PGTASK_WOULD_BLOCK;
 *         PGTASK_ERROR_TLS_*, or an error of the port
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_handshake(struct pgtask_tls *tls);

/**
 * Sends some bytes. After PGTASK_WOULD_BLOCK call it again with the same bytes, as mbedTLS asks.
 * @param sent  set on PGTASK_OK: 1 to `length`
 * @return PGTASK_OK, PGTASK_WOULD_BLOCK, PGTASK_ERROR_TLS_*, or an error of the port
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_write(struct pgtask_tls *tls, uint8_t const *bytes,
                                                     size_t length, size_t *sent);

/**
 * Receives some bytes.
 *
 * Nothing of a record can be handed on before all of it is decrypted and found genuine. So the call
 * in which a record becomes complete takes longer the larger the record is: 2.0 million
 * instructions on x86-64 with 16,384 bytes, which servers use for large answers, 2.9 million on a
 * Cortex-M3. All other calls only copy. PGTASK_TLS_RECORD bounds the size, with a peer that honours
 * it.
 * @param received  set on PGTASK_OK: 1 to `capacity`
 * @return PGTASK_OK; PGTASK_WOULD_BLOCK; PGTASK_ERROR_CLOSED after the peer's close_notify;
 *         PGTASK_ERROR_TLS_TRUNCATED if the stream ended without one; PGTASK_ERROR_TLS_*; an error
 *         of the port
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_read(struct pgtask_tls *tls, uint8_t *bytes,
                                                    size_t capacity, size_t *received);

/**
 * Checks the validity of the peer's chain, for a handshake that was made without the time, or with
 * a clock that may be slow. For a resumed session, this is the chain that was verified when the
 * session began.
 * @return PGTASK_OK; PGTASK_ERROR_TLS_EXPIRED; PGTASK_ERROR_TLS_NOT_YET_VALID;
 *         PGTASK_ERROR_STATE before the handshake is complete
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_check_validity(struct pgtask_tls const *tls,
                                                              int64_t unix_s);

/** Wipes and frees the connection, and sends close_notify if the port takes it at once. May be
 *  called again. */
void pgtask_tls_close(struct pgtask_tls *tls);

/** @return "TLSv1.2" or "TLSv1.3" once the handshake is complete, else ""; a constant */
char const *pgtask_tls_version(struct pgtask_tls const *tls);

/** Bytes of mbedTLS's arena, its block headers included: all, in use now, and the most so far. */
struct pgtask_arena_use {
    size_t capacity;
    size_t used;
    size_t peak;
};

/** Hands the static arena to mbedTLS, at the first call. port/mbedtls provides this function. */
void pgtask_arena_setup(void);

/** Fills in `use`. port/mbedtls provides this function. Without an arena, all is 0: see below. */
void pgtask_arena_measure(struct pgtask_arena_use *use);

#define PGTASK_MBEDTLS_VERSION_BYTES 12 /**< with NUL */

/** Writes the version of the mbedTLS that runs, such as "3.6.6". port/mbedtls provides this
 *  function. */
void pgtask_mbedtls_version(char version[PGTASK_MBEDTLS_VERSION_BYTES]);

/**
 * Tells what this build lacks because its mbedTLS is a library as its makers built it, such as a
 * package of the system. port/mbedtls/README.md explains each row. port/mbedtls provides this
 * function.
 * @param row  from 0 on
 * @return one line, a constant; NULL after the last. With an mbedTLS that is compiled for pgtask,
 *         there is none
 */
char const *pgtask_mbedtls_missing(unsigned row);

#ifdef __cplusplus
}
#endif

#endif
