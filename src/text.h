/* SPDX-License-Identifier: MIT */
/**
 * @file text.h
 * Text written piece by piece into a buffer of fixed size. Internal: rooms of src/ share it.
 */
#ifndef PGTASKI_TEXT_H
#define PGTASKI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pgtask/task.h> /* struct pgtask_text, since a decoder holds one */

/** Begins an empty text. */
void pgtaski_text_start(struct pgtask_text *text, char *bytes, size_t capacity);

/** Adds `length` bytes, or as many whole UTF-8 characters as fit. */
void pgtaski_text_add_bytes(struct pgtask_text *text, char const *bytes, size_t length);

/** Adds a NUL-terminated text in the same way. */
void pgtaski_text_add(struct pgtask_text *text, char const *piece);

/** Adds `form`; each `%` in it stands for the next of the pieces. */
void pgtaski_text_add_form(struct pgtask_text *text, char const *form, char const *const *pieces);

/**
 * @param divisor  1 to 65,536
 * @return the quotient, rounded down. A small core has no such division, and the compiler's own is
 *         long: no `/` or `%` of 64 bits elsewhere in src/
 */
uint64_t pgtaski_number_divide(uint64_t number, uint32_t divisor);

/** Adds a number in decimal digits. */
void pgtaski_text_add_number(struct pgtask_text *text, uint64_t number);

/** Appends a decimal digit to a number. @return false if it is none, or the number gets too large
 */
bool pgtaski_number_push_digit(uint64_t *number, char digit);

/** @return the largest length, at most `length`, that ends no UTF-8 character in its middle */
size_t pgtaski_text_boundary(char const *bytes, size_t length);

/**
 * Puts a blank in place of each control character: U+0001 to U+001F, U+007F to U+009F. A text that
 * came over the network could otherwise move a terminal's cursor or forge a line of a log.
 * @return the new length: a control character of two bytes becomes one blank
 */
size_t pgtaski_text_blank_controls(char *text);

/** @return the text number `index`, from 0, of texts that stand one after the other with their NULs
 */
char const *pgtaski_text_at(char const *texts, size_t index);

/** @return the number of `text`, from 1, among such texts up to an empty one; 0: it is none */
size_t pgtaski_text_number(char const *texts, char const *text);

#endif
