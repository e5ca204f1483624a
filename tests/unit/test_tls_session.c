/* SPDX-License-Identifier: MIT */
/* Resumption, judged by what the peer says of the connection: openssl s_server -www and nginx. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <mbedtls/platform.h>

#include "certificates.h"
#include "nginx_server.h"
#include "tls_fixture.h"

#define DAY_S  ((int64_t)86400)
#define HOUR_S ((int64_t)3600)

static struct pgtask_tls_session session;
static struct pgtask_tls_session const none;
static struct nginx_server nginx;
static uint8_t const *arena; /* its first block, behind mbedTLS's header */

/* How a connection is made and what it must come to. */
struct visit {
    char const *host;  /* NULL: HOST */
    int64_t off_s;     /* how far the client's clock is off */
    bool time_unknown; /* it has none */
    bool tls12_only;
};

static struct visit const plain;

static int set_up(void **state)
{
    session = none;
    return tls_set_up(state);
}

static int tear_down(void **state)
{
    openssl_server_kill(&fixture.server);
    nginx_server_stop(&nginx);
    return tls_tear_down(state);
}

static void start(char const *certificate, char const *options)
{
    openssl_server_start(&fixture.server, fixture.certificates, certificate, options);
}

static enum pgtask_error shake_hands_at(uint16_t port_number, struct visit const *visit)
{
    struct pgtask_tls_options const options = {
        .host_name = visit->host == NULL ? HOST : visit->host,
        .roots = &fixture.roots,
        .unix_s =
            visit->time_unknown ? PGTASK_TLS_TIME_UNKNOWN : (int64_t)time(NULL) + visit->off_s,
        .session = &session,
        .tls12_only = visit->tls12_only};
    enum pgtask_error error;

    tls_client_close(&fixture.client);
    tls_client_connect(&fixture.client, port_number);
    error = tls_client_open(&fixture.client, &options);
    return error == PGTASK_OK ? tls_client_handshake(&fixture.client) : error;
}

static enum pgtask_error shake_hands(struct visit const *visit)
{
    return shake_hands_at(fixture.server.port_number, visit);
}

/* Asks the peer for its page, which says whether the session was resumed, and reads to the end. */
static bool peer_says_resumed(char const *yes, char const *no)
{
    static char const request[] = "GET / HTTP/1.0\r\n\r\n";
    char page[8192];
    size_t length = 0;
    size_t received = 0;

    assert_int_equal(tls_client_write(&fixture.client, request, sizeof request - 1), PGTASK_OK);
    while (tls_client_read(&fixture.client, page + length, sizeof page - 1 - length, &received) ==
           PGTASK_OK) {
        length += received;
        assert_in_range(length, 1, sizeof page - 2);
    }
    page[length] = '\0';
    assert_int_not_equal(strstr(page, yes) != NULL, strstr(page, no) != NULL);
    return strstr(page, yes) != NULL;
}

static bool openssl_says_resumed(void)
{
    return peer_says_resumed("\nReused, TLS", "\nNew, TLS");
}

static bool nginx_says_resumed(void)
{
    return peer_says_resumed("reused=r", "reused=.");
}

/* A whole visit that must succeed. */
static bool visit_openssl(struct visit const *visit)
{
    assert_int_equal(shake_hands(visit), PGTASK_OK);
    assert_int_equal(fixture.client.tls.resumed, openssl_says_resumed());
    return fixture.client.tls.resumed;
}

static bool visit_nginx(void)
{
    assert_int_equal(shake_hands_at(nginx.port_number, &plain), PGTASK_OK);
    assert_int_equal(fixture.client.tls.resumed, nginx_says_resumed());
    return fixture.client.tls.resumed;
}

static void later_visits_resume_the_first(void **state)
{
    start("server", *state);
    assert_false(visit_openssl(&plain));
    for (int i = 0; i < 3; i++) {
        int64_t const not_before = fixture.client.tls.not_before_unix_s;
        int64_t const not_after = fixture.client.tls.not_after_unix_s;

        assert_in_range(session.length, 1, PGTASK_SESSION_BYTES);
        assert_true(visit_openssl(&plain));
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
        session = none;
        trust(chains[i][1]);
        start(chains[i][0], *state);
        assert_false(visit_openssl(&plain));
        assert_true(visit_openssl(&plain));
        openssl_server_kill(&fixture.server);
    }
}

static void one_ticket_serves_several_times(void **state)
{
    struct pgtask_tls_session kept;

    start("server", *state);
    assert_false(visit_openssl(&plain));
    kept = session;
    for (int i = 0; i < 3; i++) {
        session = kept;
        assert_true(visit_openssl(&plain));
    }
}

static void without_a_place_for_it_nothing_is_resumed(void **state)
{
    start("server", *state);
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
    start("server", *state);
    assert_false(visit_openssl(&plain));
    assert_true(visit_openssl(&plain));
    openssl_server_kill(&fixture.server);
    start("server", *state);
    assert_false(visit_openssl(&plain));
    assert_true(visit_openssl(&plain));
}

