/* SPDX-License-Identifier: MIT */
/*
 * The second endpoint: when a listing changes to it, and when back. tests/e2e/test_endpoint.py
 * shows that the service accepts the request that is signed for it.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "scripted_port.h"

#define FIRST  "postgres.tencentcloudapi.com"
#define SECOND "postgres.tencentcloudapi.com.cn"

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
    config.fallback_endpoint = SECOND;
    config.fallback_port = 8443;
    script.bad_host = FIRST;
    pgtask_client_close(&client);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pgtask_client_close(&client);
    return 0;
}

/* @return how the listing ends; PGTASK_WOULD_BLOCK: the host is SECOND and has had its hello */
static enum pgtask_error list(void)
{
    enum pgtask_error error;

    assert_int_equal(pgtask_client_list(&client, &query), PGTASK_OK);
    while ((error = pgtask_client_next(&client, &task)) == PGTASK_WOULD_BLOCK &&
           !(strcmp(script.host, SECOND) == 0 && scripted_port_has_hello(&script, 0))) {
        pgtask_client_sleep(&client);
    }
    return error;
}

static void open_client(void)
{
    assert_int_equal(pgtask_client_open(&client, &config, &script.port), PGTASK_OK);
}

static uint32_t changes(void)
{
    return pgtask_client_counters(&client)->endpoint_changes;
}

static void assert_changed(void)
{
    open_client();
    assert_int_equal(list(), PGTASK_WOULD_BLOCK);
    assert_int_equal(script.port_number, 8443);
    assert_int_equal(changes(), 1);
    pgtask_client_close(&client);
}

static void listing_changes_if_the_host_has_no_address(void **state)
{
    (void)state;
    script.resolving = PGTASK_ERROR_RESOLVE;
    assert_changed();
}

static void listing_changes_if_the_host_is_not_reached(void **state)
{
    (void)state;
    script.connecting = PGTASK_ERROR_CONNECT;
    assert_changed();
}

static void listing_changes_if_tls_fails(void **state)
{
    (void)state;
    script.answer = "HTTP/1.1 400 Bad Request\r\n\r\n"; /* in place of a handshake */
    assert_changed();
    script.answer = "\x15\x03\x03\x01";
    script.after = PGTASK_ERROR_CLOSED;
    assert_changed();
}

/* Whatever does not come within stall_ms: an address, a connection, or TLS. */
static void listing_changes_if_the_host_is_silent(void **state)
{
    uint64_t begun_ms;

    (void)state;
    script.resolving = PGTASK_WOULD_BLOCK;
    begun_ms = script.now_ms;
    assert_changed();
    assert_in_range(script.now_ms - begun_ms, PGTASK_DEFAULT_STALL_MS, 16000);
    script.resolving = PGTASK_OK;
    script.connecting = PGTASK_WOULD_BLOCK;
    begun_ms = script.now_ms;
    assert_changed();
    assert_in_range(script.now_ms - begun_ms, PGTASK_DEFAULT_STALL_MS, 16000);
    script.connecting = PGTASK_OK;
    assert_changed();
}

static void listing_changes_once(void **state)
{
    (void)state;
    script.bad_host = NULL;
    script.resolving = PGTASK_ERROR_RESOLVE;
    open_client();
    assert_int_equal(list(), PGTASK_ERROR_RESOLVE);
    assert_int_equal(changes(), 1);
    assert_string_equal(script.host, SECOND);
}

static void next_listing_begins_with_the_host_that_served(void **state)
{
    (void)state;
    script.resolving = PGTASK_ERROR_RESOLVE;
    open_client();
    assert_int_equal(list(), PGTASK_WOULD_BLOCK);
    assert_int_equal(list(), PGTASK_WOULD_BLOCK);
    assert_int_equal(changes(), 1);
    /* When that fails, the first one is tried again. */
    script.bad_host = SECOND;
    assert_int_equal(pgtask_client_list(&client, &query), PGTASK_OK);
    while (strcmp(script.host, FIRST) != 0) {
        assert_int_equal(pgtask_client_next(&client, &task), PGTASK_WOULD_BLOCK);
    }
    assert_int_equal(script.port_number, 443);
    assert_int_equal(changes(), 2);
}

/* A time-out is final, so only the next listing can use the other host. */
static void listing_that_runs_out_of_time_leaves_the_next_one_the_other_host(void **state)
{
    (void)state;
    config.timeout_ms = 3000;
    script.resolving = PGTASK_WOULD_BLOCK;
    open_client();
    assert_int_equal(list(), PGTASK_ERROR_TIMEOUT);
    assert_int_equal(list(), PGTASK_WOULD_BLOCK);
    assert_string_equal(script.host, SECOND);
}

static void tunnel_is_for_the_first_host_only(void **state)
{
    (void)state;
    config.connect_host = "tunnel.example";
    config.connect_port = 1234;
    script.bad_host = "tunnel.example";
    script.connecting = PGTASK_ERROR_CONNECT;
    assert_changed();
    assert_string_equal(script.host, SECOND);
}

static void proxy_that_cannot_reach_the_host_is_asked_for_the_other(void **state)
{
    (void)state;
    script.bad_host = NULL;
    config.proxy = (struct pgtask_proxy){.host = "proxy.example", .port_number = 3128};
    script.answer = "HTTP/1.1 502 Bad Gateway\r\n\r\n";
    open_client();
    assert_int_equal(list(), PGTASK_ERROR_PROXY_GATEWAY);
    assert_int_equal(changes(), 1);
    assert_non_null(strstr(scripted_port_text(&script), "CONNECT " SECOND ":8443 HTTP/1.1\r\n"));
}

static void listing_without_a_second_host_ends(void **state)
{
    (void)state;
    config.fallback_endpoint = NULL;
    script.resolving = PGTASK_ERROR_RESOLVE;
    open_client();
    assert_int_equal(list(), PGTASK_ERROR_RESOLVE);
    assert_int_equal(changes(), 0);
    assert_string_equal(script.host, FIRST);
}

static void malformed_second_host_is_refused_by_name(void **state)
{
    (void)state;
    config.fallback_endpoint = "https://example.com";
    assert_int_equal(pgtask_client_open(&client, &config, &script.port), PGTASK_ERROR_ARGUMENT);
    assert_string_equal(pgtask_client_failure(&client)->member, "fallback_endpoint");
}

#define ENDPOINT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        ENDPOINT_TEST(listing_changes_if_the_host_has_no_address),
        ENDPOINT_TEST(listing_changes_if_the_host_is_not_reached),
        ENDPOINT_TEST(listing_changes_if_tls_fails),
        ENDPOINT_TEST(listing_changes_if_the_host_is_silent),
        ENDPOINT_TEST(listing_changes_once),
        ENDPOINT_TEST(next_listing_begins_with_the_host_that_served),
        ENDPOINT_TEST(listing_that_runs_out_of_time_leaves_the_next_one_the_other_host),
        ENDPOINT_TEST(tunnel_is_for_the_first_host_only),
        ENDPOINT_TEST(proxy_that_cannot_reach_the_host_is_asked_for_the_other),
        ENDPOINT_TEST(listing_without_a_second_host_ends),
        ENDPOINT_TEST(malformed_second_host_is_refused_by_name),
    };

    return cmocka_run_group_tests_name("client endpoint", tests, NULL, NULL);
}
