/* SPDX-License-Identifier: MIT */
/* The time left: the test knows when a task will end, and compares what the watch says. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watch_script.h"

static struct pgtask_watch_left left(void)
{
    return pgtask_watch_left(script_followed(1), script.now_ms);
}

static void assert_unknown(void)
{
    struct pgtask_watch_left const known = left();

    assert_false(known.known);
    assert_int_equal(known.least_s, 0);
    assert_int_equal(known.most_s, 0);
}

static void assert_left(uint32_t least_s, uint32_t most_s)
{
    assert_true(left().known);
    assert_int_equal(left().least_s, least_s);
    assert_int_equal(left().most_s, most_s);
}

/* Lets the next poll see this percentage. Polls are 5 s apart. */
static void see(int percent)
{
    script_set(1, PGTASK_STATUS_RUNNING, percent);
    script_poll();
}

/* Lets each of `count` polls see one percent more. */
static void rise(int from_percent, int count)
{
    for (int i = 0; i < count; i++) {
        see(from_percent + i);
    }
}

/*
 * With 1 percent each 5 s since the start, the other 80 percent take 400 s. The long view has 20
 * percent in 100 s. It may truly be 21 percent in 99 s with 79 left, or 19 in 101 s with 80 left:
 * 372.4 to 425.3 s. The short view has 7 percent in 35 s, which may be 8 or 6: 34 * 79 / 8 = 335.8
 * to 36 * 80 / 6 = 480 s. The last second may have just begun.
 */
static void even_pace_gives_the_time_left_as_well_as_whole_percentages_can_tell(void **state)
{
    (void)state;
    script_open_task();
    rise(0, 21);
    assert_int_equal(script.now_ms, SCRIPT_BEGIN_MS + 100000);
    assert_left(335, 481);
    script.now_ms += 3000;
    assert_left(332, 478);
}

static void truth_lies_within_the_range_at_any_even_pace(void **state)
{
    static uint64_t const ms_a_percent[] = {1300, 2500, 5000, 7000, 11000, 36000, 360000};

    for (size_t i = 0; i < sizeof ms_a_percent / sizeof ms_a_percent[0]; i++) {
        uint64_t const end_ms = SCRIPT_BEGIN_MS + 100 * ms_a_percent[i];
        unsigned said = 0;
        unsigned polls = 0;

        (void)script_set_up(state);
        (void)script_task(1);
        script_open_task();
        while (script.now_ms < end_ms) {
            uint64_t truth_s = (end_ms - script.now_ms) / 1000;
            uint64_t until_ms;

            script_set(1, PGTASK_STATUS_RUNNING,
                       (int)((script.now_ms - SCRIPT_BEGIN_MS) / ms_a_percent[i]));
            script_turn();
            polls++;
            if (left().known) {
                said++;
                assert_in_range(truth_s, left().least_s, left().most_s);
            }
            (void)pgtask_watch_wait_for(&script.watch, &until_ms);
            script.now_ms = until_ms;
        }
        assert_true(said * 4 > polls * 3);
    }
}

static void time_left_is_unknown_before_the_third_move(void **state)
{
    (void)state;
    script_open_task();
    see(10);
    assert_unknown();
    see(11);
    assert_unknown();
    see(12);
    assert_unknown();
    see(13);
    assert_true(left().known);
}

/* The task makes 77 percent in its first 240 s, then 1 percent each 5 s. */
static void task_seen_late_has_the_pace_of_its_whole_run_and_of_its_last_moves(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = SCRIPT_UNIX_S - 240;
    script_open_task();
    rise(77, 4); /* at 80 percent after 240 + 15 s; 2 percent in the 10 s since the first move */
    /* since the start, 81 percent and 19 left: 254 * 19 / 81 = 59.6 s */
    /* of late, 3 percent and 19 left, or 1 and 20: 9 * 19 / 3 = 57 s, 11 * 20 / 1 = 220 s */
    assert_left(57, 221);
}