/* Its tickets are of no more use, nor may they stand beside the secret of another session. */
static void server_that_stops_giving_tickets_leaves_none(void **state)
{
    struct pgtask_tls_session const *const kept = &session;

    start("server", "-www -tls1_2");
    assert_false(visit_openssl(&plain));
    openssl_server_kill(&fixture.server);
    start("server", "-www -tls1_2 -no_ticket -no_cache");
    assert_false(visit_openssl(&plain));
    assert_false(visit_openssl(&plain));
    assert_in_range(kept->length, 0, 256); /* a ticket of openssl's has more */
    (void)state;
}

static void other_host_is_not_resumed(void **state)
{
    static struct visit const other = {.host = "localhost"};

    start("server", *state);
    assert_false(visit_openssl(&plain));
    assert_false(visit_openssl(&other));
    assert_true(visit_openssl(&other));
    assert_false(visit_openssl(&plain));
}

/* ClientHello, by its length: with a session in it, or as without one. */
static uint64_t length_of_hello(void)
{
    struct pgtask_tls_options const options = {.host_name = HOST,
                                               .roots = &fixture.roots,
                                               .unix_s = (int64_t)time(NULL),
                                               .session = &session};
    uint64_t sent;

    tls_client_close(&fixture.client);
    tls_client_connect(&fixture.client, fixture.server.port_number);
    assert_int_equal(tls_client_open(&fixture.client, &options), PGTASK_OK);
    assert_int_equal(pgtask_tls_handshake(&fixture.client.tls), PGTASK_WOULD_BLOCK);
    sent = fixture.client.tls.bytes_sent;
    tls_client_close(&fixture.client);
    return sent;
}

static void assert_is_refused(uint64_t full_hello, bool all_the_way)
{
    struct pgtask_tls_session const damaged = session;

    assert_int_equal(length_of_hello(), full_hello);
    if (all_the_way) {
        session = damaged;
        assert_false(visit_openssl(&plain));
    }
}

static void damaged_session_is_refused_quietly(void **state)
{
    struct pgtask_tls_session good;
    uint64_t full_hello;

    start("server", *state);
    full_hello = length_of_hello();
    assert_false(visit_openssl(&plain));
    good = session;
    assert_true(length_of_hello() != full_hello);
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

    start("server", *state);
    full_hello = length_of_hello();
    for (uint32_t i = 0; i < 200; i++) {
        for (size_t j = 0; j < sizeof session.bytes; j++) {
            random = random * 1664525 + 1013904223;
            session.bytes[j] = (uint8_t)(random >> 24);
        }
        session.length = i * 6;
        assert_is_refused(full_hello, i % 20 == 0);
    }
}

static void assert_forgotten(void)
{
    assert_memory_equal(&session, &none, sizeof session);
}

static void failed_handshake_forgets_the_session(void **state)
{
    start("server", *state);
    assert_false(visit_openssl(&plain));
    openssl_server_kill(&fixture.server);
    start("impostor", *state);
    assert_int_equal(shake_hands(&plain), PGTASK_ERROR_TLS_UNKNOWN_CA);
    assert_forgotten();
}

static void handshake_given_up_forgets_the_session(void **state)
{
    start("server", *state);
    assert_false(visit_openssl(&plain));
    assert_int_not_equal(session.length, 0);
    (void)length_of_hello();
    assert_forgotten();
}

/* How many pieces of the session can be found in the arena: 16 bytes each, of the peer's making. */
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

static void nothing_of_a_session_stays_in_the_arena(void **state)
{
    struct pgtask_tls_session kept;

    start("server", *state);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(visit_openssl(&plain), i > 0);
        kept = session;
        assert_true(pieces_in_arena(&kept) > 0); /* mbedTLS still has it */
        tls_client_close(&fixture.client);
        assert_int_equal(pieces_in_arena(&kept), 0);
    }
}

#if PGTASK_TLS13
static void server_that_leaves_tls13_fails_once(void **state)
{
    start("server", "-www -tls1_3");
    assert_false(visit_openssl(&plain));
    openssl_server_kill(&fixture.server);
    start("server", "-www -tls1_2");
    assert_true(shake_hands(&plain) < 0);
    assert_forgotten();
    assert_false(visit_openssl(&plain));
    assert_true(visit_openssl(&plain));
    (void)state;
}

static void session_of_tls13_is_not_offered_where_only_tls12_may_be(void **state)
{
    static struct visit const tls12 = {.tls12_only = true};

    start("server", "-www");
    assert_false(visit_openssl(&plain));
    assert_string_equal(pgtask_tls_version(&fixture.client.tls), "TLSv1.3");
    assert_false(visit_openssl(&tls12));
    assert_string_equal(pgtask_tls_version(&fixture.client.tls), "TLSv1.2");
    (void)state;
}

static void ticket_of_tls13_is_not_used_beyond_its_lifetime(void **state)
{
    static struct visit const before = {.off_s = 6900};
    static struct visit const after = {.off_s = 7500};
    struct pgtask_tls_session kept;

    start("server", "-www -tls1_3"); /* openssl's lifetime: 7,200 s */
    assert_false(visit_openssl(&plain));
    kept = session;
    assert_true(visit_openssl(&before));
    session = kept;
    assert_false(visit_openssl(&after));
    (void)state;
}
#endif

