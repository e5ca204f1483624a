/* SPDX-License-Identifier: MIT */
/* Members picked out of JSON, fed in slices of each size. */
#include "base/pick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char id[12];
static char token[12];
static char end[12];
static struct pick picks[] = {
    {.path = "/Response/Credentials/TmpSecretId", .text = id, .capacity = sizeof id},
    {.path = "/Response/Credentials/Token", .text = token, .capacity = sizeof token},
    {.path = "/Response/ExpiredTime", .text = end, .capacity = sizeof end},
};
static struct picker picker;

static bool read_in_slices(char const *text, size_t length, size_t slice)
{
    bool is_good = true;

    picker_start(&picker, picks, sizeof picks / sizeof picks[0]);
    for (size_t at = 0; at < length && is_good; at += slice) {
        is_good = picker_feed(&picker, text + at, length - at < slice ? length - at : slice);
    }
    return is_good && picker_finish(&picker);
}

/* @param expected  id, token and end; NULL: not found */
static void expect(char const *text, char const *const expected[3])
{
    for (size_t slice = 1; slice <= strlen(text) + 1; slice++) {
        assert_true(read_in_slices(text, strlen(text), slice));
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(picks[i].is_found, expected[i] != NULL);
            assert_string_equal(picks[i].text, expected[i] != NULL ? expected[i] : "");
            assert_false(picks[i].is_bad);
        }
    }
}

static void members_are_found_by_their_path(void **state)
{
    static char const *const all[] = {"AKID1", "t\xC3\xA9 n", "1721"};

    expect("{\"Response\":{\"Credentials\":{\"Token\":\"t\\u00e9 n\",\"TmpSecretId\":\"AKID1\"},"
           "\"ExpiredTime\":1721,\"Expiration\":\"x\"}}",
           all);
    expect(" { \"Response\" : { \"ExpiredTime\" : 1721 , \"Credentials\" : { \"TmpSecretId\" : "
           "\"AKID1\" , \"x\" : [ { \"Token\" : \"no\" } ] , \"Token\" : \"t\\u00e9 n\" } } } ",
           all);
    (void)state;
}

static void members_elsewhere_are_passed_over(void **state)
{
    static char const *const none[] = {NULL, NULL, NULL};

    expect("{\"Token\":\"a\",\"Credentials\":{\"Token\":\"b\"}}", none);
    expect("{\"Response\":[{\"ExpiredTime\":1}],\"Response2\":{\"ExpiredTime\":1}}", none);
    expect("{\"Response\":{\"Credentials\":{\"Token\":{\"Token\":\"b\"}},\"Expired\":1}}", none);
    expect("{\"Response\":{\"ExpiredTime\\u0000x\":1,\"Credentials/Token\":2}}", none);
    expect("[{\"Response\":{\"ExpiredTime\":1}}]", none);
    expect("\"text\"", none);
    expect("{\"Response\":{\"ExpiredTime\":null,\"Credentials\":{\"Token\":true}}}", none);
    (void)state;
}

static void the_last_of_two_members_counts(void **state)
{
    static char const *const last[] = {"two", NULL, "2"};

    expect("{\"Response\":{\"ExpiredTime\":1,\"Credentials\":{\"TmpSecretId\":\"one\"},"
           "\"Credentials\":{\"Token\":\"t\",\"Token\":null,\"TmpSecretId\":\"two\"},"
           "\"ExpiredTime\":2}}",
           last);
    (void)state;
}

static void a_value_that_does_not_fit_is_bad(void **state)
{
    static char const *const texts[] = {
        "{\"Response\":{\"Credentials\":{\"Token\":\"0123456789ab\"}}}",
        "{\"Response\":{\"Credentials\":{\"Token\":\"a\\u0000b\"}}}",
        "{\"Response\":{\"Credentials\":{\"Token\":1234567890123456}}}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (size_t slice = 1; slice <= strlen(texts[i]); slice++) {
            assert_true(read_in_slices(texts[i], strlen(texts[i]), slice));
            assert_true(picks[1].is_bad);
            assert_true(strlen(picks[1].text) < sizeof token);
        }
    }
    (void)state;
}

static void a_key_of_any_length_is_passed_over(void **state)
{
    static char text[4096];

    strcpy(text, "{\"Response\":{\"");
    memset(text + strlen(text), 'k', 2000);
    strcpy(text + strlen(text), "\":{\"ExpiredTime\":9},\"ExpiredTime\":7}}");
    for (size_t slice = 1; slice < 700; slice++) {
        assert_true(read_in_slices(text, strlen(text), slice));
        assert_string_equal(end, "7");
    }
    (void)state;
}

static void deep_levels_hold_nothing_and_too_deep_ones_are_refused(void **state)
{
    static char text[20000];
    char *at = text;

    for (size_t i = 0; i < 400; i++) {
        at += sprintf(at, "{\"Response\":");
    }
    strcpy(at, "1");
    memset(at + 1, '}', 400);
    at[401] = '\0';
    assert_true(read_in_slices(text, strlen(text), 100));
    assert_false(picks[2].is_found);
    memset(text, '[', sizeof text);
    assert_false(read_in_slices(text, sizeof text, 512));
    (void)state;
}

static void what_is_no_whole_document_is_refused(void **state)
{
    static char const *const texts[] = {"",     "{",       "{\"a\":1",        "{}{}",
                                        "{} x", "{'a':1}", "{\"a\":\"\x80\"}"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (size_t slice = 1; slice <= strlen(texts[i]) + 1; slice++) {
            assert_false(read_in_slices(texts[i], strlen(texts[i]), slice));
        }
    }
    (void)state;
}

static void wiping_leaves_nothing_behind(void **state)
{
    static struct picker const nothing;

    assert_true(read_in_slices("{\"Response\":{\"ExpiredTime\":7}}", 30, 30));
    picker_wipe(&picker);
    assert_memory_equal(&picker, &nothing, sizeof picker);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(members_are_found_by_their_path),
        cmocka_unit_test(members_elsewhere_are_passed_over),
        cmocka_unit_test(the_last_of_two_members_counts),
        cmocka_unit_test(a_value_that_does_not_fit_is_bad),
        cmocka_unit_test(a_key_of_any_length_is_passed_over),
        cmocka_unit_test(deep_levels_hold_nothing_and_too_deep_ones_are_refused),
        cmocka_unit_test(what_is_no_whole_document_is_refused),
        cmocka_unit_test(wiping_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
