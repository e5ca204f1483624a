/* SPDX-License-Identifier: MIT */
/* Arithmetic on 64 bits with the instructions of a 32-bit core. */
#include "number.h"

/*
 * Long division with digits of 16 bits. `number` is a shift register of four such digits: the
 * highest one leaves it at the top, and the digit of the quotient enters at the bottom. After four
 * rounds the quotient has replaced the number. `rest` stays below the divisor, so that `rest << 16`
 * fits 32 bits.
 */
uint64_t pgtaski_number_divide(uint64_t number, uint32_t divisor)
{
    uint32_t rest = 0;

    for (uint32_t bits = 0; bits < 64; bits += 16) {
        rest = rest << 16 | (uint32_t)(number >> 48);
        number = number << 16 | rest / divisor;
        rest %= divisor;
    }
    return number;
}

bool pgtaski_number_push_digit(uint64_t *number, char digit)
{
    uint32_t const value = (uint32_t)(unsigned char)digit - '0';
    uint64_t const low = (*number & UINT32_MAX) * 10 + value;
    uint64_t const high = (*number >> 32) * 10 + (low >> 32);

    if (value > 9 || high > UINT32_MAX) {
        return false;
    }
    *number = high << 32 | (uint32_t)low;
    return true;
}
