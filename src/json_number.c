/* SPDX-License-Identifier: MIT */
/*
 * Numbers in any notation of JSON, read as whole numbers without floating point.
 *
 *     -?  whole  [. fraction]  [e|E [+|-] exponent]
 *
 * First the text is taken apart, which checks the grammar, and tells how many digits the whole part
 * has once the exponent has moved the point: 12.50e3 has 2 + 3. Then so many digits become a
 * number, where zeros stand for those that are not written: 12500. Digits beyond them are a
 * fraction, unless they are 0.
 */
#include <pgtask/json.h>

#include "number.h"

/* A number taken apart. */
struct parts {
    char const *digits; /* of whole and fraction, with the point between them */
    char const *digits_end;
    int32_t whole_digits; /* of the whole part; negative for 0.01e-1 */
    bool is_negative;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Passes over digits. @return how many there were */
static int32_t skip_digits(char const **at, char const *end)
{
    int32_t count = 0;

    for (; *at < end && is_digit(**at); ++*at) {
        count++;
    }
    return count;
}

/* Reads sign and digits of an exponent. @return false if there are no digits */
static bool read_exponent(char const **at, char const *end, int32_t *exponent)
{
    enum { LARGE = 0x10000 }; /* no window holds as many digits as this exponent stands for */
    bool const has_sign = *at < end && (**at == '+' || **at == '-');
    bool const is_negative = has_sign && **at == '-';
    char const *digit = *at + (has_sign ? 1 : 0);
    int32_t value = 0;

    *at = digit;
    if (skip_digits(at, end) == 0) {
        return false;
    }
    for (; digit < *at; digit++) {
        value = value < LARGE ? value * 10 + (*digit - '0') : value;
    }
    *exponent = is_negative ? -value : value;
    return true;
}

/* @return false if the text is not a number */
static bool take_apart(char const *at, char const *end, struct parts *parts)
{
    int32_t exponent = 0;

    parts->is_negative = at < end && *at == '-';
    parts->digits = at + (parts->is_negative ? 1 : 0);
    at = parts->digits;
    parts->whole_digits = skip_digits(&at, end);
    if (parts->whole_digits == 0 || (parts->whole_digits > 1 && parts->digits[0] == '0')) {
        return false;
    }
    if (at < end && *at == '.') {
        at++;
        if (skip_digits(&at, end) == 0) {
            return false;
        }
    }
    parts->digits_end = at;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (!read_exponent(&at, end, &exponent)) {
            return false;
        }
    }
    parts->whole_digits += exponent;
    return at == end;
}

/* Reads the whole part; if it is too large, the digits that 64 bits hold. @return whether that is
 * all of the number */
static bool read_whole(struct parts const *parts, uint64_t *whole)
{
    int32_t left = parts->whole_digits;
    bool is_exact = true;

    *whole = 0;
    for (char const *digit = parts->digits; digit < parts->digits_end; digit++) {
        if (*digit != '.' && left-- <= 0) {
            is_exact = is_exact && *digit == '0';
        } else if (*digit != '.') {
            is_exact = is_exact && pgtaski_number_push_digit(whole, *digit);
        }
    }
    while (left-- > 0 && *whole != 0 && is_exact) { /* any number of zeros may follow 0 */
        is_exact = pgtaski_number_push_digit(whole, '0');
    }
    return is_exact;
}

/* Reads the usual notation, if it is too short to overflow. */
static bool read_short(char const *text, size_t length, uint64_t *number)
{
    uint32_t value = 0;

    if (length == 0 || length > 9 || (text[0] == '0' && length > 1)) {
        return false;
    }
    for (size_t at = 0; at < length; at++) {
        uint32_t const digit = (uint32_t)(unsigned char)text[at] - '0';

        if (digit > 9) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

enum pgtask_error pgtask_json_to_uint64(char const *text, size_t length, uint64_t *number)
{
    struct parts parts;
    bool is_exact;

    if (read_short(text, length, number)) {
        return PGTASK_OK;
    }
    if (!take_apart(text, text + length, &parts)) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    is_exact = read_whole(&parts, number);
    if (parts.is_negative && *number != 0) {
        *number = 0;
        is_exact = false;
    }
    return is_exact ? PGTASK_OK : PGTASK_ERROR_ANSWER_RANGE;
}
