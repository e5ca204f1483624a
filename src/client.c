/* SPDX-License-Identifier: MIT */
/*
 * The public functions of the client, and the two time limits of a listing.
 *
 * The deadline covers all of a listing, with its pages and retries. The stall time covers each
 * stretch in which the client waits for the peer: it restarts whenever enough bytes have moved, and
 * whenever the client itself was at work.
 */
#include "client_places_private.h"
#include "client_private.h"

#include <string.h>

#include <mbedtls/platform_util.h>

#include "text.h"

/* A port that connects may have to give one address up for the next, so it is asked this often. */
enum { CONNECT_AGAIN_MS = 250 };

/* Replaces the failure that the caller sees. @return `error` */
static enum pgtask_error set_failure(struct pgtask_client *client, enum pgtask_error error,
                                     char const *member)
{
    struct pgtask_text text;

    pgtaski_client_forget_failure(client);
    client->failure.error = error;
    pgtaski_text_start(&text, client->failure.member, sizeof client->failure.member);
    pgtaski_text_add(&text, member);
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
    error = pgtaski_client_check_config(config, &member);
    if (error != PGTASK_OK) {
        return set_failure(client, error, member);
    }
    client->config = *config;
    pgtaski_client_use_defaults(&client->config);
    client->port = port;
    client->bucket.interval_ms =
        pgtaski_or_default(config->request_interval_ms, PGTASK_PACE_INTERVAL_MS);
    client->bucket.burst = PGTASK_PACE_BURST;
    client->state = PGTASK_CLIENT_IDLE;
    return PGTASK_OK;
}

bool pgtask_client_is_open(struct pgtask_client const *client)
{
    return client->state != PGTASK_CLIENT_CLOSED;
}

/* @return whether there is a listing that is neither done nor failed */
static bool is_under_way(struct pgtask_client const *client)
{
    return client->state > PGTASK_CLIENT_IDLE && client->state < PGTASK_CLIENT_FAILED;
}

static void set_deadline(struct pgtask_client *client)
{
    client->deadline_ms = pgtask_client_now_ms(client) + client->config.timeout_ms;
}

static enum pgtask_error start_listing(struct pgtask_client *client,
                                       struct pgtask_query const *query, bool all_pages)
{
    char const *member = "";
    enum pgtask_error error;

    if (client->state < PGTASK_CLIENT_IDLE) {
        return set_failure(client, PGTASK_ERROR_STATE, "");
    }
    if (is_under_way(client)) {
        pgtaski_client_disconnect(client);
    }
    client->state = PGTASK_CLIENT_IDLE;
    pgtaski_client_forget_failure(client);
    pgtask_answer_start(&client->now.answer, &client->config.task);
    error = pgtask_query_check(query, &member);
    if (error != PGTASK_OK) {
        return set_failure(client, error, member);
    }
    client->query = *query;
    client->all_pages = all_pages;
    if (all_pages && query->limit == 0) {
        client->query.limit = PGTASK_QUERY_LIMIT_MAX;
    }
    client->max_start_time[0] = '\0';
    client->total_count = PGTASK_COUNT_UNKNOWN;
    client->seen_count = 0;
    client->page_last_id = 0;
    client->attempts = 0;
    client->clock_corrected = false;
    client->credentials_renewed = false;
#if PGTASK_FALLBACK_ENDPOINT
    client->endpoint_changed = false;
#endif
    set_deadline(client);
    client->state = PGTASK_CLIENT_START;
    return PGTASK_OK;
}

enum pgtask_error pgtask_client_list(struct pgtask_client *client, struct pgtask_query const *query)
{
    return start_listing(client, query, false);
}

enum pgtask_error pgtask_client_list_all(struct pgtask_client *client,
                                         struct pgtask_query const *query)
{
    return start_listing(client, query, true);
}

