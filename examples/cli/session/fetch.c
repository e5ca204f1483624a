/* SPDX-License-Identifier: MIT */
/*
 * RESOLVE --> CONNECT --> OPEN_TLS --> HANDSHAKE --> SEND --> RECEIVE --> CLOSED
 *
 * By plain HTTP, CONNECT goes to SEND at once. With a proxy, it goes to ASK_PROXY, PROXY_ANSWER and
 * OPEN_TLS, and the first two are about the proxy. Whatever the peer sends, a call takes one slice,
 * the head and the body have a longest length, and all of it has a deadline.
 */
#include "session/fetch.h"

#include "base/text.h"

#include <string.h>

enum { SLICE_BYTES = 1024 };

static uint64_t now_ms(struct fetch const *fetch)
{
    return fetch->posix.port.monotonic_ms(fetch->posix.port.context);
}

void fetch_start(struct fetch *fetch, struct fetch_request const *request)
{
    fetch_close(fetch);
    memset(fetch, 0, sizeof *fetch);
    fetch->request = *request;
    pgtask_posix_open(&fetch->posix);
    pgtask_http_start(&fetch->http);
    fetch->deadline_ms = now_ms(fetch) + request->timeout_ms;
    fetch->state = FETCH_RESOLVE;
}

void fetch_close(struct fetch *fetch)
{
    if (fetch->state != FETCH_CLOSED) {
        pgtask_tls_close(&fetch->tls);
        pgtask_posix_close(&fetch->posix);
        text_wipe(fetch->tunnel, sizeof fetch->tunnel);
        fetch->state = FETCH_CLOSED;
    }
}

static enum pgtask_error go_on(struct fetch *fetch, enum fetch_state next)
{
    fetch->state = next;
    return PGTASK_MORE;
}

static enum pgtask_error on_resolve(struct fetch *fetch)
{
    struct pgtask_port const *const port = &fetch->posix.port;
    struct pgtask_proxy const *const proxy = &fetch->request.proxy;
    char const *const host = proxy->host != NULL ? proxy->host : fetch->request.host;
    enum pgtask_error const error = port->resolve(port->context, host);

    return error == PGTASK_OK ? go_on(fetch, FETCH_CONNECT) : error;
}

static enum pgtask_error on_connect(struct fetch *fetch)
{
    struct pgtask_port const *const port = &fetch->posix.port;
    struct pgtask_proxy const *const proxy = &fetch->request.proxy;
    uint16_t const number = proxy->host != NULL ? proxy->port_number : fetch->request.port;
    enum pgtask_error const error = port->connect(port->context, number);

    if (error != PGTASK_OK) {
        return error;
    }
    if (fetch->request.roots == NULL) {
        return go_on(fetch, FETCH_SEND);
    }
    if (proxy->host == NULL) {
        return go_on(fetch, FETCH_OPEN_TLS);
    }
    return tunnel_write(fetch->tunnel, proxy, fetch->request.host, fetch->request.port)
               ? go_on(fetch, FETCH_ASK_PROXY)
               : PGTASK_ERROR_BUFFER;
}

static enum pgtask_error on_ask_proxy(struct fetch *fetch)
{
    struct pgtask_port const *const port = &fetch->posix.port;
    size_t const left = strlen(fetch->tunnel) - fetch->sent;
    size_t sent = 0;
    enum pgtask_error const error =
        port->send(port->context, (uint8_t const *)fetch->tunnel + fetch->sent, left, &sent);

    if (error != PGTASK_OK) {
        return error;
    }
    fetch->sent += sent;
    if (sent < left) {
        return PGTASK_MORE;
    }
    text_wipe(fetch->tunnel, sizeof fetch->tunnel);
    fetch->sent = 0;
    return go_on(fetch, FETCH_PROXY_ANSWER);
}

/* Takes the head byte by byte: an answer of 2xx has no body, and what follows is for TLS. */
static enum pgtask_error on_proxy_answer(struct fetch *fetch)
{
    struct pgtask_port const *const port = &fetch->posix.port;
    uint8_t byte;
    size_t count = 0;
    uint8_t const *body;
    size_t body_length;
    enum pgtask_error error = port->recv(port->context, &byte, 1, &count);

    if (error != PGTASK_OK) {
        return error == PGTASK_ERROR_CLOSED ? PGTASK_ERROR_PROXY_ANSWER : error;
    }
    if (pgtask_http_feed(&fetch->http, &byte, 1, &count, &body, &body_length) < 0) {
        return PGTASK_ERROR_PROXY_ANSWER;
    }
    if (!fetch->http.head_done) {
        return PGTASK_MORE;
    }
    error = tunnel_judge(fetch->http.status);
    pgtask_http_start(&fetch->http);
    return error == PGTASK_OK ? go_on(fetch, FETCH_OPEN_TLS) : error;
}

