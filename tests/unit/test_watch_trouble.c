/* SPDX-License-Identifier: MIT */
/* A watch whose device slept or has a wrong clock, or whose service is down or refuses. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"
#include "live_watch.h"

/* Two hours of sleep: the clocks of both sides go on, and nobody calls the watch. */
static void device_that_slept_for_hours_polls_at_once(void **state)
{
    (void)state;
    live_follow(live_start_task("{\"duration_s\":10000}"));
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    live_assert_told("appeared ");
    live_pass_ms(MINUTES(120));
    assert_false(pgtask_watch_left(live_first(), live.begin_ms + live_now_ms()).known);
    assert_int_equal(live_go_on(1000), PGTASK_WOULD_BLOCK);
    live_assert_told("stale back ");
    assert_in_range(live_first()->progress_percent, 71, 73);
    assert_int_equal(live_go_on(MINUTES(60)), PGTASK_DONE);
    live_assert_told("ended ");
    assert_int_equal(live.took_s, 10000);
}

static void end_of_a_restore_during_sleep_is_reported_with_its_own_times(void **state)
{
    (void)state;
    live_follow(live_start_task("{\"duration_s\":600}"));
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    live_pass_ms(MINUTES(600));
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_DONE);
    live_assert_told("appeared stale ended back ");
    assert_int_equal(live.took_s, 600);
}

/* The watch asks for the tasks of the last 30 days, and learns only then what day it is. */
static void fast_or_slow_clock_hides_no_running_task(void **state)
{
    static int64_t const fast_s[] = {40 * 86400, 29 * 86400, 600, -600, -20 * 86400};
    static uint32_t const polls[] = {2, 2, 2, 1, 1};

    for (size_t i = 0; i < sizeof fast_s / sizeof fast_s[0]; i++) {
        char members[128];
        char instance[24];

        (void)snprintf(instance, sizeof instance, "postgres-fast%zu", i);
        (void)snprintf(members, sizeof members,
                       "{\"instance_id\":\"%s\",\"age_s\":10800,\"duration_s\":40000}", instance);
        (void)live_start_task(members);
        live.fast_s = fast_s[i];
        live_pass_ms(0);
        live_open(&(struct pgtask_watch_config){.instance_id = instance});
        assert_int_equal(live_go_on(1000), PGTASK_WOULD_BLOCK);
        live_assert_told("appeared ");
        assert_int_equal(live.watch.poll, polls[i]);
        (void)live_tear_down(state);
        (void)live_set_up(state);
    }
}

/* The simulator forgets its tasks, so the test makes the running one again. */
static void stop_and_start_of_the_service_is_trouble_and_then_well_again(void **state)
{
    uint64_t const task_id = live_start_task("{\"duration_s\":1000}");
    char members[128];
    char options[64];

    (void)state;
    live_follow(task_id);
    assert_int_equal(live_go_on(MINUTES(2)), PGTASK_WOULD_BLOCK);
    live_assert_told("appeared ");
    simulator_stop(&rig.simulator);
    (void)snprintf(options, sizeof options, "--tasks %d --port %u", CLIENT_TASKS,
                   (unsigned)rig.simulator.port_number);
    for (int poll = 0; poll < 1000 && !live.watch.troubled; poll++) {
        struct pgtask_event event;
        enum pgtask_error const error = pgtask_watch_next(&live.watch, &event);
        uint64_t until_ms;

        assert_true(error == PGTASK_OK || error == PGTASK_WOULD_BLOCK);
        if (error == PGTASK_OK) {
            live_keep(&event);
        } else if (pgtask_watch_wait_for(&live.watch, &until_ms) == PGTASK_INTEREST_TIME &&
                   until_ms > live.begin_ms + live_now_ms()) {
            rig.skew_ms += until_ms - live.begin_ms - live_now_ms();
        }
    }
    live_assert_told("trouble ");
    simulator_start_as(&rig.simulator, rig.certificates, "server", options);
    live_play("");
    (void)snprintf(members, sizeof members, "{\"task_id\":%u,\"age_s\":200,\"duration_s\":1000}",
                   (unsigned)task_id);
    assert_int_equal(live_start_task(members), task_id);
    assert_int_equal(live_go_on(MINUTES(2)), PGTASK_WOULD_BLOCK);
    live_assert_told("back ");
    assert_int_equal(live_go_on(MINUTES(20)), PGTASK_DONE);
    live_assert_told("ended ");
}

static void refusals_for_too_many_requests_are_sat_out(void **state)
{
    (void)state;
    live_follow(live_start_task("{\"duration_s\":1000}"));
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    live_assert_told("appeared ");
    live_play("\"error_code\":\"RequestLimitExceeded\"");
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    assert_memory_equal(live.told, "trouble ", strlen("trouble "));
    assert_int_equal(pgtask_client_failure(&rig.client)->error, PGTASK_ERROR_SERVICE);
    assert_null(strstr(live.told, "ended"));
    live_play("");
    live.told[0] = '\0';
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    live_assert_told("back ");
}

static void service_that_stays_down_is_polled_less_and_less_often(void **state)
{
    uint32_t before;

    (void)state;
    rig.config.retry.attempts = 1;
    client_open_again();
    live_follow(live_start_task("{\"duration_s\":10000}"));
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    live_play("\"answer\":\"status_503\"");
    before = live_requests();
    assert_int_equal(live_go_on(MINUTES(30)), PGTASK_WOULD_BLOCK);
    assert_non_null(strstr(live.told, "stale "));
    /* after 5, 10, 20, 40 and then each 60 s, give or take an eighth */
    assert_in_range(live_requests() - before, 26, 38);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        LIVE_TEST(device_that_slept_for_hours_polls_at_once),
        LIVE_TEST(end_of_a_restore_during_sleep_is_reported_with_its_own_times),
        LIVE_TEST(fast_or_slow_clock_hides_no_running_task),
        LIVE_TEST(stop_and_start_of_the_service_is_trouble_and_then_well_again),
        LIVE_TEST(refusals_for_too_many_requests_are_sat_out),
        LIVE_TEST(service_that_stays_down_is_polled_less_and_less_often),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
