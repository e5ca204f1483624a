/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/signals.h"
#include "base/text.h"
#include "base/writer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Where the library tries less often than otherwise, --attempts only makes it fewer. */
enum { FEW_ATTEMPTS = 3 };

static enum status refuse(char const *subject, char const *cause)
{
    writer_complain(subject, cause, NULL);
    return STATUS_USAGE;
}

static char const *host_or_null(struct host const *host)
{
    return host->name[0] == '\0' ? NULL : host->name;
}

static enum status find_region(struct session *session, struct options const *options)
{
    char const *const region =
        options->region != NULL ? options->region : getenv("TENCENTCLOUD_REGION");

    if (region == NULL) {
        return refuse(NULL, "no region: give --region, such as --region ap-guangzhou, or set "
                            "TENCENTCLOUD_REGION");
    }
    if (region[0] == '\0') {
        return refuse("TENCENTCLOUD_REGION", "set but empty; give it a value or unset it");
    }
    session->config.region = region;
    return STATUS_GOOD;
}

static enum status find_credentials(struct session *session)
{
    struct credentials_problem problem;

    if (!credentials_find(&session->credentials, &problem)) {
        return refuse(problem.source, problem.cause);
    }
    if (session->credentials.open_to_others) {
        writer_complain(session->credentials.path,
                        "warning: other users may read or change this file; run chmod 600 on it",
                        NULL);
    }
    session->config.credentials = session->credentials.keys;
    session->credentials_source = session->credentials.source;
    if (session->credentials.in_file) {
        session->credentials_source = strcpy(session->credentials_file, session->credentials.path);
    }
    return STATUS_GOOD;
}

static enum status open_roots(struct session *session, struct options const *options)
{
    if (pgtask_posix_roots_open(&session->roots, options->ca_file, &session->config.roots) ==
        PGTASK_OK) {
        return STATUS_GOOD;
    }
    return options->ca_file != NULL
               ? refuse(options->ca_file,
                        "cannot be opened, or holds no certificate in PEM; check --ca-file")
               : refuse(NULL, "no bundle of trusted roots on this system: install the package "
                              "ca-certificates, or name a PEM file with --ca-file");
}

static enum status open_client(struct session *session, struct options const *options)
{
    enum pgtask_error const error =
        pgtask_client_open(&session->client, &session->config, &session->posix.port);

    if (error == PGTASK_OK) {
        return STATUS_GOOD;
    }
    if (strcmp(pgtask_client_failure(&session->client)->member, "region") == 0) {
        return refuse(options->region != NULL ? "--region" : "TENCENTCLOUD_REGION",
                      "not a region: it has letters, digits and '-' alone, such as ap-guangzhou");
    }
    return session_complain(session, error);
}

enum status session_open(struct session *session, struct options const *options)
{
    static char const *const languages[] = {
        [0] = NULL, [OPTIONS_ZH_CN] = "zh-CN", [OPTIONS_EN_US] = "en-US"};
    struct pgtask_config *const config = &session->config;

    session->roots.descriptor = -1;
    pgtask_posix_open(&session->posix);
    config->endpoint = host_or_null(&options->endpoint);
    config->endpoint_port = options->endpoint.port;
    config->connect_host = host_or_null(&options->connect);
    config->connect_port = options->connect.port;
    config->language = languages[options->language];
    config->timeout_ms = options->timeout_ms;
    config->retry.attempts = options->attempts;
    config->retry.few_attempts = options->attempts < FEW_ATTEMPTS ? options->attempts : 0;

    enum status status = find_region(session, options);
    if (status == STATUS_GOOD) {
        status = find_credentials(session);
    }
    if (status == STATUS_GOOD) {
        status = open_roots(session, options);
    }
    if (status == STATUS_GOOD) {
        status = open_client(session, options);
    }
    return status;
}

void session_wait(struct session *session, enum pgtask_interest interest, uint64_t until_ms)
{
    struct pgtask_port *const port = &session->posix.port;
    int const descriptor =
        interest != PGTASK_INTEREST_TIME ? pgtask_posix_descriptor(&session->posix) : -1;
    uint64_t const turn_ms = pgtask_posix_until_ms(&session->posix);
    uint64_t const until = until_ms < turn_ms ? until_ms : turn_ms;
    uint64_t const now = port->monotonic_ms(port->context);

    if (signals_noted() == 0) {
        signals_wait(descriptor, interest == PGTASK_INTEREST_WRITE, until > now ? until - now : 0);
    }
}

