/* SPDX-License-Identifier: MIT */
/** @file session/problem.h Why a setting or a key could not be found, for a person. */
#ifndef CLI_PROBLEM_H
#define CLI_PROBLEM_H

#include "base/writer.h"

/** The longest path, with NUL. */
#define PROBLEM_PATH_BYTES 512

/** Never holds a key or a token. It is in the language of standard error's reader. */
struct problem {
    char source[PROBLEM_PATH_BYTES + 12]; /**< variable, file, or file and line: `PATH:LINE` */
    char cause[2048];                     /**< a clause */
};

/** Fills a problem in. @param cause  a constant in English. @return false, so that a caller can
 * return it */
bool problem_set(struct problem *problem, char const *source, char const *cause);

/** As problem_set(), for a line of a file. */
bool problem_set_line(struct problem *problem, char const *path, uint32_t line, char const *cause);

#endif
