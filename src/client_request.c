/* SPDX-License-Identifier: MIT */
/*
 * The settings, and the two requests that the client sends. No other file writes a header.
 *
 * One buffer holds the request. The head contains the length of the body, and the signature covers
 * body and host, so these two are written first and then wait at the end of the buffer:
 *
 *   | body | host |                    their lengths are known now
 *   | head            | body | host |  the head grows towards them
 *   | head | body |                    ready to send
 */
#include "client_places_private.h"
#include "client_private.h"

#include <string.h>

#define CONTENT_TYPE "application/json"
#define HEAD_END     "\r\n\r\n"

enum { HOST_MOST = 253, SETTING_MOST = 128 };

static bool is_alphanumeric(char c)
{
    char const lower_case = (char)(c | 0x20);

    return (c >= '0' && c <= '9') || (lower_case >= 'a' && lower_case <= 'z');
}

/* @return whether `text` has 1 to `most` characters, all alphanumeric or among `others` */
static bool is_made_of(char const *text, char const *others, size_t most)
{
    size_t length = 0;

    for (; text[length] != '\0'; length++) {
        if (length == most ||
            (!is_alphanumeric(text[length]) && strchr(others, text[length]) == NULL)) {
            return false;
        }
    }
    return length > 0;
}

static struct {
    char const *name;
    char const *others;
    uint16_t offset;
    uint8_t most;
    bool needed;
} const settings[] = {
    {"region", "-", offsetof(struct pgtask_config, region), SETTING_MOST, true},
    {"endpoint", "-.", offsetof(struct pgtask_config, endpoint), HOST_MOST, false},
    {"connect_host", "-.:_%", offsetof(struct pgtask_config, connect_host), HOST_MOST, false},
    {"language", "-", offsetof(struct pgtask_config, language), SETTING_MOST, false},
    {"request_client", "-_ ,;.", offsetof(struct pgtask_config, request_client), SETTING_MOST,
     false},
#if PGTASK_PROXY
    {"proxy", "-.:_%", offsetof(struct pgtask_config, proxy.host), HOST_MOST, false},
#endif
#if PGTASK_FALLBACK_ENDPOINT
    {"fallback_endpoint", "-.", offsetof(struct pgtask_config, fallback_endpoint), HOST_MOST,
     false},
#endif
};

static uint16_t port_or_default(uint16_t port_number, uint16_t otherwise)
{
    return port_number != 0 ? port_number : otherwise;
}

void pgtaski_client_use_defaults(struct pgtask_config *config)
{
    if (config->endpoint == NULL) {
        config->endpoint = PGTASK_DEFAULT_ENDPOINT;
    }
    if (config->connect_host == NULL) {
        config->connect_host = config->endpoint;
    }
    if (config->request_client == NULL) {
        config->request_client = "pgtask";
    }
    config->endpoint_port = port_or_default(config->endpoint_port, PGTASKI_HTTPS_PORT);
    config->connect_port = port_or_default(config->connect_port, config->endpoint_port);
#if PGTASK_FALLBACK_ENDPOINT
    config->fallback_port = port_or_default(config->fallback_port, PGTASKI_HTTPS_PORT);
#endif
    config->timeout_ms = pgtaski_or_default(config->timeout_ms, PGTASK_DEFAULT_TIMEOUT_MS);
    config->stall_ms = pgtaski_or_default(config->stall_ms, PGTASK_DEFAULT_STALL_MS);
    config->keep_idle_ms = pgtaski_or_default(config->keep_idle_ms, PGTASK_DEFAULT_KEEP_IDLE_MS);
    if (config->earliest_unix_s < PGTASK_EARLIEST_UNIX_S) {
        config->earliest_unix_s = PGTASK_EARLIEST_UNIX_S;
    }
}

enum pgtask_error pgtaski_client_check_config(struct pgtask_config const *config,
                                              char const **member)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        char const *value;

        memcpy(&value, (char const *)config + settings[i].offset, sizeof value);
        *member = settings[i].name;
        if (value == NULL ? settings[i].needed
                          : !is_made_of(value, settings[i].others, settings[i].most)) {
            return PGTASK_ERROR_ARGUMENT;
        }
    }
    *member = "roots";
    if (config->roots.next == NULL && (config->roots.list == NULL || config->roots.count == 0)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    *member = "credentials";
    return config->renew != NULL ? PGTASK_OK : pgtask_tc3_check_credentials(&config->credentials);
}

static void add_host(struct pgtask_text *text, struct pgtask_client const *client)
{
    struct pgtaski_client_place const endpoint = pgtaski_client_endpoint(client);

    pgtaski_client_add_host(text, endpoint.host);
    if (endpoint.port_number != PGTASKI_HTTPS_PORT) {
        pgtaski_text_add(text, ":");
        pgtaski_text_add_number(text, endpoint.port_number);
    }
}

