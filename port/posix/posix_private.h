/* SPDX-License-Identifier: MIT */
/** @file posix_private.h Name look-ups, for posix.c alone. */
#ifndef PGTASK_POSIX_PRIVATE_H
#define PGTASK_POSIX_PRIVATE_H

#include "pgtask_posix.h"

/** As struct pgtask_port's member of that name. */
enum pgtask_error pgtaski_posix_resolve(void *context, char const *host);

/** Ends a look-up under way and reaps its child. Harmless when idle. */
void pgtaski_posix_end_resolve(struct pgtask_posix *posix);

#endif
