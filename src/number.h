/* SPDX-License-Identifier: MIT */
/**
 * @file number.h
 * Whole numbers of 64 bits: a division that is small in flash, and decimal digits. Every room of
 * src/ may use it.
 */
#ifndef PGTASKI_NUMBER_H
#define PGTASKI_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Divides. A small core has no 64-bit division, and the compiler's own routine is long: nothing
 * else in src/ uses `/` or `%` on 64 bits.
 *
 * @param divisor  1 to 65,536
 * @return the quotient, rounded down
 */
uint64_t pgtaski_number_divide(uint64_t number, uint32_t divisor);

/**
 * Appends a decimal digit: 12 and '3' make 123.
 *
 * @param number  changed on true
 * @return false if `digit` is not a decimal digit, or if the number would exceed 64 bits
 */
bool pgtaski_number_push_digit(uint64_t *number, char digit);

#endif
