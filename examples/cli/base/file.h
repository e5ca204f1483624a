/* SPDX-License-Identifier: MIT */
/** @file base/file.h Files whose paths a user gives: opening them never waits. */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include <stdbool.h>
#include <sys/types.h>

enum {
    FILE_FAILED = -1,     /**< errno says why */
    FILE_NOT_REGULAR = -2 /**< a FIFO, device, socket or folder is there */
};

/** What is wrong, as a clause, if a path leads to something else than a regular file. */
#define FILE_MUST_BE_REGULAR "this is not a regular file; give the path of a plain file"

/**
 * Opens a regular file, as open() does; programs that are run do not inherit it. A FIFO whose other
 * end nobody holds would block open() for ever.
 * @param mode  of a file that is made
 * @return the descriptor, FILE_FAILED or FILE_NOT_REGULAR
 */
int file_open(char const *path, int flags, mode_t mode);

/** @return whether something else than a regular file is at the path; false if nothing is there */
bool file_is_special(char const *path);

#endif
