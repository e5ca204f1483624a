/* SPDX-License-Identifier: MIT */
/* The one connection. */
#include "client_private.h"

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
