/* SPDX-License-Identifier: MIT */
/** @file base/outlet.h Writes to a pipe, a terminal or a socket that somebody else may not empty.
 */
#ifndef CLI_OUTLET_H
#define CLI_OUTLET_H

#include <stddef.h>
#include <sys/types.h>

/**
 * Opens a pipe or a terminal once more, so that O_NONBLOCK does not change it for others.
 * @return the new descriptor, or else the given one, with which outlet_write() works as well
 */
int outlet_open(int descriptor);

/** As write(), but returns at once, with EAGAIN if there is no room. May write less. */
ssize_t outlet_write(int descriptor, void const *bytes, size_t length);

#endif
