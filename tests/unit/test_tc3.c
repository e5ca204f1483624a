/* SPDX-License-Identifier: MIT */
/* Signatures, against values that were published or computed elsewhere. */
#include "guard.h"
#include "signing.h"

#include <stdio.h>

static void expect_hex(uint8_t const *bytes, char const *expected)
{
    for (size_t i = 0; i < PGTASK_TC3_HASH_BYTES; i++) {
        char hex[3];

        snprintf(hex, sizeof hex, "%02x", bytes[i]);
        assert_memory_equal(hex, expected + 2 * i, 2);
    }
}

static void signs_every_vector_with_every_value_in_between(void **state)
{
    assert_int_equal(VECTORS, 27);
    for (size_t i = 0; i < VECTORS; i++) {
        struct signing_vector const *const v = &signing_vectors[i];
        struct pgtask_credentials const credentials = credentials_of(v);
        struct pgtask_tc3_request request = request_of(v);
        struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
        struct pgtask_tc3_signature signature;
        uint8_t *const payload = guard_copy(v->payload, v->payload_length);

        request.payload = payload;
        assert_int_equal(pgtask_tc3_check_credentials(&credentials), PGTASK_OK);
        assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, &request, &signature), PGTASK_OK);
        assert_string_equal(signature.scope.date, v->date);
        assert_string_equal(signature.payload_hash, v->payload_hash);
        assert_string_equal(signature.canonical_request_hash, v->canonical_request_hash);
        assert_string_equal(signature.signature, v->signature);
        assert_string_equal(tc3.scope.date, v->date);
        expect_hex(tc3.signing_key, v->secret_signing);
        guard_free(payload, v->payload_length);
    }
    (void)state;
}

static void derives_the_three_keys_of_every_vector(void **state)
{
    for (size_t i = 0; i < VECTORS; i++) {
        struct signing_vector const *const v = &signing_vectors[i];
        uint8_t keys[3][PGTASK_TC3_HASH_BYTES];

        assert_int_equal(
            pgtask_tc3_derive(v->secret_key, v->date, v->service, keys[0], keys[1], keys[2]),
            PGTASK_OK);
        expect_hex(keys[0], v->secret_date);
        expect_hex(keys[1], v->secret_service);
        expect_hex(keys[2], v->secret_signing);
    }
    (void)state;
}

static void writes_the_authorization_of_every_vector_and_refuses_smaller_buffers(void **state)
{
    for (size_t i = 0; i < VECTORS; i++) {
        struct signing_vector const *const v = &signing_vectors[i];
        struct pgtask_credentials const credentials = credentials_of(v);
        struct pgtask_tc3_request const request = request_of(v);
        struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
        struct pgtask_tc3_signature signature;
        size_t const needed = strlen(v->authorization);
        size_t length;

        assert_non_null(strstr(v->authorization, v->scope));
        assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, &request, &signature), PGTASK_OK);
        for (size_t capacity = 0; capacity <= needed + 1; capacity++) {
            char *const text = guard_copy(v->authorization, capacity);

            assert_int_equal(pgtask_tc3_write_authorization(&credentials, &request, &signature,
                                                            text, capacity, &length),
                             capacity <= needed ? PGTASK_ERROR_BUFFER : PGTASK_OK);
            if (capacity > needed) {
                assert_int_equal(length, needed);
                assert_string_equal(text, v->authorization);
            }
            guard_free(text, capacity);
        }
    }
    (void)state;
}

/* Canonical values are in lower case and trimmed ("Signature method v3", canonical headers). */
static void signs_header_values_in_lower_case_and_trimmed(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-taskid-charset-3hdr");
    struct pgtask_tc3_request request = request_of(v);

    assert_string_equal(request.content_type, "application/json; charset=utf-8");
    request.content_type = " \tApplication/JSON; charset=UTF-8 ";
    request.host = "Postgres.TencentCloudAPI.com\t";
    request.action = "  DESCRIBEtasks";
    assert_string_equal(sign_as(v, &request).signature, v->signature);
    (void)state;
}

static void signs_a_blank_header_value_as_an_empty_one(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-empty-object");
    struct pgtask_tc3_request blank = request_of(v);
    struct pgtask_tc3_request empty = request_of(v);

    blank.content_type = "  ";
    empty.content_type = "";
    assert_string_equal(sign_as(v, &blank).signature, sign_as(v, &empty).signature);
    (void)state;
}

static void a_missing_query_string_is_an_empty_one(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-empty-object");
    struct pgtask_tc3_request request = request_of(v);

    request.query_string = NULL;
    assert_string_equal(sign_as(v, &request).signature, v->signature);
    (void)state;
}

static void a_get_request_needs_no_payload(void **state)
{
    struct signing_vector const *const v = vector("tc-2018-get-2hdr");
    struct pgtask_tc3_request request = request_of(v);

    assert_int_equal(request.payload_length, 0);
    request.payload = NULL;
    assert_string_equal(sign_as(v, &request).signature, v->signature);
    (void)state;
}

static void signs_from_1970_to_the_end_of_9999_only(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-empty-object");
    struct pgtask_credentials const credentials = credentials_of(v);
    static struct {
        int64_t unix_s;
        char const *date; /* NULL: refused */
    } const times[] = {
        {INT64_MIN, NULL},
        {-1, NULL},
        {0, "1970-01-01"},
        {INT64_C(951782400), "2000-02-29"},
        {INT64_C(253402300799), "9999-12-31"},
        {INT64_C(253402300800), NULL},
        {INT64_MAX, NULL},
    };

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct pgtask_tc3_request request = request_of(v);
        struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
        struct pgtask_tc3_signature signature;

        request.unix_s = times[i].unix_s;
        assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, &request, &signature),
                         times[i].date != NULL ? PGTASK_OK : PGTASK_ERROR_NO_TIME);
        if (times[i].date != NULL) {
            assert_string_equal(signature.scope.date, times[i].date);
        }
    }
    (void)state;
}

static void missing_arguments_are_named_as_such(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-empty-object");
    struct pgtask_credentials const credentials = credentials_of(v);
    struct pgtask_tc3_request const good = request_of(v);
    struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
    struct pgtask_tc3_signature signature;
    struct pgtask_tc3_request bad[] = {good, good, good, good, good};

    bad[0].method = NULL;
    bad[1].service = NULL;
    bad[2].host = NULL;
    bad[3].content_type = NULL;
    bad[4].payload = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, &bad[i], &signature),
                         PGTASK_ERROR_ARGUMENT);
    }
    assert_int_equal(pgtask_tc3_sign(NULL, &credentials, &good, &signature), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_tc3_sign(&tc3, NULL, &good, &signature), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, NULL, &signature), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, &good, NULL), PGTASK_ERROR_ARGUMENT);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(signs_every_vector_with_every_value_in_between),
        cmocka_unit_test(derives_the_three_keys_of_every_vector),
        cmocka_unit_test(writes_the_authorization_of_every_vector_and_refuses_smaller_buffers),
        cmocka_unit_test(signs_header_values_in_lower_case_and_trimmed),
        cmocka_unit_test(signs_a_blank_header_value_as_an_empty_one),
        cmocka_unit_test(a_missing_query_string_is_an_empty_one),
        cmocka_unit_test(a_get_request_needs_no_payload),
        cmocka_unit_test(signs_from_1970_to_the_end_of_9999_only),
        cmocka_unit_test(missing_arguments_are_named_as_such),
    };

    return cmocka_run_group_tests_name("tc3", tests, NULL, NULL);
}
