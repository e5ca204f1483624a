/* SPDX-License-Identifier: MIT */
/* The events of a watch, for every way that a task can go. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watch_script.h"

static void turn_to(enum pgtask_status status, int percent, int kind)
{
    script_set(1, status, percent);
    script_poll();
    script_assert_events(kind, END);
}

static void task_that_succeeds_is_reported_from_its_appearance_to_its_end(void **state)
{
    (void)state;
    script_follow_running();
    turn_to(PGTASK_STATUS_RUNNING, 40, PROGRESSED);
    assert_int_equal(script.events[0].before_percent, 10);
    assert_int_equal(script.events[0].percent, 40);
    script_task(1)->end_unix_s = SCRIPT_UNIX_S + 754;
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
    assert_int_equal(script.events[0].before_percent, 40);
    assert_int_equal(script.events[0].took_s, 754);
    assert_true(script.events[0].has_record);
    assert_int_equal(script_followed(1)->status, PGTASK_STATUS_SUCCESS);
    script_assert_done_for_good();
}

static void task_that_fails_is_never_polled_again(void **state)
{
    (void)state;
    script_follow_running();
    turn_to(PGTASK_STATUS_FAIL, 60, ENDED);
    assert_int_equal(script_followed(1)->status, PGTASK_STATUS_FAIL);
    script_assert_done_for_good();
}

static void task_that_waits_for_its_switch_is_followed_for_days(void **state)
{
    (void)state;
    script_follow_running();
    turn_to(PGTASK_STATUS_WAIT_SWITCH, 70, WAIT_SWITCH);
    script_run(UINT64_C(3) * 86400000);
    script_assert_events(END);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    turn_to(PGTASK_STATUS_RUNNING, 70, RESUMED);
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
    script_assert_done_for_good();
}

static void task_that_pauses_ends_the_watch_until_it_is_told_to_go_on(void **state)
{
    (void)state;
    script_follow_running();
    turn_to(PGTASK_STATUS_PAUSE, 50, OPERATOR);
    script_assert_done_for_good();
    pgtask_watch_poll_now(&script.watch);
    script_turn();
    script_assert_events(END);
    script_assert_done_for_good();
    script_set(1, PGTASK_STATUS_RUNNING, 50);
    pgtask_watch_poll_now(&script.watch);
    script_turn();
    script_assert_events(RESUMED, END);
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
}

static void unknown_status_is_reported_and_followed(void **state)
{
    (void)state;
    script_follow_running();
    turn_to(PGTASK_STATUS_UNKNOWN, 10, UNKNOWN);
    assert_string_equal(script_followed(1)->status_text, "Rewinding");
    (void)strcpy(script_task(1)->status_text, "Thinking");
    script_poll();
    script_assert_events(UNKNOWN, END);
    assert_string_equal(script_followed(1)->status_text, "Thinking");
    turn_to(PGTASK_STATUS_RUNNING, 20, RESUMED);
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
}

static void step_is_reported_with_its_number_among_all_steps(void **state)
{
    struct pgtask_task *const task = script_task(1);

    (void)state;
    task->step_count = 5;
    (void)strcpy(task->steps[0].step_name, "Pre-check");
    (void)strcpy(task->steps[1].step_name, "Download Base Backup");
    (void)strcpy(task->current_step, "Pre-check");
    script_follow_running();
    assert_int_equal(script_followed(1)->step_at, 1);
    assert_int_equal(script_followed(1)->step_count, 5);
    (void)strcpy(task->current_step, "Download Base Backup");
    turn_to(PGTASK_STATUS_RUNNING, 12, STEP);
    assert_int_equal(script.events[0].before_percent, 10);
    assert_int_equal(script_followed(1)->step_at, 2);
    assert_string_equal(script_followed(1)->current_step, "Download Base Backup");
    (void)strcpy(task->current_step, "Heretofore Unheard");
    turn_to(PGTASK_STATUS_RUNNING, 12, STEP);
    assert_int_equal(script_followed(1)->step_at, 0);
}

static void task_without_a_current_step_has_step_0(void **state)
{
    (void)state;
    (void)strcpy(script_task(1)->current_step, "Pre-check");
    script_task(1)->step_count = 3; /* and no step has a name */
    script_follow_running();
    script_task(1)->current_step[0] = '\0';
    turn_to(PGTASK_STATUS_RUNNING, 12, PROGRESSED);
    assert_int_equal(script_followed(1)->step_at, 0);
}

static void poll_without_a_change_has_no_event(void **state)
{
    (void)state;
    script_follow_running();
    script_run(600000);
    script_assert_events(END);
}

