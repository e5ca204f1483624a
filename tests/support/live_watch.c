/* SPDX-License-Identifier: MIT */
/* Waits for a time pass at once: the clocks of the device and of the service go on together. */
#include "live_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_rig.h"

struct live live;

int live_set_up(void **state)
{
    int const result = client_set_up(state);

    memset(&live, 0, sizeof live);
    live.scenario = "";
    rig.config.timeout_ms = 0;
    rig.config.request_interval_ms = 0;
    rig.config.retry = (struct pgtask_retry_policy){0};
    client_open_again();
    return result;
}

int live_tear_down(void **state)
{
    pgtask_watch_close(&live.watch);
    return client_tear_down(state);
}

uint64_t live_start_task(char const *members)
{
    return simulator_start_task(&rig.simulator, members);
}

void live_pass_ms(uint64_t time_ms)
{
    char members[256];

    live.passed_ms += time_ms;
    rig.skew_ms += time_ms;
    rig.unix_skew_s = (int64_t)(live.passed_ms / 1000) + live.fast_s;
    (void)snprintf(members, sizeof members, "\"clock_offset_s\":%.3f%s%s",
                   (double)live.passed_ms / 1000, live.scenario[0] != '\0' ? "," : "",
                   live.scenario);
    client_play(members);
}

void live_play(char const *scenario)
{
    live.scenario = scenario;
    live_pass_ms(0);
}

uint64_t live_now_ms(void)
{
    return rig.port.monotonic_ms(rig.port.context) - live.begin_ms;
}

void live_open(struct pgtask_watch_config const *config)
{
    live.begin_ms += live_now_ms();
    assert_int_equal(pgtask_watch_open(&live.watch, config, &rig.client, &rig.task), PGTASK_OK);
}

void live_follow(uint64_t task_id)
{
    live_open(&(struct pgtask_watch_config){.task_id = task_id});
}

void live_keep(struct pgtask_event const *event)
{
    if (event->kind == PGTASK_EVENT_PROGRESSED) {
        assert_int_not_equal(event->before_percent, event->task->progress_percent);
        live.progressed++;
    } else if (event->kind == PGTASK_EVENT_STEP) {
        live.stepped++;
    } else {
        (void)strcat(live.told, pgtask_event_text(event->kind));
        (void)strcat(live.told, " ");
        assert_true(strlen(live.told) < sizeof live.told - 32);
    }
    if (event->kind == PGTASK_EVENT_ENDED) {
        live.took_s = event->took_s;
    }
}

enum pgtask_error live_go_on(uint64_t time_ms)
{
    uint64_t const end_ms = live_now_ms() + time_ms;
    struct pgtask_event event;

    while (live_now_ms() < end_ms) {
        enum pgtask_error const error = pgtask_watch_next(&live.watch, &event);
        enum pgtask_interest interest;
        uint64_t until_ms = 0;

        if (error == PGTASK_OK) {
            live_keep(&event);
            continue;
        }
        if (error != PGTASK_WOULD_BLOCK) {
            return error;
        }
        interest = pgtask_watch_wait_for(&live.watch, &until_ms);
        if (interest != PGTASK_INTEREST_TIME) {
            rig.port.wait(rig.port.context, interest, until_ms);
        } else if (until_ms > live.begin_ms + live_now_ms()) {
            live_pass_ms(until_ms - live.begin_ms - live_now_ms());
        }
    }
    return PGTASK_WOULD_BLOCK;
}

void live_assert_told(char const *words)
{
    assert_string_equal(live.told, words);
    live.told[0] = '\0';
}

struct pgtask_watch_task const *live_first(void)
{
    return &live.watch.tasks[0];
}

uint32_t live_requests(void)
{
    return pgtask_client_counters(&rig.client)->requests;
}