static enum pgtask_error on_open_tls(struct fetch *fetch)
{
    struct pgtask_tls_options const options = {
        .host_name = fetch->request.host,
        .roots = fetch->request.roots,
        .unix_s = fetch->request.unix_s,
        .tls12_only = fetch->request.tls12_only,
        .refuse_downgrade = fetch->request.refuse_downgrade,
    };
    enum pgtask_error const error = pgtask_tls_open(&fetch->tls, &fetch->posix.port, &options);

    return error == PGTASK_OK ? go_on(fetch, FETCH_HANDSHAKE) : error;
}

static enum pgtask_error on_handshake(struct fetch *fetch)
{
    enum pgtask_error const error = pgtask_tls_handshake(&fetch->tls);

    if (error == PGTASK_WOULD_BLOCK && fetch->tls.interest == PGTASK_INTEREST_TIME) {
        return PGTASK_MORE; /* a computation that was divided */
    }
    return error == PGTASK_OK ? go_on(fetch, FETCH_SEND) : error;
}

static enum pgtask_error on_send(struct fetch *fetch)
{
    struct pgtask_port const *const port = &fetch->posix.port;
    uint8_t const *const bytes = (uint8_t const *)fetch->request.text + fetch->sent;
    size_t const left = fetch->request.length - fetch->sent;
    size_t sent = 0;
    enum pgtask_error const error = fetch->request.roots == NULL
                                        ? port->send(port->context, bytes, left, &sent)
                                        : pgtask_tls_write(&fetch->tls, bytes, left, &sent);

    if (error != PGTASK_OK) {
        return error;
    }
    fetch->sent += sent;
    return go_on(fetch, sent == left ? FETCH_RECEIVE : FETCH_SEND);
}

/* @return PGTASK_OK: the answer is whole; PGTASK_MORE: it goes on; or an error */
static enum pgtask_error decode(struct fetch *fetch, uint8_t const *bytes, size_t length)
{
    for (;;) {
        size_t taken;
        uint8_t const *body;
        size_t body_length;
        enum pgtask_error const error =
            pgtask_http_feed(&fetch->http, bytes, length, &taken, &body, &body_length);

        if (error != PGTASK_OK) {
            return error == PGTASK_DONE ? PGTASK_OK : error;
        }
        fetch->body_bytes += body_length;
        if (fetch->body_bytes > FETCH_BODY_BYTES) {
            return PGTASK_ERROR_HTTP_LENGTH;
        }
        if (!fetch->request.take(fetch->request.context, (char const *)body, body_length)) {
            return PGTASK_ERROR_JSON_SYNTAX;
        }
        bytes += taken;
        length -= taken;
    }
}

static enum pgtask_error on_receive(struct fetch *fetch)
{
    struct pgtask_port const *const port = &fetch->posix.port;
    uint8_t slice[SLICE_BYTES];
    size_t received = 0;
    enum pgtask_error error = fetch->request.roots == NULL
                                  ? port->recv(port->context, slice, sizeof slice, &received)
                                  : pgtask_tls_read(&fetch->tls, slice, sizeof slice, &received);

    if (error == PGTASK_OK) {
        error = decode(fetch, slice, received);
        text_wipe(slice, received);
    } else if (error == PGTASK_ERROR_CLOSED) {
        error = pgtask_http_close(&fetch->http);
        error = error == PGTASK_DONE ? PGTASK_OK : error;
    } else if (error == PGTASK_WOULD_BLOCK && fetch->request.roots != NULL &&
               fetch->tls.interest == PGTASK_INTEREST_TIME) {
        return PGTASK_MORE;
    }
    return error;
}

static enum pgtask_error transition(struct fetch *fetch)
{
    switch (fetch->state) {
    case FETCH_RESOLVE: return on_resolve(fetch);
    case FETCH_CONNECT: return on_connect(fetch);
    case FETCH_ASK_PROXY: return on_ask_proxy(fetch);
    case FETCH_PROXY_ANSWER: return on_proxy_answer(fetch);
    case FETCH_OPEN_TLS: return on_open_tls(fetch);
    case FETCH_HANDSHAKE: return on_handshake(fetch);
    case FETCH_SEND: return on_send(fetch);
    case FETCH_RECEIVE: return on_receive(fetch);
    case FETCH_CLOSED: break;
    }
    return PGTASK_ERROR_STATE;
}

enum pgtask_error fetch_next(struct fetch *fetch)
{
    enum pgtask_error error = transition(fetch);

    if ((error == PGTASK_WOULD_BLOCK || error == PGTASK_MORE) &&
        now_ms(fetch) >= fetch->deadline_ms) {
        error = PGTASK_ERROR_TIMEOUT;
    }
    if (error != PGTASK_WOULD_BLOCK && error != PGTASK_MORE) {
        fetch->status = fetch->http.status;
        fetch->has_date = fetch->http.has_date;
        fetch->date_unix_s = fetch->http.date_unix_s;
        fetch->tls_detail = fetch->tls.detail;
        fetch_close(fetch);
    }
    return error;
}
