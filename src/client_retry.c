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
static bool find_remedy(struct pgtask_client *client, struct pgtask_failure const *failure)
{
    enum pgtask_retry const retry = pgtask_failure_retry(failure);

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
