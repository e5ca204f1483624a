/* SPDX-License-Identifier: MIT */
/* How the client reports a failed listing, layer by layer, and that the next listing is good. */
#include <pgtask/client.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

static struct pgtask_client *const client = &rig.client;
static struct pgtask_task *const task = &rig.task;
static struct pgtask_query const five = {.limit = 5};

/* @return the failure; another listing has succeeded when this returns */
static struct pgtask_failure const *failure_under(char const *scenario, enum pgtask_error error)
{
    static struct pgtask_failure failure;
    unsigned records;

    client_play(scenario);
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), error);
    failure = *pgtask_client_failure(client);
    assert_int_equal(failure.error, error);
    assert_int_equal(pgtask_client_next(client, task), error);
    client_play("");
    client_assert_lists(5);
    assert_int_equal(pgtask_client_failure(client)->error, PGTASK_OK);
    return &failure;
}

static void refusal_of_the_service_is_reported_and_keeps_the_connection(void **state)
{
    struct pgtask_failure const *const failure = failure_under(
        "\"error_code\":\"ResourceNotFound.InstanceNotFoundError\"", PGTASK_ERROR_SERVICE);

    (void)state;
    assert_string_equal(failure->code, "ResourceNotFound.InstanceNotFoundError");
    assert_int_equal(strlen(failure->request_id), 36); /* a UUID */
    assert_int_equal(connections_made(client), 1);
    assert_int_equal(pgtask_client_counters(client)->requests, 2);
}

/* The simulator computes each signature with code of its own. */
static void wrong_secret_key_is_refused_by_the_service(void **state)
{
    unsigned records;

    (void)state;
    rig.config.credentials.secret_key = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLF";
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_ERROR_SERVICE);
    assert_string_equal(pgtask_client_failure(client)->code, "AuthFailure.SignatureFailure");
    assert_string_equal(pgtask_client_failure(client)->request_id,
                        pgtask_client_request_id(client));
}

static void http_status_is_reported_with_the_start_of_its_body(void **state)
{
    struct pgtask_failure const *const failure =
        failure_under("\"answer\":\"html_502\"", PGTASK_ERROR_HTTP_STATUS);

    (void)state;
    assert_int_equal(failure->detail, 502);
    assert_non_null(strstr(failure->message, "502 Bad Gateway"));
}

static void json_that_is_not_an_answer_is_reported_with_its_member(void **state)
{
    (void)state;
    assert_string_equal(
        failure_under("\"answer\":\"absent_response\"", PGTASK_ERROR_ANSWER_MISSING)->member,
        "Response");
    assert_string_equal(
        failure_under("\"answer\":\"absent_task_set\"", PGTASK_ERROR_ANSWER_MISSING)->member,
        "TaskSet");
    assert_int_equal(failure_under("\"answer\":\"html_200\"", PGTASK_ERROR_JSON_SYNTAX)->offset, 0);
}

static void answer_that_breaks_off_is_reported_by_how_it_broke(void **state)
{
    (void)state;
    (void)failure_under("\"truncate_at\":300", PGTASK_ERROR_HTTP_TRUNCATED);
    (void)failure_under("\"truncate_at\":300,\"close_notify\":false", PGTASK_ERROR_TLS_TRUNCATED);
    (void)failure_under("\"reset_at\":300", PGTASK_ERROR_RESET);
    (void)failure_under("\"answer\":\"length_long\",\"keep_alive\":false",
                        PGTASK_ERROR_HTTP_TRUNCATED);
    (void)failure_under("\"answer\":\"garbage\"", PGTASK_ERROR_JSON_SYNTAX);
    (void)failure_under("\"answer\":\"not_http\"", PGTASK_ERROR_HTTP_SYNTAX);
}

static void records_before_the_break_are_good(void **state)
{
    enum pgtask_error error;
    uint64_t id = CLIENT_TASKS;

    (void)state;
    client_play("\"truncate_at\":2000");
    assert_int_equal(pgtask_client_list(client, &(struct pgtask_query){.limit = 20}), PGTASK_OK);
    while ((error = pgtask_client_next_blocking(client, task)) == PGTASK_OK) {
        assert_int_equal(task->task_id, id--);
    }
    assert_int_equal(error, PGTASK_ERROR_HTTP_TRUNCATED);
    assert_true(id < CLIENT_TASKS && id > CLIENT_TASKS - 20);
}

static void broken_handshake_is_reported(void **state)
{
    (void)state;
    (void)failure_under("\"handshake\":\"plain\"", PGTASK_ERROR_TLS_HANDSHAKE);
    client_open_again();
    (void)failure_under("\"handshake\":\"close\"", PGTASK_ERROR_TLS_TRUNCATED);
}

static void peer_with_another_name_or_root_gets_no_request(void **state)
{
    char path[600];
    long const requests = client_served("requests");
    unsigned records;

    (void)state;
    rig.config.endpoint = "postgres.example.org";
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_ERROR_TLS_HOST_NAME);
    rig.config.endpoint = NULL;
    pgtask_posix_roots_close(&rig.store);
    (void)snprintf(path, sizeof path, "%s/other_root.pem", rig.certificates);
    assert_int_equal(pgtask_posix_roots_open(&rig.store, path, &rig.config.roots), PGTASK_OK);
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_ERROR_TLS_UNKNOWN_CA);
    assert_int_equal(client_served("requests"), requests);
    assert_int_equal(pgtask_client_counters(client)->requests, 0);
}

static void port_that_nobody_listens_on_is_reported_with_errno(void **state)
{
    unsigned records;

    (void)state;
    rig.config.connect_port = 1;
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_ERROR_CONNECT);
    assert_int_equal(pgtask_client_failure(client)->detail, ECONNREFUSED);
}

static void name_without_an_address_is_reported(void **state)
{
    unsigned records;

    (void)state;
    rig.config.connect_host =
        "no-such-host.invalid"; /* RFC 2606: such a name never has an address */
    client_open_again();
    assert_int_equal(pgtask_client_list(client, &five), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_ERROR_RESOLVE);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        CLIENT_TEST(refusal_of_the_service_is_reported_and_keeps_the_connection),
        CLIENT_TEST(wrong_secret_key_is_refused_by_the_service),
        CLIENT_TEST(http_status_is_reported_with_the_start_of_its_body),
        CLIENT_TEST(json_that_is_not_an_answer_is_reported_with_its_member),
        CLIENT_TEST(answer_that_breaks_off_is_reported_by_how_it_broke),
        CLIENT_TEST(records_before_the_break_are_good),
        CLIENT_TEST(broken_handshake_is_reported),
        CLIENT_TEST(peer_with_another_name_or_root_gets_no_request),
        CLIENT_TEST(port_that_nobody_listens_on_is_reported_with_errno),
        CLIENT_TEST(name_without_an_address_is_reported),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
