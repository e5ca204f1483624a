/* SPDX-License-Identifier: MIT */
/* 64-bit numbers, against the compiler's own arithmetic. */
#include "../../src/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void division_agrees_with_the_compilers(void **state)
{
    static uint32_t const divisors[] = {1, 2, 3, 7, 10, 60, 1000, 3600, 65535, 65536};
    static uint64_t const numbers[] = {0,         1, 9, 65535, 65536, UINT32_MAX, UINT64_MAX - 1,
                                       UINT64_MAX};
    uint64_t random = 88172645463325252u;

    for (size_t i = 0; i < sizeof divisors / sizeof divisors[0]; i++) {
        for (size_t j = 0; j < sizeof numbers / sizeof numbers[0]; j++) {
            assert_true(pgtaski_number_divide(numbers[j], divisors[i]) == numbers[j] / divisors[i]);
        }
        for (int j = 0; j < 1000; j++) {
            uint64_t const number = next_random(&random) >> j % 64;

            assert_true(pgtaski_number_divide(number, divisors[i]) == number / divisors[i]);
        }
    }
    (void)state;
}

static void digits_make_numbers_up_to_64_bits(void **state)
{
    uint64_t number = 0;

    for (char const *digit = "18446744073709551615"; *digit != '\0'; digit++) {
        assert_true(pgtaski_number_push_digit(&number, *digit));
    }
    assert_true(number == UINT64_MAX);
    number = UINT64_MAX / 10;
    assert_false(pgtaski_number_push_digit(&number, '6'));
    assert_true(number == UINT64_MAX / 10);
    number = UINT64_MAX;
    assert_false(pgtaski_number_push_digit(&number, '0'));
    (void)state;
}

static void other_characters_are_not_digits(void **state)
{
    for (int byte = 0; byte < 256; byte++) {
        uint64_t number = 1;
        bool const is_digit = byte >= '0' && byte <= '9';

        assert_int_equal(pgtaski_number_push_digit(&number, (char)byte), is_digit);
        assert_int_equal(number, is_digit ? 10 + (byte - '0') : 1);
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(division_agrees_with_the_compilers),
        cmocka_unit_test(digits_make_numbers_up_to_64_bits),
        cmocka_unit_test(other_characters_are_not_digits),
    };

    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
