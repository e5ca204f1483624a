/* SPDX-License-Identifier: MIT */
/**
 * @file json_text.h
 * Inside src/json: the contents of strings and the grammar of numbers.
 */
#ifndef PGTASK_JSON_TEXT_H
#define PGTASK_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/** Bytes that pgtask_json_unescape() needs before and after the text: room for a machine word. */
#define PGTASK_JSON_SPARE 8

/**
 * @return how many bytes at the start of `text` are printable ASCII other than backslash and quote;
 *         the PGTASK_JSON_SPARE bytes after it are read but do not count
 */
size_t pgtask_json_plain(char const *text, size_t length);

/** @return whether the closing quote is among these bytes of the inside of a JSON string */
bool pgtask_json_has_end(char const *text, size_t length);

/** What pgtask_json_unescape() found. */
struct pgtask_json_unescaped {
    char const *text; /**< the unescaped text: it begins PGTASK_JSON_SPARE bytes earlier */
    size_t length;    /**< of it */
    size_t taken;     /**< bytes read; up to the bad escape or character when `bad` */
    bool has_nul;     /**< a U+0000 is in the unescaped text */
    bool ended;       /**< the string's closing quote comes next */
    bool bad;
};

/**
 * Unescapes the inside of a JSON string in place, up to its closing quote, to the end of the bytes,
 * or to an escape or character that the end cuts short.
 *
 * @param text    `length` bytes; PGTASK_JSON_SPARE bytes before them are written, and as many
 *                after them are read but do not count
 * @param length  may be 0
 * @return what was read and made; `bad` for a control byte, a wrong escape, a lone surrogate or
 *         invalid UTF-8 (RFC 8259 section 7, RFC 3629 section 4)
 */
struct pgtask_json_unescaped pgtask_json_unescape(char *text, size_t length);

/** @return whether `text` is a number of RFC 8259 section 6 */
bool pgtask_json_is_number(char const *text, size_t length);

#endif
