/* SPDX-License-Identifier: MIT */
/**
 * @file session/credentials.h
 * Who signs: the environment first, then the SDKs' credentials file. Never the command line.
 */
#ifndef CLI_CREDENTIALS_H
#define CLI_CREDENTIALS_H

#include <stdbool.h>

#include <pgtask/tc3.h>

/** Room for a credentials file: its longest texts and some comments. */
#define CREDENTIALS_FILE_BYTES 8192

/** The longest path, with NUL. */
#define CREDENTIALS_PATH_BYTES 512

/** The caller places it, all zero at first. Holds secrets: end with credentials_wipe(). */
struct credentials {
    struct pgtask_credentials keys; /**< for the client; texts in `text` or in the environment */
    char const *source;             /**< which supplied them, for messages */
    bool in_file;                   /**< it is a file, not the environment */
    bool open_to_others;            /**< the file's permissions let others read or write it */
    char path[CREDENTIALS_PATH_BYTES];
    char text[CREDENTIALS_FILE_BYTES + 1];
};

/** Why there are none. */
struct credentials_problem {
    char source[CREDENTIALS_PATH_BYTES + 12]; /**< variable, file, or file and line: `PATH:LINE` */
    char const *cause;                        /**< a clause, a constant */
};

/**
 * Finds and checks credentials.
 * @return false with `problem` filled: none were found, or the first place that has some has them
 *         incomplete or malformed. There is no falling through to the next place then
 */
bool credentials_find(struct credentials *credentials, struct credentials_problem *problem);

void credentials_wipe(struct credentials *credentials);

#endif
