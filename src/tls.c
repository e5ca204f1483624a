/* SPDX-License-Identifier: MIT */
/*
 * One TLS connection: mbedTLS between a port's byte stream and the caller.
 *
 * tls_open.c sets up mbedTLS's contexts, and tls_port.c is what mbedTLS calls for bytes. Every call
 * in between goes through three steps: enter() checks that mbedTLS may be called, mbedTLS does what
 * it can with the bytes that the port has, and leave() turns its code into an error or into
 * something to wait for.
 */
#include <pgtask/tls.h>

#include "tls_private.h"

#include <limits.h>

#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>

#include "pgtask_divide.h"
#include "pgtask_pulse.h"
#include "tls_mbedtls_private.h"

#define TICKETS_AT_ONCE 4
#define ANSWER_BYTES    64 /* of one or two alerts */

/* The lengths of mbedTLS are int; those of a port are size_t. */
static size_t at_most_int(size_t length)
{
    return length < INT_MAX ? length : INT_MAX;
}

/* PGTASK_OK means that mbedTLS may be called; it then draws this connection's random bytes. */
static enum pgtask_error enter(struct pgtask_tls *tls, bool needs_handshake)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;

    if (contexts == NULL) {
        return PGTASK_ERROR_STATE;
    }
    if (contexts->failed != PGTASK_OK) {
        return contexts->failed;
    }
    if (needs_handshake && !mbedtls_ssl_is_handshake_over(&contexts->ssl)) {
        return PGTASK_ERROR_STATE;
    }
    contexts->turn_bytes = 0;
    contexts->send_left = PGTASK_TURN_BYTES;
    pgtask_random_use(&contexts->random);
    return PGTASK_OK;
}

static enum pgtask_error wait_for(struct pgtask_tls *tls, enum pgtask_interest interest)
{
    tls->interest = interest;
    return PGTASK_WOULD_BLOCK;
}

static bool is_about_size(enum pgtask_error error)
{
    return error == PGTASK_ERROR_TLS_RECORD || error == PGTASK_ERROR_TLS_MEMORY;
}

/* Turns a negative code of mbedTLS into the caller's error. */
static enum pgtask_error leave(struct pgtask_tls *tls, int code)
{
    switch (code) {
    case MBEDTLS_ERR_SSL_WANT_READ:
        return wait_for(tls, tls->contexts->turn_bytes < PGTASK_TURN_BYTES ? PGTASK_INTEREST_READ
                                                                           : PGTASK_INTEREST_TIME);
    case MBEDTLS_ERR_SSL_WANT_WRITE:
        return wait_for(tls, tls->contexts->send_left > 0 ? PGTASK_INTEREST_WRITE
                                                          : PGTASK_INTEREST_TIME);
    case MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS:
    case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET: return wait_for(tls, PGTASK_INTEREST_TIME);
    default: break;
    }
    tls->detail = code == PGTASK_TLS_PORT_FAILED ? 0 : code;
    tls->contexts->failed = pgtaski_tls_explain(tls->contexts, code);
    tls->message_bytes = is_about_size(tls->contexts->failed)
                             ? pgtaski_mbedtls_message_bytes(&tls->contexts->ssl)
                             : 0;
    if (!mbedtls_ssl_is_handshake_over(&tls->contexts->ssl)) {
        pgtaski_tls_forget_session(tls->contexts); /* it may be the cause */
    }
    return tls->contexts->failed;
}

static int refuse_downgrade(mbedtls_ssl_context *ssl)
{
    (void)mbedtls_ssl_send_alert_message(ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                         MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER);
    return MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER;
}

/*
 * From the peer's first message on, each step may hold a long computation, and all messages may
 * have arrived at once. So the caller gets its turn after each step.
 */
static enum pgtask_error shake_hands(struct pgtask_tls *tls)
{
    mbedtls_ssl_context *const ssl = &tls->contexts->ssl;

    while (!mbedtls_ssl_is_handshake_over(ssl)) {
        bool const is_peers_step = pgtaski_mbedtls_has_said_hello(ssl);
        int code;

        if (pgtaski_mbedtls_has_heard_hello(ssl)) {
            pgtask_divide_handshake(ssl);
        }
        code = mbedtls_ssl_handshake_step(ssl);
        if (!PGTASK_MBEDTLS_IS_OWN && code == 0) {
            code = pgtaski_tls_check_step(tls);
        }
        if (PGTASK_TLS_HAS_TLS13 && code == 0 && tls->contexts->cause != PGTASK_OK) {
            code = refuse_downgrade(ssl);
        }
        if (code != 0) {
            return leave(tls, code);
        }
        if (mbedtls_ssl_is_handshake_over(ssl)) {
            pgtaski_tls_complete_session(tls);
        } else if (is_peers_step) {
            return wait_for(tls, PGTASK_INTEREST_TIME);
        }
    }
    return PGTASK_OK;
}

