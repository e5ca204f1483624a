/* SPDX-License-Identifier: MIT */
/**
 * @file tc3.h
 * TC3-HMAC-SHA256, the service's request signature, on mbedTLS's hashes.
 *
 * Source: "Signature method v3" of the API documentation. Lines end in LF, hexadecimal digits are
 * in lower case, and the date is the UTC day of the timestamp. The canonical request and the string
 * to sign are hashed as they are formed, so that no buffer holds them.
 */
#ifndef PGTASK_TC3_H
#define PGTASK_TC3_H

#include <pgtask/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PGTASK_TC3_HASH_BYTES 32
#define PGTASK_TC3_HEX_BYTES  65 /**< a hash in hex, with NUL */
#define PGTASK_TC3_DATE_BYTES 11 /**< `YYYY-MM-DD`, with NUL */

/** Longest SecretId, SecretKey and Token accepted, without NUL: those that STS gives at most (API
 *  page of AssumeRole). A SecretId lies in the client's buffer: see PGTASK_BUFFER_BYTES. */
#define PGTASK_TC3_SECRET_ID_MAX  1024
#define PGTASK_TC3_SECRET_KEY_MAX 1024
#define PGTASK_TC3_TOKEN_MAX      4096

/** Who signs. The strings are the caller's and must stay until the request has been sent. */
struct pgtask_credentials {
    char const *secret_id;  /**< printable ASCII without blanks */
    char const *secret_key; /**< any bytes but NUL */
    char const *token;      /**< of temporary credentials; NULL or "" with others */
};

/** What a signing key serves for. A request with the same scope is signed with the same key. */
struct pgtask_tc3_scope {
    char date[PGTASK_TC3_DATE_BYTES];     /**< the UTC day, "" when there is no key */
    uint8_t owner[PGTASK_TC3_HASH_BYTES]; /**< hash over the secret key and the service */
};

/**
 * The cached signing key, which is derived once a UTC day. It is a secret: wipe it with
 * pgtask_tc3_forget(). All zero is a good start.
 */
struct pgtask_tc3 {
    struct pgtask_tc3_scope scope;
    uint8_t signing_key[PGTASK_TC3_HASH_BYTES];
};

/** What is signed. The strings are the caller's and NUL-terminated. */
struct pgtask_tc3_request {
    char const *method;       /**< "POST" or "GET" */
    char const *query_string; /**< as sent behind `?`, percent-encoded; NULL or "" for POST */
    char const *service;      /**< "postgres" */
    char const *host;         /**< the Host header exactly as sent, with a port if it has one */
    char const *content_type; /**< the Content-Type header exactly as sent */
    char const *action;       /**< the X-TC-Action ("DescribeTasks"), or NULL not to sign one */
    uint8_t const *payload;   /**< the body; may be NULL if payload_length is 0 */
    size_t payload_length;
    bool unsigned_payload; /**< hash the word UNSIGNED-PAYLOAD instead of the body */
    int64_t unix_s;        /**< X-TC-Timestamp: 0 to 253,402,300,799 (year 9999) */
};

/** A finished signature, with the intermediate values that the documentation publishes. */
struct pgtask_tc3_signature {
    struct pgtask_tc3_scope scope; /**< its date is the UTC day of the timestamp */
    char canonical_request_hash[PGTASK_TC3_HEX_BYTES];
    char payload_hash[PGTASK_TC3_HEX_BYTES];
    char signature[PGTASK_TC3_HEX_BYTES];
};

/**
 * Checks credentials as far as a device can: that they are present, printable, not too long, and
 * have no blanks around them.
 * @return PGTASK_OK or PGTASK_ERROR_CREDENTIALS
 */
PGTASK_MUST_CHECK enum pgtask_error
pgtask_tc3_check_credentials(struct pgtask_credentials const *credentials);

/**
 * Signs a request. The first request of a UTC day costs three HMACs more, and so does the first one
 * with another key or for another service.
 *
 * @param tc3          the caller's cache, updated
 * @param credentials  only secret_key is used
 * @param request      what to sign
 * @param signature    filled on PGTASK_OK
 * @return PGTASK_OK, PGTASK_ERROR_CREDENTIALS, PGTASK_ERROR_NO_TIME (unix_s out of range),
 *         PGTASK_ERROR_SIGN_CRYPTO, PGTASK_ERROR_ARGUMENT
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tc3_sign(struct pgtask_tc3 *tc3,
                                                    struct pgtask_credentials const *credentials,
                                                    struct pgtask_tc3_request const *request,
                                                    struct pgtask_tc3_signature *signature);

/**
 * Writes the value of the Authorization header.
 * @param text      the caller's; NUL-terminated on PGTASK_OK. It holds no key, but its reader can
 *                  repeat the request for five minutes: do not log it
 * @param capacity  bytes at `text`
 * @param length    set on PGTASK_OK, without the NUL
 * @return PGTASK_OK, PGTASK_ERROR_BUFFER
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tc3_write_authorization(
    struct pgtask_credentials const *credentials, struct pgtask_tc3_request const *request,
    struct pgtask_tc3_signature const *signature, char *text, size_t capacity, size_t *length);

/**
 * Derives the three keys of a day, for tests and for programs that store a derived key instead of
 * the secret. Each output has PGTASK_TC3_HASH_BYTES.
 * @return PGTASK_OK, PGTASK_ERROR_CREDENTIALS, PGTASK_ERROR_SIGN_CRYPTO
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tc3_derive(char const *secret_key, char const *date,
                                                      char const *service, uint8_t *secret_date,
                                                      uint8_t *secret_service,
                                                      uint8_t *secret_signing);

/** Wipes the cached key. */
void pgtask_tc3_forget(struct pgtask_tc3 *tc3);

#ifdef __cplusplus
}
#endif

#endif
