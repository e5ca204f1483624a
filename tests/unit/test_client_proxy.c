/* SPDX-License-Identifier: MIT */
/*
 * The way through a proxy: what the client asks it for (RFC 9110, 9.3.6; RFC 7617), and what it
 * makes of each answer, from a good one to one that never ends. tests/e2e/test_proxy.py does the
 * same with a real proxy.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scripted_port.h"

#define GOOD "HTTP/1.1 200 OK\r\n\r\n"

/* The example of RFC 7617, 2. */
#define CREDENTIALS "Aladdin:open sesame"
#define ENCODED     "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="

static struct scripted_port script;
static struct pgtask_config config;
static struct pgtask_client client;
static struct pgtask_task task;
static struct pgtask_query const query = {.limit = 1};

static enum pgtask_error no_root(void *context, bool restart, struct pgtask_root *root)
{
    (void)context, (void)restart, (void)root;
    return PGTASK_DONE;
}

static int set_up(void **state)
{
    (void)state;
    scripted_port_open(&script);
    config = scripted_port_config(&(struct pgtask_roots){.next = no_root});
    config.proxy = (struct pgtask_proxy){.host = "proxy.example", .port_number = 3128};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pgtask_client_close(&client);
    return 0;
}

static void begin(void)
{
    pgtask_client_close(&client);
    script.received = 0;
    assert_int_equal(pgtask_client_open(&client, &config, &script.port), PGTASK_OK);
    assert_int_equal(pgtask_client_list(&client, &query), PGTASK_OK);
}

/* Calls the client until it waits for the network or ends. */
static enum pgtask_error go_on(void)
{
    enum pgtask_error error;
    uint64_t until_ms;

    do {
        error = pgtask_client_next(&client, &task);
    } while (error == PGTASK_WOULD_BLOCK &&
             pgtask_client_wait_for(&client, &until_ms) == PGTASK_INTEREST_TIME);
    return error;
}

/* Lists with this answer of the proxy. */
static enum pgtask_error list_with(char const *answer)
{
    script.answer = answer;
    begin();
    return go_on();
}

static bool has_begun_tls(void)
{
    char const *const end = strstr(scripted_port_text(&script), "\r\n\r\n");

    return end != NULL && scripted_port_has_hello(&script, (size_t)(end + 4 - (char *)script.sent));
}

static void proxy_is_looked_up_and_asked_for_the_service(void **state)
{
    (void)state;
    assert_int_equal(list_with(NULL), PGTASK_WOULD_BLOCK);
    assert_string_equal(script.host, "proxy.example");
    assert_int_equal(script.port_number, 3128);
    assert_string_equal(scripted_port_text(&script),
                        "CONNECT postgres.tencentcloudapi.com:443 HTTP/1.1\r\n"
                        "Host: postgres.tencentcloudapi.com:443\r\n\r\n");
}

/* @return the value of Proxy-Authorization behind "Basic " */
static char const *encoded(char const *credentials)
{
    static char value[SCRIPTED_BYTES];
    static char const header[] = "\r\nProxy-Authorization: Basic ";
    char const *at;

    config.proxy.credentials = credentials;
    assert_int_equal(list_with(NULL), PGTASK_WOULD_BLOCK);
    at = strstr(scripted_port_text(&script), header);
    assert_non_null(at);
    (void)snprintf(value, sizeof value, "%.*s", (int)strcspn(at + strlen(header), "\r"),
                   at + strlen(header));
    return value;
}

static void credentials_are_encoded_as_the_standards_show(void **state)
{
    (void)state;
    assert_string_equal(encoded(CREDENTIALS), ENCODED);
    assert_string_equal(encoded("test:123\xC2\xA3"), "dGVzdDoxMjPCow=="); /* RFC 7617, 2.1 */
    assert_string_equal(encoded(""), "");                                 /* RFC 4648, 10 */
    assert_string_equal(encoded("f"), "Zg==");
    assert_string_equal(encoded("fo"), "Zm8=");
    assert_string_equal(encoded("foo"), "Zm9v");
    assert_string_equal(encoded("foob"), "Zm9vYg==");
    assert_string_equal(encoded("fooba"), "Zm9vYmE=");
    assert_string_equal(encoded("foobar"), "Zm9vYmFy");
}

