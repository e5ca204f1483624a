/* SPDX-License-Identifier: MIT */
/**
 * @file text.h
 * Strings in buffers of fixed size: writing piece by piece, UTF-8, and lists of constants. Every
 * room of src/ may use it.
 */
#ifndef PGTASKI_TEXT_H
#define PGTASKI_TEXT_H

#include <pgtask/text.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Begins an empty string.
 * @param bytes     the caller's, used until the last piece was added
 * @param capacity  of `bytes`, 1 or more: the NUL counts
 */
void pgtaski_text_start(struct pgtask_text *text, char *bytes, size_t capacity);

/** Adds `length` bytes. If they do not fit, adds as many whole UTF-8 characters as fit. */
void pgtaski_text_add_bytes(struct pgtask_text *text, char const *bytes, size_t length);

/** Adds a NUL-terminated piece in the same way. */
void pgtaski_text_add(struct pgtask_text *text, char const *piece);

/** Adds `form`. Each `%` in it stands for the next element of `pieces`. */
void pgtaski_text_add_form(struct pgtask_text *text, char const *form, char const *const *pieces);

/** Adds a number in decimal digits. */
void pgtaski_text_add_number(struct pgtask_text *text, uint64_t number);

/** @return the largest length, at most `length`, that does not cut a UTF-8 character in two */
size_t pgtaski_text_boundary(char const *bytes, size_t length);

/**
 * Puts a blank in place of each control character: U+0001 to U+001F, U+007F to U+009F. A string
 * that came over the network could otherwise move a terminal's cursor or forge a line of a log.
 * @return the new length: a control character of two bytes becomes one blank
 */
size_t pgtaski_text_blank_controls(char *text);

/** @return whether two strings are the same. strcmp() of a libc may be thirty times as long. */
bool pgtaski_text_is_equal(char const *a, char const *b);

/**
 * Finds a string in a list such as "zero\0one\0two".
 * @param index  counts from 0 and must be in the list
 */
char const *pgtaski_text_at(char const *list, size_t index);

/**
 * Looks a string up in a list such as "one\0two\0", which an empty string ends.
 * @return its number, which counts from 1; 0 if the list does not have it
 */
size_t pgtaski_text_number(char const *list, char const *text);

/** Overwrites each piece of a secret in a text: 16 bytes or more of it, or all of a shorter one. */
void pgtaski_text_hide(char *text, char const *secret);

#endif