static void task_that_has_already_ended_appears_and_ends(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = SCRIPT_UNIX_S - 500;
    script_task(1)->end_unix_s = SCRIPT_UNIX_S - 90;
    script_set(1, PGTASK_STATUS_FAIL, 30);
    script_open_task();
    script_poll();
    assert_int_equal(script.events[1].took_s, 410);
    assert_int_equal(script.events[1].task_id, 1);
    assert_true(script.events[1].has_record);
    script_assert_events(APPEARED, ENDED, END);
    script_assert_done_for_good();
}

static void end_is_reported_even_if_a_poll_is_asked_for_in_between(void **state)
{
    struct pgtask_event event;

    (void)state;
    script_set(1, PGTASK_STATUS_FAIL, 30);
    script_open_task();
    assert_int_equal(pgtask_watch_next(&script.watch, &event), PGTASK_OK);
    assert_int_equal(event.kind, APPEARED);
    pgtask_watch_poll_now(&script.watch);
    script_turn();
    script_assert_events(ENDED, END);
    script_assert_done_for_good();
}

static void look_back_does_not_hide_the_one_task_that_is_followed(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = SCRIPT_UNIX_S - 90 * 86400;
    script_task(1)->end_unix_s = SCRIPT_UNIX_S - 89 * 86400;
    script_set(1, PGTASK_STATUS_SUCCESS, 100);
    script_open_task();
    script_poll();
    script_assert_events(APPEARED, ENDED, END);
    script_assert_done_for_good();
}

/* A service that tells no end may have ended the task long before a poll shows it. */
static void end_that_nobody_told_has_no_duration(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = SCRIPT_UNIX_S - 100;
    script_follow_running();
    script.now_ms += 150000;
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
    assert_int_equal(script.events[0].took_s, PGTASK_TOOK_UNKNOWN);
}

static void end_of_a_task_whose_start_nobody_told_has_no_duration(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = PGTASK_TIME_UNKNOWN;
    script_follow_running();
    script_task(1)->end_unix_s = SCRIPT_UNIX_S + 150;
    script.now_ms += 150000;
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
    assert_int_equal(script.events[0].took_s, PGTASK_TOOK_UNKNOWN);
}

static void new_task_is_waited_for(void **state)
{
    (void)state;
    script_open_task();
    script_run(60000);
    script_assert_events(END);
    assert_int_equal(script.polls, 13); /* each 5 s */
    (void)script_task(1);
    script_run(5000);
    script_assert_events(APPEARED, END);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
}

static void task_that_does_not_appear_is_absent_after_the_limit_and_not_before(void **state)
{
    (void)state;
    script_open(&(struct pgtask_watch_config){.task_id = 1, .appear_ms = 33000});
    script_run(32999);
    script_assert_events(END);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_run(1);
    assert_int_equal(script.events[0].at_ms, 33000);
    assert_false(script.events[0].has_record);
    script_assert_events(ABSENT, END);
    assert_int_equal(script.poll_ms[script.polls - 1], 33000);
    script_assert_done_for_good();
}

static void limit_of_waiting_is_two_minutes_by_default(void **state)
{
    (void)state;
    script_open_task();
    script_run(119999);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script_run(1);
    script_assert_events(ABSENT, END);
}

static void failed_polls_do_not_make_a_task_absent(void **state)
{
    (void)state;
    script.error = PGTASK_ERROR_RESET;
    script_open(&(struct pgtask_watch_config){.task_id = 1, .stale_ms = UINT32_MAX});
    script_run(150000);
    script.count = 0;
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    script.error = PGTASK_OK;
    (void)script_task(1);
    script_run(70000);
    script_assert_events(APPEARED, BACK, END);
}

static void task_has_vanished_when_two_complete_listings_lack_it(void **state)
{
    (void)state;
    script_follow_running();
    script_drop(1);
    script_poll(); /* and one at once to make sure */
    assert_int_equal(script.polls, 3);
    assert_int_equal(script.poll_ms[2], script.poll_ms[1]);
    assert_int_equal(script.events[0].task_id, 1);
    assert_int_equal(script.events[0].before_percent, 10);
    assert_false(script.events[0].has_record);
    script_assert_events(VANISHED, END);
    assert_true(script_followed(1)->vanished);
    assert_int_equal(script_followed(1)->status, PGTASK_STATUS_RUNNING);
    script_assert_done_for_good();
}

