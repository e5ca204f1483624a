/* SPDX-License-Identifier: MIT */
/** @file session/trust_problem.h Why a file yields no CA certificate: which part of it is wrong. */
#ifndef CLI_TRUST_PROBLEM_H
#define CLI_TRUST_PROBLEM_H

#include <stddef.h>

/** Room for any cause. */
#define TRUST_PROBLEM_BYTES 256

/**
 * Looks into a file that has no certificate that can be used.
 * @param text  TRUST_PROBLEM_BYTES
 * @return `text`: what is wrong, as a clause or two
 */
char const *trust_problem_find(char const *path, char text[TRUST_PROBLEM_BYTES]);

#endif
