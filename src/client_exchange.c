/* SPDX-License-Identifier: MIT */
/* The client's way of bytes: the request to the peer, the answer's slices to records. */
#include "client_private.h"

#include <string.h>

#include <mbedtls/platform_util.h>

void pgtask_client_count_bytes(struct pgtask_client *client)
{
    client->counters.bytes_sent += client->tls.bytes_sent;
    client->counters.bytes_received += client->tls.bytes_received;
    client->tls.bytes_sent = 0;
    client->tls.bytes_received = 0;
}

enum pgtask_error pgtask_client_begin_exchange(struct pgtask_client *client, bool asking_time)
{
    client->asking_time = asking_time;
    client->sent = 0;
    client->slice_at = 0;
    client->slice_length = 0;
    client->body_length = 0;
    client->body_ended = false;
    client->state = PGTASK_CLIENT_SEND;
    pgtask_http_start(&client->http);
    return PGTASK_MORE;
}

/*
 * The server may close a connection while it idles and the request is on its way: then not one byte
 * of an answer comes. DescribeTasks only reads, so asking again at once is safe.
 */
static enum pgtask_error retry_if_stale(struct pgtask_client *client, enum pgtask_error error)
{
    bool const broken = error == PGTASK_ERROR_RESET || error == PGTASK_ERROR_CLOSED ||
                        error == PGTASK_ERROR_TLS_TRUNCATED;

    if (broken && client->reused && client->slice_length == 0) {
        client->counters.retries++;
        return pgtask_client_reconnect(client);
    }
    return error == PGTASK_ERROR_CLOSED ? PGTASK_ERROR_HTTP_TRUNCATED : error;
}

/* The next bytes of the request to send, `length` of them; NULL when all are sent. */
static uint8_t const *rest_of_request(struct pgtask_client const *client, size_t *length)
{
    uint32_t const token_end = client->token_at + client->token_length;
    uint32_t const sent = client->sent;

    if (sent < client->token_at) {
        *length = client->token_at - sent;
        return client->buffer + sent;
    }
    if (sent < token_end) {
        *length = token_end - sent;
        return (uint8_t const *)client->config.credentials.token + (sent - client->token_at);
    }
    *length = client->request_length + client->token_length - sent;
    return *length > 0 ? client->buffer + (sent - client->token_length) : NULL;
}

enum pgtask_error pgtask_client_on_send(struct pgtask_client *client)
{
    size_t length;
    uint8_t const *const bytes = rest_of_request(client, &length);
    size_t sent;
    enum pgtask_error error;

    if (bytes == NULL) {
        client->counters.requests++;
        mbedtls_platform_zeroize(client->buffer, sizeof client->buffer);
        client->state = PGTASK_CLIENT_RECEIVE;
        return PGTASK_MORE;
    }
    error = pgtask_tls_write(&client->tls, bytes, length, &sent);
    if (error == PGTASK_OK) {
        client->sent += (uint32_t)sent;
        return PGTASK_MORE;
    }
    return retry_if_stale(client, error);
}

/* Reads the next slice into the buffer. PGTASK_DONE: the peer has closed, and that ends the body.
 */
static enum pgtask_error read_slice(struct pgtask_client *client)
{
    size_t received;
    enum pgtask_error error =
        pgtask_tls_read(&client->tls, client->buffer, sizeof client->buffer, &received);

    if (error == PGTASK_OK) {
        client->slice_at = 0;
        client->slice_length = (uint32_t)received;
        return PGTASK_OK;
    }
    if (error == PGTASK_ERROR_CLOSED && pgtask_http_close(&client->http) == PGTASK_DONE) {
        client->connected = false;
        return PGTASK_DONE;
    }
    return retry_if_stale(client, error);
}

bool pgtask_client_is_refused_by_http(struct pgtask_client const *client)
{
    return client->state == PGTASK_CLIENT_RECEIVE && !client->asking_time &&
           client->http.status != 0 && client->http.status != PGTASK_HTTP_OK;
}

/* Keeps the start of a body that is no answer of the service: it may name a proxy on the way. */
static void keep_excerpt(struct pgtask_client *client)
{
    char *const excerpt = client->failure.message;
    size_t length = strlen(excerpt);

    for (size_t i = 0; i < client->body_length && length + 1 < sizeof client->failure.message;
         i++) {
        uint8_t const byte = client->body[i];
        bool const blank = byte <= ' ';

        if (byte > '~' || (blank && (length == 0 || excerpt[length - 1] == ' '))) {
            continue;
        }
        excerpt[length++] = blank ? ' ' : (char)byte;
    }
    excerpt[length] = '\0';
    client->body_length = 0;
}

