/* SPDX-License-Identifier: MIT */
/**
 * @file client_private.h
 * What the files of the client room share. Each file calls only the files above it in this list:
 *
 *   client_places_private.h  the hosts that the settings name
 *   client_clock.c        the time, waits and chance
 *   client_connection.c   the one connection
 *   client_request.c      checks the settings and writes a request
 *   client_proxy.c        asks a proxy for a tunnel
 *   client_exchange.c     sends a request and receives its answer
 *   client_transitions.c  the state machine of a listing
 *   client_retry.c        what to do about a failed attempt
 *   client.c              the public functions and the time limits
 *
 * A transition does one piece of work that never blocks, and returns
 *   PGTASKI_MOVED_ON    the exchange has moved on: take the next transition at once
 *   PGTASK_OK           one more record is whole
 *   PGTASK_WOULD_BLOCK  nothing can be done before client->interest, or before a time
 *   PGTASK_DONE         the listing is complete
 *   an error            this attempt has failed
 */
#ifndef PGTASKI_CLIENT_PRIVATE_H
#define PGTASKI_CLIENT_PRIVATE_H

#include <pgtask/client.h>

#include <string.h>

#include "defaults.h"
#include "text.h"
#include "transition.h"

enum { PGTASKI_HTTP_OK = 200, PGTASKI_HTTPS_PORT = 443 };

/* client_clock.c */

/** Moves on to PGTASK_CLIENT_WAIT, and after `wait_ms` from there to `next`. */
enum pgtask_error pgtaski_client_pause(struct pgtask_client *client, enum pgtask_client_state next,
                                       uint32_t wait_ms);

/**
 * Takes the time from the Date of the answer at hand, and checks the peer's certificates against
 * it.
 * @return PGTASK_OK; PGTASK_ERROR_NO_TIME: there is no Date, or it is earlier than
 *         PGTASK_EARLIEST_UNIX_S; PGTASK_ERROR_TLS_EXPIRED, _NOT_YET_VALID
 */
enum pgtask_error pgtaski_client_learn_time(struct pgtask_client *client);

/* client_connection.c */

/** Drops the connection and whatever hangs on it. */
void pgtaski_client_disconnect(struct pgtask_client *client);

/** Drops the connection and moves on to make another one. */
enum pgtask_error pgtaski_client_reconnect(struct pgtask_client *client);

/** Adds to the counters the bytes that TLS has moved. */
void pgtaski_client_count_bytes(struct pgtask_client *client);

/* client_request.c */

/**
 * Checks the settings. Strings that become headers consist of letters, digits and a few signs, so
 * that no setting can add a header.
 * @param member  set on an error: the name of the setting
 * @return PGTASK_OK, PGTASK_ERROR_ARGUMENT, PGTASK_ERROR_CREDENTIALS
 */
enum pgtask_error pgtaski_client_check_config(struct pgtask_config const *config,
                                              char const **member);

/** Puts the default of each setting that is not set in its place. */
void pgtaski_client_use_defaults(struct pgtask_config *config);

/**
 * Writes head and body of the page's request into the client's buffer, signed at this time.
 * @return PGTASK_OK; PGTASK_ERROR_BUFFER; an error of the query or of signing
 */
enum pgtask_error pgtaski_client_write_request(struct pgtask_client *client, int64_t unix_s);

/**
 * Writes a request without credentials, of whose answer only the Date matters.
 * @return PGTASK_OK, PGTASK_ERROR_BUFFER
 */
enum pgtask_error pgtaski_client_write_time_request(struct pgtask_client *client);

/* client_proxy.c */

/** Moves on to ask the proxy for a tunnel, on a connection to it that has just been made. */
enum pgtask_error pgtaski_client_begin_tunnel(struct pgtask_client *client);

/**
 * Sends the request for the tunnel, and receives the answer.
 * @return PGTASK_OK: the tunnel stands; PGTASKI_MOVED_ON; PGTASK_WOULD_BLOCK; PGTASK_ERROR_PROXY_*;
 *         an error of the port
 */
enum pgtask_error pgtaski_client_ask_proxy(struct pgtask_client *client);

/* client_exchange.c */

/** Moves on to send the request in the buffer and to receive its answer. */
enum pgtask_error pgtaski_client_begin_exchange(struct pgtask_client *client, bool asking_time);

/** Transition of PGTASK_CLIENT_SEND. */
enum pgtask_error pgtaski_client_on_send(struct pgtask_client *client);

/** Transition of PGTASK_CLIENT_RECEIVE. */
enum pgtask_error pgtaski_client_on_receive(struct pgtask_client *client, struct pgtask_task *task);

/** @return whether the answer under way has a status other than 200 */
bool pgtaski_client_is_refused_by_http(struct pgtask_client const *client);

/* client_transitions.c */

/** Takes one transition of the listing under way. */
enum pgtask_error pgtaski_client_transition(struct pgtask_client *client, struct pgtask_task *task);

/* client_retry.c */

/** A service or proxy may repeat what it was sent: overwrites token and SecretId in its texts. */
void pgtaski_client_hide_secrets(struct pgtask_client const *client, struct pgtask_failure *told);

/** Clears what is known of a failure. */
void pgtaski_client_forget_failure(struct pgtask_client *client);

/**
 * Fills client->failure and decides what to do about a failed attempt.
 * @return PGTASKI_MOVED_ON: the next attempt is under way; otherwise `error`, which is final
 */
enum pgtask_error pgtaski_client_try_again(struct pgtask_client *client, enum pgtask_error error);

#endif
