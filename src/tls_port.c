/* SPDX-License-Identifier: MIT */
/* The port as mbedTLS calls it: bytes sent and received, which are counted, and random bytes. */
#include "tls_private.h"

/* The bytes of a call are counted in this direction too: see pgtask_tls_read(). */
static int send_bytes(void *context, unsigned char const *bytes, size_t length)
{
    struct pgtask_tls *const tls = context;
    uint32_t const left = tls->contexts->send_left;
    size_t sent = 0;
    enum pgtask_error error;

    if (left == 0) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    error = tls->port->send(tls->port->context, bytes, length < left ? length : left, &sent);
    if (error == PGTASK_OK) {
        tls->bytes_sent += sent;
        tls->contexts->send_left -= (uint32_t)sent;
        return (int)sent;
    }
    if (error == PGTASK_WOULD_BLOCK) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    tls->contexts->port_error = error;
    return PGTASK_TLS_PORT_FAILED;
}

static void count_received(struct pgtask_tls *tls, size_t received)
{
    tls->bytes_received += received;
    tls->contexts->turn_bytes += (uint32_t)received;
    tls->contexts->idle_bytes += (uint32_t)received;
}

/*
 * mbedTLS passes over records such as warnings, and asks for the next one within the same call. So
 * the bytes of a call are counted here, where all of them come in.
 */
static int receive_bytes(void *context, unsigned char *bytes, size_t capacity)
{
    struct pgtask_tls *const tls = context;
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    uint32_t const left = PGTASK_TURN_BYTES - contexts->turn_bytes;
    size_t received = 0;
    enum pgtask_error error;

    if (left == 0) {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    error = contexts->idle_bytes > PGTASK_TLS_IDLE_BYTES
                ? PGTASK_ERROR_TLS_FLOOD
                : tls->port->recv(tls->port->context, bytes, capacity < left ? capacity : left,
                                  &received);
    switch (error) {
    case PGTASK_OK: count_received(tls, received); return (int)received;
    case PGTASK_WOULD_BLOCK: return MBEDTLS_ERR_SSL_WANT_READ;
    case PGTASK_ERROR_CLOSED:
        contexts->stream_ended = true;
        return 0; /* mbedTLS knows whether close_notify came before */
    default: contexts->port_error = error; return PGTASK_TLS_PORT_FAILED;
    }
}

int pgtaski_tls_gather_entropy(void *context, unsigned char *bytes, size_t length)
{
    struct pgtask_tls *const tls = context;

    if (tls->port->entropy(tls->port->context, bytes, length) != PGTASK_OK) {
        tls->contexts->cause = PGTASK_ERROR_ENTROPY;
        return PGTASK_RANDOM_FAILED;
    }
    return 0;
}

void pgtaski_tls_use_port(struct pgtask_tls *tls)
{
    mbedtls_ssl_set_bio(&tls->contexts->ssl, tls, send_bytes, receive_bytes, NULL);
}
