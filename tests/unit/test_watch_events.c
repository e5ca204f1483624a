/* SPDX-License-Identifier: MIT */
/* What a watch tells, for every way that tasks and polls can go. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watch_script.h"

#define END -1

enum {
    PROGRESSED = PGTASK_EVENT_PROGRESSED,
    STEP = PGTASK_EVENT_STEP,
    UNKNOWN = PGTASK_EVENT_UNKNOWN,
    RESUMED = PGTASK_EVENT_RESUMED,
    WAIT_SWITCH = PGTASK_EVENT_WAIT_SWITCH,
    OPERATOR = PGTASK_EVENT_OPERATOR,
    APPEARED = PGTASK_EVENT_APPEARED,
    ENDED = PGTASK_EVENT_ENDED,
    VANISHED = PGTASK_EVENT_VANISHED,
    ABSENT = PGTASK_EVENT_ABSENT,
    TROUBLE = PGTASK_EVENT_TROUBLE,
    STALE = PGTASK_EVENT_STALE,
    BACK = PGTASK_EVENT_BACK
};

static void assert_done_for_good(void)
{
    unsigned const polls = script.polls;

    assert_int_equal(script.last, PGTASK_DONE);
    script_run(UINT64_C(86400000));
    assert_int_equal(script.last, PGTASK_DONE);
    assert_int_equal(script.polls, polls);
    script_assert_events(END);
}

/* Appears as Running, at 10 percent. */
static void follow_running(void)
{
    script_open_task();
    script_set(1, PGTASK_STATUS_RUNNING, 10);
    script_poll();
    script_assert_events(APPEARED, END);
}

static void turn_to(enum pgtask_status status, int percent, int kind)
{
    script_set(1, status, percent);
    script_poll();
    script_assert_events(kind, END);
}

static void task_that_succeeds_is_told_from_appearing_to_its_end(void **state)
{
    (void)state;
    follow_running();
    turn_to(PGTASK_STATUS_RUNNING, 40, PROGRESSED);
    assert_int_equal(script.events[0].before_percent, 10);
    assert_int_equal(script.events[0].percent, 40);
    script_task(1)->end_unix_s = SCRIPT_UNIX_S + 754;
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
    assert_int_equal(script.events[0].before_percent, 40);
    assert_int_equal(script.events[0].took_s, 754);
    assert_true(script.events[0].has_record);
    assert_int_equal(script_followed(1)->status, PGTASK_STATUS_SUCCESS);
    assert_done_for_good();
}

static void task_that_fails_is_never_polled_again(void **state)
{
    (void)state;
    follow_running();
    turn_to(PGTASK_STATUS_FAIL, 60, ENDED);
    assert_int_equal(script_followed(1)->status, PGTASK_STATUS_FAIL);
    assert_done_for_good();
}

static void task_that_waits_for_its_switch_is_followed_for_days(void **state)
{
    (void)state;
    follow_running();
    turn_to(PGTASK_STATUS_WAIT_SWITCH, 70, WAIT_SWITCH);
    script_run(UINT64_C(3) * 86400000);
    script_assert_events(END);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
    turn_to(PGTASK_STATUS_RUNNING, 70, RESUMED);
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
    assert_done_for_good();
}

static void task_that_pauses_ends_the_watch_until_it_is_told_to_go_on(void **state)
{
    (void)state;
    follow_running();
    turn_to(PGTASK_STATUS_PAUSE, 50, OPERATOR);
    assert_done_for_good();
    pgtask_watch_poll_now(&script.watch);
    script_turn();
    script_assert_events(END);
    assert_done_for_good();
    script_set(1, PGTASK_STATUS_RUNNING, 50);
    pgtask_watch_poll_now(&script.watch);
    script_turn();
    script_assert_events(RESUMED, END);
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
}

static void unknown_status_is_told_and_followed(void **state)
{
    (void)state;
    follow_running();
    turn_to(PGTASK_STATUS_UNKNOWN, 10, UNKNOWN);
    assert_string_equal(script_followed(1)->status_text, "Rewinding");
    (void)strcpy(script_task(1)->status_text, "Thinking");
    script_poll();
    script_assert_events(UNKNOWN, END);
    assert_string_equal(script_followed(1)->status_text, "Thinking");
    turn_to(PGTASK_STATUS_RUNNING, 20, RESUMED);
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
}

