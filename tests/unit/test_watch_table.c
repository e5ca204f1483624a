/* SPDX-License-Identifier: MIT */
/* Which tasks of an instance are followed, which have a place, and what is asked for. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watch_script.h"

#define DAY_S INT64_C(86400)

static void make(uint64_t task_id, enum pgtask_status status, int64_t start_s, int64_t end_s)
{
    script_set(task_id, status, 50);
    script_task(task_id)->start_unix_s = SCRIPT_UNIX_S + start_s;
    script_task(task_id)->end_unix_s = SCRIPT_UNIX_S + end_s;
}

static void make_running(uint64_t task_id, int64_t start_s)
{
    make(task_id, PGTASK_STATUS_RUNNING, start_s, 0);
    script_task(task_id)->end_unix_s = PGTASK_TIME_UNKNOWN;
}

/* Asserts the ids of the table, in order, closed by 0. */
static void assert_table(unsigned first, ...)
{
    va_list ids;
    unsigned at = 0;

    va_start(ids, first);
    for (unsigned id = first; id != 0; id = va_arg(ids, unsigned)) {
        assert_int_equal(script.watch.tasks[at++].task_id, id);
    }
    va_end(ids);
    assert_true(at == PGTASK_WATCH_TASKS || script.watch.tasks[at].task_id == 0);
}

static unsigned count_events(enum pgtask_event_kind kind)
{
    unsigned count = 0;

    for (unsigned i = 0; i < script.count; i++) {
        count += script.events[i].kind == kind;
    }
    return count;
}

static void urgency_orders_what_needs_a_person(void **state)
{
    static struct pgtask_watch_task const by_urgency[] = {
        {.task_id = 1, .status = PGTASK_STATUS_FAIL},
        {.task_id = 1, .status = PGTASK_STATUS_PAUSE},
        {.task_id = 1, .status = PGTASK_STATUS_UNKNOWN},
        {.task_id = 1, .status = PGTASK_STATUS_RUNNING},
        {.task_id = 1, .status = PGTASK_STATUS_WAIT_SWITCH},
        {.task_id = 1, .status = PGTASK_STATUS_SUCCESS},
        {.task_id = 0, .status = PGTASK_STATUS_FAIL},
    };
    struct pgtask_watch_task const vanished = {
        .task_id = 1, .status = PGTASK_STATUS_RUNNING, .vanished = true};

    (void)state;
    for (size_t i = 1; i < sizeof by_urgency / sizeof by_urgency[0]; i++) {
        assert_true(pgtask_watch_urgency(&by_urgency[i - 1]) >
                    pgtask_watch_urgency(&by_urgency[i]));
    }
    assert_int_equal(pgtask_watch_urgency(&by_urgency[6]), 0);
    assert_int_equal(pgtask_watch_urgency(&vanished), pgtask_watch_urgency(&by_urgency[2]));
}

static void most_urgent_8_of_100_are_kept_and_the_others_counted(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 100; id++) {
        make_running(id, -100);
    }
    script_set(30, PGTASK_STATUS_FAIL, 1);
    script_set(60, PGTASK_STATUS_PAUSE, 1);
    script_set(99, PGTASK_STATUS_WAIT_SWITCH, 1);
    script_set(100, PGTASK_STATUS_FAIL, 1);
    script_open_instance();
    script_poll();
    assert_int_equal(PGTASK_WATCH_TASKS, 8);
    assert_int_equal(script.watch.overflow, 92);
    assert_true(script.watch.overflow_live);
    assert_table(30, 100, 60, 1, 2, 3, 4, 5, 0);
    script.count = 0;
    script_run(60000);
    assert_int_equal(script.watch.overflow, 92);
    script_assert_events(END); /* nobody comes and goes among equals */
}

static void place_of_a_task_that_succeeds_goes_to_one_that_runs(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 9; id++) {
        make_running(id, -100);
    }
    script_open_instance();
    script_poll();
    assert_int_equal(script.watch.overflow, 1);
    script.count = 0;
    script_set(3, PGTASK_STATUS_SUCCESS, 100);
    script_poll();
    assert_int_equal(script.events[0].task_id, 3);
    assert_int_equal(script.events[1].task_id, 9);
    script_assert_events(ENDED, APPEARED, END);
    assert_table(1, 2, 4, 5, 6, 7, 8, 9, 0);
}

