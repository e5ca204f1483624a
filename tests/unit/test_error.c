/* SPDX-License-Identifier: MIT */
/* The table of errors: layer, cause and advice of each. */
#include <pgtask/failure.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "error_list.h"

static void every_error_has_layer_cause_and_advice(void **state)
{
    for (size_t i = 0; i < LISTED_ERRORS; i++) {
        enum pgtask_error const error = listed_errors[i].error;

        assert_string_equal(pgtask_layer_text(pgtask_error_layer(error)), listed_errors[i].layer);
        assert_true(is_clause(pgtask_error_text(error)));
        assert_true(is_sentence(pgtask_error_advice(error)));
        assert_string_not_equal(pgtask_error_text(error), pgtask_error_text(PGTASK_OK));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(pgtask_error_text(error),
                                    pgtask_error_text(listed_errors[j].error));
        }
    }
    (void)state;
}

/* A value of the enum that is missing in the list would have a text of its own. */
static void list_of_the_tests_has_every_error(void **state)
{
    char const *const unknown = pgtask_error_text((enum pgtask_error) - 128);

    for (int value = -127; value < 0; value++) {
        bool listed = false;

        for (size_t i = 0; i < LISTED_ERRORS; i++) {
            listed = listed || (int)listed_errors[i].error == value;
        }
        assert_int_equal(strcmp(pgtask_error_text((enum pgtask_error)value), unknown) != 0, listed);
    }
    (void)state;
}

static void value_that_is_not_an_error_has_a_text_and_no_layer(void **state)
{
    static enum pgtask_error const good[] = {PGTASK_OK, PGTASK_DONE, PGTASK_WOULD_BLOCK,
                                             PGTASK_MORE};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(pgtask_error_layer(good[i]), PGTASK_LAYER_NONE);
        assert_true(strlen(pgtask_error_text(good[i])) > 0);
        assert_string_equal(pgtask_error_advice(good[i]), "");
        assert_int_equal(pgtask_failure_retry(&(struct pgtask_failure){.error = good[i]}),
                         PGTASK_RETRY_NO);
    }
    (void)state;
}

static void unknown_value_has_a_text_and_no_layer(void **state)
{
    static int const unknown[] = {4, 127, -5, -91, -128, -1000, 1000, 252};

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        enum pgtask_error const error = (enum pgtask_error)unknown[i];

        assert_int_equal(pgtask_error_layer(error), PGTASK_LAYER_NONE);
        assert_string_equal(pgtask_error_text(error), "unknown error");
        assert_string_equal(pgtask_error_advice(error), "");
        assert_int_equal(pgtask_failure_retry(&(struct pgtask_failure){.error = error}),
                         PGTASK_RETRY_NO);
    }
    assert_string_equal(pgtask_layer_text(PGTASK_LAYER_NONE), "none");
    assert_string_equal(pgtask_layer_text((enum pgtask_layer)99), "none");
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(every_error_has_layer_cause_and_advice),
        cmocka_unit_test(list_of_the_tests_has_every_error),
        cmocka_unit_test(value_that_is_not_an_error_has_a_text_and_no_layer),
        cmocka_unit_test(unknown_value_has_a_text_and_no_layer),
    };

    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
