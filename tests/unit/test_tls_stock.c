/* SPDX-License-Identifier: MIT */
/* The locks of src/tls_stock.c: whatever keeps the peer's chain from being verified, no handshake
 * is completed. The linker puts a function of this test before the verification: see
 * tests/tests.mk. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mbedtls/x509_crt.h>

#include "certificates.h"
#include "tls_fixture.h"
#include "tls_visit.h"

static bool is_left_out; /* the verification */
static unsigned calls;   /* of it */

typedef int verify_chain(mbedtls_x509_crt *chain, mbedtls_x509_crt *roots, mbedtls_x509_crl *crl,
                         mbedtls_x509_crt_profile const *profile, char const *name, uint32_t *flags,
                         int (*verify)(void *, mbedtls_x509_crt *, int, uint32_t *), void *context,
                         mbedtls_x509_crt_restart_ctx *restart);
verify_chain __real_pgtaski_tls_verify_chain, __wrap_pgtaski_tls_verify_chain;

int __wrap_pgtaski_tls_verify_chain(mbedtls_x509_crt *chain, mbedtls_x509_crt *roots,
                                    mbedtls_x509_crl *crl, mbedtls_x509_crt_profile const *profile,
                                    char const *name, uint32_t *flags,
                                    int (*verify)(void *, mbedtls_x509_crt *, int, uint32_t *),
                                    void *context, mbedtls_x509_crt_restart_ctx *restart)
{
    calls++;
    if (is_left_out) {
        return 0;
    }
    return __real_pgtaski_tls_verify_chain(chain, roots, crl, profile, name, flags, verify, context,
                                           restart);
}

static int set_up(void **state)
{
    is_left_out = false;
    calls = 0;
    return tls_set_up(state);
}

static int tear_down(void **state)
{
    openssl_server_kill(&fixture.server);
    return tls_tear_down(state);
}

static void chain_that_nobody_has_verified_ends_the_handshake(void **state)
{
    static uint8_t const byte = 0;
    size_t sent;

    is_left_out = true;
    connect_to_openssl(*state);
    assert_int_equal(open_tls(), PGTASK_OK);
    assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_ERROR_TLS_INTERNAL);
    assert_true(calls > 0);
    assert_int_equal(pgtask_tls_write(&fixture.client.tls, &byte, 1, &sent),
                     PGTASK_ERROR_TLS_INTERNAL);
}

static void chain_is_verified_once(void **state)
{
    connect_to_openssl(*state);
    assert_int_equal(open_tls(), PGTASK_OK);
    assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_OK);
    assert_int_equal(calls, 1);
}

#define LOCK_TEST(test, options)                                                                   \
    {                                                                                              \
        .name = #test " " options, .test_func = test, .setup_func = set_up,                        \
        .teardown_func = tear_down, .initial_state = options                                       \
    }

int main(void)
{
    struct CMUnitTest const tests[] = {
        LOCK_TEST(chain_is_verified_once, "-www -tls1_2"),
        LOCK_TEST(chain_that_nobody_has_verified_ends_the_handshake, "-www -tls1_2"),
#if PGTASK_TLS_HAS_TLS13
        LOCK_TEST(chain_is_verified_once, "-www -tls1_3"),
        LOCK_TEST(chain_that_nobody_has_verified_ends_the_handshake, "-www -tls1_3"),
#endif
    };

    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