void session_note_connection(struct session *session)
{
    char const *const version = pgtask_tls_version(&session->client.tls);

    if (version[0] != '\0') {
        session->tls_version = version;
    }
}

void session_close(struct session *session)
{
    pgtask_client_close(&session->client);
    pgtask_posix_close(&session->posix);
    pgtask_posix_roots_close(&session->roots);
    credentials_wipe(&session->credentials);
}

char const *session_failure_text(struct session *session)
{
    char const *const file = session->credentials_file;

    return failure_text(session->failure, pgtask_client_failure(&session->client),
                        file[0] != '\0' ? file : NULL);
}

enum status session_complain(struct session *session, enum pgtask_error error)
{
    writer_text(&writer_error, "pgtask: ");
    (void)writer_safe(&writer_error, session_failure_text(session));
    writer_text(&writer_error, "\n");
    (void)writer_flush(&writer_error);
    return status_of(error);
}

enum status session_judge_output(void)
{
    if (writer_out.error == EPIPE) {
        return (enum status)(STATUS_SIGNAL + SIGPIPE);
    }
    if (writer_out.error != 0) {
        writer_complain("standard output",
                        writer_out.error == ENOSPC ? "cannot be written: no space left"
                                                   : "cannot be written; check that it is open",
                        NULL);
        return STATUS_NETWORK;
    }
    return STATUS_GOOD;
}

enum status session_judge(struct session *session, enum pgtask_error error)
{
    if (signals_noted() != 0) {
        return (enum status)(STATUS_SIGNAL + signals_noted());
    }
    enum status const status = session_judge_output();
    if (status != STATUS_GOOD) {
        return status;
    }
    return error == PGTASK_DONE ? STATUS_GOOD : session_complain(session, error);
}

static void describe_host(char const *label, char const *host, uint16_t port)
{
    writer_text(&writer_error, label);
    (void)writer_safe(&writer_error, host);
    writer_text(&writer_error, " port ");
    writer_number(&writer_error, port);
}

static void describe_number(char const *label, uint64_t number)
{
    writer_text(&writer_error, label);
    writer_number(&writer_error, number);
}

static void describe_connection(struct session const *session)
{
    struct pgtask_config const *const config = &session->config;
    char const *const host = config->endpoint != NULL ? config->endpoint : PGTASK_DEFAULT_ENDPOINT;
    uint16_t const port = config->endpoint_port != 0 ? config->endpoint_port : 443;

    describe_host("* host ", host, port);
    describe_host(", connect to ", config->connect_host != NULL ? config->connect_host : host,
                  config->connect_port != 0 ? config->connect_port : port);
    writer_text(&writer_error, ", ");
    writer_text(&writer_error, session->tls_version != NULL ? session->tls_version : "no TLS yet");
    writer_text(&writer_error, "\n* credentials from ");
    (void)writer_safe(&writer_error, session->credentials_source);
    writer_text(&writer_error, "\n");
}

void session_describe(struct session const *session)
{
    struct pgtask_counters const *const counters = pgtask_client_counters(&session->client);
    struct pgtask_arena_use arena;
    char const *const request_id = pgtask_client_request_id(&session->client);

    pgtask_arena_measure(&arena);
    describe_connection(session);
    describe_number("* requests ", counters->requests);
    describe_number(", full handshakes ", counters->handshakes_full);
    describe_number(", resumed ", counters->handshakes_resumed);
    describe_number(", retries ", counters->retries);
    describe_number(", bytes sent ", counters->bytes_sent);
    describe_number(", bytes received ", counters->bytes_received);
    writer_text(&writer_error, "\n* RequestId ");
    (void)writer_safe(&writer_error, request_id[0] != '\0' ? request_id : "none");
    describe_number("\n* RAM: client ", sizeof session->client);
    describe_number(" bytes, task ", sizeof session->task);
    describe_number(" bytes, TLS arena peak ", arena.peak);
    describe_number(" of ", arena.capacity);
    writer_text(&writer_error, " bytes\n");
    (void)writer_flush(&writer_error);
}
