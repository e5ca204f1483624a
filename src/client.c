/* SPDX-License-Identifier: MIT */
/*
 * One listing as a state machine. Each transition function does one step and answers
 *   PGTASK_MORE         the state has moved on: go on with it
 *   PGTASK_OK           a record is whole
 *   PGTASK_WOULD_BLOCK  nothing can be done before client->interest or the time has come
 *   PGTASK_DONE         the listing is complete
 *   an error            the listing has failed
 */
#include <pgtask/client.h>

#include <string.h>

#include <mbedtls/platform_util.h>

#include "client_request.h"
#include "text.h"

/* A port may have to give up one of several addresses while it connects: it is asked this often. */
enum { CONNECT_STEP_MS = 250, HTTPS_PORT = 443, HTTP_OK = 200 };

/* mbedTLS 3.6.6's code for a peer whose RSA-PSS it cannot take beside TLS 1.3: see tls.h. */
enum { ILLEGAL_PARAMETER = -0x6600 };

static uint64_t now_ms(struct pgtask_client const *client)
{
    return client->port->monotonic_ms(client->port->context);
}

static void drop_connection(struct pgtask_client *client)
{
    pgtask_tls_close(&client->tls);
    client->port->close(client->port->context);
    client->connected = false;
}

static void set_text(char *to, size_t capacity, char const *from)
{
    struct pgtask_text text;

    pgtask_text_start(&text, to, capacity);
    pgtask_text_add(&text, from);
}

/* The layer's own number for a failure, for the log. */
static int32_t detail_of(struct pgtask_client const *client, enum pgtask_error error)
{
    switch (pgtask_error_layer(error)) {
    case PGTASK_LAYER_TLS: return client->tls.detail;
    case PGTASK_LAYER_HTTP: return client->http.status;
    case PGTASK_LAYER_NETWORK:
        return client->port->last_failure != NULL
                   ? client->port->last_failure(client->port->context)
                   : 0;
    default: return 0;
    }
}

static enum pgtask_error fail(struct pgtask_client *client, enum pgtask_error error)
{
    enum pgtask_layer const layer = pgtask_error_layer(error);

    if (layer == PGTASK_LAYER_SERVICE || layer == PGTASK_LAYER_ANSWER ||
        layer == PGTASK_LAYER_JSON) {
        client->failure = client->answer.failure;
    }
    client->failure.error = error;
    client->failure.detail = detail_of(client, error);
    if (layer != PGTASK_LAYER_SERVICE) {
        drop_connection(client);
    }
    mbedtls_platform_zeroize(client->buffer, sizeof client->buffer);
    client->state = PGTASK_CLIENT_FAILED;
    return error;
}

enum pgtask_error pgtask_client_open(struct pgtask_client *client,
                                     struct pgtask_config const *config, struct pgtask_port *port)
{
    char const *member = "";
    enum pgtask_error error;

    if (client == NULL || config == NULL || port == NULL) {
        return PGTASK_ERROR_ARGUMENT;
    }
    if (client->state != PGTASK_CLIENT_CLOSED) {
        return PGTASK_ERROR_STATE;
    }
    memset(client, 0, sizeof *client);
    error = pgtask_request_check(config, &member);
    if (error != PGTASK_OK) {
        client->failure.error = error;
        set_text(client->failure.member, sizeof client->failure.member, member);
        return error;
    }
    client->config = *config;
    client->port = port;
    client->state = PGTASK_CLIENT_IDLE;
    return PGTASK_OK;
}

static bool is_under_way(struct pgtask_client const *client)
{
    return client->state > PGTASK_CLIENT_IDLE && client->state < PGTASK_CLIENT_FAILED;
}

static enum pgtask_error start(struct pgtask_client *client, struct pgtask_query const *query)
{
    uint32_t const timeout_ms =
        client->config.timeout_ms != 0 ? client->config.timeout_ms : PGTASK_DEFAULT_TIMEOUT_MS;
    char const *member = "";
    enum pgtask_error error;

