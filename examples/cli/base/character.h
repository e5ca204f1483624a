/* SPDX-License-Identifier: MIT */
/**
 * @file base/character.h
 * Characters as a terminal sees them: UTF-8, columns, and which of them may reach it.
 *
 * wcwidth() and nl_langinfo() would need setlocale(), which uses the heap. The classes come from
 * the Unicode Character Database instead, through make_character_table.py.
 */
#ifndef CLI_CHARACTER_H
#define CLI_CHARACTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Reads the UTF-8 character that `text` begins with; `text` must not be at its end.
 * @param character  set to the code point; U+FFFD for a byte that is not UTF-8
 * @return its length in bytes, 1 to 4
 */
size_t character_read(char const *text, uint32_t *character);

/** @return whether a terminal may act on the character instead of showing it, or shows nothing:
 *  controls, separators of lines and paragraphs, and the formats that nobody sees, such as those
 *  that reverse the direction of writing (UAX #9) and the zero-width space */
bool character_is_unseen(uint32_t character);

/**
 * @return what is shown instead of the character where a text of the service or the user goes to a
 * terminal, a log or another program: a blank for a tab or a line end, `?` for a character that is
 * unseen or that UTF-8 does not spell; 0 if the character is harmless
 */
char character_stand_in(uint32_t character);

/**
 * @param ambiguous  columns of a character whose width UAX #11 calls ambiguous: 1, or 2 on many
 *                   terminals in East Asia
 * @return how many columns a terminal takes to show the character: 0, 1 or 2
 */
unsigned character_columns(uint32_t character, unsigned ambiguous);

#endif
