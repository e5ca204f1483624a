/* SPDX-License-Identifier: MIT */
/* When a watch of an instance ends. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "watch_script.h"

static void until_done_ends_once_every_task_has_ended_or_needs_a_person(void **state)
{
    (void)state;
    script_make_running(1, 0);
    script_make_running(2, 0);
    script_make_running(3, 0);
    script_make(4, PGTASK_STATUS_FAIL, -30, -10);
    script_open_until_done();
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
    assert_int_equal(script_count_events(PGTASK_EVENT_VANISHED), 1);
}

static void until_done_waits_for_tasks_without_a_slot(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 9; id++) {
        script_make(id, PGTASK_STATUS_FAIL, -100, -50);
    }
    script_make(10, PGTASK_STATUS_PAUSE, -100, 0);
    script_make_running(11, -100);
    script_open_until_done();
    script_poll();
    script_run(600000);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_set(11, PGTASK_STATUS_SUCCESS, 100);
    script_run(60000);
    assert_int_equal(script.last, PGTASK_DONE);
}

static void until_done_waits_for_tasks_whose_slot_was_taken(void **state)
{
    (void)state;
    script_make_running(1, -100);
    for (uint64_t id = 2; id <= 9; id++) {
        script_make(id, PGTASK_STATUS_FAIL, -100, -50); /* listed later, and more urgent */
    }
    script_open_until_done();
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
    script_open_until_done();
    script_run(60000);
    assert_int_equal(script.polls, 13); /* each 5 s */
    script_make(1, PGTASK_STATUS_SUCCESS, 55, 59);
    script_run(5000);
    script_assert_events(APPEARED, ENDED, END);
    assert_int_equal(script.last, PGTASK_DONE);
    pgtask_watch_close(&script.watch);
    script_drop(1);
    script_open_until_done();
    script_run(120000);
    script_assert_events(ABSENT, END);
    assert_int_equal(script.last, PGTASK_DONE);
}

static void instance_without_until_done_is_followed_for_ever(void **state)
{
    (void)state;
    script_make(1, PGTASK_STATUS_SUCCESS, -100, -50);
    script_open_instance();
    script_run(UINT64_C(86400) * 1000);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_assert_events(APPEARED, ENDED, END);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(until_done_ends_once_every_task_has_ended_or_needs_a_person,
                               script_set_up),
        cmocka_unit_test_setup(until_done_waits_for_tasks_without_a_slot, script_set_up),
        cmocka_unit_test_setup(until_done_waits_for_tasks_whose_slot_was_taken, script_set_up),
        cmocka_unit_test_setup(until_done_waits_for_a_first_task, script_set_up),
        cmocka_unit_test_setup(instance_without_until_done_is_followed_for_ever, script_set_up),
    };

    return cmocka_run_group_tests_name("watch until done", tests, NULL, NULL);
}
