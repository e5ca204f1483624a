/* SPDX-License-Identifier: MIT */
/**
 * @file session/credentials.h
 * Where the keys come from: the environment, or else the SDKs' credentials file. The command line
 * is no source, since other users can see it.
 */
#ifndef CLI_CREDENTIALS_H
#define CLI_CREDENTIALS_H

#include <stdbool.h>

#include <pgtask/tc3.h>

/** Room for a credentials file: its longest values and some comments. */
#define CREDENTIALS_FILE_BYTES 8192

/** The longest path, with NUL. */
#define CREDENTIALS_PATH_BYTES 512

/** The caller places it, all zero at first. Holds secrets: end with credentials_wipe(). */
struct credentials {
    struct pgtask_credentials
        keys;               /**< for the client; their texts lie in `text` or in the environment */
    char const *source;     /**< where they were found, for messages */
    bool is_in_file;        /**< found in a file, not in the environment */
    bool is_open_to_others; /**< the file's permissions let others read or write it */
    char path[CREDENTIALS_PATH_BYTES];
    char text[CREDENTIALS_FILE_BYTES + 1];
};

/** Why no credentials were found. */
struct credentials_problem {
    char source[CREDENTIALS_PATH_BYTES + 12]; /**< variable, file, or file and line: `PATH:LINE` */
    char const *cause;                        /**< a clause; a constant */
};

/**
 * Finds and checks credentials.
 * @return false with `problem` filled if there are none, or if the first place that has some has
 *         them incomplete or malformed; the next place is not looked at then
 */
bool credentials_find(struct credentials *credentials, struct credentials_problem *problem);

void credentials_wipe(struct credentials *credentials);

#endif
