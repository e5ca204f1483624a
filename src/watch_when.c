/* SPDX-License-Identifier: MIT */
/* When to poll again. */
#include "client_private.h"
#include "watch_private.h"

/* A task that stands still is asked for after each twelfth of the time it has stood: of some weeks
 * at most, whose milliseconds still have room. */
enum { STILL_SHARE = 12, STILL_MOST_S = 4000000 };

/* Waits vary by 1/JITTER_SHARE either way. */
enum { JITTER_SHARE = 8 };

/* What may move at any time. Who waits for a switch or an operator has time. */
static bool may_move(struct pgtask_watch_task const *task)
{
    return task->task_id != 0 && !task->vanished &&
           (task->status == PGTASK_STATUS_RUNNING || task->status == PGTASK_STATUS_UNKNOWN);
}

bool pgtask_watch_is_awaited(struct pgtask_watch const *watch)
{
    return watch->config.until_done && watch->tasks[0].task_id == 0;
}

uint32_t pgtask_watch_interval_ms(struct pgtask_watch const *watch)
{
    uint32_t interval_ms = pgtask_watch_is_awaited(watch) ? 0 : watch->config.idle_ms;

    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        uint32_t const still_s = watch->now_s - watch->tasks[i].news_s;
        uint32_t const wait_ms =
            (still_s < STILL_MOST_S ? still_s : STILL_MOST_S) * 1000 / STILL_SHARE;

        if (may_move(&watch->tasks[i]) && wait_ms < interval_ms) {
            interval_ms = wait_ms;
        }
    }
    return interval_ms > watch->config.active_ms ? interval_ms : watch->config.active_ms;
}

/* No sum here is too large: idle_ms is a third of what 32 bits hold, or less. */
uint32_t pgtask_watch_back_off_ms(struct pgtask_watch const *watch)
{
    uint32_t const most_ms = watch->config.idle_ms;
    uint32_t wait_ms = watch->config.active_ms;

    for (uint32_t i = 1; i < watch->failed_polls && wait_ms < most_ms; i++) {
        wait_ms *= 2;
    }
    return wait_ms < most_ms ? wait_ms : most_ms;
}

void pgtask_watch_wait(struct pgtask_watch *watch, struct pgtask_event const *event,
                       uint32_t wait_ms)
{
    uint32_t const share_ms = wait_ms / JITTER_SHARE;
    uint32_t const chance = pgtask_client_chance(watch->client);

    wait_ms += (uint32_t)((UINT64_C(2) * share_ms + 1) * chance >> 32) - share_ms;
    watch->due_ms = event->at_ms + wait_ms;
    watch->state = PGTASK_WATCH_WAIT;
}
