/* SPDX-License-Identifier: MIT */
/*
 * The public functions of the watch, its polls as a state machine, and when to poll.
 *
 *   DUE --> LISTING --> SETTLE --> WAIT --> LISTING ...        ENDED
 *
 * LISTING takes the client's records one by one, and SETTLE reports the tasks that were not among
 * them. A poll that fails goes from LISTING straight to WAIT. The watch ends in SETTLE, or when the
 * one task that it follows is over and its poll fails. pgtask_watch_poll_now() goes to DUE.
 */
#include <pgtask/watch.h>

#include <string.h>

#include "defaults.h"
#include "text.h"
#include "transition.h"
#include "watch_private.h"

enum { STALE_POLLS = 3 };

/* A task that stands still is asked for after each twelfth of the time for which it has stood
 * still. That time counts up to some weeks, whose milliseconds fit into 32 bits. */
enum { STILL_SHARE = 12, STILL_MOST_S = 4000000 };

/* Waits vary by 1/JITTER_SHARE either way. */
enum { JITTER_SHARE = 8 };

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
static bool fill_in_defaults(struct pgtask_watch_config *config)
{
    uint32_t const most_ms = UINT32_MAX / STALE_POLLS;

    config->active_ms = pgtaski_or_default(config->active_ms, PGTASK_WATCH_DEFAULT_ACTIVE_MS);
    config->idle_ms = pgtaski_or_default(config->idle_ms,
                                         at_least(PGTASK_WATCH_DEFAULT_IDLE_MS, config->active_ms));
    if (config->idle_ms < config->active_ms || config->idle_ms > most_ms) {
        return false;
    }
    config->stale_ms = pgtaski_or_default(
        config->stale_ms, at_least(PGTASK_WATCH_DEFAULT_STALE_MS, config->idle_ms * STALE_POLLS));
    config->appear_ms = pgtaski_or_default(config->appear_ms, PGTASK_WATCH_DEFAULT_APPEAR_MS);
    config->lookback_s = pgtaski_or_default(config->lookback_s, PGTASK_WATCH_DEFAULT_LOOKBACK_S);
    return config->stale_ms >= config->idle_ms;
}

