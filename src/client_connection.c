/* SPDX-License-Identifier: MIT */
/* The hosts that the client talks to, and the one connection. */
#include "client_private.h"

char const *pgtaski_client_host(struct pgtask_client const *client)
{
    char const *const fallback = pgtaski_client_fallback(client);

    if (fallback != NULL) {
        return fallback;
    }
    return client->config.endpoint != NULL ? client->config.endpoint : PGTASK_DEFAULT_ENDPOINT;
}

uint16_t pgtaski_client_port_number(struct pgtask_client const *client)
{
    uint16_t port_number = client->config.endpoint_port;

#if PGTASK_FALLBACK_ENDPOINT
    if (pgtaski_client_fallback(client) != NULL) {
        port_number = client->config.fallback_port;
    }
#endif
    return port_number != 0 ? port_number : (uint16_t)PGTASKI_HTTPS_PORT;
}

char const *pgtaski_client_far_host(struct pgtask_client const *client)
{
    char const *const connect_host = client->config.connect_host;

    return connect_host != NULL && pgtaski_client_fallback(client) == NULL
               ? connect_host
               : pgtaski_client_host(client);
}

uint16_t pgtaski_client_far_port(struct pgtask_client const *client)
{
    uint16_t const connect_port = client->config.connect_port;

    return connect_port != 0 && pgtaski_client_fallback(client) == NULL
               ? connect_port
               : pgtaski_client_port_number(client);
}

void pgtaski_client_disconnect(struct pgtask_client *client)
{
    pgtask_tls_close(&client->tls);
    pgtaski_client_count_bytes(client);
    client->port->close(client->port->context, client->failure.error);
    client->connected = false;
    client->tls.detail = 0;
    client->tls12_only = false; /* the next connection offers TLS 1.3 again */
    client->refuses_downgrade = false;
}

enum pgtask_error pgtaski_client_reconnect(struct pgtask_client *client)
{
    pgtaski_client_disconnect(client);
    client->state = PGTASK_CLIENT_RESOLVE;
    return PGTASKI_MOVED_ON;
}

void pgtaski_client_count_bytes(struct pgtask_client *client)
{
    client->counters.bytes_sent += client->tls.bytes_sent;
    client->counters.bytes_received += client->tls.bytes_received;
    client->tls.bytes_sent = 0;
    client->tls.bytes_received = 0;
}
