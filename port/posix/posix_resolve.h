/* SPDX-License-Identifier: MIT */
/** @file posix_resolve.h Name look-ups, for posix.c alone. */
#ifndef PGTASK_POSIX_RESOLVE_H
#define PGTASK_POSIX_RESOLVE_H

#include "pgtask_posix.h"

/** As struct pgtask_port's member of that name. */
enum pgtask_error pgtask_posix_resolve(void *context, char const *host);

/** Ends a look-up under way and reaps its child. Harmless when idle. */
void pgtask_posix_resolve_end(struct pgtask_posix *posix);

#endif
