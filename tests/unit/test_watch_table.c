/* SPDX-License-Identifier: MIT */
/* Which tasks of an instance have a slot in the table, and in which order. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "watch_script.h"

#define DAY_S INT64_C(86400)

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
        script_make_running(id, -100);
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
    script_assert_table(30, 100, 60, 1, 2, 3, 4, 5, 0);
    script.count = 0;
    script_run(60000);
    assert_int_equal(script.watch.overflow, 92);
    script_assert_events(END); /* equal tasks do not displace each other */
}

static void slot_of_a_task_that_succeeds_goes_to_one_that_runs(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 9; id++) {
        script_make_running(id, -100);
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
    script_assert_table(1, 2, 4, 5, 6, 7, 8, 9, 0);
}

static void last_tasks_to_end_are_kept(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 20; id++) {
        script_make(id, PGTASK_STATUS_SUCCESS, -4000, -3000 + 10 * (int64_t)id);
    }
    script_make(21, PGTASK_STATUS_FAIL, -4000, -3999);
    script_open_instance();
    script_poll();
    script_assert_table(21, 20, 19, 18, 17, 16, 15, 14, 0);
    assert_int_equal(script.watch.overflow, 13);
    assert_false(script.watch.overflow_live);
}

static void new_failure_takes_the_slot_of_the_oldest(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 8; id++) {
        script_make(id, PGTASK_STATUS_FAIL, -4000, -3000 + 10 * (int64_t)id);
    }
    script_open_instance();
    script_poll();
    script_make(9, PGTASK_STATUS_FAIL, -10, -1);
    script_poll();
    script_assert_table(9, 8, 7, 6, 5, 4, 3, 2, 0);
}

static void failure_older_than_the_look_back_makes_room_for_a_task_that_runs(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 8; id++) {
        script_make(id, PGTASK_STATUS_FAIL, -4000, -3000 + 10 * (int64_t)id);
    }
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .lookback_s = 7200});
    script_poll();
    script_make_running(9, 60);
    script_run(7000 * 1000);
    script_assert_table(8, 7, 6, 5, 4, 3, 2, 1, 0);
    assert_int_equal(script.watch.overflow, 1);
    script_run(300 * 1000);
    script_assert_table(8, 7, 6, 5, 4, 3, 2, 9, 0);
}

/* A task that waits for its switch keeps the listings long, so old failures stay in them. */
static void old_failures_do_not_drive_out_the_task_that_took_their_slot(void **state)
{
    (void)state;
    script_make(20, PGTASK_STATUS_WAIT_SWITCH, -60, 0);
    script_task(20)->end_unix_s = PGTASK_TIME_UNKNOWN;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE, .lookback_s = 7200});
    script_poll();
    for (uint64_t id = 1; id <= 7; id++) {
        script_make(id, PGTASK_STATUS_FAIL, 60, 100 + 10 * (int64_t)id);
    }
    script_run(7800 * 1000);
    script_make_running(30, 7800);
    script_run(600 * 1000);
    script_assert_table(7, 6, 5, 4, 3, 2, 30, 20, 0);
    assert_int_equal(script_count_events(PGTASK_EVENT_APPEARED), 9);
    assert_int_equal(script_count_events(PGTASK_EVENT_ENDED), 7);
}

static void task_that_ended_before_the_look_back_is_not_followed(void **state)
{
    (void)state;
    script_make(1, PGTASK_STATUS_FAIL, -9 * DAY_S, -DAY_S - 1);
    script_make(2, PGTASK_STATUS_SUCCESS, -9 * DAY_S, -DAY_S);
    script_make(3, PGTASK_STATUS_WAIT_SWITCH, -9 * DAY_S, 0);
    script_make(4, PGTASK_STATUS_FAIL, -9 * DAY_S, 0);
    script_task(4)->end_unix_s = PGTASK_TIME_UNKNOWN;
    script_open_instance();
    script_poll();
    script_assert_table(3, 2, 0);
    assert_int_equal(script.watch.overflow, 0);
}

/* The look-back counts from the begin of the watch, not from each poll. */
static void task_that_ends_long_after_the_begin_is_followed(void **state)
{
    (void)state;
    script_open_instance();
    script_run(1000);
    script.error = PGTASK_ERROR_CONNECT;
    script_make(1, PGTASK_STATUS_FAIL, 60, 120);
    script_run(UINT64_C(3) * 86400 * 1000);
    script.error = PGTASK_OK;
    script.count = 0;
    script_poll();
    script_assert_table(1, 0);
    assert_int_equal(script.events[1].took_s, 60);
    script_assert_events(APPEARED, ENDED, BACK, END);
}

static void task_of_another_type_is_passed_over(void **state)
{
    (void)state;
    script_make_running(1, 0);
    script_make_running(2, 0);
    script_make_running(3, 0);
    script_task(1)->type = PGTASK_TASK_TYPE_CLONE_INSTANCE;
    script_task(2)->type = PGTASK_TASK_TYPE_OTHER;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE,
                                              .task_types = PGTASK_WATCH_RESTORES});
    script_poll();
    script_assert_table(3, 0);
    assert_int_equal(script.watch.overflow, 0);
    pgtask_watch_close(&script.watch);
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE,
                                              .task_types = 1u << PGTASK_TASK_TYPE_OTHER |
                                                            1u << PGTASK_TASK_TYPE_CLONE_INSTANCE});
    script_poll();
    script_assert_table(1, 2, 0);
}

static void followed_task_shows_what_its_record_says(void **state)
{
    struct pgtask_watch_task const *task;

    (void)state;
    script_make_running(120321, -30);
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

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(urgency_orders_what_needs_a_person, script_set_up),
        cmocka_unit_test_setup(most_urgent_8_of_100_are_kept_and_the_others_counted, script_set_up),
        cmocka_unit_test_setup(slot_of_a_task_that_succeeds_goes_to_one_that_runs, script_set_up),
        cmocka_unit_test_setup(last_tasks_to_end_are_kept, script_set_up),
        cmocka_unit_test_setup(new_failure_takes_the_slot_of_the_oldest, script_set_up),
        cmocka_unit_test_setup(failure_older_than_the_look_back_makes_room_for_a_task_that_runs,
                               script_set_up),
        cmocka_unit_test_setup(old_failures_do_not_drive_out_the_task_that_took_their_slot,
                               script_set_up),
        cmocka_unit_test_setup(task_that_ended_before_the_look_back_is_not_followed, script_set_up),
        cmocka_unit_test_setup(task_that_ends_long_after_the_begin_is_followed, script_set_up),
        cmocka_unit_test_setup(task_of_another_type_is_passed_over, script_set_up),
        cmocka_unit_test_setup(followed_task_shows_what_its_record_says, script_set_up),
    };

    return cmocka_run_group_tests_name("watch table", tests, NULL, NULL);
}
