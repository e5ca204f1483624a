/* SPDX-License-Identifier: MIT */
/** @file session/advice.h A failure as a sentence, with advice for a person at a command line. */
#ifndef CLI_ADVICE_H
#define CLI_ADVICE_H

#include "base/writer.h"
#include "session/credentials.h"

#include <pgtask/failure.h>

/** Room for the names and ports of up to three hosts, with NUL. */
#define ADVICE_WHERE_BYTES 1024

/** Room for what pgtask_failure_write() needs, the path of a credentials file, and the hosts. */
#define ADVICE_BYTES (512 + PROBLEM_PATH_BYTES + ADVICE_WHERE_BYTES)

/**
 * Writes the cause of a failure as the library words it, and what to do about it.
 * @param reader  who reads it, for its language; NULL: it is in English
 * @param file  the credentials file, which the advice names; NULL if the keys are from the
 *              environment
 * @param has_clock  false with --no-clock
 * @param region     that was asked for
 * @param where      the hosts that a failure of network or TLS is about; "" if they are not known
 * @return `text`
 */
char const *advice_write(char text[ADVICE_BYTES], struct pgtask_failure const *failure,
                         struct writer const *reader, char const *file, bool has_clock,
                         char const *region, char const *where);

/** @return whether the system lacks processes or memory now: it may have them soon */
bool advice_is_shortage(struct pgtask_failure const *failure);

#endif
