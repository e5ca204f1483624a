/* SPDX-License-Identifier: MIT */
/** @file base/ini.h The INI format of the SDKs' credentials files, line by line, in place. */
#ifndef CLI_INI_H
#define CLI_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A text that is being read. Set `next` and `end`, and everything else to zero. */
struct ini {
    char *next;    /**< the rest of the text, which is changed in place */
    char *end;     /**< end of the text; a NUL must fit there */
    char *section; /**< of the current line; "" before the first section */
    char *key;     /**< after INI_ENTRY */
    char *value;   /**< after INI_ENTRY, without blanks and without one pair of quotes around it */
    uint32_t line; /**< current, from 1 */
};

enum ini_line {
    INI_ENTRY,    /**< `key = value` */
    INI_END,      /**< no more lines */
    INI_MALFORMED /**< the line is no entry, section, comment (`#`, `;`) or blank line */
};

/** Reads on to the next entry. `section`, `key` and `value` stay valid as long as the text. */
enum ini_line ini_next(struct ini *ini);

#endif
