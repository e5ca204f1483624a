/* SPDX-License-Identifier: MIT */
/* The conformance test: walks all promises, and reports each. */
#include "check.h"

#include <string.h>

static bool is_same_text(char const *one, char const *other)
{
    return strcmp(one, other) == 0;
}

static unsigned check_promise(struct port_check_settings const *settings,
                              struct promise const *promise)
{
    struct port_check check = {.settings = settings, .port = settings->port};

    promise->check(&check);
    settings->port->close(settings->port->context, PGTASK_OK);
    settings->report(settings->context, promise->text, check.broken, check.number);
    return check.broken != NULL;
}

static bool is_applicable(struct port_check_settings const *settings, struct promise const *table)
{
#if PGTASK_PULSE
    if (table == pulse_promises) {
        return settings->port->pulse != NULL;
    }
#endif
    return (table != name_promises || settings->peer_name != NULL) &&
           (table != pair_promises || settings->pair_name != NULL);
}

/* The clock is the first promise: without a clock, no other check would end. */
unsigned port_conformance(struct port_check_settings const *settings)
{
    static struct promise const *const tables[] = {
        platform_promises,
        name_promises,
        pair_promises,
#if PGTASK_PULSE
        pulse_promises,
#endif
        stream_promises
    };
    unsigned broken = 0;
    unsigned checked = 0;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        bool const is_checked = is_applicable(settings, tables[i]);

        for (struct promise const *at = tables[i]; at->check != NULL && is_checked; at++) {
            if (settings->only == NULL || is_same_text(settings->only, at->text)) {
                broken += check_promise(settings, at);
                checked++;
            }
            if (broken > 0 && at == platform_promises) {
                return broken;
            }
        }
    }
    return checked > 0 ? broken : 1;
}
