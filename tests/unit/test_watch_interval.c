/* SPDX-License-Identifier: MIT */
/* When a watch polls. The times are the defaults of the header: 5 s and 60 s. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watch_script.h"

#define HOUR_MS UINT64_C(3600000)

/* @return milliseconds between a poll and the one before; the first poll is number 0 */
static uint64_t gap_ms(unsigned number)
{
    assert_in_range(number, 1, script.polls - 1);
    return script.poll_ms[number] - script.poll_ms[number - 1];
}

static uint64_t last_gap_ms(void)
{
    return gap_ms(script.polls - 1);
}

static void first_poll_begins_at_once(void **state)
{
    (void)state;
    script_open_task();
    script_turn();
    assert_int_equal(script.polls, 1);
    assert_int_equal(script.poll_ms[0], 0);
}

static void task_that_moves_is_polled_each_5_s(void **state)
{
    (void)state;
    script_open_task();
    (void)script_task(1);
    for (int percent = 0; percent <= 90; percent++) {
        script_set(1, PGTASK_STATUS_RUNNING, percent);
        script_poll();
        assert_true(percent == 0 || last_gap_ms() == 5000);
    }
    assert_int_equal(script.polls, 91);
}

static void instance_where_nothing_runs_is_polled_each_60_s(void **state)
{
    (void)state;
    script_open_instance();
    script_run(HOUR_MS - 1);
    assert_int_equal(script.polls, 60);
    assert_int_equal(last_gap_ms(), 60000);
}

static void tasks_that_wait_or_have_ended_are_polled_each_60_s(void **state)
{
    static enum pgtask_status const statuses[] = {PGTASK_STATUS_WAIT_SWITCH, PGTASK_STATUS_PAUSE,
                                                  PGTASK_STATUS_SUCCESS, PGTASK_STATUS_FAIL};

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        (void)script_set_up(state);
        script_open_instance();
        script_set(1, statuses[i], 50);
        script_poll();
        script_poll();
        assert_int_equal(last_gap_ms(), 60000);
    }
}

static void one_task_that_moves_among_others_keeps_the_watch_quick(void **state)
{
    (void)state;
    script_open_instance();
    script_set(1, PGTASK_STATUS_PAUSE, 50);
    script_set(2, PGTASK_STATUS_FAIL, 50);
    script_set(3, PGTASK_STATUS_UNKNOWN, 50);
    script_poll();
    script_poll();
    assert_int_equal(last_gap_ms(), 5000);
}

/* The wait is a twelfth of the time without a move: 5 s up to a minute, 60 s after 12 minutes. */
static void task_that_stands_still_is_polled_less_often(void **state)
{
    (void)state;
    script_open_task();
    (void)script_task(1);
    script_poll();
    while (script.now_ms - SCRIPT_BEGIN_MS < HOUR_MS) {
        uint64_t const still_ms = script.now_ms - SCRIPT_BEGIN_MS;
        uint64_t const expected_ms = still_ms <= 60000    ? 5000
                                     : still_ms >= 720000 ? 60000
                                                          : still_ms / 12;

        script_poll();
        assert_in_range(last_gap_ms(), expected_ms - 90,
                        expected_ms + 90); /* the time has whole seconds */
    }
    script_set(1, PGTASK_STATUS_RUNNING, 1);
    script_poll();
    script_poll();
    assert_int_equal(last_gap_ms(), 5000);
}

/* The time has more milliseconds than 32 bits hold. */
static void task_that_stands_still_for_weeks_is_polled_each_60_s(void **state)
{
    (void)state;
    script_open_task();
    (void)script_task(1);
    script_poll();
    script.now_ms += UINT64_C(4295000) * 1000;
    script_poll();
    script_poll();
    assert_int_equal(last_gap_ms(), 60000);
}

