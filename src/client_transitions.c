/* SPDX-License-Identifier: MIT */
/*
 * One listing as a state machine. client_private.h tells what a transition returns.
 *
 *   START --> RESOLVE --> CONNECT --> HANDSHAKE --> SIGN --> SEND --> RECEIVE --> PAGE_END --> IDLE
 *
 * With a proxy, CONNECT goes to PROXY, and that to HANDSHAKE. START goes straight to SIGN if the
 * connection still stands. PAGE_END goes back to START for the next page. Without a clock, or with
 * one by which the server's certificates are not valid yet, SIGN goes to ASK_TIME, SEND and
 * RECEIVE, and signs only then.
 *
 * WAIT comes before SIGN, for the rate limit or for new credentials, and before START, for another
 * attempt. A failed attempt may leave any state: see client_retry.c.
 */
#include "client_places_private.h"
#include "client_private.h"

/* If renew() has no credentials yet, the client asks again after this time. */
enum { RENEW_AGAIN_MS = 100 };

/* mbedTLS 3.6.6 fails with these codes if it cannot take the peer's RSA-PSS beside TLS 1.3, or its
 * HelloRetryRequest with a cookie: see tls.h. */
enum { ILLEGAL_PARAMETER = -0x6600, UNSUPPORTED_EXTENSION = -0x7500 };

static enum pgtask_error on_start(struct pgtask_client *client)
{
    uint64_t const idle_ms = pgtask_client_now_ms(client) - client->idle_since_ms;

    client->attempts++;
    if (client->connected && idle_ms < client->config.keep_idle_ms) {
        client->reused = true;
        client->state = PGTASK_CLIENT_SIGN;
        return PGTASKI_MOVED_ON;
    }
    return pgtaski_client_reconnect(client);
}

static enum pgtask_error on_wait(struct pgtask_client *client)
{
    if (pgtask_client_now_ms(client) < client->wait_until_ms) {
        client->interest = PGTASK_INTEREST_TIME;
        return PGTASK_WOULD_BLOCK;
    }
    client->state = client->after_wait;
    return PGTASKI_MOVED_ON;
}

static enum pgtask_error on_resolve(struct pgtask_client *client)
{
    struct pgtask_proxy const *const proxy = pgtaski_client_proxy(client);
    char const *const host = proxy != NULL ? proxy->host : pgtaski_client_far_end(client).host;
    enum pgtask_error const error = client->port->resolve(client->port->context, host);

    client->interest = PGTASK_INTEREST_READ;
    if (error != PGTASK_OK) {
        return error;
    }
    client->state = PGTASK_CLIENT_CONNECT;
    return PGTASKI_MOVED_ON;
}

static bool offers_tls13(struct pgtask_client const *client)
{
    return PGTASK_TLS_HAS_TLS13 && !client->tls12_only &&
           client->config.tls_max_version != PGTASK_TLS_1_2;
}

/* Begins TLS on the connection that stands. */
static enum pgtask_error open_tls(struct pgtask_client *client)
{
    struct pgtask_config const *const config = &client->config;
    struct pgtask_tls_options options = {
        .host_name = pgtaski_client_endpoint(client).host,
        .roots = &config->roots,
        .may_be_slow = true, /* see may_sign() */
        /* A session of TLS 1.2 would keep the next connections from offering TLS 1.3. */
        .session = config->skip_resumption || client->tls12_only ? NULL : &client->session,
        .tls12_only = !offers_tls13(client),
        .refuse_downgrade = client->refuses_downgrade,
    };
    enum pgtask_error error;

    if (!pgtask_client_unix_time_s(client, &options.unix_s)) {
        options.unix_s = PGTASK_TLS_TIME_UNKNOWN;
    }
    error = pgtask_tls_open(&client->tls, client->port, &options);
    if (error != PGTASK_OK) {
        return error;
    }
    client->state = PGTASK_CLIENT_HANDSHAKE;
    return PGTASKI_MOVED_ON;
}

static enum pgtask_error on_connect(struct pgtask_client *client)
{
    struct pgtask_proxy const *const proxy = pgtaski_client_proxy(client);
    uint16_t const port_number =
        proxy != NULL ? proxy->port_number : pgtaski_client_far_end(client).port_number;
    enum pgtask_error const error = client->port->connect(client->port->context, port_number);

