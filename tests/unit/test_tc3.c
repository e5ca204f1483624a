/* SPDX-License-Identifier: MIT */
#include "guard.h"

#include <pgtask/tc3.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <mbedtls/error.h>
#include <mbedtls/sha256.h>

/* One vector: what goes in, and every value that was published or computed elsewhere. */
struct signing_vector {
    char const *id;
    char const *secret_id;
    char const *secret_key;
    int64_t unix_s;
    char const *date;
    char const *service;
    char const *method;
    char const *query_string;
    char const *content_type;
    char const *host;
    char const *action;
    char const *payload;
    size_t payload_length;
    bool unsigned_payload;
    char const *payload_hash;
    char const *canonical_request_hash;
    char const *scope;
    char const *secret_date;
    char const *secret_service;
    char const *secret_signing;
    char const *signature;
    char const *authorization;
};

#include "signing_vectors.h"

#define VECTORS (sizeof signing_vectors / sizeof signing_vectors[0])

/* The hash as src/tc3.c sees it: counted, and failing on demand. */
static struct {
    unsigned calls;
    unsigned fails_at; /* number of the call, from 1; 0: never */
    size_t blocks;     /* SHA-256 compressions */
} hashing;

int __real_mbedtls_sha256_starts(mbedtls_sha256_context *sha, int is224);
int __real_mbedtls_sha256_update(mbedtls_sha256_context *sha, unsigned char const *in, size_t n);
int __real_mbedtls_sha256_finish(mbedtls_sha256_context *sha, unsigned char *out);

static int result_of_call(int result)
{
    return ++hashing.calls == hashing.fails_at ? MBEDTLS_ERR_PLATFORM_HW_ACCEL_FAILED : result;
}

int __wrap_mbedtls_sha256_starts(mbedtls_sha256_context *sha, int is224)
{
    return result_of_call(__real_mbedtls_sha256_starts(sha, is224));
}

int __wrap_mbedtls_sha256_update(mbedtls_sha256_context *sha, unsigned char const *in, size_t n)
{
    return result_of_call(__real_mbedtls_sha256_update(sha, in, n));
}

int __wrap_mbedtls_sha256_finish(mbedtls_sha256_context *sha, unsigned char *out)
{
    /* What was fed, a closing bit and eight bytes of length, in blocks of 64. */
    hashing.blocks += (sha->MBEDTLS_PRIVATE(total)[0] + 9 + 63) / 64;
    return result_of_call(__real_mbedtls_sha256_finish(sha, out));
}

static int reset_hashing(void **state)
{
    memset(&hashing, 0, sizeof hashing);
    (void)state;
    return 0;
}

static struct signing_vector const *vector(char const *id)
{
    for (size_t i = 0; i < VECTORS; i++) {
        if (strcmp(signing_vectors[i].id, id) == 0) {
            return &signing_vectors[i];
        }
    }
    fail_msg("no vector %s", id);
    return NULL;
}

static struct pgtask_credentials credentials_of(struct signing_vector const *v)
{
    return (struct pgtask_credentials){.secret_id = v->secret_id, .secret_key = v->secret_key};
}

static struct pgtask_tc3_request request_of(struct signing_vector const *v)
{
    return (struct pgtask_tc3_request){
        .method = v->method,
        .query_string = v->query_string,
        .service = v->service,
        .host = v->host,
        .content_type = v->content_type,
        .action = v->action,
        .payload = (uint8_t const *)v->payload,
        .payload_length = v->payload_length,
        .unsigned_payload = v->unsigned_payload,
        .unix_s = v->unix_s,
    };
}

/* Signs a vector with the given cache and compares the signature. */
static void expect_signature(struct pgtask_tc3 *tc3, struct signing_vector const *v)
{
    struct pgtask_credentials const credentials = credentials_of(v);
    struct pgtask_tc3_request const request = request_of(v);
    struct pgtask_tc3_signature signature;

    assert_int_equal(pgtask_tc3_sign(tc3, &credentials, &request, &signature), PGTASK_OK);
    assert_string_equal(signature.signature, v->signature);
}

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

