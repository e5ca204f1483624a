/* SPDX-License-Identifier: MIT */
/**
 * @file peer.h
 * One TLS connection to a peer that plays a script, and the promises that tls.h makes for it.
 *
 * The random bytes of the client are the same in each connection, so a recording of a real server
 * opens the way to the encrypted messages. mbedTLS has its memory from the heap, block by block, so
 * that AddressSanitizer sees a step beyond a block.
 */
#ifndef PGTASK_FUZZ_PEER_H
#define PGTASK_FUZZ_PEER_H

#include <pgtask/tls.h>

#include "slices.h"

#define PEER_HOST "postgres.tencentcloudapi.com"

/**
 * The text of an input begins with this struct's two bytes. `memory` is what mbedTLS gets, in units
 * of 256 bytes; 0: as much as the arena has.
 */
struct peer_head {
    uint8_t bits; /**< of enum peer_bit */
    uint8_t memory;
};

#define PEER_HEAD_BYTES 2

enum peer_bit {
    PEER_TLS12_ONLY = 1,
    PEER_TIME_UNKNOWN = 2,
    PEER_STORE = 4,        /**< the roots come from a store, not from a list */
    PEER_RESUMES = 8,      /**< the client keeps a session */
    PEER_FLOODS = 16,      /**< the end of the script is repeated without end */
    PEER_RESETS = 32,      /**< the connection breaks at the end of the script */
    PEER_FALLS_SILENT = 64 /**< nothing comes after the end of the script */
};

struct peer {
    struct pgtask_port port; /**< the client's */

    /* The script. */
    struct fuzz_slices slices;
    uint8_t const *slice;
    size_t slice_left;
    uint8_t const *end; /**< of the script */
    size_t length;      /**< of the script */
    size_t flooded;     /**< bytes of the flood so far */

    /* A recording: the real port, and the bytes that it has given. */
    struct pgtask_port *real;
    uint8_t *recorded;
    size_t recorded_length;

    uint64_t random;   /**< state of the random bytes */
    size_t turn;       /**< bytes that the present call has taken */
    size_t idle;       /**< bytes that were taken since the last data */
    bool is_blocked;   /**< recv() had nothing in the present call */
    bool has_ended;    /**< the peer is silent from here on */
    bool has_reset;    /**< recv() has reported a reset */
    bool was_received; /**< data were received */
};

/** Takes the first two bytes of a text. Returns false if there are none. */
bool peer_take_head(struct peer_head *head, uint8_t const **text, size_t *length);

/** Makes a peer that plays a script in slices. */
void peer_play(struct peer *peer, struct peer_head head, uint8_t const *steer,
               uint8_t const *script, size_t length);

/** Makes a peer that hands on what a real one sends, and records it. */
void peer_record(struct peer *peer, struct pgtask_port *real, uint8_t *recorded);

/**
 * Shakes hands, sends a request, reads to the end and closes. Each call must keep its promises.
 * @param session  NULL, or one that is offered and replaced
 * @return the error that has ended the connection; PGTASK_WOULD_BLOCK if the peer fell silent
 */
enum pgtask_error peer_visit(struct peer *peer, struct peer_head head,
                             struct pgtask_tls_session *session);

/** Reads NAME.pem of the folder of certificates. @return the length of its DER */
size_t peer_read_certificate(char const *name, uint8_t *der, size_t capacity);

/** @return whether a session is all zero */
bool peer_is_wiped(struct pgtask_tls_session const *session);

#endif