static void assert_target(char const *target)
{
    char line[512];

    assert_int_equal(list_with(NULL), PGTASK_WOULD_BLOCK);
    (void)snprintf(line, sizeof line, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target);
    assert_string_equal(scripted_port_text(&script), line);
}

static void tunnel_ends_where_a_connection_would(void **state)
{
    (void)state;
    config.endpoint = "db.example.com.";
    config.endpoint_port = 8443;
    assert_target("db.example.com:8443");
    config.connect_host = "10.0.0.7";
    assert_target("10.0.0.7:8443");
    config.connect_host = "2001:db8::7";
    config.connect_port = 444;
    assert_target("[2001:db8::7]:444");
}

static void request_that_does_not_fit_is_an_error(void **state)
{
    static char long_credentials[PGTASK_BUFFER_BYTES];

    (void)state;
    memset(long_credentials, 'x', sizeof long_credentials - 1);
    config.proxy.credentials = long_credentials;
    assert_int_equal(list_with(GOOD), PGTASK_ERROR_BUFFER);
    assert_int_equal(script.sent_length, 0);
}

static void malformed_proxy_is_refused_by_name(void **state)
{
    (void)state;
    config.proxy.host = "proxy.example\r\nX: y";
    assert_int_equal(pgtask_client_open(&client, &config, &script.port), PGTASK_ERROR_ARGUMENT);
    assert_string_equal(pgtask_client_failure(&client)->member, "proxy");
}

static void tls_begins_behind_each_good_answer_in_slices_of_any_size(void **state)
{
    static char const *const answers[] = {
        GOOD,
        "HTTP/1.0 200 Connection established\r\n\r\n",
        "HTTP/1.1 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n",
        "HTTP/1.1 299 \r\n\r\n",
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" GOOD),
        /* RFC 9110, 9.3.6: the client ignores these. */
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        for (script.slice = 0; script.slice <= 7; script.slice++) {
            assert_int_equal(list_with(answers[i]), PGTASK_WOULD_BLOCK);
            assert_true(has_begun_tls());
            assert_int_equal(script.received, strlen(answers[i]));
            assert_true(pgtask_client_counters(&client)->bytes_received == strlen(answers[i]));
            assert_true(pgtask_client_counters(&client)->bytes_sent == script.sent_length);
        }
    }
}

/* What a refusal becomes; the body behind it plays no part. */
static void refusal_is_told_with_its_status(void **state)
{
    static struct {
        int32_t status;
        enum pgtask_error error;
        enum pgtask_retry retry;
        char const *text;
    } const refusals[] = {
        {407, PGTASK_ERROR_PROXY_CREDENTIALS, PGTASK_RETRY_NO,
         "http: the proxy wants other credentials (status 407). Check user and password of the "
         "proxy."},
        {401, PGTASK_ERROR_PROXY_CREDENTIALS, PGTASK_RETRY_NO, NULL}, /* tinyproxy's */
        {403, PGTASK_ERROR_PROXY_REFUSED, PGTASK_RETRY_NO,
         "http: the proxy refused to connect to the service (status 403). Ask the proxy's operator "
         "to allow this host and port."},
        {302, PGTASK_ERROR_PROXY_REFUSED, PGTASK_RETRY_NO, NULL},
        {400, PGTASK_ERROR_PROXY_REFUSED, PGTASK_RETRY_NO, NULL},
        {500, PGTASK_ERROR_PROXY_GATEWAY, PGTASK_RETRY_BACKOFF, NULL},
        {502, PGTASK_ERROR_PROXY_GATEWAY, PGTASK_RETRY_BACKOFF,
         "http: the proxy could not connect to the service (status 502). Try again later; then ask "
         "the proxy's operator whether it reaches this host."},
        {503, PGTASK_ERROR_PROXY_GATEWAY, PGTASK_RETRY_BACKOFF, NULL},
        {999, PGTASK_ERROR_PROXY_GATEWAY, PGTASK_RETRY_BACKOFF, NULL},
    };

    (void)state;
    config.proxy.credentials = CREDENTIALS;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct pgtask_failure const *const failure = pgtask_client_failure(&client);
        char answer[256];
        char text[512];

        (void)snprintf(answer, sizeof answer,
                       "HTTP/1.1 %d No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                       "Content-Length: 9\r\n\r\n<h1>%s",
                       (int)refusals[i].status, ENCODED);
        assert_int_equal(list_with(answer), refusals[i].error);
        assert_int_equal(failure->detail, refusals[i].status);
        assert_int_equal(pgtask_failure_retry(failure), refusals[i].retry);
        (void)pgtask_failure_write(failure, text, sizeof text);
        if (refusals[i].text != NULL) {
            assert_string_equal(text, refusals[i].text);
        }
        assert_false(has_begun_tls());
    }
}

