/* SPDX-License-Identifier: MIT */
/* Credentials come from the environment or from a file, and errors name what is missing. */
#include "session/credentials.h"
#include "guard.h"
#include "base/ini.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/pgtask-test-XXXXXX";
static char path[128];
static struct credentials credentials;
static struct credentials_problem problem;

static void ini_reads_entries_with_their_sections(void **state)
{
    static char const text[] = "first = 1\n"
                               "# a comment = no entry\n"
                               "; nor this\n"
                               "\n"
                               "\t[default]  \r\n"
                               "secret_id=AKID\r\n"
                               "  secret_key =  a=b c \t\n"
                               "empty =\n"
                               "[ other ]\n"
                               "last = end";
    static char const *const expected[][3] = {{"", "first", "1"},
                                              {"default", "secret_id", "AKID"},
                                              {"default", "secret_key", "a=b c"},
                                              {"default", "empty", ""},
                                              {"other", "last", "end"}};
    char *copy = guard_copy(text, sizeof text);
    struct ini ini = {.next = copy, .end = copy + sizeof text - 1};

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_int_equal(ini_next(&ini), INI_ENTRY);
        assert_string_equal(ini.section, expected[i][0]);
        assert_string_equal(ini.key, expected[i][1]);
        assert_string_equal(ini.value, expected[i][2]);
    }
    assert_int_equal(ini.line, 10);
    assert_int_equal(ini_next(&ini), INI_END);
    assert_int_equal(ini_next(&ini), INI_END);
    guard_free(copy, sizeof text);
    (void)state;
}

static void ini_takes_one_pair_of_quotes_off_a_value(void **state)
{
    static char const *const values[][2] = {
        {"\"AKID\"", "AKID"}, {"'AKID'", "AKID"},   {" \" a b \" \r", " a b "},
        {"\"\"", ""},         {"''", ""},           {"\"'AKID'\"", "'AKID'"},
        {"\"AKID", "\"AKID"}, {"AKID'", "AKID'"},   {"\"AKID'", "\"AKID'"},
        {"\"", "\""},         {"AK\"ID", "AK\"ID"}, {"\"AKID\" x", "\"AKID\" x"},
    };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[64] = "key =";
        strcat(text, values[i][0]);
        size_t const size = strlen(text) + 1;
        char *copy = guard_copy(text, size);
        struct ini ini = {.next = copy, .end = copy + size - 1};
        assert_int_equal(ini_next(&ini), INI_ENTRY);
        assert_string_equal(ini.value, values[i][1]);
        guard_free(copy, size);
    }
    (void)state;
}

static void ini_passes_over_a_byte_order_mark(void **state)
{
    static char const text[] = "\xEF\xBB\xBF[default]\nsecret_id = AKID";
    char *copy = guard_copy(text, sizeof text);
    struct ini ini = {.next = copy, .end = copy + sizeof text - 1};

    assert_int_equal(ini_next(&ini), INI_ENTRY);
    assert_string_equal(ini.section, "default");
    assert_string_equal(ini.key, "secret_id");
    guard_free(copy, sizeof text);
    (void)state;
}

static void ini_names_the_malformed_line_and_goes_on(void **state)
{
    static char const *const bad[] = {"word", "= value", "[unclosed", "]", "["};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[64] = "\n";
        strcat(strcat(text, bad[i]), "\na = 1");
        size_t const size = strlen(text) + 1;
        char *copy = guard_copy(text, size);
        struct ini ini = {.next = copy, .end = copy + size - 1};
        assert_int_equal(ini_next(&ini), INI_MALFORMED);
        assert_int_equal(ini.line, 2);
        assert_int_equal(ini_next(&ini), INI_ENTRY);
        assert_string_equal(ini.key, "a");
        guard_free(copy, size);
    }
    (void)state;
}

static void ini_of_nothing_has_no_entries(void **state)
{
    static char const *const texts[] = {"", "\n", "   ", "#", "[a]"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t const size = strlen(texts[i]) + 1;
        char *copy = guard_copy(texts[i], size);
        struct ini ini = {.next = copy, .end = copy + size - 1};
        assert_int_equal(ini_next(&ini), INI_END);
        guard_free(copy, size);
    }
    (void)state;
}

static int clear_environment(void **state)
{
    credentials_wipe(&credentials);
    unsetenv("TENCENTCLOUD_SECRET_ID");
    unsetenv("TENCENTCLOUD_SECRET_KEY");
    unsetenv("TENCENTCLOUD_TOKEN");
    unsetenv("TENCENTCLOUD_CREDENTIALS_FILE");
    setenv("HOME", directory, 1);
    unlink(path);
    (void)state;
    return 0;
}

