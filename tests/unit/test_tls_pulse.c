/* SPDX-License-Identifier: MIT */
/*
 * The pulse: it comes from inside long computations, and only while TLS computes. A build without
 * PGTASK_PULSE=1 has none; tests/builds/test_options.py runs this program in a build that has it.
 */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "certificates.h"
#include "tls_fixture.h"

#if PGTASK_PULSE

/* The longest call of each handshake gives at least so many, unless the build allows fewer. */
#define SOME_PULSES (PGTASK_TURN_PULSES < 8 ? PGTASK_TURN_PULSES : 8)

#define ANSWER_BYTES 16384

static struct {
    unsigned all;
    unsigned this_call;
    unsigned most;    /* in a call */
    bool is_expected; /* a call is under way */
} pulses;

static void pulse(void *context)
{
    assert_ptr_equal(context, &fixture.client);
    assert_true(pulses.is_expected);
    pulses.all++;
    pulses.this_call++;
    if (pulses.this_call > pulses.most) {
        pulses.most = pulses.this_call;
    }
}

static void begin_call(void)
{
    pulses.this_call = 0;
    pulses.is_expected = true;
}

static enum pgtask_error end_call(enum pgtask_error error)
{
    struct pgtask_port *const port = &fixture.client.posix.port;

    pulses.is_expected = false;
    if (error == PGTASK_WOULD_BLOCK && fixture.client.tls.interest != PGTASK_INTEREST_TIME) {
        port->wait(port->context, fixture.client.tls.interest,
                   port->monotonic_ms(port->context) + 1000);
    }
    return error;
}

static void connect_to(char const *certificate, char const *root, char const *options)
{
    openssl_server_start(&fixture.server, fixture.certificates, certificate, options);
    trust(root);
    tls_client_connect(&fixture.client, fixture.server.port_number);
    memset(&pulses, 0, sizeof pulses);
}

static enum pgtask_error shake_hands(void)
{
    enum pgtask_error error = open_tls();

    assert_int_equal(error, PGTASK_OK);
    do {
        begin_call();
        error = end_call(pgtask_tls_handshake(&fixture.client.tls));
    } while (error == PGTASK_WOULD_BLOCK);
    return error;
}

static void pulses_come_while_a_handshake_computes(void **state)
{
    char const *const *const words = *state;

    connect_to(words[0], words[1], words[2]);
    fixture.client.port.pulse = pulse;
    assert_int_equal(shake_hands(), PGTASK_OK);
    assert_in_range(pulses.most, SOME_PULSES, PGTASK_TURN_PULSES);
    assert_true(pulses.all > pulses.most);
}

static void pulses_come_while_a_large_record_is_read(void **state)
{
    static uint8_t answer[ANSWER_BYTES];
    size_t received = 0;
    enum pgtask_error error;

    connect_to("rsa", "rsa_root", *state);
    assert_int_equal(shake_hands(), PGTASK_OK);
    fixture.client.port.pulse = pulse;
    memset(answer, 'x', sizeof answer);
    assert_int_equal(write(fixture.server.input, answer, sizeof answer), sizeof answer);
    do {
        begin_call();
        error = end_call(pgtask_tls_read(&fixture.client.tls, answer, sizeof answer, &received));
    } while (error == PGTASK_WOULD_BLOCK);
    assert_int_equal(error, PGTASK_OK);
    assert_int_equal(received, sizeof answer);
    assert_in_range(pulses.most, SOME_PULSES, PGTASK_TURN_PULSES);
}

static void port_without_a_pulse_gets_none(void **state)
{
    (void)state;
    connect_to("rsa", "rsa_root", "-www -tls1_2");
    assert_int_equal(shake_hands(), PGTASK_OK);
    assert_int_equal(pulses.all, 0);
}

/* `is_expected` is false between the calls of the first client. */
static void other_client_gets_no_pulse_of_this_one(void **state)
{
    static struct tls_client other;
    struct pgtask_tls_options const options = {
        .host_name = HOST, .roots = &fixture.roots, .unix_s = (int64_t)time(NULL)};
    unsigned so_far;

    (void)state;
    connect_to("rsa", "rsa_root", "-www -tls1_2");
    fixture.client.port.pulse = pulse;
    assert_int_equal(shake_hands(), PGTASK_OK);
    so_far = pulses.all;
    tls_client_close(&fixture.client);
    tls_client_connect(&other, fixture.server.port_number);
    assert_int_equal(tls_client_open(&other, &options), PGTASK_OK);
    assert_int_equal(tls_client_handshake(&other), PGTASK_OK);
    tls_client_close(&other);
    assert_int_equal(pulses.all, so_far);
}

static int tear_down(void **state)
{
    openssl_server_kill(&fixture.server);
    return tls_tear_down(state);
}

#define TEST(test, name_, state_)                                                                  \
    {                                                                                              \
        .name = #test " " name_, .test_func = test, .setup_func = tls_set_up,                      \
        .teardown_func = tear_down, .initial_state = (void *)state_                                \
    }

int main(void)
{
    static char const *const rsa[] = {"rsa", "rsa_root", "-www -tls1_2"};
    static char const *const rsa_4096[] = {"under_rsa_4096_root", "rsa_4096_root", "-www -tls1_2"};
    static char const *const p256[] = {"server", "ca", "-www -tls1_2"};
    static char const *const p384[] = {"p384", "p384_root", "-www -tls1_2"};
#if PGTASK_TLS_HAS_TLS13
    static char const *const tls13[] = {"server", "ca", "-www -tls1_3"};
#endif
    struct CMUnitTest const tests[] = {
        TEST(pulses_come_while_a_handshake_computes, "RSA-2048", rsa),
        TEST(pulses_come_while_a_handshake_computes, "RSA-4096", rsa_4096),
        TEST(pulses_come_while_a_handshake_computes, "P-256", p256),
        TEST(pulses_come_while_a_handshake_computes, "P-384", p384),
        TEST(pulses_come_while_a_large_record_is_read, "TLS 1.2", "-tls1_2"),
#if PGTASK_TLS_HAS_TLS13
        TEST(pulses_come_while_a_handshake_computes, "TLS 1.3", tls13),
        TEST(pulses_come_while_a_large_record_is_read, "TLS 1.3", "-tls1_3"),
#endif
        TEST(port_without_a_pulse_gets_none, "", NULL),
        TEST(other_client_gets_no_pulse_of_this_one, "", NULL),
    };

    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

/* The context and ten functions. */
static void port_has_no_room_for_a_pulse(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct pgtask_port), 11 * sizeof(void *));
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(port_has_no_room_for_a_pulse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