    if (client->state == PGTASK_CLIENT_CLOSED) {
        return PGTASK_ERROR_STATE;
    }
    if (is_under_way(client)) {
        drop_connection(client);
    }
    client->state = PGTASK_CLIENT_IDLE;
    memset(&client->failure, 0, sizeof client->failure);
    memset(&client->answer.failure, 0, sizeof client->answer.failure);
    error = pgtask_query_check(query, &member);
    if (error != PGTASK_OK) {
        client->failure.error = error;
        set_text(client->failure.member, sizeof client->failure.member, member);
        return error;
    }
    client->query = *query;
    client->all_pages = false;
    client->seen_count = 0;
    client->deadline_ms = now_ms(client) + timeout_ms;
    client->state = PGTASK_CLIENT_START;
    return PGTASK_OK;
}

enum pgtask_error pgtask_client_list(struct pgtask_client *client, struct pgtask_query const *query)
{
    return start(client, query);
}

enum pgtask_error pgtask_client_list_all(struct pgtask_client *client,
                                         struct pgtask_query const *query)
{
    enum pgtask_error const error = start(client, query);

    if (error == PGTASK_OK) {
        client->all_pages = true;
        client->max_start_time[0] = '\0';
        if (client->query.limit == 0) {
            client->query.limit = PGTASK_QUERY_LIMIT_MAX;
        }
    }
    return error;
}

static enum pgtask_error unix_time(struct pgtask_client *client, int64_t *unix_s)
{
    struct pgtask_port *const port = client->port;

    if (port->unix_time_s == NULL || !port->unix_time_s(port->context, unix_s) || *unix_s < 0) {
        return PGTASK_ERROR_NO_TIME;
    }
    return PGTASK_OK;
}

/* Tasks that start while pages are read would shift them: none later than now are asked for. */
static enum pgtask_error freeze_max_start_time(struct pgtask_client *client)
{
    int64_t unix_s;
    enum pgtask_error error = unix_time(client, &unix_s);

    if (error != PGTASK_OK) {
        return error;
    }
    error = pgtask_time_write(unix_s, client->config.task.utc_offset_s, client->max_start_time);
    if (error != PGTASK_OK) {
        return PGTASK_ERROR_NO_TIME;
    }
    client->query.max_start_time = client->max_start_time;
    if (pgtask_query_check(&client->query, NULL) != PGTASK_OK) {
        client->query.max_start_time = NULL; /* the query begins in the future: leave it open */
    }
    return PGTASK_OK;
}

static enum pgtask_error on_start(struct pgtask_client *client)
{
    uint32_t const keep_ms = client->config.keep_idle_ms != 0 ? client->config.keep_idle_ms
                                                              : PGTASK_DEFAULT_KEEP_IDLE_MS;

    if (client->all_pages && client->query.max_start_time == NULL &&
        client->max_start_time[0] == '\0') {
        enum pgtask_error const error = freeze_max_start_time(client);

        if (error != PGTASK_OK) {
            return error;
        }
    }
    client->reused = client->connected;
    if (client->connected && now_ms(client) - client->idle_since_ms < keep_ms) {
        client->state = PGTASK_CLIENT_SIGN;
        return PGTASK_MORE;
    }
    drop_connection(client);
    client->state = PGTASK_CLIENT_RESOLVE;
    return PGTASK_MORE;
}

static char const *host_name(struct pgtask_client const *client)
{
    return client->config.endpoint != NULL ? client->config.endpoint : PGTASK_DEFAULT_ENDPOINT;
}

static enum pgtask_error on_resolve(struct pgtask_client *client)
{
    char const *const host =
        client->config.connect_host != NULL ? client->config.connect_host : host_name(client);
    enum pgtask_error const error = client->port->resolve(client->port->context, host);

    client->interest = PGTASK_INTEREST_READ;
    if (error != PGTASK_OK) {
        return error;
    }
    client->state = PGTASK_CLIENT_CONNECT;
    return PGTASK_MORE;
}

