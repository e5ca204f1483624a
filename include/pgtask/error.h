/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * The one error enum, what each value means and what to do about it; and the service's own codes.
 * All that is known of one failed call is in failure.h.
 */
#ifndef PGTASK_ERROR_H
#define PGTASK_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pgtask/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Marks a function whose result the caller must look at. Empty if the compiler cannot check it. */
#if defined(__GNUC__) || defined(__clang__)
#define PGTASK_MUST_CHECK __attribute__((warn_unused_result))
#else
#define PGTASK_MUST_CHECK
#endif

/**
 * What every fallible call returns: 0 is success, above 0 is a result that is not an error, below 0
 * is an error. Each error belongs to one layer, see pgtask_error_layer().
 */
enum pgtask_error {
    PGTASK_OK = 0,
    PGTASK_DONE = 1,        /**< nothing more will come; all of it was good */
    PGTASK_WOULD_BLOCK = 2, /**< nothing to do now: call again when the port is ready or the time
                                 has come */
    PGTASK_MORE = 3,        /**< a decoder has used up its bytes: feed it the next ones */

    /* usage: the program that calls */
    PGTASK_ERROR_ARGUMENT = -1,  /**< a pointer, size or setting is not what the header asks for */
    PGTASK_ERROR_STATE = -2,     /**< the calls are in the wrong order */
    PGTASK_ERROR_BUFFER = -3,    /**< the caller's buffer, or PGTASK_BUFFER_BYTES, is too small */
    PGTASK_ERROR_CANCELLED = -4, /**< pgtask_client_cancel() was called */

    /* query: what the user asked for */
    PGTASK_ERROR_QUERY_RANGE = -10,     /**< a number is outside its limits */
    PGTASK_ERROR_QUERY_CHARACTER = -11, /**< a text has characters that its member cannot have */
    PGTASK_ERROR_QUERY_LENGTH = -12,    /**< a text is empty or too long */
    PGTASK_ERROR_QUERY_TIME =
        -13, /**< not `YYYY-MM-DD HH:MM:SS`, or a day or hour that does not exist */
    PGTASK_ERROR_QUERY_ORDER = -14, /**< MinStartTime is later than MaxStartTime */

    /* sign: credentials and clock */
    PGTASK_ERROR_CREDENTIALS = -20, /**< SecretId, SecretKey or Token is missing or malformed */
    PGTASK_ERROR_NO_TIME = -21,     /**< the port has no wall clock, or it is before 1970 */
    PGTASK_ERROR_SIGN_CRYPTO = -22, /**< mbedTLS failed to hash: a fault of a hardware engine */

    /* network: the port */
    PGTASK_ERROR_RESOLVE = -30,      /**< the host name has no address */
    PGTASK_ERROR_CONNECT = -31,      /**< no address of the host accepted a connection */
    PGTASK_ERROR_RESET = -32,        /**< the connection broke */
    PGTASK_ERROR_CLOSED = -33,       /**< the peer closed the connection (end of stream) */
    PGTASK_ERROR_TIMEOUT = -34,      /**< the deadline of the listing has passed */
    PGTASK_ERROR_ENTROPY = -35,      /**< the port has no random bytes */
    PGTASK_ERROR_PORT = -36,         /**< the port failed or does not provide this */
    PGTASK_ERROR_STALLED = -37,      /**< fewer than PGTASK_STALL_BYTES moved within stall_ms */
    PGTASK_ERROR_PROXY_ANSWER = -38, /**< what came is not an HTTP proxy's answer */

    /* tls */
    PGTASK_ERROR_TLS_ROOTS = -40,         /**< a trusted root cannot be read */
    PGTASK_ERROR_TLS_UNKNOWN_CA = -41,    /**< no trusted root signed the chain */
    PGTASK_ERROR_TLS_HOST_NAME = -42,     /**< the certificate is for another host */
    PGTASK_ERROR_TLS_EXPIRED = -43,       /**< a certificate of the chain has expired */
    PGTASK_ERROR_TLS_NOT_YET_VALID = -44, /**< a certificate of the chain is not valid yet */
    PGTASK_ERROR_TLS_USAGE = -45,         /**< not a certificate for a server, or no CA signed it */
    PGTASK_ERROR_TLS_WEAK = -46,          /**< a hash or key of the chain is too weak */
    PGTASK_ERROR_TLS_VERIFY = -47,        /**< the chain is refused for another reason */
    PGTASK_ERROR_TLS_VERSION = -48,       /**< the peer has none of the offered TLS versions */
    PGTASK_ERROR_TLS_HANDSHAKE = -49, /**< the peer is not a TLS server, or the handshake failed */
    PGTASK_ERROR_TLS_RECORD = -50,    /**< a record is corrupt or larger than the build takes */
    PGTASK_ERROR_TLS_TRUNCATED = -51, /**< the stream ended without close_notify */
    PGTASK_ERROR_TLS_MEMORY = -52,    /**< mbedTLS's arena is too small for this peer */
    PGTASK_ERROR_TLS_INTERNAL = -53,  /**< any other failure of mbedTLS; the failure has its code */
    PGTASK_ERROR_TLS_KEY = -54, /**< a key of the chain is malformed, or not as tls.h allows */
    PGTASK_ERROR_TLS_CONSTRAINT = -55, /**< an authority of the chain may not issue for the host */
    PGTASK_ERROR_TLS_EXTENSION = -56,  /**< a certificate has an unknown critical extension */
    PGTASK_ERROR_TLS_FLOOD = -57,      /**< the peer sends without end, and no data */
    PGTASK_ERROR_TLS_DOWNGRADE = -58,  /**< the peer has TLS 1.3, but somebody prevents it */
    PGTASK_ERROR_TLS_LENGTH = -59,     /**< the chain has more certificates than tls.h allows */

