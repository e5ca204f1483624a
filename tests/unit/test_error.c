/* SPDX-License-Identifier: MIT */
#include "guard.h"

#include <pgtask/failure.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NO          PGTASK_RETRY_NO
#define BACKOFF     PGTASK_RETRY_BACKOFF
#define FEW         PGTASK_RETRY_FEW
#define CLOCK       PGTASK_RETRY_CLOCK
#define CREDENTIALS PGTASK_RETRY_CREDENTIALS

/* Every value of the enum but PGTASK_OK, with its layer and whether to send again. */
static struct {
    enum pgtask_error error;
    char const *layer;
    enum pgtask_retry retry;
} const errors[] = {
    {PGTASK_ERROR_ARGUMENT, "usage", NO},
    {PGTASK_ERROR_STATE, "usage", NO},
    {PGTASK_ERROR_BUFFER, "usage", NO},
    {PGTASK_ERROR_CANCELLED, "usage", NO},
    {PGTASK_ERROR_QUERY_RANGE, "query", NO},
    {PGTASK_ERROR_QUERY_CHARACTER, "query", NO},
    {PGTASK_ERROR_QUERY_LENGTH, "query", NO},
    {PGTASK_ERROR_QUERY_TIME, "query", NO},
    {PGTASK_ERROR_QUERY_ORDER, "query", NO},
    {PGTASK_ERROR_CREDENTIALS, "sign", NO},
    {PGTASK_ERROR_NO_TIME, "sign", NO},
    {PGTASK_ERROR_SIGN_CRYPTO, "sign", NO},
    {PGTASK_ERROR_RESOLVE, "network", BACKOFF},
    {PGTASK_ERROR_CONNECT, "network", BACKOFF},
    {PGTASK_ERROR_RESET, "network", BACKOFF},
    {PGTASK_ERROR_CLOSED, "network", BACKOFF},
    {PGTASK_ERROR_TIMEOUT, "network", BACKOFF},
    {PGTASK_ERROR_ENTROPY, "network", FEW},
    {PGTASK_ERROR_PORT, "network", NO},
    {PGTASK_ERROR_STALLED, "network", BACKOFF},
    {PGTASK_ERROR_TLS_ROOTS, "tls", NO},
    {PGTASK_ERROR_TLS_UNKNOWN_CA, "tls", NO},
    {PGTASK_ERROR_TLS_HOST_NAME, "tls", NO},
    {PGTASK_ERROR_TLS_EXPIRED, "tls", NO},
    {PGTASK_ERROR_TLS_NOT_YET_VALID, "tls", NO},
    {PGTASK_ERROR_TLS_USAGE, "tls", NO},
    {PGTASK_ERROR_TLS_WEAK, "tls", NO},
    {PGTASK_ERROR_TLS_VERIFY, "tls", NO},
    {PGTASK_ERROR_TLS_VERSION, "tls", NO},
    {PGTASK_ERROR_TLS_HANDSHAKE, "tls", FEW},
    {PGTASK_ERROR_TLS_RECORD, "tls", FEW},
    {PGTASK_ERROR_TLS_TRUNCATED, "tls", BACKOFF},
    {PGTASK_ERROR_TLS_MEMORY, "tls", NO},
    {PGTASK_ERROR_TLS_INTERNAL, "tls", NO},
    {PGTASK_ERROR_TLS_KEY, "tls", NO},
    {PGTASK_ERROR_TLS_CONSTRAINT, "tls", NO},
    {PGTASK_ERROR_TLS_EXTENSION, "tls", NO},
    {PGTASK_ERROR_TLS_FLOOD, "tls", FEW},
    {PGTASK_ERROR_HTTP_SYNTAX, "http", NO},
    {PGTASK_ERROR_HTTP_STATUS, "http", NO},
    {PGTASK_ERROR_HTTP_HEAD, "http", NO},
    {PGTASK_ERROR_HTTP_LENGTH, "http", NO},
    {PGTASK_ERROR_HTTP_CHUNK, "http", NO},
    {PGTASK_ERROR_HTTP_ENCODING, "http", NO},
    {PGTASK_ERROR_HTTP_TRUNCATED, "http", BACKOFF},
    {PGTASK_ERROR_JSON_SYNTAX, "json", NO},
    {PGTASK_ERROR_JSON_STRING, "json", NO},
    {PGTASK_ERROR_JSON_NUMBER, "json", NO},
    {PGTASK_ERROR_JSON_DEPTH, "json", NO},
    {PGTASK_ERROR_JSON_LENGTH, "json", NO},
    {PGTASK_ERROR_JSON_TRUNCATED, "json", FEW},
    {PGTASK_ERROR_ANSWER_TYPE, "answer", NO},
    {PGTASK_ERROR_ANSWER_RANGE, "answer", NO},
    {PGTASK_ERROR_ANSWER_MISSING, "answer", NO},
    {PGTASK_ERROR_ANSWER_DUPLICATE, "answer", NO},
    {PGTASK_ERROR_SERVICE, "service", NO},
};

