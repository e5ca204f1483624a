/* SPDX-License-Identifier: MIT */
/**
 * @file log.h
 * The log on the UART. A line begins with the seconds since reset, is collected piece by piece, and
 * goes out when it ends. There is one line at a time, and no printf.
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

/** Begins a line with its time and a text. */
void log_begin(char const *text);

/** Adds a text to the line. A byte that controls a terminal becomes '?'. */
void log_text(char const *text);

/** Adds two texts to the line, such as what a text is and the text itself. */
void log_texts(char const *first, char const *second);

/** Adds a number to the line, in decimal. */
void log_number(uint64_t number);

/** Adds a text and a number to the line. */
void log_count(char const *text, uint64_t number);

/** Ends the line and writes it to the UART. */
void log_end(void);

/** Writes a line that has only one text. */
void log_line(char const *text);

#endif