/* Adds all headers up to the value of Authorization. */
static void add_headers(struct pgtask_text *text, struct pgtask_config const *config,
                        struct pgtask_tc3_request const *request)
{
    char const *const values[] = {
        request->host,
        config->region,
        config->request_client,
    };

    pgtaski_text_add_form(
        text,
        "POST / HTTP/1.1\r\nHost: %\r\nX-TC-Region: %\r\nX-TC-RequestClient: %\r\n"
        "Content-Type: " CONTENT_TYPE "\r\nX-TC-Action: " PGTASK_API_ACTION
        "\r\nX-TC-Version: " PGTASK_API_VERSION "\r\nContent-Length: ",
        values);
    pgtaski_text_add_number(text, request->payload_length);
    if (config->language != NULL) {
        pgtaski_text_add_form(text, "\r\nX-TC-Language: %", &config->language);
    }
    pgtaski_text_add(text, "\r\nX-TC-Timestamp: ");
    pgtaski_text_add_number(text, (uint64_t)request->unix_s);
    pgtaski_text_add(text, "\r\nAuthorization: ");
}

static enum pgtask_error add_authorization(struct pgtask_text *text, struct pgtask_client *client,
                                           struct pgtask_tc3_request const *request)
{
    struct pgtask_credentials const *const credentials = &client->config.credentials;
    struct pgtask_tc3_signature *const signature = &client->now.signature;
    size_t length = 0;
    enum pgtask_error error = pgtask_tc3_sign(&client->tc3, credentials, request, signature);

    if (error == PGTASK_OK) {
        error = pgtask_tc3_write_authorization(credentials, request, signature,
                                               text->bytes + text->length,
                                               text->capacity - text->length, &length);
        text->length += length;
    }
    return error;
}

/*
 * Adds the end of the head. A token that finds no room stays with the caller, and the request is
 * sent in three parts: all up to token_at, the token, the rest. Any other request is one part, so
 * that it takes one record of TLS and as few segments of TCP as it can.
 */
static enum pgtask_error end_head(struct pgtask_text *text, struct pgtask_client *client,
                                  char const *token)
{
    size_t const length = token != NULL ? strlen(token) : 0;

    client->token_at = 0;
    client->token_length = 0;
    if (length > 0) {
        pgtaski_text_add(text, "\r\nX-TC-Token: ");
        if (length + sizeof HEAD_END <= text->capacity - text->length) {
            pgtaski_text_add(text, token);
        } else {
            client->token_at = (uint32_t)text->length;
            client->token_length = (uint32_t)length;
        }
    }
    pgtaski_text_add(text, HEAD_END);
    client->request_length = (uint32_t)text->length;
    return text->cut ? PGTASK_ERROR_BUFFER : PGTASK_OK;
}

/* Writes the head of a request whose host and payload lie outside of `text`. */
static enum pgtask_error write_head(struct pgtask_text *text, struct pgtask_client *client,
                                    struct pgtask_tc3_request const *request)
{
    enum pgtask_error error;

    add_headers(text, &client->config, request);
    if (text->cut) {
        return PGTASK_ERROR_BUFFER;
    }
    error = add_authorization(text, client, request);
    return error == PGTASK_OK ? end_head(text, client, client->config.credentials.token) : error;
}

enum pgtask_error pgtaski_client_write_request(struct pgtask_client *client, int64_t unix_s)
{
    char *const buffer = (char *)client->buffer;
    struct pgtask_tc3_request request = {
        .method = "POST",
        .service = PGTASK_API_SERVICE,
        .content_type = CONTENT_TYPE,
        .action = client->config.sign_action ? PGTASK_API_ACTION : NULL,
        .unix_s = unix_s,
    };
    struct pgtask_text text;
    size_t length;
    size_t head_capacity;
    char *body;
    enum pgtask_error error =
        pgtask_query_write(&client->query, buffer, sizeof client->buffer, &length);

    if (error != PGTASK_OK) {
        return error;
    }
    pgtaski_text_start(&text, buffer + length, sizeof client->buffer - length);
    add_host(&text, client);
    head_capacity = text.capacity - (text.length + 1);
    if (text.cut || head_capacity == 0) {
        return PGTASK_ERROR_BUFFER;
    }
    body = memmove(buffer + head_capacity, buffer, length + text.length + 1);
    request.host = body + length;
    request.payload = (uint8_t const *)body;
    request.payload_length = length;
    pgtaski_text_start(&text, buffer, head_capacity);
    error = write_head(&text, client, &request);
    if (error == PGTASK_OK) {
        memmove(buffer + text.length, body, length);
        client->request_length += (uint32_t)length;
    }
    return error;
}

enum pgtask_error pgtaski_client_write_time_request(struct pgtask_client *client)
{
    struct pgtask_text text;

    pgtaski_text_start(&text, (char *)client->buffer, sizeof client->buffer);
    pgtaski_text_add(&text, "GET / HTTP/1.1\r\nHost: ");
    add_host(&text, client);
    return end_head(&text, client, NULL);
}