static void of_those_that_have_ended_the_last_are_kept(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 20; id++) {
        make(id, PGTASK_STATUS_SUCCESS, -4000, -3000 + 10 * (int64_t)id);
    }
    make(21, PGTASK_STATUS_FAIL, -4000, -3999);
    script_open_instance();
    script_poll();
    assert_table(21, 20, 19, 18, 17, 16, 15, 14, 0);
    assert_int_equal(script.watch.overflow, 13);
    assert_false(script.watch.overflow_live);
}

static void new_failure_takes_the_place_of_the_oldest(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 8; id++) {
        make(id, PGTASK_STATUS_FAIL, -4000, -3000 + 10 * (int64_t)id);
    }
    script_open_instance();
    script_poll();
    make(9, PGTASK_STATUS_FAIL, -10, -1);
    script_poll();
    assert_table(9, 8, 7, 6, 5, 4, 3, 2, 0);
}

static void failure_older_than_the_look_back_makes_room_for_a_task_that_runs(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 8; id++) {
        make(id, PGTASK_STATUS_FAIL, -4000, -3000 + 10 * (int64_t)id);
    }
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .lookback_s = 7200});
    script_poll();
    make_running(9, 60);
    script_run(7000 * 1000);
    assert_table(8, 7, 6, 5, 4, 3, 2, 1, 0);
    assert_int_equal(script.watch.overflow, 1);
    script_run(300 * 1000);
    assert_table(8, 7, 6, 5, 4, 3, 2, 9, 0);
}

/* A task that waits for its switch keeps the listings long: old failures stay in them. */
static void old_failures_do_not_drive_out_what_took_their_place(void **state)
{
    (void)state;
    make(20, PGTASK_STATUS_WAIT_SWITCH, -60, 0);
    script_task(20)->end_unix_s = PGTASK_TIME_UNKNOWN;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .lookback_s = 7200});
    script_poll();
    for (uint64_t id = 1; id <= 7; id++) {
        make(id, PGTASK_STATUS_FAIL, 60, 100 + 10 * (int64_t)id);
    }
    script_run(7800 * 1000);
    make_running(30, 7800);
    script_run(600 * 1000);
    assert_table(7, 6, 5, 4, 3, 2, 30, 20, 0);
    assert_int_equal(count_events(PGTASK_EVENT_APPEARED), 9);
    assert_int_equal(count_events(PGTASK_EVENT_ENDED), 7);
}

static void task_that_ended_before_the_look_back_is_not_followed(void **state)
{
    (void)state;
    make(1, PGTASK_STATUS_FAIL, -9 * DAY_S, -DAY_S - 1);
    make(2, PGTASK_STATUS_SUCCESS, -9 * DAY_S, -DAY_S);
    make(3, PGTASK_STATUS_WAIT_SWITCH, -9 * DAY_S, 0);
    make(4, PGTASK_STATUS_FAIL, -9 * DAY_S, 0);
    script_task(4)->end_unix_s = PGTASK_TIME_UNKNOWN;
    script_open_instance();
    script_poll();
    assert_table(3, 2, 0);
    assert_int_equal(script.watch.overflow, 0);
}

/* The look-back counts from the begin of the watch, not from each poll. */
static void task_that_ends_long_after_the_begin_is_followed(void **state)
{
    (void)state;
    script_open_instance();
    script_run(1000);
    script.error = PGTASK_ERROR_CONNECT;
    make(1, PGTASK_STATUS_FAIL, 60, 120);
    script_run(UINT64_C(3) * 86400 * 1000);
    script.error = PGTASK_OK;
    script.count = 0;
    script_poll();
    assert_table(1, 0);
    assert_int_equal(script.events[1].took_s, 60);
    script_assert_events(APPEARED, ENDED, BACK, END);
}

