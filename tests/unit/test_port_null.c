/* SPDX-License-Identifier: MIT */
/* The null port: where a port begins. */
#include <pgtask/client.h>
#include <pgtask_null.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "conformance.h"

static struct pgtask_port port;

static enum pgtask_error no_root(void *context, bool restart, struct pgtask_root *root)
{
    (void)context;
    (void)restart;
    (void)root;
    return PGTASK_ERROR_TLS_ROOTS;
}

static void client_reports_the_port_and_says_what_to_do(void **state)
{
    static struct pgtask_client client;
    static struct pgtask_task task;
    struct pgtask_config const config = {
        .region = "ap-guangzhou",
        .credentials = {.secret_id = "AKIDtest", .secret_key = "SecretKeyTest"},
        .roots = {.next = no_root},
    };
    struct pgtask_query const query = {.limit = 1};
    char text[512];

    pgtask_null_open(&port);
    assert_int_equal(pgtask_client_open(&client, &config, &port), PGTASK_OK);
    assert_int_equal(pgtask_client_list(&client, &query), PGTASK_OK);
    assert_int_equal(pgtask_client_next_blocking(&client, &task), PGTASK_ERROR_PORT);
    pgtask_failure_write(pgtask_client_failure(&client), text, sizeof text);
    assert_non_null(strstr(text, "network: "));
    assert_non_null(strstr(text, "Look the code up in the port of this board"));
    pgtask_client_close(&client);
    (void)state;
}

static void tell(void *context, char const *promise, char const *broken, int64_t number)
{
    (void)promise;
    (void)number;
    *(unsigned *)context += broken != NULL;
}

static void conformance_test_comes_to_an_end_with_it(void **state)
{
    unsigned broken = 0;
    struct port_check_settings const settings = {.port = &port,
                                                 .peer_address = "127.0.0.1",
                                                 .first_port = 1,
                                                 .call_limit_ms = 50,
                                                 .patience_ms = 50,
                                                 .report = tell,
                                                 .context = &broken};

    pgtask_null_open(&port);
    assert_true(port_conformance(&settings) > 0);
    assert_int_equal(broken, 1);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(client_reports_the_port_and_says_what_to_do),
        cmocka_unit_test(conformance_test_comes_to_an_end_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
