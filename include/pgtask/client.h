/* SPDX-License-Identifier: MIT */
/**
 * @file client.h
 * Lists tasks: one exchange with the service as a state machine that never blocks.
 *
 * Pointers may be NULL only where this header says so. All clients share the arena of mbedTLS,
 * which has no lock, so all clients belong to one thread. The default size of the arena suffices
 * for one connection, on Unix for two; each further connection at the same time needs as much again
 * (PGTASK_ARENA_BYTES).
 *
 * The contents of struct pgtask_client are opaque: the caller places the struct, and the functions
 * below read and change it.
 *
 * @code
 * static struct pgtask_client client;
 * static struct pgtask_task task;
 * enum pgtask_error error = pgtask_client_open(&client, &config, &port);
 * if (error == PGTASK_OK) error = pgtask_client_list(&client, &query);
 * while (error >= 0 && error != PGTASK_DONE) {
 *     error = pgtask_client_next(&client, &task);
 *     if (error == PGTASK_OK) show(&task);
 *     else if (error == PGTASK_WOULD_BLOCK) blink_and_come_back(); // or pgtask_client_sleep()
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

#ifdef __cplusplus
extern "C" {
#endif

/** The API (API page, section 1): host of the China site, version, action. */
#define PGTASK_DEFAULT_ENDPOINT "postgres.tencentcloudapi.com"
#define PGTASK_API_VERSION      "2017-03-12"
#define PGTASK_API_ACTION       "DescribeTasks"
#define PGTASK_API_SERVICE      "postgres"

#define PGTASK_DEFAULT_TIMEOUT_MS   60000u
#define PGTASK_DEFAULT_STALL_MS     15000u
#define PGTASK_DEFAULT_KEEP_IDLE_MS 30000u

/** Bytes that must move within `stall_ms`. A peer that moves fewer counts as stalled. */
#define PGTASK_STALL_BYTES 64u

/**
 * A proxy between this device and the service. The client asks it by CONNECT (RFC 9110, 9.3.6) for
 * a tunnel, and speaks TLS with the service through that. So the proxy learns the service's host
 * and port number, and nothing of a request. It also looks up the host; the device looks up the
 * proxy.
 *
 * The way to the proxy itself has no TLS: whoever listens there can read the credentials.
 */
struct pgtask_proxy {
    char const *host;        /**< a name or an address; NULL: there is no proxy */
    uint16_t port_number;    /**< required */
    char const *credentials; /**< a secret, "USER:PASSWORD" (Basic, RFC 7617); NULL: none */
};

/**
 * How to reach the service. Strings are the caller's and must stay unchanged until the client is
 * closed. Set region, credentials and roots, and leave all else zero to start with.
 */
struct pgtask_config {
    char const *region;                    /**< X-TC-Region, such as "ap-guangzhou"; required */
    struct pgtask_credentials credentials; /**< required, unless renew() supplies them */

    /**
     * Supplies temporary credentials. May be NULL. The client calls it before each request, and
     * once more after the service has refused the token (AuthFailure.TokenFailure). It must not
     * block. Its own client refuses to be changed meanwhile: a listing cannot begin
     * (PGTASK_ERROR_STATE), and pgtask_client_cancel() and pgtask_client_close() do nothing.
     * @param refused      whether the service has refused the credentials at hand
     * @param credentials  in: those at hand; out: those to use, which stay until the next call
     * @return PGTASK_OK; PGTASK_WOULD_BLOCK: call again soon; PGTASK_ERROR_CREDENTIALS: there are
     *         no credentials
     */
    enum pgtask_error (*renew)(void *renew_context, bool refused,
                               struct pgtask_credentials *credentials);
    void *renew_context;