    /* http */
    PGTASK_ERROR_HTTP_SYNTAX = -60,       /**< the answer is not HTTP/1.1 */
    PGTASK_ERROR_HTTP_STATUS = -61,       /**< the status is not 200 */
    PGTASK_ERROR_HTTP_HEAD = -62,         /**< the head is longer than PGTASK_HTTP_HEAD_BYTES */
    PGTASK_ERROR_HTTP_LENGTH = -63,       /**< a length is malformed or contradicts another */
    PGTASK_ERROR_HTTP_CHUNK = -64,        /**< a chunk is malformed */
    PGTASK_ERROR_HTTP_ENCODING = -65,     /**< the transfer or content coding was not requested */
    PGTASK_ERROR_HTTP_TRUNCATED = -66,    /**< the connection closed before the answer was whole */
    PGTASK_ERROR_PROXY_CREDENTIALS = -67, /**< the proxy wants other credentials: status 407, 401 */
    PGTASK_ERROR_PROXY_REFUSED = -68,     /**< the proxy refused, with another status below 500 */
    PGTASK_ERROR_PROXY_GATEWAY = -69,     /**< the proxy could not: status 500 or above */

    /* json */
    PGTASK_ERROR_JSON_SYNTAX = -70, /**< the answer is not JSON (RFC 8259) */
    PGTASK_ERROR_JSON_STRING =
        -71, /**< a string has a bad escape, control byte, UTF-8 or surrogate */
    PGTASK_ERROR_JSON_NUMBER = -72,    /**< a number or literal is malformed */
    PGTASK_ERROR_JSON_DEPTH = -73,     /**< the answer is nested deeper than 512 levels */
    PGTASK_ERROR_JSON_TRUNCATED = -75, /**< the answer ended in the middle of a value */

    /* answer: good JSON without a list of tasks; the failure names the member */
    PGTASK_ERROR_ANSWER_TYPE = -80,    /**< Response, Error or TaskSet has the wrong type */
    PGTASK_ERROR_ANSWER_RANGE = -81,   /**< a number is a fraction, negative or too large */
    PGTASK_ERROR_ANSWER_MISSING = -82, /**< Response, Error.Code or TaskSet is absent or null */

    /* service */
    PGTASK_ERROR_SERVICE = -90 /**< the service refused; the failure has Code, Message, RequestId */
};

/** The layer that an error comes from. */
enum pgtask_layer {
    PGTASK_LAYER_NONE,    /**< not an error */
    PGTASK_LAYER_USAGE,   /**< the calling program */
    PGTASK_LAYER_QUERY,   /**< the user's query */
    PGTASK_LAYER_SIGN,    /**< credentials and clock */
    PGTASK_LAYER_NETWORK, /**< sockets, names, time-outs */
    PGTASK_LAYER_TLS,
    PGTASK_LAYER_HTTP,
    PGTASK_LAYER_JSON,
    PGTASK_LAYER_ANSWER, /**< good JSON that is not an answer of DescribeTasks */
    PGTASK_LAYER_SERVICE
};

/** @return the layer of `error`; PGTASK_LAYER_NONE for values that are unknown or not errors */
enum pgtask_layer pgtask_error_layer(enum pgtask_error error);

/** @return one lower-case word for a layer, such as "tls"; a constant, never NULL */
char const *pgtask_layer_text(enum pgtask_layer layer);

/** @return the cause as a short clause without a full stop; a constant, never NULL */
char const *pgtask_error_text(enum pgtask_error error);

/** @return one sentence that says what to do; a constant, "" if there is nothing to do */
char const *pgtask_error_advice(enum pgtask_error error);

/** Whether the same request may be sent again after a refusal of the service. */
enum pgtask_retry {
    PGTASK_RETRY_NO,         /**< it would be refused again */
    PGTASK_RETRY_BACKOFF,    /**< yes, with growing waits */
    PGTASK_RETRY_FEW,        /**< yes, two or three times at most */
    PGTASK_RETRY_CLOCK,      /**< once, after correcting the clock from the Date header */
    PGTASK_RETRY_CREDENTIALS /**< once, after renewing the credentials */
};

/** What is known of one of the service's error codes. */
struct pgtask_service_error {
    enum pgtask_retry retry;
    char const *meaning; /**< a short clause; a constant */
    char const *advice;  /**< one sentence; a constant */
};

/**
 * Looks up an error code of the service: first the exact code, then its category (the part before
 * the first dot). Any other code is unknown and PGTASK_RETRY_NO.
 *
 * @param code    as in `Response.Error.Code`, NUL-terminated; compared exactly. NULL and "" are
 *                unknown
 * @param found   filled in any case
 * @return true if the code itself or its category is known
 *
 * Source: API page 6 (business codes) and the list of common error codes.
 */
bool pgtask_service_error_find(char const *code, struct pgtask_service_error *found);

#ifdef __cplusplus
}
#endif

#endif
