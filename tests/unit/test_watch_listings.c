/* SPDX-License-Identifier: MIT */
/* How far back the polls of an instance list tasks: what MinStartTime they ask for. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "watch_script.h"

#define DAY_S INT64_C(86400)

/* MinStartTime is Beijing time: SCRIPT_UNIX_S is 2027-01-15 16:00:00 there. */
static void first_poll_looks_back_30_days_for_tasks_still_live(void **state)
{
    (void)state;
    script_make_running(1, -29 * DAY_S);
    script_open_instance();
    script_poll();
    assert_string_equal(script.query.instance_id, SCRIPT_INSTANCE);
    assert_int_equal(script.query.task_id, 0);
    assert_true(script.all_pages);
    assert_string_equal(script.min_start_time, "2026-12-16 16:00:00");
    script_assert_table(1, 0);
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
        script_make(id, PGTASK_STATUS_SUCCESS, -100000 + 1000 * (int64_t)id - 1000, -900);
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

static void later_polls_reach_back_to_the_oldest_live_task_with_a_slot_or_not(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 9; id++) {
        script_make(id, PGTASK_STATUS_FAIL, -3000, -2000);
    }
    script_make(10, PGTASK_STATUS_WAIT_SWITCH, -2 * DAY_S, 0);
    script_make(11, PGTASK_STATUS_SUCCESS, -3 * DAY_S, -5);
    script_make_running(12, -20 * DAY_S);
    script_task(12)->type = PGTASK_TASK_TYPE_OTHER;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE,
                                              .task_types = PGTASK_WATCH_RESTORES});
    script_poll();
    assert_int_equal(script.watch.overflow, 3);
    script_poll();
    assert_string_equal(script.min_start_time, "2027-01-13 16:00:00");
}

static void failed_poll_does_not_shorten_the_next_listing(void **state)
{
    (void)state;
    script_open_instance();
    script_poll();
    script.error = PGTASK_ERROR_TLS_TRUNCATED;
    script_make_running(1, 5);
    script_run(UINT64_C(86400) * 1000);
    assert_string_equal(script.min_start_time, "2027-01-15 15:45:00");
}

static void polls_reach_back_to_a_vanished_task_in_case_it_comes_back(void **state)
{
    (void)state;
    script_make_running(1, -2 * DAY_S);
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

static void polls_no_longer_reach_back_to_a_task_that_vanished_before_the_look_back(void **state)
{
    (void)state;
    script_make_running(1, -2 * DAY_S);
    script_open_instance();
    script_poll();
    script_drop(1);
    script_run(UINT64_C(86300) * 1000);
    assert_string_equal(script.min_start_time, "2027-01-13 16:00:00");
    script_run(UINT64_C(400) * 1000);
    assert_true(strcmp(script.min_start_time, "2027-01-16") > 0);
}

static void start_that_cannot_be_read_leaves_min_start_time_as_it_is(void **state)
{
    (void)state;
    script_make_running(1, 0);
    script_task(1)->start_unix_s = PGTASK_TIME_UNKNOWN;
    script_open_instance();
    script_poll();
    script_poll();
    assert_string_equal(script.min_start_time, "2026-12-16 16:00:00");
    script_assert_table(1, 0);
}

static void board_without_a_clock_lists_all_that_the_service_shows(void **state)
{
    (void)state;
    script_make_running(1, -100 * DAY_S);
    script.no_unix_time = true;
    script_open_instance();
    script_poll();
    assert_string_equal(script.min_start_time, "");
    script_assert_table(1, 0);
    script.no_unix_time = false; /* the client learns the time with the first answer */
    script_poll();
    script_poll();
    assert_string_equal(script.min_start_time, "2026-10-07 16:00:00");
}

static void min_start_time_is_in_the_zone_of_the_client(void **state)
{
    (void)state;
    script.client.config.task.utc_offset_s = -3600;
    script_open_instance();
    script_poll();
    assert_string_equal(script.min_start_time, "2026-12-16 07:00:00");
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(first_poll_looks_back_30_days_for_tasks_still_live, script_set_up),
        cmocka_unit_test_setup(first_poll_looks_back_as_far_as_the_caller_wants, script_set_up),
        cmocka_unit_test_setup(poll_of_a_quiet_instance_lists_the_last_quarter_of_an_hour,
                               script_set_up),
        cmocka_unit_test_setup(later_polls_reach_back_to_the_oldest_live_task_with_a_slot_or_not,
                               script_set_up),
        cmocka_unit_test_setup(failed_poll_does_not_shorten_the_next_listing, script_set_up),
        cmocka_unit_test_setup(polls_reach_back_to_a_vanished_task_in_case_it_comes_back,
                               script_set_up),
        cmocka_unit_test_setup(
            polls_no_longer_reach_back_to_a_task_that_vanished_before_the_look_back, script_set_up),
        cmocka_unit_test_setup(start_that_cannot_be_read_leaves_min_start_time_as_it_is,
                               script_set_up),
        cmocka_unit_test_setup(board_without_a_clock_lists_all_that_the_service_shows,
                               script_set_up),
        cmocka_unit_test_setup(min_start_time_is_in_the_zone_of_the_client, script_set_up),
    };

    return cmocka_run_group_tests_name("watch listings", tests, NULL, NULL);
}