static void change_is_followed_by_one_poll_at_once_and_then_the_usual(void **state)
{
    (void)state;
    script_open_instance();
    script_set(1, PGTASK_STATUS_RUNNING, 1);
    script_poll();
    script_set(1, PGTASK_STATUS_WAIT_SWITCH, 1);
    script_poll();
    assert_int_equal(script.polls, 3);
    assert_int_equal(gap_ms(1), 5000);
    assert_int_equal(gap_ms(2), 0);
    script_poll();
    assert_int_equal(gap_ms(3), 60000);
    script_set(2, PGTASK_STATUS_RUNNING, 1); /* a new task */
    script_poll();
    assert_int_equal(gap_ms(5), 0);
    script_poll();
    assert_int_equal(gap_ms(6), 5000);
}

static void percentage_alone_is_not_followed_by_a_poll_at_once(void **state)
{
    (void)state;
    script_open_task();
    (void)script_task(1);
    script_poll();
    script_set(1, PGTASK_STATUS_RUNNING, 33);
    script_poll();
    assert_int_equal(script.polls, 2);
    script_poll();
    assert_int_equal(last_gap_ms(), 5000);
}

static void first_answer_is_not_followed_by_a_poll_at_once(void **state)
{
    (void)state;
    script_open_instance();
    script_set(1, PGTASK_STATUS_RUNNING, 1);
    script_set(2, PGTASK_STATUS_FAIL, 1);
    script_poll();
    assert_int_equal(script.polls, 1);
}

/* The step changes with each poll. */
static void polls_at_once_never_come_twice_in_a_row(void **state)
{
    struct pgtask_event event;
    enum pgtask_error error;

    (void)state;
    script_open_task();
    (void)script_task(1);
    for (unsigned turn = 0; script.polls < 100; turn++) {
        uint64_t until_ms = 0;

        script_task(1)->current_step[0] = (char)('A' + script.polls % 26);
        error = pgtask_watch_next(&script.watch, &event);
        assert_true(error == PGTASK_OK || error == PGTASK_WOULD_BLOCK);
        assert_in_range(turn, 0, 1000);
        if (error == PGTASK_WOULD_BLOCK) {
            (void)pgtask_watch_wait_for(&script.watch, &until_ms);
            script.now_ms = until_ms > script.now_ms ? until_ms : script.now_ms;
        }
    }
    for (unsigned number = 2; number < 100; number++) {
        assert_int_equal(gap_ms(number) + gap_ms(number - 1), 5000);
    }
}

static void failed_polls_are_repeated_after_growing_waits(void **state)
{
    static uint64_t const waits_ms[] = {5000, 10000, 20000, 40000, 60000, 60000, 60000};

    (void)state;
    script.error = PGTASK_ERROR_CONNECT;
    script_open_instance();
    script_poll();
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        script_poll();
        assert_int_equal(last_gap_ms(), waits_ms[i]);
    }
    script.error = PGTASK_OK;
    script_poll();
    script.error = PGTASK_ERROR_CONNECT;
    script_poll();
    script_poll();
    assert_int_equal(last_gap_ms(), 5000);
}

static void failures_for_a_year_leave_the_wait_at_60_s(void **state)
{
    (void)state;
    script.error = PGTASK_ERROR_CONNECT;
    script_open_instance();
    script_poll();
    script.watch.failed_polls = UINT32_MAX - 1;
    script_poll();
    script_poll();
    assert_int_equal(last_gap_ms(), 60000);
}

static void waits_vary_by_an_eighth_either_way(void **state)
{
    static struct {
        uint32_t chance;
        uint64_t gap_ms;
    } const cases[] = {{0, 52500}, {UINT32_C(1) << 31, 60000}, {UINT32_MAX, 67500}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)script_set_up(state);
        script.chance = cases[i].chance;
        script_open_instance();
        script_poll();
        script_poll();
        assert_int_equal(last_gap_ms(), cases[i].gap_ms);
    }
}

