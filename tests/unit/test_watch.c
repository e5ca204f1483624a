/* SPDX-License-Identifier: MIT */
/*
 * A watch over the real client and the simulated service. Whenever the watch only waits for a time,
 * the test moves the clocks of both sides on to that time.
 */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

#define EVENTS 1000

static struct {
    struct pgtask_watch watch;
    uint64_t begin_ms;
    uint64_t passed_ms;    /**< by which the test has moved the clocks */
    int64_t fast_s;        /**< by which the device's clock is fast */
    char const *scenario;  /**< what the service does, beside the clock */
    char told[EVENTS * 8]; /**< the words of the events, except for those that are only counted */
    unsigned progressed;
    unsigned stepped;
    uint32_t took_s;
} run;

static int set_up(void **state)
{
    int const result = client_set_up(state);

    memset(&run, 0, sizeof run);
    run.scenario = "";
    rig.config.timeout_ms = 0;
    rig.config.request_interval_ms = 0;
    rig.config.retry = (struct pgtask_retry_policy){0};
    client_open_again();
    return result;
}

static int tear_down(void **state)
{
    pgtask_watch_close(&run.watch);
    return client_tear_down(state);
}

static uint64_t start_task(char const *members)
{
    return simulator_start_task(&rig.simulator, members);
}

/* Moves the clocks of both sides. */
static void pass_ms(uint64_t time_ms)
{
    char members[256];

    run.passed_ms += time_ms;
    rig.skew_ms += time_ms;
    rig.unix_skew_s = (int64_t)(run.passed_ms / 1000) + run.fast_s;
    (void)snprintf(members, sizeof members, "\"clock_offset_s\":%.3f%s%s",
                   (double)run.passed_ms / 1000, run.scenario[0] != '\0' ? "," : "", run.scenario);
    client_play(members);
}

static void play(char const *scenario)
{
    run.scenario = scenario;
    pass_ms(0);
}

static uint64_t now_ms(void)
{
    return rig.port.monotonic_ms(rig.port.context) - run.begin_ms;
}

static void open_watch(struct pgtask_watch_config const *config)
{
    run.begin_ms += now_ms();
    assert_int_equal(pgtask_watch_open(&run.watch, config, &rig.client, &rig.task), PGTASK_OK);
}

static void follow(uint64_t task_id)
{
    open_watch(&(struct pgtask_watch_config){.task_id = task_id});
}

/* Percentages and steps are only counted, because there are many. */
static void keep(struct pgtask_event const *event)
{
    if (event->kind == PGTASK_EVENT_PROGRESSED) {
        assert_int_not_equal(event->before_percent, event->task->progress_percent);
        run.progressed++;
    } else if (event->kind == PGTASK_EVENT_STEP) {
        run.stepped++;
    } else {
        (void)strcat(run.told, pgtask_event_text(event->kind));
        (void)strcat(run.told, " ");
        assert_true(strlen(run.told) < sizeof run.told - 32);
    }
    if (event->kind == PGTASK_EVENT_ENDED) {
        run.took_s = event->took_s;
    }
}

/* Goes on for this time, or until the watch is done. */
static enum pgtask_error go_on(uint64_t time_ms)
{
    uint64_t const end_ms = now_ms() + time_ms;
    struct pgtask_event event;

    while (now_ms() < end_ms) {
        enum pgtask_error const error = pgtask_watch_next(&run.watch, &event);
        enum pgtask_interest interest;
        uint64_t until_ms = 0;

        if (error == PGTASK_OK) {
            keep(&event);
            continue;
        }
        if (error != PGTASK_WOULD_BLOCK) {
            return error;
        }
        interest = pgtask_watch_wait_for(&run.watch, &until_ms);
        if (interest != PGTASK_INTEREST_TIME) {
            rig.port.wait(rig.port.context, interest, until_ms);
        } else if (until_ms > run.begin_ms + now_ms()) {
            pass_ms(until_ms - run.begin_ms - now_ms());
        }
    }
    return PGTASK_WOULD_BLOCK;
}

