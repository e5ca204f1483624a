/* SPDX-License-Identifier: MIT */
/* What a failure reads like, and whether its request is sent again. */
#include <pgtask/failure.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "error_list.h"
#include "guard.h"

static void only_errors_that_may_pass_are_sent_again(void **state)
{
    for (size_t i = 0; i < LISTED_ERRORS; i++) {
        struct pgtask_failure const failure = {.error = listed_errors[i].error};

        assert_int_equal(pgtask_failure_retry(&failure), listed_errors[i].retry);
    }
    (void)state;
}

/* API page, section 6.4: 429, 500, 502, 503, 504; no other status and no redirect. */
static void only_statuses_of_load_are_sent_again(void **state)
{
    for (int32_t status = 0; status < 1000; status++) {
        struct pgtask_failure const failure = {.error = PGTASK_ERROR_HTTP_STATUS, .detail = status};
        bool const passing =
            status == 429 || status == 500 || status == 502 || status == 503 || status == 504;

        assert_int_equal(pgtask_failure_retry(&failure),
                         passing ? PGTASK_RETRY_BACKOFF : PGTASK_RETRY_NO);
    }
    (void)state;
}

static void expect_text(struct pgtask_failure const *failure, char const *expected)
{
    char text[512];
    size_t const length = pgtask_failure_write(failure, text, sizeof text);

    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

static void failure_reads_as_cause_and_advice(void **state)
{
    struct pgtask_failure failure = service_failure("AuthFailure.SignatureFailure");

    memcpy(failure.message, "No match.", sizeof "No match.");
    memcpy(failure.request_id, "ed93f3cb", sizeof "ed93f3cb");
    expect_text(&failure, "service: the service refused: AuthFailure.SignatureFailure: No match. "
                          "(RequestId ed93f3cb). Copy TENCENTCLOUD_SECRET_KEY again, without "
                          "blanks.");
    failure.message[0] = '\0';
    failure.request_id[0] = '\0';
    expect_text(&failure, "service: the service refused: AuthFailure.SignatureFailure: the "
                          "signature does not match. Copy TENCENTCLOUD_SECRET_KEY again, without "
                          "blanks.");
    memcpy(failure.message, "No match.", sizeof "No match.");
    expect_text(&failure, "service: the service refused: AuthFailure.SignatureFailure: No match. "
                          "Copy TENCENTCLOUD_SECRET_KEY again, without blanks.");
    expect_text(&(struct pgtask_failure){.error = PGTASK_ERROR_QUERY_RANGE, .member = "Limit"},
                "query: a number is outside its limits (Limit). Correct the query: Limit is 1 to "
                "100.");
    expect_text(&(struct pgtask_failure){.error = PGTASK_OK}, "no error");
    expect_text(&(struct pgtask_failure){.error = (enum pgtask_error) - 128}, "unknown error");
    (void)state;
}

static void cause_is_the_failure_without_its_advice(void **state)
{
    char whole[512];
    char cause[512];

    for (size_t i = 0; i < LISTED_ERRORS; i++) {
        struct pgtask_failure const failure = {.error = listed_errors[i].error, .detail = 7};
        size_t const length = pgtask_failure_write_cause(&failure, cause, sizeof cause);
        char const *const advice = pgtask_error_advice(failure.error);

        assert_int_equal(length, strlen(cause));
        if (failure.error != PGTASK_ERROR_SERVICE && advice[0] != '\0') {
            (void)pgtask_failure_write(&failure, whole, sizeof whole);
            assert_memory_equal(whole, cause, length);
            assert_memory_equal(whole + length, ". ", 2);
            assert_string_equal(whole + length + 2, advice);
        }
    }
    (void)state;
}

static void failure_shows_its_number_and_its_byte(void **state)
{
    expect_text(&(struct pgtask_failure){.error = PGTASK_ERROR_HTTP_STATUS,
                                         .detail = 503,
                                         .message = "Service Unavailable"},
                "http: the status is not 200 (status 503): Service Unavailable. Try again later, "
                "then look for a proxy.");
    expect_text(&(struct pgtask_failure){.error = PGTASK_ERROR_TLS_INTERNAL, .detail = -0x7280},
                "tls: mbedTLS failed (code -0x7280). Look the code up in the headers of mbedTLS.");
    expect_text(
        &(struct pgtask_failure){
            .error = PGTASK_ERROR_TLS_RECORD, .detail = -0x7100, .offset = 19464},
        "tls: a record is corrupt or too large (code -0x7100) (message of 19464 bytes). Try "
        "again, then shorten the chain or raise PGTASK_TLS_RECORD (at most 16384).");
    expect_text(&(struct pgtask_failure){.error = PGTASK_ERROR_PORT, .detail = INT32_MIN},
                "network: the port failed (code -2147483648). Look the code up in the port of this "
                "board.");
    expect_text(&(struct pgtask_failure){.error = PGTASK_ERROR_JSON_SYNTAX,
                                         .offset = UINT64_C(18446744073709551615)},
                "json: the answer is not JSON (byte 18446744073709551615). Try again later, then "
                "look for a proxy.");
    (void)state;
}

/* U+0000 to U+001F, U+007F and U+0080 to U+009F, in each text that the service fills. */
static void control_characters_never_pass(void **state)
{
    for (unsigned character = 1; character < 0xA1; character++) {
        struct pgtask_failure failure = service_failure("A");
        char *const texts[] = {failure.code, failure.message, failure.request_id, failure.member};
        bool const control = character < 0x20 || (character >= 0x7F && character < 0xA0);
        char encoded[3] = {(char)character, '\0', '\0'};
        char written[512];

        if (character >= 0x80) {
            encoded[0] = (char)0xC2;
            encoded[1] = (char)character;
        }
        for (size_t i = 0; i < 4; i++) {
            snprintf(texts[i], 16, "<%s>", encoded);
        }
        (void)pgtask_failure_write(&failure, written, sizeof written);
        size_t found = 0;
        char const *expected = control ? "< >" : texts[0];

        for (char const *at = written; (at = strstr(at, expected)) != NULL; at++) {
            found++;
        }
        assert_int_equal(found, 4);
        if (control) {
            assert_null(strstr(written, encoded));
        }
    }
    (void)state;
}

/* Well-formed UTF-8 (RFC 3629), checked in the plainest way. */
static bool is_utf8(char const *text)
{
    for (size_t i = 0; text[i] != '\0';) {
        uint8_t const first = (uint8_t)text[i++];
        int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;

        if (first >= 0x80 && first < 0xC2) {
            return false;
        }
        for (; more > 0; more--) {
            if (((uint8_t)text[i++] & 0xC0) != 0x80) {
                return false;
            }
        }
    }
    return true;
}

static void failure_is_cut_at_a_character_at_every_capacity(void **state)
{
    struct pgtask_failure failure = service_failure("InternalError");
    static char const message[] = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x90\x98z\xC3\xBF";
    char whole[512];

    memcpy(failure.message, message, sizeof message);
    size_t const length = pgtask_failure_write(&failure, whole, sizeof whole);

    assert_non_null(strstr(whole, message));
    assert_int_equal(strlen(whole), length);
    for (size_t capacity = 1; capacity <= length + 1; capacity++) {
        char *const text = guard_copy(whole, capacity);
        size_t const written = pgtask_failure_write(&failure, text, capacity);

        assert_int_equal(written, strlen(text));
        assert_in_range(written, capacity > 4 ? capacity - 4 : 0, capacity - 1);
        assert_memory_equal(text, whole, written);
        assert_true(is_utf8(text));
        guard_free(text, capacity);
    }
    (void)state;
}

static void no_capacity_writes_nothing(void **state)
{
    struct pgtask_failure const failure = {.error = PGTASK_ERROR_RESET};
    char *const nothing = guard_copy("", 0);

    assert_int_equal(pgtask_failure_write(&failure, nothing, 0), 0);
    guard_free(nothing, 0);
    (void)state;
}

static void fill(char *text, size_t size)
{
    memset(text + strlen(text), 'x', size - 1 - strlen(text));
    text[size - 1] = '\0';
}

static void expect_within_512(struct pgtask_failure failure)
{
    char text[1024];

    failure.detail = INT32_MIN;
    failure.offset = UINT64_MAX;
    fill(failure.member, sizeof failure.member);
    fill(failure.message, sizeof failure.message);
    fill(failure.request_id, sizeof failure.request_id);
    assert_in_range(pgtask_failure_write(&failure, text, sizeof text), 1, 511);
}

static void longest_failure_needs_at_most_512_bytes(void **state)
{
    for (size_t i = 0; i < LISTED_ERRORS; i++) {
        struct pgtask_failure failure = {.error = listed_errors[i].error};

        if (failure.error == PGTASK_ERROR_SERVICE) {
            fill(failure.code, sizeof failure.code);
        }
        expect_within_512(failure);
    }
    for (size_t i = 0; i < LISTED_CODES; i++) {
        struct pgtask_failure failure = service_failure(listed_codes[i].code);

        expect_within_512(failure);
        if (strchr(listed_codes[i].code, '.') == NULL) {
            failure.code[strlen(failure.code)] = '.';
            fill(failure.code, sizeof failure.code);
            expect_within_512(failure);
        }
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(only_errors_that_may_pass_are_sent_again),
        cmocka_unit_test(only_statuses_of_load_are_sent_again),
        cmocka_unit_test(failure_reads_as_cause_and_advice),
        cmocka_unit_test(cause_is_the_failure_without_its_advice),
        cmocka_unit_test(failure_shows_its_number_and_its_byte),
        cmocka_unit_test(control_characters_never_pass),
        cmocka_unit_test(failure_is_cut_at_a_character_at_every_capacity),
        cmocka_unit_test(no_capacity_writes_nothing),
        cmocka_unit_test(longest_failure_needs_at_most_512_bytes),
    };

    return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
