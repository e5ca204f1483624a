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
    char const *at; /* the next byte to read */
    char const *end;
    char const *digits; /* of whole and fraction, with the point between them */
    char const *digits_end;
    int32_t whole_digits; /* of the whole part; negative for 0.01e-1 */
    bool is_negative;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Passes over this byte, if it comes next. @return whether it did */
static bool accept(struct parts *parts, char byte)
{
    if (parts->at == parts->end || *parts->at != byte) {
        return false;
    }
    parts->at++;
    return true;
}

/* Passes over digits. @return how many there were */
static int32_t accept_digits(struct parts *parts)
{
    int32_t count = 0;

    for (; parts->at < parts->end && is_digit(*parts->at); parts->at++) {
        count++;
    }
    return count;
}

/* Moves the point by the exponent. @return false if the exponent has no digits */
static bool read_exponent(struct parts *parts)
{
    enum { LARGE = 0x10000 }; /* no window holds as many digits as this exponent stands for */
    bool const is_negative = accept(parts, '-');
    char const *digit;
    int32_t value = 0;

    if (!is_negative) {
        (void)accept(parts, '+');
    }
    digit = parts->at;
    if (accept_digits(parts) == 0) {
        return false;
    }
    for (; PGTASK_NUMBER_NOTATIONS && digit < parts->at; digit++) {
        value = value < LARGE ? value * 10 + (*digit - '0') : value;
    }
    parts->whole_digits += is_negative ? -value : value;
    return true;
}

/* @param parts  `at` and `end` are set. @return false if the text is not a number */
static bool take_apart(struct parts *parts)
{
    parts->is_negative = accept(parts, '-');
    parts->digits = parts->at;
    parts->whole_digits = accept_digits(parts);
    if (parts->whole_digits == 0 || (parts->whole_digits > 1 && parts->digits[0] == '0')) {
        return false;
    }
    if (accept(parts, '.') && accept_digits(parts) == 0) {
        return false;
    }
    parts->digits_end = parts->at;
    if ((accept(parts, 'e') || accept(parts, 'E')) && !read_exponent(parts)) {
        return false;
    }
    return parts->at == parts->end;
}

/* Reads the whole part; if it is too large, the digits that 64 bits hold. @return whether that is
 * all of the number */
static bool read_whole(struct parts const *parts, uint64_t *whole)
{
    char const *digit = parts->digits;
    int32_t left = parts->whole_digits;

    *whole = 0;
    while (digit < parts->digits_end || (left > 0 && *whole != 0)) { /* zeros may follow 0 */
        char const byte = digit < parts->digits_end ? *digit++ : '0';

        if (byte != '.' && !(left-- > 0 ? pgtaski_number_push_digit(whole, byte) : byte == '0')) {
            return false;
        }
    }
    return true;
}

/* Reads digits, and nothing else but those. @return whether they are all of the number. An exponent
 * would change the value of the digits before it, which is 0 then */
static bool read_digits(struct parts const *parts, uint64_t *number)
{
    char const *digit = parts->digits;

    *number = 0;
    while (digit < parts->end && pgtaski_number_push_digit(number, *digit)) {
        digit++;
    }
    if (parts->digits_end != parts->end) {
        *number = 0;
    }
    return digit == parts->end;
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
    parts.at = text;
    parts.end = text + length;
    if (!take_apart(&parts)) {
        return PGTASK_ERROR_JSON_NUMBER;
    }
    is_exact = PGTASK_NUMBER_NOTATIONS ? read_whole(&parts, number) : read_digits(&parts, number);
    if (parts.is_negative && *number != 0) {
        *number = 0;
        is_exact = false;
    }
    return is_exact ? PGTASK_OK : PGTASK_ERROR_ANSWER_RANGE;
}
