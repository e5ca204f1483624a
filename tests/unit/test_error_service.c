/* SPDX-License-Identifier: MIT */
/* The service's error codes: meaning, advice, and whether to send again. */
#include <pgtask/failure.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "error_list.h"

static void every_documented_code_is_known_with_its_retry(void **state)
{
    assert_int_equal(LISTED_CODES, 5 + 38 + 10);
    for (size_t i = 0; i < LISTED_CODES; i++) {
        struct pgtask_failure const failure = service_failure(listed_codes[i].code);
        struct pgtask_service_error found;

        assert_true(pgtask_service_error_find(listed_codes[i].code, &found));
        assert_int_equal(found.retry, listed_codes[i].retry);
        assert_true(is_clause(found.meaning));
        assert_true(is_sentence(found.advice));
        assert_int_equal(pgtask_failure_retry(&failure), listed_codes[i].retry);
    }
    (void)state;
}

static void unlisted_code_means_what_its_category_means(void **state)
{
    static struct {
        char const *code;
        char const *category;
    } const pairs[] = {
        {"InternalError.Brandnew", "InternalError"},
        {"RequestLimitExceeded.a.b.c", "RequestLimitExceeded"},
        {"FailedOperation.Brandnew", "FailedOperation"},
        {"UnauthorizedOperation.PermissionDenied", "UnauthorizedOperation"},
        {"ResourceNotFound.InstanceNotFoundError", "ResourceNotFound"},
        {"ServiceUnavailable.", "ServiceUnavailable"},
        {"OperationDenied.InstanceStatusLimitOpError", "OperationDenied"},
        {"AuthFailure.Brandnew", "AuthFailure"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct pgtask_service_error code;
        struct pgtask_service_error category;

        assert_true(pgtask_service_error_find(pairs[i].code, &code));
        assert_true(pgtask_service_error_find(pairs[i].category, &category));
        assert_int_equal(code.retry, category.retry);
        assert_string_equal(code.meaning, category.meaning);
        assert_string_equal(code.advice, category.advice);
    }
    (void)state;
}

static void unknown_code_is_not_sent_again(void **state)
{
    static char const *const unknown[] = {
        NULL,
        "",
        ".",
        "Brandnew",
        "Brandnew.InternalError",
        "internalerror",
        "InternalErro",
        "InternalErrors",
        " InternalError",
        ".InternalError",
        "ServiceUnavailable ",
    };

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        struct pgtask_service_error found = {.retry = PGTASK_RETRY_BACKOFF};

        assert_false(pgtask_service_error_find(unknown[i], &found));
        assert_int_equal(found.retry, PGTASK_RETRY_NO);
        assert_true(is_clause(found.meaning));
        assert_true(is_sentence(found.advice));
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(every_documented_code_is_known_with_its_retry),
        cmocka_unit_test(unlisted_code_means_what_its_category_means),
        cmocka_unit_test(unknown_code_is_not_sent_again),
    };

    return cmocka_run_group_tests_name("error service", tests, NULL, NULL);
}
