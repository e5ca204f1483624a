/* SPDX-License-Identifier: MIT */
/* What `watch` and `led` do alike. */
#include "watching/poll.h"

#include "base/report.h"
#include "session/verbose.h"

/* The watch says only that a time is out of order. */
static char const *describe_order(struct pgtask_watch_config const *config)
{
    uint32_t const active_ms =
        config->active_ms != 0 ? config->active_ms : PGTASK_WATCH_DEFAULT_ACTIVE_MS;

    return config->idle_ms != 0 && active_ms > config->idle_ms ? "--interval must not exceed --idle"
                                                               : "--idle must not exceed --stale";
}

enum exit_status poll_open(struct session *session, struct pgtask_watch *watch,
                           struct pgtask_watch_config const *config, char const *command)
{
    enum exit_status const status = session_start(session);

    if (status != EXIT_GOOD) {
        return status;
    }
    enum pgtask_error const error =
        pgtask_watch_open(watch, config, &session->client, &session->task);
    if (error == PGTASK_OK) {
        return EXIT_GOOD;
    }
    if (error == PGTASK_ERROR_ARGUMENT) {
        report_error("%s: %s.", command, writer_text(&writer_error, describe_order(config)));
    } else {
        report_error("%s: %s. %s", command, writer_text(&writer_error, pgtask_error_text(error)),
                     writer_text(&writer_error, pgtask_error_advice(error)));
    }
    return exit_status_of(error);
}

enum pgtask_error poll_next(struct session *session, struct pgtask_watch *watch,
                            struct pgtask_event *event)
{
    enum pgtask_error const error = pgtask_watch_next(watch, event);

    verbose_remember(session);
    return error;
}

enum trust_news poll_renew_roots(struct session *session, struct pgtask_watch const *watch,
                                 bool is_asked)
{
    if (watch->state == PGTASK_WATCH_LISTING) {
        return TRUST_SAME;
    }
    return session_renew_roots(session, is_asked);
}

void poll_wait(struct session *session, struct pgtask_watch const *watch, uint64_t until_ms)
{
    uint64_t due_ms;
    enum pgtask_interest const interest = pgtask_watch_wait_for(watch, &due_ms);

    session_wait(session, interest, due_ms < until_ms ? due_ms : until_ms);
}
