/* SPDX-License-Identifier: MIT */
/** @file watching/poll.h A watch on a session, from its start to its waits: for `watch` and for
 *  `led`. */
#ifndef CLI_POLL_H
#define CLI_POLL_H

#include "session/session.h"

/** Opens the session's client and the watch. Reports what is wrong. @param command  its name */
enum exit_status poll_open(struct session *session, struct pgtask_watch *watch,
                           struct pgtask_watch_config const *config, char const *command);

/** As pgtask_watch_next(). */
enum pgtask_error poll_next(struct session *session, struct pgtask_watch *watch,
                            struct pgtask_event *event);

/**
 * Reads the CA certificates anew if their file has changed, between two polls. The peer is verified
 * with the new ones before the next request.
 * @param is_asked  read them in any case; no poll may be under way
 * @return what to report, as one of the forms of trust.h with trust_path()
 */
enum trust_news poll_renew_roots(struct session *session, struct pgtask_watch const *watch,
                                 bool is_asked);

/** Waits as the watch asks for, and no longer than until `until_ms` or a signal. */
void poll_wait(struct session *session, struct pgtask_watch const *watch, uint64_t until_ms);

#endif