static enum pgtask_error on_connect(struct pgtask_client *client)
{
    uint16_t const endpoint_port =
        client->config.endpoint_port != 0 ? client->config.endpoint_port : HTTPS_PORT;
    uint16_t const connect_port =
        client->config.connect_port != 0 ? client->config.connect_port : endpoint_port;
    struct pgtask_tls_options options = {.host_name = host_name(client),
                                         .roots = &client->config.roots,
                                         .tls12_only = client->tls12_only};
    enum pgtask_error error = client->port->connect(client->port->context, connect_port);

    client->interest = PGTASK_INTEREST_WRITE;
    if (error == PGTASK_OK) {
        error = unix_time(client, &options.unix_s);
    }
    if (error == PGTASK_OK) {
        error = pgtask_tls_open(&client->tls, client->port, &options);
    }
    if (error != PGTASK_OK) {
        return error;
    }
    client->state = PGTASK_CLIENT_HANDSHAKE;
    return PGTASK_MORE;
}

static enum pgtask_error on_handshake(struct pgtask_client *client)
{
    enum pgtask_error const error = pgtask_tls_handshake(&client->tls);

    client->interest = client->tls.interest;
    if (error == PGTASK_ERROR_TLS_HANDSHAKE && client->tls.detail == ILLEGAL_PARAMETER &&
        !client->tls12_only) {
        client->tls12_only = true;
        drop_connection(client);
        client->state = PGTASK_CLIENT_RESOLVE;
        return PGTASK_MORE;
    }
    if (error != PGTASK_OK) {
        return error;
    }
    client->counters.handshakes_full++;
    client->connected = true;
    client->reused = false;
    client->state = PGTASK_CLIENT_SIGN;
    return PGTASK_MORE;
}

static enum pgtask_error on_sign(struct pgtask_client *client)
{
    int64_t unix_s;
    enum pgtask_error error = unix_time(client, &unix_s);

    if (error == PGTASK_OK) {
        error = pgtask_request_write(client, unix_s);
    }
    if (error != PGTASK_OK) {
        return error;
    }
    client->slice_at = 0;
    client->slice_length = 0;
    client->body_length = 0;
    client->body_ended = false;
    pgtask_http_start(&client->http);
    pgtask_answer_start(&client->answer, &client->config.task);
    client->state = PGTASK_CLIENT_SEND;
    return PGTASK_MORE;
}

/*
 * The server may close a connection while it idles and the request is on its way: then not one byte
 * of an answer comes. DescribeTasks only reads, so asking again is safe.
 */
static enum pgtask_error retry_if_stale(struct pgtask_client *client, enum pgtask_error error)
{
    bool const broken = error == PGTASK_ERROR_RESET || error == PGTASK_ERROR_CLOSED ||
                        error == PGTASK_ERROR_TLS_TRUNCATED;

    if (!broken || !client->reused || client->slice_length > 0) {
        return error == PGTASK_ERROR_CLOSED ? PGTASK_ERROR_HTTP_TRUNCATED : error;
    }
    client->counters.retries++;
    drop_connection(client);
    client->state = PGTASK_CLIENT_RESOLVE;
    return PGTASK_MORE;
}

static enum pgtask_error on_send(struct pgtask_client *client)
{
    size_t length;
    uint8_t const *const bytes = pgtask_request_rest(client, &length);
    size_t sent;
    enum pgtask_error error;

    if (bytes == NULL) {
        client->counters.requests++;
        mbedtls_platform_zeroize(client->buffer, sizeof client->buffer);
        client->state = PGTASK_CLIENT_RECEIVE;
        return PGTASK_MORE;
    }
    error = pgtask_tls_write(&client->tls, bytes, length, &sent);
    client->interest = client->tls.interest;
    if (error == PGTASK_OK) {
        client->sent += (uint32_t)sent;
        return PGTASK_MORE;
    }
    return error == PGTASK_WOULD_BLOCK ? error : retry_if_stale(client, error);
}

/* Reads the next slice into the buffer. PGTASK_DONE: the peer has closed, and that ends the body.
 */
