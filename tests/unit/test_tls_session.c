/* SPDX-License-Identifier: MIT */
/* Which visits resume a session, by the word of the server: openssl s_server and nginx. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "pgtask_hash.h"
#include "tls_visit.h"

static void later_visits_resume_the_first(void **state)
{
    start_openssl("server", *state);
    assert_false(visit_openssl(&plain_visit));
    for (int i = 0; i < 3; i++) {
        int64_t const not_before = fixture.client.tls.not_before_unix_s;
        int64_t const not_after = fixture.client.tls.not_after_unix_s;

        assert_in_range(session.length, 1, PGTASK_SESSION_BYTES);
        assert_true(visit_openssl(&plain_visit));
        assert_int_equal(fixture.client.tls.not_before_unix_s, not_before);
        assert_int_equal(fixture.client.tls.not_after_unix_s, not_after);
    }
}

static void sessions_of_all_chains_fit(void **state)
{
    static char const *const chains[][2] = {
        {"rsa", "rsa_root"},
#if PGTASK_TLS_RECORD == 16384
        {"many_names", "ca"},
#endif
        {"p384", "p384_root"},
    };

    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        session = no_session;
        trust(chains[i][1]);
        start_openssl(chains[i][0], *state);
        assert_false(visit_openssl(&plain_visit));
        assert_true(visit_openssl(&plain_visit));
        openssl_server_kill(&fixture.server);
    }
}

static void one_ticket_serves_several_times(void **state)
{
    struct pgtask_tls_session kept;

    start_openssl("server", *state);
    assert_false(visit_openssl(&plain_visit));
    kept = session;
    for (int i = 0; i < 3; i++) {
        session = kept;
        assert_true(visit_openssl(&plain_visit));
    }
}

static void without_a_place_for_it_nothing_is_resumed(void **state)
{
    start_openssl("server", *state);
    for (int i = 0; i < 2; i++) {
        tls_client_connect(&fixture.client, fixture.server.port_number);
        assert_int_equal(open_tls(), PGTASK_OK);
        assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_OK);
        assert_false(fixture.client.tls.resumed);
        assert_false(openssl_says_resumed());
        tls_client_close(&fixture.client);
    }
}

static void nginx_resumes(void **state)
{
    nginx_server_start(&nginx, fixture.certificates, "server", *state);
    assert_false(visit_nginx());
    assert_true(visit_nginx());
    assert_true(visit_nginx());
}

static void nginx_that_keeps_nothing_gets_full_handshakes(void **state)
{
    nginx_server_start(&nginx, fixture.certificates, "server", *state);
    for (int i = 0; i < 3; i++) {
        assert_false(visit_nginx());
    }
}

static void restarted_server_gets_a_full_handshake_and_then_resumes(void **state)
{
    start_openssl("server", *state);
    assert_false(visit_openssl(&plain_visit));
    assert_true(visit_openssl(&plain_visit));
    openssl_server_kill(&fixture.server);
    start_openssl("server", *state);
    assert_false(visit_openssl(&plain_visit));
    assert_true(visit_openssl(&plain_visit));
}

/* The old tickets are useless, and must not be kept beside the secret of another session. */
static void server_that_stops_giving_tickets_leaves_none(void **state)
{
    struct pgtask_tls_session const *const kept = &session;

    start_openssl("server", "-www -tls1_2");
    assert_false(visit_openssl(&plain_visit));
    openssl_server_kill(&fixture.server);
    start_openssl("server", "-www -tls1_2 -no_ticket -no_cache");
    assert_false(visit_openssl(&plain_visit));
    assert_false(visit_openssl(&plain_visit));
    assert_in_range(kept->length, 0, 256); /* a ticket of openssl's has more */
    (void)state;
}

static void other_host_is_not_resumed(void **state)
{
    static struct visit const other = {.host = "localhost"};

    start_openssl("server", *state);
    assert_false(visit_openssl(&plain_visit));
    assert_false(visit_openssl(&other));
    assert_true(visit_openssl(&other));
    assert_false(visit_openssl(&plain_visit));
}

#if PGTASK_TLS_HAS_TLS13
/* The digest of a session has no key, so whoever writes to the flash can make one that fits. */
static void make_digest_fit(void)
{
    struct pgtask_hash hash;

    assert_int_equal(pgtask_hash_start(&hash), 0);
    assert_int_equal(pgtask_hash_update(&hash, HOST, sizeof HOST), 0);
    assert_int_equal(pgtask_hash_update(&hash, session.bytes + PGTASK_HASH_BYTES,
                                        session.length - PGTASK_HASH_BYTES),
                     0);
    assert_int_equal(pgtask_hash_finish(&hash, session.bytes), 0);
    pgtask_hash_free(&hash);
}