    struct pgtask_roots roots; /**< required */
    char const *endpoint;      /**< host that is signed and verified, both without a dot at its
                                    end; NULL: the default above */
    uint16_t endpoint_port;    /**< 0: 443; any other is part of the signed Host */
    char const *connect_host;  /**< connect here instead (a tunnel); NULL: the endpoint */
    uint16_t connect_port;     /**< 0: endpoint_port */
#if PGTASK_PROXY
    /** The way to the endpoint, or to connect_host. Without a host: none. */
    struct pgtask_proxy proxy;
#endif
#if PGTASK_FALLBACK_ENDPOINT
    /**
     * A second endpoint, such as "postgres.tencentcloudapi.com.cn"; NULL: none. If the host that is
     * in use has no address, cannot be reached or fails in TLS, or if that takes `stall_ms`, the
     * listing goes on at once with the other host, and the request is signed for that. It changes
     * once in a listing at most, and the next listing begins with the host that served last. Both
     * hosts are verified in the same way. connect_host is for the first endpoint only.
     */
    char const *fallback_endpoint;
    uint16_t fallback_port; /**< 0: 443 */
#endif
    char const *language;       /**< X-TC-Language, "zh-CN" or "en-US"; NULL: not sent */
    char const *request_client; /**< X-TC-RequestClient, names your program; NULL: "pgtask" */
    uint32_t timeout_ms;        /**< deadline of one whole listing; 0: 60,000 */
    uint32_t stall_ms;          /**< PGTASK_STALL_BYTES must move within this time; 0: 15,000 */
    /** A connection is reused while it has been idle for less; 0: 30,000. The service closes after
     *  60 s (API page 6.4). */
    uint32_t keep_idle_ms;
    struct pgtask_retry_policy retry; /**< all zero: the defaults of pace.h */
    uint32_t request_interval_ms;     /**< least time between requests; 0: 53, see pace.h */
    /**
     * The newest version of TLS that is offered; 0: the newest that the build has. PGTASK_TLS_1_2
     * is for a device whose LED or watchdog needs short turns: see pgtask_tls_handshake(). It holds
     * for every server, also for one that has had TLS 1.3, whose session is then not resumed. A
     * server that has only TLS 1.3 is not reached (PGTASK_ERROR_TLS_VERSION). Without this setting,
     * a connection never has less than TLS 1.3 because of somebody on the network's path, except as
     * `fallbacks` counts.
     */
    enum pgtask_tls_version tls_max_version;
    /** No earlier Unix time is believed, whoever tells it: a time that had passed before the device
     *  was reset, or when it was made; 0: PGTASK_EARLIEST_UNIX_S, which is the least. */
    int64_t earliest_unix_s;
    bool skip_resumption;            /**< every connection makes a full handshake */
    bool sign_action;                /**< sign x-tc-action too; the service accepts both */
    struct pgtask_task_options task; /**< how to decode */
};

/** What has happened since pgtask_client_open(). */
struct pgtask_counters {
    uint32_t requests;           /**< sent completely, repeated ones included */
    uint32_t retries;            /**< requests or connections that were tried again */
    uint32_t handshakes_full;    /**< connections with a full handshake */
    uint32_t handshakes_resumed; /**< connections that resumed an earlier session */
    uint32_t fallbacks;          /**< connections tried again without TLS 1.3: see tls.h */
    uint32_t left_out;           /**< records of good listings that lack TaskId or Status */
#if PGTASK_FALLBACK_ENDPOINT
    uint32_t endpoint_changes; /**< from one endpoint to the other */
#endif
    uint64_t bytes_sent;     /**< on the wire, TLS and the talk with a proxy included */
    uint64_t bytes_received; /**< likewise */
};