static void trim_excerpt(struct pgtask_client *client)
{
    size_t const length = strlen(client->failure.message);

    if (length > 0 && client->failure.message[length - 1] == ' ') {
        client->failure.message[length - 1] = '\0';
    }
}

/* Finds the next bytes of the body. PGTASK_OK: there are some; PGTASK_DONE: it has ended. */
static enum pgtask_error find_body(struct pgtask_client *client)
{
    enum pgtask_error error;

    do {
        size_t taken;

        error = pgtask_http_feed(&client->http, client->buffer + client->slice_at,
                                 client->slice_length - client->slice_at, &taken, &client->body,
                                 &client->body_length);
        client->slice_at += (uint32_t)taken;
        if (error != PGTASK_MORE) {
            return error;
        }
        error = read_slice(client);
    } while (error == PGTASK_OK);
    return error;
}

/*
 * Finds the next bytes of the service's answer.
 * PGTASK_OK: there are some, or the body has ended; PGTASK_MORE: the state has moved on.
 */
static enum pgtask_error next_body(struct pgtask_client *client)
{
    enum pgtask_error error = find_body(client);

    if (pgtask_client_is_refused_by_http(client)) {
        while (error == PGTASK_OK) {
            keep_excerpt(client);
            error = find_body(client);
        }
        if (error != PGTASK_WOULD_BLOCK) {
            trim_excerpt(client);
            error = PGTASK_ERROR_HTTP_STATUS;
        }
    }
    if (error == PGTASK_DONE) {
        client->body_ended = true;
        client->body_length = 0;
        error = PGTASK_OK;
    }
    return error;
}

/* The answer is whole: keeps the connection for the next request, if it may. */
static void end_exchange(struct pgtask_client *client)
{
    client->idle_since_ms = pgtask_client_now_ms(client);
    if (!client->connected || !client->http.keep_alive || client->slice_at < client->slice_length) {
        pgtask_client_disconnect(client);
    }
}

static enum pgtask_error receive_time(struct pgtask_client *client)
{
    enum pgtask_error error = next_body(client);

    if (error != PGTASK_OK) {
        return error;
    }
    if (!client->body_ended) {
        client->body_length = 0;
        return PGTASK_MORE;
    }
    error = pgtask_client_learn_time(client);
    if (error != PGTASK_OK) {
        return error;
    }
    end_exchange(client);
    client->state = client->connected ? PGTASK_CLIENT_SIGN : PGTASK_CLIENT_RESOLVE;
    return PGTASK_MORE;
}

/*
 * Whether this task was handed on before: the pages of a listing may overlap, and a page that is
 * asked for again brings its first tasks again. Remembers it if not.
 */
static bool is_repeated(struct pgtask_client *client, uint64_t task_id)
{
    for (uint32_t i = 0; i < PGTASK_SEEN_TASKS && i < client->seen_count; i++) {
        if (client->seen[i] == task_id) {
            return true;
        }
    }
    client->seen[client->seen_count++ % PGTASK_SEEN_TASKS] = task_id;
    return false;
}

static enum pgtask_error receive_answer(struct pgtask_client *client, struct pgtask_task *task)
{
    enum pgtask_error error = pgtask_answer_next(&client->now.answer, task);

    if (error == PGTASK_OK) {
        return is_repeated(client, task->task_id) ? PGTASK_MORE : PGTASK_OK;
    }
    if (error == PGTASK_MORE) {
        if (client->body_length > 0) {
            size_t const taken =
                pgtask_answer_feed(&client->now.answer, client->body, client->body_length);

            client->body += taken;
            client->body_length -= taken;
            return PGTASK_MORE;
        }
        if (client->body_ended) {
            pgtask_answer_finish(&client->now.answer);
            return PGTASK_MORE;
        }
        error = next_body(client);
        return error == PGTASK_OK ? PGTASK_MORE : error;
    }
    if (error == PGTASK_DONE || error == PGTASK_ERROR_SERVICE) {
        end_exchange(client);
    }
    if (error == PGTASK_DONE) {
        client->state = PGTASK_CLIENT_PAGE_END;
        return PGTASK_MORE;
    }
    return error;
}

enum pgtask_error pgtask_client_on_receive(struct pgtask_client *client, struct pgtask_task *task)
{
    return client->asking_time ? receive_time(client) : receive_answer(client, task);
}
