/* SPDX-License-Identifier: MIT */
#include "client_private.h"

#include <string.h>

#include "text.h"

#define CONTENT_TYPE "application/json"

enum { HTTPS_PORT = 443, HOST_MAX = 253, SETTING_MAX = 128 };

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Letters, digits and what else is allowed; NULL is good where a setting is optional. */
static bool is_made_of(char const *text, char const *others, size_t longest)
{
    size_t length = 0;

    for (; text[length] != '\0'; length++) {
        if (length == longest ||
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
    uint8_t longest;
    bool needed;
} const settings[] = {
    {"region", "-", offsetof(struct pgtask_config, region), SETTING_MAX, true},
    {"endpoint", "-.", offsetof(struct pgtask_config, endpoint), HOST_MAX, false},
    {"connect_host", "-.:_%", offsetof(struct pgtask_config, connect_host), HOST_MAX, false},
    {"language", "-", offsetof(struct pgtask_config, language), SETTING_MAX, false},
    {"request_client", "-_ ,;.", offsetof(struct pgtask_config, request_client), SETTING_MAX,
     false},
};

enum pgtask_error pgtask_request_check(struct pgtask_config const *config, char const **member)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        char const *value;

        memcpy(&value, (char const *)config + settings[i].offset, sizeof value);
        *member = settings[i].name;
        if (value == NULL ? settings[i].needed
                          : !is_made_of(value, settings[i].others, settings[i].longest)) {
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

static void write_host(struct pgtask_client const *client, struct pgtask_text *text)
{
    uint16_t const endpoint_port = client->config.endpoint_port;

    pgtaski_text_add(text, pgtask_client_host(client));
    if (endpoint_port != 0 && endpoint_port != HTTPS_PORT) {
        pgtaski_text_add(text, ":");
        pgtaski_text_add_number(text, endpoint_port);
    }
}

static enum pgtask_error write_head(struct pgtask_client const *client,
                                    struct pgtask_tc3_request const *request,
                                    struct pgtask_text *text)
{
    struct pgtask_config const *const config = &client->config;
    struct pgtask_http_header const headers[] = {
        {"Host", request->host},
        {"X-TC-Region", config->region},
        {"X-TC-Language", config->language},
        {"X-TC-RequestClient", config->request_client != NULL ? config->request_client : "pgtask"},
    };
    enum pgtask_error const error = pgtask_http_write_request(
        headers, sizeof headers / sizeof headers[0], text->bytes, text->capacity, &text->length);

    if (error == PGTASK_OK) {
        pgtaski_text_add(text, "Content-Type: " CONTENT_TYPE "\r\nX-TC-Action: " PGTASK_API_ACTION
                               "\r\nX-TC-Version: " PGTASK_API_VERSION "\r\nContent-Length: ");
        pgtaski_text_add_number(text, request->payload_length);
        pgtaski_text_add(text, "\r\nX-TC-Timestamp: ");
        pgtaski_text_add_number(text, (uint64_t)request->unix_s);
        pgtaski_text_add(text, "\r\nAuthorization: ");
    }
    return error;
}

static enum pgtask_error add_authorization(struct pgtask_client *client,
                                           struct pgtask_tc3_request const *request,
                                           struct pgtask_text *text)
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

/* A token may be longer than the buffer: it stays with the caller, and the request goes in three
 * parts. */
static enum pgtask_error end_head(struct pgtask_client *client, struct pgtask_text *text,
                                  char const *token)
{
    client->token_length = token != NULL ? (uint32_t)strlen(token) : 0;
    if (client->token_length > 0) {
        pgtaski_text_add(text, "\r\nX-TC-Token: ");
    }
    client->token_at = (uint32_t)text->length;
    pgtaski_text_add(text, "\r\n\r\n");
    client->request_length = (uint32_t)text->length;
    return text->cut ? PGTASK_ERROR_BUFFER : PGTASK_OK;
}

/*
 * Body and host are written first, since the head holds the body's length and both are signed. They
 * wait at the end of the buffer, and the body is moved behind the head at last.
 */
enum pgtask_error pgtask_request_write(struct pgtask_client *client, int64_t unix_s)
{
    char const *const token = client->config.credentials.token;
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
    char *body;
    enum pgtask_error error =
        pgtask_query_write(&client->query, buffer, sizeof client->buffer, &length);

    if (error != PGTASK_OK) {
        return error;
    }
    pgtaski_text_start(&text, buffer + length, sizeof client->buffer - length);
    write_host(client, &text);
    if (text.cut) {
        return PGTASK_ERROR_BUFFER;
    }
    text.capacity -= text.length + 1;
    body = memmove(buffer + text.capacity, buffer, length + text.length + 1);
    text.bytes = buffer;
    request.host = body + length;
    request.payload = (uint8_t const *)body;
    request.payload_length = length;
    error = write_head(client, &request, &text);
    if (error == PGTASK_OK) {
        error = add_authorization(client, &request, &text);
    }
    if (error != PGTASK_OK) {
        return error;
    }
    error = end_head(client, &text, token);
    if (error == PGTASK_OK) {
        memmove(buffer + text.length, body, length);
        client->request_length += (uint32_t)length;
    }
    return error;
}

enum pgtask_error pgtask_request_write_ask_time(struct pgtask_client *client)
{
    struct pgtask_text text;

    pgtaski_text_start(&text, (char *)client->buffer, sizeof client->buffer);
    pgtaski_text_add(&text, "GET / HTTP/1.1\r\nHost: ");
    write_host(client, &text);
    return end_head(client, &text, NULL);
}