static void step_is_told_with_its_place_among_all_steps(void **state)
{
    struct pgtask_task *const task = script_task(1);

    (void)state;
    task->step_count = 5;
    (void)strcpy(task->steps[0].step_name, "Pre-check");
    (void)strcpy(task->steps[1].step_name, "Download Base Backup");
    (void)strcpy(task->current_step, "Pre-check");
    follow_running();
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

static void missing_current_step_is_no_step(void **state)
{
    (void)state;
    (void)strcpy(script_task(1)->current_step, "Pre-check");
    script_task(1)->step_count = 3; /* of which none has a name */
    follow_running();
    script_task(1)->current_step[0] = '\0';
    turn_to(PGTASK_STATUS_RUNNING, 12, PROGRESSED);
    assert_int_equal(script_followed(1)->step_at, 0);
}

static void nothing_new_is_not_told(void **state)
{
    (void)state;
    follow_running();
    script_run(600000);
    script_assert_events(END);
}

static void task_that_has_ended_before_appears_and_ends(void **state)
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
    assert_done_for_good();
}

static void end_is_told_even_if_a_poll_is_asked_for_in_between(void **state)
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
    assert_done_for_good();
}

static void look_back_is_not_for_a_task_that_was_asked_for(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = SCRIPT_UNIX_S - 90 * 86400;
    script_task(1)->end_unix_s = SCRIPT_UNIX_S - 89 * 86400;
    script_set(1, PGTASK_STATUS_SUCCESS, 100);
    script_open_task();
    script_poll();
    script_assert_events(APPEARED, ENDED, END);
    assert_done_for_good();
}

static void end_without_times_of_the_service_is_timed_by_the_clock(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = SCRIPT_UNIX_S - 100;
    follow_running();
    script.now_ms += 150000;
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
    assert_int_equal(script.events[0].took_s, 250);
}