/* Signs a changed request with a fresh cache and the key of the vector it was made from. */
static struct pgtask_tc3_signature sign_as(struct signing_vector const *v,
                                           struct pgtask_tc3_request const *request)
{
    struct pgtask_credentials const credentials = credentials_of(v);
    struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
    struct pgtask_tc3_signature signature;

    assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, request, &signature), PGTASK_OK);
    return signature;
}

/* The canonical form is of lower case and trimmed ("Signature method v3", canonical headers). */
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

/* 24 compressions is what a signer without a cache needs for this request; 12 is the budget. */
static void the_second_signature_of_a_day_costs_at_most_12_compressions(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-instance-2hdr");
    struct pgtask_tc3 tc3 = {.scope = {.date = ""}};

    assert_string_equal(v->payload, "{\"DBInstanceId\":\"postgres-q6fj84vb\",\"Limit\":20}");
    expect_signature(&tc3, v);
    size_t const first = hashing.blocks;

    hashing.blocks = 0;
    expect_signature(&tc3, v);
    assert_in_range(hashing.blocks, 1, 12);
    assert_int_equal(first - hashing.blocks, 12); /* three HMACs of four blocks each */
    (void)state;
}

/* One cache for vectors that differ in day, key and service, in every order of two. */
static void the_cache_never_serves_another_day_key_or_service(void **state)
{
    for (size_t i = 0; i < VECTORS; i++) {
        for (size_t j = 0; j < VECTORS; j++) {
            struct pgtask_tc3 tc3 = {.scope = {.date = ""}};

            expect_signature(&tc3, &signing_vectors[i]);
            expect_signature(&tc3, &signing_vectors[j]);
            expect_signature(&tc3, &signing_vectors[i]);
        }
    }
    (void)state;
}

/* Key and service are told apart even where they read the same when joined. */
static void the_cache_tells_key_and_service_apart(void **state)
{
    struct pgtask_tc3_request request = request_of(vector("gen-pg-empty-object"));
    struct pgtask_tc3_signature one;
    struct pgtask_tc3_signature other;
    struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
    struct pgtask_tc3 fresh = {.scope = {.date = ""}};

    request.service = "bc";
    assert_int_equal(
        pgtask_tc3_sign(&tc3, &(struct pgtask_credentials){.secret_key = "a"}, &request, &one),
        PGTASK_OK);
    request.service = "c";
    assert_int_equal(
        pgtask_tc3_sign(&tc3, &(struct pgtask_credentials){.secret_key = "ab"}, &request, &one),
        PGTASK_OK);
    assert_int_equal(
        pgtask_tc3_sign(&fresh, &(struct pgtask_credentials){.secret_key = "ab"}, &request, &other),
        PGTASK_OK);
    assert_string_equal(one.signature, other.signature);
    (void)state;
}

static void expect_wiped(struct pgtask_tc3 const *tc3)
{
    static uint8_t const zero[sizeof *tc3];

    assert_memory_equal(tc3, zero, sizeof zero);
}

static void forgetting_wipes_all_of_the_cache(void **state)
{
    struct pgtask_tc3 tc3 = {.scope = {.date = ""}};

    expect_signature(&tc3, vector("gen-pg-empty-object"));
    pgtask_tc3_forget(&tc3);
    expect_wiped(&tc3);
    expect_signature(&tc3, vector("gen-pg-empty-object"));
    (void)state;
}

/* A hardware hash may fail at any call: never a signature, and never a key that is half made. */
static void a_failing_hash_is_reported_and_leaves_no_key(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-long-key");
    struct pgtask_credentials const credentials = credentials_of(v);
    struct pgtask_tc3_request const request = request_of(v);
    struct pgtask_tc3_signature signature;
    struct pgtask_tc3 tc3 = {.scope = {.date = ""}};

    expect_signature(&tc3, v);
    unsigned const calls = hashing.calls;

    for (unsigned at = 1; at <= calls; at++) {
        pgtask_tc3_forget(&tc3);
        hashing.calls = 0;
        hashing.fails_at = at;
        assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, &request, &signature),
                         PGTASK_ERROR_SIGN_CRYPTO);
        expect_wiped(&tc3);
        hashing.fails_at = 0;
        expect_signature(&tc3, v);
    }
    (void)state;
}

