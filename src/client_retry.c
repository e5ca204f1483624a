/* SPDX-License-Identifier: MIT */
/*
 * What the client does about a failed attempt: waits and tries again, corrects its clock, renews
 * its credentials, or gives up.
 */
#include "client_private.h"
#include "text.h"

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

/* Clock and credentials are mended at most once in a listing. @return whether to try again */
static bool find_remedy(struct pgtask_client *client)
{
    enum pgtask_retry const retry = pgtask_failure_retry(&client->failure);

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

void pgtaski_client_hide_secrets(struct pgtask_client const *client, struct pgtask_failure *told)
{
    struct pgtask_credentials const *const credentials = &client->config.credentials;
    char const *const secrets[] = {credentials->token, credentials->secret_id};

    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        if (secrets[i] != NULL) {
            pgtaski_text_hide(told->message, secrets[i]);
            pgtaski_text_hide(told->code, secrets[i]);
            pgtaski_text_hide(told->request_id, secrets[i]);
        }
    }
}

enum pgtask_error pgtaski_client_try_again(struct pgtask_client *client, enum pgtask_error error)
{
    enum pgtask_layer const layer = pgtask_error_layer(error);
    bool has_remedy;

    if (layer >= PGTASK_LAYER_JSON) {
        pgtaski_client_hide_secrets(client, &client->now.answer.failure);
        client->failure = client->now.answer.failure;
    } else {
        pgtaski_client_hide_secrets(client, &client->failure);
    }
    client->failure.error = error;
    client->failure.detail = detail_of(client, layer, error);
    if (layer == PGTASK_LAYER_TLS) {
        client->failure.offset = client->tls.message_bytes;
    }
    has_remedy = find_remedy(client);
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
