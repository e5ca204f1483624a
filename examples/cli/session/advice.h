/* SPDX-License-Identifier: MIT */
/** @file session/advice.h A failure as the library tells it, with advice for who sits at a command
 * line.
 */
#ifndef CLI_FAILURE_H
#define CLI_FAILURE_H

#include "session/credentials.h"

#include <pgtask/failure.h>

/** Room for what pgtask_failure_write() needs, and the path of a credentials file. */
#define FAILURE_BYTES (512 + CREDENTIALS_PATH_BYTES)

/**
 * Writes a failure as pgtask_failure_write() does.
 * @param file  where the credentials are from, which the advice names then; NULL: the environment
 * @return `text`
 */
char const *failure_text(char text[FAILURE_BYTES], struct pgtask_failure const *failure,
                         char const *file);

#endif
