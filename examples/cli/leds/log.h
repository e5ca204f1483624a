/* SPDX-License-Identifier: MIT */
/** @file leds/log.h The log of a service: lines on standard error, with priorities for the journal.
 */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include "base/writer.h"

/** Priorities of syslog(3). */
enum log_priority { LOG_ERROR = 3, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

/**
 * From now on lines are kept instead of written, and log_last() has the last one: the log must not
 * disturb what is drawn on its terminal. Ends with false.
 */
void log_keep(bool keeps);

/** @return the last line that was kept, "" if there is none */
char const *log_last(void);

/** Logs a line. @param form  see base/format.h */
void log_line(enum log_priority priority, char const *form, ...) FORMAT_CHECKED(2, 3);

/** Begins a line that has more parts than one form. @return where the parts are written */
struct writer *log_begin(enum log_priority priority);

/** Ends the line that log_begin() began. */
void log_end(void);

#endif
