/* SPDX-License-Identifier: MIT */
/**
 * @file client.h
 * Lists tasks: one exchange with the service as a state machine that never blocks.
 *
 * Pointers may not be NULL unless it says so. A client belongs to one thread at a time; all clients
 * share mbedTLS's arena, which is not locked, so they belong to the same thread. The arena's
 * default size carries one connection: a second one at the same time needs as much again
 * (PGTASK_ARENA_BYTES).
 *
 * @code
 * static struct pgtask_client client;
 * static struct pgtask_task task;
 * enum pgtask_error error = pgtask_client_open(&client, &config, &port);
 * if (error == PGTASK_OK) error = pgtask_client_list(&client, &query);
 * while (error >= 0 && error != PGTASK_DONE) {
 *     error = pgtask_client_next(&client, &task);
 *     if (error == PGTASK_OK) show(&task);
 *     else if (error == PGTASK_WOULD_BLOCK) blink_and_come_back();   // or pgtask_client_wait()
 * }
 * @endcode
 */
#ifndef PGTASK_CLIENT_H
#define PGTASK_CLIENT_H

#include <pgtask/failure.h>
#include <pgtask/http.h>
#include <pgtask/pace.h>
#include <pgtask/port.h>
#include <pgtask/query.h>
#include <pgtask/task.h>
#include <pgtask/tc3.h>
#include <pgtask/tls.h>

/** The API (API page, section 1): host of the China site, version, action. */
#define PGTASK_DEFAULT_ENDPOINT "postgres.tencentcloudapi.com"
#define PGTASK_API_VERSION      "2017-03-12"
#define PGTASK_API_ACTION       "DescribeTasks"
#define PGTASK_API_SERVICE      "postgres"

#define PGTASK_DEFAULT_TIMEOUT_MS   60000u
#define PGTASK_DEFAULT_STALL_MS     15000u
#define PGTASK_DEFAULT_KEEP_IDLE_MS 30000u

/** Bytes that must come or go within `stall_ms`, so that a trickle is no progress. */
#define PGTASK_STALL_BYTES 64u

/**
 * How to reach the service. Texts are the caller's and must stay until the client is closed. All
 * zero but region, credentials and roots is a good start.
 */
struct pgtask_config {
    char const *region;                    /**< X-TC-Region, such as "ap-guangzhou"; needed */
    struct pgtask_credentials credentials; /**< needed, unless renew() supplies them */

    /**
     * Supplies credentials, for temporary ones that must be renewed. May be NULL. Called before
     * each request, and once more after the service has refused the token
     * (AuthFailure.TokenFailure). Must not block.
     * @param refused      the service has refused the credentials at hand
     * @param credentials  in: those at hand; out: those to use, which stay until the next call
     * @return PGTASK_OK; PGTASK_WOULD_BLOCK: ask again soon; PGTASK_ERROR_CREDENTIALS: there are
     *         none
     */
    enum pgtask_error (*renew)(void *renew_context, bool refused,
                               struct pgtask_credentials *credentials);
    void *renew_context;

    struct pgtask_roots roots;  /**< needed */
    char const *endpoint;       /**< host that is signed and verified; NULL: the default above */
    uint16_t endpoint_port;     /**< 0: 443; any other is part of the signed Host */
    char const *connect_host;   /**< where to connect instead (a tunnel); NULL: the endpoint */
    uint16_t connect_port;      /**< 0: endpoint_port */
    char const *language;       /**< X-TC-Language, "zh-CN" or "en-US"; NULL: not sent */
    char const *request_client; /**< X-TC-RequestClient, names your program; NULL: "pgtask" */
    uint32_t timeout_ms;        /**< deadline of one whole listing; 0: 60,000 */
    uint32_t stall_ms;          /**< longest time without PGTASK_STALL_BYTES moved; 0: 15,000 */
    /** Reuse a connection idle for less; 0: 30,000. The service closes after 60 s (API page 6.4).
     */
    uint32_t keep_idle_ms;
    struct pgtask_retry_policy retry; /**< all zero: the defaults of pace.h */
    uint32_t request_interval_ms;     /**< least time between requests; 0: 53, see pace.h */
    bool skip_resumption;             /**< make a full handshake for each connection */
    bool sign_action;                 /**< sign x-tc-action too; the service takes both */
    struct pgtask_task_options task;  /**< how to decode */
};