/* The transition that signs a page needs no connection. */
enum pgtask_error pgtask_client_write_request(struct pgtask_client *client,
                                              struct pgtask_query const *query, bool all_pages,
                                              char const **request, size_t *length)
{
    enum pgtask_error error = start_listing(client, query, all_pages);
    enum pgtask_client_state next;

    if (error != PGTASK_OK) {
        return error;
    }
    client->state = PGTASK_CLIENT_SIGN;
    error = pgtaski_client_transition(client, NULL);
    next = client->state;
    client->state = PGTASK_CLIENT_IDLE;
    if (error != PGTASKI_MOVED_ON) {
        return set_failure(client, error, "");
    }
    if (next != PGTASK_CLIENT_SEND) {
        return next == PGTASK_CLIENT_WAIT ? PGTASK_WOULD_BLOCK
                                          : set_failure(client, PGTASK_ERROR_NO_TIME, "");
    }
    *request = (char const *)client->buffer;
    *length = client->request_length;
    return PGTASK_OK;
}

static bool is_in_tls(struct pgtask_client const *client)
{
    return client->state >= PGTASK_CLIENT_HANDSHAKE;
}

/* A proxy, and the peer from the handshake on, are expected to keep bytes moving. If there is
 * another endpoint to go to, all that comes before may not last longer either. */
static bool is_waiting_for_peer(struct pgtask_client const *client)
{
    return is_in_tls(client) || (PGTASK_PROXY && client->state == PGTASK_CLIENT_PROXY) ||
           (client->state >= PGTASK_CLIENT_RESOLVE && pgtaski_client_may_change_endpoint(client));
}

/* Restarts the stall time if enough bytes have moved, or if the client was at work itself. */
static void update_stall_time(struct pgtask_client *client, uint64_t now_ms, bool was_at_work)
{
    uint32_t moved;

    pgtaski_client_count_bytes(client);
    moved = (uint32_t)(client->counters.bytes_sent + client->counters.bytes_received);
    if (was_at_work || moved - client->progress_bytes >= PGTASK_STALL_BYTES) {
        client->progress_ms = now_ms;
        client->progress_bytes = moved;
    }
}

/*
 * Takes one transition, unless its time is over. `previous` is the state in which the last
 * transition began: if that one has left it, the client was at work since then, and did not wait.
 */
static enum pgtask_error timed_transition(struct pgtask_client *client, struct pgtask_task *task,
                                          enum pgtask_client_state *previous)
{
    uint64_t const now_ms = pgtask_client_now_ms(client);
    bool was_at_work = client->state != *previous;
    enum pgtask_error error = PGTASK_ERROR_TIMEOUT;

    *previous = client->state;
    if (now_ms < client->deadline_ms) {
        error = pgtaski_client_transition(client, task);
        if (error == PGTASK_WOULD_BLOCK) {
            if (is_in_tls(client)) {
                client->interest = client->tls.interest;
            }
            was_at_work |= client->interest == PGTASK_INTEREST_TIME;
        }
        update_stall_time(client, now_ms, was_at_work);
        if (error != PGTASK_WOULD_BLOCK || !is_waiting_for_peer(client) ||
            now_ms - client->progress_ms < client->config.stall_ms) {
            return error;
        }
        error = PGTASK_ERROR_STALLED;
    }
    /* The status of a refusal says more than that its body did not come in time. */
    return pgtaski_client_is_refused_by_http(client) ? PGTASK_ERROR_HTTP_STATUS : error;
}

/* Wipes the buffer, which may hold a signed request. @return `error` */
static enum pgtask_error give_up(struct pgtask_client *client, enum pgtask_error error)
{
    mbedtls_platform_zeroize(client->buffer, sizeof client->buffer);
    client->state = PGTASK_CLIENT_FAILED;
    return error;
}

/*
 * A turn is one call of pgtask_client_next(). Its loop asks after each transition whether the turn
 * has taken its bytes, and a transition takes at most one slice. Bytes from the port count, and so
 * do bytes of slices, because mbedTLS may hold a whole record whose bytes came in earlier turns.
 */
static bool is_turn_over(struct pgtask_client const *client, uint32_t received_before)
{
    return client->turn_bytes >= PGTASK_TURN_BYTES ||
           (uint32_t)client->counters.bytes_received - received_before >= PGTASK_TURN_BYTES;
}

enum pgtask_error pgtask_client_next(struct pgtask_client *client, struct pgtask_task *task)
{
    enum pgtask_client_state previous = client->state;
    uint32_t const received_before = (uint32_t)client->counters.bytes_received;
    enum pgtask_error error;