static void task_of_another_type_is_passed_over(void **state)
{
    (void)state;
    make_running(1, 0);
    make_running(2, 0);
    make_running(3, 0);
    script_task(1)->type = PGTASK_TASK_TYPE_CLONE_INSTANCE;
    script_task(2)->type = PGTASK_TASK_TYPE_OTHER;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE,
                                              .task_types = PGTASK_WATCH_RESTORES});
    script_poll();
    assert_table(3, 0);
    assert_int_equal(script.watch.overflow, 0);
    pgtask_watch_close(&script.watch);
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE,
                                              .task_types = 1u << PGTASK_TASK_TYPE_OTHER |
                                                            1u << PGTASK_TASK_TYPE_CLONE_INSTANCE});
    script_poll();
    assert_table(1, 2, 0);
}

static void followed_task_shows_what_its_record_says(void **state)
{
    struct pgtask_watch_task const *task;

    (void)state;
    make_running(120321, -30);
    script_task(120321)->progress_percent = 77;
    script_open_instance();
    script_poll();
    task = script_followed(120321);
    assert_int_equal(task->type, PGTASK_TASK_TYPE_RESTORE_DATABASE);
    assert_int_equal(task->status, PGTASK_STATUS_RUNNING);
    assert_int_equal(task->progress_percent, 77);
    assert_int_equal(task->start_unix_s, SCRIPT_UNIX_S - 30);
    assert_true(task->end_unix_s == PGTASK_TIME_UNKNOWN);
    assert_int_equal(task->status_since_ms, SCRIPT_BEGIN_MS);
    assert_string_equal(task->task_type, "RestoreDatabase");
    assert_string_equal(task->instance_id, SCRIPT_INSTANCE);
    assert_string_equal(task->status_text, "Running");
    script_run(5000);
    assert_int_equal(task->status_since_ms, SCRIPT_BEGIN_MS);
    script.now_ms += 10000;
    script_set(120321, PGTASK_STATUS_WAIT_SWITCH, 80);
    script_turn();
    assert_int_equal(task->status_since_ms, SCRIPT_BEGIN_MS + 15000);
}

/* MinStartTime is Beijing time: SCRIPT_UNIX_S is 2027-01-15 16:00:00 there. */
static void first_poll_looks_back_30_days_for_tasks_still_live(void **state)
{
    (void)state;
    make_running(1, -29 * DAY_S);
    script_open_instance();
    script_poll();
    assert_string_equal(script.query.instance_id, SCRIPT_INSTANCE);
    assert_int_equal(script.query.task_id, 0);
    assert_true(script.all_pages);
    assert_string_equal(script.min_start_time, "2026-12-16 16:00:00");
    assert_table(1, 0);
}

static void first_poll_looks_back_as_far_as_the_caller_wants(void **state)
{
    (void)state;
    script_open(
        &(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .lookback_s = 60 * 86400});
    script_poll();
    assert_string_equal(script.min_start_time, "2026-11-16 16:00:00");
}

static void poll_of_a_quiet_instance_lists_the_last_quarter_of_an_hour(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 100; id++) {
        make(id, PGTASK_STATUS_SUCCESS, -100000 + 1000 * (int64_t)id - 1000, -900);
    }
    script_open_instance();
    script_poll();
    assert_int_equal(script.handed_on, 100);
    script_poll();
    assert_string_equal(script.min_start_time, "2027-01-15 15:45:00");
    assert_int_equal(script.handed_on, 0);
    script_poll();
    assert_string_equal(script.min_start_time, "2027-01-15 15:46:00");
}

static void later_polls_reach_back_to_the_oldest_live_task_with_a_place_or_not(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 9; id++) {
        make(id, PGTASK_STATUS_FAIL, -3000, -2000);
    }
    make(10, PGTASK_STATUS_WAIT_SWITCH, -2 * DAY_S, 0);
    make(11, PGTASK_STATUS_SUCCESS, -3 * DAY_S, -5);
    make_running(12, -20 * DAY_S);
    script_task(12)->type = PGTASK_TASK_TYPE_OTHER;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE,
                                              .task_types = PGTASK_WATCH_RESTORES});
    script_poll();
    assert_int_equal(script.watch.overflow, 3);
    script_poll();
    assert_string_equal(script.min_start_time, "2027-01-13 16:00:00");
}

