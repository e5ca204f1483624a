/* SPDX-License-Identifier: MIT */
/*
 * Asks a proxy for a tunnel to the service, before TLS begins:
 *
 *     CONNECT postgres.tencentcloudapi.com:443 HTTP/1.1
 *     Host: postgres.tencentcloudapi.com:443
 *     Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==
 *
 * The client's buffer holds this request, and then each piece of the answer. An answer of 2xx has
 * no body, whatever its headers say (RFC 9110, 9.3.6). The service waits for the client to begin,
 * so bytes behind the head are no part of an honest tunnel. The body of a refusal is never read:
 * the connection is closed.
 */
#include "client_places_private.h"
#include "client_private.h"

#if PGTASK_PROXY

#include <string.h>

#include <mbedtls/platform_util.h>

/* Statuses of the proxy (RFC 9110, 15). 407 asks for credentials; tinyproxy refuses wrong ones by
 * 401. The last two are where refusals and faults begin. */
enum {
    STATUS_UNAUTHORIZED = 401,
    STATUS_PROXY_AUTHENTICATION = 407,
    STATUS_REFUSED = 300,
    STATUS_FAULT = 500
};

/* Adds up to three bytes as four digits (RFC 4648, 4), and returns how many bytes these were. */
static size_t add_base64_group(struct pgtask_text *text, char const *bytes)
{
    static char const digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char group[] = "====";
    uint32_t bits = 0;
    size_t count = 0;

    while (count < 3 && bytes[count] != '\0') {
        bits |= (uint32_t)(uint8_t)bytes[count] << (16 - 8 * count);
        count++;
    }
    for (size_t i = 0; i <= count; i++) {
        group[i] = digits[bits >> (18 - 6 * i) & 63];
    }
    pgtaski_text_add_bytes(text, group, sizeof group - 1);
    mbedtls_platform_zeroize(group, sizeof group);
    return count;
}

static void add_credentials(struct pgtask_text *text, char const *credentials)
{
    pgtaski_text_add(text, "\r\nProxy-Authorization: Basic ");
    while (*credentials != '\0') {
        credentials += add_base64_group(text, credentials);
    }
}

/* Adds `host:port`. An address of IPv6 has brackets around it. */
static void add_target(struct pgtask_text *text, struct pgtask_client const *client)
{
    struct pgtaski_client_place const target = pgtaski_client_far_end(client);
    bool const is_ipv6 = strchr(target.host, ':') != NULL;

    pgtaski_text_add(text, is_ipv6 ? "[" : "");
    pgtaski_client_add_host(text, target.host);
    pgtaski_text_add(text, is_ipv6 ? "]:" : ":");
    pgtaski_text_add_number(text, target.port_number);
}

enum pgtask_error pgtaski_client_begin_tunnel(struct pgtask_client *client)
{
    char const *const credentials = client->config.proxy.credentials;
    struct pgtask_text text;

    pgtaski_text_start(&text, (char *)client->buffer, sizeof client->buffer);
    pgtaski_text_add(&text, "CONNECT ");
    add_target(&text, client);
    pgtaski_text_add(&text, " HTTP/1.1\r\nHost: ");
    add_target(&text, client);
    if (credentials != NULL) {
        add_credentials(&text, credentials);
    }
    pgtaski_text_add(&text, "\r\n\r\n");
    client->request_length = (uint32_t)text.length;
    client->sent = 0;
    client->state = PGTASK_CLIENT_PROXY;
    pgtask_http_start(&client->http);
    return text.cut ? PGTASK_ERROR_BUFFER : PGTASKI_MOVED_ON;
}

static enum pgtask_error send_request(struct pgtask_client *client)
{
    struct pgtask_port *const port = client->port;
    size_t sent = 0;
    enum pgtask_error const error = port->send(port->context, client->buffer + client->sent,
                                               client->request_length - client->sent, &sent);

    client->interest = PGTASK_INTEREST_WRITE;
    if (error != PGTASK_OK) {
        return error;
    }
    client->sent += (uint32_t)sent;
    client->counters.bytes_sent += sent;
    if (client->sent >= client->request_length) {
        /* The credentials must not stay in memory. */
        mbedtls_platform_zeroize(client->buffer, sizeof client->buffer);
    }
    return PGTASKI_MOVED_ON;
}

/* @param has_more  whether bytes have come behind the head */
static enum pgtask_error judge(uint32_t status, bool has_more)
{
    if (status >= STATUS_FAULT) {
        return PGTASK_ERROR_PROXY_GATEWAY;
    }
    if (status == STATUS_PROXY_AUTHENTICATION || status == STATUS_UNAUTHORIZED) {
        return PGTASK_ERROR_PROXY_CREDENTIALS;
    }
    if (status >= STATUS_REFUSED) {
        return PGTASK_ERROR_PROXY_REFUSED;
    }
    return has_more ? PGTASK_ERROR_PROXY_ANSWER : PGTASK_OK;
}

/* Decodes the head byte by byte, because what follows it must not be taken for a body. */
static enum pgtask_error read_head(struct pgtask_client *client, size_t length)
{
    struct pgtask_http *const http = &client->http;
    uint8_t const *body;
    size_t taken;
    size_t body_length;

    for (size_t at = 0; at < length; at++) {
        if (pgtask_http_feed(http, client->buffer + at, 1, &taken, &body, &body_length) < 0) {
            return PGTASK_ERROR_PROXY_ANSWER;
        }
        if (http->head_done) {
            return judge(http->status, at + 1 < length);
        }
    }
    return PGTASKI_MOVED_ON;
}

static enum pgtask_error receive_answer(struct pgtask_client *client)
{
    struct pgtask_port *const port = client->port;
    size_t received = 0;
    enum pgtask_error const error =
        port->recv(port->context, client->buffer, sizeof client->buffer, &received);

    client->interest = PGTASK_INTEREST_READ;
    if (error != PGTASK_OK) {
        return error == PGTASK_ERROR_CLOSED ? PGTASK_ERROR_PROXY_ANSWER : error;
    }
    client->counters.bytes_received += received;
    return read_head(client, received);
}

enum pgtask_error pgtaski_client_ask_proxy(struct pgtask_client *client)
{
    return client->sent < client->request_length ? send_request(client) : receive_answer(client);
}

#endif
