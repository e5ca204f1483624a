/* SPDX-License-Identifier: MIT */
/* How long a session may be resumed, and how a chain is judged when the time becomes known late. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "tls_visit.h"

static void chain_is_verified_again_after_seven_days(void **state)
{
    static struct visit const sixth = {.off_s = 6 * DAY_S};
    static struct visit const eighth = {.off_s = 8 * DAY_S};

    start_openssl("server", "-www -tls1_2");
    assert_false(visit_openssl(&plain_visit));
    assert_true(visit_openssl(&sixth));
    assert_false(visit_openssl(&eighth));
    (void)state;
}

/* The root lasts 30 days; a handshake at day 29 has the session from the day before. */
static void session_is_not_resumed_outside_its_chains_validity(void **state)
{
    static struct visit const day28 = {.off_s = 28 * DAY_S};
    static struct visit const day29 = {.off_s = 29 * DAY_S};
    static struct visit const day31 = {.off_s = 31 * DAY_S};
    static struct visit const before = {.off_s = -2 * DAY_S};
    struct pgtask_tls_session kept;

    trust("short_root");
    start_openssl("outlives_root", "-www -tls1_2");
    assert_false(visit_openssl(&day28));
    kept = session;
    assert_true(visit_openssl(&day29));
    assert_int_equal(shake_hands_for(&day31), PGTASK_ERROR_TLS_EXPIRED);
    session = kept;
    assert_int_equal(shake_hands_for(&before), PGTASK_ERROR_TLS_NOT_YET_VALID);
    (void)state;
}

static enum pgtask_error check_at(int64_t off_s)
{
    return pgtask_tls_check_validity(&fixture.client.tls, (int64_t)time(NULL) + off_s);
}

static void assert_validity_is_judged(int64_t first_s, int64_t last_s)
{
    assert_int_equal(check_at(first_s), PGTASK_OK);
    assert_int_equal(check_at(last_s), PGTASK_OK);
    assert_int_equal(check_at(first_s - DAY_S), PGTASK_ERROR_TLS_NOT_YET_VALID);
    assert_int_equal(check_at(last_s + DAY_S), PGTASK_ERROR_TLS_EXPIRED);
}

/* The root was made in the last 20 hours to last 30 days, the leaf below it 825. */
static void validity_can_be_judged_after_the_handshake(void **state)
{
    static struct visit const unknown = {.time_unknown = true};

    trust("short_root");
    start_openssl("outlives_root", *state);
    assert_int_equal(pgtask_tls_check_validity(&fixture.client.tls, 0), PGTASK_ERROR_STATE);
    assert_false(visit_openssl(&unknown));
    assert_validity_is_judged(0, 30 * DAY_S - 20 * HOUR_S);
    assert_true(visit_openssl(&unknown));
    assert_validity_is_judged(0, 30 * DAY_S - 20 * HOUR_S);
    tls_client_close(&fixture.client);
    assert_int_equal(check_at(0), PGTASK_ERROR_STATE);
}

static void chain_out_of_its_time_is_told_later(void **state)
{
    static struct visit const unknown = {.time_unknown = true};
    static struct {
        char const *certificate;
        enum pgtask_error expected;
    } const chains[] = {{"expired", PGTASK_ERROR_TLS_EXPIRED},
                        {"not_yet_valid", PGTASK_ERROR_TLS_NOT_YET_VALID}};

    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        session = no_session;
        start_openssl(chains[i].certificate, *state);
        for (int j = 0; j < 2; j++) {
            assert_int_equal(visit_openssl(&unknown), j > 0);
            assert_int_equal(check_at(0), chains[i].expected);
        }
        assert_int_equal(shake_hands_for(&plain_visit),
                         chains[i].expected); /* in spite of the session */
        openssl_server_kill(&fixture.server);
    }
}

static void unknown_time_excuses_nothing_else(void **state)
{
    static struct visit const unknown = {.time_unknown = true};
    static struct {
        char const *certificate;
        enum pgtask_error expected;
    } const chains[] = {{"unknown_ca", PGTASK_ERROR_TLS_UNKNOWN_CA},
                        {"wrong_name", PGTASK_ERROR_TLS_HOST_NAME},
                        {"client_only", PGTASK_ERROR_TLS_USAGE}};

    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        start_openssl(chains[i].certificate, *state);
        assert_int_equal(shake_hands_for(&unknown), chains[i].expected);
        openssl_server_kill(&fixture.server);
    }
}

#if PGTASK_TLS_HAS_TLS13
static void ticket_of_tls13_is_not_used_beyond_its_lifetime(void **state)
{
    static struct visit const before = {.off_s = 6900};
    static struct visit const after = {.off_s = 7500};
    struct pgtask_tls_session kept;

    start_openssl("server", "-www -tls1_3"); /* openssl's lifetime: 7,200 s */
    assert_false(visit_openssl(&plain_visit));
    kept = session;
    assert_true(visit_openssl(&before));
    session = kept;
    assert_false(visit_openssl(&after));
    (void)state;
}
#endif

int main(void)
{
    struct CMUnitTest const tests[] = {
        VISIT_TEST(chain_is_verified_again_after_seven_days, ""),
        VISIT_TEST(session_is_not_resumed_outside_its_chains_validity, ""),
        VISIT_TEST_EACH_VERSION(validity_can_be_judged_after_the_handshake, "-www"),
        VISIT_TEST_EACH_VERSION(chain_out_of_its_time_is_told_later, "-www"),
        VISIT_TEST_EACH_VERSION(unknown_time_excuses_nothing_else, "-www"),
#if PGTASK_TLS_HAS_TLS13
        VISIT_TEST(ticket_of_tls13_is_not_used_beyond_its_lifetime, ""),
#endif
    };

    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