static void write_file(char const *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void expect_problem(char const *source, char const *cause)
{
    assert_false(credentials_find(&credentials, &problem));
    assert_string_equal(problem.source, source);
    assert_non_null(strstr(problem.cause, cause));
    credentials_wipe(&credentials);
}

static void the_environment_comes_before_the_file(void **state)
{
    write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0600);
    setenv("TENCENTCLOUD_SECRET_ID", "AKIDenv", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "envkey", 1);
    assert_true(credentials_find(&credentials, &problem));
    assert_string_equal(credentials.keys.secret_id, "AKIDenv");
    assert_string_equal(credentials.keys.secret_key, "envkey");
    assert_null(credentials.keys.token);
    setenv("TENCENTCLOUD_TOKEN", "envtoken", 1);
    assert_true(credentials_find(&credentials, &problem));
    assert_string_equal(credentials.keys.token, "envtoken");
    assert_non_null(strstr(credentials.source, "TENCENTCLOUD_SECRET_ID"));
    (void)state;
}

static void without_environment_the_file_is_read(void **state)
{
    write_file("[other]\nsecret_id = wrong\nnonsense\n[default]\nsecret_id = AKIDfile\n"
               "region = x\nsecret_key = filekey\n",
               0600);
    assert_true(credentials_find(&credentials, &problem));
    assert_string_equal(credentials.keys.secret_id, "AKIDfile");
    assert_string_equal(credentials.keys.secret_key, "filekey");
    assert_string_equal(credentials.source, path);
    assert_false(credentials.is_open_to_others);
    (void)state;
}

static void values_in_quotes_are_sent_without_them(void **state)
{
    write_file("[default]\nsecret_id = \"AKIDfile\"\nsecret_key='filekey'\ntoken = \"t\"\n", 0600);
    assert_true(credentials_find(&credentials, &problem));
    assert_string_equal(credentials.keys.secret_id, "AKIDfile");
    assert_string_equal(credentials.keys.secret_key, "filekey");
    assert_string_equal(credentials.keys.token, "t");
    (void)state;
}

static void a_file_open_to_others_is_reported(void **state)
{
    write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0640);
    assert_true(credentials_find(&credentials, &problem));
    assert_true(credentials.is_open_to_others);
    (void)state;
}

static void the_variable_for_the_file_is_honoured(void **state)
{
    write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0600);
    setenv("TENCENTCLOUD_CREDENTIALS_FILE", path, 1);
    unsetenv("HOME");
    assert_true(credentials_find(&credentials, &problem));
    assert_string_equal(credentials.keys.secret_id, "AKIDfile");
    setenv("TENCENTCLOUD_CREDENTIALS_FILE", "/no/such/file", 1);
    credentials_wipe(&credentials);
    assert_false(credentials_find(&credentials, &problem));
    assert_non_null(strstr(problem.cause, "no such file"));
    (void)state;
}

static void a_variable_set_but_empty_is_an_error(void **state)
{
    static char const *const names[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY",
                                        "TENCENTCLOUD_TOKEN", "TENCENTCLOUD_CREDENTIALS_FILE"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(clear_environment(state), 0);
        write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0600);
        setenv(names[i], "", 1);
        expect_problem(names[i], "empty");
    }
}

static void half_a_key_pair_names_the_missing_half(void **state)
{
    setenv("TENCENTCLOUD_SECRET_ID", "AKIDenv", 1);
    expect_problem("TENCENTCLOUD_SECRET_KEY", "not set");
    unsetenv("TENCENTCLOUD_SECRET_ID");
    setenv("TENCENTCLOUD_SECRET_KEY", "envkey", 1);
    expect_problem("TENCENTCLOUD_SECRET_ID", "not set");
    unsetenv("TENCENTCLOUD_SECRET_KEY");
    setenv("TENCENTCLOUD_TOKEN", "envtoken", 1);
    expect_problem("TENCENTCLOUD_SECRET_ID", "not set");
    (void)state;
}

