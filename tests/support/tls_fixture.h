/* SPDX-License-Identifier: MIT */
/** @file tls_fixture.h What tests of the TLS room start from: a client, its roots, and a server. */
#ifndef PGTASK_TEST_TLS_FIXTURE_H
#define PGTASK_TEST_TLS_FIXTURE_H

#include <mbedtls/build_info.h>

#include "openssl_server.h"
#include "tls_client.h"

#define HOST "postgres.tencentcloudapi.com"

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

/** For cmocka: whatever happened, all of the arena comes back, and closing twice does no harm. */
int tls_tear_down(void **state);

/** Bytes of the arena in use. */
size_t arena_used(void);

/** Trusts the roots in NAME.pem instead. */
void trust(char const *name);

/** pgtask_tls_open() for HOST, now. */
enum pgtask_error open_tls(void);

/** Starts openssl s_server with the good certificate and `options`, and connects to it. */
void connect_to_openssl(char const *options);

/** The same, and a handshake that must succeed. */
void shake_hands_with_openssl(char const *options);

/** A test with a text as its state, which its name shows. */
#define WITH(test, text)                                                                           \
    {                                                                                              \
        .name = #test " " text, .test_func = test, .setup_func = tls_set_up,                       \
        .teardown_func = tls_tear_down, .initial_state = (void *)text                              \
    }

/** One test for each version of TLS that the build has, with further options for openssl. */
#if PGTASK_TLS13
#define WITH_EACH_VERSION(test, text) WITH(test, "-tls1_2 " text), WITH(test, "-tls1_3 " text)
#else
#define WITH_EACH_VERSION(test, text) WITH(test, "-tls1_2 " text)
#endif

#endif
