/* SPDX-License-Identifier: MIT */
/* --verbose: one line for each of host, credentials, counters, RequestId and RAM. */
#include "session/verbose.h"

#include "base/report.h"
#include "base/text.h"

void verbose_remember(struct session *session)
{
    char const *const version = pgtask_client_tls_version(&session->client);

    if (version[0] != '\0') {
        session->tls_version = version;
    }
}

static void report_connection(struct session const *session)
{
    struct pgtask_config const *const config = &session->config;
    char const *const host = config->endpoint != NULL ? config->endpoint : PGTASK_DEFAULT_ENDPOINT;
    unsigned const port = config->endpoint_port != 0 ? config->endpoint_port : 443u;

    report_detail("host %s port %u, connect to %s port %u, %s", host, port,
                  config->connect_host != NULL ? config->connect_host : host,
                  config->connect_port != 0 ? config->connect_port : port,
                  session->tls_version != NULL ? session->tls_version
                                               : writer_text(&writer_error, "no TLS yet"));
#if PGTASK_FALLBACK_ENDPOINT
    if (config->fallback_endpoint != NULL) {
        report_detail("second host %s port %u, changes between the hosts: %u",
                      config->fallback_endpoint,
                      config->fallback_port != 0 ? config->fallback_port : 443u,
                      pgtask_client_counters(&session->client)->endpoint_changes);
    }
#endif
#if PGTASK_PROXY
    if (config->proxy.host != NULL) {
        report_detail("proxy %s port %u, from %s", config->proxy.host, config->proxy.port_number,
                      session->route.proxy.source);
    }
#endif
}

void verbose_report_odd(struct pgtask_task const *task)
{
    char names[256] = "";

    for (unsigned i = 0; i < PGTASK_MEMBER_COUNT; i++) {
        if ((task->odd >> i & 1) != 0) {
            (void)text_append(names, sizeof names, "%s%s", names[0] != '\0' ? ", " : "",
                              pgtask_member_text((enum pgtask_member)i));
        }
    }
    if (names[0] != '\0') {
        report_detail("task %ju: not as the API describes them: %s", task->task_id, names);
    }
}

void verbose_report_event(struct pgtask_event const *event)
{
    if (event->record != NULL && event->kind != PGTASK_EVENT_PROGRESSED) {
        verbose_report_odd(event->record);
    }
}

void verbose_report(struct session const *session)
{
    struct pgtask_counters const *const counters = pgtask_client_counters(&session->client);
    char const *const request_id = pgtask_client_request_id(&session->client);
    struct pgtask_arena_use arena;

    pgtask_arena_measure(&arena);
    report_connection(session);
    report_detail("credentials from %s", writer_text(&writer_error, session->credentials_source));
    report_detail("requests %u, full handshakes %u, resumed %u, retries %u, bytes sent %ju, bytes "
                  "received %ju",
                  counters->requests, counters->handshakes_full, counters->handshakes_resumed,
                  counters->retries, counters->bytes_sent, counters->bytes_received);
    if (counters->fallbacks > 0) {
        report_detail("connections without TLS 1.3, because mbedTLS could not take the server's "
                      "offer: %u",
                      counters->fallbacks);
    }
    if (pgtask_client_roots_left_out(&session->client) > 0) {
        report_detail("trusted roots left out, because this build cannot read them: %u",
                      pgtask_client_roots_left_out(&session->client));
    }
    if (session->trust.damaged > 0) {
        report_detail("trusted roots left out, because their PEM is damaged: %u",
                      session->trust.damaged);
    }
    if (counters->left_out > 0) {
        report_detail("records left out, because they lack a TaskId or a Status: %u",
                      counters->left_out);
    }
    report_detail("RequestId %s", request_id[0] != '\0' ? request_id : "none");
    report_detail("RAM: client %zu bytes, task %zu bytes, TLS arena peak %zu of %zu bytes",
                  sizeof session->client, sizeof session->task, arena.peak, arena.capacity);
}
