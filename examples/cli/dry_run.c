/* SPDX-License-Identifier: MIT */
/*
 * The client writes the request, as it does before it sends one. Here it is taken apart, and what
 * is shown of the signature is computed anew from the parts that are sent.
 */
#include "dry_run.h"

#include "base/signals.h"
#include "base/text.h"

#include <string.h>

#define LINE_END "\r\n"
#define TOKEN    "X-TC-Token:"
#define AGAIN_MS 100u

bool dry_run_read(struct dry_run *request, char const *text, size_t length)
{
    char *at = request->text;

    request->line_count = 0;
    if (length >= sizeof request->text) {
        return false;
    }
    memcpy(request->text, text, length);
    request->text[length] = '\0';
    while (request->line_count < sizeof request->lines / sizeof request->lines[0]) {
        char *const end = strstr(at, LINE_END);

        if (end == NULL) {
            return false;
        }
        *end = '\0';
        if (end == at) {
            request->body = end + strlen(LINE_END);
            return request->line_count > 0;
        }
        request->lines[request->line_count++] = at;
        at = end + strlen(LINE_END);
    }
    return false;
}

char const *dry_run_header(struct dry_run const *request, char const *name)
{
    size_t const length = strlen(name);

    for (size_t i = 1; i < request->line_count; i++) {
        if (strncmp(request->lines[i], name, length) == 0 && request->lines[i][length] == ':') {
            return request->lines[i] + length + strlen(": ");
        }
    }
    return NULL;
}

/* @return what the library is to sign: the parts that are sent */
static bool find_signed(struct dry_run const *request, struct pgtask_tc3_request *wanted)
{
    char const *const authorization = dry_run_header(request, "Authorization");
    char const *const timestamp = dry_run_header(request, "X-TC-Timestamp");
    char const *const host = dry_run_header(request, "Host");
    char const *const content_type = dry_run_header(request, "Content-Type");
    uint64_t unix_s;

    if (host == NULL || content_type == NULL || authorization == NULL || timestamp == NULL ||
        !text_to_uint64(timestamp, &unix_s)) {
        return false;
    }
    *wanted = (struct pgtask_tc3_request){
        .method = "POST",
        .service = PGTASK_API_SERVICE,
        .host = host,
        .content_type = content_type,
        .action = strstr(authorization, ";x-tc-action,") != NULL
                      ? dry_run_header(request, "X-TC-Action")
                      : NULL,
        .payload = (uint8_t const *)request->body,
        .payload_length = strlen(request->body),
        .unix_s = (int64_t)unix_s,
    };
    return true;
}

static bool is_token(char const *line)
{
    return strncmp(line, TOKEN, strlen(TOKEN)) == 0;
}

static void print_request(struct writer *writer, struct dry_run const *request)
{
    writer_print(writer, "Request, not sent:\n\n");
    for (size_t i = 0; i < request->line_count; i++) {
        writer_print(writer, "%s\n",
                     is_token(request->lines[i]) ? TOKEN " ***" : request->lines[i]);
    }
    writer_print(writer, "\n%s\n", request->body);
}

/* Prints a header's value as it is signed: in small letters. */
static void print_signed_header(struct writer *writer, char const *name, char const *value)
{
    writer_print(writer, "%s:", name);
    for (; *value != '\0'; value++) {
        char const small[] = {(char)(*value >= 'A' && *value <= 'Z' ? *value - 'A' + 'a' : *value),
                              '\0'};
        writer_print(writer, "%s", small);
    }
    writer_print(writer, "\n");
}

static void print_signature(struct writer *writer, struct pgtask_tc3_request const *wanted,
                            struct pgtask_tc3_signature const *signature)
{
    writer_print(writer, "\nCanonical request:\n\nPOST\n/\n\n");
    print_signed_header(writer, "content-type", wanted->content_type);
    print_signed_header(writer, "host", wanted->host);
    if (wanted->action != NULL) {
        print_signed_header(writer, "x-tc-action", wanted->action);
    }
    writer_print(writer, "\ncontent-type;host%s\n%s\n",
                 wanted->action != NULL ? ";x-tc-action" : "", signature->payload_hash);
    writer_print(writer, "\nString to sign:\n\nTC3-HMAC-SHA256\n%ju\n%s/%s/tc3_request\n%s\n",
                 (uintmax_t)wanted->unix_s, signature->scope.date, wanted->service,
                 signature->canonical_request_hash);
    writer_print(writer, "\nSignature:\n\n%s\n", signature->signature);
}

enum pgtask_error dry_run_explain(struct writer *writer, struct dry_run const *request,
                                  struct pgtask_credentials const *credentials)
{
    struct pgtask_tc3_request wanted;
    struct pgtask_tc3_signature signature;
    struct pgtask_tc3 key = {.scope = {.date = ""}};

