/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <string.h>

static bool same_text(char const *one, char const *other)
{
    return strcmp(one, other) == 0;
}

static unsigned check_promise(struct port_check_settings const *settings,
                              struct promise const *promise)
{
    struct port_check check = {.settings = settings, .port = settings->port};

    promise->check(&check);
    settings->port->close(settings->port->context);
    settings->report(settings->context, promise->text, check.broken, check.number);
    return check.broken != NULL;
}

/* Without a clock no other check would come to an end: it is the first. */
unsigned port_conformance(struct port_check_settings const *settings)
{
    static struct promise const *const tables[] = {platform_promises, name_promises,
                                                   stream_promises};
    unsigned broken = 0;
    unsigned checked = 0;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        bool const left_out = tables[i] == name_promises && settings->peer_name == NULL;

        for (struct promise const *at = tables[i]; at->check != NULL && !left_out; at++) {
            if (settings->only == NULL || same_text(settings->only, at->text)) {
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