static void random_waits_stay_within_their_bounds_and_use_them(void **state)
{
    uint64_t least_ms = UINT64_MAX;
    uint64_t most_ms = 0;
    uint64_t sum_ms = 0;

    (void)state;
    script.chance_fixed = false;
    script.chance = 20240927;
    script_open_instance();
    script_poll();
    for (int i = 0; i < 2000; i++) {
        script_poll();
        least_ms = last_gap_ms() < least_ms ? last_gap_ms() : least_ms;
        most_ms = last_gap_ms() > most_ms ? last_gap_ms() : most_ms;
        sum_ms += last_gap_ms();
    }
    assert_in_range(least_ms, 52500, 53000);
    assert_in_range(most_ms, 67000, 67500);
    assert_in_range(sum_ms / 2000, 59500, 60500);
}

/* 100 devices get their power back at the same moment. The test looks at the minute after 30 polls
 * of each. */
static void fleet_that_starts_together_falls_out_of_step(void **state)
{
    enum { DEVICES = 100, SECONDS = 60 };
    unsigned polls_in_second[SECONDS] = {0};

    for (uint32_t device = 0; device < DEVICES; device++) {
        (void)script_set_up(state);
        script.chance_fixed = false;
        script.chance = device * 2654435761u;
        script_open_instance();
        for (int i = 0; i < 30; i++) {
            script_poll();
        }
        polls_in_second[script.poll_ms[29] / 1000 % SECONDS]++;
    }
    for (int second = 0; second < SECONDS; second++) {
        assert_in_range(polls_in_second[second], 0, 12); /* in step there would be 100 */
    }
}

static void two_watches_do_not_stay_in_step(void **state)
{
    uint64_t first[200];
    unsigned together = 0;

    for (uint32_t device = 0; device < 2; device++) {
        (void)script_set_up(state);
        script.chance_fixed = false;
        script.chance = device + 1;
        script_open_instance();
        for (int i = 0; i < 200; i++) {
            script_poll();
            if (device == 0) {
                first[i] = script.poll_ms[i];
            } else {
                together += script.poll_ms[i] / 1000 == first[i] / 1000;
            }
        }
    }
    assert_in_range(together, 1, 20); /* both watches make the first poll */
}

static void device_without_random_bytes_polls_too(void **state)
{
    (void)state;
    script.no_entropy = true;
    script_open_instance();
    script_run(HOUR_MS);
    assert_in_range(script.polls, 53, 69);
}

static void times_that_are_set_are_kept(void **state)
{
    (void)state;
    script_open(&(struct pgtask_watch_config){
        .instance_id = SCRIPT_INSTANCE, .active_ms = 1000, .idle_ms = 9000, .stale_ms = 9500});
    script_poll();
    script_poll();
    assert_int_equal(last_gap_ms(), 9000);
    (void)script_task(1);
    script_poll();
    script_poll();
    assert_int_equal(last_gap_ms(), 1000);
}

static void times_left_open_follow_those_that_are_set(void **state)
{
    (void)state;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .active_ms = 600000});
    script_poll();
    script_poll();
    assert_int_equal(last_gap_ms(), 600000);
    script.error = PGTASK_ERROR_RESET;
    script_run(HOUR_MS / 2 - 1);
    assert_false(script.watch.stale);
    script_run(1);
    assert_true(script.watch.stale);
}

static void wait_between_polls_is_only_for_the_time_of_the_next_one(void **state)
{
    uint64_t until_ms = 0;

    (void)state;
    script_open_instance();
    script.interest = PGTASK_INTEREST_READ;
    script_poll();
    assert_int_equal(pgtask_watch_wait_for(&script.watch, &until_ms), PGTASK_INTEREST_TIME);
    assert_int_equal(until_ms, script.now_ms + 60000);
    script.now_ms += 59999;
    script_turn();
    assert_int_equal(script.polls, 1);
    script.now_ms += 1;
    script_turn();
    assert_int_equal(script.polls, 2);
}

static void wait_ends_when_the_watch_becomes_stale(void **state)
{
    uint64_t until_ms = 0;

    (void)state;
    script_open_instance();
    script.blocked = true;
    script.until_ms = UINT64_MAX;
    script_turn();
    (void)pgtask_watch_wait_for(&script.watch, &until_ms);
    assert_int_equal(until_ms, SCRIPT_BEGIN_MS + 180000);
}

