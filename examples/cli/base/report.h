/* SPDX-License-Identifier: MIT */
/**
 * @file base/report.h
 * The one route to standard error: whole lines, one verb for each kind of message.
 *
 * Forms are those of base/format.h, without the line end. Texts of the user and the service are
 * printed so that a terminal can only show them.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "base/writer.h"

/** `pgtask: ...`: why the program cannot do what it was asked to do. */
void report_error(char const *form, ...) FORMAT_CHECKED(1, 2);

/** `pgtask: warning: ...`: the program goes on all the same. */
void report_warning(char const *form, ...) FORMAT_CHECKED(1, 2);

/** A sentence about a result, which has no place on standard output. */
void report_info(char const *form, ...) FORMAT_CHECKED(1, 2);

/** `* ...`: a line of --verbose. */
void report_detail(char const *form, ...) FORMAT_CHECKED(1, 2);

/** From now on report_error() writes `PGTASK UNKNOWN: ...` to standard output: monitoring systems
 *  read nothing else. */
void report_as_plugin(void);

/** Begins a line that has more parts than one form. @return where the parts are written */
struct writer *report_begin(void);

/** Ends the line that report_begin() began. */
void report_end(void);

/** From now on a full standard error holds nothing up: lines are dropped and counted. */
void report_never_wait(void);

/** Hands on lines that wait for room. Call it now and then while report_is_behind().
 *  @return how many lines were dropped, once the caller can report that; otherwise 0 */
uint64_t report_catch_up(void);

/** @return whether lines wait for room, or dropped ones are not reported yet */
bool report_is_behind(void);

#endif
