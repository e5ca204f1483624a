/* SPDX-License-Identifier: MIT */
/** @file leds/log.h The log of a service: lines on standard error, with priorities for the journal.
 */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include "base/writer.h"

/** Priorities of syslog(3). */
enum log_priority { LOG_ERROR = 3, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

/** Begins a line; write it with writer_error. `<N>` goes first where the journal reads it. */
void log_begin(enum log_priority priority);

/** Ends the line. */
void log_end(void);

/** A line `TEXT` or, if there is a detail of the service's or the user's, `TEXT: DETAIL`. */
void log_line(enum log_priority priority, char const *text, char const *detail);

#endif
