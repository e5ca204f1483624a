/* SPDX-License-Identifier: MIT */
/** @file listing.h One listing from its first request to its last task on standard output. */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include "tasks/format.h"
#include "session/session.h"

/**
 * Lists and prints, waiting where it must. Complains itself.
 * @param end  set: what was printed, also after a failure
 */
enum status listing_run(struct session *session, struct options const *options,
                        struct pgtask_query const *query, struct output const *output,
                        struct output_end *end);

#endif