static void assert_told(char const *words)
{
    assert_string_equal(run.told, words);
    run.told[0] = '\0';
}

#define MINUTES(count) ((uint64_t)(count)*60000)

static struct pgtask_watch_task const *first(void)
{
    return &run.watch.tasks[0];
}

static uint32_t requests(void)
{
    return pgtask_client_counters(&rig.client)->requests;
}

static void restore_that_succeeds_is_followed_to_its_end(void **state)
{
    (void)state;
    follow(start_task("{\"duration_s\":300}"));
    assert_int_equal(go_on(MINUTES(10)), PGTASK_DONE);
    assert_told("appeared ended ");
    assert_int_equal(first()->status, PGTASK_STATUS_SUCCESS);
    assert_int_equal(run.took_s, 300);
    assert_int_equal(run.stepped, 4);
    assert_in_range(run.progressed, 40, 60);
    assert_in_range(now_ms(), 299000, 330000); /* the start has whole seconds */
    /* a poll each 5 s, or an eighth earlier, and one more for each step */
    assert_in_range(requests(), 45, 300 / 4 + 8);
}

static void restore_that_fails_is_not_polled_after_its_end(void **state)
{
    uint32_t before;

    (void)state;
    follow(start_task("{\"duration_s\":100,\"outcome\":\"Fail\"}"));
    assert_int_equal(go_on(MINUTES(10)), PGTASK_DONE);
    assert_told("appeared ended ");
    assert_int_equal(first()->status, PGTASK_STATUS_FAIL);
    assert_int_equal(run.took_s, 60);
    before = requests();
    pass_ms(MINUTES(1000));
    assert_int_equal(go_on(MINUTES(1000)), PGTASK_DONE);
    assert_int_equal(requests(), before);
}

static void restore_that_waits_for_its_switch_is_followed_through_it(void **state)
{
    (void)state;
    follow(start_task("{\"duration_s\":600,\"outcome\":\"WaitSwitch\"}"));
    assert_int_equal(go_on(MINUTES(30)), PGTASK_DONE);
    assert_told("appeared wait_switch resumed ended ");
    assert_int_equal(first()->status, PGTASK_STATUS_SUCCESS);
    assert_int_equal(run.took_s, 960);
}

static void restore_that_pauses_needs_an_operator_and_goes_on_when_asked(void **state)
{
    (void)state;
    follow(start_task("{\"duration_s\":200,\"outcome\":\"Resume\"}"));
    assert_int_equal(go_on(MINUTES(3)), PGTASK_DONE);
    assert_told("appeared operator ");
    assert_int_equal(first()->status, PGTASK_STATUS_PAUSE);
    pass_ms(MINUTES(2));
    pgtask_watch_poll_now(&run.watch);
    assert_int_equal(go_on(MINUTES(10)), PGTASK_DONE);
    assert_told("resumed ended ");
}

static void instance_is_followed_through_pause_and_unknown_status(void **state)
{
    (void)state;
    (void)start_task(
        "{\"duration_s\":200,\"outcome\":\"Resume\",\"instance_id\":\"postgres-pause\"}");
    open_watch(&(struct pgtask_watch_config){.instance_id = "postgres-pause", .until_done = true});
    assert_int_equal(go_on(MINUTES(3)), PGTASK_DONE);
    assert_told("appeared operator ");
    pgtask_watch_close(&run.watch);
    (void)start_task(
        "{\"duration_s\":200,\"outcome\":\"Unknown\",\"instance_id\":\"postgres-odd\"}");
    open_watch(&(struct pgtask_watch_config){.instance_id = "postgres-odd", .until_done = true});
    assert_int_equal(go_on(MINUTES(2)), PGTASK_WOULD_BLOCK);
    assert_told("appeared unknown_status ");
    assert_string_equal(first()->status_text, "Rewinding");
    assert_int_equal(go_on(MINUTES(10)), PGTASK_DONE);
    assert_told("resumed ended ");
}

