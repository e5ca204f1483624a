/* SPDX-License-Identifier: MIT */
/* What a chain can make the client compute: signatures, comparisons, and walks through a store. */
#if defined(MBEDTLS_IS_SHARED)
#define _GNU_SOURCE /* for RTLD_NEXT */
#endif

#include <pgtask/tls.h>

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <mbedtls/pk.h>

#include "certificates.h"
#include "tls_fixture.h"
#include "tls_trial.h"

/* Signatures that were checked, each counted once however many calls that takes. These functions
 * come before mbedTLS's own: see tests/tests.mk. */
static uint32_t signatures;
static mbedtls_pk_context const *last_key;
static unsigned char const *last_signature;

#if MBEDTLS_VERSION_MAJOR < 4
#define KIND mbedtls_pk_type_t kind, void const *options
#define SAME kind, options
#else
#define KIND mbedtls_pk_sigalg_t kind
#define SAME kind
#endif
typedef int verify(KIND, mbedtls_pk_context *key, mbedtls_md_type_t digest,
                   unsigned char const *hash, size_t hash_length, unsigned char const *signature,
                   size_t signature_length);
typedef int verify_restartable(mbedtls_pk_context *key, mbedtls_md_type_t digest,
                               unsigned char const *hash, size_t hash_length,
                               unsigned char const *signature, size_t signature_length,
                               mbedtls_pk_restart_ctx *restart);

#if defined(MBEDTLS_IS_SHARED)
/* The program's own functions hide those of the library, which dlsym() finds. */
#define COUNT_VERIFY             mbedtls_pk_verify_ext
#define COUNT_VERIFY_RESTARTABLE mbedtls_pk_verify_restartable
static verify *real_verify;
static verify_restartable *real_verify_restartable;

static void find_real_functions(void)
{
    void *const one = dlsym(RTLD_NEXT, "mbedtls_pk_verify_ext");
    void *const other = dlsym(RTLD_NEXT, "mbedtls_pk_verify_restartable");

    memcpy(&real_verify, &one, sizeof one);
    memcpy(&real_verify_restartable, &other, sizeof other);
}
#else
#define COUNT_VERIFY             __wrap_mbedtls_pk_verify_ext
#define COUNT_VERIFY_RESTARTABLE __wrap_mbedtls_pk_verify_restartable
#define real_verify              __real_mbedtls_pk_verify_ext
#define real_verify_restartable  __real_mbedtls_pk_verify_restartable
verify COUNT_VERIFY, real_verify;
verify_restartable COUNT_VERIFY_RESTARTABLE, real_verify_restartable;

static void find_real_functions(void)
{
}
#endif

/* In a shared library, the one function calls the other by way of the program. */
static bool is_counted;

int COUNT_VERIFY(KIND, mbedtls_pk_context *key, mbedtls_md_type_t digest, unsigned char const *hash,
                 size_t hash_length, unsigned char const *signature, size_t signature_length)
{
    int code;

    signatures++;
    is_counted = true;
    code = real_verify(SAME, key, digest, hash, hash_length, signature, signature_length);
    is_counted = false;
    return code;
}

int COUNT_VERIFY_RESTARTABLE(mbedtls_pk_context *key, mbedtls_md_type_t digest,
                             unsigned char const *hash, size_t hash_length,
                             unsigned char const *signature, size_t signature_length,
                             mbedtls_pk_restart_ctx *restart)
{
    signatures += !is_counted && (key != last_key || signature != last_signature);
    last_key = key;
    last_signature = signature;
    return real_verify_restartable(key, digest, hash, hash_length, signature, signature_length,
                                   restart);
}

/* How often a name is compared with a subtree. */
static uint32_t comparisons;
bool __real_pgtaski_tls_is_same_text(uint8_t const *, uint8_t const *, size_t);
bool __wrap_pgtaski_tls_is_same_text(uint8_t const *, uint8_t const *, size_t);

bool __wrap_pgtaski_tls_is_same_text(uint8_t const *one, uint8_t const *other, size_t length)
{
    comparisons++;
    return __real_pgtaski_tls_is_same_text(one, other, length);
}

/* One handshake with a server of its own. Both counts begin at zero. */
static enum pgtask_error attempt(struct tls_trial const *trial, char const *version,
                                 struct pgtask_roots const *roots)
{
    enum pgtask_error error;

    tls_trial_serve(trial, version);
    signatures = 0;
    comparisons = 0;
    error = tls_trial_shake_hands(HOST, roots);
    openssl_server_kill(&fixture.server);
    return error;
}

#if PGTASK_MBEDTLS_IS_OWN /* a stock mbedTLS refuses critical constraints unread */
static void constraints_are_evaluated_under_a_trusted_root_only(void **state)
{
    struct tls_trial const trial = {.certificate = "under_permitted",
                                    .authorities = "permitted_middle"};

    trust("impostor_root");
    assert_int_equal(attempt(&trial, *state, &fixture.roots), PGTASK_ERROR_TLS_UNKNOWN_CA);
    assert_int_equal(comparisons, 0);
    trust("ca");
    assert_int_equal(attempt(&trial, *state, &fixture.roots), PGTASK_OK);
    assert_true(comparisons > 0); /* the count counts */
}
#endif

