/* SPDX-License-Identifier: MIT */
/**
 * @file failure.h
 * All that is known of one failed call, whether to try again, and the sentence for a person.
 */
#ifndef PGTASK_FAILURE_H
#define PGTASK_FAILURE_H

#include <pgtask/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * All that is known of one failed call. Never holds a secret.
 *
 * Strings are NUL-terminated UTF-8 without control characters, "" if there is nothing to say, and
 * cut to size at a character boundary.
 */
struct pgtask_failure {
    enum pgtask_error error; /**< PGTASK_OK while nothing has failed */
    int32_t detail;          /**< HTTP status, code of mbedTLS or number of the port; 0 if none */
    uint64_t offset; /**< json: the byte of the body at which the error is; tls: bytes of the
                          peer's message that did not fit: `message_bytes` of tls.h */
    char member[32]; /**< query, answer: the API's name of the member, such as "Progress" */
    char code[64];   /**< service: Error.Code */
    char message[PGTASK_ERROR_MESSAGE_BYTES]; /**< Error.Message, or the start of a non-200 body */
    char request_id[48];                      /**< RequestId of the answer: support asks for it */
};

/** @return whether the same request may be sent again, by the error and the service's code */
enum pgtask_retry pgtask_failure_retry(struct pgtask_failure const *failure);

/**
 * Writes a failure for a person.
 *
 * An example: `service: the service refused: AuthFailure.SignatureFailure: MESSAGE (RequestId ID).
 * Check the secret key.`
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

#ifdef __cplusplus
}
#endif

#endif