    client->interest = PGTASK_INTEREST_WRITE;
    if (error != PGTASK_OK) {
        return error;
    }
#if PGTASK_PROXY
    if (proxy != NULL) {
        return pgtaski_client_begin_tunnel(client);
    }
#endif
    return open_tls(client);
}

#if PGTASK_PROXY
static enum pgtask_error on_proxy(struct pgtask_client *client)
{
    enum pgtask_error const error = pgtaski_client_ask_proxy(client);

    return error == PGTASK_OK ? open_tls(client) : error;
}
#endif

/* Whoever stands on the network's path can cause these failures. A peer that has had TLS 1.3 still
 * has it, so TLS 1.2 is not tried with it. One that insists on RSA-PSS has TLS 1.2 alone; one that
 * sends a cookie has both. */
static bool may_fall_back(struct pgtask_client const *client)
{
    return offers_tls13(client) && !client->knows_tls13 &&
           (client->tls.detail == ILLEGAL_PARAMETER || client->tls.detail == UNSUPPORTED_EXTENSION);
}

static enum pgtask_error fall_back(struct pgtask_client *client)
{
    bool const has_tls12_alone = client->tls.detail == ILLEGAL_PARAMETER;
    enum pgtask_error const error = pgtaski_client_reconnect(client);

    client->tls12_only = true;
    client->refuses_downgrade = has_tls12_alone;
    client->counters.fallbacks++;
    return error;
}

static enum pgtask_error on_handshake(struct pgtask_client *client)
{
    enum pgtask_error const error = pgtask_tls_handshake(&client->tls);

    client->knows_tls13 |= client->tls.knows_tls13;
    if (error == PGTASK_ERROR_TLS_HANDSHAKE && may_fall_back(client)) {
        return fall_back(client);
    }
    if (error != PGTASK_OK) {
        return error;
    }
    if (client->tls.resumed) {
        client->counters.handshakes_resumed++;
    } else {
        client->counters.handshakes_full++;
    }
    client->connected = true;
    client->reused = false;
    client->state = PGTASK_CLIENT_SIGN;
    return PGTASKI_MOVED_ON;
}

static enum pgtask_error on_ask_time(struct pgtask_client *client)
{
    enum pgtask_error const error = pgtaski_client_write_time_request(client);

    return error == PGTASK_OK ? pgtaski_client_begin_exchange(client, true) : error;
}

/* Tasks that start while pages are read would shift the pages, so a listing of all pages leaves out
 * tasks that start later than now. */
static enum pgtask_error freeze_max_start_time(struct pgtask_client *client, int64_t unix_s)
{
    if (!client->all_pages || client->query.max_start_time != NULL ||
        client->max_start_time[0] != '\0') {
        return PGTASK_OK;
    }
    if (pgtask_client_write_time(client, unix_s, client->max_start_time) != PGTASK_OK) {
        return PGTASK_ERROR_NO_TIME;
    }
    client->query.max_start_time = client->max_start_time;
    if (pgtask_query_check(&client->query, NULL) != PGTASK_OK) {
        client->query.max_start_time = NULL; /* the query begins in the future: it stays open */
    }
    return PGTASK_OK;
}

/* @return PGTASK_OK: there are good credentials; PGTASKI_MOVED_ON: the client waits for some */
static enum pgtask_error renew_credentials(struct pgtask_client *client)
{
    struct pgtask_config *const config = &client->config;
    enum pgtask_error error;

    if (config->renew == NULL) {
        return PGTASK_OK;
    }
    /* If renew() calls its client, the client refuses. Each way out of SIGN sets another state. */
    client->state = PGTASK_CLIENT_RENEWING;
    error = config->renew(config->renew_context, client->credentials_refused, &config->credentials);
    if (error == PGTASK_WOULD_BLOCK) {
        return pgtaski_client_pause(client, PGTASK_CLIENT_SIGN, RENEW_AGAIN_MS);
    }
    if (error != PGTASK_OK) {
        return PGTASK_ERROR_CREDENTIALS;
    }
    client->credentials_refused = false;
    return pgtask_tc3_check_credentials(&config->credentials);
}

