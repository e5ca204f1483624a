/* SPDX-License-Identifier: MIT */
/* Trusted roots in PEM from memory, in slices of every size. */
#include <pgtask/pem.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "guard.h"
#include "pem_texts.h"

static char const *directory;
static struct pgtask_pem_roots store;

/* Feeds a slice. @return how many certificates end in it */
static size_t feed(struct pgtask_pem *pem, char const *text, size_t length)
{
    char *const copy = guard_copy(text, length);
    struct pgtask_root root;
    size_t count = 0;
    size_t at = 0;
    size_t used;

    while (pgtask_pem_feed(pem, copy + at, length - at, &used, &root) == PGTASK_OK) {
        assert_in_range(used, 1, length - at);
        assert_int_equal(root.length, 2);
        assert_memory_equal(root.der, "\x30\x00", 2);
        at += used;
        count++;
    }
    assert_int_equal(at + used, length);
    guard_free(copy, length);
    return count;
}

static size_t count_in_slices(char const *text, size_t first, size_t others, unsigned *damaged)
{
    size_t const length = strlen(text);
    uint8_t der[2];
    struct pgtask_pem pem;
    size_t count;

    pgtask_pem_begin(&pem, der, sizeof der);
    count = feed(&pem, text, first);
    for (size_t at = first; at < length; at += others) {
        count += feed(&pem, text + at, at + others < length ? others : length - at);
    }
    count += feed(&pem, "\n", 1);
    *damaged = pgtask_pem_damaged(&pem);
    return count;
}

static size_t count_in_memory(char const *text, size_t length)
{
    char *const copy = guard_copy(text, length);
    struct pgtask_roots roots = {.list = NULL};
    struct pgtask_root root;
    size_t counts[2] = {0, 0};

    if (pgtask_pem_roots_open(&store, copy, length, &roots) == PGTASK_OK) {
        for (size_t round = 0; round < 2; round++) {
            enum pgtask_error error;

            while ((error = roots.next(roots.context, counts[round] == 0, &root)) == PGTASK_OK) {
                counts[round]++;
            }
            assert_int_equal(error, PGTASK_DONE);
        }
    }
    guard_free(copy, length);
    assert_int_equal(counts[0], counts[1]);
    return counts[0];
}

static void each_text_has_the_same_certificates_in_any_slices(void **state)
{
    struct pem_text const *const text = *state;
    size_t const length = strlen(text->text);
    unsigned damaged;

    for (size_t first = 0; first <= length; first++) {
        assert_int_equal(count_in_slices(text->text, first, length, &damaged), text->count);
        assert_int_equal(damaged, text->damaged);
    }
    assert_int_equal(count_in_slices(text->text, 0, 1, &damaged), text->count);
    assert_int_equal(damaged, text->damaged);
    assert_int_equal(count_in_memory(text->text, length), text->count);
}

static void der_equals_that_of_openssl(void **state)
{
    static char const *const names[] = {"ca", "rsa_root", "p384_root"};
    static char pem[8192];
    static char der[8192];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct pgtask_roots roots;
        struct pgtask_root root;
        char name[64];
        size_t pem_length;

        (void)snprintf(name, sizeof name, "%s.pem", names[i]);
        pem_length = pem_read_file(directory, name, pem, sizeof pem);
        (void)snprintf(name, sizeof name, "%s.der", names[i]);
        assert_int_equal(pgtask_pem_roots_open(&store, pem, pem_length, &roots), PGTASK_OK);
        assert_int_equal(roots.next(roots.context, true, &root), PGTASK_OK);
        assert_int_equal(root.length, pem_read_file(directory, name, der, sizeof der));
        assert_memory_equal(root.der, der, root.length);
        assert_int_equal(roots.next(roots.context, false, &root), PGTASK_DONE);
    }
    (void)state;
}

static void bundle_gives_each_of_its_roots(void **state)
{
    static char bundle[262144];

    assert_int_equal(
        count_in_memory(bundle, pem_read_file(directory, "bundle.pem", bundle, sizeof bundle)),
        141);
    (void)state;
}

static void block_larger_than_the_room_for_it_is_passed_over(void **state)
{
    static char const larger[] = BEGIN "MAEA\n" END EMPTY; /* 30 01 00 */
    uint8_t der[3];
    struct pgtask_pem pem;
    struct pgtask_root root;
    unsigned damaged;
    size_t used;

    pgtask_pem_begin(&pem, der, 3);
    assert_int_equal(pgtask_pem_feed(&pem, larger, sizeof larger - 1, &used, &root), PGTASK_OK);
    assert_int_equal(root.length, 3);
    assert_int_equal(pgtask_pem_damaged(&pem), 0);
    assert_int_equal(count_in_slices(larger, 0, 1000, &damaged), 1);
    assert_int_equal(damaged, 1);
    (void)state;
}

static void text_without_a_certificate_is_refused(void **state)
{
    static char const text[] = BEGIN "MAE=\n" END;
    struct pgtask_roots roots;

    assert_int_equal(pgtask_pem_roots_open(&store, text, sizeof text - 1, &roots),
                     PGTASK_ERROR_TLS_ROOTS);
    assert_int_equal(pgtask_pem_roots_open(&store, NULL, 0, &roots), PGTASK_ERROR_TLS_ROOTS);
    (void)state;
}

int main(void)
{
    enum { FIXED = 4 };
    struct CMUnitTest tests[FIXED + PEM_TEXTS] = {
        cmocka_unit_test(der_equals_that_of_openssl),
        cmocka_unit_test(bundle_gives_each_of_its_roots),
        cmocka_unit_test(block_larger_than_the_room_for_it_is_passed_over),
        cmocka_unit_test(text_without_a_certificate_is_refused),
    };

    directory = test_certificates();
    for (size_t i = 0; i < PEM_TEXTS; i++) {
        tests[FIXED + i] =
            (struct CMUnitTest){.name = pem_texts[i].promise,
                                .test_func = each_text_has_the_same_certificates_in_any_slices,
                                .initial_state = (void *)&pem_texts[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
