/* SPDX-License-Identifier: MIT */
/* A visit connects, asks for the server's page and tells whether the session was resumed. */
#include "tls_visit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct pgtask_tls_session session;
struct pgtask_tls_session const no_session;
struct visit const plain_visit;
struct nginx_server nginx;

int visit_set_up(void **state)
{
    session = no_session;
    return tls_set_up(state);
}

int visit_tear_down(void **state)
{
    openssl_server_kill(&fixture.server);
    nginx_server_stop(&nginx);
    return tls_tear_down(state);
}

void start_openssl(char const *certificate, char const *options)
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

enum pgtask_error shake_hands_for(struct visit const *visit)
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

bool openssl_says_resumed(void)
{
    return peer_says_resumed("\nReused, TLS", "\nNew, TLS");
}

static bool nginx_says_resumed(void)
{
    return peer_says_resumed("reused=r", "reused=.");
}

bool visit_openssl(struct visit const *visit)
{
    assert_int_equal(shake_hands_for(visit), PGTASK_OK);
    assert_int_equal(fixture.client.tls.resumed, openssl_says_resumed());
    return fixture.client.tls.resumed;
}

bool visit_nginx(void)
{
    assert_int_equal(shake_hands_at(nginx.port_number, &plain_visit), PGTASK_OK);
    assert_int_equal(fixture.client.tls.resumed, nginx_says_resumed());
    return fixture.client.tls.resumed;
}

uint64_t give_up_after_hello(void)
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

void assert_session_is_wiped(void)
{
    assert_int_equal(session.length, 0);
    assert_memory_equal(session.bytes, no_session.bytes, sizeof session.bytes);
}