#if PGTASK_MBEDTLS_IS_OWN && PGTASK_TLS_RECORD == 16384 /* they need a large record */
static void names_by_domains_are_compared_up_to_a_bound(void **state)
{
    static struct {
        struct tls_trial trial;
        uint32_t least;
        uint32_t most;
        enum pgtask_error expected;
    } const rows[] = {
        {{.certificate = "names_by_domains", .authorities = "many_domains_middle"},
         62,
         PGTASK_TLS_COMPARISONS + 1000, /* the host's name and issuers' are compared too */
         PGTASK_OK},
        {{.certificate = "too_many_names_by_domains", .authorities = "many_domains_middle"},
         0,
         1000,
         PGTASK_ERROR_TLS_CONSTRAINT},
    };

    trust("ca");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(attempt(&rows[i].trial, *state, &fixture.roots), rows[i].expected);
        assert_in_range(comparisons, rows[i].least, rows[i].most);
    }
}
#endif

/* Whoever owns no key of a trusted authority cannot make the client compute with a key. */
static void no_key_is_used_without_a_path_to_a_root(void **state)
{
    static struct tls_trial const untrusted[] = {
        {.certificate = "rsa_4096", .authorities = "server", .root = "rsa_root"},
        {.certificate = "under_rsa_4096_root", .authorities = "rsa_4096_root"},
        {.certificate = "long_chain", .authorities = "long_chain_middles"},
        {.certificate = "chained", .authorities = "crossed_middle"},
        {.certificate = "chained", .authorities = "mail_copy_middle"},
        {.certificate = "large_exponent"},
        {.certificate = "under_large_exponent", .authorities = "large_exponent_middle"},
    };

    for (size_t i = 0; i < sizeof untrusted / sizeof untrusted[0]; i++) {
        tls_trial_trust(&untrusted[i]);
        assert_true(attempt(&untrusted[i], *state, &fixture.roots) < 0);
        assert_int_equal(signatures, 0);
    }
    trust("ca");
    assert_int_equal(attempt(&(struct tls_trial){.certificate = "server"}, *state, &fixture.roots),
                     PGTASK_OK);
    assert_true(signatures > 0); /* the count counts */
}

#if PGTASK_TLS_RECORD == 16384 /* the chains need a large record */
/* Whoever owns no trusted key can make all signatures of a path but one. All names fit here. */
static void long_path_costs_few_signatures(void **state)
{
    static struct {
        struct tls_trial trial;
        uint32_t most;
    } const forged[] = {
        {{.certificate = "under_three", .authorities = "three_middle", .root = "impostor_root"}, 1},
        {{.certificate = "under_false_three", .authorities = "false_three_middle"}, 2},
    };

    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        tls_trial_trust(&forged[i].trial);
        assert_int_equal(attempt(&forged[i].trial, *state, &fixture.roots),
                         PGTASK_ERROR_TLS_UNKNOWN_CA);
        assert_in_range(signatures, 1, forged[i].most);
    }
}

/* Whoever owns the key of a trusted authority can make them all good: one for each certificate, and
 * one for the key exchange. */
static void longest_path_costs_one_signature_for_each_certificate(void **state)
{
    struct tls_trial const trial = {.certificate = "under_three", .authorities = "three_middle"};

    trust("ca");
    assert_int_equal(attempt(&trial, *state, &fixture.roots), PGTASK_OK);
    assert_int_equal(signatures, PGTASK_TLS_INTERMEDIATES + 1 + 1);
}

/* Each walk through a store takes long: one for any chain, and one more for a good name. */
static uint32_t walks;

static enum pgtask_error count_walk(void *context, bool restart, struct pgtask_root *root)
{
    walks += restart;
    return fixture.roots.next(context, restart, root);
}

static void chain_costs_at_most_two_walks_through_the_store(void **state)
{
    static struct {
        struct tls_trial trial;
        uint32_t walks;
        enum pgtask_error expected;
    } const chains[] = {
        {{.certificate = "long_chain", .authorities = "long_chain_middles"},
         1,
         PGTASK_ERROR_TLS_UNKNOWN_CA},
        {{.certificate = "chained", .authorities = "crossed_middle"},
         1,
         PGTASK_ERROR_TLS_UNKNOWN_CA},
        {{.certificate = "under_false_three", .authorities = "false_three_middle"},
         2,
         PGTASK_ERROR_TLS_UNKNOWN_CA},
        {{.certificate = "under_three", .authorities = "three_middle"}, 2, PGTASK_OK},
    };

    trust("bundle");
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        struct pgtask_roots const roots = {.next = count_walk, .context = fixture.roots.context};

        walks = 0;
        assert_int_equal(attempt(&chains[i].trial, *state, &roots), chains[i].expected);
        assert_int_equal(walks, chains[i].walks);
    }
}
#endif

int main(void)
{
    struct CMUnitTest const tests[] = {
        WITH_EACH_VERSION(no_key_is_used_without_a_path_to_a_root, ""),
#if PGTASK_MBEDTLS_IS_OWN
        WITH_EACH_VERSION(constraints_are_evaluated_under_a_trusted_root_only, ""),
#endif
#if PGTASK_MBEDTLS_IS_OWN && PGTASK_TLS_RECORD == 16384
        WITH_EACH_VERSION(names_by_domains_are_compared_up_to_a_bound, ""),
#endif
#if PGTASK_TLS_RECORD == 16384
        WITH_EACH_VERSION(long_path_costs_few_signatures, ""),
        WITH_EACH_VERSION(longest_path_costs_one_signature_for_each_certificate, ""),
        WITH_EACH_VERSION(chain_costs_at_most_two_walks_through_the_store, ""),
#endif
    };

    find_real_functions();
    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
