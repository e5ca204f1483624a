/* SPDX-License-Identifier: MIT */
/*
 * The client's time: the port's monotonic clock, Unix time, waits, and chance for their lengths.
 *
 * Unix time is the port's, unless that is earlier than this library. The client learns the time
 * from the Date of a verified server if the port does not know it, if the server's certificates are
 * not valid yet by it, or if the service has refused a signature for its time. It keeps what it has
 * learned as a pair: clock_unix_s was the time when the monotonic clock showed clock_at_ms.
 *
 * What was learned counts until somebody sets the port's clock right. While the port's clock just
 * goes on, it stays as far from the learned time as it was, clock_error_s. Once it is less than
 * half as far away, somebody has set it, and it counts again.
 */
#include "client_private.h"

#include "number.h"

uint64_t pgtask_client_now_ms(struct pgtask_client const *client)
{
    return client->port->monotonic_ms(client->port->context);
}

/* @return Unix time by the port; INT64_MIN while it is not known, which counts as 1970 */
static int64_t port_time_s(struct pgtask_port const *port)
{
    int64_t unix_s = 0;
    bool const is_known = port->unix_time_s != NULL && port->unix_time_s(port->context, &unix_s);

    return is_known ? unix_s : INT64_MIN;
}

/* @return the seconds between two times that lie at most 68 years apart */
static uint32_t seconds_between(int64_t one, int64_t other)
{
    uint32_t const seconds = (uint32_t)one - (uint32_t)other;

    return seconds <= INT32_MAX ? seconds : 0 - seconds;
}

bool pgtask_client_unix_time_s(struct pgtask_client const *client, int64_t *unix_s)
{
    int64_t now_s;

    if (client->port == NULL) {
        return false;
    }
    now_s = port_time_s(client->port);
    if (client->clock_set) {
        uint64_t const since_ms = pgtask_client_now_ms(client) - client->clock_at_ms;
        int64_t const learned_s =
            client->clock_unix_s + (int64_t)pgtaski_number_divide(since_ms, 1000);

        if (seconds_between(now_s, learned_s) >= client->clock_error_s / 2) {
            now_s = learned_s;
        }
    }
    if (now_s < client->config.earliest_unix_s) {
        return false;
    }
    *unix_s = now_s;
    return true;
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

    if (!http->has_date || http->date_unix_s < client->config.earliest_unix_s) {
        return PGTASK_ERROR_NO_TIME;
    }
    error = pgtask_tls_check_validity(&client->tls, http->date_unix_s);
    if (error != PGTASK_OK) {
        return error;
    }
    client->clock_set = true;
    client->clock_unix_s = http->date_unix_s;
    client->clock_at_ms = client->head_ms;
    client->clock_error_s = seconds_between(port_time_s(client->port), http->date_unix_s);
    if (client->max_start_time[0] != '\0') {
        client->query.max_start_time = NULL; /* the client has set it by the wrong clock */
        client->max_start_time[0] = '\0';
    }
    return PGTASK_OK;
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
