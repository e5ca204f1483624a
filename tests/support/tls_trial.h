/* SPDX-License-Identifier: MIT */
/**
 * @file tls_trial.h
 * A chain, and how a handshake with it ends, beside what openssl and curl say of the same chain.
 * Where they differ, the trial says so.
 *
 * Trials are tables of the test program, and stay where they are until its tests have run. All of
 * them use the one `fixture`.
 */
#ifndef PGTASK_TEST_TLS_TRIAL_H
#define PGTASK_TEST_TLS_TRIAL_H

#include <pgtask/tls.h>

#include <stddef.h>

struct CMUnitTest;

/** What the others do with the chain. */
enum others {
    OTHERS_AGREE,
    OTHERS_ACCEPT, /**< the client is stricter */
    OTHERS_REFUSE, /**< the client finds a path that they miss, or it allows a use that they do not
                    */
    CURL_ACCEPTS   /**< curl ends a path at any trusted certificate, openssl at a self-signed one */
};

/** What a server shows to a client that asks for HOST, and how the handshake ends. Certificates,
 *  authorities and root are names of files: NAME.pem. */
struct tls_trial {
    char const *promise; /**< the test's name */
    char const *certificate;
    char const *authorities; /**< further certificates that the server sends; NULL: none */
    char const *root;        /**< NULL: the good one */
    enum pgtask_error expected;
    enum others others;
};

/** The same for a client that asks for `host`. */
struct tls_host_trial {
    char const *host;
    struct tls_trial trial;
};

/**
 * Makes a test of each trial: over each version of TLS that the build has, with the roots as a
 * store and as a list, it ends as promised, and openssl and curl do as the trial says of them.
 * @param tests  room for `count` tests; they point to `trials`
 */
void tls_trial_tests(struct tls_trial const *trials, size_t count, struct CMUnitTest *tests);

/** The same for trials that name a host. */
void tls_host_trial_tests(struct tls_host_trial const *trials, size_t count,
                          struct CMUnitTest *tests);

/**
 * @return what the trial expects, or what a stock mbedTLS makes of it: that refuses a certificate
 *         with a critical extension that it does not know, and reads a key that is compressed. See
 *         port/mbedtls/README.md
 */
enum pgtask_error tls_trial_expected(struct tls_trial const *trial);

/** Trusts the trial's root, and no other one, from now on. */
void tls_trial_trust(struct tls_trial const *trial);

/**
 * Starts the fixture's server, which shows the trial's chain and takes weak keys and hashes too.
 * Whoever starts it kills it with openssl_server_kill(); the fixture does so after each test.
 * @param version  an option of openssl s_server: -tls1_2 or -tls1_3
 */
void tls_trial_serve(struct tls_trial const *trial, char const *version);

/** Connects to that server as a new client, shakes hands, closes, and checks that all of the arena
 *  has come back. The roots stay the caller's. */
enum pgtask_error tls_trial_shake_hands(char const *host, struct pgtask_roots const *roots);

#endif
