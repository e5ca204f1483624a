/* SPDX-License-Identifier: MIT */
/**
 * @file base/ini.h
 * The INI format of the SDKs' credentials files and of pgtask's own settings, read line by line.
 *
 *     [section]            # a remark
 *     key = value
 *     key = "value"
 *     # a remark, and ; begins one too
 *
 * Lines end with LF or CR LF. A byte-order mark of UTF-8 is passed over.
 *
 * @code
 * struct ini ini = {.descriptor = file_open(path, O_RDONLY, 0)};
 * enum ini_line line;
 * while ((line = ini_next(&ini)) == INI_ENTRY || line == INI_SECTION) {
 *     if (line == INI_ENTRY) take(ini.section, ini.key, ini.value);
 * }
 * if (line != INI_END) report_error("%s:%u: %s.", path, ini.line, ini_cause(line));
 * @endcode
 */
#ifndef CLI_INI_H
#define CLI_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The longest line, with NUL: a token of 4,096 bytes, its key, blanks and quotes. */
#define INI_LINE_BYTES 4608

/** The longest name of a section, with NUL. */
#define INI_SECTION_BYTES 128

/** The largest file. */
#define INI_FILE_BYTES 262144

/** A file under way. Set `descriptor`, and everything else to zero. It may hold secrets: end with
 *  ini_wipe(). */
struct ini {
    int descriptor;                  /**< the caller's, open for reading; the caller closes it */
    uint32_t line;                   /**< current, from 1 */
    char section[INI_SECTION_BYTES]; /**< of the current line; "" before the first section */
    char *key;                       /**< after INI_ENTRY */
    char *value; /**< after INI_ENTRY, without blanks and without one pair of quotes around it */
    /* private */
    size_t at; /**< next byte of `slice` */
    size_t length;
    size_t total; /**< bytes read */
    char slice[512];
    char text[INI_LINE_BYTES]; /**< the current line */
};

enum ini_line {
    INI_ENTRY,      /**< `key = value` */
    INI_SECTION,    /**< `[section]` */
    INI_END,        /**< no more lines */
    INI_MALFORMED,  /**< the line is no entry, section, remark or blank line; the next call goes on
                     */
    INI_LONG,       /**< the line or the name of its section is too long; the next call goes on */
    INI_UTF16,      /**< the file is in UTF-16; do not go on after this or those below */
    INI_UNREADABLE, /**< the file cannot be read; errno says why */
    INI_TOO_LARGE   /**< the file is larger than INI_FILE_BYTES */
};

/** Reads on to the next entry or section. `key` and `value` stay until the next call. */
enum ini_line ini_next(struct ini *ini);

/** @return what is wrong, from INI_MALFORMED on, as a clause such as "this line is too long" */
char const *ini_cause(enum ini_line line);

/** Overwrites what was read. */
void ini_wipe(struct ini *ini);

#endif