#define STACK_BYTES (256 * 1024)

static uint8_t const marker[8] = "no key\xF7";

/*
 * Leaves markers on the stack as well, to show that the search finds what stays there: many, since
 * the end of the thread uses the stack once more.
 */
static void *sign_on_this_stack(void *argument)
{
    uint8_t volatile left_behind[4096];
    struct signing_vector const *const v = argument;
    struct pgtask_credentials const credentials = credentials_of(v);
    struct pgtask_tc3_request const request = request_of(v);
    static struct pgtask_tc3 tc3;
    static struct pgtask_tc3_signature signature;

    for (size_t i = 0; i < sizeof left_behind; i++) {
        left_behind[i] = marker[i % sizeof marker];
    }
    pgtask_tc3_forget(&tc3);
    bool const signed_well = pgtask_tc3_sign(&tc3, &credentials, &request, &signature) == PGTASK_OK;

    return signed_well && left_behind[0] == marker[0] ? argument : NULL;
}

static bool holds(uint8_t const *stack, uint8_t const *bytes, size_t length)
{
    for (size_t i = 0; i + length <= STACK_BYTES; i++) {
        if (memcmp(stack + i, bytes, length) == 0) {
            return true;
        }
    }
    return false;
}

/* 8 bytes of a key, as they are or changed by one of the two pads of HMAC. */
static void expect_gone(uint8_t const *stack, uint8_t const *secret, uint8_t pad)
{
    uint8_t padded[8];

    for (size_t i = 0; i < sizeof padded; i++) {
        padded[i] = secret[i] ^ pad;
    }
    assert_false(holds(stack, padded, sizeof padded));
}

/* Signs on a stack of its own and looks through what is left there. */
static void no_key_stays_on_the_stack(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-instance-2hdr");
    uint8_t secrets[4][PGTASK_TC3_HASH_BYTES];
    uint8_t *stack;
    pthread_attr_t attributes;
    pthread_t thread;
    void *result;

    assert_int_equal(
        pgtask_tc3_derive(v->secret_key, v->date, v->service, secrets[0], secrets[1], secrets[2]),
        PGTASK_OK);
    memcpy(secrets[3], v->secret_key, PGTASK_TC3_HASH_BYTES);
    assert_int_equal(posix_memalign((void **)&stack, 4096, STACK_BYTES), 0);
    memset(stack, 0xA5, STACK_BYTES);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, sign_on_this_stack, (void *)(uintptr_t)v),
                     0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, v);
    assert_true(holds(stack, marker, sizeof marker));
    for (size_t i = 0; i < 4; i++) {
        for (size_t at = 0; at < PGTASK_TC3_HASH_BYTES; at += 8) {
            expect_gone(stack, secrets[i] + at, 0);
            expect_gone(stack, secrets[i] + at, 0x36);
            expect_gone(stack, secrets[i] + at, 0x5C);
        }
    }
    pthread_attr_destroy(&attributes);
    free(stack);
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
        cmocka_unit_test_setup(the_second_signature_of_a_day_costs_at_most_12_compressions,
                               reset_hashing),
        cmocka_unit_test(the_cache_never_serves_another_day_key_or_service),
        cmocka_unit_test(the_cache_tells_key_and_service_apart),
        cmocka_unit_test(forgetting_wipes_all_of_the_cache),
        cmocka_unit_test_setup(a_failing_hash_is_reported_and_leaves_no_key, reset_hashing),
        cmocka_unit_test(no_key_stays_on_the_stack),
        cmocka_unit_test(signs_from_1970_to_the_end_of_9999_only),
        cmocka_unit_test(credentials_are_present_and_free_of_stray_blanks),
        cmocka_unit_test(credentials_have_a_greatest_length),
        cmocka_unit_test(signing_without_a_usable_key_is_refused),
        cmocka_unit_test(missing_arguments_are_named_as_such),
    };

    return cmocka_run_group_tests_name("tc3", tests, NULL, NULL);
}
