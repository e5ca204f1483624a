/* SPDX-License-Identifier: MIT */
#include "leds/reload.h"

#include "leds/log.h"

#include <stddef.h>

/* @param asked  by someone who wants to know how it went */
static void read_again(struct renewal *renewal, bool asked)
{
    struct credentials *const read = renewal->other;
    struct credentials_problem problem;

    if (!credentials_find(read, &problem)) {
        if (asked || problem.cause != renewal->cause) {
            renewal->cause = problem.cause;
            log_begin(LOG_ERROR);
            (void)writer_safe(&writer_error, problem.source);
            writer_text(&writer_error, ": ");
            (void)writer_safe(&writer_error, problem.cause);
            writer_text(&writer_error, "; the credentials at hand stay in use");
            log_end();
        }
        credentials_wipe(read);
        return;
    }
    renewal->cause = NULL;
    if (asked) {
        log_line(LOG_NOTICE, "credentials were read again", read->source);
    }
    renewal->other = renewal->current;
    renewal->current = read;
    credentials_wipe(renewal->other);
}

static enum pgtask_error renew(void *context, bool refused, struct pgtask_credentials *credentials)
{
    struct renewal *const renewal = context;

    if (renewal->due || refused) {
        read_again(renewal, renewal->due);
        renewal->due = false;
    }
    *credentials = renewal->current->keys;
    return PGTASK_OK;
}

enum status renewal_open(struct renewal *renewal, struct session *session)
{
    renewal->current = &session->credentials;
    renewal->other = &renewal->spare;
    session->config.renew = renew;
    session->config.renew_context = renewal;
    pgtask_client_close(&session->client);
    enum pgtask_error const error =
        pgtask_client_open(&session->client, &session->config, &session->posix.port);
    return error == PGTASK_OK ? STATUS_GOOD : session_complain(session, error);
}

void renewal_close(struct renewal *renewal)
{
    credentials_wipe(&renewal->spare);
}
