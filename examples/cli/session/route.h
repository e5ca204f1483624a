/* SPDX-License-Identifier: MIT */
/** @file session/route.h Which hosts to reach and by which way: options, or else the environment.
 */
#ifndef CLI_ROUTE_H
#define CLI_ROUTE_H

#include "session/advice.h"
#include "session/exit_status.h"
#include "session/options.h"
#include "session/proxy.h"

#include <pgtask/client.h>

/** The texts that the client's settings point into. The caller places it, all zero at first. It may
 *  hold a secret: end with route_wipe(). */
struct route {
    struct host_port endpoint; /**< its name is "" for the library's default */
    struct host_port fallback; /**< likewise for none */
    struct proxy proxy;
};

/** Finds endpoints, --connect and proxy, and fills in their settings. Reports what is wrong. */
enum exit_status route_find(struct route *route, struct options const *options,
                            struct pgtask_config *config);

/**
 * @param option    the value of the option, or NULL
 * @param variable  the one that stands for it
 * @param source    set if the result is not NULL: where the value is from
 * @param status    set to EXIT_USAGE, which is reported, if the variable is set but empty
 * @return the value; NULL if there is none
 */
char const *route_setting(char const *option, char const *flag, char const *variable,
                          char const **source, enum exit_status *status);

/** Writes where a connection goes, such as `host HOST port 443, by proxy NAME port 3128`.
 *  @param reader  as for advice_write()
 *  @return `text` */
char const *route_where(char text[ADVICE_WHERE_BYTES], struct pgtask_config const *config,
                        struct writer const *reader);

void route_wipe(struct route *route);

#endif