    if (client->state == PGTASK_CLIENT_FAILED) {
        return client->failure.error;
    }
    if (!is_under_way(client)) {
        return set_failure(client, PGTASK_ERROR_STATE, "");
    }
    client->turn_bytes = 0;
    do {
        error = timed_transition(client, task, &previous);
        if (error < 0) {
            error = pgtaski_client_try_again(client, error);
        }
    } while (error == PGTASKI_MOVED_ON && !is_turn_over(client, received_before));
    if (error == PGTASKI_MOVED_ON) {
        client->interest = PGTASK_INTEREST_TIME;
        return PGTASK_WOULD_BLOCK;
    }
    return error < 0 ? give_up(client, error) : error;
}

enum pgtask_interest pgtask_client_wait_for(struct pgtask_client const *client, uint64_t *until_ms)
{
    uint64_t next_ms;

    *until_ms = 0;
    if (!is_under_way(client)) {
        return PGTASK_INTEREST_TIME;
    }
    if (client->state == PGTASK_CLIENT_WAIT) {
        next_ms = client->wait_until_ms;
    } else if (client->interest == PGTASK_INTEREST_TIME) {
        next_ms = pgtask_client_now_ms(client); /* the turn was long enough; the rest is there */
    } else if (client->state == PGTASK_CLIENT_CONNECT) {
        next_ms = pgtask_client_now_ms(client) + CONNECT_AGAIN_MS;
    } else if (is_waiting_for_peer(client)) {
        next_ms = client->progress_ms + client->config.stall_ms;
    } else {
        next_ms = client->deadline_ms;
    }
    *until_ms = next_ms < client->deadline_ms ? next_ms : client->deadline_ms;
    return client->interest;
}

void pgtask_client_sleep(struct pgtask_client *client)
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
        pgtask_client_sleep(client);
    }
}

void pgtask_client_restart_timeout(struct pgtask_client *client)
{
    if (is_under_way(client)) {
        set_deadline(client);
    }
}

void pgtask_client_cancel(struct pgtask_client *client)
{
    if (is_under_way(client)) {
        pgtaski_client_disconnect(client);
        (void)give_up(client, set_failure(client, PGTASK_ERROR_CANCELLED, ""));
    }
}

void pgtask_client_close(struct pgtask_client *client)
{
    if (client->state >= PGTASK_CLIENT_IDLE) {
        pgtaski_client_forget_failure(client); /* a connection that still stands has not failed */
        pgtaski_client_disconnect(client);
        mbedtls_platform_zeroize(client, sizeof *client);
    }
}

enum pgtask_error pgtask_client_export_session(struct pgtask_client const *client, uint8_t *bytes,
                                               size_t capacity, size_t *length)
{
    if (client->session.length > capacity) {
        return PGTASK_ERROR_BUFFER;
    }
    memcpy(bytes, client->session.bytes, client->session.length);
    *length = client->session.length;
    return PGTASK_OK;
}

enum pgtask_error pgtask_client_import_session(struct pgtask_client *client, uint8_t const *bytes,
                                               size_t length)
{
    if (client->state == PGTASK_CLIENT_CLOSED) {
        return PGTASK_ERROR_STATE;
    }
    if (length > sizeof client->session.bytes) {
        return PGTASK_ERROR_BUFFER;
    }
    if (length > 0) {
        memcpy(client->session.bytes, bytes, length);
    }
    client->session.length = (uint32_t)length;
    return PGTASK_OK;
}

uint64_t pgtask_client_total_count(struct pgtask_client const *client)
{
    return client->total_count;
}

char const *pgtask_client_request_id(struct pgtask_client const *client)
{
    return client->now.answer.failure.request_id;
}

struct pgtask_failure const *pgtask_client_failure(struct pgtask_client const *client)
{
    return &client->failure;
}

struct pgtask_counters const *pgtask_client_counters(struct pgtask_client const *client)
{
    return &client->counters;
}

char const *pgtask_client_tls_version(struct pgtask_client const *client)
{
    return pgtask_tls_version(&client->tls);
}

uint32_t pgtask_client_roots_left_out(struct pgtask_client const *client)
{
    return client->tls.roots_left_out;
}
