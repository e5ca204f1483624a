/* SPDX-License-Identifier: MIT */
/* A session that is not whole is never offered, and a session of no more use is wiped. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <mbedtls/platform.h>

#include "certificates.h"
#include "tls_visit.h"

#if PGTASK_MBEDTLS_IS_OWN    /* a stock mbedTLS has no arena */
static uint8_t const *arena; /* the arena's first block, after mbedTLS's header */
#endif

static void assert_is_refused(uint64_t full_hello, bool all_the_way)
{
    struct pgtask_tls_session const damaged = session;

    assert_int_equal(give_up_after_hello(), full_hello);
    if (all_the_way) {
        session = damaged;
        assert_false(visit_openssl(&plain_visit));
    }
}

static void damaged_session_is_refused_quietly(void **state)
{
    struct pgtask_tls_session good;
    uint64_t full_hello;

    start_openssl("server", *state);
    full_hello = give_up_after_hello();
    assert_false(visit_openssl(&plain_visit));
    good = session;
    assert_true(give_up_after_hello() != full_hello);
    for (uint32_t i = 0; i < good.length; i++) {
        session = good;
        session.bytes[i] ^= (uint8_t)(1 << (i % 8));
        assert_is_refused(full_hello, i % 32 == 0);
        session = good;
        session.length = i;
        assert_is_refused(full_hello, i % 32 == 0);
    }
    for (uint32_t length = good.length + 1; length <= PGTASK_SESSION_BYTES + 2; length++) {
        session = good;
        session.length = length;
        assert_is_refused(full_hello, length % 128 == 0);
    }
    session = good;
    session.length = UINT32_MAX;
    assert_is_refused(full_hello, true);
}

static void random_bytes_are_refused_quietly(void **state)
{
    uint32_t random = 2463534242;
    uint64_t full_hello;

    start_openssl("server", *state);
    full_hello = give_up_after_hello();
    for (uint32_t i = 0; i < 200; i++) {
        for (size_t j = 0; j < sizeof session.bytes; j++) {
            random = random * 1664525 + 1013904223;
            session.bytes[j] = (uint8_t)(random >> 24);
        }
        session.length = i * 6;
        assert_is_refused(full_hello, i % 20 == 0);
    }
}

static void failed_handshake_forgets_the_session(void **state)
{
    start_openssl("server", *state);
    assert_false(visit_openssl(&plain_visit));
    openssl_server_kill(&fixture.server);
    start_openssl("impostor", *state);
    assert_int_equal(shake_hands_for(&plain_visit), PGTASK_ERROR_TLS_UNKNOWN_CA);
    assert_session_is_wiped();
}

static void handshake_given_up_forgets_the_session(void **state)
{
    start_openssl("server", *state);
    assert_false(visit_openssl(&plain_visit));
    assert_int_not_equal(session.length, 0);
    (void)give_up_after_hello();
    assert_session_is_wiped();
}

#if PGTASK_MBEDTLS_IS_OWN
/* Counts the places of the arena that hold 16 bytes of the session, other than zeros and the host's
 * name. */
static size_t pieces_in_arena(struct pgtask_tls_session const *kept)
{
    enum { PIECE = 16 };
    static char const host[] = HOST;
    struct pgtask_arena_use use;
    size_t count = 0;

    pgtask_arena_measure(&use);
    for (size_t i = 0; i + PIECE <= kept->length; i++) {
        uint8_t const *const piece = kept->bytes + i;
        size_t zeros = 0;
        bool of_host = false;

        for (size_t j = 0; j < PIECE; j++) {
            zeros += piece[j] == 0;
        }
        for (size_t j = 0; j + PIECE <= sizeof host; j++) {
            of_host |= memcmp(host + j, piece, PIECE) == 0;
        }
        for (size_t j = 0; zeros < 2 && !of_host && j + 256 < use.capacity; j++) {
            count += memcmp(arena + j, piece, PIECE) == 0;
        }
    }
    return count;
}

static void find_arena(void)
{
    void *first;

    pgtask_arena_setup();
    first = mbedtls_calloc(1, 1);
    arena = first;
    mbedtls_free(first);
}

static void nothing_of_a_session_stays_in_the_arena(void **state)
{
    struct pgtask_tls_session kept;

    start_openssl("server", *state);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(visit_openssl(&plain_visit), i > 0);
        kept = session;
        assert_true(pieces_in_arena(&kept) > 0); /* mbedTLS still has it */
        tls_client_close(&fixture.client);
        assert_int_equal(pieces_in_arena(&kept), 0);
    }
}
#endif

int main(void)
{
    struct CMUnitTest const tests[] = {
        VISIT_TEST_EACH_VERSION(damaged_session_is_refused_quietly, "-www"),
        VISIT_TEST_EACH_VERSION(random_bytes_are_refused_quietly, "-www"),
        VISIT_TEST_EACH_VERSION(failed_handshake_forgets_the_session, "-www"),
        VISIT_TEST_EACH_VERSION(handshake_given_up_forgets_the_session, "-www"),
#if PGTASK_MBEDTLS_IS_OWN
        VISIT_TEST_EACH_VERSION(nothing_of_a_session_stays_in_the_arena, "-www"),
#endif
    };

    fixture.certificates = test_certificates();
#if PGTASK_MBEDTLS_IS_OWN
    find_arena();
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