/* Nothing is signed for a peer whose certificates are not valid yet. The clock may have been set
 * since the handshake, so this is asked each time. @param unix_s  the time, set on true */
static bool may_sign(struct pgtask_client const *client, int64_t *unix_s)
{
    return pgtask_client_unix_time_s(client, unix_s) &&
           pgtask_tls_check_validity(&client->tls, *unix_s) != PGTASK_ERROR_TLS_NOT_YET_VALID;
}

static enum pgtask_error on_sign(struct pgtask_client *client)
{
    uint64_t const full_at_ms = client->bucket.full_at_ms;
    uint32_t wait_ms;
    int64_t unix_s;
    enum pgtask_error error;

    if (!may_sign(client, &unix_s)) {
        client->state = PGTASK_CLIENT_ASK_TIME;
        return PGTASKI_MOVED_ON;
    }
    wait_ms = pgtask_bucket_take(&client->bucket, pgtask_client_now_ms(client));
    if (wait_ms > 0) {
        return pgtaski_client_pause(client, PGTASK_CLIENT_SIGN, wait_ms);
    }
    error = renew_credentials(client);
    if (error != PGTASK_OK) {
        client->bucket.full_at_ms = full_at_ms; /* nothing is sent now, so nothing counts */
        return error;
    }
    error = freeze_max_start_time(client, unix_s);
    if (error == PGTASK_OK) {
        error = pgtaski_client_write_request(client, unix_s);
    }
    pgtask_answer_start(&client->now.answer, &client->config.task);
    return error == PGTASK_OK ? pgtaski_client_begin_exchange(client, false) : error;
}

/*
 * Without a TotalCount, only a page that brings nothing new tells that the listing is complete: a
 * service that does not know Offset repeats its page without end. The last record that was handed
 * on stays the same then, even if the page has more records than `seen`.
 */
static bool has_more_pages(struct pgtask_client *client)
{
    uint64_t const last_id =
        client->seen_count > 0 ? client->seen[(client->seen_count - 1) % PGTASK_SEEN_TASKS] : 0;
    bool const is_new = last_id != client->page_last_id;

    client->page_last_id = last_id;
    return client->query.offset < client->now.answer.total_count &&
           (is_new || client->now.answer.total_count != PGTASK_COUNT_UNKNOWN);
}

static enum pgtask_error on_page_end(struct pgtask_client *client)
{
    struct pgtask_answer const *const answer = &client->now.answer;
    uint32_t const count = answer->task_count + answer->left_out_count;
    uint64_t const offset = client->query.offset + count;

    /* A short page is not the last one: a service that caps its pages sends only short ones. */
    client->query.offset = offset >= count ? offset : UINT64_MAX;
    client->total_count = answer->total_count;
    if (client->all_pages && count > 0 && has_more_pages(client)) {
        client->attempts = 0;
        client->state = PGTASK_CLIENT_START;
        return PGTASKI_MOVED_ON;
    }
    client->state = PGTASK_CLIENT_IDLE;
    return PGTASK_DONE;
}

enum pgtask_error pgtaski_client_transition(struct pgtask_client *client, struct pgtask_task *task)
{
    switch (client->state) {
    case PGTASK_CLIENT_START: return on_start(client);
    case PGTASK_CLIENT_WAIT: return on_wait(client);
    case PGTASK_CLIENT_RESOLVE: return on_resolve(client);
    case PGTASK_CLIENT_CONNECT: return on_connect(client);
#if PGTASK_PROXY
    case PGTASK_CLIENT_PROXY: return on_proxy(client);
#endif
    case PGTASK_CLIENT_HANDSHAKE: return on_handshake(client);
    case PGTASK_CLIENT_ASK_TIME: return on_ask_time(client);
    case PGTASK_CLIENT_SIGN: return on_sign(client);
    case PGTASK_CLIENT_SEND: return pgtaski_client_on_send(client);
    case PGTASK_CLIENT_RECEIVE: return pgtaski_client_on_receive(client, task);
    case PGTASK_CLIENT_PAGE_END: return on_page_end(client);
    default: return PGTASK_ERROR_STATE;
    }
}