/** What has happened since pgtask_client_open(). */
struct pgtask_counters {
    uint32_t requests;           /**< sent whole, repeated ones included */
    uint32_t retries;            /**< requests or connections tried again */
    uint32_t handshakes_full;    /**< connections that paid for a whole handshake */
    uint32_t handshakes_resumed; /**< connections that resumed an earlier session */
    uint64_t bytes_sent;         /**< on the wire, TLS included */
    uint64_t bytes_received;     /**< on the wire, TLS included */
};

/** What the exchange does. */
enum pgtask_client_state {
    PGTASK_CLIENT_CLOSED, /**< all zero, or after pgtask_client_close() */
    PGTASK_CLIENT_IDLE,   /**< ready for a listing */
    PGTASK_CLIENT_START,  /**< of a page, or of another attempt at it */
    PGTASK_CLIENT_WAIT,   /**< for a retry's back-off, the rate limit or renewed credentials */
    PGTASK_CLIENT_RESOLVE,
    PGTASK_CLIENT_CONNECT,
    PGTASK_CLIENT_HANDSHAKE,
    PGTASK_CLIENT_ASK_TIME, /**< next: ask the peer for its Date, without credentials */
    PGTASK_CLIENT_SIGN,
    PGTASK_CLIENT_SEND,
    PGTASK_CLIENT_RECEIVE,
    PGTASK_CLIENT_PAGE_END,
    PGTASK_CLIENT_FAILED /**< until the next listing */
};

/**
 * A client. The caller places it (static, usually), all zero at first; members are private. Holds
 * secrets until pgtask_client_close().
 */
struct pgtask_client {
    /* Small members first: on Cortex-M the code to reach them is half as long. */
    enum pgtask_client_state state;
    enum pgtask_client_state after_wait;
    enum pgtask_interest interest;
    bool all_pages;
    bool tls12_only;      /**< this peer's TLS 1.3 offer cannot be taken */
    bool connected;       /**< the TLS connection stands and may carry a request */
    bool reused;          /**< it has carried one before: the peer may have closed it meanwhile */
    bool asking_time;     /**< the request under way only asks for the peer's Date */
    bool clock_corrected; /**< in this listing, after a refusal */
    bool credentials_refused; /**< renew() must be told */
    bool credentials_renewed; /**< in this listing, after a refusal */
    bool clock_set;           /**< clock_unix_s counts, not the port's clock */
    bool body_ended;

    struct pgtask_port *port;
    uint8_t const *body; /**< decoded body bytes not yet taken */
    size_t body_length;
    uint32_t attempts;       /**< of the page's request, the one under way included */
    uint32_t request_length; /**< of head and body in `buffer` */
    uint32_t token_at;       /**< where in the request the token goes in */
    uint32_t token_length;
    uint32_t sent;     /**< of the request, token included */
    uint32_t slice_at; /**< next byte of `buffer` to decode */
    uint32_t slice_length;
    uint32_t seen_count;
    uint32_t progress_bytes; /**< had moved at progress_ms; the low half of their count */
    struct pgtask_counters counters;
    struct pgtask_tls tls;
    struct pgtask_http http;
    uint64_t wait_until_ms;
    uint64_t deadline_ms;
    uint64_t idle_since_ms;
    uint64_t progress_ms; /**< when PGTASK_STALL_BYTES had moved last */
    int64_t clock_unix_s; /**< if clock_set: the time at clock_at_ms */
    uint64_t clock_at_ms;
    struct pgtask_bucket bucket;
    struct pgtask_query query; /**< of the page under way */
    struct pgtask_config config;
    struct pgtask_failure failure;
    struct pgtask_tc3 tc3;
    char max_start_time[PGTASK_TIME_TEXT_BYTES]; /**< frozen for a listing of all pages */
    uint64_t seen[PGTASK_SEEN_TASKS];            /**< ids of the last tasks handed on */
    struct pgtask_tls_session session;
    uint8_t buffer[PGTASK_BUFFER_BYTES];
    union {
        struct pgtask_tc3_signature signature; /**< while a request is written */
        struct pgtask_answer answer;           /**< from then on */
    } now;
};

