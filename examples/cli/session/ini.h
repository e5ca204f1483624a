/* SPDX-License-Identifier: MIT */
/** @file session/ini.h The INI format of the SDKs' credentials files, line by line, in place. */
#ifndef CLI_INI_H
#define CLI_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A text under way. Set `next` and `end`, all else zero. */
struct ini {
    char *next;    /**< rest of the text; it is changed in place */
    char *end;     /**< its end, where a NUL must fit */
    char *section; /**< of the current line, "" before the first */
    char *key;     /**< after INI_ENTRY */
    char *value;   /**< after INI_ENTRY, without blanks and then one pair of quotes around it */
    uint32_t line; /**< current, from 1 */
};

enum ini_line {
    INI_ENTRY,    /**< `key = value` */
    INI_END,      /**< no more lines */
    INI_MALFORMED /**< neither an entry, a section, a comment (`#`, `;`) nor blank */
};

/** Goes on to the next entry. Texts stay valid as long as the text does. */
enum ini_line ini_next(struct ini *ini);

#endif