/* mbedTLS keeps the host's name too, with its NUL, and copies it as a string. */
static void kept_name_without_an_end_is_not_read(void **state)
{
    uint8_t *name = NULL;

    start_openssl("server", *state);
    assert_false(visit_openssl(&plain_visit));
    for (size_t i = 0; i + sizeof HOST <= session.length && name == NULL; i++) {
        name = memcmp(session.bytes + i, HOST, sizeof HOST) == 0 ? session.bytes + i : NULL;
    }
    assert_non_null(name);
    name[sizeof HOST - 1] = 'x';
    make_digest_fit();
    assert_true(visit_openssl(&plain_visit));
}

static void server_that_leaves_tls13_fails_once(void **state)
{
    start_openssl("server", "-www -tls1_3");
    assert_false(visit_openssl(&plain_visit));
    openssl_server_kill(&fixture.server);
    start_openssl("server", "-www -tls1_2");
    assert_true(shake_hands_for(&plain_visit) < 0);
    assert_session_is_wiped();
    assert_false(visit_openssl(&plain_visit));
    assert_true(visit_openssl(&plain_visit));
    (void)state;
}

/* An attacker could let a session expire, or make a handshake fail, and then ask for TLS 1.2. */
static void host_is_known_to_have_tls13_whatever_becomes_of_its_session(void **state)
{
    static struct visit const late = {.off_s = 8 * DAY_S};
    struct pgtask_tls const *const tls = &fixture.client.tls;

    start_openssl("server", "-www -tls1_3");
    assert_false(visit_openssl(&plain_visit));
    assert_true(session.knows_tls13);
    session.knows_tls13 = false; /* as it is after pgtask_client_import_session() */
    assert_false(visit_openssl(&late));
    assert_true(tls->knows_tls13);
    openssl_server_kill(&fixture.server);
    start_openssl("impostor", "-www -tls1_3");
    assert_true(shake_hands_for(&plain_visit) < 0);
    assert_session_is_wiped();
    assert_true(tls->knows_tls13);
    assert_true(session.knows_tls13);
    assert_true(shake_hands_for(&plain_visit) < 0);
    assert_true(tls->knows_tls13);
    (void)state;
}

static void session_of_tls13_is_not_offered_where_only_tls12_may_be(void **state)
{
    static struct visit const tls12 = {.tls12_only = true};

    start_openssl("server", "-www");
    assert_false(visit_openssl(&plain_visit));
    assert_string_equal(pgtask_tls_version(&fixture.client.tls), "TLSv1.3");
    assert_false(visit_openssl(&tls12));
    assert_string_equal(pgtask_tls_version(&fixture.client.tls), "TLSv1.2");
    (void)state;
}
#endif

int main(void)
{
    struct CMUnitTest const tests[] = {
        VISIT_TEST_EACH_VERSION(later_visits_resume_the_first, "-www"),
        VISIT_TEST_EACH_VERSION(later_visits_resume_the_first, "-www -no_ticket"),
        VISIT_TEST(later_visits_resume_the_first, "-www -groups P-384"),
        VISIT_TEST_EACH_VERSION(later_visits_resume_the_first,
                                "-www -cipher ECDHE+AES256 -ciphersuites TLS_AES_256_GCM_SHA384"),
        VISIT_TEST_EACH_VERSION(sessions_of_all_chains_fit, "-www"),
        VISIT_TEST(one_ticket_serves_several_times, "-www -tls1_2"),
        VISIT_TEST_EACH_VERSION(without_a_place_for_it_nothing_is_resumed, "-www"),
        NGINX_TEST_EACH_VERSION(nginx_resumes, "ssl_session_tickets on; ssl_session_cache off;"),
        NGINX_TEST_EACH_VERSION(nginx_resumes,
                                "ssl_session_tickets off; ssl_session_cache shared:tls:1m;"),
        NGINX_TEST_EACH_VERSION(nginx_resumes,
                                "ssl_session_tickets on; ssl_session_cache shared:tls:1m;"),
        NGINX_TEST_EACH_VERSION(nginx_that_keeps_nothing_gets_full_handshakes,
                                "ssl_session_tickets off; ssl_session_cache off;"),
        VISIT_TEST_EACH_VERSION(restarted_server_gets_a_full_handshake_and_then_resumes, "-www"),
        VISIT_TEST_EACH_VERSION(restarted_server_gets_a_full_handshake_and_then_resumes,
                                "-www -no_ticket"),
        VISIT_TEST(server_that_stops_giving_tickets_leaves_none, ""),
        VISIT_TEST_EACH_VERSION(other_host_is_not_resumed, "-www"),
#if PGTASK_TLS_HAS_TLS13
        VISIT_TEST(kept_name_without_an_end_is_not_read, "-www -tls1_3"),
        VISIT_TEST(server_that_leaves_tls13_fails_once, ""),
        VISIT_TEST(host_is_known_to_have_tls13_whatever_becomes_of_its_session, ""),
        VISIT_TEST(session_of_tls13_is_not_offered_where_only_tls12_may_be, ""),
#endif
    };

    fixture.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
