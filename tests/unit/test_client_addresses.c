/* SPDX-License-Identifier: MIT */
/*
 * What the client tells its port when it drops a connection: whether the address has served. And
 * with the POSIX port and a host of two addresses: a bad one costs one attempt.
 */
#include <pgtask/client.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

enum { SHORT_STALL_MS = 500 };

static struct pgtask_client *const client = &rig.client;
static struct pgtask_query const five = {.limit = 5};

/* What the client has told its port since the test began, of connections that stood. */
static struct {
    bool is_connected;
    unsigned served;
    unsigned failed;
    enum pgtask_error failure; /* the latest */
} told;

static enum pgtask_error connect_and_note(void *context, uint16_t port_number)
{
    enum pgtask_error const error = rig.posix.port.connect(context, port_number);

    told.is_connected = error == PGTASK_OK;
    return error;
}

static void close_and_note(void *context, enum pgtask_error failure)
{
    if (told.is_connected && failure == PGTASK_OK) {
        told.served++;
    }
    if (told.is_connected && failure != PGTASK_OK) {
        told.failed++;
        told.failure = failure;
    }
    told.is_connected = false;
    rig.posix.port.close(context, failure);
}

static int set_up(void **state)
{
    (void)client_set_up(state);
    memset(&told, 0, sizeof told);
    rig.port.connect = connect_and_note;
    rig.port.close = close_and_note;
    rig.config.retry.attempts = 1;
    rig.config.retry.few_attempts = 1;
    client_open_again();
    return 0;
}

static void connection_that_the_server_ends_after_an_answer_has_served(void **state)
{
    (void)state;
    client_play("\"keep_alive\":false");
    client_assert_lists(5);
    client_assert_lists(5);
    assert_int_equal(told.served, 2);
    assert_int_equal(told.failed, 0);
}

static void connection_that_was_idle_for_long_has_served(void **state)
{
    (void)state;
    client_assert_lists(5);
    client_pass_time(PGTASK_DEFAULT_KEEP_IDLE_MS / 1000 + 1);
    client_assert_lists(5);
    assert_int_equal(told.served, 1);
    assert_int_equal(told.failed, 0);
}

/* The server has gone meanwhile, which the client sees only when it sends. */
static void connection_that_the_server_ends_while_it_is_idle_has_served(void **state)
{
    (void)state;
    client_assert_lists(5);
    client_restart_service("server", "");
    client_assert_lists(5);
    assert_int_equal(connections_made(client), 2);
    assert_int_equal(told.served, 1);
    assert_int_equal(told.failed, 0);
}

static void connection_with_a_refusal_of_the_service_has_served(void **state)
{
    unsigned records;

    (void)state;
    client_play("\"error_code\":\"ResourceNotFound.InstanceNotFoundError\"");
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_ERROR_SERVICE);
    pgtask_client_close(client);
    assert_int_equal(told.served, 1);
    assert_int_equal(told.failed, 0);
}

static void listing_that_is_cancelled_is_no_failure(void **state)
{
    (void)state;
    client_play("\"stall_at\":0");
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    while (!told.is_connected) {
        assert_int_equal(pgtask_client_next(client, &rig.task), PGTASK_WOULD_BLOCK);
        pgtask_client_sleep(client);
    }
    pgtask_client_cancel(client);
    assert_int_equal(told.served, 1);
    assert_int_equal(told.failed, 0);
}

static void assert_failure_is_told(char const *scenario, enum pgtask_error error)
{
    unsigned const before = told.failed;
    unsigned records;

    client_play(scenario);
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), error);
    assert_int_equal(told.failed, before + 1);
    assert_int_equal(told.failure, error);
}

static void failure_of_any_layer_is_told(void **state)
{
    (void)state;
    assert_failure_is_told("\"handshake\":\"plain\"", PGTASK_ERROR_TLS_HANDSHAKE);
    assert_failure_is_told("\"reset_at\":300", PGTASK_ERROR_RESET);
    assert_failure_is_told("\"truncate_at\":300", PGTASK_ERROR_HTTP_TRUNCATED);
    assert_failure_is_told("\"answer\":\"html_502\"", PGTASK_ERROR_HTTP_STATUS);
    assert_failure_is_told("\"answer\":\"garbage\"", PGTASK_ERROR_JSON_SYNTAX);
    assert_int_equal(told.served, 0);
    rig.config.stall_ms = SHORT_STALL_MS;
    client_open_again();
    assert_failure_is_told("\"stall_at\":300", PGTASK_ERROR_STALLED);
    assert_failure_is_told("\"handshake\":\"stall\"", PGTASK_ERROR_STALLED);
    rig.config.stall_ms = 0;
    rig.config.timeout_ms = SHORT_STALL_MS;
    client_open_again();
    assert_failure_is_told("\"handshake\":\"stall\"", PGTASK_ERROR_TIMEOUT);
    rig.config.timeout_ms = 0;
    rig.config.endpoint = "postgres.example.org";
    client_open_again();
    assert_failure_is_told("", PGTASK_ERROR_TLS_HOST_NAME);
    assert_int_equal(told.served, 0);
}

/* The first address has a listener that says nothing; the service is at the second. */
static enum pgtask_error look_up(void *context, char const *host,
                                 struct pgtask_posix_address *addresses, size_t *count)
{
    (void)context;
    (void)host;
    memset(addresses, 0, 2 * sizeof *addresses);
    for (uint32_t i = 0; i < 2; i++) {
        struct sockaddr_in *const address = (struct sockaddr_in *)&addresses[i].storage;

        address->sin_family = AF_INET;
        address->sin_addr.s_addr = htonl(i == 0 ? INADDR_LOOPBACK + 1 : INADDR_LOOPBACK);
        addresses[i].length = sizeof *address;
    }
    *count = 2;
    return PGTASK_OK;
}

static void silent_address_costs_one_attempt_and_then_is_avoided(void **state)
{
    static struct pgtask_posix_resolver const resolver = {.look_up = look_up};
    struct sockaddr_in const address = {.sin_family = AF_INET,
                                        .sin_port = htons(rig.simulator.port_number),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1)};
    int const listener = socket(AF_INET, SOCK_STREAM, 0);

    (void)state;
    assert_int_equal(bind(listener, (struct sockaddr const *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 16), 0);
    pgtask_posix_use_resolver(&rig.posix, &resolver);
    rig.config.connect_host = "service.test";
    rig.config.stall_ms = SHORT_STALL_MS;
    rig.config.retry.attempts = 2;
    client_open_again();
    client_play("\"keep_alive\":false");
    for (int i = 0; i < 3; i++) {
        client_assert_lists(5);
    }
    assert_int_equal(pgtask_client_counters(client)->retries, 1);
    assert_int_equal(told.failed, 1);
    assert_int_equal(told.failure, PGTASK_ERROR_STALLED);
    (void)close(listener);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, client_tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        TEST(connection_that_the_server_ends_after_an_answer_has_served),
        TEST(connection_that_was_idle_for_long_has_served),
        TEST(connection_that_the_server_ends_while_it_is_idle_has_served),
        TEST(connection_with_a_refusal_of_the_service_has_served),
        TEST(listing_that_is_cancelled_is_no_failure),
        TEST(failure_of_any_layer_is_told),
        TEST(silent_address_costs_one_attempt_and_then_is_avoided),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
