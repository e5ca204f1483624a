/* SPDX-License-Identifier: MIT */
/**
 * @file client_private.h
 * What the files of the client room share.
 *
 * Transition functions do one step of the exchange and answer
 *   PGTASK_MORE         the state has moved on: go on with it
 *   PGTASK_OK           a record is whole
 *   PGTASK_WOULD_BLOCK  nothing can be done before client->interest or the time has come
 *   PGTASK_DONE         the listing is complete
 *   an error            this attempt has failed
 */
#ifndef PGTASK_CLIENT_PRIVATE_H
#define PGTASK_CLIENT_PRIVATE_H

#include <pgtask/client.h>

enum { PGTASK_HTTP_OK = 200 };

static inline uint32_t pgtask_or_default(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

/** Does one step of the listing under way. */
enum pgtask_error pgtask_client_step(struct pgtask_client *client, struct pgtask_task *task);

/** @return monotonic time of the port */
uint64_t pgtask_client_now_ms(struct pgtask_client const *client);

/** @return a random number, for jitter; a large one where the port has no random bytes */
uint32_t pgtask_client_chance(struct pgtask_client *client);

/** Adds what TLS has moved to the counters. */
void pgtask_client_count_bytes(struct pgtask_client *client);

/** Nothing has failed so far. */
void pgtask_client_forget_failure(struct pgtask_client *client);

/** Drops the connection and whatever hangs on it. */
void pgtask_client_disconnect(struct pgtask_client *client);

/** @return the host that is signed and verified */
char const *pgtask_client_host(struct pgtask_client const *client);

/** Moves on to PGTASK_CLIENT_WAIT, and from there, when the time is over, to `next`. */
enum pgtask_error pgtask_client_pause(struct pgtask_client *client, enum pgtask_client_state next,
                                      uint32_t wait_ms);

/** Drops the connection and moves on to make another one. */
enum pgtask_error pgtask_client_reconnect(struct pgtask_client *client);

/** Moves on to send the request in the buffer and to receive its answer. */
enum pgtask_error pgtask_client_begin_exchange(struct pgtask_client *client, bool asking_time);

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

/**
 * Writes a request without credentials, whose answer matters only for its Date.
 * @return PGTASK_OK, PGTASK_ERROR_BUFFER
 */
enum pgtask_error pgtask_request_write_ask_time(struct pgtask_client *client);

/** Transition of PGTASK_CLIENT_SEND. */
enum pgtask_error pgtask_client_on_send(struct pgtask_client *client);

/** Transition of PGTASK_CLIENT_RECEIVE. */
enum pgtask_error pgtask_client_on_receive(struct pgtask_client *client, struct pgtask_task *task);

/** Whether the answer under way is none of the service's: its status is not 200. */
bool pgtask_client_is_refused_by_http(struct pgtask_client const *client);

/**
 * Takes the clock from the Date of the answer at hand, and checks the peer's certificates against
 * it.
 * @return PGTASK_OK; PGTASK_ERROR_NO_TIME: there is no Date, or it is earlier than
 *         PGTASK_EARLIEST_UNIX_S; PGTASK_ERROR_TLS_EXPIRED, _NOT_YET_VALID
 */
enum pgtask_error pgtask_client_learn_time(struct pgtask_client *client);

/**
 * Finds out what to do about a failed attempt; client->failure is filled.
 * @return PGTASK_MORE: try again, the state has moved on; else the error, for good
 */
enum pgtask_error pgtask_client_try_again(struct pgtask_client *client, enum pgtask_error error);

#endif
