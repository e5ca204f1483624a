/* SPDX-License-Identifier: MIT */
/** @file tasks/standing.h Why a task stands still, and what helps. */
#ifndef CLI_STANDING_H
#define CLI_STANDING_H

#include "base/writer.h"

#include <pgtask/task.h>

/** Writes sentences about a task that is paused or waits for its switch; nothing for others. */
void standing_write(struct writer *writer, struct pgtask_task const *task);

/** @return whether standing_write() has something to write for this status */
bool standing_has_meaning(enum pgtask_status status);

#endif
