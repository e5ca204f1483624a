/* SPDX-License-Identifier: MIT */
/* How much memory a connection takes, and that a lack of memory is never reported as another fault.
 */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <mbedtls/memory_buffer_alloc.h>
#include <mbedtls/platform.h>

#include "certificates.h"
#include "tls_fixture.h"

/* A connection takes a record's buffer and then some. */
#define LEAST_BYTES (PGTASK_TLS_RECORD + 3600)
#define MOST_BYTES  48000

static size_t peak_with(char const *root, char const *options)
{
    struct pgtask_arena_use use;

    trust(root);
    mbedtls_memory_buffer_alloc_max_reset();
    shake_hands_with_openssl(options);
    pgtask_arena_measure(&use);
    tls_client_close(&fixture.client);
    openssl_server_kill(&fixture.server);
    assert_in_range(use.peak, use.used, use.capacity);
    return use.peak;
}

static void bundle_of_141_roots_takes_the_memory_of_one(void **state)
{
    assert_int_equal(peak_with("bundle", *state), peak_with("ca", *state));
}

/* Takes all but `left` bytes of the arena and shakes hands. */
static enum pgtask_error handshake_in(size_t left)
{
    struct pgtask_arena_use use;
    enum pgtask_error error;
    void *taken;

    pgtask_arena_measure(&use);
    taken = mbedtls_calloc(1, use.capacity - use.used - left);
    assert_non_null(taken);
    tls_client_connect(&fixture.client, fixture.server.port_number);
    error = open_tls();
    if (error == PGTASK_OK) {
        error = tls_client_handshake(&fixture.client);
    }
    tls_client_close(&fixture.client);
    mbedtls_free(taken);
    assert_int_equal(arena_used(), fixture.arena_before);
    return error;
}

static char const *const chains[][2] = {{"server", "ca"},
                                        {"rsa", "rsa_root"},
                                        {"p384", "p384_root"},
                                        {"rsa_4096", "ca"},
                                        {"under_rsa_4096_root", "rsa_4096_root"}};

#define CHAINS (sizeof chains / sizeof chains[0])

/* The least memory in which the chain's handshake succeeds. With less, it must name the reason. */
static size_t find_least(char const *certificate, char const *root, char const *options)
{
    enum pgtask_error error = PGTASK_ERROR_TLS_MEMORY;
    size_t left = 0;

    openssl_server_start(&fixture.server, fixture.certificates, certificate, options);
    trust(root);
    while (left < MOST_BYTES && error == PGTASK_ERROR_TLS_MEMORY) {
        left += 256;
        error = handshake_in(left);
    }
    assert_int_equal(error, PGTASK_OK);
    return left;
}

static void arena_that_is_too_small_is_always_named(void **state)
{
    for (size_t i = 0; i < CHAINS; i++) {
        size_t const least = find_least(chains[i][0], chains[i][1], *state);

        assert_in_range(least, LEAST_BYTES, MOST_BYTES);
        openssl_server_kill(&fixture.server);
    }
}

static void unknown_issuer_is_named_however_small_the_arena(void **state)
{
    for (size_t i = 0; i < CHAINS; i++) {
        size_t const least = find_least(chains[i][0], chains[i][1], *state);

        trust("other_root");
        assert_int_equal(handshake_in(least), PGTASK_ERROR_TLS_UNKNOWN_CA);
        openssl_server_kill(&fixture.server);
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        WITH_EACH_VERSION(bundle_of_141_roots_takes_the_memory_of_one, ""),
        WITH_EACH_VERSION(arena_that_is_too_small_is_always_named, ""),
        WITH_EACH_VERSION(unknown_issuer_is_named_however_small_the_arena, ""),
    };

    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
