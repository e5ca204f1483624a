/* SPDX-License-Identifier: MIT */
/* Texts are cut between characters, and control characters become blanks. */
#include "../../src/text.h"
#include "guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_boundary_never_lies_inside_a_character(void **state)
{
    /* 'a', U+00E9, U+4E2D and U+1F418 have 1, 2, 3 and 4 bytes. */
    static char const text[] = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x90\x98";
    static size_t const boundaries[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};

    for (size_t length = 0; length < sizeof boundaries / sizeof boundaries[0]; length++) {
        char *const cut = guard_copy(text, length);

        assert_int_equal(pgtaski_text_boundary(cut, length), boundaries[length]);
        guard_free(cut, length);
    }
    (void)state;
}

static void stray_continuation_bytes_are_kept(void **state)
{
    assert_int_equal(pgtaski_text_boundary("\x80\x80\x80", 3), 3);
    assert_int_equal(pgtaski_text_boundary("a\x80", 2), 2);
    (void)state;
}

static void after_a_cut_nothing_more_is_added(void **state)
{
    char bytes[6];
    struct pgtask_text text;

    pgtaski_text_start(&text, bytes, sizeof bytes);
    pgtaski_text_add(&text, "four");
    pgtaski_text_add(&text, "\xE4\xB8\xAD");
    pgtaski_text_add(&text, "x");
    assert_true(text.cut);
    assert_string_equal(bytes, "four");
    assert_int_equal(text.length, 4);
    (void)state;
}

static void a_text_that_just_fits_is_not_cut(void **state)
{
    char bytes[6];
    struct pgtask_text text;

    pgtaski_text_start(&text, bytes, sizeof bytes);
    pgtaski_text_add(&text, "fi");
    pgtaski_text_add_number(&text, 205);
    pgtaski_text_add(&text, "");
    assert_false(text.cut);
    assert_string_equal(bytes, "fi205");
    (void)state;
}

static void numbers_have_all_their_digits(void **state)
{
    char bytes[21];
    struct pgtask_text text;

    pgtaski_text_start(&text, bytes, sizeof bytes);
    pgtaski_text_add_number(&text, 0);
    assert_string_equal(bytes, "0");
    pgtaski_text_start(&text, bytes, sizeof bytes);
    pgtaski_text_add_number(&text, UINT64_MAX);
    assert_string_equal(bytes, "18446744073709551615");
    assert_false(text.cut);
    (void)state;
}

static void texts_of_a_list_are_found_by_their_index(void **state)
{
    static char const texts[] = "zero\0\0two\0";

    assert_string_equal(pgtaski_text_at(texts, 0), "zero");
    assert_string_equal(pgtaski_text_at(texts, 1), "");
    assert_string_equal(pgtaski_text_at(texts, 2), "two");
    (void)state;
}

static void control_characters_become_blanks_and_nothing_else_does(void **state)
{
    char text[] = "a\x1b[2J\x7f\t\xC2\x80\xC2\x9F\xC2\xA0\xC3\x80\xE2\x80\x80~";

    assert_int_equal(pgtaski_text_blank_controls(text), 17);
    assert_string_equal(text, "a [2J    \xC2\xA0\xC3\x80\xE2\x80\x80~");
    (void)state;
}

static void a_form_has_its_pieces_in_order(void **state)
{
    char const *const pieces[] = {"one", "", "two"};
    char bytes[16];
    struct pgtask_text text;

    pgtaski_text_start(&text, bytes, sizeof bytes);
    pgtaski_text_add_form(&text, "<%|%|%>", pieces);
    assert_string_equal(bytes, "<one||two>");
    (void)state;
}

static void texts_of_a_list_have_numbers_from_1(void **state)
{
    static char const list[] = "one\0two\0";

    assert_int_equal(pgtaski_text_number(list, "one"), 1);
    assert_int_equal(pgtaski_text_number(list, "two"), 2);
    assert_int_equal(pgtaski_text_number(list, "tw"), 0);
    assert_int_equal(pgtaski_text_number(list, ""), 0);
    (void)state;
}

static void a_secret_is_hidden_in_pieces_of_16_bytes_or_more(void **state)
{
    static char const secret[] = "0123456789abcdefghijklmnop";
    static struct {
        char const *text;
        char const *hidden;
    } const texts[] = {
        {"token 0123456789abcdefghijklmnop!", "token **************************!"},
        {"end of it: bcdefghijklmnop", "end of it: bcdefghijklmnop"},
        {"end of it: abcdefghijklmnop", "end of it: ****************"},
        {"cut 0123456789abcdef", "cut ****************"},
        {"twice abcdefghijklmnop0123456789abcdef", "twice ********************************"},
        {"0123456789abcde-0123456789abcde", "0123456789abcde-0123456789abcde"},
        {"", ""},
    };
    char text[64];

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        strcpy(text, texts[i].text);
        pgtaski_text_hide(text, secret);
        assert_string_equal(text, texts[i].hidden);
    }
    strcpy(text, "a short one is short and not shor");
    pgtaski_text_hide(text, "short");
    assert_string_equal(text, "a ***** one is ***** and not shor");
    pgtaski_text_hide(text, "");
    assert_string_equal(text, "a ***** one is ***** and not shor");
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(a_boundary_never_lies_inside_a_character),
        cmocka_unit_test(stray_continuation_bytes_are_kept),
        cmocka_unit_test(after_a_cut_nothing_more_is_added),
        cmocka_unit_test(a_text_that_just_fits_is_not_cut),
        cmocka_unit_test(numbers_have_all_their_digits),
        cmocka_unit_test(texts_of_a_list_are_found_by_their_index),
        cmocka_unit_test(control_characters_become_blanks_and_nothing_else_does),
        cmocka_unit_test(a_form_has_its_pieces_in_order),
        cmocka_unit_test(texts_of_a_list_have_numbers_from_1),
        cmocka_unit_test(a_secret_is_hidden_in_pieces_of_16_bytes_or_more),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