static void failed_poll_does_not_shorten_the_view(void **state)
{
    (void)state;
    script_open_instance();
    script_poll();
    script.error = PGTASK_ERROR_TLS_TRUNCATED;
    make_running(1, 5);
    script_run(UINT64_C(86400) * 1000);
    assert_string_equal(script.min_start_time, "2027-01-15 15:45:00");
}

static void vanished_task_stays_in_view_in_case_it_comes_back(void **state)
{
    (void)state;
    make_running(1, -2 * DAY_S);
    script_open_instance();
    script_poll();
    script.empty_polls = 100;
    script_run(UINT64_C(1200) * 1000);
    assert_true(script_followed(1)->vanished);
    script.empty_polls = 0;
    script.count = 0;
    script_poll();
    script_assert_events(APPEARED, END);
}

static void vanished_task_leaves_the_view_with_the_look_back(void **state)
{
    (void)state;
    make_running(1, -2 * DAY_S);
    script_open_instance();
    script_poll();
    script_drop(1);
    script_run(UINT64_C(86300) * 1000);
    assert_string_equal(script.min_start_time, "2027-01-13 16:00:00");
    script_run(UINT64_C(400) * 1000);
    assert_true(strcmp(script.min_start_time, "2027-01-16") > 0);
}

static void start_that_cannot_be_read_keeps_the_view_as_it_is(void **state)
{
    (void)state;
    make_running(1, 0);
    script_task(1)->start_unix_s = PGTASK_TIME_UNKNOWN;
    script_open_instance();
    script_poll();
    script_poll();
    assert_string_equal(script.min_start_time, "2026-12-16 16:00:00");
    assert_table(1, 0);
}

static void board_without_a_clock_lists_all_that_the_service_shows(void **state)
{
    (void)state;
    make_running(1, -100 * DAY_S);
    script.no_unix_time = true;
    script_open_instance();
    script_poll();
    assert_string_equal(script.min_start_time, "");
    assert_table(1, 0);
    script.no_unix_time = false; /* as the client learns it with the first answer */
    script_poll();
    script_poll();
    assert_string_equal(script.min_start_time, "2026-10-07 16:00:00");
}

static void zone_of_the_service_is_the_clients(void **state)
{
    (void)state;
    script.client.config.task.utc_offset_s = -3600;
    script_open_instance();
    script_poll();
    assert_string_equal(script.min_start_time, "2026-12-16 07:00:00");
}

static void until_done_ends_once_every_task_has_ended_or_needs_a_person(void **state)
{
    (void)state;
    make_running(1, 0);
    make_running(2, 0);
    make_running(3, 0);
    make(4, PGTASK_STATUS_FAIL, -30, -10);
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .until_done = true});
    script_poll();
    script_set(1, PGTASK_STATUS_SUCCESS, 100);
    script_poll();
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_set(2, PGTASK_STATUS_PAUSE, 50);
    script_poll();
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_drop(3);
    script_poll();
    assert_int_equal(script.last, PGTASK_DONE);
    assert_int_equal(count_events(PGTASK_EVENT_VANISHED), 1);
}

static void until_done_waits_for_tasks_without_a_place(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 9; id++) {
        make(id, PGTASK_STATUS_FAIL, -100, -50);
    }
    make(10, PGTASK_STATUS_PAUSE, -100, 0);
    make_running(11, -100);
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .until_done = true});
    script_poll();
    script_run(600000);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_set(11, PGTASK_STATUS_SUCCESS, 100);
    script_run(60000);
    assert_int_equal(script.last, PGTASK_DONE);
}

