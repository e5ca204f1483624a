/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * The one error enum, what each value means and what to do about it; and the service's own codes.
 */
#ifndef PGTASK_ERROR_H
#define PGTASK_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pgtask/config.h>

/** Marks a function whose answer must not be dropped. Empty where the compiler cannot say so. */
#if defined(__GNUC__) || defined(__clang__)
#define PGTASK_MUST_CHECK __attribute__((warn_unused_result))
#else
#define PGTASK_MUST_CHECK
#endif

/**
 * What every fallible call answers: 0 good, above 0 an answer that is not an error, below 0 an
 * error. Each error belongs to one layer, see pgtask_error_layer().
 */
enum pgtask_error {
    PGTASK_OK = 0,
    PGTASK_DONE = 1, /**< nothing more will come; all of it was good */
    PGTASK_WOULD_BLOCK =
        2,           /**< nothing to do now: call again when the port is ready or time is up */
    PGTASK_MORE = 3, /**< a parser has used all its bytes: feed it the next slice */

    /* usage: the program that calls */
    PGTASK_ERROR_ARGUMENT = -1,  /**< a pointer, size or setting is not what the header asks for */
    PGTASK_ERROR_STATE = -2,     /**< called in the wrong order */
    PGTASK_ERROR_BUFFER = -3,    /**< the caller's buffer, or PGTASK_BUFFER_BYTES, is too small */
    PGTASK_ERROR_CANCELLED = -4, /**< pgtask_client_cancel() was called */

    /* query: what the user asked for */
    PGTASK_ERROR_QUERY_RANGE = -10,     /**< a number is outside its limits */
    PGTASK_ERROR_QUERY_CHARACTER = -11, /**< a text has characters that its member cannot have */
    PGTASK_ERROR_QUERY_LENGTH = -12,    /**< a text is empty or too long */
    PGTASK_ERROR_QUERY_TIME = -13,      /**< not `YYYY-MM-DD HH:MM:SS`, or no such day or hour */
    PGTASK_ERROR_QUERY_ORDER = -14,     /**< MinStartTime lies after MaxStartTime */

    /* sign: credentials and clock */
    PGTASK_ERROR_CREDENTIALS = -20, /**< SecretId, SecretKey or Token is missing or malformed */
    PGTASK_ERROR_NO_TIME = -21,     /**< the port has no wall clock, or it is before 1970 */
    PGTASK_ERROR_SIGN_CRYPTO = -22, /**< mbedTLS failed to hash: a hardware engine's fault */

    /* network: the port */
    PGTASK_ERROR_RESOLVE = -30, /**< the host name has no address */
    PGTASK_ERROR_CONNECT = -31, /**< no address of the host accepted a connection */
    PGTASK_ERROR_RESET = -32,   /**< the connection broke */
    PGTASK_ERROR_CLOSED = -33,  /**< the peer closed the connection (end of stream) */
    PGTASK_ERROR_TIMEOUT = -34, /**< the exchange's deadline passed */
    PGTASK_ERROR_ENTROPY = -35, /**< the port has no random bytes */
    PGTASK_ERROR_PORT = -36,    /**< the port failed or does not provide this */
    PGTASK_ERROR_STALLED = -37, /**< the peer sent nothing for longer than the idle limit */

    /* tls */
    PGTASK_ERROR_TLS_ROOTS = -40,         /**< a trusted root cannot be read */
    PGTASK_ERROR_TLS_UNKNOWN_CA = -41,    /**< the chain ends in no trusted root */
    PGTASK_ERROR_TLS_HOST_NAME = -42,     /**< the certificate is for another host */
    PGTASK_ERROR_TLS_EXPIRED = -43,       /**< a certificate of the chain has expired */
    PGTASK_ERROR_TLS_NOT_YET_VALID = -44, /**< a certificate of the chain is not valid yet */
    PGTASK_ERROR_TLS_USAGE = -45,         /**< not a server's certificate, or signed by no CA */
    PGTASK_ERROR_TLS_WEAK = -46,          /**< a hash or key of the chain is too weak */
    PGTASK_ERROR_TLS_VERIFY = -47,        /**< the chain is refused for another reason */
    PGTASK_ERROR_TLS_VERSION = -48,       /**< the peer speaks neither TLS 1.2 nor 1.3 */
    PGTASK_ERROR_TLS_HANDSHAKE = -49,     /**< the peer is no TLS server or the handshake failed */
    PGTASK_ERROR_TLS_RECORD = -50,        /**< a record is corrupt or larger than the build takes */
    PGTASK_ERROR_TLS_TRUNCATED = -51,     /**< the stream ended without close_notify */
    PGTASK_ERROR_TLS_MEMORY = -52,        /**< mbedTLS's arena is too small for this peer */
    PGTASK_ERROR_TLS_INTERNAL = -53,      /**< any other failure of mbedTLS, code in the failure */

