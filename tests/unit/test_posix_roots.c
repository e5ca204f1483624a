/* SPDX-License-Identifier: MIT */
/* Trusted roots read from PEM files, the certificates made by openssl. */
#include <pgtask_posix.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "certificates.h"
#include "pem_texts.h"

static char const *directory;
static char text_path[] = "/tmp/pgtask-roots-XXXXXX";
static struct pgtask_posix_roots store;

/* Two pieces, into the file at `text_path`. */
static void write_file(void const *first, size_t first_length, void const *second,
                       size_t second_length)
{
    int const file = open(text_path, O_WRONLY | O_TRUNC);

    assert_int_equal(write(file, first, first_length), first_length);
    assert_int_equal(write(file, second, second_length), second_length);
    (void)close(file);
}

/* How many roots a file gives, twice over; the last one's DER is left in the store. */
static size_t count_roots(char const *path, size_t *last_length)
{
    struct pgtask_roots roots = {.list = NULL};
    struct pgtask_root root = {.der = NULL};
    size_t counts[2] = {0, 0};

    if (pgtask_posix_roots_open(&store, path, &roots) != PGTASK_OK) {
        return 0;
    }
    for (size_t round = 0; round < 2; round++) {
        bool restart = true;
        enum pgtask_error error;

        while ((error = roots.next(roots.context, restart, &root)) == PGTASK_OK) {
            restart = false;
            counts[round]++;
            *last_length = root.length;
        }
        assert_int_equal(error, PGTASK_DONE);
    }
    assert_int_equal(counts[0], counts[1]);
    pgtask_posix_roots_close(&store);
    pgtask_posix_roots_close(&store);
    return counts[0];
}

/* The end of the reader's buffer falls on each byte of the text in turn. */
static void text_holds(void **state)
{
    struct pem_text const *const text = *state;
    static char newlines[sizeof store.text];
    size_t length;

    assert_in_range(strlen(text->text), 0, sizeof newlines);
    memset(newlines, '\n', sizeof newlines);
    for (size_t shift = sizeof newlines - strlen(text->text); shift <= sizeof newlines; shift++) {
        write_file(newlines, shift, text->text, strlen(text->text));
        assert_int_equal(count_roots(text_path, &length), text->count);
    }
}

static void der_equals_that_of_openssl(void **state)
{
    static char const *const names[] = {"ca", "rsa_root", "p384_root"};
    uint8_t expected[4096];
    char path[600];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[64];
        size_t length = 0;
        size_t expected_length;

        (void)snprintf(name, sizeof name, "%s.der", names[i]);
        expected_length = pem_read_file(directory, name, expected, sizeof expected);
        (void)snprintf(path, sizeof path, "%s/%s.pem", directory, names[i]);
        assert_int_equal(count_roots(path, &length), 1);
        assert_int_equal(length, expected_length);
        assert_memory_equal(store.der, expected, length);
    }
    (void)state;
}

static void bundle_gives_each_of_its_roots(void **state)
{
    char path[600];
    size_t length;

    (void)snprintf(path, sizeof path, "%s/bundle.pem", directory);
    assert_int_equal(count_roots(path, &length), 141);
    (void)state;
}

/* 4,096 bytes of DER fit, one more does not: SEQUENCE { 4,092 or 4,093 zero bytes }. */
static void block_larger_than_the_store_takes_is_passed_over(void **state)
{
    static char const largest[] = BEGIN "MIIP/AAA";
    static char const too_large[] = BEGIN "MIIP/QAA";
    static char zeros[5456]; /* base64 of 4,092 zero bytes, less 2 that stand above */
    size_t length = 0;
    char text[sizeof largest + sizeof zeros + sizeof END + 8];

    memset(zeros, 'A', sizeof zeros);
    /* 4,096 = 6 + 4,090 bytes: 1,363 groups of three and one byte. */
    (void)snprintf(text, sizeof text, "%s%.*sAA==\n" END, largest, 1363 * 4, zeros);
    write_file(text, strlen(text), "", 0);
    assert_int_equal(count_roots(text_path, &length), 1);
    assert_int_equal(length, PGTASK_PEM_ROOT_BYTES);
    (void)snprintf(text, sizeof text, "%s%.*sAAA=\n" END, too_large, 1363 * 4, zeros);
    write_file(text, strlen(text), EMPTY, strlen(EMPTY));
    assert_int_equal(count_roots(text_path, &length), 1);
    assert_int_equal(length, 2);
    (void)state;
}

static void what_cannot_be_read_is_refused(void **state)
{
    struct pgtask_roots roots;
    char path[600];

    assert_int_equal(pgtask_posix_roots_open(&store, directory, &roots), PGTASK_ERROR_TLS_ROOTS);
    (void)snprintf(path, sizeof path, "%s/no-such-file", directory);
    assert_int_equal(pgtask_posix_roots_open(&store, path, &roots), PGTASK_ERROR_TLS_ROOTS);
    (void)state;
}

static void system_bundle_is_found_where_there_is_one(void **state)
{
    size_t length;
    bool const there = access("/etc/ssl/certs/ca-certificates.crt", R_OK) == 0 ||
                       access("/etc/pki/tls/certs/ca-bundle.crt", R_OK) == 0 ||
                       access("/etc/ssl/ca-bundle.pem", R_OK) == 0 ||
                       access("/etc/ssl/cert.pem", R_OK) == 0;

    assert_int_equal(count_roots(NULL, &length) > 0, there);
    (void)state;
}

static int make_text_file(void **state)
{
    int const file = mkstemp(text_path);

    (void)state;
    return file < 0 ? -1 : close(file);
}

static int remove_text_file(void **state)
{
    (void)state;
    return unlink(text_path);
}

int main(void)
{
    enum { FIXED = 5, TEXTS = PEM_TEXTS };
    struct CMUnitTest tests[FIXED + TEXTS] = {
        cmocka_unit_test(der_equals_that_of_openssl),
        cmocka_unit_test(bundle_gives_each_of_its_roots),
        cmocka_unit_test(block_larger_than_the_store_takes_is_passed_over),
        cmocka_unit_test(what_cannot_be_read_is_refused),
        cmocka_unit_test(system_bundle_is_found_where_there_is_one),
    };

    directory = test_certificates();
    for (size_t i = 0; i < TEXTS; i++) {
        tests[FIXED + i] = (struct CMUnitTest){.name = pem_texts[i].promise,
                                               .test_func = text_holds,
                                               .initial_state = (void *)&pem_texts[i]};
    }
    return cmocka_run_group_tests(tests, make_text_file, remove_text_file);
}