static void poll_on_demand_begins_at_once(void **state)
{
    (void)state;
    script_open_instance();
    script_poll();
    script.now_ms += 1234;
    pgtask_watch_poll_now(&script.watch);
    script_turn();
    assert_int_equal(script.poll_ms[1], 1234);
    script_poll();
    assert_int_equal(last_gap_ms(), 60000);
}

static void poll_on_demand_restarts_a_poll_that_hangs(void **state)
{
    (void)state;
    script_open_instance();
    script.blocked = true;
    script.until_ms = UINT64_MAX;
    script_turn();
    script.blocked = false;
    script.now_ms += 800;
    pgtask_watch_poll_now(&script.watch);
    script_turn();
    assert_int_equal(script.polls, 2);
    assert_int_equal(script.poll_ms[1], 800);
    assert_true(script.watch.answered);
}

static void poll_on_demand_forgets_the_growing_waits(void **state)
{
    (void)state;
    script.error = PGTASK_ERROR_CONNECT;
    script_open_instance();
    script_run(HOUR_MS);
    pgtask_watch_poll_now(&script.watch);
    script_turn();
    script_poll();
    assert_int_equal(last_gap_ms(), 5000);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(first_poll_begins_at_once, script_set_up),
        cmocka_unit_test_setup(task_that_moves_is_polled_each_5_s, script_set_up),
        cmocka_unit_test_setup(instance_where_nothing_runs_is_polled_each_60_s, script_set_up),
        cmocka_unit_test_setup(tasks_that_wait_or_have_ended_are_polled_each_60_s, script_set_up),
        cmocka_unit_test_setup(one_task_that_moves_among_others_keeps_the_watch_quick,
                               script_set_up),
        cmocka_unit_test_setup(task_that_stands_still_is_polled_less_often, script_set_up),
        cmocka_unit_test_setup(task_that_stands_still_for_weeks_is_polled_each_60_s, script_set_up),
        cmocka_unit_test_setup(change_is_followed_by_one_poll_at_once_and_then_the_usual,
                               script_set_up),
        cmocka_unit_test_setup(percentage_alone_is_not_followed_by_a_poll_at_once, script_set_up),
        cmocka_unit_test_setup(first_answer_is_not_followed_by_a_poll_at_once, script_set_up),
        cmocka_unit_test_setup(polls_at_once_never_come_twice_in_a_row, script_set_up),
        cmocka_unit_test_setup(failed_polls_are_repeated_after_growing_waits, script_set_up),
        cmocka_unit_test_setup(failures_for_a_year_leave_the_wait_at_60_s, script_set_up),
        cmocka_unit_test_setup(waits_vary_by_an_eighth_either_way, script_set_up),
        cmocka_unit_test_setup(random_waits_stay_within_their_bounds_and_use_them, script_set_up),
        cmocka_unit_test_setup(fleet_that_starts_together_falls_out_of_step, script_set_up),
        cmocka_unit_test_setup(two_watches_do_not_stay_in_step, script_set_up),
        cmocka_unit_test_setup(device_without_random_bytes_polls_too, script_set_up),
        cmocka_unit_test_setup(times_that_are_set_are_kept, script_set_up),
        cmocka_unit_test_setup(times_left_open_follow_those_that_are_set, script_set_up),
        cmocka_unit_test_setup(wait_between_polls_is_only_for_the_time_of_the_next_one,
                               script_set_up),
        cmocka_unit_test_setup(wait_ends_when_the_watch_becomes_stale, script_set_up),
        cmocka_unit_test_setup(poll_on_demand_begins_at_once, script_set_up),
        cmocka_unit_test_setup(poll_on_demand_restarts_a_poll_that_hangs, script_set_up),
        cmocka_unit_test_setup(poll_on_demand_forgets_the_growing_waits, script_set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