static void end_without_any_time_is_timed_from_first_sight(void **state)
{
    (void)state;
    script_task(1)->start_unix_s = PGTASK_TIME_UNKNOWN;
    follow_running();
    script.now_ms += 150000;
    turn_to(PGTASK_STATUS_SUCCESS, 100, ENDED);
    assert_int_equal(script.events[0].took_s, 150);
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
    assert_done_for_good();
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

static void task_has_vanished_once_two_whole_listings_lack_it(void **state)
{
    (void)state;
    follow_running();
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
    assert_done_for_good();
}

static void task_that_one_listing_lacks_has_not_vanished(void **state)
{
    (void)state;
    follow_running();
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

static void broken_listing_says_nothing_of_what_it_lacks(void **state)
{
    (void)state;
    follow_running();
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

static void each_failed_poll_is_told_once_and_the_next_good_answer_too(void **state)
{
    (void)state;
    script_open_task();
    (void)script_task(1);
    script.error = PGTASK_ERROR_SERVICE;
    script_poll();
    assert_true(script.watch.troubled);
    assert_false(script.watch.answered);
    script_poll();
    script_assert_events(TROUBLE, TROUBLE, END);
    script.error = PGTASK_OK;
    script_poll();
    script_assert_events(APPEARED, BACK, END);
    assert_false(script.watch.troubled);
    assert_true(script.watch.answered);
    script_run(60000);
    script_assert_events(END);
}

static void listing_that_cannot_start_is_a_failed_poll(void **state)
{
    (void)state;
    script.start_error = PGTASK_ERROR_QUERY_TIME;
    script_open_task();
    script_poll();
    script_assert_events(TROUBLE, END);
    assert_int_equal(script.last, PGTASK_WOULD_BLOCK);
}

static void end_that_came_before_the_listing_broke_counts(void **state)
{
    (void)state;
    follow_running();
    script.error = PGTASK_ERROR_TLS_TRUNCATED;
    script.error_after = 1;
    script_set(1, PGTASK_STATUS_SUCCESS, 100);
    script_poll();
    script_assert_events(ENDED, TROUBLE, END);
    assert_done_for_good();
}

static void no_good_answer_for_stale_ms_is_stale_once_until_the_next(void **state)
{
    (void)state;
    follow_running();
    script.blocked = true;
    script.interest = PGTASK_INTEREST_READ;
    script.until_ms = UINT64_MAX;
    script_run(179999);
    script_assert_events(END);
    assert_false(script.watch.stale);
    script_run(1);
    script_assert_events(STALE, END);
    script_run(3600000);
    script_assert_events(END);
    assert_true(script.watch.stale);
    script.blocked = false;
    script_turn();
    script_assert_events(BACK, END);
    assert_false(script.watch.stale);
}

static void no_answer_at_all_is_stale_counted_from_the_start(void **state)
{
    (void)state;
    script.blocked = true;
    script.until_ms = UINT64_MAX;
    script_open(&(struct pgtask_watch_config){.task_id = 1, .stale_ms = 100000});
    script_run(99999);
    script_assert_events(END);
    script_run(1);
    script_assert_events(STALE, END);
}

static void sleep_of_hours_between_polls_ends_in_a_poll_at_once(void **state)
{
    (void)state;
    follow_running();
    script_set(1, PGTASK_STATUS_RUNNING, 80);
    script.now_ms += UINT64_C(5) * 3600 * 1000;
    script_turn();
    script_assert_events(STALE, PROGRESSED, BACK, END);
    assert_int_equal(script.polls, 2);
    assert_int_equal(script.poll_ms[1], UINT64_C(5) * 3600 * 1000);
    script_run(60000);
    script_assert_events(END);
}

static void sleep_of_a_minute_is_no_news(void **state)
{
    (void)state;
    follow_running();
    script.now_ms += 60000;
    script_turn();
    script_assert_events(END);
    assert_int_equal(script.polls, 2);
}

/* The client's deadline has passed meanwhile. */
static void sleep_of_hours_during_a_poll_is_trouble_and_then_well_again(void **state)
{
    (void)state;
    follow_running();
    script.blocked = true;
    script.now_ms += 5000;
    script.until_ms = script.now_ms + 60000;
    script_turn();
    script.blocked = false;
    script.error = PGTASK_ERROR_TIMEOUT;
    script.now_ms += UINT64_C(9) * 86400 * 1000;
    script_turn();
    script_assert_events(STALE, TROUBLE, END);
    script.error = PGTASK_OK;
    script_run(5000);
    script_assert_events(BACK, END);
    assert_int_equal(script.polls, 3);
}

static void record_that_is_passed_over_gives_the_caller_a_turn(void **state)
{
    struct pgtask_event event;
    uint64_t until_ms = 1;
    unsigned turns = 0;

    (void)state;
    script_open(&(struct pgtask_watch_config){.instance_id = SCRIPT_INSTANCE,
                                              .task_types = 1u << PGTASK_TASK_TYPE_CLONE_INSTANCE});
    script.interest = PGTASK_INTEREST_READ;
    script.until_ms = UINT64_MAX;
    for (uint64_t id = 1; id <= 100; id++) {
        (void)script_task(id);
    }
    while (script.handed_on < 100) {
        assert_int_equal(pgtask_watch_next(&script.watch, &event), PGTASK_WOULD_BLOCK);
        assert_int_equal(pgtask_watch_wait_for(&script.watch, &until_ms), PGTASK_INTEREST_TIME);
        assert_true(until_ms <= script.now_ms);
        turns++;
    }
    assert_int_equal(turns, 100);
}

static void poll_under_way_waits_for_what_the_client_waits_for(void **state)
{
    struct pgtask_event event;
    uint64_t until_ms = 0;

    (void)state;
    script_open_task();
    script.blocked = true;
    script.interest = PGTASK_INTEREST_WRITE;
    script.until_ms = script.now_ms + 250;
    assert_int_equal(pgtask_watch_next(&script.watch, &event), PGTASK_WOULD_BLOCK);
    assert_int_equal(pgtask_watch_wait_for(&script.watch, &until_ms), PGTASK_INTEREST_WRITE);
    assert_int_equal(until_ms, script.now_ms + 250);
}

static void task_of_another_id_in_the_answer_is_not_taken(void **state)
{
    (void)state;
    script_open_task();
    (void)script_task(7);
    script.record.task_id = 0;
    script_poll();
    script_assert_events(END);
    script.tasks[0].task_id = 1;
    script_poll();
    script_assert_events(APPEARED, END);
}

static void watch_asks_for_its_task_alone(void **state)
{
    (void)state;
    script_open(&(struct pgtask_watch_config){.task_id = 1, .instance_id = SCRIPT_INSTANCE});
    script_poll();
    assert_int_equal(script.query.task_id, 1);
    assert_int_equal(script.query.limit, 1);
    assert_string_equal(script.query.instance_id, SCRIPT_INSTANCE);
    assert_string_equal(script.min_start_time, "");
    assert_false(script.all_pages); /* else it would end with this clock's now */
}

static enum pgtask_error open_with(struct pgtask_watch_config const *config)
{
    return pgtask_watch_open(&script.watch, config, &script.client, &script.record);
}

static void what_cannot_be_watched_is_refused(void **state)
{
    static struct {
        struct pgtask_watch_config config;
        enum pgtask_error error;
    } const cases[] = {
        {{0}, PGTASK_ERROR_ARGUMENT},
        {{.instance_id = ""}, PGTASK_ERROR_QUERY_LENGTH},
        {{.instance_id = "postgres;"}, PGTASK_ERROR_QUERY_CHARACTER},
        {{.task_id = 1, .instance_id = "a b"}, PGTASK_ERROR_QUERY_CHARACTER},
        {{.task_id = 1, .active_ms = 2000, .idle_ms = 1999}, PGTASK_ERROR_ARGUMENT},
        {{.task_id = 1, .idle_ms = 60001, .stale_ms = 60000}, PGTASK_ERROR_ARGUMENT},
        {{.task_id = 1, .stale_ms = 59999}, PGTASK_ERROR_ARGUMENT},
        {{.task_id = 1, .idle_ms = UINT32_MAX}, PGTASK_ERROR_ARGUMENT},
    };
    static struct pgtask_watch_config const good = {
        .task_id = 1, .active_ms = 1, .idle_ms = 1, .stale_ms = 1};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(open_with(&cases[i].config), cases[i].error);
        assert_int_equal(script.watch.state, PGTASK_WATCH_CLOSED);
    }
    assert_int_equal(open_with(&good), PGTASK_OK);
}

static void watch_is_opened_once_and_with_an_open_client(void **state)
{
    static struct pgtask_watch_config const config = {.task_id = 1};
    struct pgtask_event event;
    uint64_t until_ms;

    (void)state;
    script.client.state = PGTASK_CLIENT_CLOSED;
    assert_int_equal(open_with(&config), PGTASK_ERROR_STATE);
    script.client.state = PGTASK_CLIENT_IDLE;
    assert_int_equal(pgtask_watch_next(&script.watch, &event), PGTASK_ERROR_STATE);
    assert_int_equal(pgtask_watch_wait_for(&script.watch, &until_ms), PGTASK_INTEREST_TIME);
    pgtask_watch_poll_now(&script.watch);
    assert_int_equal(open_with(&config), PGTASK_OK);
    assert_int_equal(open_with(&config), PGTASK_ERROR_STATE);
    script.client.state = PGTASK_CLIENT_CLOSED;
    assert_int_equal(pgtask_watch_next(&script.watch, &event), PGTASK_ERROR_STATE);
}

static void closed_watch_cancels_its_poll_and_can_be_opened_again(void **state)
{
    struct pgtask_event event;

    (void)state;
    pgtask_watch_close(&script.watch);
    script_open_task();
    script.blocked = true;
    script.until_ms = UINT64_MAX;
    script_turn();
    pgtask_watch_close(&script.watch);
    pgtask_watch_close(&script.watch);
    assert_int_equal(script.cancels, 1);
    assert_int_equal(pgtask_watch_next(&script.watch, &event), PGTASK_ERROR_STATE);
    script.blocked = false;
    (void)script_task(1);
    script_open_task();
    script_turn();
    script_assert_events(APPEARED, END);
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
        cmocka_unit_test_setup(task_that_succeeds_is_told_from_appearing_to_its_end, script_set_up),
        cmocka_unit_test_setup(task_that_fails_is_never_polled_again, script_set_up),
        cmocka_unit_test_setup(task_that_waits_for_its_switch_is_followed_for_days, script_set_up),
        cmocka_unit_test_setup(task_that_pauses_ends_the_watch_until_it_is_told_to_go_on,
                               script_set_up),
        cmocka_unit_test_setup(unknown_status_is_told_and_followed, script_set_up),
        cmocka_unit_test_setup(step_is_told_with_its_place_among_all_steps, script_set_up),
        cmocka_unit_test_setup(missing_current_step_is_no_step, script_set_up),
        cmocka_unit_test_setup(nothing_new_is_not_told, script_set_up),
        cmocka_unit_test_setup(task_that_has_ended_before_appears_and_ends, script_set_up),
        cmocka_unit_test_setup(end_is_told_even_if_a_poll_is_asked_for_in_between, script_set_up),
        cmocka_unit_test_setup(look_back_is_not_for_a_task_that_was_asked_for, script_set_up),
        cmocka_unit_test_setup(end_without_times_of_the_service_is_timed_by_the_clock,
                               script_set_up),
        cmocka_unit_test_setup(end_without_any_time_is_timed_from_first_sight, script_set_up),
        cmocka_unit_test_setup(new_task_is_waited_for, script_set_up),
        cmocka_unit_test_setup(task_that_does_not_appear_is_absent_after_the_limit_and_not_before,
                               script_set_up),
        cmocka_unit_test_setup(limit_of_waiting_is_two_minutes_by_default, script_set_up),
        cmocka_unit_test_setup(failed_polls_do_not_make_a_task_absent, script_set_up),
        cmocka_unit_test_setup(task_has_vanished_once_two_whole_listings_lack_it, script_set_up),
        cmocka_unit_test_setup(task_that_one_listing_lacks_has_not_vanished, script_set_up),
        cmocka_unit_test_setup(task_listed_again_after_it_vanished_appears_again, script_set_up),
        cmocka_unit_test_setup(broken_listing_says_nothing_of_what_it_lacks, script_set_up),
        cmocka_unit_test_setup(each_failed_poll_is_told_once_and_the_next_good_answer_too,
                               script_set_up),
        cmocka_unit_test_setup(listing_that_cannot_start_is_a_failed_poll, script_set_up),
        cmocka_unit_test_setup(end_that_came_before_the_listing_broke_counts, script_set_up),
        cmocka_unit_test_setup(no_good_answer_for_stale_ms_is_stale_once_until_the_next,
                               script_set_up),
        cmocka_unit_test_setup(no_answer_at_all_is_stale_counted_from_the_start, script_set_up),
        cmocka_unit_test_setup(sleep_of_hours_between_polls_ends_in_a_poll_at_once, script_set_up),
        cmocka_unit_test_setup(sleep_of_a_minute_is_no_news, script_set_up),
        cmocka_unit_test_setup(sleep_of_hours_during_a_poll_is_trouble_and_then_well_again,
                               script_set_up),
        cmocka_unit_test_setup(record_that_is_passed_over_gives_the_caller_a_turn, script_set_up),
        cmocka_unit_test_setup(poll_under_way_waits_for_what_the_client_waits_for, script_set_up),
        cmocka_unit_test_setup(task_of_another_id_in_the_answer_is_not_taken, script_set_up),
        cmocka_unit_test_setup(watch_asks_for_its_task_alone, script_set_up),
        cmocka_unit_test_setup(what_cannot_be_watched_is_refused, script_set_up),
        cmocka_unit_test_setup(watch_is_opened_once_and_with_an_open_client, script_set_up),
        cmocka_unit_test_setup(closed_watch_cancels_its_poll_and_can_be_opened_again,
                               script_set_up),
        cmocka_unit_test_setup(each_event_has_a_word, script_set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
