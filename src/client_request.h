/* SPDX-License-Identifier: MIT */
/**
 * @file client_request.h
 * Inside src/client: what a request is made of.
 */
#ifndef PGTASK_CLIENT_REQUEST_H
#define PGTASK_CLIENT_REQUEST_H

#include <pgtask/client.h>

/**
 * Checks the settings.
 * @param member  set on an error: name of the setting
 * @return PGTASK_OK, PGTASK_ERROR_ARGUMENT, PGTASK_ERROR_CREDENTIALS
 */
enum pgtask_error pgtask_request_check(struct pgtask_config const *config, char const **member);

/**
 * Writes head and body of the page's request into the client's buffer, signed at this time.
 * @return PGTASK_OK; PGTASK_ERROR_BUFFER; an error of the query or of signing
 */
enum pgtask_error pgtask_request_write(struct pgtask_client *client, int64_t unix_s);

/** @return the next bytes of the request to send, `length` of them; NULL when all are sent */
uint8_t const *pgtask_request_rest(struct pgtask_client const *client, size_t *length);

#endif
