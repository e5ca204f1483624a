/* SPDX-License-Identifier: MIT */
/* New credentials are read into a second place, and the places are swapped only if they are good.
 */
#include "leds/reload.h"

#include "leds/log.h"

#include <stddef.h>

/* @param asked  somebody asked for it, and wants to know how it went */
static void read_again(struct reload *reload, bool asked)
{
    struct credentials *const read = reload->other;
    struct credentials_problem problem;

    if (!credentials_find(read, &problem)) {
        if (asked || problem.cause != reload->cause) {
            reload->cause = problem.cause;
            log_line(LOG_ERROR, "%s: %s; the present credentials stay in use", problem.source,
                     writer_text(&writer_error, problem.cause));
        }
        credentials_wipe(read);
        return;
    }
    reload->cause = NULL;
    if (asked) {
        log_line(LOG_NOTICE, "credentials were read again: %s", read->source);
    }
    reload->other = reload->current;
    reload->current = read;
    credentials_wipe(reload->other);
}

static enum pgtask_error renew(void *context, bool refused, struct pgtask_credentials *credentials)
{
    struct reload *const reload = context;

    if (reload->is_due || refused) {
        read_again(reload, reload->is_due);
        reload->is_due = false;
    }
    *credentials = reload->current->keys;
    return PGTASK_OK;
}

void reload_attach(struct reload *reload, struct session *session)
{
    reload->current = &session->credentials;
    reload->other = &reload->spare;
    session->config.renew = renew;
    session->config.renew_context = reload;
}

void reload_close(struct reload *reload)
{
    credentials_wipe(&reload->spare);
}
