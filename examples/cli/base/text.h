/* SPDX-License-Identifier: MIT */
/** @file base/text.h Texts in memory: numbers read and written, durations, spelling. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include "base/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads a whole decimal number: only digits, no sign, no blanks. @return false if `text` is not
 *  such a number or is above UINT64_MAX; `number` is unchanged then */
bool text_to_uint64(char const *text, uint64_t *number);

/** Reads seconds such as `60` or `0.25`, to the millisecond. @return false if `text` is not such a
 *  number, is finer than a millisecond, or is above UINT32_MAX milliseconds */
bool text_to_milliseconds(char const *text, uint32_t *milliseconds);

/**
 * Writes a form (base/format.h) to memory, NUL-terminated and cut to size. A `%s` is copied as it
 * is: print the result with writer_print(), which makes it harmless.
 * @param capacity  bytes at `text`, 1 or more
 * @return whether all of it fits
 */
bool text_print(char *text, size_t capacity, char const *form, ...) FORMAT_CHECKED(3, 4);

/** As text_print(), after what `text` holds. */
bool text_append(char *text, size_t capacity, char const *form, ...) FORMAT_CHECKED(3, 4);

/** Room for any duration, with NUL. */
#define TEXT_DURATION_BYTES 40

/** Writes a duration with the two largest units that count, such as `1 h 4 min`. @return `text` */
char const *text_duration(char text[TEXT_DURATION_BYTES], uint64_t seconds);

/** Writes a duration as a clock shows it: `0:07`, `59:59`, `1:00:00`, `2 d 0:00:00`.
 *  @return `text` */
char const *text_clock(char text[TEXT_DURATION_BYTES], uint64_t seconds);

/** @return whether one slip of the finger turns `meant` into `typed`: a character too many, too
 *  few or wrong, or two neighbours swapped. Equal texts are no slip. */
bool text_is_slip(char const *typed, char const *meant);

/** Makes a text harmless for another program, in its own memory: blanks and question marks replace
 *  what a terminal would act on or would not show, see character_stand_in(). */
void text_make_printable(char *text);

/** Overwrites a secret; the compiler does not drop it. */
void text_wipe(void *bytes, size_t length);

#endif