static void a_bad_file_is_named_with_its_line_and_fault(void **state)
{
    static struct {
        char const *text, *line, *cause;
    } const cases[] = {
        {"", "", "secret_id"},
        {"secret_id = a\nsecret_key = b\n", "", "secret_id"},
        {"[other]\nsecret_id = a\nsecret_key = b\n", "", "secret_id"},
        {"[default]\nsecret_key = b\n", "", "secret_id"},
        {"[default]\nsecret_id = a\n", "", "secret_key"},
        {"[default]\nsecret_id = a\nsecret_key =\n", "", "secret_key"},
        {"[default]\nsecret_id = \"\"\nsecret_key = b\n", "", "secret_id"},
        {"[default]\nsecret_id = a\nsecret_key = b\nsecret_id = c\n", ":4", "twice"},
        {"[default]\nsecret_id a\n", ":2", "key = value"},
        {"[default]\nsecret_id = \"a\nsecret_key = b\n", ":2", "quote"},
        {"[default]\nsecret_id = a\nsecret_key = 'b\"\n", ":3", "quote"},
        {"[default]\nsecret_id = AK ID\nsecret_key = b\n", ":2", "blank"},
        {"# mine\n\n[default]\nsecret_id = a\nsecret_key = ' b'\n", ":5", "blank"},
        {"[default]\nsecret_id = a\nsecret_key = b\ntoken = a b\n", ":4", "blank"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char source[sizeof path + 8];
        write_file(cases[i].text, 0600);
        expect_problem(strcat(strcpy(source, path), cases[i].line), cases[i].cause);
    }
    (void)state;
}

static void a_file_too_large_or_no_file_is_refused(void **state)
{
    static char text[CREDENTIALS_FILE_BYTES + 2];

    memset(text, '#', CREDENTIALS_FILE_BYTES);
    write_file(text, 0600);
    expect_problem(path, "larger");
    setenv("TENCENTCLOUD_CREDENTIALS_FILE", directory, 1);
    expect_problem(directory, "plain file");
    (void)state;
}

static void without_credentials_the_message_names_the_places_for_them(void **state)
{
    expect_problem(path, "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set");
    unsetenv("HOME");
    expect_problem("TENCENTCLOUD_SECRET_ID", "HOME");
    (void)state;
}

static void of_the_environment_only_the_malformed_variable_is_named(void **state)
{
    static char const *const variables[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY",
                                            "TENCENTCLOUD_TOKEN"};
    static char const *const values[] = {" key", "key ", "\"key\"", "key\n"};

    for (size_t i = 0; i < 3 * sizeof values / sizeof values[0]; i++) {
        for (size_t j = 0; j < 3; j++) {
            setenv(variables[j], j == i % 3 ? values[i / 3] : "key", 1);
        }
        expect_problem(variables[i % 3], "blank, a quote");
    }
    (void)state;
}

static void wiped_credentials_leave_nothing_behind(void **state)
{
    static struct credentials const nothing;

    write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0600);
    assert_true(credentials_find(&credentials, &problem));
    credentials_wipe(&credentials);
    assert_memory_equal(&credentials, &nothing, sizeof nothing);
    (void)state;
}

static int make_directory(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    strcat(strcpy(path, directory), "/.tencentcloud");
    if (mkdir(path, 0700) != 0) {
        return -1;
    }
    strcat(path, "/credentials");
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    *strrchr(path, '/') = '\0';
    return rmdir(path) == 0 && rmdir(directory) == 0 ? 0 : -1;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(ini_reads_entries_with_their_sections),
        cmocka_unit_test(ini_takes_one_pair_of_quotes_off_a_value),
        cmocka_unit_test(ini_passes_over_a_byte_order_mark),
        cmocka_unit_test(ini_names_the_malformed_line_and_goes_on),
        cmocka_unit_test(ini_of_nothing_has_no_entries),
        cmocka_unit_test_setup(the_environment_comes_before_the_file, clear_environment),
        cmocka_unit_test_setup(without_environment_the_file_is_read, clear_environment),
        cmocka_unit_test_setup(values_in_quotes_are_sent_without_them, clear_environment),
        cmocka_unit_test_setup(a_file_open_to_others_is_reported, clear_environment),
        cmocka_unit_test_setup(the_variable_for_the_file_is_honoured, clear_environment),
        cmocka_unit_test_setup(a_variable_set_but_empty_is_an_error, clear_environment),
        cmocka_unit_test_setup(half_a_key_pair_names_the_missing_half, clear_environment),
        cmocka_unit_test_setup(a_bad_file_is_named_with_its_line_and_fault, clear_environment),
        cmocka_unit_test_setup(a_file_too_large_or_no_file_is_refused, clear_environment),
        cmocka_unit_test_setup(without_credentials_the_message_names_the_places_for_them,
                               clear_environment),
        cmocka_unit_test_setup(of_the_environment_only_the_malformed_variable_is_named,
                               clear_environment),
        cmocka_unit_test_setup(wiped_credentials_leave_nothing_behind, clear_environment),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
