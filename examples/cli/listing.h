/* SPDX-License-Identifier: MIT */
/** @file listing.h One listing, from its first request to its last task on standard output. */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include "session/session.h"
#include "tasks/output.h"

/**
 * Lists and prints, waits where it must, and reports what goes wrong. The session's client is open.
 * @param end  set to what was printed, also after a failure
 */
enum exit_status listing_run(struct session *session, struct options const *options,
                             struct pgtask_query const *query, struct output const *output,
                             struct output_end *end);

#endif
