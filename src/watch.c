/* SPDX-License-Identifier: MIT */
/* The watch's interface, and its polls as a state machine. */
#include <pgtask/watch.h>

#include <string.h>

#include "client_private.h"
#include "text.h"
#include "watch_private.h"

/* How far back the first poll looks for tasks that have not ended. */
#define FIRST_LOOK_S 2592000u

/*
 * A later poll looks for new tasks from so long before the last good one on. The service lets a
 * clock be five minutes wrong, and may list a task later than it started.
 */
#define OVERLAP_S 900u

enum { LONG_STALE = 3 };

char const *pgtask_event_text(enum pgtask_event_kind kind)
{
    static char const texts[] = "progressed\0step\0unknown_status\0resumed\0wait_switch\0operator\0"
                                "appeared\0ended\0vanished\0absent\0trouble\0stale\0back\0";

    return pgtaski_text_at(texts, kind <= PGTASK_EVENT_BACK ? kind : PGTASK_EVENT_BACK + 1);
}

static uint32_t at_least(uint32_t value, uint32_t least)
{
    return value > least ? value : least;
}

/* Fills in the defaults. @return whether the times are in order */
static bool complete(struct pgtask_watch_config *config)
{
    uint32_t const most_ms = UINT32_MAX / LONG_STALE;

    config->active_ms = pgtask_or_default(config->active_ms, PGTASK_WATCH_DEFAULT_ACTIVE_MS);
    config->idle_ms = pgtask_or_default(config->idle_ms,
                                        at_least(PGTASK_WATCH_DEFAULT_IDLE_MS, config->active_ms));
    if (config->idle_ms < config->active_ms || config->idle_ms > most_ms) {
        return false;
    }
    config->stale_ms = pgtask_or_default(
        config->stale_ms, at_least(PGTASK_WATCH_DEFAULT_STALE_MS, config->idle_ms * LONG_STALE));
    config->appear_ms = pgtask_or_default(config->appear_ms, PGTASK_WATCH_DEFAULT_APPEAR_MS);
    config->lookback_s = pgtask_or_default(config->lookback_s, PGTASK_WATCH_DEFAULT_LOOKBACK_S);
    return config->stale_ms >= config->idle_ms;
}

static bool is_open(struct pgtask_watch const *watch)
{
    return watch->state != PGTASK_WATCH_CLOSED && watch->client->state != PGTASK_CLIENT_CLOSED;
}

static void start_stale_time(struct pgtask_watch *watch, uint64_t now_ms)
{
    watch->stale_at_ms = now_ms + watch->config.stale_ms;
}

enum pgtask_error pgtask_watch_open(struct pgtask_watch *watch,
                                    struct pgtask_watch_config const *config,
                                    struct pgtask_client *client, struct pgtask_task *record)
{
    struct pgtask_query query = {.limit = 0};
    enum pgtask_error error;

    if (watch->state != PGTASK_WATCH_CLOSED || client->state == PGTASK_CLIENT_CLOSED) {
        return PGTASK_ERROR_STATE;
    }
    memset(watch, 0, sizeof *watch);
    watch->config = *config;
    watch->client = client;
    watch->record = record;
    if (config->task_id != 0) {
        watch->follows_one = true;
        watch->config.until_done = true;
    }
    query.instance_id = watch->config.instance_id;
    error = pgtask_query_check(&query, NULL);
    if (error != PGTASK_OK) {
        return error;
    }
    if ((!watch->follows_one && query.instance_id == NULL) || !complete(&watch->config)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    watch->opened_ms = pgtask_client_now_ms(watch->client);
    start_stale_time(watch, watch->opened_ms);
    watch->state = PGTASK_WATCH_DUE;
    return PGTASK_OK;
}

static enum pgtask_error tell(struct pgtask_event *event, enum pgtask_event_kind kind)
{
    event->kind = kind;
    return PGTASK_OK;
}

/*
 * Listings reach back so far, and to the oldest live task. Without a clock, or outside its years,
 * it stays what it was.
 */
static enum pgtask_error set_min_start_time(struct pgtask_watch *watch, uint32_t back_s)
{
    int64_t unix_s;