enum pgtask_error pgtask_tls_handshake(struct pgtask_tls *tls)
{
    enum pgtask_error error = enter(tls, false);

    if (error == PGTASK_OK) {
        pgtask_pulse_begin(tls->port);
        error = shake_hands(tls);
        pgtask_pulse_end();
    }
    return error;
}

enum pgtask_error pgtask_tls_write(struct pgtask_tls *tls, uint8_t const *bytes, size_t length,
                                   size_t *sent)
{
    enum pgtask_error const error = enter(tls, true);
    int code;

    if (error != PGTASK_OK) {
        return error;
    }
    if (length == 0) {
        return PGTASK_ERROR_ARGUMENT;
    }
    pgtask_pulse_begin(tls->port);
    code = mbedtls_ssl_write(&tls->contexts->ssl, bytes, length);
    pgtask_pulse_end();
    if (code < 0) {
        return leave(tls, code);
    }
    *sent = (size_t)code;
    return PGTASK_OK;
}

/* Tickets of TLS 1.3 come between the data; a peer must not hold the caller with them. */
static int read_past_tickets(struct pgtask_tls *tls, uint8_t *bytes, size_t capacity)
{
    int code = MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;

    for (int i = 0; i < TICKETS_AT_ONCE && code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
         i++) {
        code = mbedtls_ssl_read(&tls->contexts->ssl, bytes, capacity);
        if (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET &&
            (!PGTASKI_MBEDTLS_TELLS_ALWAYS || tls->contexts->session != NULL)) {
            pgtaski_tls_keep_session(tls);
        }
    }
    return code;
}

/* mbedTLS answers each HelloRequest of TLS 1.2 with an alert, and one record may hold thousands of
 * them. So a call may send next to nothing while it reads. */
enum pgtask_error pgtask_tls_read(struct pgtask_tls *tls, uint8_t *bytes, size_t capacity,
                                  size_t *received)
{
    enum pgtask_error const error = enter(tls, true);
    int code;

    if (error != PGTASK_OK) {
        return error;
    }
    if (capacity == 0) {
        return PGTASK_ERROR_ARGUMENT;
    }
    tls->contexts->send_left = ANSWER_BYTES;
    pgtask_pulse_begin(tls->port);
    code = read_past_tickets(tls, bytes, at_most_int(capacity));
    pgtask_pulse_end();
    if (code == 0 && !tls->contexts->stream_ended) {
        return wait_for(tls, PGTASK_INTEREST_TIME); /* two records without data */
    }
    if (code <= 0) {
        return leave(tls, code == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : code);
    }
    tls->contexts->idle_bytes = 0;
    *received = (size_t)code;
    return PGTASK_OK;
}

enum pgtask_error pgtask_tls_check_validity(struct pgtask_tls const *tls, int64_t unix_s)
{
    struct pgtaski_validity const validity = {tls->not_before_unix_s, tls->not_after_unix_s};
    int compared;

    if (tls->contexts == NULL || !mbedtls_ssl_is_handshake_over(&tls->contexts->ssl)) {
        return PGTASK_ERROR_STATE;
    }
    compared = pgtaski_tls_compare(validity, unix_s);
    if (compared == 0) {
        return PGTASK_OK;
    }
    return compared < 0 ? PGTASK_ERROR_TLS_NOT_YET_VALID : PGTASK_ERROR_TLS_EXPIRED;
}

void pgtask_tls_close(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;

    if (contexts == NULL) {
        return;
    }
    if (enter(tls, true) == PGTASK_OK) {
        (void)mbedtls_ssl_close_notify(&contexts->ssl);
    }
    pgtaski_tls_close_session(contexts);
    pgtask_random_use(NULL);
    mbedtls_ssl_free(&contexts->ssl);
    mbedtls_ssl_config_free(&contexts->config);
    pgtask_random_free(&contexts->random);
    pgtaski_tls_drop_found_roots(contexts);
    mbedtls_platform_zeroize(contexts, sizeof *contexts);
    mbedtls_free(contexts);
    tls->contexts = NULL;
    tls->port = NULL;
}

char const *pgtask_tls_version(struct pgtask_tls const *tls)
{
    if (tls->contexts == NULL || !mbedtls_ssl_is_handshake_over(&tls->contexts->ssl)) {
        return "";
    }
    return mbedtls_ssl_get_version(&tls->contexts->ssl);
}
