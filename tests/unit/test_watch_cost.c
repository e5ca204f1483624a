/* SPDX-License-Identifier: MIT */
/* How many requests and bytes a watch costs the service. */
#include <pgtask/watch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"
#include "live_watch.h"

/*
 * It runs in real time, for longer than the rate limit looks back. It is the first test, because
 * the limit counts the requests of all tests.
 */
static void watch_never_asks_faster_than_the_service_allows(void **state)
{
    struct pgtask_event event;
    uint64_t until_ms;

    (void)state;
    simulator_play(&rig.simulator, "{\"rate_per_s\":20}");
    live_open(&(struct pgtask_watch_config){
        .instance_id = "postgres-nobody", .active_ms = 1, .idle_ms = 1});
    while (live_now_ms() < 2500) {
        enum pgtask_interest interest;

        assert_int_equal(pgtask_watch_next(&live.watch, &event), PGTASK_WOULD_BLOCK);
        interest = pgtask_watch_wait_for(&live.watch, &until_ms);
        rig.port.wait(rig.port.context, interest, until_ms);
    }
    assert_int_equal(pgtask_client_counters(&rig.client)->retries, 0);
    assert_in_range(live_requests(), 15, 48);
}

static void hundred_tasks_cost_two_pages_a_poll(void **state)
{
    enum { TASKS = 100 };

    (void)state;
    for (int i = 0; i < TASKS; i++) {
        (void)live_start_task("{\"duration_s\":100000,\"instance_id\":\"postgres-many\"}");
    }
    (void)live_start_task(
        "{\"duration_s\":100,\"outcome\":\"Fail\",\"task_type\":\"CloneInstance\","
        "\"age_s\":90,\"instance_id\":\"postgres-many\"}");
    live_open(&(struct pgtask_watch_config){.instance_id = "postgres-many",
                                            .task_types = PGTASK_WATCH_RESTORES});
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    live_assert_told("appeared appeared appeared appeared appeared appeared appeared appeared ");
    assert_int_equal(live.watch.overflow, TASKS - 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(live.watch.tasks[i].type, PGTASK_TASK_TYPE_RESTORE_DATABASE);
    }
    assert_in_range(live_requests(), 2 * 9, 2 * 15); /* 101 are two pages */
}

static void quiet_instance_costs_one_small_page_a_poll(void **state)
{
    uint64_t bytes;
    uint32_t before;

    (void)state;
    live_open(&(struct pgtask_watch_config){.instance_id = "postgres-1000063z"});
    assert_int_equal(live_go_on(MINUTES(1)), PGTASK_WOULD_BLOCK);
    bytes = pgtask_client_counters(&rig.client)->bytes_received;
    before = live_requests();
    assert_int_equal(live_go_on(MINUTES(10)), PGTASK_WOULD_BLOCK);
    assert_in_range(live_requests() - before, 9, 12);
    bytes = pgtask_client_counters(&rig.client)->bytes_received - bytes;
    assert_in_range(bytes, 1, 5000 * (live_requests() - before));
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        LIVE_TEST(watch_never_asks_faster_than_the_service_allows),
        LIVE_TEST(hundred_tasks_cost_two_pages_a_poll),
        LIVE_TEST(quiet_instance_costs_one_small_page_a_poll),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
