/* SPDX-License-Identifier: MIT */
/* Which credentials are accepted. */
#include "guard.h"
#include "signing.h"

static enum pgtask_error check(char const *secret_id, char const *secret_key, char const *token)
{
    struct pgtask_credentials const credentials = {secret_id, secret_key, token};

    return pgtask_tc3_check_credentials(&credentials);
}

static void credentials_are_present_and_free_of_stray_blanks(void **state)
{
    static char const *const bad_ids[] = {
        NULL, "", " ", " AKID", "AKID ", "AK ID", "AKID\n", "AK\x7FID", "AK\xC3\xA9ID", "\tAKID",
    };
    static char const *const bad_keys[] = {NULL,   "",      " ",     " key",
                                           "key ", "key\n", "\tkey", "key\r"};
    static char const *const good_keys[] = {"k", "a key", "\x01\xFF\x80", "key\x1F"};
    static char const *const bad_tokens[] = {" ", "token ", "to ken", "token\r\nX: y", "t\xC3\xA9"};

    assert_int_equal(check("AKID", "key", NULL), PGTASK_OK);
    assert_int_equal(check("AKID", "key", ""), PGTASK_OK);
    assert_int_equal(check("!~", "key", "to.ken/+="), PGTASK_OK);
    for (size_t i = 0; i < sizeof bad_ids / sizeof bad_ids[0]; i++) {
        assert_int_equal(check(bad_ids[i], "key", NULL), PGTASK_ERROR_CREDENTIALS);
    }
    for (size_t i = 0; i < sizeof bad_keys / sizeof bad_keys[0]; i++) {
        assert_int_equal(check("AKID", bad_keys[i], NULL), PGTASK_ERROR_CREDENTIALS);
    }
    for (size_t i = 0; i < sizeof good_keys / sizeof good_keys[0]; i++) {
        assert_int_equal(check("AKID", good_keys[i], NULL), PGTASK_OK);
    }
    for (size_t i = 0; i < sizeof bad_tokens / sizeof bad_tokens[0]; i++) {
        assert_int_equal(check("AKID", "key", bad_tokens[i]), PGTASK_ERROR_CREDENTIALS);
    }
    assert_int_equal(pgtask_tc3_check_credentials(NULL), PGTASK_ERROR_CREDENTIALS);
    (void)state;
}

/* A guarded text of `length` letters. */
static char *letters(size_t length)
{
    char text[PGTASK_TC3_TOKEN_MAX + 2];

    memset(text, 'k', length);
    text[length] = '\0';
    return guard_copy(text, length + 1);
}

static void credentials_have_a_greatest_length(void **state)
{
    static size_t const longest[] = {PGTASK_TC3_SECRET_ID_MAX, PGTASK_TC3_SECRET_KEY_MAX,
                                     PGTASK_TC3_TOKEN_MAX};

    for (size_t i = 0; i < 3; i++) {
        char *const fits = letters(longest[i]);
        char *const too_long = letters(longest[i] + 1);

        assert_int_equal(check(i == 0 ? fits : "a", i == 1 ? fits : "a", i == 2 ? fits : NULL),
                         PGTASK_OK);
        assert_int_equal(
            check(i == 0 ? too_long : "a", i == 1 ? too_long : "a", i == 2 ? too_long : NULL),
            PGTASK_ERROR_CREDENTIALS);
        guard_free(fits, longest[i] + 1);
        guard_free(too_long, longest[i] + 2);
    }
    (void)state;
}

static void signing_without_a_usable_key_is_refused(void **state)
{
    struct pgtask_tc3_request const request = request_of(vector("gen-pg-empty-object"));
    char *const too_long = letters(PGTASK_TC3_SECRET_KEY_MAX + 1);
    char const *const keys[] = {NULL, "", too_long};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct pgtask_credentials const credentials = {.secret_key = keys[i]};
        struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
        struct pgtask_tc3_signature signature;
        uint8_t key[3][PGTASK_TC3_HASH_BYTES];

        assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, &request, &signature),
                         PGTASK_ERROR_CREDENTIALS);
        assert_int_equal(
            pgtask_tc3_derive(keys[i], "2024-09-27", "postgres", key[0], key[1], key[2]),
            PGTASK_ERROR_CREDENTIALS);
    }
    guard_free(too_long, PGTASK_TC3_SECRET_KEY_MAX + 2);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(credentials_are_present_and_free_of_stray_blanks),
        cmocka_unit_test(credentials_have_a_greatest_length),
        cmocka_unit_test(signing_without_a_usable_key_is_refused),
    };

    return cmocka_run_group_tests_name("tc3 credentials", tests, NULL, NULL);
}