    if (!pgtask_client_unix_time_s(watch->client, &unix_s)) {
        return PGTASK_ERROR_NO_TIME;
    }
    unix_s -= back_s;
    if (unix_s > watch->oldest_live_s) {
        unix_s = watch->oldest_live_s;
    }
    return pgtask_time_write(unix_s, watch->client->config.task.utc_offset_s,
                             watch->min_start_time);
}

/* Every task that was followed is over, and none that had no place is live. */
static bool all_are_over(struct pgtask_watch const *watch)
{
    size_t i = 0;

    for (; i < PGTASK_WATCH_TASKS && watch->tasks[i].task_id != 0; i++) {
        if (!pgtask_watch_is_over(&watch->tasks[i])) {
            return false;
        }
    }
    return i > 0 && !watch->live_outside;
}

static enum pgtask_error fail(struct pgtask_watch *watch, struct pgtask_event *event)
{
    watch->troubled = true;
    watch->failed_polls++;
    if (watch->follows_one && all_are_over(watch)) {
        watch->state = PGTASK_WATCH_ENDED;
    } else {
        pgtask_watch_wait(watch, event, pgtask_watch_back_off_ms(watch));
    }
    return tell(event, PGTASK_EVENT_TROUBLE);
}

static enum pgtask_error on_due(struct pgtask_watch *watch, struct pgtask_event *event)
{
    struct pgtask_watch_config const *const config = &watch->config;
    struct pgtask_query query = {.task_id = config->task_id, .instance_id = config->instance_id};
    enum pgtask_error error;

    if (watch->state == PGTASK_WATCH_WAIT && event->at_ms < watch->due_ms) {
        return PGTASK_WOULD_BLOCK;
    }
    watch->poll++;
    watch->overflowing = 0;
    watch->live_outside = false;
    watch->oldest_live_s = INT64_MAX;
    watch->changed = false;
    watch->state = PGTASK_WATCH_LISTING;
    if (!watch->answered) {
        (void)set_min_start_time(watch, at_least(config->lookback_s, FIRST_LOOK_S));
    }
    /* A listing of all pages ends with now: one task alone is to be found by any clock. */
    if (watch->follows_one) {
        query.limit = 1;
        error = pgtask_client_list(watch->client, &query);
    } else {
        if (watch->min_start_time[0] != '\0') {
            query.min_start_time = watch->min_start_time;
        }
        error = pgtask_client_list_all(watch->client, &query);
    }
    return error == PGTASK_OK ? PGTASK_MORE : fail(watch, event);
}

static enum pgtask_error on_listed(struct pgtask_watch *watch, struct pgtask_event *event)
{
    bool const was_away = watch->troubled || watch->stale;

    if (!watch->answered) {
        watch->changed = false; /* it was so before */
    }
    pgtask_watch_count_missed(watch);
    (void)set_min_start_time(watch, OVERLAP_S);
    watch->answered = true;
    watch->answer_ms = event->at_ms;
    start_stale_time(watch, event->at_ms);
    watch->overflow = watch->overflowing;
    watch->overflow_live = watch->live_outside;
    watch->failed_polls = 0;
    watch->troubled = false;
    watch->stale = false;
    watch->state = PGTASK_WATCH_SETTLE;
    return was_away ? tell(event, PGTASK_EVENT_BACK) : PGTASK_MORE;
}

static enum pgtask_error on_listing(struct pgtask_watch *watch, struct pgtask_event *event)
{
    enum pgtask_error error;

    if (watch->pending_end) {
        event->kind = PGTASK_EVENT_ENDED;
        pgtask_watch_tell(watch, pgtask_watch_find(watch, watch->record->task_id), event);
        return PGTASK_OK;
    }
    error = pgtask_client_next(watch->client, watch->record);
    if (error == PGTASK_OK && !pgtask_watch_note(watch, event)) {
        watch->eager = true;
        return PGTASK_WOULD_BLOCK;
    }
    if (error == PGTASK_DONE) {
        return on_listed(watch, event);
    }
    return error < 0 ? fail(watch, event) : error;
}

static enum pgtask_error on_settle(struct pgtask_watch *watch, struct pgtask_event *event)
{
    struct pgtask_watch_config const *const config = &watch->config;

