/* SPDX-License-Identifier: MIT */
/*
 * When the client tries a connection again without TLS 1.3. The peer is openssl s_server, which
 * does not answer: each listing fails, but not in TLS if the handshake was good.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "tls_fixture.h"

/* Over TLS 1.2, this server insists on RSA-PSS, which mbedTLS 3.6.6 offers and then refuses. */
#define PSS_ONLY "-tls1_2 -serverpref"

static struct pgtask_client client;
static struct pgtask_posix posix;
static struct pgtask_port port;
static struct pgtask_task task;

/* How the server begins anew before the second connection of a listing, or NULL. */
static char const *later_options;

static void start(char const *options)
{
    openssl_server_kill(&fixture.server);
    openssl_server_start(&fixture.server, fixture.certificates, "rsa", options);
}

/* The server changes, and with it its port. */
static enum pgtask_error connect_to_server(void *context, uint16_t port_number)
{
    (void)port_number;
    if (later_options != NULL && pgtask_client_counters(&client)->fallbacks > 0) {
        start(later_options);
        later_options = NULL;
    }
    return posix.port.connect(context, fixture.server.port_number);
}

static int set_up(void **state)
{
    struct pgtask_config config = {
        .region = "ap-guangzhou",
        .credentials = {.secret_id = "AKIDtest", .secret_key = "SecretKeyTest"},
        .connect_host = "127.0.0.1",
        .retry = {.attempts = 1},
        .stall_ms = 300,
    };

    (void)tls_set_up(state);
    trust("rsa_root");
    config.roots = fixture.roots;
    pgtask_posix_open(&posix);
    port = posix.port;
    port.connect = connect_to_server;
    assert_int_equal(pgtask_client_open(&client, &config, &port), PGTASK_OK);
    return 0;
}

static int tear_down(void **state)
{
    pgtask_client_close(&client);
    pgtask_posix_close(&posix);
    return tls_tear_down(state);
}

static enum pgtask_error list(void)
{
    struct pgtask_query const query = {.limit = 1};

    assert_int_equal(pgtask_client_list(&client, &query), PGTASK_OK);
    return pgtask_client_next_blocking(&client, &task);
}

/* Lists on a new connection. Returns whether the handshake became complete. */
static bool connects(void)
{
    struct pgtask_counters const before = *pgtask_client_counters(&client);
    enum pgtask_error const error = list();
    struct pgtask_counters const *const after = pgtask_client_counters(&client);
    bool const is_complete = after->handshakes_full + after->handshakes_resumed ==
                             before.handshakes_full + before.handshakes_resumed + 1;

    assert_true(error < 0);
    assert_int_not_equal(pgtask_error_layer(error) == PGTASK_LAYER_TLS, is_complete);
    return is_complete;
}

static uint32_t fallbacks(void)
{
    return pgtask_client_counters(&client)->fallbacks;
}

#if MBEDTLS_VERSION_MAJOR < 4
static void server_that_insists_on_pss_is_reached_without_tls13(void **state)
{
    start(PSS_ONLY);
    assert_true(connects());
    assert_int_equal(fallbacks(), 1);
    (void)state;
}

#else
static void server_that_insists_on_pss_is_reached_at_once(void **state)
{
    start(PSS_ONLY);
    assert_true(connects());
    assert_int_equal(fallbacks(), 0);
    (void)state;
}
#endif

#if MBEDTLS_VERSION_MAJOR < 4
static void next_connection_offers_tls13_again(void **state)
{
    start(PSS_ONLY);
    assert_true(connects());
    start("-tls1_3");
    assert_true(connects());
    assert_int_equal(fallbacks(), 1);
    (void)state;
}

static void server_that_has_had_tls13_is_not_asked_for_less(void **state)
{
    start("-tls1_3");
    assert_true(connects());
    start(PSS_ONLY);
    for (int i = 0; i < 3; i++) {
        assert_false(connects());
    }
    assert_int_equal(fallbacks(), 0);
    start("-tls1_3");
    assert_true(connects());
    (void)state;
}

static void session_from_before_tells_that_the_server_has_tls13(void **state)
{
    static uint8_t bytes[PGTASK_SESSION_BYTES];
    struct pgtask_config config = client.config;
    size_t length = 0;

    start("-tls1_3");
    assert_true(connects());
    assert_int_equal(pgtask_client_export_session(&client, bytes, sizeof bytes, &length),
                     PGTASK_OK);
    pgtask_client_close(&client);
    assert_int_equal(pgtask_client_open(&client, &config, &port), PGTASK_OK);
    assert_int_equal(pgtask_client_import_session(&client, bytes, length), PGTASK_OK);
    start(PSS_ONLY);
    for (int i = 0; i < 3; i++) {
        assert_false(connects());
    }
    assert_int_equal(fallbacks(), 0);
    (void)state;
}