static void chain_is_verified_again_after_seven_days(void **state)
{
    static struct visit const sixth = {.off_s = 6 * DAY_S};
    static struct visit const eighth = {.off_s = 8 * DAY_S};

    start("server", "-www -tls1_2");
    assert_false(visit_openssl(&plain));
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
    start("outlives_root", "-www -tls1_2");
    assert_false(visit_openssl(&day28));
    kept = session;
    assert_true(visit_openssl(&day29));
    assert_int_equal(shake_hands(&day31), PGTASK_ERROR_TLS_EXPIRED);
    session = kept;
    assert_int_equal(shake_hands(&before), PGTASK_ERROR_TLS_NOT_YET_VALID);
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
    start("outlives_root", *state);
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
        session = none;
        start(chains[i].certificate, *state);
        for (int j = 0; j < 2; j++) {
            assert_int_equal(visit_openssl(&unknown), j > 0);
            assert_int_equal(check_at(0), chains[i].expected);
        }
        assert_int_equal(shake_hands(&plain), chains[i].expected); /* in spite of the session */
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
        start(chains[i].certificate, *state);
        assert_int_equal(shake_hands(&unknown), chains[i].expected);
        openssl_server_kill(&fixture.server);
    }
}

#define START(test, text)                                                                          \
    {                                                                                              \
        .name = #test " " text, .test_func = test, .setup_func = set_up,                           \
        .teardown_func = tear_down, .initial_state = (void *)text                                  \
    }
#if PGTASK_TLS13
#define EACH_VERSION(test, text) START(test, "-tls1_2 " text), START(test, "-tls1_3 " text)
#define NGINX_EACH_VERSION(test, text)                                                             \
    START(test, "ssl_protocols TLSv1.2; " text), START(test, "ssl_protocols TLSv1.3; " text)
#else
#define EACH_VERSION(test, text)       START(test, "-tls1_2 " text)
#define NGINX_EACH_VERSION(test, text) START(test, "ssl_protocols TLSv1.2; " text)
#endif

int main(void)
{
    struct CMUnitTest const tests[] = {
        EACH_VERSION(later_visits_resume_the_first, "-www"),
        EACH_VERSION(later_visits_resume_the_first, "-www -no_ticket"),
        START(later_visits_resume_the_first, "-www -groups P-384"),
        EACH_VERSION(later_visits_resume_the_first,
                     "-www -cipher ECDHE+AES256 -ciphersuites TLS_AES_256_GCM_SHA384"),
        EACH_VERSION(sessions_of_all_chains_fit, "-www"),
        START(one_ticket_serves_several_times, "-www -tls1_2"),
        EACH_VERSION(without_a_place_for_it_nothing_is_resumed, "-www"),
        NGINX_EACH_VERSION(nginx_resumes, "ssl_session_tickets on; ssl_session_cache off;"),
        NGINX_EACH_VERSION(nginx_resumes,
                           "ssl_session_tickets off; ssl_session_cache shared:tls:1m;"),
        NGINX_EACH_VERSION(nginx_resumes,
                           "ssl_session_tickets on; ssl_session_cache shared:tls:1m;"),
        NGINX_EACH_VERSION(nginx_that_keeps_nothing_gets_full_handshakes,
                           "ssl_session_tickets off; ssl_session_cache off;"),
        EACH_VERSION(restarted_server_gets_a_full_handshake_and_then_resumes, "-www"),
        EACH_VERSION(restarted_server_gets_a_full_handshake_and_then_resumes, "-www -no_ticket"),
        START(server_that_stops_giving_tickets_leaves_none, ""),
        EACH_VERSION(other_host_is_not_resumed, "-www"),
        EACH_VERSION(damaged_session_is_refused_quietly, "-www"),
        EACH_VERSION(random_bytes_are_refused_quietly, "-www"),
        EACH_VERSION(failed_handshake_forgets_the_session, "-www"),
        EACH_VERSION(handshake_given_up_forgets_the_session, "-www"),
        EACH_VERSION(nothing_of_a_session_stays_in_the_arena, "-www"),
#if PGTASK_TLS13
        START(server_that_leaves_tls13_fails_once, ""),
        START(session_of_tls13_is_not_offered_where_only_tls12_may_be, ""),
        START(ticket_of_tls13_is_not_used_beyond_its_lifetime, ""),
#endif
        START(chain_is_verified_again_after_seven_days, ""),
        START(session_is_not_resumed_outside_its_chains_validity, ""),
        EACH_VERSION(validity_can_be_judged_after_the_handshake, "-www"),
        EACH_VERSION(chain_out_of_its_time_is_told_later, "-www"),
        EACH_VERSION(unknown_time_excuses_nothing_else, "-www"),
    };

    void *first;

    fixture.certificates = test_certificates();
    pgtask_arena_setup();
    first = mbedtls_calloc(1, 1);
    arena = first;
    mbedtls_free(first);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