static bool is_open(struct pgtask_watch const *watch)
{
    return watch->state != PGTASK_WATCH_CLOSED && pgtask_client_is_open(watch->client);
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

    if (watch->state != PGTASK_WATCH_CLOSED || !pgtask_client_is_open(client)) {
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
    if ((!watch->follows_one && query.instance_id == NULL) || !fill_in_defaults(&watch->config)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    watch->opened_ms = pgtask_client_now_ms(watch->client);
    start_stale_time(watch, watch->opened_ms);
    watch->state = PGTASK_WATCH_DUE;
    return PGTASK_OK;
}

/* Reports an event of the watch as a whole. */
static enum pgtask_error report(struct pgtask_event *event, enum pgtask_event_kind kind)
{
    event->kind = kind;
    return PGTASK_OK;
}

/* @return whether some tasks were followed, and all of them are over, also those without a slot */
static bool is_every_task_over(struct pgtask_watch const *watch)
{
    size_t i = 0;

    for (; i < PGTASK_WATCH_TASKS && watch->tasks[i].task_id != 0; i++) {
        if (!pgtaski_watch_is_over(watch, &watch->tasks[i])) {
            return false;
        }
    }
    return i > 0 && !watch->live_outside;
}

/* @return whether the watch ends if no task appears soon */
static bool is_awaiting_task(struct pgtask_watch const *watch)
{
    return watch->config.until_done && watch->tasks[0].task_id == 0;
}

/* @return whether a task may move at any time. One that waits for a switch or an operator has time.
 */
static bool may_move(struct pgtask_watch_task const *task)
{
    return task->task_id != 0 && !task->vanished &&
           (task->status == PGTASK_STATUS_RUNNING || task->status == PGTASK_STATUS_UNKNOWN);
}

/* @return the wait after a good poll, without jitter */
static uint32_t interval_ms(struct pgtask_watch const *watch)
{
    uint32_t least_ms = is_awaiting_task(watch) ? 0 : watch->config.idle_ms;

    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        uint32_t const still_s = watch->now_s - watch->tasks[i].news_s;
        uint32_t const wait_ms =
            (still_s < STILL_MOST_S ? still_s : STILL_MOST_S) * 1000 / STILL_SHARE;

        if (may_move(&watch->tasks[i]) && wait_ms < least_ms) {
            least_ms = wait_ms;
        }
    }
    return at_least(least_ms, watch->config.active_ms);
}

/* @return the wait after failed polls, without jitter. No sum is too large for 32 bits, because
 * idle_ms is at most a third of what they hold */
static uint32_t back_off_ms(struct pgtask_watch const *watch)
{
    uint32_t const most_ms = watch->config.idle_ms;
    uint32_t wait_ms = watch->config.active_ms;

    for (uint32_t i = 1; i < watch->failed_polls && wait_ms < most_ms; i++) {
        wait_ms *= 2;
    }
    return wait_ms < most_ms ? wait_ms : most_ms;
}

/* @return the wait after a poll, without jitter */
static uint32_t wait_after_poll_ms(struct pgtask_watch const *watch)
{
    if (watch->troubled) {
        return back_off_ms(watch);
    }
    return watch->follow_up ? 0 : interval_ms(watch);
}

/* Sets the time of the next poll, with the jitter. */
static void schedule_poll(struct pgtask_watch *watch, struct pgtask_event const *event)
{
    uint32_t wait_ms = wait_after_poll_ms(watch);
    uint32_t const share_ms = wait_ms / JITTER_SHARE;
    uint32_t const chance = pgtask_client_chance(watch->client);

    wait_ms += (uint32_t)((UINT64_C(2) * share_ms + 1) * chance >> 32) - share_ms;
    watch->due_ms = event->at_ms + wait_ms;
    watch->state = PGTASK_WATCH_WAIT;
}

/* The network is not at fault, and neither is the load of the service. A listing that the caller
 * has cancelled says nothing about either. */
static bool is_beyond_repetition(struct pgtask_failure const *failure)
{
    return pgtask_failure_retry(failure) == PGTASK_RETRY_NO &&
           failure->error != PGTASK_ERROR_CANCELLED;
}

static enum pgtask_error fail(struct pgtask_watch *watch, struct pgtask_event *event)
{
    watch->troubled = true;
    watch->blocked = is_beyond_repetition(pgtask_client_failure(watch->client));
    watch->failed_polls++;
    if (watch->follows_one && is_every_task_over(watch)) {
        watch->state = PGTASK_WATCH_ENDED;
    } else {
        schedule_poll(watch, event);
    }
    return report(event, PGTASK_EVENT_TROUBLE);
}

static enum pgtask_error on_due(struct pgtask_watch *watch, struct pgtask_event *event)
{
    if (watch->state == PGTASK_WATCH_WAIT && event->at_ms < watch->due_ms) {
        return PGTASK_WOULD_BLOCK;
    }
    watch->poll++;
    watch->overflowing = 0;
    watch->live_outside = false;
    watch->changed = false;
    watch->state = PGTASK_WATCH_LISTING;
    return pgtaski_watch_start_listing(watch) == PGTASK_OK ? PGTASKI_MOVED_ON : fail(watch, event);
}

static enum pgtask_error end_listing(struct pgtask_watch *watch, struct pgtask_event *event)
{
    bool const was_away = watch->troubled || watch->stale;
    uint32_t const left_out = pgtask_client_counters(watch->client)->left_out;

    if (pgtaski_watch_has_listed_too_little(watch)) {
        watch->state = PGTASK_WATCH_DUE;
        return PGTASKI_MOVED_ON;
    }
    if (!watch->answered) {
        watch->changed = false; /* what the first poll finds is not news */
    }
    if (watch->left_out == left_out) { /* a record that was left out may be of any task */
        pgtaski_watch_count_missed(watch);
    }
    watch->left_out = left_out;
    pgtaski_watch_prepare_next_listing(watch);
    watch->answered = true;
    watch->answer_ms = event->at_ms;
    start_stale_time(watch, event->at_ms);
    watch->overflow = watch->overflowing;
    watch->overflow_live = watch->live_outside;
    watch->failed_polls = 0;
    watch->troubled = false;
    watch->blocked = false;
    watch->stale = false;
    watch->state = PGTASK_WATCH_SETTLE;
    return was_away ? report(event, PGTASK_EVENT_BACK) : PGTASKI_MOVED_ON;
}

/* A record without an event ends the call too, so that a long listing cannot hold the caller up. */
static enum pgtask_error on_listing(struct pgtask_watch *watch, struct pgtask_event *event)
{
    enum pgtask_error error;

    if (watch->pending_end) {
        event->kind = PGTASK_EVENT_ENDED;
        pgtaski_watch_report(watch, watch->record->task_id, event);
        return PGTASK_OK;
    }
    error = pgtask_client_next(watch->client, watch->record);
    if (error == PGTASK_OK && !pgtaski_watch_take_record(watch, event)) {
        watch->record_passed = true;
        return PGTASK_WOULD_BLOCK;
    }
    if (error == PGTASK_DONE) {
        return end_listing(watch, event);
    }
    return error < 0 ? fail(watch, event) : error;
}

static enum pgtask_error on_settle(struct pgtask_watch *watch, struct pgtask_event *event)
{
    struct pgtask_watch_config const *const config = &watch->config;

    if (pgtaski_watch_take_vanished(watch, event)) {
        return PGTASK_OK;
    }
    if (config->until_done && is_every_task_over(watch)) {
        watch->state = PGTASK_WATCH_ENDED;
        return PGTASKI_MOVED_ON;
    }
    watch->follow_up = watch->changed && !watch->follow_up;
    schedule_poll(watch, event);
    if (is_awaiting_task(watch)) {
        uint64_t const appear_by_ms = watch->opened_ms + config->appear_ms;

        if (event->at_ms >= appear_by_ms) {
            watch->state = PGTASK_WATCH_ENDED;
            return report(event, PGTASK_EVENT_ABSENT);
        }
        if (watch->due_ms > appear_by_ms) {
            watch->due_ms = appear_by_ms;
        }
    }
    return PGTASKI_MOVED_ON;
}

/*
 * Takes one transition. @return PGTASKI_MOVED_ON: take the next one at once; otherwise what
 * pgtask_watch_next() returns
 */
static enum pgtask_error transition(struct pgtask_watch *watch, struct pgtask_event *event)
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
    enum pgtask_error error = PGTASKI_MOVED_ON;

    if (!is_open(watch)) {
        return PGTASK_ERROR_STATE;
    }
    memset(event, 0, sizeof *event);
    event->before_percent = PGTASK_PERCENT_UNKNOWN;
    event->at_ms = pgtask_client_now_ms(watch->client);
    watch->now_s = pgtaski_watch_seconds(event->at_ms);
    watch->record_passed = false;
    if (!watch->stale && watch->state != PGTASK_WATCH_ENDED && event->at_ms >= watch->stale_at_ms) {
        watch->stale = true;
        return report(event, PGTASK_EVENT_STALE);
    }
    while (error == PGTASKI_MOVED_ON) {
        error = transition(watch, event);
    }
    return error;
}

enum pgtask_interest pgtask_watch_wait_for(struct pgtask_watch const *watch, uint64_t *until_ms)
{
    enum pgtask_interest interest = PGTASK_INTEREST_TIME;

    *until_ms = 0;
    if (!is_open(watch) || watch->record_passed) {
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