/** What the listing does. Opaque, as the client that it belongs to. */
enum pgtask_client_state {
    PGTASK_CLIENT_CLOSED,    /**< all zero, or after pgtask_client_close() */
    PGTASK_CLIENT_RENEWING,  /**< inside renew(), on whose return the listing goes on */
    PGTASK_CLIENT_IDLE,      /**< ready for a listing */
    PGTASK_CLIENT_START,     /**< begins a page, or another attempt at it */
    PGTASK_CLIENT_WAIT,      /**< waits for a retry, the rate limit or renewed credentials */
    PGTASK_CLIENT_RESOLVE,   /**< looks up the addresses of the host */
    PGTASK_CLIENT_CONNECT,   /**< connects to one of them */
    PGTASK_CLIENT_PROXY,     /**< asks the proxy for a tunnel */
    PGTASK_CLIENT_HANDSHAKE, /**< makes the connection secure */
    PGTASK_CLIENT_ASK_TIME,  /**< writes a request for the peer's Date, without credentials */
    PGTASK_CLIENT_SIGN,      /**< writes the page's request */
    PGTASK_CLIENT_SEND,      /**< sends either request */
    PGTASK_CLIENT_RECEIVE,   /**< receives its answer */
    PGTASK_CLIENT_PAGE_END,  /**< goes on to the next page, or ends the listing */
    PGTASK_CLIENT_FAILED     /**< until the next listing */
};

/**
 * A client. The caller places it, usually static, and all zero at first. It holds secrets until
 * pgtask_client_close().
 */
struct pgtask_client {
    /* Small members come first: on Cortex-M the code to reach them is half as long. */
    enum pgtask_client_state state;
    enum pgtask_client_state after_wait;
    enum pgtask_interest interest; /**< what PGTASK_WOULD_BLOCK waits for */
    bool all_pages;
    bool tls12_only;        /**< this connection is tried again without TLS 1.3 ... */
    bool refuses_downgrade; /**< ... and with a peer only that has no TLS 1.3 */
    bool knows_tls13;       /**< the peer has had TLS 1.3 since pgtask_client_open() */
    bool connected;         /**< the TLS connection stands and may carry a request */
    bool reused;            /**< it has carried one before: the peer may have closed it meanwhile */
    bool asking_time;       /**< the request under way only asks for the peer's Date */
    bool clock_corrected;   /**< in this listing, after a refusal */
    bool credentials_refused; /**< renew() must be told */
    bool credentials_renewed; /**< in this listing, after a refusal */
    bool clock_set;           /**< the time was learned: see clock_unix_s */
    bool body_ended;
    bool is_after_blank; /**< the excerpt of a refusal goes on behind a blank */
#if PGTASK_FALLBACK_ENDPOINT
    bool uses_fallback;    /**< the second endpoint is in use */
    bool endpoint_changed; /**< in this listing */
#endif

    struct pgtask_port *port;
    uint8_t const *body; /**< body bytes that the answer decoder has not taken yet */
    size_t body_length;
    uint32_t attempts;       /**< at the page's request, the one under way included */
    uint32_t request_length; /**< of head and body in `buffer` */
    uint32_t token_at;     /**< a token that is not in `buffer` follows this byte of the request */
    uint32_t token_length; /**< of such a token; 0: there is none */
    uint32_t sent;         /**< bytes of the request, token included */
    uint32_t slice_at;     /**< next byte of `buffer` to decode */
    uint32_t slice_length;
    uint32_t turn_bytes; /**< of slices, in this call */
    uint32_t seen_count;
    uint32_t clock_error_s;  /**< how far the port's clock was off when the time was learned */
    uint32_t progress_bytes; /**< bytes that had moved at progress_ms, modulo 2^32 */
    struct pgtask_counters counters;
    struct pgtask_tls tls;
    struct pgtask_http http;
    uint64_t wait_until_ms;
    uint64_t deadline_ms;
    uint64_t total_count; /**< of the last page that has ended */
    uint64_t idle_since_ms;
    uint64_t progress_ms; /**< the last time at which PGTASK_STALL_BYTES had moved */
    uint64_t head_ms;     /**< when the part of the answer came in that has its Date */
    int64_t clock_unix_s; /**< if clock_set: Unix time at clock_at_ms */
    uint64_t clock_at_ms;
    uint64_t page_last_id; /**< of `seen`, the last one when the page before this one ended */
    struct pgtask_bucket bucket;
    struct pgtask_query query; /**< of the page under way */
    struct pgtask_config config;
    struct pgtask_failure failure;
    struct pgtask_tc3 tc3;
    char max_start_time[PGTASK_TIME_TEXT_BYTES]; /**< the same for all pages of a listing */
    union {
        struct pgtask_tc3_signature signature; /**< while a request is written */
        struct pgtask_answer answer;           /**< from then on */
    } now;
    uint64_t seen[PGTASK_SEEN_TASKS]; /**< ids of the last tasks handed on */
    uint8_t buffer[PGTASK_BUFFER_BYTES];
    struct pgtask_tls_session session;
};

