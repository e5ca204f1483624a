/* SPDX-License-Identifier: MIT */
/** @file target.h What watch and led follow, and how often they ask, from the command line. */
#ifndef CLI_FOLLOWED_H
#define CLI_FOLLOWED_H

#include "session/options.h"

#include <pgtask/watch.h>

/** @return NULL if the options name one task or an instance, else what is wrong, as a clause */
char const *followed_check(struct options const *options);

/** @return what the options say of a watch; all else is 0 */
struct pgtask_watch_config followed_config(struct options const *options);

#endif