/* Somebody on the network's path has damaged the first connection: the server itself has both. */
static void server_that_has_tls13_is_refused_without_it(void **state)
{
    start(PSS_ONLY);
    later_options = "";
    assert_int_equal(list(), PGTASK_ERROR_TLS_DOWNGRADE);
    assert_int_equal(fallbacks(), 1);
    assert_true(connects());
    start(PSS_ONLY);
    assert_false(connects());
    assert_int_equal(fallbacks(), 1);
    (void)state;
}

#endif

/* s_server -stateless begins with a HelloRetryRequest that has a cookie. */
static void cookie_is_answered_without_tls13(void **state)
{
    start("-stateless");
    assert_true(connects());
    assert_int_equal(fallbacks(), 1);
    (void)state;
}

static void open_with_tls12_at_most(void)
{
    struct pgtask_config config = client.config;

    config.tls_max_version = PGTASK_TLS_1_2;
    pgtask_client_close(&client);
    assert_int_equal(pgtask_client_open(&client, &config, &port), PGTASK_OK);
}

/* Sends the request over TLS. Returns the version of the connection. */
static char const *version_of_connection(void)
{
    struct pgtask_query const query = {.limit = 1};

    assert_int_equal(pgtask_client_list(&client, &query), PGTASK_OK);
    while (pgtask_client_next(&client, &task) == PGTASK_WOULD_BLOCK) {
        if (pgtask_client_tls_version(&client)[0] != '\0') {
            return pgtask_client_tls_version(&client);
        }
        pgtask_client_sleep(&client);
    }
    return "";
}

static void newest_version_is_chosen_unless_a_setting_forbids_it(void **state)
{
    start("");
    assert_string_equal(version_of_connection(), "TLSv1.3");
    open_with_tls12_at_most();
    assert_string_equal(version_of_connection(), "TLSv1.2");
    assert_int_equal(fallbacks(), 0);
    (void)state;
}

static void setting_holds_for_a_server_that_has_had_tls13(void **state)
{
    static uint8_t bytes[PGTASK_SESSION_BYTES];
    size_t length = 0;

    start("");
    assert_true(connects());
    assert_int_equal(pgtask_client_export_session(&client, bytes, sizeof bytes, &length),
                     PGTASK_OK);
    open_with_tls12_at_most();
    assert_int_equal(pgtask_client_import_session(&client, bytes, length), PGTASK_OK);
    assert_string_equal(version_of_connection(), "TLSv1.2");
    assert_int_equal(pgtask_client_counters(&client)->handshakes_resumed, 0);
    (void)state;
}

static void session_of_tls12_is_resumed_by_setting(void **state)
{
    open_with_tls12_at_most();
    start("");
    assert_true(connects());
    assert_true(connects());
    assert_int_equal(pgtask_client_counters(&client)->handshakes_full, 1);
    assert_int_equal(pgtask_client_counters(&client)->handshakes_resumed, 1);
    (void)state;
}

/* With TLS 1.2 at most there is nothing less to fall back to. */
static void server_with_tls13_alone_is_not_reached_by_setting(void **state)
{
    open_with_tls12_at_most();
    start("-tls1_3");
    assert_int_equal(list(), PGTASK_ERROR_TLS_VERSION);
    assert_int_equal(fallbacks(), 0);
    start(PSS_ONLY);
    assert_true(connects());
    assert_int_equal(fallbacks(), 0);
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
#if MBEDTLS_VERSION_MAJOR < 4 /* version 4 takes RSA-PSS without a second attempt */
        TEST(server_that_insists_on_pss_is_reached_without_tls13),
        TEST(next_connection_offers_tls13_again),
        TEST(server_that_has_had_tls13_is_not_asked_for_less),
        TEST(server_that_has_tls13_is_refused_without_it),
        TEST(session_from_before_tells_that_the_server_has_tls13),
#else
        TEST(server_that_insists_on_pss_is_reached_at_once),
#endif
        TEST(cookie_is_answered_without_tls13),
        TEST(newest_version_is_chosen_unless_a_setting_forbids_it),
        TEST(setting_holds_for_a_server_that_has_had_tls13),
        TEST(session_of_tls12_is_resumed_by_setting),
        TEST(server_with_tls13_alone_is_not_reached_by_setting),
    };

    if (!PGTASK_TLS_HAS_TLS13) {
        return 0;
    }
    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