#define ERRORS (sizeof errors / sizeof errors[0])

/*
 * API page, section 6: the business codes, the common codes, and the product's codes that lead
 * astray. `retry` is the recommendation of the list for a call that only reads.
 */
static struct {
    char const *code;
    enum pgtask_retry retry;
} const codes[] = {
    {"FailedOperation.DatabaseAccessError", BACKOFF},
    {"FailedOperation.DatabaseAffectedError", NO},
    {"FailedOperation.FailedOperationError", BACKOFF},
    {"InvalidParameterValue.InvalidParameterValueError", NO},
    {"InvalidParameterValue.ParameterValueExceedError", NO},
    {"ActionOffline", NO},
    {"AuthFailure.InvalidAuthorization", NO},
    {"AuthFailure.InvalidSecretId", NO},
    {"AuthFailure.MFAFailure", NO},
    {"AuthFailure.SecretIdNotFound", NO},
    {"AuthFailure.SignatureExpire", CLOCK},
    {"AuthFailure.SignatureFailure", NO},
    {"AuthFailure.TokenFailure", CREDENTIALS},
    {"AuthFailure.UnauthorizedOperation", NO},
    {"DryRunOperation", NO},
    {"FailedOperation", NO},
    {"InternalError", FEW},
    {"InvalidAction", NO},
    {"InvalidParameter", NO},
    {"InvalidParameterValue", NO},
    {"InvalidRequest", NO},
    {"IpInBlacklist", NO},
    {"IpNotInWhitelist", NO},
    {"LimitExceeded", NO},
    {"MissingParameter", NO},
    {"NoSuchProduct", NO},
    {"NoSuchVersion", NO},
    {"RequestLimitExceeded", BACKOFF},
    {"RequestLimitExceeded.GlobalRegionUinLimitExceeded", BACKOFF},
    {"RequestLimitExceeded.IPLimitExceeded", BACKOFF},
    {"RequestLimitExceeded.UinLimitExceeded", BACKOFF},
    {"RequestSizeLimitExceeded", NO},
    {"ResourceInUse", FEW},
    {"ResourceInsufficient", NO},
    {"ResourceNotFound", NO},
    {"ResourceUnavailable", FEW},
    {"ResponseSizeLimitExceeded", NO},
    {"ServiceUnavailable", BACKOFF},
    {"UnauthorizedOperation", NO},
    {"UnknownParameter", NO},
    {"UnsupportedOperation", NO},
    {"UnsupportedProtocol", NO},
    {"UnsupportedRegion", NO},
    {"SystemError", FEW},
    {"UnknownError", FEW},
    {"DBError", FEW},
    {"FlowError", FEW},
    {"InstanceNotExist", NO},
    {"UnknownParameter.HttpError", FEW},
    {"UnknownParameter.InternalInnerServiceError", FEW},
    {"FailedOperation.OperateFrequencyLimitedError", BACKOFF},
    {"InternalError.HttpError", FEW},
    {"OperationDenied.CamDeniedError", NO},
};

#define CODES (sizeof codes / sizeof codes[0])

static bool is_sentence(char const *text)
{
    size_t const length = strlen(text);

    return length > 2 && text[0] >= 'A' && text[0] <= 'Z' && text[length - 1] == '.';
}

static bool is_clause(char const *text)
{
    return strlen(text) > 4 && text[strlen(text) - 1] != '.';
}

static struct pgtask_failure service_failure(char const *code)
{
    struct pgtask_failure failure = {.error = PGTASK_ERROR_SERVICE};

    assert_in_range(strlen(code), 0, sizeof failure.code - 1);
    memcpy(failure.code, code, strlen(code) + 1);
    return failure;
}

static void every_error_has_layer_cause_and_advice(void **state)
{
    for (size_t i = 0; i < ERRORS; i++) {
        enum pgtask_error const error = errors[i].error;

        assert_string_equal(pgtask_layer_text(pgtask_error_layer(error)), errors[i].layer);
        assert_true(is_clause(pgtask_error_text(error)));
        assert_true(is_sentence(pgtask_error_advice(error)));
        assert_string_not_equal(pgtask_error_text(error), pgtask_error_text(PGTASK_OK));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(pgtask_error_text(error), pgtask_error_text(errors[j].error));
        }
    }
    (void)state;
}

/* Any value of the enum that the table above lacks would have a text of its own. */
static void the_table_of_this_test_lists_every_error(void **state)
{
    char const *const unknown = pgtask_error_text((enum pgtask_error) - 128);

    for (int value = -127; value < 0; value++) {
        bool listed = false;

        for (size_t i = 0; i < ERRORS; i++) {
            listed = listed || (int)errors[i].error == value;
        }
        assert_int_equal(strcmp(pgtask_error_text((enum pgtask_error)value), unknown) != 0, listed);
    }
    (void)state;
}

