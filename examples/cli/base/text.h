/* SPDX-License-Identifier: MIT */
/** @file base/text.h Numbers and characters in texts that a person or the service wrote. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads a whole decimal number: digits alone, no sign, no blanks. @return false if it is none or
 *  above UINT64_MAX */
bool text_to_uint64(char const *text, uint64_t *number);

/** Reads seconds such as `60` or `0.25`, to the millisecond. @return false if it is no such number,
 *  finer than a millisecond, or above UINT32_MAX milliseconds */
bool text_to_milliseconds(char const *text, uint32_t *milliseconds);

/**
 * Reads the UTF-8 character that `text` begins with; `text` must not be at its end.
 * @param character  set to the code point; U+FFFD for a byte that is not UTF-8
 * @return its length in bytes, 1 to 4
 */
size_t text_character(char const *text, uint32_t *character);

/** @return whether a terminal might act on the character instead of showing it: C0 and C1 controls
 *  and the marks that reverse the direction of writing */
bool text_acts_on_terminal(uint32_t character);

/** Room for the digits of any uint64_t, with NUL. */
#define TEXT_DECIMAL_BYTES 21

/** Writes a number in decimal, NUL-terminated. @return `text` */
char const *text_from_uint64(char text[TEXT_DECIMAL_BYTES], uint64_t number);

/** Room for any duration, with NUL. */
#define TEXT_DURATION_BYTES 40

/** Writes a duration with the two largest units that count, such as `1 h 4 min`. @return `text` */
char const *text_duration(char text[TEXT_DURATION_BYTES], uint64_t seconds);

/** Writes a duration as a clock shows it: `0:07`, `59:59`, `1:00:00`, `2 d 0:00:00`.
 *  @return `text` */
char const *text_clock(char text[TEXT_DURATION_BYTES], uint64_t seconds);

/** Overwrites a secret; the compiler does not drop it. */
void text_wipe(void *bytes, size_t length);

#endif