/**
 * Makes a client ready. Sends nothing.
 * @param client  all zero or closed
 * @param config  copied; its strings are not
 * @param port    the caller's, stays until the client is closed; serves only this client
 * @return PGTASK_OK; PGTASK_ERROR_ARGUMENT: a setting is missing, or has a character that is not
 *         allowed in it (failure.member names the setting); PGTASK_ERROR_CREDENTIALS;
 *         PGTASK_ERROR_STATE: the client is open
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_open(struct pgtask_client *client,
                                                       struct pgtask_config const *config,
                                                       struct pgtask_port *port);

/** @return whether the client is open */
bool pgtask_client_is_open(struct pgtask_client const *client);

/**
 * Starts a listing of one page. Cancels a listing that is under way.
 * @return PGTASK_OK; PGTASK_ERROR_QUERY_*; PGTASK_ERROR_STATE if the client is not open
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_list(struct pgtask_client *client,
                                                       struct pgtask_query const *query);

/**
 * Starts a listing of every page from query->offset on. If the query leaves MaxStartTime open, the
 * client sets it to now, so that new tasks do not shift the pages. A task that is on two pages is
 * handed on once. The listing ends after TotalCount tasks or after an empty page: if the difference
 * matters, compare your count with pgtask_client_total_count(), and look at counters.left_out.
 * query->limit is the page size (0: 100).
 * @return as pgtask_client_list()
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_list_all(struct pgtask_client *client,
                                                           struct pgtask_query const *query);

/**
 * Goes on with the listing. Never blocks, and takes less than 2 * PGTASK_TURN_BYTES from the port,
 * whatever the peer sends.
 *
 * @param task  the caller's; the same object for the whole listing. Only whole on PGTASK_OK
 * @return PGTASK_OK           one more record
 *         PGTASK_DONE         all records were handed on; the connection stays for the next listing
 *         PGTASK_WOULD_BLOCK  call again: see pgtask_client_wait_for()
 *         an error            the listing is over, and pgtask_client_failure() says why. Records
 *                             handed on before are good, and the client can list again
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_next(struct pgtask_client *client,
                                                       struct pgtask_task *task);

/**
 * Tells what to wait for after PGTASK_WOULD_BLOCK. Does not wait itself.
 * @param until_ms  set: the latest time, on the port's monotonic clock, to call again. It is now if
 *                  a long computation was split; the interest is PGTASK_INTEREST_TIME then
 */
enum pgtask_interest pgtask_client_wait_for(struct pgtask_client const *client, uint64_t *until_ms);

/**
 * Sleeps in the port until the client can go on. It is for a program that has nothing else to do.
 * Call it only after PGTASK_WOULD_BLOCK: at any other time it may sleep until the deadline.
 */
void pgtask_client_sleep(struct pgtask_client *client);

/**
 * Does pgtask_client_next() and pgtask_client_sleep() in a loop. Blocks until the deadline at most.
 * @return as pgtask_client_next(), never PGTASK_WOULD_BLOCK
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_next_blocking(struct pgtask_client *client,
                                                                struct pgtask_task *task);

/**
 * Gives the listing under way its whole timeout_ms again, from now on. A caller of
 * pgtask_client_list_all() may do so with the first task of each page, which comes after
 * counters.requests has grown: the deadline is then one for each page. Does nothing if no listing
 * is under way.
 */
void pgtask_client_restart_timeout(struct pgtask_client *client);

/**
 * Ends the listing under way, in any state: pgtask_client_next() then returns
 * PGTASK_ERROR_CANCELLED. The client can list again. Does nothing if no listing is under way.
 */
