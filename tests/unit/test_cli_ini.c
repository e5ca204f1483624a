/* SPDX-License-Identifier: MIT */
/* INI files, as people and their editors write them. */
#include "base/ini.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static FILE *file;
static struct ini ini;

/* Begins with a file of these bytes. */
static void begin(char const *bytes, size_t length)
{
    file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fflush(file), 0);
    assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
    ini = (struct ini){.descriptor = fileno(file)};
}

static void begin_text(char const *text)
{
    begin(text, strlen(text));
}

static void end(void)
{
    assert_int_equal(ini_next(&ini), INI_END);
    assert_int_equal(ini_next(&ini), INI_END);
    assert_int_equal(fclose(file), 0);
}

static void expect_entry(char const *section, char const *key, char const *value)
{
    assert_int_equal(ini_next(&ini), INI_ENTRY);
    assert_string_equal(ini.section, section);
    assert_string_equal(ini.key, key);
    assert_string_equal(ini.value, value);
}

static void expect_section(char const *section)
{
    assert_int_equal(ini_next(&ini), INI_SECTION);
    assert_string_equal(ini.section, section);
}

static void entries_come_with_their_sections(void **state)
{
    begin_text("first = 1\n"
               "# a comment = no entry\n"
               "; nor this\n"
               "\n"
               "\t[default]  \r\n"
               "secret_id=AKID\r\n"
               "  secret_key =  a=b c \t\n"
               "empty =\n"
               "[ other ]\n"
               "last = end");
    expect_entry("", "first", "1");
    expect_section("default");
    expect_entry("default", "secret_id", "AKID");
    expect_entry("default", "secret_key", "a=b c");
    expect_entry("default", "empty", "");
    expect_section("other");
    expect_entry("other", "last", "end");
    assert_int_equal(ini.line, 10);
    end();
    (void)state;
}

static void a_section_may_have_a_remark_behind_it(void **state)
{
    begin_text(
        "[default] # mine\nkey = 1\n[prod];theirs\nkey = 2\n[ci]   ; both # kinds\nkey = 3\n");
    expect_section("default");
    expect_entry("default", "key", "1");
    expect_section("prod");
    expect_entry("prod", "key", "2");
    expect_section("ci");
    expect_entry("ci", "key", "3");
    end();
    (void)state;
}

static void one_pair_of_quotes_is_taken_off_a_value(void **state)
{
    static char const *const values[][2] = {
        {"\"AKID\"", "AKID"}, {"'AKID'", "AKID"},   {" \" a b \" \r", " a b "},
        {"\"\"", ""},         {"''", ""},           {"\"'AKID'\"", "'AKID'"},
        {"\"AKID", "\"AKID"}, {"AKID'", "AKID'"},   {"\"AKID'", "\"AKID'"},
        {"\"", "\""},         {"AK\"ID", "AK\"ID"}, {"\"AKID\" x", "\"AKID\" x"},
    };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[64] = "key =";
        begin_text(strcat(text, values[i][0]));
        expect_entry("", "key", values[i][1]);
        end();
    }
    (void)state;
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    begin_text("\xEF\xBB\xBF[default]\r\nsecret_id = AKID");
    expect_section("default");
    expect_entry("default", "secret_id", "AKID");
    end();
    begin_text("\xEF\xBB\xBF");
    end();
    (void)state;
}

/* The same text, as iconv writes it: with and without a mark, in both orders. */
static void utf_16_is_told_as_such(void **state)
{
    static char const little[] = "\xFF\xFE[\0a\0]\0\r\0\n\0";
    static char const big[] = "\xFE\xFF\0[\0a\0]\0\n";

    for (size_t skip = 0; skip <= 2; skip += 2) {
        begin(little + skip, sizeof little - 1 - skip);
        assert_int_equal(ini_next(&ini), INI_UTF16);
        assert_int_equal(fclose(file), 0);
        begin(big + skip, sizeof big - 1 - skip);
        assert_int_equal(ini_next(&ini), INI_UTF16);
        assert_int_equal(fclose(file), 0);
    }
    assert_non_null(strstr(ini_cause(INI_UTF16), "UTF-16"));
    (void)state;
}

