/* SPDX-License-Identifier: MIT */
/** @file leds/found.h How an LED in sysfs was found, to restore it at the end. */
#ifndef CLI_FOUND_H
#define CLI_FOUND_H

#include "leds/attribute.h"

#define FOUND_TEXT_BYTES 512

/** The files whose texts are restored: light, trigger, and the settings of common triggers. */
enum { FOUND_FILES = 13 };

/** The caller places it, all zero. */
struct found {
    char texts[FOUND_FILES][FOUND_TEXT_BYTES]; /**< "": there was no such file, or it is too long */
    char record[ATTRIBUTE_PATH_BYTES];         /**< the path of its record; "": there is none */
};

/**
 * Reads how the LED is. A program that was killed could not restore it, but has left a record of
 * what it had found; if so, that is what counts.
 * @param trigger  the LED's trigger; "" if it has none
 */
void found_read(struct found *found, char const *directory, char const *trigger);

/** Restores the LED and removes the record. */
void found_restore(struct found const *found, char const *directory);

/** @return the colours of the channels of a colour LED; "" without any */
char const *found_intensity(struct found const *found);

#endif
