/* SPDX-License-Identifier: MIT */
/* Characters: UTF-8 as RFC 3629 has it, columns as UAX #11 has them, and what must not reach a
 * terminal. */
#include "base/character.h"

#include "guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void characters_are_read_as_utf8_and_nothing_else(void **state)
{
    static struct {
        char const *text;
        size_t length;
        uint32_t character;
    } const cases[] = {
        {"A", 1, 'A'},
        {"\x7F", 1, 0x7F},
        {"\xC2\x80", 2, 0x80},
        {"\xDF\xBF", 2, 0x7FF},
        {"\xE0\xA0\x80", 3, 0x800},
        {"\xEF\xBF\xBF", 3, 0xFFFF},
        {"\xF0\x90\x80\x80", 4, 0x10000},
        {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
        {"\x80", 1, 0xFFFD},             /* only a continuation */
        {"\xC0\x80", 1, 0xFFFD},         /* overlong */
        {"\xE0\x9F\xBF", 1, 0xFFFD},     /* overlong */
        {"\xF0\x8F\xBF\xBF", 1, 0xFFFD}, /* overlong */
        {"\xED\xA0\x80", 1, 0xFFFD},     /* surrogate */
        {"\xF4\x90\x80\x80", 1, 0xFFFD}, /* beyond Unicode */
        {"\xF8\x88\x80\x80\x80", 1, 0xFFFD},
        {"\xC2", 1, 0xFFFD}, /* cut short */
        {"\xE4\xB8", 1, 0xFFFD},
        {"\xF0\x9F\x98", 1, 0xFFFD},
        {"\xE4\xB8z", 1, 0xFFFD},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t const size = strlen(cases[i].text) + 1;
        char *text = guard_copy(cases[i].text, size);
        uint32_t character = 0;
        assert_int_equal(character_read(text, &character), cases[i].length);
        assert_int_equal(character, cases[i].character);
        guard_free(text, size);
    }
    (void)state;
}

static void what_nobody_sees_stays_away_from_terminals_and_texts_do_not(void **state)
{
    static uint32_t const unseen[] = {0,      1,      7,      8,      0x0A,    0x1B,   0x1F,
                                      0x7F,   0x80,   0x9B,   0x9F,   0xAD,    0x061C, 0x200B,
                                      0x200D, 0x200E, 0x2028, 0x2029, 0x202A,  0x202E, 0x2060,
                                      0x2066, 0x2069, 0xFEFF, 0xFFF9, 0xE0001, 0xE007F};
    static uint32_t const shown[] = {0x20,   'A',    '~',    0xA0,   0xE9,   0x0301,
                                     0x0600, 0x202F, 0x3000, 0x4E2D, 0xFFFC, 0x1F600};

    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++) {
        assert_true(character_is_unseen(unseen[i]));
    }
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        assert_false(character_is_unseen(shown[i]));
        assert_int_equal(character_stand_in(shown[i]), 0);
    }
    assert_int_equal(character_stand_in('\n'), ' ');
    assert_int_equal(character_stand_in('\t'), ' ');
    assert_int_equal(character_stand_in(0x1B), '?');
    assert_int_equal(character_stand_in(0xFFFD), '?');
    (void)state;
}

/* UAX #11 lists these as ambiguous. */
static void ambiguous_characters_are_as_wide_as_the_terminal_makes_them(void **state)
{
    static uint32_t const ambiguous[] = {0xA7, 0x2014, 0x201C, 0x2026, 0x2588, 0x2592, 0x25CF};

    for (size_t i = 0; i < sizeof ambiguous / sizeof ambiguous[0]; i++) {
        assert_int_equal(character_columns(ambiguous[i], 1), 1);
        assert_int_equal(character_columns(ambiguous[i], 2), 2);
    }
    assert_int_equal(character_columns('a', 2), 1);
    assert_int_equal(character_columns(0x0301, 2), 0);
    assert_int_equal(character_columns(0x6062, 1), 2);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(characters_are_read_as_utf8_and_nothing_else),
        cmocka_unit_test(what_nobody_sees_stays_away_from_terminals_and_texts_do_not),
        cmocka_unit_test(ambiguous_characters_are_as_wide_as_the_terminal_makes_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
