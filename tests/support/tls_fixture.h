/* SPDX-License-Identifier: MIT */
/** @file tls_fixture.h What each test of the TLS room begins with: a client, roots and a server. */
#ifndef PGTASK_TEST_TLS_FIXTURE_H
#define PGTASK_TEST_TLS_FIXTURE_H

#include "pgtask_mbedtls.h"

#include "openssl_server.h"
#include "tls_client.h"

#define HOST "postgres.tencentcloudapi.com"

/** The most roots that copy_roots() copies: one more than the longest list that a test makes. */
#define FIXTURE_ROOTS 5

struct tls_fixture {
    char const *certificates; /**< directory; set before the tests run */
    struct pgtask_posix_roots store;
    struct pgtask_roots roots; /**< the good CA's, until trust() */
    struct openssl_server server;
    struct tls_client client;
    size_t arena_before;
};

extern struct tls_fixture fixture;

/** For cmocka: before each test. */
int tls_set_up(void **state);

/** For cmocka, after each test: closes twice, and checks that all of the arena has come back. */
int tls_tear_down(void **state);

/** Bytes of the arena in use. */
size_t arena_used(void);

/** Trusts the roots in NAME.pem from now on. */
void trust(char const *name);

/**
 * Copies the first trusted roots, at most `capacity` and FIXTURE_ROOTS of them, to use as a list.
 * Their DER is the fixture's, until the next call.
 * @return how many
 */
size_t copy_roots(struct pgtask_root *list, size_t capacity);

/** Calls pgtask_tls_open() for HOST, with the time of now. */
enum pgtask_error open_tls(void);

/** Starts openssl s_server with the good certificate and `options`, and connects to it. */
void connect_to_openssl(char const *options);

/** Does the same, and shakes hands, which must succeed. */
void shake_hands_with_openssl(char const *options);

/** A test whose state is a string, which its name shows. */
#define WITH(test, text)                                                                           \
    {                                                                                              \
        .name = #test " " text, .test_func = test, .setup_func = tls_set_up,                       \
        .teardown_func = tls_tear_down, .initial_state = (void *)text                              \
    }

/** One such test for each version of TLS that the build has, with further options for openssl. */
#if PGTASK_TLS_HAS_TLS13
#define WITH_EACH_VERSION(test, text) WITH(test, "-tls1_2 " text), WITH(test, "-tls1_3 " text)
#else
#define WITH_EACH_VERSION(test, text) WITH(test, "-tls1_2 " text)
#endif

#endif
