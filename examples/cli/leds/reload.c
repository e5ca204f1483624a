/* SPDX-License-Identifier: MIT */
/* New credentials are read into a second place, and the places are swapped only if they are good.
 */
#include "leds/reload.h"

#include "base/text.h"
#include "leds/log.h"

#include <string.h>

/* The role of this machine is no news for a program that has keys from elsewhere. */
static bool find(struct reload *reload, struct problem *problem)
{
    struct credentials *const read = reload->other;

    if (!credentials_find(read, &reload->session->wanted, problem)) {
        return false;
    }
    if (read->is_last_resort && !reload->current->is_last_resort) {
        (void)problem_set(problem, "no credentials found", "");
        (void)text_print(problem->cause, sizeof problem->cause,
                         writer_text(&writer_error, "looked at: %s"), read->looked_at);
        return false;
    }
    return true;
}

/* @param asked  somebody asked for it, and wants to know how it went */
static void read_again(struct reload *reload, bool asked)
{
    struct credentials *const read = reload->other;
    struct problem problem;

    if (!find(reload, &problem)) {
        if (asked || strcmp(problem.cause, reload->problem.cause) != 0) {
            reload->problem = problem;
            log_line(LOG_ERROR, "%s: %s; the present credentials stay in use", problem.source,
                     writer_text(&writer_error, problem.cause));
        }
        credentials_wipe(read);
        return;
    }
    reload->problem.cause[0] = '\0';
    if (asked) {
        log_line(LOG_NOTICE, "credentials were read again: %s",
                 writer_text(&writer_error, read->source));
    }
    if (!credentials_are_same(read, reload->current)) {
        temporary_forget(&reload->session->temporary);
    } else if (asked) {
        temporary_refresh(&reload->session->temporary);
    }
    reload->other = reload->current;
    reload->current = read;
    credentials_wipe(reload->other);
}

/* Keys that are fetched are fetched anew after a refusal; what they came from stays. */
static enum pgtask_error renew(void *context, bool refused, struct pgtask_credentials *keys)
{
    struct reload *const reload = context;

    if (reload->is_due || (refused && !temporary_is_needed(reload->current))) {
        read_again(reload, reload->is_due);
        reload->is_due = false;
    }
    enum pgtask_error const error =
        session_supply_keys(reload->session, reload->current, refused, keys);
    if (error == PGTASK_ERROR_CREDENTIALS) {
        read_again(reload, false); /* the keys that a role was to be assumed with may be new ones */
    }
    return error;
}

void reload_attach(struct reload *reload, struct session *session)
{
    reload->session = session;
    reload->current = &session->credentials;
    reload->other = &reload->spare;
    session->config.renew = renew;
    session->config.renew_context = reload;
}

void reload_close(struct reload *reload)
{
    credentials_wipe(&reload->spare);
}
