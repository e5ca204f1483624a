/* SPDX-License-Identifier: MIT */
/** @file posix_private.h The look-ups of resolve.c, which only posix.c uses. */
#ifndef PGTASK_POSIX_PRIVATE_H
#define PGTASK_POSIX_PRIVATE_H

#include "pgtask_posix.h"

/** The member `resolve` of struct pgtask_port. `context` is a struct pgtask_posix. */
enum pgtask_error pgtaski_posix_resolve(void *context, char const *host);

/** Ends a look-up under way and reaps its child. Does nothing when idle. */
void pgtaski_posix_end_resolve(struct pgtask_posix *posix);

#endif