static enum pgtask_error read_slice(struct pgtask_client *client)
{
    size_t received = 0;
    enum pgtask_error error =
        pgtask_tls_read(&client->tls, client->buffer, sizeof client->buffer, &received);

    client->interest = client->tls.interest;
    if (error == PGTASK_OK) {
        client->slice_at = 0;
        client->slice_length = (uint32_t)received;
        return PGTASK_OK;
    }
    if (error == PGTASK_ERROR_CLOSED && pgtask_http_close(&client->http) == PGTASK_DONE) {
        client->connected = false;
        return PGTASK_DONE;
    }
    return error == PGTASK_WOULD_BLOCK ? error : retry_if_stale(client, error);
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

/* The service answers 200 to whatever it has handled (API page 6.4). */
static bool is_refused_by_http(struct pgtask_client const *client)
{
    return client->state == PGTASK_CLIENT_RECEIVE && client->http.head_done &&
           client->http.status != HTTP_OK;
}

/*
 * Finds the next bytes of the body.
 * PGTASK_OK: there are some, or the body has ended; PGTASK_MORE: the state has moved on.
 */
static enum pgtask_error next_body(struct pgtask_client *client)
{
    for (;;) {
        size_t taken = 0;
        enum pgtask_error error = pgtask_http_feed(&client->http, client->buffer + client->slice_at,
                                                   client->slice_length - client->slice_at, &taken,
                                                   &client->body, &client->body_length);

        client->slice_at += (uint32_t)taken;
        if (error == PGTASK_MORE) {
            error = read_slice(client);
            if (error == PGTASK_OK) {
                continue;
            }
        }
        if (is_refused_by_http(client)) {
            if (error == PGTASK_OK) {
                keep_excerpt(client);
                continue;
            }
            return error == PGTASK_WOULD_BLOCK ? error : PGTASK_ERROR_HTTP_STATUS;
        }
        if (error == PGTASK_DONE) {
            client->body_ended = true;
            client->body_length = 0;
            return PGTASK_OK;
        }
        return error;
    }
}

/* Whether this task was handed on before: pages of a listing may overlap. Remembers it if not. */
static bool is_repeated(struct pgtask_client *client, uint64_t task_id)
{
    uint32_t const kept =
        client->seen_count < PGTASK_SEEN_TASKS ? client->seen_count : PGTASK_SEEN_TASKS;

    if (!client->all_pages) {
        return false;
    }
    for (uint32_t i = 0; i < kept; i++) {
        if (client->seen[i] == task_id) {
            return true;
        }
    }
    client->seen[client->seen_count % PGTASK_SEEN_TASKS] = task_id;
    client->seen_count++;
    return false;
}

static enum pgtask_error on_receive(struct pgtask_client *client, struct pgtask_task *task)
{
    enum pgtask_error error = pgtask_answer_next(&client->answer, task);

    if (error == PGTASK_OK) {
        return is_repeated(client, task->task_id) ? PGTASK_MORE : PGTASK_OK;
    }
    if (error == PGTASK_MORE && client->body_length > 0) {
        size_t const taken = pgtask_answer_feed(&client->answer, client->body, client->body_length);

        client->body += taken;
        client->body_length -= taken;
        return PGTASK_MORE;
    }
    if (error == PGTASK_MORE && client->body_ended) {
        pgtask_answer_finish(&client->answer);
        return PGTASK_MORE;
    }
    if (error == PGTASK_MORE) {
        error = next_body(client);
        return error == PGTASK_OK ? PGTASK_MORE : error;
    }
    if (error == PGTASK_DONE || error == PGTASK_ERROR_SERVICE) {
        client->idle_since_ms = now_ms(client);
        if (!client->http.keep_alive || client->slice_at < client->slice_length) {
            drop_connection(client);
        }
    }
    if (error == PGTASK_DONE) {
        client->state = PGTASK_CLIENT_PAGE_END;
        return PGTASK_MORE;
    }
    return error;
}

static enum pgtask_error on_page_end(struct pgtask_client *client)
{
    uint32_t const count = client->answer.task_count;
    uint64_t const left = UINT64_MAX - client->query.offset;

