/* SPDX-License-Identifier: MIT */
/* The rig opens a client over the POSIX port, whose clocks a test moves. */
#include "client_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct client_rig rig;

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    return rig.posix.port.monotonic_ms(&rig.posix) + rig.skew_ms;
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    bool const known = rig.posix.port.unix_time_s(&rig.posix, unix_s);

    (void)context;
    *unix_s += rig.unix_skew_s + rig.unix_step_s * rig.unix_readings++;
    return known && !rig.no_unix_time;
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    (void)context;
    rig.posix.port.wait(&rig.posix, interest, until_ms > rig.skew_ms ? until_ms - rig.skew_ms : 0);
}

int client_start_service(void **state)
{
    (void)state;
    simulator_start(&rig.simulator, rig.certificates, CLIENT_TASKS);
    return 0;
}

int client_stop_service(void **state)
{
    (void)state;
    simulator_stop(&rig.simulator);
    return 0;
}

void client_restart_service(char const *name, char const *options)
{
    uint16_t const port_number = rig.simulator.port_number;
    char text[8192];

    simulator_stop(&rig.simulator);
    (void)snprintf(text, sizeof text, "--tasks %d --port %u %s", CLIENT_TASKS,
                   (unsigned)port_number, options);
    simulator_start_as(&rig.simulator, rig.certificates, name, text);
    client_play("");
}

void client_pass_time(uint32_t seconds)
{
    rig.skew_ms += UINT64_C(1000) * seconds;
    rig.unix_skew_s += seconds;
}

int client_set_up(void **state)
{
    char path[600];

    (void)state;
    (void)snprintf(path, sizeof path, "%s/ca.pem", rig.certificates);
    rig.skew_ms = 0;
    rig.unix_skew_s = 0;
    rig.unix_step_s = 0;
    rig.unix_readings = 0;
    rig.no_unix_time = false;
    rig.config = (struct pgtask_config){
        .region = "ap-guangzhou",
        .credentials = {.secret_id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                        .secret_key = CLIENT_SECRET_KEY},
        .connect_host = "127.0.0.1",
        .connect_port = rig.simulator.port_number,
        .timeout_ms = 20000,
        .retry = {.base_ms = 1, .cap_ms = 1},
        .request_interval_ms = 1,
    };
    assert_int_equal(pgtask_posix_roots_open(&rig.store, path, &rig.config.roots), PGTASK_OK);
    pgtask_posix_open(&rig.posix);
    rig.port = rig.posix.port;
    rig.port.monotonic_ms = monotonic_ms;
    rig.port.unix_time_s = unix_time_s;
    rig.port.wait = wait_until;
    client_open_again();
    client_play("");
    return 0;
}

int client_tear_down(void **state)
{
    (void)state;
    pgtask_client_close(&rig.client);
    pgtask_posix_close(&rig.posix);
    pgtask_posix_roots_close(&rig.store);
    return 0;
}

void client_open_again(void)
{
    pgtask_client_close(&rig.client);
    assert_int_equal(pgtask_client_open(&rig.client, &rig.config, &rig.port), PGTASK_OK);
}

void client_play(char const *members)
{
    char scenario[512];

    (void)snprintf(scenario, sizeof scenario, "{\"rate_per_s\":0%s%s}",
                   members[0] != '\0' ? "," : "", members);
    simulator_play(&rig.simulator, scenario);
}

void client_play_offset(int64_t offset_s)
{
    char members[64];

    (void)snprintf(members, sizeof members, "\"clock_offset_s\":%lld", (long long)offset_s);
    client_play(members);
}

enum pgtask_error client_finish(unsigned *records)
{
    enum pgtask_error error;

    *records = 0;
    while ((error = pgtask_client_next_blocking(&rig.client, &rig.task)) == PGTASK_OK) {
        ++*records;
    }
    assert_true(error < 0 || error == PGTASK_DONE);
    return error;
}

void client_assert_lists(uint32_t limit)
{
    struct pgtask_query const query = {.limit = limit};
    unsigned records;

    assert_int_equal(pgtask_client_list(&rig.client, &query), PGTASK_OK);
    assert_int_equal(client_finish(&records), PGTASK_DONE);
    assert_int_equal(records, limit);
}

enum pgtask_error client_list_five(void)
{
    struct pgtask_query const query = {.limit = 5};
    unsigned records;
    enum pgtask_error error;

    assert_int_equal(pgtask_client_list(&rig.client, &query), PGTASK_OK);
    error = client_finish(&records);
    assert_int_equal(records, error == PGTASK_DONE ? 5 : 0);
    return error;
}

long client_served(char const *name)
{
    char text[4096];
    char member[64];
    char const *at;

    (void)snprintf(member, sizeof member, "\"%s\": ", name);
    simulator_read(&rig.simulator, "/counters", text, sizeof text);
    at = strstr(text, member);
    assert_non_null(at);
    return strtol(at + strlen(member), NULL, 10);
}

uint32_t connections_made(struct pgtask_client const *client)
{
    struct pgtask_counters const *const counters = pgtask_client_counters(client);

    return counters->handshakes_full + counters->handshakes_resumed;
}