static void what_is_no_answer_of_a_proxy_is_told_as_that(void **state)
{
    static char const *const answers[] = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\x05\xff",     /* SOCKS */
        "\x15\x03\x01", /* a proxy that wants TLS itself sends an alert */
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        GOOD "\x16\x03\x03", /* the service never speaks first */
        GOOD "x",
    };
    struct pgtask_failure const *const failure = pgtask_client_failure(&client);

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        assert_int_equal(list_with(answers[i]), PGTASK_ERROR_PROXY_ANSWER);
        assert_int_equal(failure->detail, 0);
        assert_false(has_begun_tls());
    }
}

static void answer_that_is_cut_off_at_any_byte_is_an_error(void **state)
{
    static char const whole[] = "HTTP/1.1 200 OK\r\nVia: 1.1 x\r\n\r\n";
    char part[sizeof whole];

    (void)state;
    for (size_t length = 0; length < strlen(whole); length++) {
        memcpy(part, whole, length);
        part[length] = '\0';
        script.after = PGTASK_ERROR_CLOSED;
        assert_int_equal(list_with(part), PGTASK_ERROR_PROXY_ANSWER);
        script.after = PGTASK_ERROR_RESET;
        assert_int_equal(list_with(part), PGTASK_ERROR_RESET);
        assert_string_equal(pgtask_client_failure(&client)->member, "proxy");
    }
}

/* config.h: a call takes less than 2 * PGTASK_TURN_BYTES, a head has at most
 * PGTASK_HTTP_HEAD_BYTES. */
static void head_without_an_end_is_bounded(void **state)
{
    static char const *const endless[] = {
        "HTTP/1.1 103 Early Hints\r\n\r\n",
        "X",
    };
    enum pgtask_error error = PGTASK_WOULD_BLOCK;
    size_t before;

    (void)state;
    for (size_t i = 0; i < sizeof endless / sizeof endless[0]; i++) {
        script.answer = endless[i];
        script.repeats = true;
        begin();
        do {
            before = script.received;
            error = pgtask_client_next(&client, &task);
            assert_in_range(script.received - before, 0, 2 * PGTASK_TURN_BYTES);
        } while (error == PGTASK_WOULD_BLOCK);
        assert_int_equal(error, PGTASK_ERROR_PROXY_ANSWER);
        assert_in_range(script.received, 0, PGTASK_HTTP_HEAD_BYTES + PGTASK_BUFFER_BYTES);
    }
}

static void silent_proxy_has_stalled_after_its_time(void **state)
{
    enum pgtask_error error;
    uint64_t const begun_ms = script.now_ms;

    (void)state;
    begin();
    while ((error = pgtask_client_next(&client, &task)) == PGTASK_WOULD_BLOCK) {
        pgtask_client_sleep(&client);
    }
    assert_int_equal(error, PGTASK_ERROR_STALLED);
    assert_in_range(script.now_ms - begun_ms, PGTASK_DEFAULT_STALL_MS,
                    PGTASK_DEFAULT_STALL_MS + 1000);
    assert_string_equal(pgtask_client_failure(&client)->member, "proxy");
}

/* A byte now and then is no progress. */
static void slow_proxy_has_stalled_too(void **state)
{
    enum pgtask_error error;
    uint64_t const begun_ms = script.now_ms;

    (void)state;
    script.answer =
        "HTTP/1.1 200 OK\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy";
    script.slice = 1;
    begin();
    do {
        script.now_ms += 1000;
        error = pgtask_client_next(&client, &task);
    } while (error == PGTASK_WOULD_BLOCK && script.now_ms < begun_ms + 100000);
    assert_int_equal(error, PGTASK_ERROR_STALLED);
}

