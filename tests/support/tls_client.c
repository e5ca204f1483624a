/* SPDX-License-Identifier: MIT */
#include "tls_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 20000

/* A record's header has 5 bytes, of which the last two are the length of its body. */
#define HEADER_BYTES 5

/* A client that takes more of a flood would take it for ever. */
#define MOST_FLOOD_BYTES (1u << 20)

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    struct tls_client *const client = context;

    return client->faults.no_entropy
               ? PGTASK_ERROR_ENTROPY
               : client->posix.port.entropy(client->posix.port.context, bytes, length);
}

static bool stutters(struct tls_client *client)
{
    client->turn = !client->turn;
    return client->faults.dribble && client->turn;
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct tls_client *const client = context;
    enum pgtask_error error;

    if (client->faults.send_answer != PGTASK_OK && client->faults.good_sends == 0) {
        return client->faults.send_answer;
    }
    if (stutters(client)) {
        return PGTASK_WOULD_BLOCK;
    }
    client->last_record_type = bytes[0];
    client->faults.good_sends -= client->faults.good_sends > 0 ? 1 : 0;
    error = client->posix.port.send(client->posix.port.context, bytes,
                                    client->faults.dribble ? 1 : length, sent);
    client->bytes_sent += error == PGTASK_OK ? *sent : 0;
    return error;
}

static void count_records(struct tls_client *client, uint8_t const *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (client->records.header < HEADER_BYTES) {
            client->records.header++;
            client->records.left = (client->records.left << 8 | bytes[i]) & 0xffff;
        } else {
            client->records.left--;
        }
        if (client->records.header == HEADER_BYTES && client->records.left == 0) {
            client->records.header = 0;
            client->records.count++;
        }
    }
}

static bool is_flooded(struct tls_client const *client)
{
    return client->faults.flood != NULL && client->records.count >= client->faults.flood_after &&
           client->records.header == 0;
}

static enum pgtask_error flood(struct tls_client *client, uint8_t *bytes, size_t capacity,
                               size_t *received)
{
    if (client->faults.dribble) {
        capacity = 1;
    }
    for (size_t i = 0; i < capacity; i++) {
        bytes[i] =
            (uint8_t)client->faults.flood[client->bytes_flooded++ % client->faults.flood_length];
    }
    client->bytes_received += capacity;
    *received = capacity;
    return client->bytes_flooded < MOST_FLOOD_BYTES ? PGTASK_OK : PGTASK_ERROR_RESET;
}

static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct tls_client *const client = context;
    enum pgtask_error error;

    client->recv_calls++;
    if (client->faults.recv_answer != PGTASK_OK) {
        return client->faults.recv_answer;
    }
    if (is_flooded(client)) {
        return flood(client, bytes, capacity, received);
    }
    if (stutters(client)) {
        return PGTASK_WOULD_BLOCK;
    }
    error = client->posix.port.recv(client->posix.port.context, bytes,
                                    client->faults.dribble ? 1 : capacity, received);
    if (error == PGTASK_OK) {
        client->bytes_received += *received;
        count_records(client, bytes, *received);
    }
    if (error == PGTASK_OK && client->faults.damage && *received > 5) {
        bytes[*received - 1] ^= 1;
    }
    return error;
}

static void give_up(char const *what)
{
    (void)fprintf(stderr, "tls_client: %s\n", what);
    abort();
}

static void wait_for(struct tls_client *client, enum pgtask_interest interest, uint64_t until_ms)
{
    struct pgtask_port *const port = &client->posix.port;

    if (port->monotonic_ms(port->context) >= until_ms) {
        give_up("nothing happens");
    }
    if (client->faults.dribble) {
        interest = PGTASK_INTEREST_TIME;
    }
    if (interest == PGTASK_INTEREST_TIME) {
        until_ms = 0;
    }
    port->wait(port->context, interest, until_ms);
}

static uint64_t patience(struct tls_client *client)
{
    return client->posix.port.monotonic_ms(client->posix.port.context) + PATIENCE_MS;
}

void tls_client_connect(struct tls_client *client, uint16_t port_number)
{
    uint64_t until_ms;
    enum pgtask_error error;

    memset(client, 0, sizeof *client);
    pgtask_posix_open(&client->posix);
    client->port = client->posix.port;
    client->port.context = client;
    client->port.entropy = entropy;
    client->port.send = send_bytes;
    client->port.recv = receive_bytes;
    until_ms = patience(client);
    if (client->posix.port.resolve(client->posix.port.context, "127.0.0.1") != PGTASK_OK) {
        give_up("cannot parse 127.0.0.1");
    }
    while ((error = client->posix.port.connect(client->posix.port.context, port_number)) ==
           PGTASK_WOULD_BLOCK) {
        wait_for(client, PGTASK_INTEREST_WRITE, until_ms);
    }
    if (error != PGTASK_OK) {
        give_up("cannot connect to the peer");
    }
}

enum pgtask_error tls_client_open(struct tls_client *client,
                                  struct pgtask_tls_options const *options)
{
    return pgtask_tls_open(&client->tls, &client->port, options);
}

enum pgtask_error tls_client_handshake(struct tls_client *client)
{
    uint64_t const until_ms = patience(client);
    enum pgtask_error error;

    while ((error = pgtask_tls_handshake(&client->tls)) == PGTASK_WOULD_BLOCK) {
        wait_for(client, client->tls.interest, until_ms);
    }
    return error;
}

enum pgtask_error tls_client_write(struct tls_client *client, void const *bytes, size_t length)
{
    uint64_t const until_ms = patience(client);
    uint8_t const *at = bytes;

    while (length > 0) {
        size_t sent = 0;
        enum pgtask_error const error = pgtask_tls_write(&client->tls, at, length, &sent);

        if (error == PGTASK_WOULD_BLOCK) {
            wait_for(client, client->tls.interest, until_ms);
        } else if (error != PGTASK_OK) {
            return error;
        }
        at += sent;
        length -= sent;
    }
    return PGTASK_OK;
}

enum pgtask_error tls_client_read(struct tls_client *client, void *bytes, size_t capacity,
                                  size_t *received)
{
    uint64_t const until_ms = patience(client);
    enum pgtask_error error;

    while ((error = pgtask_tls_read(&client->tls, bytes, capacity, received)) ==
           PGTASK_WOULD_BLOCK) {
        wait_for(client, client->tls.interest, until_ms);
    }
    return error;
}

void tls_client_close(struct tls_client *client)
{
    pgtask_tls_close(&client->tls);
    pgtask_posix_close(&client->posix);
}
