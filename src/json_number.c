/* SPDX-License-Identifier: MIT */
/*
 * Numbers in any notation of JSON, read as whole numbers without floating point.
 *
 *     -?  whole  [. fraction]  [e|E [+|-] exponent]
 *
 * First the text is taken apart, which checks the grammar: 12.50e3 has the digits "12.50" and the
 * exponent 1, which is 3 less the two digits of the fraction. Then the digits become a number and
 * the zeros at its end: 125 and one zero. Zeros and exponent together, 2, say how many zeros to
 * append: 12500. If they are negative, the number is a fraction.
 */
#include <pgtask/json.h>

#include "number.h"

/* A number taken apart. */
struct parts {
    char const *digits; /* of whole and fraction, with the point between them */
    char const *digits_end;
    int32_t exponent; /* as if the point stood behind the digits */
    bool is_negative;
};

/* A number under way: `value`, and `zeros` behind it. */
struct sum {
    uint64_t value;
    int32_t zeros;
    bool is_too_large;
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
    int32_t length;

    parts->is_negative = at < end && *at == '-';
    parts->digits = at + (parts->is_negative ? 1 : 0);
    at = parts->digits;
    length = skip_digits(&at, end);
    if (length == 0 || (length > 1 && parts->digits[0] == '0')) {
        return false;
    }
    length = 0;
    if (at < end && *at == '.') {
        at++;
        length = skip_digits(&at, end);
        if (length == 0) {
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
    parts->exponent = exponent - length;
    return at == end;
}

/* Multiplies by a power of ten, which may be large if the value is 0. */
static void append_zeros(struct sum *sum, int32_t zeros)
{
    for (; zeros > 0 && sum->value != 0 && !sum->is_too_large; zeros--) {
        sum->is_too_large = !pgtaski_number_push_digit(&sum->value, '0');
    }
}

/* Appends digits, and passes over the point. Zeros wait until another digit follows. */
static void append_digits(struct sum *sum, char const *digit, char const *end)
{
    for (; digit < end; digit++) {
        if (*digit == '0') {
            sum->zeros++;
        } else if (*digit != '.') {
            append_zeros(sum, sum->zeros);
            sum->zeros = 0;
            if (!pgtaski_number_push_digit(&sum->value, *digit)) {
                sum->is_too_large = true;
            }
        }
    }
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
    struct sum sum = {0};
    struct parts parts;
    int32_t zeros;

    if (read_short(text, length, number)) {
        return PGTASK_OK;
    }
    if (!take_apart(text, text + length, &parts)) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    append_digits(&sum, parts.digits, parts.digits_end);
    zeros = sum.zeros + parts.exponent;
    append_zeros(&sum, zeros);
    if (sum.is_too_large || (sum.value != 0 && (parts.is_negative || zeros < 0))) {
        return PGTASK_ERROR_ANSWER_RANGE;
    }
    *number = sum.value;
    return PGTASK_OK;
}