static void deadline_ends_the_talk_with_a_proxy(void **state)
{
    enum pgtask_error error;

    (void)state;
    config.timeout_ms = 2000;
    begin();
    while ((error = pgtask_client_next(&client, &task)) == PGTASK_WOULD_BLOCK) {
        pgtask_client_sleep(&client);
    }
    assert_int_equal(error, PGTASK_ERROR_TIMEOUT);
    assert_string_equal(pgtask_client_failure(&client)->member, "proxy");
}

static void proxy_that_is_not_reached_is_named(void **state)
{
    char text[512];

    (void)state;
    script.resolving = PGTASK_ERROR_RESOLVE;
    assert_int_equal(list_with(NULL), PGTASK_ERROR_RESOLVE);
    (void)pgtask_failure_write_cause(pgtask_client_failure(&client), text, sizeof text);
    assert_string_equal(text, "network: the host name has no address (proxy)");
    script.resolving = PGTASK_OK;
    script.connecting = PGTASK_ERROR_CONNECT;
    assert_int_equal(list_with(NULL), PGTASK_ERROR_CONNECT);
    assert_string_equal(pgtask_client_failure(&client)->member, "proxy");
}

/* @return whether the client's memory holds the text */
static bool holds(char const *text)
{
    char const *const bytes = (char const *)&client;
    size_t const length = strlen(text);

    for (size_t i = 0; i + length <= sizeof client; i++) {
        if (memcmp(bytes + i, text, length) == 0) {
            return true;
        }
    }
    return false;
}

static void credentials_are_wiped_once_they_are_sent(void **state)
{
    (void)state;
    config.proxy.credentials = CREDENTIALS;
    assert_int_equal(list_with(NULL), PGTASK_WOULD_BLOCK);
    assert_non_null(strstr(scripted_port_text(&script), ENCODED));
    assert_false(holds("QWxhZGRp"));
    assert_false(holds("Aladdin"));
    /* One that hears half of the request has no secret in the failure either. */
    script.slice = 90;
    script.after = PGTASK_ERROR_CLOSED;
    assert_int_equal(list_with("HTTP/1.1 407 " ENCODED "\r\n\r\n" CREDENTIALS),
                     PGTASK_ERROR_PROXY_CREDENTIALS);
    assert_false(holds("QWxhZGRp"));
    assert_false(holds("Aladdin"));
}

static void client_cancelled_beside_a_proxy_lists_again(void **state)
{
    (void)state;
    assert_int_equal(list_with(NULL), PGTASK_WOULD_BLOCK);
    pgtask_client_cancel(&client);
    assert_int_equal(pgtask_client_next(&client, &task), PGTASK_ERROR_CANCELLED);
    script.answer = GOOD;
    assert_int_equal(pgtask_client_list(&client, &query), PGTASK_OK);
    assert_int_equal(go_on(), PGTASK_WOULD_BLOCK);
    assert_true(has_begun_tls());
    assert_int_equal(script.connections, 2);
}

#define PROXY_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        PROXY_TEST(proxy_is_looked_up_and_asked_for_the_service),
        PROXY_TEST(credentials_are_encoded_as_the_standards_show),
        PROXY_TEST(tunnel_ends_where_a_connection_would),
        PROXY_TEST(request_that_does_not_fit_is_an_error),
        PROXY_TEST(malformed_proxy_is_refused_by_name),
        PROXY_TEST(tls_begins_behind_each_good_answer_in_slices_of_any_size),
        PROXY_TEST(refusal_is_told_with_its_status),
        PROXY_TEST(what_is_no_answer_of_a_proxy_is_told_as_that),
        PROXY_TEST(answer_that_is_cut_off_at_any_byte_is_an_error),
        PROXY_TEST(head_without_an_end_is_bounded),
        PROXY_TEST(silent_proxy_has_stalled_after_its_time),
        PROXY_TEST(slow_proxy_has_stalled_too),
        PROXY_TEST(deadline_ends_the_talk_with_a_proxy),
        PROXY_TEST(proxy_that_is_not_reached_is_named),
        PROXY_TEST(credentials_are_wiped_once_they_are_sent),
        PROXY_TEST(client_cancelled_beside_a_proxy_lists_again),
    };

    return cmocka_run_group_tests_name("client proxy", tests, NULL, NULL);
}
