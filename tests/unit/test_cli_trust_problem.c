/* SPDX-License-Identifier: MIT */
/* A file without a certificate that can be used is told with the part that is wrong. */
#include "session/trust_problem.h"

#include <fcntl.h>
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

#include "pem_texts.h"

static char directory[] = "/tmp/pgtask-problem-XXXXXX";
static char path[64];
static char text[TRUST_PROBLEM_BYTES];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/ca.pem", directory);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(directory);
}

static char const *problem_of(char const *bytes, size_t length)
{
    int const file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(file, bytes, length), length);
    assert_int_equal(close(file), 0);
    return trust_problem_find(path, text);
}

static void assert_problem(char const *content, char const *problem)
{
    assert_string_equal(problem_of(content, strlen(content)), problem);
}

static void file_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    assert_string_equal(trust_problem_find("/nowhere/ca.pem", text), "there is no such file");
    assert_non_null(strstr(trust_problem_find(directory, text), "not a regular file"));
    assert_problem("", "this file is empty");
}

static void other_forms_are_told(void **state)
{
    static char const utf16[] = "\xff\xfe-\0-\0-\0";

    (void)state;
    assert_string_equal(problem_of(utf16, sizeof utf16),
                        "this file is in UTF-16; save it as UTF-8");
    assert_non_null(strstr(problem_of("\x30\x82\x01\x02\x00", 5), "in DER form; convert it with"));
    assert_problem("-----BEGIN CERTIFICATE-----\rMAA=\r-----END CERTIFICATE-----\r",
                   "the lines of this file end with CR alone; save it with LF at their ends");
    assert_problem("hello\n", "this file has no certificate in PEM form: no line of it is "
                              "-----BEGIN CERTIFICATE-----");
    assert_problem("# key\n-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n",
                   "this file has a RSA PRIVATE KEY at line 2, but no certificate");
}

static void damaged_certificate_is_told_with_its_line(void **state)
{
    static char large[16384];

    (void)state;
    assert_problem("# a\n" BEGIN "MAA=\n", "the certificate that begins at line 2 has no end: no "
                                           "line is -----END CERTIFICATE-----");
    assert_problem(BEGIN "MAA\nMA*=\n" END,
                   "the certificate that begins at line 1 is damaged: line 3 is not base64");
    assert_problem(BEGIN "MAE=\n" END,
                   "the certificate that begins at line 1 is damaged: its bytes "
                   "are no whole certificate");
    assert_problem("subject: " BEGIN "MAA=\n" END,
                   "line 1: text stands before -----BEGIN CERTIFICATE----- on the same line; give "
                   "that a line of its own");
    assert_problem(BEGIN "MAA=-----END CERTIFICATE-----\n",
                   "line 2: -----END CERTIFICATE----- needs a line of its own");
    assert_problem(BEGIN "MAA=\n-----END CERTIFICATE----------BEGIN CERTIFICATE-----\nMAA=\n" END,
                   "line 3: -----END CERTIFICATE----- needs a line of its own");
    (void)snprintf(large, sizeof large, "%s%08000d\n%s", BEGIN, 0, END);
    assert_problem(large, "the certificate that begins at line 1 is larger than 4096 bytes");
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(file_that_cannot_be_read_is_told),
        cmocka_unit_test(other_forms_are_told),
        cmocka_unit_test(damaged_certificate_is_told_with_its_line),
    };

    return cmocka_run_group_tests_name("cli trust problem", tests, make_folder, remove_folder);
}