static void what_is_no_error_has_a_text_and_no_layer(void **state)
{
    static enum pgtask_error const good[] = {PGTASK_OK, PGTASK_DONE, PGTASK_WOULD_BLOCK,
                                             PGTASK_MORE};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(pgtask_error_layer(good[i]), PGTASK_LAYER_NONE);
        assert_true(strlen(pgtask_error_text(good[i])) > 0);
        assert_string_equal(pgtask_error_advice(good[i]), "");
        assert_int_equal(pgtask_failure_retry(&(struct pgtask_failure){.error = good[i]}), NO);
    }
    (void)state;
}

static void unknown_values_are_answered_too(void **state)
{
    static int const unknown[] = {4, 127, -5, -91, -128, -1000, 1000, 252};

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        enum pgtask_error const error = (enum pgtask_error)unknown[i];

        assert_int_equal(pgtask_error_layer(error), PGTASK_LAYER_NONE);
        assert_string_equal(pgtask_error_text(error), "unknown error");
        assert_string_equal(pgtask_error_advice(error), "");
        assert_int_equal(pgtask_failure_retry(&(struct pgtask_failure){.error = error}), NO);
    }
    assert_string_equal(pgtask_layer_text(PGTASK_LAYER_NONE), "none");
    assert_string_equal(pgtask_layer_text((enum pgtask_layer)99), "none");
    (void)state;
}

static void only_what_may_pass_is_sent_again(void **state)
{
    for (size_t i = 0; i < ERRORS; i++) {
        struct pgtask_failure const failure = {.error = errors[i].error};

        assert_int_equal(pgtask_failure_retry(&failure), errors[i].retry);
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

        assert_int_equal(pgtask_failure_retry(&failure), passing ? BACKOFF : NO);
    }
    (void)state;
}

static void every_documented_code_is_known_with_its_retry(void **state)
{
    assert_int_equal(CODES, 5 + 38 + 10);
    for (size_t i = 0; i < CODES; i++) {
        struct pgtask_failure const failure = service_failure(codes[i].code);
        struct pgtask_service_error found;

        assert_true(pgtask_service_error_find(codes[i].code, &found));
        assert_int_equal(found.retry, codes[i].retry);
        assert_true(is_clause(found.meaning));
        assert_true(is_sentence(found.advice));
        assert_int_equal(pgtask_failure_retry(&failure), codes[i].retry);
    }
    (void)state;
}

static void an_unlisted_code_is_answered_by_its_category(void **state)
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

static void an_unknown_code_is_not_sent_again(void **state)
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
        struct pgtask_service_error found = {.retry = BACKOFF};

        assert_false(pgtask_service_error_find(unknown[i], &found));
        assert_int_equal(found.retry, NO);
        assert_true(is_clause(found.meaning));
        assert_true(is_sentence(found.advice));
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

static void a_failure_reads_as_cause_and_advice(void **state)
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

static void a_failure_shows_number_and_place(void **state)
{
    expect_text(&(struct pgtask_failure){.error = PGTASK_ERROR_HTTP_STATUS,
                                         .detail = 503,
                                         .message = "Service Unavailable"},
                "http: the status is not 200 (status 503): Service Unavailable. Try again later, "
                "then look for a proxy.");
    expect_text(&(struct pgtask_failure){.error = PGTASK_ERROR_TLS_INTERNAL, .detail = -0x7280},
                "tls: mbedTLS failed (code -0x7280). Look the code up in the headers of mbedTLS.");
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

static void a_text_is_cut_at_a_character_at_every_capacity(void **state)
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

static void even_the_longest_failure_needs_at_most_512_bytes(void **state)
{
    for (size_t i = 0; i < ERRORS; i++) {
        struct pgtask_failure failure = {.error = errors[i].error};

        if (failure.error == PGTASK_ERROR_SERVICE) {
            fill(failure.code, sizeof failure.code);
        }
        expect_within_512(failure);
    }
    for (size_t i = 0; i < CODES; i++) {
        struct pgtask_failure failure = service_failure(codes[i].code);

        expect_within_512(failure);
        if (strchr(codes[i].code, '.') == NULL) {
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
        cmocka_unit_test(every_error_has_layer_cause_and_advice),
        cmocka_unit_test(the_table_of_this_test_lists_every_error),
        cmocka_unit_test(what_is_no_error_has_a_text_and_no_layer),
        cmocka_unit_test(unknown_values_are_answered_too),
        cmocka_unit_test(only_what_may_pass_is_sent_again),
        cmocka_unit_test(only_statuses_of_load_are_sent_again),
        cmocka_unit_test(every_documented_code_is_known_with_its_retry),
        cmocka_unit_test(an_unlisted_code_is_answered_by_its_category),
        cmocka_unit_test(an_unknown_code_is_not_sent_again),
        cmocka_unit_test(a_failure_reads_as_cause_and_advice),
        cmocka_unit_test(a_failure_shows_number_and_place),
        cmocka_unit_test(control_characters_never_pass),
        cmocka_unit_test(a_text_is_cut_at_a_character_at_every_capacity),
        cmocka_unit_test(no_capacity_writes_nothing),
        cmocka_unit_test(even_the_longest_failure_needs_at_most_512_bytes),
    };

    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