/**
 * Makes a client ready. Nothing is sent.
 * @param client  all zero or closed
 * @param config  copied; its texts are not
 * @param port    the caller's, stays until the client is closed; serves this client alone
 * @return PGTASK_OK; PGTASK_ERROR_ARGUMENT (a setting is missing, or a host has characters that no
 *         host has; failure.member names it); PGTASK_ERROR_CREDENTIALS; PGTASK_ERROR_STATE
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_open(struct pgtask_client *client,
                                                       struct pgtask_config const *config,
                                                       struct pgtask_port *port);

/**
 * Starts a listing of one page. A listing under way is cancelled.
 * @return PGTASK_OK; PGTASK_ERROR_QUERY_*; PGTASK_ERROR_STATE if the client is not open
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_list(struct pgtask_client *client,
                                                       struct pgtask_query const *query);

/**
 * Starts a listing of every page from query->offset on. MaxStartTime is set to now where the query
 * leaves it open, so that new tasks do not shift the pages; a task met twice is handed on once.
 * Ends where TotalCount tasks were read, or with an empty page: compare your count with
 * pgtask_client_total_count() where the difference matters.
 * query->limit is the page size (0: 100).
 * @return as pgtask_client_list()
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_list_all(struct pgtask_client *client,
                                                           struct pgtask_query const *query);

/**
 * Goes on with the listing; never blocks.
 *
 * @param task  the caller's; the same object for the whole listing. Whole on PGTASK_OK only
 * @return PGTASK_OK           one more record
 *         PGTASK_DONE         all were handed on; the connection is kept for the next listing
 *         PGTASK_WOULD_BLOCK  call again: see pgtask_client_wait_for()
 *         any error: the listing is over, details in pgtask_client_failure(); the client can list
 *         again. Records handed on before are good
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_next(struct pgtask_client *client,
                                                       struct pgtask_task *task);

/**
 * What a PGTASK_WOULD_BLOCK waits for.
 * @param until_ms  set: the latest time, on the port's monotonic clock, to call again. May be now,
 *                  with PGTASK_INTEREST_TIME, where a long computation was divided
 */
enum pgtask_interest pgtask_client_wait_for(struct pgtask_client const *client, uint64_t *until_ms);

/**
 * Sleeps in the port until the client can go on. Only after PGTASK_WOULD_BLOCK, by a program with
 * nothing else to do: at any other time it may sleep until the deadline.
 */
void pgtask_client_wait(struct pgtask_client *client);

/**
 * The same as pgtask_client_next() and pgtask_client_wait() in a loop: blocks, until the deadline
 * at most.
 * @return as pgtask_client_next(), never PGTASK_WOULD_BLOCK
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_next_blocking(struct pgtask_client *client,
                                                                struct pgtask_task *task);

/**
 * Ends the listing under way, from any step; pgtask_client_next() then answers
 * PGTASK_ERROR_CANCELLED. The client can list again. Does nothing where no listing is under way.
 */
void pgtask_client_cancel(struct pgtask_client *client);

/** Drops the connection and wipes every secret. Harmless twice. */
void pgtask_client_close(struct pgtask_client *client);

/**
 * Copies the TLS session out, so that a device can resume it after deep sleep or a reboot. Call
 * when a listing is done. The bytes are as secret as a key: keep them where keys are kept.
 *
 * @param bytes     the caller's
 * @param capacity  of `bytes`; PGTASK_SESSION_BYTES always suffices
 * @param length    set on PGTASK_OK; 0: there is no session
 * @return PGTASK_OK, PGTASK_ERROR_BUFFER
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_export_session(struct pgtask_client const *client,
                                                                 uint8_t *bytes, size_t capacity,
                                                                 size_t *length);

/**
 * Copies a session in, after pgtask_client_open(). Whatever is wrong with it shows at the next
 * handshake, which is then a full one.
 * @return PGTASK_OK; PGTASK_ERROR_BUFFER: longer than PGTASK_SESSION_BYTES; PGTASK_ERROR_STATE
 */
PGTASK_MUST_CHECK enum pgtask_error
pgtask_client_import_session(struct pgtask_client *client, uint8_t const *bytes, size_t length);

/**
 * The time as the client knows it: of the port, or learned from the service where the port has
 * none or was wrong.
 * @return false while it is not known
 */
bool pgtask_client_unix_time_s(struct pgtask_client const *client, int64_t *unix_s);

/** @return "TLSv1.2" or "TLSv1.3" while a connection stands, else ""; a constant */
char const *pgtask_client_tls_version(struct pgtask_client const *client);

/** @return tasks that match, on all pages: valid after PGTASK_DONE */
uint64_t pgtask_client_total_count(struct pgtask_client const *client);

/** @return the last answer's RequestId, "" if there was none; valid until the next listing */
char const *pgtask_client_request_id(struct pgtask_client const *client);

/** @return why the last call failed; never NULL */
struct pgtask_failure const *pgtask_client_failure(struct pgtask_client const *client);

/** @return counters since the client was opened; never NULL */
struct pgtask_counters const *pgtask_client_counters(struct pgtask_client const *client);

#endif
