/* SPDX-License-Identifier: MIT */
/* What hours of polling cost: one handshake, and resumptions. The test moves the time on. */
#define _DEFAULT_SOURCE
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

static struct pgtask_client *const client = &rig.client;

/* The counters of the service when the test began. */
static struct {
    long full;
    long resumed;
    long requests;
} before;

static struct {
    uint8_t bytes[PGTASK_SESSION_BYTES];
    size_t length;
} session;

static int set_up(void **state)
{
    char options[16];
    char const *const version = *state;

    (void)snprintf(options, sizeof options, "--tls %s", version);
    client_restart_service("server", options);
    before.full = client_served("handshakes_full");
    before.resumed = client_served("handshakes_resumed");
    before.requests = client_served("requests");
    return client_set_up(state);
}

/* Asserts that client and service count the same. */
static void assert_handshakes(unsigned full, unsigned resumed)
{
    assert_int_equal(pgtask_client_counters(client)->handshakes_full, full);
    assert_int_equal(pgtask_client_counters(client)->handshakes_resumed, resumed);
    assert_int_equal(client_served("handshakes_full") - before.full, full);
    assert_int_equal(client_served("handshakes_resumed") - before.resumed, resumed);
    assert_int_equal(client_served("handshakes_failed"), 0);
}

/* Moves the time of both sides: a signature must not be five minutes old. */
static void pass_time(uint32_t seconds)
{
    client_pass_time(seconds);
    client_play_offset(rig.unix_skew_s);
}

static void poll_every(uint32_t seconds, unsigned polls)
{
    for (unsigned i = 0; i < polls; i++) {
        if (i > 0) {
            pass_time(seconds);
        }
        client_assert_lists(3);
    }
}

static void hundred_polls_10_s_apart_cost_one_handshake(void **state)
{
    (void)state;
    poll_every(10, 100);
    assert_handshakes(1, 0);
    assert_int_equal(client_served("requests") - before.requests, 100);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
}

static void twenty_polls_120_s_apart_cost_one_handshake_and_19_resumptions(void **state)
{
    (void)state;
    poll_every(120, 20);
    assert_handshakes(1, 19);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
}

static void service_that_lost_its_keys_costs_one_more_handshake_and_no_error(void **state)
{
    char options[16];

    (void)snprintf(options, sizeof options, "--tls %s", (char const *)*state);
    poll_every(120, 3);
    assert_handshakes(1, 2);
    client_restart_service("server", options);
    before.full = -1;
    before.resumed = -2;
    pass_time(120);
    poll_every(120, 3);
    assert_handshakes(2, 4);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
}

/* The client has just used the connection, so it cannot know that it is closed. */
static void request_on_a_connection_closed_while_idle_is_repeated_once(void **state)
{
    struct timespec const pause = {0, 300000000};

    (void)state;
    client_play("\"idle_s\":0.05");
    client_assert_lists(20);
    client_play("");
    (void)nanosleep(&pause, NULL);
    client_assert_lists(20);
    assert_int_equal(pgtask_client_counters(client)->retries, 1);
    assert_int_equal(client_served("requests") - before.requests, 2);
    assert_handshakes(1, 1);
}

static void client_that_must_not_resume_never_does(void **state)
{
    (void)state;
    rig.config.skip_resumption = true;
    client_open_again();
    poll_every(120, 4);
    assert_handshakes(4, 0);
    assert_int_equal(
        pgtask_client_export_session(client, session.bytes, sizeof session.bytes, &session.length),
        PGTASK_OK);
    assert_int_equal(session.length, 0);
}

/* Exports the session of a listing. The client then starts as after a reboot. */
static void export_and_reboot(void)
{
    client_assert_lists(3);
    assert_int_equal(
        pgtask_client_export_session(client, session.bytes, sizeof session.bytes, &session.length),
        PGTASK_OK);
    assert_true(session.length > 0);
    assert_int_equal(
        pgtask_client_export_session(client, session.bytes, session.length - 1, &session.length),
        PGTASK_ERROR_BUFFER);
    client_open_again();
    before.full = client_served("handshakes_full");
    before.resumed = client_served("handshakes_resumed");
}

