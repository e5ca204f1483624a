/* SPDX-License-Identifier: MIT */
/* How polls go: trouble, staleness, sleep and turns; and how a watch opens and closes. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watch_script.h"

static void each_failed_poll_is_reported_once_and_so_is_the_next_good_answer(void **state)
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

static bool is_blocked_after(enum pgtask_error error)
{
    script.error = error;
    script_poll();
    return script.watch.blocked;
}

static void watch_is_blocked_while_asking_again_does_not_mend_the_failure(void **state)
{
    (void)state;
    script_open_task();
    (void)script_task(1);
    assert_true(is_blocked_after(PGTASK_ERROR_TLS_UNKNOWN_CA));
    assert_false(is_blocked_after(PGTASK_ERROR_TIMEOUT));
    assert_true(is_blocked_after(PGTASK_ERROR_CREDENTIALS));
    assert_false(is_blocked_after(PGTASK_ERROR_TLS_HANDSHAKE));
    assert_true(is_blocked_after(PGTASK_ERROR_TLS_EXPIRED));
    assert_false(is_blocked_after(PGTASK_ERROR_TLS_RECORD));
    script.client.failure.offset = 19464;
    assert_true(is_blocked_after(PGTASK_ERROR_TLS_RECORD));
    assert_false(is_blocked_after(PGTASK_OK));
    assert_false(is_blocked_after(PGTASK_ERROR_CANCELLED));
    (void)strcpy(script.client.failure.code, "UnauthorizedOperation.CAMAuthenticationFailed");
    assert_true(is_blocked_after(PGTASK_ERROR_SERVICE));
    (void)strcpy(script.client.failure.code, "InternalError");
    assert_false(is_blocked_after(PGTASK_ERROR_SERVICE));
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
    script_follow_running();
    script.error = PGTASK_ERROR_TLS_TRUNCATED;
    script.error_after = 1;
    script_set(1, PGTASK_STATUS_SUCCESS, 100);
    script_poll();
    script_assert_events(ENDED, TROUBLE, END);
    script_assert_done_for_good();
}

static void watch_is_stale_once_after_stale_ms_without_a_good_answer(void **state)
{
    (void)state;
    script_follow_running();
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

static void stale_time_counts_from_the_start_if_there_was_no_answer(void **state)
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
    script_follow_running();
    script_set(1, PGTASK_STATUS_RUNNING, 80);
    script.now_ms += UINT64_C(5) * 3600 * 1000;
    script_turn();
    script_assert_events(STALE, PROGRESSED, BACK, END);
    assert_int_equal(script.polls, 2);
    assert_int_equal(script.poll_ms[1], UINT64_C(5) * 3600 * 1000);
    script_run(60000);
    script_assert_events(END);
}

static void sleep_of_a_minute_has_no_event(void **state)
{
    (void)state;
    script_follow_running();
    script.now_ms += 60000;
    script_turn();
    script_assert_events(END);
    assert_int_equal(script.polls, 2);
}

/* The deadline of the client has passed meanwhile. */
static void sleep_of_hours_during_a_poll_is_trouble_and_then_well_again(void **state)
{
    (void)state;
    script_follow_running();
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

static void watch_of_one_task_asks_only_for_that_task(void **state)
{
    (void)state;
    script_open(&(struct pgtask_watch_config){.task_id = 1, .instance_id = SCRIPT_INSTANCE});
    script_poll();
    assert_int_equal(script.query.task_id, 1);
    assert_int_equal(script.query.limit, 1);
    assert_string_equal(script.query.instance_id, SCRIPT_INSTANCE);
    assert_string_equal(script.min_start_time, "");
    assert_false(script.all_pages); /* otherwise it would end with the wrong time of this clock */
}

static enum pgtask_error open_with(struct pgtask_watch_config const *config)
{
    return pgtask_watch_open(&script.watch, config, &script.client, &script.record);
}

static void watch_without_a_task_or_with_bad_times_is_refused(void **state)
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

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(each_failed_poll_is_reported_once_and_so_is_the_next_good_answer,
                               script_set_up),
        cmocka_unit_test_setup(watch_is_blocked_while_asking_again_does_not_mend_the_failure,
                               script_set_up),
        cmocka_unit_test_setup(listing_that_cannot_start_is_a_failed_poll, script_set_up),
        cmocka_unit_test_setup(end_that_came_before_the_listing_broke_counts, script_set_up),
        cmocka_unit_test_setup(watch_is_stale_once_after_stale_ms_without_a_good_answer,
                               script_set_up),
        cmocka_unit_test_setup(stale_time_counts_from_the_start_if_there_was_no_answer,
                               script_set_up),
        cmocka_unit_test_setup(sleep_of_hours_between_polls_ends_in_a_poll_at_once, script_set_up),
        cmocka_unit_test_setup(sleep_of_a_minute_has_no_event, script_set_up),
        cmocka_unit_test_setup(sleep_of_hours_during_a_poll_is_trouble_and_then_well_again,
                               script_set_up),
        cmocka_unit_test_setup(record_that_is_passed_over_gives_the_caller_a_turn, script_set_up),
        cmocka_unit_test_setup(poll_under_way_waits_for_what_the_client_waits_for, script_set_up),
        cmocka_unit_test_setup(task_of_another_id_in_the_answer_is_not_taken, script_set_up),
        cmocka_unit_test_setup(watch_of_one_task_asks_only_for_that_task, script_set_up),
        cmocka_unit_test_setup(watch_without_a_task_or_with_bad_times_is_refused, script_set_up),
        cmocka_unit_test_setup(watch_is_opened_once_and_with_an_open_client, script_set_up),
        cmocka_unit_test_setup(closed_watch_cancels_its_poll_and_can_be_opened_again,
                               script_set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
