/* SPDX-License-Identifier: MIT */
/** @file target.h The task or instance that watch and led follow, and how often they poll, from the
 *  command line. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "session/options.h"

#include <pgtask/watch.h>

/** Checks a TASK_ID. @return NULL if it is a good one, else what is wrong, as a clause */
char const *target_check_task(struct options const *options);

/** @return NULL if the options name one task or an instance, else what is wrong, as a clause */
char const *target_check(struct options const *options);

/** @return what the options say about a watch; all else is 0 */
struct pgtask_watch_config target_config(struct options const *options);

#endif