    /* The page is complete where it was short or empty, or where all that match were read. */
    client->query.offset += count < left ? count : left;
    if (client->all_pages && count >= client->query.limit &&
        client->query.offset < client->answer.total_count) {
        client->state = PGTASK_CLIENT_START;
        return PGTASK_MORE;
    }
    client->state = PGTASK_CLIENT_IDLE;
    return PGTASK_DONE;
}

static enum pgtask_error step(struct pgtask_client *client, struct pgtask_task *task)
{
    switch (client->state) {
    case PGTASK_CLIENT_START: return on_start(client);
    case PGTASK_CLIENT_RESOLVE: return on_resolve(client);
    case PGTASK_CLIENT_CONNECT: return on_connect(client);
    case PGTASK_CLIENT_HANDSHAKE: return on_handshake(client);
    case PGTASK_CLIENT_SIGN: return on_sign(client);
    case PGTASK_CLIENT_SEND: return on_send(client);
    case PGTASK_CLIENT_RECEIVE: return on_receive(client, task);
    case PGTASK_CLIENT_PAGE_END: return on_page_end(client);
    default: return PGTASK_ERROR_STATE;
    }
}

enum pgtask_error pgtask_client_next(struct pgtask_client *client, struct pgtask_task *task)
{
    enum pgtask_error error = PGTASK_MORE;

    if (client->state == PGTASK_CLIENT_FAILED) {
        return client->failure.error;
    }
    if (!is_under_way(client)) {
        return PGTASK_ERROR_STATE;
    }
    while (error == PGTASK_MORE) {
        if (now_ms(client) >= client->deadline_ms) {
            error = is_refused_by_http(client) ? PGTASK_ERROR_HTTP_STATUS : PGTASK_ERROR_TIMEOUT;
        } else {
            error = step(client, task);
        }
    }
    return error < 0 ? fail(client, error) : error;
}

enum pgtask_interest pgtask_client_wait_for(struct pgtask_client const *client, uint64_t *until_ms)
{
    if (!is_under_way(client)) {
        *until_ms = 0;
        return PGTASK_INTEREST_TIME;
    }
    *until_ms = client->deadline_ms;
    if (client->state == PGTASK_CLIENT_CONNECT &&
        client->deadline_ms > now_ms(client) + CONNECT_STEP_MS) {
        *until_ms = now_ms(client) + CONNECT_STEP_MS;
    }
    if (client->interest == PGTASK_INTEREST_TIME) {
        *until_ms = 0; /* TLS only gave its caller a turn */
    }
    return client->interest;
}

void pgtask_client_wait(struct pgtask_client *client)
{
    uint64_t until_ms;
    enum pgtask_interest const interest = pgtask_client_wait_for(client, &until_ms);

    if (is_under_way(client) && client->port->wait != NULL) {
        client->port->wait(client->port->context, interest, until_ms);
    }
}

enum pgtask_error pgtask_client_next_blocking(struct pgtask_client *client,
                                              struct pgtask_task *task)
{
    for (;;) {
        enum pgtask_error const error = pgtask_client_next(client, task);

        if (error != PGTASK_WOULD_BLOCK) {
            return error;
        }
        pgtask_client_wait(client);
    }
}

void pgtask_client_cancel(struct pgtask_client *client)
{
    if (is_under_way(client)) {
        (void)fail(client, PGTASK_ERROR_CANCELLED);
    }
}

void pgtask_client_close(struct pgtask_client *client)
{
    if (client->port != NULL) {
        drop_connection(client);
    }
    mbedtls_platform_zeroize(client, sizeof *client);
}

uint64_t pgtask_client_total_count(struct pgtask_client const *client)
{
    return client->answer.total_count;
}

char const *pgtask_client_request_id(struct pgtask_client const *client)
{
    return client->answer.failure.request_id;
}

struct pgtask_failure const *pgtask_client_failure(struct pgtask_client const *client)
{
    return &client->failure;
}

struct pgtask_counters const *pgtask_client_counters(struct pgtask_client const *client)
{
    return &client->counters;
}