static void import(size_t length)
{
    assert_int_equal(pgtask_client_import_session(client, session.bytes, length), PGTASK_OK);
}

static void exported_session_is_resumed_after_a_reboot(void **state)
{
    (void)state;
    export_and_reboot();
    import(session.length);
    client_assert_lists(3);
    assert_handshakes(0, 1);
}

static void assert_full_handshake_after_import(size_t length)
{
    long const full = client_served("handshakes_full");

    client_open_again();
    import(length);
    client_assert_lists(1);
    assert_int_equal(pgtask_client_counters(client)->handshakes_full, 1);
    assert_int_equal(pgtask_client_counters(client)->handshakes_resumed, 0);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
    assert_int_equal(client_served("handshakes_full") - full, 1);
}

static void corrupted_session_costs_a_full_handshake(void **state)
{
    (void)state;
    export_and_reboot();
    for (size_t i = 0; i < session.length; i += i < 96 ? 8 : 41) {
        session.bytes[i] ^= 0x10;
        assert_full_handshake_after_import(session.length);
        session.bytes[i] ^= 0x10;
    }
}

static void truncated_session_costs_a_full_handshake(void **state)
{
    (void)state;
    export_and_reboot();
    for (size_t length = 1; length < session.length; length += 1 + length / 4) {
        assert_full_handshake_after_import(length);
    }
    assert_full_handshake_after_import(session.length - 1);
    assert_full_handshake_after_import(0);
}

static void session_of_another_host_costs_a_full_handshake(void **state)
{
    (void)state;
    rig.config.endpoint = "localhost";
    client_open_again();
    export_and_reboot();
    rig.config.endpoint = NULL;
    assert_full_handshake_after_import(session.length);
    memset(session.bytes, 0xa5, sizeof session.bytes);
    assert_full_handshake_after_import(sizeof session.bytes);
}

static void session_that_cannot_be_one_is_refused(void **state)
{
    static uint8_t const bytes[PGTASK_SESSION_BYTES + 1];

    (void)state;
    assert_int_equal(pgtask_client_import_session(client, bytes, sizeof bytes),
                     PGTASK_ERROR_BUFFER);
    pgtask_client_close(client);
    assert_int_equal(pgtask_client_import_session(client, bytes, 1), PGTASK_ERROR_STATE);
}

/* The chain is verified again after a week, even if the ticket is valid for longer. */
static void chain_is_verified_again_after_a_week(void **state)
{
    (void)state;
    poll_every(120, 2);
    assert_handshakes(1, 1);
    pass_time(8 * 24 * 60 * 60);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
    client_assert_lists(1);
    assert_handshakes(2, 1);
}

#define WITH_EACH_VERSION(test) CLIENT_TEST_WITH_EACH_VERSION(test, set_up)

int main(void)
{
    struct CMUnitTest const tests[] = {
        WITH_EACH_VERSION(hundred_polls_10_s_apart_cost_one_handshake),
        WITH_EACH_VERSION(twenty_polls_120_s_apart_cost_one_handshake_and_19_resumptions),
        WITH_EACH_VERSION(service_that_lost_its_keys_costs_one_more_handshake_and_no_error),
        WITH_EACH_VERSION(request_on_a_connection_closed_while_idle_is_repeated_once),
        WITH_EACH_VERSION(client_that_must_not_resume_never_does),
        WITH_EACH_VERSION(exported_session_is_resumed_after_a_reboot),
        WITH_EACH_VERSION(corrupted_session_costs_a_full_handshake),
        WITH_EACH_VERSION(truncated_session_costs_a_full_handshake),
        WITH_EACH_VERSION(session_of_another_host_costs_a_full_handshake),
        WITH_EACH_VERSION(chain_is_verified_again_after_a_week),
        CLIENT_TEST_WITH(session_that_cannot_be_one_is_refused, "1.3", set_up),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
