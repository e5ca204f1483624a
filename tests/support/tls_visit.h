/* SPDX-License-Identifier: MIT */
/**
 * @file tls_visit.h
 * Visits to a server with a session that is kept between them. The server's own page says whether
 * it resumed the session: openssl s_server -www, or nginx.
 */
#ifndef PGTASK_TEST_TLS_VISIT_H
#define PGTASK_TEST_TLS_VISIT_H

#include "nginx_server.h"
#include "tls_fixture.h"

#define DAY_S  ((int64_t)86400)
#define HOUR_S ((int64_t)3600)

/** How a connection is made. */
struct visit {
    char const *host;  /**< NULL: HOST */
    int64_t off_s;     /**< how far the client's clock is off */
    bool time_unknown; /**< the client has no clock */
    bool tls12_only;
};

/** The session that all visits use. */
extern struct pgtask_tls_session session;

/** No session. */
extern struct pgtask_tls_session const no_session;

/** A visit to HOST, now. */
extern struct visit const plain_visit;

/** nginx, while a test runs it. */
extern struct nginx_server nginx;

/** For cmocka: tls_set_up() and no session. */
int visit_set_up(void **state);

/** For cmocka: both servers are stopped; then tls_tear_down(). */
int visit_tear_down(void **state);

/** Starts openssl s_server. */
void start_openssl(char const *certificate, char const *options);

/** Connects to openssl s_server and shakes hands. @return how the handshake ended */
enum pgtask_error shake_hands_for(struct visit const *visit);

/** Asks openssl s_server on the open connection. @return whether it resumed the session */
bool openssl_says_resumed(void);

/** A whole visit to openssl s_server, which must succeed. @return whether it resumed the session */
bool visit_openssl(struct visit const *visit);

/** A whole visit to nginx, which must succeed. @return whether it resumed the session */
bool visit_nginx(void);

/** Begins a handshake and gives it up. @return bytes of the ClientHello, which is longer when it
 *  offers a session */
uint64_t give_up_after_hello(void);

/** Fails unless all bytes of the session are zero. What is known of the host may stay. */
void assert_session_is_wiped(void);

/** A test whose state is a string, which its name shows. */
#define VISIT_TEST(test, text)                                                                     \
    {                                                                                              \
        .name = #test " " text, .test_func = test, .setup_func = visit_set_up,                     \
        .teardown_func = visit_tear_down, .initial_state = (void *)text                            \
    }

/** One such test for each version of TLS that the build has, told to openssl or to nginx. */
#if PGTASK_TLS_HAS_TLS13
#define VISIT_TEST_EACH_VERSION(test, text)                                                        \
    VISIT_TEST(test, "-tls1_2 " text), VISIT_TEST(test, "-tls1_3 " text)
#define NGINX_TEST_EACH_VERSION(test, text)                                                        \
    VISIT_TEST(test, "ssl_protocols TLSv1.2; " text),                                              \
        VISIT_TEST(test, "ssl_protocols TLSv1.3; " text)
#else
#define VISIT_TEST_EACH_VERSION(test, text) VISIT_TEST(test, "-tls1_2 " text)
#define NGINX_TEST_EACH_VERSION(test, text) VISIT_TEST(test, "ssl_protocols TLSv1.2; " text)
#endif

#endif
