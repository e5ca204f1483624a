/* SPDX-License-Identifier: MIT */
/* The cached signing key. This program stands between src/tc3.c and the hash of mbedTLS. */
#include "signing.h"

#include "pgtask_hash.h"

/* The hash as src/tc3.c sees it: its calls are counted, and one of them can be made to fail. */
static struct {
    unsigned calls;
    unsigned fails_at; /* number of the call, which counts from 1; 0 for none */
    size_t bytes;      /* fed to the hash under way */
    size_t blocks;     /* SHA-256 compressions */
} hashing;

static int result_of_call(int result)
{
    return ++hashing.calls == hashing.fails_at ? -1 : result;
}

static void count_start(void)
{
    hashing.bytes = 0;
}

static void count_update(size_t bytes)
{
    hashing.bytes += bytes;
}

/* Blocks of 64 bytes hold what was fed, a closing bit and eight bytes of length. */
static void count_finish(void)
{
    hashing.blocks += (hashing.bytes + 9 + 63) / 64;
}

#if MBEDTLS_VERSION_MAJOR < 4
int __real_mbedtls_sha256_starts(mbedtls_sha256_context *sha, int is224);
int __real_mbedtls_sha256_update(mbedtls_sha256_context *sha, unsigned char const *in, size_t n);
int __real_mbedtls_sha256_finish(mbedtls_sha256_context *sha, unsigned char *out);

int __wrap_mbedtls_sha256_starts(mbedtls_sha256_context *sha, int is224)
{
    count_start();
    return result_of_call(__real_mbedtls_sha256_starts(sha, is224));
}

int __wrap_mbedtls_sha256_update(mbedtls_sha256_context *sha, unsigned char const *in, size_t n)
{
    count_update(n);
    return result_of_call(__real_mbedtls_sha256_update(sha, in, n));
}

int __wrap_mbedtls_sha256_finish(mbedtls_sha256_context *sha, unsigned char *out)
{
    count_finish();
    return result_of_call(__real_mbedtls_sha256_finish(sha, out));
}
#else
psa_status_t __real_psa_hash_setup(psa_hash_operation_t *hash, psa_algorithm_t algorithm);
psa_status_t __real_psa_hash_update(psa_hash_operation_t *hash, uint8_t const *in, size_t n);
psa_status_t __real_psa_hash_finish(psa_hash_operation_t *hash, uint8_t *out, size_t size,
                                    size_t *length);

psa_status_t __wrap_psa_hash_setup(psa_hash_operation_t *hash, psa_algorithm_t algorithm)
{
    count_start();
    return result_of_call(__real_psa_hash_setup(hash, algorithm));
}

psa_status_t __wrap_psa_hash_update(psa_hash_operation_t *hash, uint8_t const *in, size_t n)
{
    count_update(n);
    return result_of_call(__real_psa_hash_update(hash, in, n));
}

psa_status_t __wrap_psa_hash_finish(psa_hash_operation_t *hash, uint8_t *out, size_t size,
                                    size_t *length)
{
    count_finish();
    return result_of_call(__real_psa_hash_finish(hash, out, size, length));
}
#endif

static int reset_hashing(void **state)
{
    memset(&hashing, 0, sizeof hashing);
    (void)state;
    return 0;
}

/* Without a cache, this request needs 24 compressions. The budget is 12. */
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

/* Signs every pair of vectors with one cache. They differ in day, key and service. */
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

/* Key and service differ although both pairs read "abc" when joined. */
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

/* A hash in hardware may fail at any call. Then there is no signature, and no half-made key stays.
 */
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

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(the_second_signature_of_a_day_costs_at_most_12_compressions,
                               reset_hashing),
        cmocka_unit_test(the_cache_never_serves_another_day_key_or_service),
        cmocka_unit_test(the_cache_tells_key_and_service_apart),
        cmocka_unit_test(forgetting_wipes_all_of_the_cache),
        cmocka_unit_test_setup(a_failing_hash_is_reported_and_leaves_no_key, reset_hashing),
    };

    return cmocka_run_group_tests_name("tc3 cache", tests, NULL, NULL);
}
