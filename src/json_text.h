/* SPDX-License-Identifier: MIT */
/**
 * @file json_text.h
 * Inside src/json: the contents of strings and the grammar of numbers.
 */
#ifndef PGTASK_JSON_TEXT_H
#define PGTASK_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of a window that are kept free behind its text: pgtask_json_plain() reads machine words.
 */
#define PGTASK_JSON_SPARE 16

/**
 * @return how many bytes at the start of `text` are printable ASCII other than backslash and quote;
 *         the PGTASK_JSON_SPARE bytes after it are read but do not count
 */
size_t pgtask_json_plain(char const *text, size_t length);

/**
 * Reads an escape, or a character of more than one byte, inside a JSON string. Whether a byte is
 * neither is known only once another follows.
 *
 * @param text    `length` bytes, 1 or more
 * @param code    set to the Unicode code point if all of it is there
 * @return how many bytes it takes, more than `length` if the end cuts it short; 0 for a control
 *         byte, a wrong escape, a lone surrogate or invalid UTF-8 (RFC 8259 section 7, RFC 3629
 *         section 4)
 */
size_t pgtask_json_read_character(char const *text, size_t length, uint32_t *code);

/** Writes a character in UTF-8, 1 to 4 bytes. @return how many */
size_t pgtask_json_write_character(char *text, uint32_t code);

#endif
