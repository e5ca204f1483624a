/* SPDX-License-Identifier: MIT */
/*
 * What the polls of a watch list, and how far back.
 *
 * A listing has to show every task that is live, and should show little else. The service lists
 * tasks by their start, so MinStartTime decides how far back a listing reaches:
 *
 *   the first one   30 days before now, or the look-back if that is longer
 *   later ones      15 minutes before the last good one, or the start of the oldest live task if
 *                   that is earlier
 *
 * Example: a poll at 16:00 finds a task that has been running since 14:20, so the next poll asks
 * for tasks from 14:20 on. Once that task has ended, the polls ask for those of the last quarter of
 * an hour.
 *
 * The first request may be what shows that the device's clock is fast. The client corrects the
 * clock and asks again, but with the same MinStartTime: so the watch then lists once more.
 */
#include "watch_private.h"

#define FIRST_LOOK_S 2592000u

/* The service accepts a clock that is five minutes wrong, and may list a task some time after its
 * start. */
#define OVERLAP_S 900u

/* Without a clock MinStartTime stays as it is, and the listings reach further back. */
static enum pgtask_error set_min_start_time(struct pgtask_watch *watch, uint32_t back_s)
{
    int64_t unix_s;

    if (!pgtask_client_unix_time_s(watch->client, &unix_s)) {
        return PGTASK_ERROR_NO_TIME;
    }
    watch->reckoned_s = unix_s;
    unix_s -= back_s;
    if (unix_s > watch->oldest_live_s) {
        unix_s = watch->oldest_live_s;
    }
    return pgtask_client_write_time(watch->client, unix_s, watch->min_start_time);
}

/* One task is found only by its id: a listing of all pages ends with now, and a wrong clock could
 * leave the task out. */
enum pgtask_error pgtaski_watch_start_listing(struct pgtask_watch *watch)
{
    uint32_t const lookback_s = watch->config.lookback_s;
    struct pgtask_query query = {.task_id = watch->config.task_id,
                                 .instance_id = watch->config.instance_id};

    watch->oldest_live_s = INT64_MAX;
    if (!watch->answered) {
        (void)set_min_start_time(watch, lookback_s > FIRST_LOOK_S ? lookback_s : FIRST_LOOK_S);
    }
    if (watch->follows_one) {
        query.limit = 1;
        return pgtask_client_list(watch->client, &query);
    }
    if (watch->min_start_time[0] != '\0') {
        query.min_start_time = watch->min_start_time;
    }
    return pgtask_client_list_all(watch->client, &query);
}

void pgtaski_watch_reach_back_to(struct pgtask_watch *watch, int64_t start_s)
{
    if (start_s < watch->oldest_live_s) {
        watch->oldest_live_s = start_s;
    }
}

bool pgtaski_watch_prepare_next_listing(struct pgtask_watch *watch)
{
    int64_t const reckoned_s = watch->reckoned_s;

    (void)set_min_start_time(watch, OVERLAP_S);
    return watch->answered || watch->reckoned_s >= reckoned_s;
}
