/* SPDX-License-Identifier: MIT */
/*
 * The client's time: the port's monotonic clock, Unix time, waits, and chance for their lengths.
 *
 * Unix time is the port's, unless that is earlier than this library. A client without it learns the
 * time from the Date of a verified server and keeps it as a pair: clock_unix_s was the time when
 * the monotonic clock showed clock_at_ms.
 */
#include "client_private.h"

#include "number.h"

uint64_t pgtask_client_now_ms(struct pgtask_client const *client)
{
    return client->port->monotonic_ms(client->port->context);
}

static int64_t earliest_unix_s(struct pgtask_client const *client)
{
    int64_t const unix_s = client->config.earliest_unix_s;

    return unix_s > PGTASK_EARLIEST_UNIX_S ? unix_s : PGTASK_EARLIEST_UNIX_S;
}

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
           *unix_s >= earliest_unix_s(client);
}

enum pgtask_error pgtask_client_write_time(struct pgtask_client const *client, int64_t unix_s,
                                           char text[PGTASK_TIME_TEXT_BYTES])
{
    return pgtask_time_write(unix_s, client->config.task.utc_offset_s, text);
}

enum pgtask_error pgtaski_client_learn_time(struct pgtask_client *client)
{
    struct pgtask_http const *const http = &client->http;
    enum pgtask_error error;

    if (!http->has_date || http->date_unix_s < earliest_unix_s(client)) {
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

enum pgtask_error pgtaski_client_pause(struct pgtask_client *client, enum pgtask_client_state next,
                                       uint32_t wait_ms)
{
    client->wait_until_ms = pgtask_client_now_ms(client) + wait_ms;
    client->after_wait = next;
    client->state = PGTASK_CLIENT_WAIT;
    return PGTASKI_MOVED_ON;
}

uint32_t pgtask_client_chance(struct pgtask_client *client)
{
    uint32_t number;

    /* A port without random bytes makes no handshake either, so its waits do not matter. */
    if (client->port->entropy(client->port->context, (uint8_t *)&number, sizeof number) !=
        PGTASK_OK) {
        number = UINT32_MAX;
    }
    return number;
}