static void until_done_waits_for_tasks_whose_place_was_taken(void **state)
{
    (void)state;
    make_running(1, -100);
    for (uint64_t id = 2; id <= 9; id++) {
        make(id, PGTASK_STATUS_FAIL, -100, -50); /* listed later, and more urgent */
    }
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .until_done = true});
    script_poll();
    assert_int_equal(script.watch.overflow, 1);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_set(1, PGTASK_STATUS_SUCCESS, 100);
    script_poll();
    assert_int_equal(script.last, PGTASK_DONE);
}

static void until_done_waits_for_a_first_task(void **state)
{
    (void)state;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .until_done = true});
    script_run(60000);
    assert_int_equal(script.polls, 13); /* each 5 s */
    make(1, PGTASK_STATUS_SUCCESS, 55, 59);
    script_run(5000);
    script_assert_events(APPEARED, ENDED, END);
    assert_int_equal(script.last, PGTASK_DONE);
    pgtask_watch_close(&script.watch);
    script_drop(1);
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .until_done = true});
    script_run(120000);
    script_assert_events(ABSENT, END);
    assert_int_equal(script.last, PGTASK_DONE);
}

static void instance_is_followed_for_ever(void **state)
{
    (void)state;
    make(1, PGTASK_STATUS_SUCCESS, -100, -50);
    script_open_instance();
    script_run(UINT64_C(86400) * 1000);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_assert_events(APPEARED, ENDED, END);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(urgency_orders_what_needs_a_person, script_set_up),
        cmocka_unit_test_setup(most_urgent_8_of_100_are_kept_and_the_others_counted, script_set_up),
        cmocka_unit_test_setup(place_of_a_task_that_succeeds_goes_to_one_that_runs, script_set_up),
        cmocka_unit_test_setup(of_those_that_have_ended_the_last_are_kept, script_set_up),
        cmocka_unit_test_setup(new_failure_takes_the_place_of_the_oldest, script_set_up),
        cmocka_unit_test_setup(failure_older_than_the_look_back_makes_room_for_a_task_that_runs,
                               script_set_up),
        cmocka_unit_test_setup(old_failures_do_not_drive_out_what_took_their_place, script_set_up),
        cmocka_unit_test_setup(task_that_ended_before_the_look_back_is_not_followed, script_set_up),
        cmocka_unit_test_setup(task_that_ends_long_after_the_begin_is_followed, script_set_up),
        cmocka_unit_test_setup(task_of_another_type_is_passed_over, script_set_up),
        cmocka_unit_test_setup(followed_task_shows_what_its_record_says, script_set_up),
        cmocka_unit_test_setup(first_poll_looks_back_30_days_for_tasks_still_live, script_set_up),
        cmocka_unit_test_setup(first_poll_looks_back_as_far_as_the_caller_wants, script_set_up),
        cmocka_unit_test_setup(poll_of_a_quiet_instance_lists_the_last_quarter_of_an_hour,
                               script_set_up),
        cmocka_unit_test_setup(later_polls_reach_back_to_the_oldest_live_task_with_a_place_or_not,
                               script_set_up),
        cmocka_unit_test_setup(failed_poll_does_not_shorten_the_view, script_set_up),
        cmocka_unit_test_setup(vanished_task_stays_in_view_in_case_it_comes_back, script_set_up),
        cmocka_unit_test_setup(vanished_task_leaves_the_view_with_the_look_back, script_set_up),
        cmocka_unit_test_setup(start_that_cannot_be_read_keeps_the_view_as_it_is, script_set_up),
        cmocka_unit_test_setup(board_without_a_clock_lists_all_that_the_service_shows,
                               script_set_up),
        cmocka_unit_test_setup(zone_of_the_service_is_the_clients, script_set_up),
        cmocka_unit_test_setup(until_done_ends_once_every_task_has_ended_or_needs_a_person,
                               script_set_up),
        cmocka_unit_test_setup(until_done_waits_for_tasks_without_a_place, script_set_up),
        cmocka_unit_test_setup(until_done_waits_for_tasks_whose_place_was_taken, script_set_up),
        cmocka_unit_test_setup(until_done_waits_for_a_first_task, script_set_up),
        cmocka_unit_test_setup(instance_is_followed_for_ever, script_set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
