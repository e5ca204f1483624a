/* SPDX-License-Identifier: MIT */
/** @file tasks/standing.h Why a task stands still, and what helps. */
#ifndef CLI_STANDING_H
#define CLI_STANDING_H

#include "base/writer.h"
#include "tasks/times.h"

/** Room for what standing_write() writes, with NUL. */
#define STANDING_BYTES (256 + TIMES_BYTES)

/** Writes sentences about a task that is paused or waits for its switch, "" for others.
 *  @param writer  that will print them, for the language
 *  @return `text` */
char const *standing_write(char text[STANDING_BYTES], struct writer const *writer,
                           struct pgtask_task const *task);

#endif
