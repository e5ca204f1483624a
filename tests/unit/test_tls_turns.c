/* SPDX-License-Identifier: MIT */
/* How often a handshake gives its caller a turn, and that it can be closed at each of them. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "tls_fixture.h"

/* One chain, and the least number of turns that its handshake must give to the caller. */
struct chain {
    char const *certificate;
    char const *root;
    char const *options;
    bool listed;
    uint32_t turns;
};

static struct pgtask_tls_session session;

static int set_up(void **state)
{
    memset(&session, 0, sizeof session);
    return tls_set_up(state);
}

static int tear_down(void **state)
{
    openssl_server_kill(&fixture.server);
    return tls_tear_down(state);
}

static void connect_to(struct chain const *chain)
{
    static uint8_t der[PGTASK_PEM_ROOT_BYTES];
    static struct pgtask_root root;
    static struct pgtask_roots listed = {.list = &root, .count = 1};
    struct pgtask_tls_options const options = {.host_name = HOST,
                                               .roots = chain->listed ? &listed : &fixture.roots,
                                               .unix_s = (int64_t)time(NULL),
                                               .session = &session};

    trust(chain->root);
    assert_int_equal(fixture.roots.next(fixture.roots.context, true, &root), PGTASK_OK);
    memcpy(der, root.der, root.length);
    root.der = der;
    tls_client_connect(&fixture.client, fixture.server.port_number);
    assert_int_equal(tls_client_open(&fixture.client, &options), PGTASK_OK);
}

/* Calls at most `most` times, and counts in `*turns` how often the caller got its turn. */
static enum pgtask_error shake_hands(uint32_t most, uint32_t *turns)
{
    struct pgtask_port *const port = &fixture.client.posix.port;
    enum pgtask_error error = PGTASK_WOULD_BLOCK;

    *turns = 0;
    for (uint32_t i = 0; i < most && error == PGTASK_WOULD_BLOCK; i++) {
        error = pgtask_tls_handshake(&fixture.client.tls);
        if (error == PGTASK_WOULD_BLOCK && fixture.client.tls.interest == PGTASK_INTEREST_TIME) {
            ++*turns;
        } else if (error == PGTASK_WOULD_BLOCK) {
            port->wait(port->context, fixture.client.tls.interest,
                       port->monotonic_ms(port->context) + 1000);
        }
    }
    return error;
}

static void caller_has_its_turn(void **state)
{
    struct chain const *const chain = *state;
    uint32_t turns;

    openssl_server_start(&fixture.server, fixture.certificates, chain->certificate, chain->options);
    connect_to(chain);
    assert_int_equal(shake_hands(10000, &turns), PGTASK_OK);
    if (PGTASK_MBEDTLS_IS_OWN) {
        assert_in_range(turns, chain->turns, 10000);
    } else {
        assert_in_range(turns, 6, 20); /* a stock mbedTLS only gives one after each step */
    }
}

/* After each of these handshakes, all of the arena must have come back. */
static void connection_can_be_closed_at_each_turn(void **state)
{
    struct chain const *const chain = *state;
    enum pgtask_error error = PGTASK_WOULD_BLOCK;

    openssl_server_start(&fixture.server, fixture.certificates, chain->certificate, chain->options);
    for (uint32_t i = 0; error == PGTASK_WOULD_BLOCK; i++) {
        uint32_t turns;

        connect_to(chain);
        error = shake_hands(i, &turns);
        tls_client_close(&fixture.client);
        assert_int_equal(arena_used(), fixture.arena_before);
    }
    assert_int_equal(error, PGTASK_OK);
}

static void bytes_on_the_wire_are_counted(void **state)
{
    static char const request[] = "GET / HTTP/1.0\r\n\r\n";
    struct tls_client *const client = &fixture.client;
    char page[512];
    size_t received;

    connect_to_openssl(*state);
    assert_int_equal(open_tls(), PGTASK_OK);
    assert_int_equal(client->tls.bytes_sent + client->tls.bytes_received, 0);
    assert_int_equal(tls_client_handshake(client), PGTASK_OK);
    assert_int_equal(tls_client_write(client, request, sizeof request - 1), PGTASK_OK);
    while (tls_client_read(client, page, sizeof page, &received) == PGTASK_OK) {
        assert_int_equal(client->tls.bytes_received, client->bytes_received);
    }
    assert_true(client->tls.bytes_received > 1000);
    assert_int_equal(client->tls.bytes_received, client->bytes_received);
    assert_int_equal(client->tls.bytes_sent, client->bytes_sent);
}

#define TEST(test, name_, state_)                                                                  \
    {                                                                                              \
        .name = #test " " name_, .test_func = test, .setup_func = set_up,                          \
        .teardown_func = tear_down, .initial_state = (void *)state_                                \
    }

int main(void)
{
    /* Four multiplications of points and more, in TLS 1.2 each in many parts. */
    static struct chain const divided = {"server", "ca", "-www -tls1_2", true, 60};
    static struct chain const divided_p384 = {"p384", "p384_root", "-www -tls1_2", true, 120};
    static struct chain const store = {"server", "ca", "-www -tls1_2", false, 30};
    /* Two multiplications of points in parts, and two signatures in one each. */
    static struct chain const rsa = {"rsa", "rsa_root", "-www -tls1_2", true, 30};
    static struct chain const asking = {"rsa", "rsa_root", "-www -tls1_2 -verify 1", true, 30};
    static struct chain const x25519 = {"rsa", "rsa_root", "-www -tls1_2 -groups X25519", true, 8};
#if PGTASK_TLS_HAS_TLS13
    static struct chain const tls13 = {"server", "ca", "-www -tls1_3", true, 6};
#endif
    struct CMUnitTest const tests[] = {
        TEST(caller_has_its_turn, "P-256, listed root", &divided),
        TEST(caller_has_its_turn, "P-384, listed root", &divided_p384),
        TEST(caller_has_its_turn, "P-256, store of roots", &store),
        TEST(caller_has_its_turn, "RSA", &rsa),
        TEST(caller_has_its_turn, "RSA, a client's certificate is asked for", &asking),
        TEST(caller_has_its_turn, "RSA, X25519, which is not divided", &x25519),
        TEST(connection_can_be_closed_at_each_turn, "P-256, listed root", &divided),
        TEST(connection_can_be_closed_at_each_turn, "P-384, listed root", &divided_p384),
        TEST(connection_can_be_closed_at_each_turn, "RSA", &rsa),
        TEST(bytes_on_the_wire_are_counted, "TLS 1.2", "-www -tls1_2"),
#if PGTASK_TLS_HAS_TLS13
        TEST(caller_has_its_turn, "TLS 1.3", &tls13),
        TEST(connection_can_be_closed_at_each_turn, "TLS 1.3", &tls13),
        TEST(bytes_on_the_wire_are_counted, "TLS 1.3", "-www -tls1_3"),
#endif
    };

    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