static void task_that_one_listing_lacks_has_not_vanished(void **state)
{
    (void)state;
    script_follow_running();
    for (int round = 0; round < 3; round++) {
        script.empty_polls = 1;
        script_poll();
        script_assert_events(END);
        assert_false(script_followed(1)->vanished);
    }
    turn_to(PGTASK_STATUS_RUNNING, 20, PROGRESSED);
}

static void task_listed_again_after_it_vanished_appears_again(void **state)
{
    (void)state;
    script_open_instance();
    script_set(1, PGTASK_STATUS_RUNNING, 10);
    script_poll();
    script.empty_polls = 5;
    script_run(300000);
    script_assert_events(APPEARED, VANISHED, APPEARED, END);
    assert_false(script_followed(1)->vanished);
    script.empty_polls = 2;
    script_poll();
    script_task(1)->end_unix_s = SCRIPT_UNIX_S + 400;
    script_set(1, PGTASK_STATUS_SUCCESS, 100);
    script_poll();
    script_assert_events(VANISHED, APPEARED, ENDED, END);
}

static void task_that_a_broken_listing_lacks_has_not_vanished(void **state)
{
    (void)state;
    script_follow_running();
    script_drop(1);
    script.error = PGTASK_ERROR_TLS_TRUNCATED;
    for (int i = 0; i < 4; i++) {
        script_poll();
        script_assert_events(TROUBLE, END);
    }
    script_set(1, PGTASK_STATUS_RUNNING, 10);
    script.error = PGTASK_OK;
    script_poll();
    script_assert_events(BACK, END);
}

static void each_event_has_a_word(void **state)
{
    static struct {
        int kind;
        char const *text;
    } const words[] = {
        {PROGRESSED, "progressed"},
        {STEP, "step"},
        {UNKNOWN, "unknown_status"},
        {RESUMED, "resumed"},
        {OPERATOR, "operator"},
        {WAIT_SWITCH, "wait_switch"},
        {APPEARED, "appeared"},
        {ENDED, "ended"},
        {VANISHED, "vanished"},
        {ABSENT, "absent"},
        {TROUBLE, "trouble"},
        {STALE, "stale"},
        {BACK, "back"},
        {BACK + 1, ""},
        {1000, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        assert_string_equal(pgtask_event_text((enum pgtask_event_kind)words[i].kind),
                            words[i].text);
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(task_that_succeeds_is_reported_from_its_appearance_to_its_end,
                               script_set_up),
        cmocka_unit_test_setup(task_that_fails_is_never_polled_again, script_set_up),
        cmocka_unit_test_setup(task_that_waits_for_its_switch_is_followed_for_days, script_set_up),
        cmocka_unit_test_setup(task_that_pauses_ends_the_watch_until_it_is_told_to_go_on,
                               script_set_up),
        cmocka_unit_test_setup(unknown_status_is_reported_and_followed, script_set_up),
        cmocka_unit_test_setup(step_is_reported_with_its_number_among_all_steps, script_set_up),
        cmocka_unit_test_setup(task_without_a_current_step_has_step_0, script_set_up),
        cmocka_unit_test_setup(poll_without_a_change_has_no_event, script_set_up),
        cmocka_unit_test_setup(task_that_has_already_ended_appears_and_ends, script_set_up),
        cmocka_unit_test_setup(end_is_reported_even_if_a_poll_is_asked_for_in_between,
                               script_set_up),
        cmocka_unit_test_setup(look_back_does_not_hide_the_one_task_that_is_followed,
                               script_set_up),
        cmocka_unit_test_setup(end_that_nobody_told_has_no_duration, script_set_up),
        cmocka_unit_test_setup(end_of_a_task_whose_start_nobody_told_has_no_duration,
                               script_set_up),
        cmocka_unit_test_setup(new_task_is_waited_for, script_set_up),
        cmocka_unit_test_setup(task_that_does_not_appear_is_absent_after_the_limit_and_not_before,
                               script_set_up),
        cmocka_unit_test_setup(limit_of_waiting_is_two_minutes_by_default, script_set_up),
        cmocka_unit_test_setup(failed_polls_do_not_make_a_task_absent, script_set_up),
        cmocka_unit_test_setup(task_has_vanished_when_two_complete_listings_lack_it, script_set_up),
        cmocka_unit_test_setup(task_that_one_listing_lacks_has_not_vanished, script_set_up),
        cmocka_unit_test_setup(task_listed_again_after_it_vanished_appears_again, script_set_up),
        cmocka_unit_test_setup(task_that_a_broken_listing_lacks_has_not_vanished, script_set_up),
        cmocka_unit_test_setup(each_event_has_a_word, script_set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