static void task_that_appears_late_is_waited_for(void **state)
{
    (void)state;
    follow(start_task("{\"duration_s\":300,\"appears_s\":40}"));
    assert_int_equal(go_on(38000), PGTASK_WOULD_BLOCK);
    assert_told("");
    assert_in_range(requests(), 6, 10);
    assert_int_equal(go_on(10000), PGTASK_WOULD_BLOCK);
    assert_told("appeared ");
}

static void task_that_never_appears_is_given_up_after_the_limit(void **state)
{
    (void)state;
    follow(424242);
    assert_int_equal(go_on(MINUTES(10)), PGTASK_DONE);
    assert_told("absent ");
    assert_in_range(now_ms(), 120000, 130000);
}

static void task_that_vanishes_is_reported(void **state)
{
    (void)state;
    follow(start_task("{\"duration_s\":300,\"vanishes_s\":100}"));
    assert_int_equal(go_on(MINUTES(10)), PGTASK_DONE);
    assert_told("appeared vanished ");
    assert_in_range(now_ms(), 98000, 130000);
}

/* Two hours of sleep: the clocks of both sides go on, and nobody calls the watch. */
static void device_that_slept_for_hours_polls_at_once(void **state)
{
    (void)state;
    follow(start_task("{\"duration_s\":10000}"));
    assert_int_equal(go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    assert_told("appeared ");
    pass_ms(MINUTES(120));
    assert_false(pgtask_watch_left(first(), run.begin_ms + now_ms()).known);
    assert_int_equal(go_on(1000), PGTASK_WOULD_BLOCK);
    assert_told("stale back ");
    assert_in_range(first()->progress_percent, 71, 73);
    assert_int_equal(go_on(MINUTES(60)), PGTASK_DONE);
    assert_told("ended ");
    assert_int_equal(run.took_s, 10000);
}

static void end_of_a_restore_during_sleep_is_reported_with_its_own_times(void **state)
{
    (void)state;
    follow(start_task("{\"duration_s\":600}"));
    assert_int_equal(go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    pass_ms(MINUTES(600));
    assert_int_equal(go_on(MINUTES(1)), PGTASK_DONE);
    assert_told("appeared stale ended back ");
    assert_int_equal(run.took_s, 600);
}

/* The simulator forgets its tasks, so the test makes the running one again. */
static void stop_and_start_of_the_service_is_trouble_and_then_well_again(void **state)
{
    uint64_t const task_id = start_task("{\"duration_s\":1000}");
    char members[128];
    char options[64];

    (void)state;
    follow(task_id);
    assert_int_equal(go_on(MINUTES(2)), PGTASK_WOULD_BLOCK);
    assert_told("appeared ");
    simulator_stop(&rig.simulator);
    (void)snprintf(options, sizeof options, "--tasks %d --port %u", CLIENT_TASKS,
                   (unsigned)rig.simulator.port_number);
    for (int poll = 0; poll < 1000 && !run.watch.troubled; poll++) {
        struct pgtask_event event;
        enum pgtask_error const error = pgtask_watch_next(&run.watch, &event);
        uint64_t until_ms;

        assert_true(error == PGTASK_OK || error == PGTASK_WOULD_BLOCK);
        if (error == PGTASK_OK) {
            keep(&event);
        } else if (pgtask_watch_wait_for(&run.watch, &until_ms) == PGTASK_INTEREST_TIME &&
                   until_ms > run.begin_ms + now_ms()) {
            rig.skew_ms += until_ms - run.begin_ms - now_ms();
        }
    }
    assert_told("trouble ");
    simulator_start_as(&rig.simulator, rig.certificates, "server", options);
    play("");
    (void)snprintf(members, sizeof members, "{\"task_id\":%u,\"age_s\":200,\"duration_s\":1000}",
                   (unsigned)task_id);
    assert_int_equal(start_task(members), task_id);
    assert_int_equal(go_on(MINUTES(2)), PGTASK_WOULD_BLOCK);
    assert_told("back ");
    assert_int_equal(go_on(MINUTES(20)), PGTASK_DONE);
    assert_told("ended ");
}

static void refusals_for_too_many_requests_are_sat_out(void **state)
{
    (void)state;
    follow(start_task("{\"duration_s\":1000}"));
    assert_int_equal(go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    assert_told("appeared ");
    play("\"error_code\":\"RequestLimitExceeded\"");
    assert_int_equal(go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    assert_memory_equal(run.told, "trouble ", strlen("trouble "));
    assert_int_equal(pgtask_client_failure(&rig.client)->error, PGTASK_ERROR_SERVICE);
    assert_null(strstr(run.told, "ended"));
    play("");
    run.told[0] = '\0';
    assert_int_equal(go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    assert_told("back ");
}

static void service_that_stays_down_is_polled_less_and_less_often(void **state)
{
    uint32_t before;

    (void)state;
    rig.config.retry.attempts = 1;
    client_open_again();
    follow(start_task("{\"duration_s\":10000}"));
    assert_int_equal(go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    play("\"answer\":\"status_503\"");
    before = requests();
    assert_int_equal(go_on(MINUTES(30)), PGTASK_WOULD_BLOCK);
    assert_non_null(strstr(run.told, "stale "));
    /* after 5, 10, 20, 40 and then each 60 s, give or take an eighth */
    assert_in_range(requests() - before, 26, 38);
}

/*
 * It runs in real time, for longer than the rate limit looks back. It is the first test, because
 * the limit counts the requests of all tests.
 */
static void watch_never_asks_faster_than_the_service_allows(void **state)
{
    struct pgtask_event event;
    uint64_t until_ms;

    (void)state;
    simulator_play(&rig.simulator, "{\"rate_per_s\":20}");
    open_watch(&(struct pgtask_watch_config){
        .instance_id = "postgres-nobody", .active_ms = 1, .idle_ms = 1});
    while (now_ms() < 2500) {
        enum pgtask_interest interest;

        assert_int_equal(pgtask_watch_next(&run.watch, &event), PGTASK_WOULD_BLOCK);
        interest = pgtask_watch_wait_for(&run.watch, &until_ms);
        rig.port.wait(rig.port.context, interest, until_ms);
    }
    assert_int_equal(pgtask_client_counters(&rig.client)->retries, 0);
    assert_in_range(requests(), 15, 48);
}

static void hundred_tasks_cost_two_pages_a_poll(void **state)
{
    enum { TASKS = 100 };

    (void)state;
    for (int i = 0; i < TASKS; i++) {
        (void)start_task("{\"duration_s\":100000,\"instance_id\":\"postgres-many\"}");
    }
    (void)start_task("{\"duration_s\":100,\"outcome\":\"Fail\",\"task_type\":\"CloneInstance\","
                     "\"age_s\":90,\"instance_id\":\"postgres-many\"}");
    open_watch(&(struct pgtask_watch_config){.instance_id = "postgres-many",
                                             .task_types = PGTASK_WATCH_RESTORES});
    assert_int_equal(go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    assert_told("appeared appeared appeared appeared appeared appeared appeared appeared ");
    assert_int_equal(run.watch.overflow, TASKS - 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(run.watch.tasks[i].type, PGTASK_TASK_TYPE_RESTORE_DATABASE);
    }
    assert_in_range(requests(), 2 * 9, 2 * 15); /* 101 are two pages */
}

static void quiet_instance_costs_one_small_page_a_poll(void **state)
{
    uint64_t bytes;
    uint32_t before;

    (void)state;
    open_watch(&(struct pgtask_watch_config){.instance_id = "postgres-1000063z"});
    assert_int_equal(go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    bytes = pgtask_client_counters(&rig.client)->bytes_received;
    before = requests();
    assert_int_equal(go_on(MINUTES(10)), PGTASK_WOULD_BLOCK);
    assert_in_range(requests() - before, 9, 12);
    bytes = pgtask_client_counters(&rig.client)->bytes_received - bytes;
    assert_in_range(bytes, 1, 5000 * (requests() - before));
}

static void watch_of_restores_passes_over_other_types(void **state)
{
    (void)state;
    (void)start_task("{\"duration_s\":60,\"task_type\":\"CloneInstance\","
                     "\"instance_id\":\"postgres-types\"}");
    open_watch(&(struct pgtask_watch_config){.instance_id = "postgres-types",
                                             .task_types = PGTASK_WATCH_RESTORES});
    assert_int_equal(go_on(MINUTES(2)), PGTASK_WOULD_BLOCK);
    assert_told("");
    (void)start_task("{\"duration_s\":60,\"instance_id\":\"postgres-types\"}");
    assert_int_equal(go_on(MINUTES(4)), PGTASK_WOULD_BLOCK);
    assert_told("appeared ended ");
    assert_int_equal(run.watch.overflow, 0);
}

static void time_left_of_a_restore_holds_what_it_says(void **state)
{
    unsigned said = 0;

    (void)state;
    follow(start_task("{\"duration_s\":400}"));
    while (go_on(10000) == PGTASK_WOULD_BLOCK) {
        struct pgtask_watch_left const left = pgtask_watch_left(first(), run.begin_ms + now_ms());
        uint64_t const now_s = now_ms() / 1000;

        if (left.known) {
            said++;
            /* The task may have begun up to a second before the watch, and the watch may not have
             * seen its end yet. */
            assert_in_range(now_s < 400 ? 400 - now_s : 0, left.least_s, left.most_s + 1);
        }
    }
    assert_in_range(said, 20, 38);
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
        (void)start_task(members);
        run.fast_s = fast_s[i];
        pass_ms(0);
        open_watch(&(struct pgtask_watch_config){.instance_id = instance});
        assert_int_equal(go_on(1000), PGTASK_WOULD_BLOCK);
        assert_told("appeared ");
        assert_int_equal(run.watch.poll, polls[i]);
        (void)tear_down(state);
        (void)set_up(state);
    }
}

#define WATCH_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        WATCH_TEST(watch_never_asks_faster_than_the_service_allows),
        WATCH_TEST(restore_that_succeeds_is_followed_to_its_end),
        WATCH_TEST(restore_that_fails_is_not_polled_after_its_end),
        WATCH_TEST(restore_that_waits_for_its_switch_is_followed_through_it),
        WATCH_TEST(restore_that_pauses_needs_an_operator_and_goes_on_when_asked),
        WATCH_TEST(instance_is_followed_through_pause_and_unknown_status),
        WATCH_TEST(task_that_appears_late_is_waited_for),
        WATCH_TEST(task_that_never_appears_is_given_up_after_the_limit),
        WATCH_TEST(task_that_vanishes_is_reported),
        WATCH_TEST(device_that_slept_for_hours_polls_at_once),
        WATCH_TEST(end_of_a_restore_during_sleep_is_reported_with_its_own_times),
        WATCH_TEST(stop_and_start_of_the_service_is_trouble_and_then_well_again),
        WATCH_TEST(refusals_for_too_many_requests_are_sat_out),
        WATCH_TEST(service_that_stays_down_is_polled_less_and_less_often),
        WATCH_TEST(hundred_tasks_cost_two_pages_a_poll),
        WATCH_TEST(quiet_instance_costs_one_small_page_a_poll),
        WATCH_TEST(watch_of_restores_passes_over_other_types),
        WATCH_TEST(time_left_of_a_restore_holds_what_it_says),
        WATCH_TEST(fast_or_slow_clock_hides_no_running_task),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
