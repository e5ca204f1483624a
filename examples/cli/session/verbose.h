/* SPDX-License-Identifier: MIT */
/** @file session/verbose.h What --verbose reports. */
#ifndef CLI_VERBOSE_H
#define CLI_VERBOSE_H

#include "session/session.h"

/** Remembers the connection at hand for verbose_report(), which may come after its end. Call it
 *  after each step of the client. */
void verbose_remember(struct session *session);

/** Reports the members of a task that are odd, if there are any. */
void verbose_report_odd(struct pgtask_task const *task);

/** Does so for the record of an event, unless only the progress has changed. */
void verbose_report_event(struct pgtask_event const *event);

/** Reports the connection, what went over it, and the RAM it took. */
void verbose_report(struct session const *session);

#endif
