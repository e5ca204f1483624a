/* SPDX-License-Identifier: MIT */
/** @file session/json_file.h Picks members out of a JSON file, such as those of tccli. */
#ifndef CLI_JSON_FILE_H
#define CLI_JSON_FILE_H

#include "base/pick.h"
#include "session/problem.h"

enum json_file {
    JSON_FILE_READ,    /**< the picks are filled */
    JSON_FILE_MISSING, /**< there is no such file */
    JSON_FILE_PROBLEM  /**< it cannot be opened or read, is too large, or is no JSON */
};

/** Reads a file to its end. @param problem  filled with JSON_FILE_PROBLEM */
enum json_file json_file_read(char const *path, struct pick *picks, size_t count,
                              struct problem *problem);

/** As json_file_read(), for a file that is open. @param descriptor  the caller's */
enum json_file json_file_read_open(int descriptor, char const *path, struct pick *picks,
                                   size_t count, struct problem *problem);

#endif