static void a_malformed_line_is_named_and_the_next_one_is_read(void **state)
{
    static char const *const bad[] = {"word", "= value", "[unclosed", "]", "[", "[a] b", "[a] = 1"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[64] = "\n";
        begin_text(strcat(strcat(text, bad[i]), "\na = 1"));
        assert_int_equal(ini_next(&ini), INI_MALFORMED);
        assert_int_equal(ini.line, 2);
        assert_int_equal(ini_next(&ini), INI_ENTRY);
        assert_string_equal(ini.key, "a");
        end();
    }
    (void)state;
}

/* Otherwise the keys of one account could be taken for those of another. */
static void entries_behind_a_malformed_section_are_not_of_the_one_before(void **state)
{
    begin_text("[default]\n[prod\nkey = 1\n");
    expect_section("default");
    assert_int_equal(ini_next(&ini), INI_MALFORMED);
    expect_entry("prod", "key", "1");
    end();
    (void)state;
}

static void a_token_of_4096_bytes_fits_and_a_longer_line_is_named(void **state)
{
    static char text[3 * INI_LINE_BYTES];
    char *at = text + sprintf(text, "  token   =   \"");

    memset(at, 't', 4096);
    strcpy(at + 4096, "\"\nkey = ");
    at += strlen(at);
    memset(at, 'k', INI_LINE_BYTES);
    strcpy(at + INI_LINE_BYTES, "\nlast = 1\n");
    begin_text(text);
    assert_int_equal(ini_next(&ini), INI_ENTRY);
    assert_int_equal(strlen(ini.value), 4096);
    assert_int_equal(ini_next(&ini), INI_LONG);
    assert_int_equal(ini.line, 2);
    expect_entry("", "last", "1");
    end();
    (void)state;
}

static void a_section_with_a_long_name_is_named(void **state)
{
    char text[INI_SECTION_BYTES + 16] = "[";

    memset(text + 1, 's', INI_SECTION_BYTES);
    strcpy(text + 1 + INI_SECTION_BYTES, "]\n");
    begin_text(text);
    assert_int_equal(ini_next(&ini), INI_LONG);
    end();
    (void)state;
}

static void a_file_without_end_is_not_read_to_it(void **state)
{
    static char const line[] = "# 0123456789012345678901234567890123456789012345678901234567890\n";

    file = tmpfile();
    assert_non_null(file);
    for (size_t i = 0; i < 2 * INI_FILE_BYTES / (sizeof line - 1); i++) {
        assert_true(fputs(line, file) >= 0);
    }
    assert_int_equal(fflush(file), 0);
    assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
    ini = (struct ini){.descriptor = fileno(file)};
    assert_int_equal(ini_next(&ini), INI_TOO_LARGE);
    assert_int_equal(ini_next(&ini), INI_TOO_LARGE);
    assert_true(ini.total <= INI_FILE_BYTES + 2 * sizeof ini.slice);
    assert_int_equal(fclose(file), 0);
    (void)state;
}

static void what_cannot_be_read_is_told(void **state)
{
    ini = (struct ini){.descriptor = -1};
    assert_int_equal(ini_next(&ini), INI_UNREADABLE);
    (void)state;
}

static void a_file_of_nothing_has_no_entries(void **state)
{
    static char const *const texts[] = {"", "\n", "   ", "#", "\r\n\r\n", "\n\n;"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        begin_text(texts[i]);
        end();
    }
    (void)state;
}

static void wiping_leaves_nothing_behind(void **state)
{
    static struct ini const nothing;

    begin_text("secret_key = s3cret\n");
    expect_entry("", "secret_key", "s3cret");
    end();
    ini_wipe(&ini);
    assert_memory_equal(&ini, &nothing, sizeof ini);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(entries_come_with_their_sections),
        cmocka_unit_test(a_section_may_have_a_remark_behind_it),
        cmocka_unit_test(one_pair_of_quotes_is_taken_off_a_value),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(utf_16_is_told_as_such),
        cmocka_unit_test(a_malformed_line_is_named_and_the_next_one_is_read),
        cmocka_unit_test(entries_behind_a_malformed_section_are_not_of_the_one_before),
        cmocka_unit_test(a_token_of_4096_bytes_fits_and_a_longer_line_is_named),
        cmocka_unit_test(a_section_with_a_long_name_is_named),
        cmocka_unit_test(a_file_without_end_is_not_read_to_it),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(a_file_of_nothing_has_no_entries),
        cmocka_unit_test(wiping_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
