/* SPDX-License-Identifier: MIT */
/**
 * @file session/fetch.h
 * One request to another service than the one of tasks, and its answer: by HTTP or HTTPS, over a
 * connection of its own that is closed afterwards. Never blocks.
 */
#ifndef CLI_FETCH_H
#define CLI_FETCH_H

#include "session/tunnel.h"

#include <pgtask/http.h>
#include <pgtask/tls.h>
#include <pgtask_posix.h>

/** The longest body of an answer that is taken. */
#define FETCH_BODY_BYTES 16384

enum fetch_state {
    FETCH_CLOSED,
    FETCH_RESOLVE,
    FETCH_CONNECT,
    FETCH_ASK_PROXY,
    FETCH_PROXY_ANSWER,
    FETCH_OPEN_TLS,
    FETCH_HANDSHAKE,
    FETCH_SEND,
    FETCH_RECEIVE
};

/** Whom to ask and what. Texts and roots are the caller's, and stay until fetch_close(). */
struct fetch_request {
    char const *host; /**< a name or an address */
    uint16_t port;
    struct pgtask_proxy proxy;        /**< only with `roots` */
    struct pgtask_roots const *roots; /**< NULL: plain HTTP */
    int64_t unix_s;                   /**< for the server's certificate */
    bool tls12_only;
    bool refuse_downgrade;
    char const *text;    /**< head and body */
    size_t length;       /**< of `text` */
    uint32_t timeout_ms; /**< until the end of the answer */
    void *context;       /**< handed to take() */
    /** Takes body bytes. @return false: they are no good, and the rest is of no use */
    bool (*take)(void *context, char const *bytes, size_t length);
};

/** The caller places it, all zero at first. */
struct fetch {
    enum fetch_state state;
    uint16_t status;     /**< of HTTP, once fetch_next() has returned PGTASK_OK */
    bool has_date;       /**< the answer tells when it was sent */
    int64_t date_unix_s; /**< when, if `has_date` */
    int32_t tls_detail;  /**< mbedTLS's code, after an error of TLS */
    struct fetch_request request;
    struct pgtask_posix posix;
    struct pgtask_tls tls;
    struct pgtask_http http;
    char tunnel[TUNNEL_BYTES]; /**< the request for a tunnel */
    size_t sent;
    size_t body_bytes;
    uint64_t deadline_ms;
};

/** Begins. A request under way is dropped. */
void fetch_start(struct fetch *fetch, struct fetch_request const *request);

/**
 * Goes on, by one operation of the socket or one turn of TLS.
 * @return PGTASK_OK: the answer is whole, whatever its status; PGTASK_WOULD_BLOCK: wait a moment;
 *         PGTASK_MORE: call again at once, or when the caller has had its turn; an error. Except
 *         for the two in the middle, the connection is closed
 */
enum pgtask_error fetch_next(struct fetch *fetch);

/** Drops the connection. May be called again. */
void fetch_close(struct fetch *fetch);

#endif
