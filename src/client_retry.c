/* SPDX-License-Identifier: MIT */
/*
 * What the client does about a failed attempt: waits and tries again, corrects its clock, renews
 * its credentials, or gives up.
 */
#include "client_places_private.h"
#include "client_private.h"

#include <string.h>

/* @return whether the port itself has failed: its number for an earlier failure says nothing about
 *         a time-out, nor about a connection that the peer has ended by way of TLS */
static bool is_of_port(struct pgtask_client const *client, enum pgtask_error error)
{
    return error != PGTASK_ERROR_TIMEOUT && error != PGTASK_ERROR_STALLED &&
           error != PGTASK_ERROR_CLOSED && client->tls.detail == 0;
}

/* The layer's own number for a failure, for the log. */
static int32_t detail_of(struct pgtask_client const *client, enum pgtask_layer layer,
                         enum pgtask_error error)
{
    struct pgtask_port const *const port = client->port;

    switch (layer) {
    case PGTASK_LAYER_TLS: return client->tls.detail;
    case PGTASK_LAYER_HTTP: return client->http.status;
    case PGTASK_LAYER_NETWORK:
        return is_of_port(client, error) && port->last_failure != NULL
                   ? port->last_failure(port->context)
                   : 0;
    default: return 0;
    }
}

void pgtaski_client_forget_failure(struct pgtask_client *client)
{
    memset(&client->failure, 0, sizeof client->failure);
}

/*
 * Begins the wait for the next attempt. @return whether it ends before the deadline: no wait lasts
 * beyond the deadline, so a time-out is final.
 */
static bool back_off(struct pgtask_client *client, enum pgtask_retry retry)
{
    uint32_t wait_ms;

    if (!pgtask_retry_wait(&client->config.retry, retry, client->attempts,
                           pgtask_client_chance(client), &wait_ms)) {
        return false;
    }
    (void)pgtaski_client_pause(client, PGTASK_CLIENT_START, wait_ms);
    return client->wait_until_ms < client->deadline_ms;
}

/* @return whether the connection was still being made */
static bool is_on_the_way(struct pgtask_client const *client)
{
    return client->state >= PGTASK_CLIENT_RESOLVE && client->state <= PGTASK_CLIENT_HANDSHAKE;
}

#if PGTASK_FALLBACK_ENDPOINT
/* Goes on with the other endpoint. After the deadline, the next listing begins with that one. */
static bool change_endpoint(struct pgtask_client *client, enum pgtask_error error)
{
    if (!is_on_the_way(client) || !pgtaski_client_may_change_endpoint(client)) {
        return false;
    }
    client->uses_fallback = !client->uses_fallback;
    client->endpoint_changed = true;
    client->counters.endpoint_changes++;
    client->state = PGTASK_CLIENT_START;
    return error != PGTASK_ERROR_TIMEOUT;
}
#endif

/* Clock, credentials and endpoint are changed at most once in a listing. @return whether to try
 * again */
static bool find_remedy(struct pgtask_client *client, struct pgtask_failure const *failure)
{
    enum pgtask_retry const retry = pgtask_failure_retry(failure);

#if PGTASK_FALLBACK_ENDPOINT
    if (change_endpoint(client, failure->error)) {
        return true;
    }
#endif
    if (retry == PGTASK_RETRY_CLOCK) {
        if (client->clock_corrected || pgtaski_client_learn_time(client) != PGTASK_OK) {
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

/* @param secret  may be NULL */
static void hide(char *text, char const *secret)
{
    if (secret != NULL) {
        pgtaski_text_hide(text, secret);
    }
}

void pgtaski_client_hide_secrets(struct pgtask_client const *client, struct pgtask_failure *told)
{
    char *const texts[] = {told->message, told->code, told->request_id};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        hide(texts[i], client->config.credentials.token);
        hide(texts[i], client->config.credentials.secret_id);
    }
}

/* On the way to a proxy, a failure of the network is one with the proxy. */
static void name_proxy(struct pgtask_client const *client, struct pgtask_failure *told,
                       enum pgtask_layer layer)
{
    static char const proxy[] = "proxy";

    if (pgtaski_client_proxy(client) != NULL && layer == PGTASK_LAYER_NETWORK &&
        is_on_the_way(client) && client->state != PGTASK_CLIENT_HANDSHAKE) {
        memcpy(told->member, proxy, sizeof proxy);
    }
}

enum pgtask_error pgtaski_client_try_again(struct pgtask_client *client, enum pgtask_error error)
{
    enum pgtask_layer const layer = pgtask_error_layer(error);
    struct pgtask_failure *const told =
        layer >= PGTASK_LAYER_JSON ? &client->now.answer.failure : &client->failure;
    bool has_remedy;

    told->error = error;
    told->detail = detail_of(client, layer, error);
    if (layer == PGTASK_LAYER_TLS) {
        told->offset = client->tls.message_bytes;
    }
    name_proxy(client, told, layer);
    has_remedy = find_remedy(client, told);
    pgtaski_client_hide_secrets(client, told); /* now, since a short secret may be in the Code */
    client->failure = *told;
    if (layer != PGTASK_LAYER_SERVICE) {
        pgtaski_client_disconnect(client);
    }
    if (has_remedy) {
        client->counters.retries++;
        pgtaski_client_forget_failure(client);
        return PGTASKI_MOVED_ON;
    }
    return error;
}
