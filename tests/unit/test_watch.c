/* SPDX-License-Identifier: MIT */
/* Restores that a watch follows from their beginning to their end, over the real client. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"
#include "live_watch.h"

static void restore_that_succeeds_is_followed_to_its_end(void **state)
{
    (void)state;
    live_follow(live_start_task("{\"duration_s\":300}"));
    assert_int_equal(live_go_on(MINUTES(10)), PGTASK_DONE);
    live_assert_told("appeared ended ");
    assert_int_equal(live_first()->status, PGTASK_STATUS_SUCCESS);
    assert_int_equal(live.took_s, 300);
    assert_int_equal(live.stepped, 4);
    assert_in_range(live.progressed, 40, 60);
    assert_in_range(live_now_ms(), 299000, 330000); /* the start has whole seconds */
    /* a poll each 5 s, or an eighth earlier, and one more for each step */
    assert_in_range(live_requests(), 45, 300 / 4 + 8);
}

static void restore_that_fails_is_not_polled_after_its_end(void **state)
{
    uint32_t before;

    (void)state;
    live_follow(live_start_task("{\"duration_s\":100,\"outcome\":\"Fail\"}"));
    assert_int_equal(live_go_on(MINUTES(10)), PGTASK_DONE);
    live_assert_told("appeared ended ");
    assert_int_equal(live_first()->status, PGTASK_STATUS_FAIL);
    assert_int_equal(live.took_s, 60);
    before = live_requests();
    live_pass_ms(MINUTES(1000));
    assert_int_equal(live_go_on(MINUTES(1000)), PGTASK_DONE);
    assert_int_equal(live_requests(), before);
}

static void restore_that_waits_for_its_switch_is_followed_through_it(void **state)
{
    (void)state;
    live_follow(live_start_task("{\"duration_s\":600,\"outcome\":\"WaitSwitch\"}"));
    assert_int_equal(live_go_on(MINUTES(30)), PGTASK_DONE);
    live_assert_told("appeared wait_switch resumed ended ");
    assert_int_equal(live_first()->status, PGTASK_STATUS_SUCCESS);
    assert_int_equal(live.took_s, 960);
}

static void restore_that_pauses_needs_an_operator_and_goes_on_when_asked(void **state)
{
    (void)state;
    live_follow(live_start_task("{\"duration_s\":200,\"outcome\":\"Resume\"}"));
    assert_int_equal(live_go_on(MINUTES(3)), PGTASK_DONE);
    live_assert_told("appeared operator ");
    assert_int_equal(live_first()->status, PGTASK_STATUS_PAUSE);
    live_pass_ms(MINUTES(2));
    pgtask_watch_poll_now(&live.watch);
    assert_int_equal(live_go_on(MINUTES(10)), PGTASK_DONE);
    live_assert_told("resumed ended ");
}

static void instance_is_followed_through_pause_and_unknown_status(void **state)
{
    (void)state;
    (void)live_start_task(
        "{\"duration_s\":200,\"outcome\":\"Resume\",\"instance_id\":\"postgres-pause\"}");
    live_open(&(struct pgtask_watch_config){.instance_id = "postgres-pause", .until_done = true});
    assert_int_equal(live_go_on(MINUTES(3)), PGTASK_DONE);
    live_assert_told("appeared operator ");
    pgtask_watch_close(&live.watch);
    (void)live_start_task(
        "{\"duration_s\":200,\"outcome\":\"Unknown\",\"instance_id\":\"postgres-odd\"}");
    live_open(&(struct pgtask_watch_config){.instance_id = "postgres-odd", .until_done = true});
    assert_int_equal(live_go_on(MINUTES(2)), PGTASK_WOULD_BLOCK);
    live_assert_told("appeared unknown_status ");
    assert_string_equal(live_first()->status_text, "Rewinding");
    assert_int_equal(live_go_on(MINUTES(10)), PGTASK_DONE);
    live_assert_told("resumed ended ");
}

static void watch_of_restores_passes_over_other_types(void **state)
{
    (void)state;
    (void)live_start_task("{\"duration_s\":60,\"task_type\":\"CloneInstance\","
                          "\"instance_id\":\"postgres-types\"}");
    live_open(&(struct pgtask_watch_config){.instance_id = "postgres-types",
                                            .task_types = PGTASK_WATCH_RESTORES});
    assert_int_equal(live_go_on(MINUTES(2)), PGTASK_WOULD_BLOCK);
    live_assert_told("");
    (void)live_start_task("{\"duration_s\":60,\"instance_id\":\"postgres-types\"}");
    assert_int_equal(live_go_on(MINUTES(4)), PGTASK_WOULD_BLOCK);
    live_assert_told("appeared ended ");
    assert_int_equal(live.watch.overflow, 0);
}

static void task_that_appears_late_is_waited_for(void **state)
{
    (void)state;
    live_follow(live_start_task("{\"duration_s\":300,\"appears_s\":40}"));
    assert_int_equal(live_go_on(38000), PGTASK_WOULD_BLOCK);
    live_assert_told("");
    assert_in_range(live_requests(), 6, 10);
    assert_int_equal(live_go_on(10000), PGTASK_WOULD_BLOCK);
    live_assert_told("appeared ");
}

static void task_that_never_appears_is_given_up_after_the_limit(void **state)
{
    (void)state;
    live_follow(424242);
    assert_int_equal(live_go_on(MINUTES(10)), PGTASK_DONE);
    live_assert_told("absent ");
    assert_in_range(live_now_ms(), 120000, 130000);
}

static void task_that_vanishes_is_reported(void **state)
{
    (void)state;
    live_follow(live_start_task("{\"duration_s\":300,\"vanishes_s\":100}"));
    assert_int_equal(live_go_on(MINUTES(10)), PGTASK_DONE);
    live_assert_told("appeared vanished ");
    assert_in_range(live_now_ms(), 98000, 130000);
}

static void time_left_of_a_restore_holds_what_it_says(void **state)
{
    unsigned said = 0;

    (void)state;
    live_follow(live_start_task("{\"duration_s\":400}"));
    while (live_go_on(10000) == PGTASK_WOULD_BLOCK) {
        struct pgtask_watch_left const left =
            pgtask_watch_left(live_first(), live.begin_ms + live_now_ms());
        uint64_t const now_s = live_now_ms() / 1000;

        if (left.known) {
            said++;
            /* The task may have begun up to a second before the watch, and the watch may not have
             * seen its end yet. */
            assert_in_range(now_s < 400 ? 400 - now_s : 0, left.least_s, left.most_s + 1);
        }
    }
    assert_in_range(said, 20, 38);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        LIVE_TEST(restore_that_succeeds_is_followed_to_its_end),
        LIVE_TEST(restore_that_fails_is_not_polled_after_its_end),
        LIVE_TEST(restore_that_waits_for_its_switch_is_followed_through_it),
        LIVE_TEST(restore_that_pauses_needs_an_operator_and_goes_on_when_asked),
        LIVE_TEST(instance_is_followed_through_pause_and_unknown_status),
        LIVE_TEST(watch_of_restores_passes_over_other_types),
        LIVE_TEST(task_that_appears_late_is_waited_for),
        LIVE_TEST(task_that_never_appears_is_given_up_after_the_limit),
        LIVE_TEST(task_that_vanishes_is_reported),
        LIVE_TEST(time_left_of_a_restore_holds_what_it_says),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