/* The task makes 1 percent in each of ten polls, then 1 percent each 30 s. */
static void task_that_slows_down_widens_the_range(void **state)
{
    (void)state;
    script_open_task();
    rise(0, 11);
    for (int percent = 11; percent <= 20; percent++) {
        for (int poll = 0; poll < 5; poll++) {
            see(percent - 1);
        }
        see(percent);
    }
    assert_int_equal(script.now_ms, SCRIPT_BEGIN_MS + 350000);
    /* the whole run, 21 percent and 79 left: 349 * 79 / 21 = 1312.9 s */
    /* the last seven moves of 30 s, 6 percent and 80 left: 211 * 80 / 6 = 2813.3 s */
    assert_left(1312, 2814);
}

/* The watch sees the task from 50 percent on, and does not know its start. */
static void assert_counts_from_the_first_move(void)
{
    script_open_task();
    rise(50, 11);
    /* since the first move, 9 percent in 45 s: 44 * 39 / 10 = 171.6 s, 46 * 40 / 8 = 230 s */
    /* the last five moves: 24 * 39 / 6 = 156 s, 26 * 40 / 4 = 260 s */
    assert_left(156, 261);
}

static void task_with_an_unknown_start_counts_from_its_first_move(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = PGTASK_TIME_UNKNOWN;
    assert_counts_from_the_first_move();
}

static void start_in_the_future_counts_as_unknown(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = SCRIPT_UNIX_S + 60;
    assert_counts_from_the_first_move();
}

static void board_without_a_clock_counts_from_the_first_move(void **state)
{
    (void)state;
    script.no_unix_time = true;
    (void)script_task(1);
    assert_counts_from_the_first_move();
}

static void time_left_is_unknown_while_a_task_does_not_run(void **state)
{
    static enum pgtask_status const statuses[] = {PGTASK_STATUS_WAIT_SWITCH, PGTASK_STATUS_PAUSE,
                                                  PGTASK_STATUS_UNKNOWN, PGTASK_STATUS_SUCCESS,
                                                  PGTASK_STATUS_FAIL};

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        (void)script_set_up(state);
        script_open_instance();
        rise(0, 21);
        script_set(1, statuses[i], 20);
        script_poll();
        assert_unknown();
    }
}

static void time_left_is_unknown_for_a_task_that_has_vanished(void **state)
{
    (void)state;
    script_open_instance();
    rise(0, 21);
    script_drop(1);
    script_poll();
    assert_true(script_followed(1)->vanished);
    assert_unknown();
}

static void time_left_is_unknown_at_100_percent(void **state)
{
    (void)state;
    script_open_task();
    rise(90, 11);
    assert_unknown();
}

/* The longest pause was 5 s. */
static void time_left_is_unknown_after_three_times_the_longest_pause(void **state)
{
    (void)state;
    script_open_task();
    rise(0, 21);
    script.now_ms += 15000;
    assert_true(left().known);
    script.now_ms += 1000;
    assert_unknown();
}

/* The last seven moves took 35 s: the last percent should have taken 35 / 6 = 5.8 s. */
static void time_left_is_unknown_when_the_task_is_overdue(void **state)
{
    (void)state;
    script_open_task();
    rise(79, 21);
    script.now_ms += 5000;
    assert_true(left().known);
    script.now_ms += 9000;
    assert_unknown();
}

/* The task stands at 20 percent, and its pace starts again. */
static void assert_counts_anew(void)
{
    see(20);
    assert_unknown();
    see(21);
    assert_unknown();
    rise(22, 9);
    /* since the first move, 9 percent in 45 s: 44 * 69 / 10 = 303.6 s, 46 * 70 / 8 = 402.5 s */
    /* the last five moves: 24 * 69 / 6 = 276 s, 26 * 70 / 4 = 455 s */
    assert_left(276, 456);
}

static void wait_for_the_switch_does_not_count_as_work(void **state)
{
    (void)state;
    script_open_task();
    rise(0, 21);
    script_set(1, PGTASK_STATUS_WAIT_SWITCH, 20);
    script_poll();
    script_run(UINT64_C(2) * 86400 * 1000);
    assert_counts_anew();
}

static void percentage_that_falls_starts_the_pace_again(void **state)
{
    (void)state;
    script_open_task();
    rise(60, 20);
    assert_counts_anew();
}

