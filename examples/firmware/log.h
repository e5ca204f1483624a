/* SPDX-License-Identifier: MIT */
/**
 * @file log.h
 * The log on the UART, a line at a time, each with the seconds since reset before it. No printf.
 *
 * @code
 * log_begin("poll ");
 * log_number(polls);
 * log_end();                          // [   12.345] poll 10
 * @endcode
 */
#ifndef FIRMWARE_LOG_H
#define FIRMWARE_LOG_H

#include <stdint.h>

/** Begins a line. */
void log_begin(char const *text);

/** Goes on with it. What a terminal could act on is written as '?'. */
void log_text(char const *text);

/** Goes on with it, in decimal. */
void log_number(uint64_t number);

/** Ends it and hands it to the UART. */
void log_end(void);

/** A line of one text. */
void log_line(char const *text);

#endif