void pgtask_client_cancel(struct pgtask_client *client);

/**
 * Writes the request that a listing would begin with, and sends nothing: for a program that shows
 * what it would do. Cancels a listing that is under way. It counts for the rate limit.
 *
 * Whoever reads the request can repeat it for five minutes. If it has a header X-TC-Token, the
 * value is the token, or empty if the token has no room in the client's buffer.
 * @param all_pages  as by pgtask_client_list_all()
 * @param request    set on PGTASK_OK: head and body, in the client until its next call
 * @param length     likewise, in bytes
 * @return PGTASK_OK; PGTASK_WOULD_BLOCK: call again soon, because of the rate limit or of renew();
 *         PGTASK_ERROR_QUERY_*; PGTASK_ERROR_NO_TIME, _BUFFER, _CREDENTIALS; PGTASK_ERROR_STATE if
 *         the client is not open
 */
PGTASK_MUST_CHECK enum pgtask_error
pgtask_client_write_request(struct pgtask_client *client, struct pgtask_query const *query,
                            bool all_pages, char const **request, size_t *length);

/** Drops the connection and wipes every secret. May be called twice. */
void pgtask_client_close(struct pgtask_client *client);

/**
 * Copies the TLS session out, so that a device can resume it after deep sleep or a reboot. Call it
 * when a listing is done. The bytes are as secret as a key: keep them where you keep keys.
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
 * Copies a session in, after pgtask_client_open(). If something is wrong with it, the next
 * handshake is a full one.
 * @return PGTASK_OK; PGTASK_ERROR_BUFFER: longer than PGTASK_SESSION_BYTES; PGTASK_ERROR_STATE
 */
PGTASK_MUST_CHECK enum pgtask_error
pgtask_client_import_session(struct pgtask_client *client, uint8_t const *bytes, size_t length);

/** @return monotonic time of the client's port, for an open client */
uint64_t pgtask_client_now_ms(struct pgtask_client const *client);

/**
 * Tells Unix time: the port's, or what the client has learned from the service's Date. It learns if
 * the port has no time, if the service's certificates are not valid yet by the port's clock, or if
 * the service has refused a signature for its time. A certificate that has expired by the port's
 * clock is refused, since whoever holds its key writes the Date too: a port that does not trust its
 * clock must say so (port.h). Once the port's clock is set right, it counts again.
 * @param unix_s  set on true
 * @return false while it is not known
 */
bool pgtask_client_unix_time_s(struct pgtask_client const *client, int64_t *unix_s);

/**
 * Writes a time as a query needs it, in the zone of config.task.
 * @return as pgtask_time_write()
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_client_write_time(struct pgtask_client const *client,
                                                             int64_t unix_s,
                                                             char text[PGTASK_TIME_TEXT_BYTES]);

/**
 * @return a random number from the client's port, to spread waits; UINT32_MAX if the port has no
 *         random bytes. For an open client
 */
uint32_t pgtask_client_chance(struct pgtask_client *client);

/** @return "TLSv1.2" or "TLSv1.3" while a connection stands, else ""; a constant */
char const *pgtask_client_tls_version(struct pgtask_client const *client);

/** @return how many tasks match, on all pages, as the last page that has ended says, or
 *         PGTASK_COUNT_UNKNOWN; valid until the next listing */
uint64_t pgtask_client_total_count(struct pgtask_client const *client);

/** @return the RequestId of the last answer, "" if there was none; valid until the next listing */
char const *pgtask_client_request_id(struct pgtask_client const *client);

/** @return why the last call failed; never NULL */
struct pgtask_failure const *pgtask_client_failure(struct pgtask_client const *client);

/**
 * @return how many trusted roots the last connection has left out, because this build cannot read
 *         them: see struct pgtask_roots
 */
uint32_t pgtask_client_roots_left_out(struct pgtask_client const *client);

/** @return counters since the client was opened; never NULL */
struct pgtask_counters const *pgtask_client_counters(struct pgtask_client const *client);

#ifdef __cplusplus
}
#endif

#endif
