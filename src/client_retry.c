/* SPDX-License-Identifier: MIT */
/* What the client does about a failed attempt, and the clock it may correct on the way. */
#include "client_private.h"

#include <string.h>

#include "number.h"

bool pgtask_client_unix_time_s(struct pgtask_client const *client, int64_t *unix_s)
{
    struct pgtask_port const *const port = client->port;

    if (port == NULL) {
        return false;
    }
    if (client->clock_set) {
        uint64_t const since_ms = pgtask_client_now_ms(client) - client->clock_at_ms;

        *unix_s = client->clock_unix_s + (int64_t)pgtaski_number_divide(since_ms, 1000);
        return true;
    }
    return port->unix_time_s != NULL && port->unix_time_s(port->context, unix_s) &&
           *unix_s >= PGTASK_EARLIEST_UNIX_S;
}

enum pgtask_error pgtask_client_learn_time(struct pgtask_client *client)
{
    struct pgtask_http const *const http = &client->http;
    enum pgtask_error error;

    if (!http->has_date || http->date_unix_s < PGTASK_EARLIEST_UNIX_S) {
        return PGTASK_ERROR_NO_TIME;
    }
    error = pgtask_tls_check_validity(&client->tls, http->date_unix_s);
    if (error == PGTASK_OK) {
        client->clock_set = true;
        client->clock_unix_s = http->date_unix_s;
        client->clock_at_ms = pgtask_client_now_ms(client);
    }
    return error;
}

/* The layer's own number for a failure, for the log. */
static int32_t detail_of(struct pgtask_client const *client, enum pgtask_layer layer)
{
    struct pgtask_port const *const port = client->port;

    switch (layer) {
    case PGTASK_LAYER_TLS: return client->tls.detail;
    case PGTASK_LAYER_HTTP: return client->http.status;
    case PGTASK_LAYER_NETWORK:
        return port->last_failure != NULL ? port->last_failure(port->context) : 0;
    default: return 0;
    }
}

void pgtask_client_forget_failure(struct pgtask_client *client)
{
    memset(&client->failure, 0, sizeof client->failure);
}

enum pgtask_error pgtask_client_pause(struct pgtask_client *client, enum pgtask_client_state next,
                                      uint32_t wait_ms)
{
    client->wait_until_ms = pgtask_client_now_ms(client) + wait_ms;
    client->after_wait = next;
    client->state = PGTASK_CLIENT_WAIT;
    return PGTASK_MORE;
}

enum pgtask_error pgtask_client_reconnect(struct pgtask_client *client)
{
    pgtask_client_disconnect(client);
    client->state = PGTASK_CLIENT_RESOLVE;
    return PGTASK_MORE;
}

uint32_t pgtask_client_chance(struct pgtask_client *client)
{
    uint32_t number;

    /* Without random bytes there will be no handshake either; what is waited then is no matter. */
    if (client->port->entropy(client->port->context, (uint8_t *)&number, sizeof number) !=
        PGTASK_OK) {
        number = UINT32_MAX;
    }
    return number;
}

/* Whether the wait for another attempt has begun. None ends after the listing's own deadline: so a
 * time-out, which says that it has passed, is for good. */
static bool back_off(struct pgtask_client *client, enum pgtask_retry retry)
{
    uint32_t wait_ms;

    if (!pgtask_retry_wait(&client->config.retry, retry, client->attempts,
                           pgtask_client_chance(client), &wait_ms)) {
        return false;
    }
    (void)pgtask_client_pause(client, PGTASK_CLIENT_START, wait_ms);
    return client->wait_until_ms < client->deadline_ms;
}

/* Whether there is something to do about it, which the state has moved on to. */
static bool find_remedy(struct pgtask_client *client)
{
    enum pgtask_retry const retry = pgtask_failure_retry(&client->failure);

    if (retry == PGTASK_RETRY_CLOCK) {
        if (client->clock_corrected || pgtask_client_learn_time(client) != PGTASK_OK) {
            return false;
        }
        client->clock_corrected = true;
    } else if (retry == PGTASK_RETRY_CREDENTIALS) {
        if (client->config.renew == NULL || client->credentials_renewed) {
            return false;
        }
        client->credentials_refused = true;
        client->credentials_renewed = true;
    } else {
        return back_off(client, retry);
    }
    client->state = PGTASK_CLIENT_START;
    return true;
}

enum pgtask_error pgtask_client_try_again(struct pgtask_client *client, enum pgtask_error error)
{
    enum pgtask_layer const layer = pgtask_error_layer(error);
    bool again;

    if (layer >= PGTASK_LAYER_JSON) {
        client->failure = client->now.answer.failure;
    }
    client->failure.error = error;
    client->failure.detail = detail_of(client, layer);
    again = find_remedy(client);
    if (layer != PGTASK_LAYER_SERVICE) {
        pgtask_client_disconnect(client);
    }
    if (again) {
        client->counters.retries++;
        pgtask_client_forget_failure(client);
        return PGTASK_MORE;
    }
    return error;
}
