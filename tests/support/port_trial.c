/* SPDX-License-Identifier: MIT */
#include "port_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"

struct port_trial trial;

struct verdict {
    char const *excused;
    unsigned broken;
};

int port_trial_start(void **state)
{
    (void)state;
    simulator_start(&trial.simulator, test_certificates(), PORT_TRIAL_TASKS);
    return port_peer_start(&trial.peer);
}

int port_trial_stop(void **state)
{
    (void)state;
    simulator_stop(&trial.simulator);
    return port_peer_stop(&trial.peer);
}

static void judge(void *context, char const *promise, char const *broken, int64_t number)
{
    struct verdict *const verdict = context;

    if (broken == NULL || (verdict->excused != NULL && strcmp(promise, verdict->excused) == 0)) {
        return;
    }
    (void)fprintf(stderr, "broken: %s: %s (%lld)\n", promise, broken, (long long)number);
    verdict->broken++;
}

/* A call may take long under an emulator or a sanitizer on a busy machine. */
unsigned port_trial_check(struct pgtask_port const *port, char const *only, bool pair,
                          char const *excused)
{
    struct verdict verdict = {.excused = excused};
    struct port_check_settings const settings = {.port = port,
                                                 .peer_address = "127.0.0.1",
                                                 .peer_name = "peer.test",
                                                 .missing_name = "missing.test",
                                                 .pair_name = pair ? "pair.test" : NULL,
                                                 .first_port = trial.peer.first_port,
                                                 .call_limit_ms = 300,
                                                 .patience_ms = 20000,
                                                 .only = only,
                                                 .report = judge,
                                                 .context = &verdict};

    (void)port_conformance(&settings);
    return verdict.broken;
}

void port_trial_open(struct pgtask_port *port)
{
    struct pgtask_roots const roots = trial.config.roots;
    char path[600];

    (void)snprintf(path, sizeof path, "%s/ca.pem", test_certificates());
    trial.config.region = "ap-guangzhou";
    trial.config.credentials =
        (struct pgtask_credentials){.secret_id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                                    .secret_key = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"};
    trial.store.descriptor = -1;
    if (roots.next == NULL) {
        assert_int_equal(pgtask_posix_roots_open(&trial.store, path, &trial.config.roots),
                         PGTASK_OK);
    }
    assert_int_equal(pgtask_client_open(&trial.client, &trial.config, port), PGTASK_OK);
}

void port_trial_close(void)
{
    pgtask_client_close(&trial.client);
    pgtask_posix_roots_close(&trial.store);
    memset(&trial.config, 0, sizeof trial.config);
}

void port_trial_assert_lists(void)
{
    struct pgtask_query const query = {.limit = 10};
    enum pgtask_error error;
    unsigned records = 0;

    assert_int_equal(pgtask_client_list_all(&trial.client, &query), PGTASK_OK);
    while ((error = pgtask_client_next_blocking(&trial.client, &trial.task)) == PGTASK_OK) {
        records++;
    }
    assert_int_equal(error, PGTASK_DONE);
    assert_int_equal(records, PORT_TRIAL_TASKS);
}