    if (!find_signed(request, &wanted)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    enum pgtask_error const error = pgtask_tc3_sign(&key, credentials, &wanted, &signature);
    pgtask_tc3_forget(&key);
    if (error == PGTASK_OK) {
        print_request(writer, request);
        print_signature(writer, &wanted, &signature);
    }
    return error;
}

/* Prints an argument for a shell, in quotes. */
static void print_quoted(struct writer *writer, char const *text)
{
    writer_print(writer, "'");
    for (; *text != '\0'; text++) {
        char const one[] = {*text, '\0'};
        writer_print(writer, *text == '\'' ? "'\\''%s" : "%s", *text == '\'' ? "" : one);
    }
    writer_print(writer, "'");
}

static void print_option(struct writer *writer, char const *flag, char const *value)
{
    writer_print(writer, " \\\n  %s ", flag);
    print_quoted(writer, value);
}

/* curl writes these itself. */
static bool is_of_curl(char const *line)
{
    return strncmp(line, "Host:", 5) == 0 || strncmp(line, "Content-Length:", 15) == 0;
}

static void print_way(struct writer *writer, char const *host, struct dry_run_way const *way)
{
    char text[2 * HOST_NAME_BYTES + 32];
    bool const is_none = way->proxy != NULL && strcmp(way->proxy, "none") == 0;

    if (way->connect_host != NULL) {
        bool const is_ipv6 = strchr(way->connect_host, ':') != NULL;

        (void)text_print(text, sizeof text, "%s%s:%s%s%s:%u", host,
                         strchr(host, ':') == NULL ? ":443" : "", is_ipv6 ? "[" : "",
                         way->connect_host, is_ipv6 ? "]" : "", way->connect_port);
        print_option(writer, "--connect-to", text);
    }
    if (way->ca_file != NULL) {
        print_option(writer, "--cacert", way->ca_file);
    }
    if (way->proxy != NULL) {
        print_option(writer, is_none ? "--noproxy" : "--proxy", is_none ? "*" : way->proxy);
    }
}

void dry_run_as_curl(struct writer *writer, struct dry_run const *request,
                     struct dry_run_way const *way)
{
    char const *const host = dry_run_header(request, "Host");
    bool has_token = false;

    writer_print(writer, "curl --http1.1 'https://%s/'", host);
    print_way(writer, host, way);
    for (size_t i = 1; i < request->line_count; i++) {
        if (is_token(request->lines[i])) {
            has_token = true;
            print_option(writer, "--header", "@-");
        } else if (!is_of_curl(request->lines[i])) {
            print_option(writer, "--header", request->lines[i]);
        }
    }
    print_option(writer, "--data-binary", request->body);
    if (has_token) {
        writer_print(writer, " <<END\nX-TC-Token: ${TENCENTCLOUD_TOKEN:?}\nEND");
    }
    writer_print(writer, "\n");
}

static struct dry_run_way find_way(struct session const *session, struct options const *options)
{
    struct pgtask_config const *const config = &session->config;
    unsigned const port = config->endpoint_port != 0 ? config->endpoint_port : 443u;

    return (struct dry_run_way){
        .connect_host = config->connect_host,
        .connect_port = config->connect_port != 0 ? config->connect_port : port,
        .ca_file = session->trust.wanted_path,
        .proxy = options->proxy,
    };
}

/* Waits while the credentials are renewed. */
static enum pgtask_error write_request(struct session *session, struct pgtask_query const *query,
                                       bool all_pages, char const **text, size_t *length)
{
    enum pgtask_error error;

    while ((error = pgtask_client_write_request(&session->client, query, all_pages, text,
                                                length)) == PGTASK_WOULD_BLOCK &&
           signals_ending() == 0) {
        session_wait(session, PGTASK_INTEREST_TIME, session_now_ms(session) + AGAIN_MS);
    }
    return error;
}

enum exit_status dry_run(struct session *session, struct options const *options,
                         struct pgtask_query const *query)
{
    static struct dry_run request;
    struct pgtask_credentials const *const credentials = &session->config.credentials;
    char const *text = "";
    size_t length = 0;
    enum pgtask_error error = write_request(session, query, options->all, &text, &length);

    if (error == PGTASK_OK && !dry_run_read(&request, text, length)) {
        error = PGTASK_ERROR_BUFFER;
    }
    if (error == PGTASK_OK && options->as_curl) {
        struct dry_run_way const way = find_way(session, options);
        dry_run_as_curl(&writer_out, &request, &way);
    } else if (error == PGTASK_OK) {
        error = dry_run_explain(&writer_out, &request, credentials);
    }
    text_wipe(&request, sizeof request);
    (void)writer_flush(&writer_out);
    return session_finish(session, error == PGTASK_OK ? PGTASK_DONE : error);
}
