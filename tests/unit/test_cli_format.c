/* SPDX-License-Identifier: MIT */
/* The formatter, in memory and to a descriptor, and messages on standard error. */
#include "base/character.h"
#include "base/report.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What a hostile service could send: a title, a colour, a moved cursor, a reversed direction. */
#define HOSTILE                                                                                    \
    "a\x1b]0;x\x07\xC2\x9B"                                                                        \
    "31m\r\n\xE2\x80\xAE"                                                                          \
    "b"

static void numbers_of_each_size_are_whole(void **state)
{
    char text[64];

    assert_true(text_print(text, sizeof text, "%u %zu %ju", 4294967295u, (size_t)7, UINT64_MAX));
    assert_string_equal(text, "4294967295 7 18446744073709551615");
    assert_true(text_print(text, sizeof text, "%u|%02u|%03u|%02ju", 0u, 5u, 1234u, UINT64_C(9)));
    assert_string_equal(text, "0|05|1234|09");
    assert_true(text_print(text, sizeof text, "%u %u", 9u, 10u));
    assert_string_equal(text, "9 10");
    (void)state;
}

static void texts_and_percent_signs_stand_between_literals(void **state)
{
    char text[64];

    assert_true(text_print(text, sizeof text, "%s is at %u%% of %s", "task", 37u, ""));
    assert_string_equal(text, "task is at 37% of ");
    assert_true(text_append(text, sizeof text, "%s", "all"));
    assert_string_equal(text, "task is at 37% of all");
    (void)state;
}

static void a_text_is_cut_to_its_memory_and_says_so(void **state)
{
    char text[8];

    memset(text, 'x', sizeof text);
    assert_false(text_print(text, 5, "%s%u", "abc", 123u));
    assert_string_equal(text, "abc1");
    assert_int_equal(text[5], 'x');
    assert_true(text_print(text, 5, "%s", "abcd"));
    assert_false(text_append(text, 5, "%s", "e"));
    assert_string_equal(text, "abcd");
    assert_false(text_print(text, 1, "%s", "a"));
    assert_string_equal(text, "");
    (void)state;
}

static void from_an_unknown_conversion_on_the_form_is_written_as_it_is(void **state)
{
    static char const *const forms[] = {"a %d b", "a %", "a %05d", "a %l", "a %0u", "a %-5u"};
    char text[16];

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char const *volatile form = forms[i]; /* the compiler would refuse it as a constant */
        (void)text_print(text, sizeof text, form, 1);
        assert_string_equal(text, forms[i]);
    }
    (void)state;
}

/* @return what `write` writes to standard error */
static char const *capture(void (*write)(void))
{
    static char captured[512];
    FILE *const file = tmpfile();

    assert_non_null(file);
    writer_error = (struct writer){.descriptor = fileno(file)};
    write();
    ssize_t const length = pread(fileno(file), captured, sizeof captured - 1, 0);
    assert_true(length >= 0);
    captured[length] = '\0';
    writer_error = (struct writer){.descriptor = STDERR_FILENO};
    assert_int_equal(fclose(file), 0);
    return captured;
}

static void report_all(void)
{
    report_error("%s: no", "it");
    report_warning("%u left", 2u);
    report_info("%ju of %ju", UINT64_C(1), UINT64_C(2));
    report_detail("host %s", "h");
    writer_print(report_begin(), "a%s", "b");
    report_end();
}

static void each_kind_of_message_has_its_prefix_and_is_one_line(void **state)
{
    assert_string_equal(capture(report_all), "pgtask: it: no\n"
                                             "pgtask: warning: 2 left\n"
                                             "1 of 2\n"
                                             "* host h\n"
                                             "ab\n");
    (void)state;
}

static void report_hostile_texts(void)
{
    report_error("%s", HOSTILE);
    report_warning("%s", HOSTILE);
    report_info("%s", HOSTILE);
    report_detail("%s", HOSTILE);
}

static void no_foreign_text_acts_on_a_terminal(void **state)
{
    char const *const captured = capture(report_hostile_texts);
    unsigned lines = 0;

    for (char const *at = captured; *at != '\0';) {
        uint32_t character;
        at += character_read(at, &character);
        lines += character == '\n' ? 1 : 0;
        assert_true(character == '\n' || !character_is_unseen(character));
    }
    assert_int_equal(lines, 4);
    assert_non_null(strstr(captured, "pgtask: a?]0;x??31m  ?b\n"));
    (void)state;
}

static void one_slip_of_the_finger_is_recognized_and_two_are_not(void **state)
{
    static char const *const slips[] = {"lst",  "lits", "liist", "lisst",
                                        "lisy", "ist",  "lis",   "listt"};
    static char const *const others[] = {"list", "", "l", "lt", "show", "tsil", "listen", "lust1"};

    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        assert_true(text_is_slip(slips[i], "list"));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(text_is_slip(others[i], "list"));
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(numbers_of_each_size_are_whole),
        cmocka_unit_test(texts_and_percent_signs_stand_between_literals),
        cmocka_unit_test(a_text_is_cut_to_its_memory_and_says_so),
        cmocka_unit_test(from_an_unknown_conversion_on_the_form_is_written_as_it_is),
        cmocka_unit_test(each_kind_of_message_has_its_prefix_and_is_one_line),
        cmocka_unit_test(no_foreign_text_acts_on_a_terminal),
        cmocka_unit_test(one_slip_of_the_finger_is_recognized_and_two_are_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