    /* http */
    PGTASK_ERROR_HTTP_SYNTAX = -60,    /**< not an HTTP/1.1 answer */
    PGTASK_ERROR_HTTP_STATUS = -61,    /**< a status other than 200 */
    PGTASK_ERROR_HTTP_HEAD = -62,      /**< the head is longer than PGTASK_HTTP_HEAD_BYTES */
    PGTASK_ERROR_HTTP_LENGTH = -63,    /**< contradictory or malformed lengths */
    PGTASK_ERROR_HTTP_CHUNK = -64,     /**< malformed chunked coding */
    PGTASK_ERROR_HTTP_ENCODING = -65,  /**< a transfer or content coding that was not asked for */
    PGTASK_ERROR_HTTP_TRUNCATED = -66, /**< the connection closed before the answer was whole */

    /* json */
    PGTASK_ERROR_JSON_SYNTAX = -70,    /**< not JSON (RFC 8259) */
    PGTASK_ERROR_JSON_STRING = -71,    /**< bad escape, control byte, UTF-8 or surrogate */
    PGTASK_ERROR_JSON_NUMBER = -72,    /**< malformed number or literal */
    PGTASK_ERROR_JSON_DEPTH = -73,     /**< nested deeper than the tokens allow */
    PGTASK_ERROR_JSON_LENGTH = -74,    /**< a number longer than the window */
    PGTASK_ERROR_JSON_TRUNCATED = -75, /**< the text ended before the value did */

    /* answer: JSON, but not what DescribeTasks answers; the failure names the member */
    PGTASK_ERROR_ANSWER_TYPE = -80,      /**< a member has another type */
    PGTASK_ERROR_ANSWER_RANGE = -81,     /**< a number is a fraction, negative or too large */
    PGTASK_ERROR_ANSWER_MISSING = -82,   /**< a required member is absent, null or empty */
    PGTASK_ERROR_ANSWER_DUPLICATE = -83, /**< a member stands twice in one object */

    /* service */
    PGTASK_ERROR_SERVICE = -90 /**< the service refused; Code, Message, RequestId in the failure */
};

/** The layer that an error comes from, for logs and exit statuses. */
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

/** @return the layer of `error`; PGTASK_LAYER_NONE for 0, positive and unknown values */
enum pgtask_layer pgtask_error_layer(enum pgtask_error error);

/** @return one lower-case word for a layer, such as "tls"; a constant, never NULL */
char const *pgtask_layer_text(enum pgtask_layer layer);

/** @return the cause as a short clause without a full stop; a constant, never NULL */
char const *pgtask_error_text(enum pgtask_error error);

/** @return one sentence that says what to do; a constant, "" where nothing can be said */
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
 * Looks up an error code of the service: exact code first, then its category (the part before the
 * first dot), else "unknown", which is not retryable.
 *
 * @param code    as in `Response.Error.Code`, NUL-terminated; compared exactly. NULL and "" are
 *                answered as unknown
 * @param found   filled in any case
 * @return true if the code itself or its category is known
 *
 * Source: API page 6 (business codes) and the list of common error codes.
 */
bool pgtask_service_error_find(char const *code, struct pgtask_service_error *found);

/**
 * All that is known of one failed call. Never holds a secret.
 *
 * Texts are NUL-terminated UTF-8 without control characters, "" where there is nothing to say,
 * and cut to size at a character boundary.
 */
struct pgtask_failure {
    enum pgtask_error error; /**< PGTASK_OK while nothing failed */
    int32_t detail;          /**< HTTP status, mbedTLS code or the port's own number; 0 if none */
    uint64_t offset;         /**< json: byte of the body at which it went wrong */
    char member[32];         /**< query, answer: the API's name of the member, such as "Progress" */
    char code[64];           /**< service: Error.Code */
    char message[PGTASK_ERROR_MESSAGE_BYTES]; /**< Error.Message, or the start of a non-200 body */
    char request_id[48]; /**< RequestId where one was received: support asks for it */
};

/** @return whether sending the same request again later can help, by error and service code */
enum pgtask_retry pgtask_failure_retry(struct pgtask_failure const *failure);

/**
 * Writes a failure as text for a person, such as
 * `service: the service refused: AuthFailure.SignatureFailure: <Message> (RequestId <id>). Check
 * the secret key.`
 *
 * @param failure   what to write
 * @param text      the caller's; NUL-terminated on return, cut at a character boundary if needed
 * @param capacity  bytes at `text`, 1 or more; 512 is always enough with default sizes
 * @return length of the text without its NUL
 */
size_t pgtask_failure_write(struct pgtask_failure const *failure, char *text, size_t capacity);

/** As pgtask_failure_write(), without the advice, for a caller that has advice of its own. */
size_t pgtask_failure_write_cause(struct pgtask_failure const *failure, char *text,
                                  size_t capacity);

#endif