    if (pgtask_watch_note_vanished(watch, event)) {
        return PGTASK_OK;
    }
    if (config->until_done && all_are_over(watch)) {
        watch->state = PGTASK_WATCH_ENDED;
        return PGTASK_MORE;
    }
    watch->hurried = watch->changed && !watch->hurried;
    pgtask_watch_wait(watch, event, watch->hurried ? 0 : pgtask_watch_interval_ms(watch));
    if (pgtask_watch_is_awaited(watch)) {
        uint64_t const appear_by_ms = watch->opened_ms + config->appear_ms;

        if (event->at_ms >= appear_by_ms) {
            watch->state = PGTASK_WATCH_ENDED;
            return tell(event, PGTASK_EVENT_ABSENT);
        }
        if (watch->due_ms > appear_by_ms) {
            watch->due_ms = appear_by_ms;
        }
    }
    return PGTASK_MORE;
}

/* One transition. PGTASK_MORE: go on with the next. */
static enum pgtask_error step(struct pgtask_watch *watch, struct pgtask_event *event)
{
    switch (watch->state) {
    case PGTASK_WATCH_WAIT:
    case PGTASK_WATCH_DUE: return on_due(watch, event);
    case PGTASK_WATCH_LISTING: return on_listing(watch, event);
    case PGTASK_WATCH_SETTLE: return on_settle(watch, event);
    default: return PGTASK_DONE; /* PGTASK_WATCH_ENDED */
    }
}

enum pgtask_error pgtask_watch_next(struct pgtask_watch *watch, struct pgtask_event *event)
{
    enum pgtask_error error = PGTASK_MORE;

    if (!is_open(watch)) {
        return PGTASK_ERROR_STATE;
    }
    memset(event, 0, sizeof *event);
    event->before_percent = PGTASK_PERCENT_UNKNOWN;
    event->at_ms = pgtask_client_now_ms(watch->client);
    watch->now_s = pgtask_watch_s(event->at_ms);
    watch->eager = false;
    if (!watch->stale && watch->state != PGTASK_WATCH_ENDED && event->at_ms >= watch->stale_at_ms) {
        watch->stale = true;
        return tell(event, PGTASK_EVENT_STALE);
    }
    while (error == PGTASK_MORE) {
        error = step(watch, event);
    }
    return error;
}

enum pgtask_interest pgtask_watch_wait_for(struct pgtask_watch const *watch, uint64_t *until_ms)
{
    enum pgtask_interest interest = PGTASK_INTEREST_TIME;

    *until_ms = 0;
    if (!is_open(watch) || watch->eager) {
        return interest;
    }
    if (watch->state == PGTASK_WATCH_WAIT) {
        *until_ms = watch->due_ms;
    } else if (watch->state == PGTASK_WATCH_LISTING) {
        interest = pgtask_client_wait_for(watch->client, until_ms);
    }
    if (!watch->stale && *until_ms > watch->stale_at_ms) {
        *until_ms = watch->stale_at_ms;
    }
    return interest;
}

void pgtask_watch_poll_now(struct pgtask_watch *watch)
{
    if (!is_open(watch)) {
        return;
    }
    if (watch->state == PGTASK_WATCH_ENDED) {
        watch->opened_ms = pgtask_client_now_ms(watch->client);
        start_stale_time(watch, watch->opened_ms);
    }
    watch->failed_polls = 0;
    watch->state = PGTASK_WATCH_DUE;
}

void pgtask_watch_close(struct pgtask_watch *watch)
{
    if (watch->state == PGTASK_WATCH_LISTING) {
        pgtask_client_cancel(watch->client);
    }
    watch->state = PGTASK_WATCH_CLOSED;
}