static void task_that_comes_back_starts_the_pace_again(void **state)
{
    (void)state;
    script_open_instance();
    rise(0, 21);
    script.empty_polls = 3;
    script_poll();
    assert_true(script_followed(1)->vanished);
    script_run(UINT64_C(3600) * 1000);
    assert_false(script_followed(1)->vanished);
    see(20);
    assert_counts_anew();
}

static void percentage_that_is_missing_starts_the_pace_again(void **state)
{
    (void)state;
    script_open_task();
    rise(60, 20);
    see(PGTASK_PERCENT_UNKNOWN);
    assert_unknown();
    see(90);
    assert_unknown();
    rise(91, 3);
    assert_true(left().known);
}

/* The device is awake for 100 s, and sleeps for an hour in which the task makes 50 percent. */
static void time_left_is_right_after_an_hour_of_sleep(void **state)
{
    (void)state;
    script_open_task();
    rise(0, 21);
    script.now_ms += 3600000;
    assert_unknown();
    script_set(1, PGTASK_STATUS_RUNNING, 70);
    script_turn();
    /* the whole run: 3699 * 29 / 71 = 1510.9 s and 3701 * 30 / 69 = 1609.1 s */
    /* four moves, of 3 and of 50 percent: 3614 * 29 / 54 = 1940.9 s, 3616 * 30 / 52 = 2086.2 s */
    assert_left(1510, 2087);
}

static void clock_of_the_caller_may_lag_behind_the_watch(void **state)
{
    struct pgtask_watch_left early;

    (void)state;
    script_open_task();
    rise(0, 21);
    early = pgtask_watch_left(script_followed(1), script.now_ms - 2000);
    assert_true(early.known);
    assert_int_equal(early.least_s, 335);
    assert_int_equal(early.most_s, 481);
}

static void free_slot_has_no_time_left(void **state)
{
    struct pgtask_watch_task const none = {.task_id = 0};

    (void)state;
    assert_false(pgtask_watch_left(&none, 12345).known);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(even_pace_gives_the_time_left_as_well_as_whole_percentages_can_tell,
                               script_set_up),
        cmocka_unit_test_setup(truth_lies_within_the_range_at_any_even_pace, script_set_up),
        cmocka_unit_test_setup(time_left_is_unknown_before_the_third_move, script_set_up),
        cmocka_unit_test_setup(task_seen_late_has_the_pace_of_its_whole_run_and_of_its_last_moves,
                               script_set_up),
        cmocka_unit_test_setup(task_that_slows_down_widens_the_range, script_set_up),
        cmocka_unit_test_setup(task_with_an_unknown_start_counts_from_its_first_move,
                               script_set_up),
        cmocka_unit_test_setup(start_in_the_future_counts_as_unknown, script_set_up),
        cmocka_unit_test_setup(board_without_a_clock_counts_from_the_first_move, script_set_up),
        cmocka_unit_test_setup(time_left_is_unknown_while_a_task_does_not_run, script_set_up),
        cmocka_unit_test_setup(time_left_is_unknown_for_a_task_that_has_vanished, script_set_up),
        cmocka_unit_test_setup(time_left_is_unknown_at_100_percent, script_set_up),
        cmocka_unit_test_setup(time_left_is_unknown_after_three_times_the_longest_pause,
                               script_set_up),
        cmocka_unit_test_setup(time_left_is_unknown_when_the_task_is_overdue, script_set_up),
        cmocka_unit_test_setup(wait_for_the_switch_does_not_count_as_work, script_set_up),
        cmocka_unit_test_setup(percentage_that_falls_starts_the_pace_again, script_set_up),
        cmocka_unit_test_setup(task_that_comes_back_starts_the_pace_again, script_set_up),
        cmocka_unit_test_setup(percentage_that_is_missing_starts_the_pace_again, script_set_up),
        cmocka_unit_test_setup(time_left_is_right_after_an_hour_of_sleep, script_set_up),
        cmocka_unit_test_setup(clock_of_the_caller_may_lag_behind_the_watch, script_set_up),
        cmocka_unit_test_setup(free_slot_has_no_time_left, script_set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
