/* SPDX-License-Identifier: MIT */
/** @file base/folder.h The names in a folder. readdir() may allocate; this does not. */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

/**
 * Hands on each name in a folder, in the system's order, "." and ".." too.
 * @param take  called for each name, which stays until it returns
 * @param context  handed to take()
 */
void folder_read(char const *path, void (*take)(void *context, char const *name), void *context);

#endif
