/* SPDX-License-Identifier: MIT */
/** @file leds/attribute.h The files of an LED in sysfs, each of which holds one text. */
#ifndef CLI_ATTRIBUTE_H
#define CLI_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>

#define ATTRIBUTE_PATH_BYTES 256

/** Opens a file of the LED. @return its descriptor, or -1 */
int attribute_open(char const *directory, char const *name, int flags);

/** Reads a file without its line end. @return false if there is no such file or it is longer */
bool attribute_read(char const *directory, char const *name, char *text, size_t capacity);

/** @return whether the file took the text */
bool attribute_write(char const *directory, char const *name, char const *text);

/** As attribute_write(), to a file that is open. */
bool attribute_write_open(int descriptor, char const *text);

/** @return whether the file at its path is still the one that is open: a driver that was bound
 * again has made another one */
bool attribute_is_same(char const *directory, char const *name, int descriptor);

#endif
