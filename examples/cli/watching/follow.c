/* SPDX-License-Identifier: MIT */
/*
 * The loop of `pgtask watch`. Each turn looks at signals and at the program of --exec, then takes
 * one step of the watch, then draws and waits. The exit status is the worst that was seen: of the
 * tasks that have ended, of those still in the watch, and of those that went missing.
 */
#include "watching/follow.h"

#include "base/report.h"
#include "base/signals.h"
#include "session/verbose.h"
#include "tasks/times.h"
#include "watching/hook.h"
#include "watching/poll.h"
#include "watching/screen.h"

enum {
    TICK_MS = 1000, /* between two pages, and between two looks at a program that runs or at lines
                       that wait for room */
    HOOK_END_MS = 30000, /* for the programs of the last events */
    MISSING_TASKS = 64
};

/* All the state of the command; one static object. */
struct follow {
    struct session *session;
    struct follow_config const *config;
    struct pgtask_watch watch;
    struct screen screen;
    struct hook hook;
    uint64_t end_ms;                 /* --max-wait; UINT64_MAX: none */
    enum exit_status ended;          /* the worst of the tasks that have ended */
    enum pgtask_error refused;       /* an error that another try cannot mend; PGTASK_OK: none */
    bool has_changed;                /* since the page was drawn */
    bool has_waited_enough;          /* --max-wait has passed */
    uint64_t missing[MISSING_TASKS]; /* ids of tasks that have vanished and not come back */
    size_t missing_count;
};

static enum exit_status worse(enum exit_status one, enum exit_status other)
{
    static enum exit_status const order[] = {EXIT_GOOD, EXIT_RUNNING, EXIT_NOT_LISTED,
                                             EXIT_OPERATOR, EXIT_FAIL};
    enum exit_status worst = EXIT_GOOD;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (order[i] == one || order[i] == other) {
            worst = order[i];
        }
    }
    return worst;
}

static enum exit_status status_of_task(struct pgtask_watch_task const *task)
{
    if (task->vanished) {
        return EXIT_NOT_LISTED;
    }
    switch (task->status) {
    case PGTASK_STATUS_SUCCESS: return EXIT_GOOD;
    case PGTASK_STATUS_FAIL: return EXIT_FAIL;
    case PGTASK_STATUS_PAUSE: return EXIT_OPERATOR;
    default: return EXIT_RUNNING;
    }
}

static void print_line(struct event const *event)
{
    char time[TIMES_BYTES];

    if (!times_write_local_event(time, event->unix_s)) {
        (void)event_time(time, event->unix_s);
    }
    if (time[0] != '\0') {
        writer_print(&writer_out, "%s ", time);
    }
    event_line(&writer_out, event);
    writer_print(&writer_out, "\n");
}

static void print_event(struct follow *follow, struct event const *event)
{
    switch (follow->config->style) {
    case FOLLOW_LINES: print_line(event); break;
    case FOLLOW_JSONL: event_json(&writer_out, event); break;
    case FOLLOW_SCREEN: screen_remember(&follow->screen, event); break;
    }
    if (follow->config->exec != NULL) {
        /* A program reads English. */
        struct event const told = event_gather(follow->session, event->event, NULL);
        hook_take(&follow->hook, &told);
    }
}

/* Before the first answer nothing is known to be right, so an error that another try cannot mend
 * ends the command. Later somebody may mend it meanwhile. */
static bool is_refused(struct follow const *follow, struct event const *event)
{
    enum pgtask_retry const retry =
        event->failure != NULL ? pgtask_failure_retry(event->failure) : PGTASK_RETRY_BACKOFF;

    return !follow->watch.answered && retry != PGTASK_RETRY_BACKOFF && retry != PGTASK_RETRY_FEW &&
           !advice_is_shortage(event->failure);
}

/* The watch itself forgets a vanished task once another one needs its place. */
static void remember_missing(struct follow *follow, uint64_t task_id)
{
    if (follow->missing_count < MISSING_TASKS) {
        follow->missing[follow->missing_count++] = task_id;
    } else {
        follow->ended = worse(follow->ended, EXIT_NOT_LISTED);
    }
}

static void forget_missing(struct follow *follow, uint64_t task_id)
{
    for (size_t i = 0; i < follow->missing_count; i++) {
        if (follow->missing[i] == task_id) {
            follow->missing[i] = follow->missing[--follow->missing_count];
            return;
        }
    }
}

static void on_event(struct follow *follow, struct pgtask_event const *watched)
{
    struct event const event = event_gather(follow->session, watched, &writer_out);

    follow->has_changed = true;
    if (is_refused(follow, &event)) {
        follow->refused = event.failure->error;
        return;
    }
    switch (watched->kind) {
    case PGTASK_EVENT_ENDED:
        follow->ended = worse(follow->ended, status_of_task(watched->task));
        break;
    case PGTASK_EVENT_VANISHED: remember_missing(follow, watched->task->task_id); break;
    case PGTASK_EVENT_APPEARED: forget_missing(follow, watched->task->task_id); break;
    case PGTASK_EVENT_ABSENT: follow->ended = worse(follow->ended, EXIT_NOT_LISTED); break;
    default: break;
    }
    print_event(follow, &event);
    if (follow->config->is_verbose && follow->config->style != FOLLOW_SCREEN) {
        verbose_report_event(watched);
    }
}

static void turn_hook(struct follow *follow)
{
    if (!hook_turn(&follow->hook, session_now_ms(follow->session))) {
        screen_step_aside(&follow->screen);
        hook_report(&follow->hook);
        follow->has_changed = true;
    }
}

static void report_lost_lines(struct follow *follow)
{
    uint64_t const lost = report_catch_up();

    if (lost > 0) {
        screen_step_aside(&follow->screen);
        report_warning("%ju lines are missing here, because standard error was full.", lost);
        follow->has_changed = true;
    }
}

static void renew_roots(struct follow *follow)
{
    struct session *const session = follow->session;
    enum trust_news const news = poll_renew_roots(session, &follow->watch, false);

    if (news != TRUST_SAME) {
        screen_step_aside(&follow->screen);
        follow->has_changed = true;
    }
    session_report_roots(session, news);
}

static uint64_t earlier(uint64_t one_ms, uint64_t other_ms)
{
    return one_ms < other_ms ? one_ms : other_ms;
}

static void wait_for_next_turn(struct follow *follow, bool may_ask)
{
    uint64_t until_ms = follow->end_ms;

    if (!may_ask || follow->screen.is_open || !hook_is_idle(&follow->hook) || report_is_behind()) {
        until_ms = earlier(until_ms, session_now_ms(follow->session) + TICK_MS);
    }
    if (follow->screen.is_open) {
        until_ms = earlier(until_ms, follow->screen.drawn_ms + TICK_MS);
    }
    if (may_ask) {
        poll_wait(follow->session, &follow->watch, until_ms);
    } else {
        session_wait(follow->session, PGTASK_INTEREST_TIME, until_ms);
    }
}

static void draw_if_due(struct follow *follow)
{
    uint64_t const now = session_now_ms(follow->session);

    if (follow->has_changed || now >= follow->screen.drawn_ms + TICK_MS) {
        screen_draw(&follow->screen, now);
        follow->has_changed = false;
    }
}

static enum pgtask_error turn(struct follow *follow)
{
    bool const may_ask = hook_has_room(&follow->hook);
    enum pgtask_watch_state const before = follow->watch.state;
    enum pgtask_error error = PGTASK_WOULD_BLOCK;
    struct pgtask_event event;

    follow->has_changed = screen_turn(&follow->screen) || follow->has_changed;
    turn_hook(follow);
    report_lost_lines(follow);
    if (may_ask) {
        renew_roots(follow);
        error = poll_next(follow->session, &follow->watch, &event);
    }
    if (error == PGTASK_OK) {
        on_event(follow, &event);
    } else if (error == PGTASK_WOULD_BLOCK) {
        follow->has_changed = follow->has_changed || (before != follow->watch.state &&
                                                      follow->watch.state == PGTASK_WATCH_WAIT);
        draw_if_due(follow);
        (void)writer_flush(&writer_out);
        wait_for_next_turn(follow, may_ask);
        follow->has_waited_enough = session_now_ms(follow->session) >= follow->end_ms;
    }
    return error;
}

/* Runs until the watch or the user ends it. @return PGTASK_DONE, or an error */
static enum pgtask_error run_turns(struct follow *follow)
{
    enum pgtask_error error = PGTASK_OK;

    while (error >= 0 && error != PGTASK_DONE && signals_ending() == 0 && writer_out.error == 0 &&
           follow->refused == PGTASK_OK && !follow->has_waited_enough) {
        error = turn(follow);
    }
    return follow->refused != PGTASK_OK ? follow->refused : error < 0 ? error : PGTASK_DONE;
}

/* The programs of the last events still run; a signal ends them. */
static void end_hook(struct follow *follow)
{
    uint64_t const until_ms = session_now_ms(follow->session) + HOOK_END_MS;

    while (!hook_is_idle(&follow->hook) && signals_ending() == 0 &&
           session_now_ms(follow->session) < until_ms) {
        turn_hook(follow);
        if (!hook_is_idle(&follow->hook)) {
            session_wait(follow->session, PGTASK_INTEREST_TIME,
                         session_now_ms(follow->session) + TICK_MS);
        }
    }
    hook_close(&follow->hook);
}

/* A person who reads lines sees none before the first event, so standard error says what is
 * awaited. Programs read JSON. */
static void report_target(struct follow const *follow)
{
    struct pgtask_watch_config const *const watch = &follow->config->watch;
    char const *const region = follow->session->config.region;

    if (watch->task_id != 0) {
        report_info("following task %ju in %s; each event is a line", watch->task_id, region);
    } else {
        report_info("following the tasks of %s in %s; each event is a line", watch->instance_id,
                    region);
    }
}

static enum exit_status begin(struct follow *follow)
{
    struct follow_config const *const config = follow->config;
    enum exit_status const status =
        poll_open(follow->session, &follow->watch, &config->watch, "watch");

    if (status != EXIT_GOOD) {
        return status;
    }
    follow->end_ms = config->max_wait_ms == 0
                         ? UINT64_MAX
                         : session_now_ms(follow->session) + config->max_wait_ms;
    if (config->exec != NULL) {
        signals_children();
    }
    if (config->style == FOLLOW_LINES && !config->is_quiet) {
        report_target(follow);
    }
    if (config->style == FOLLOW_SCREEN) {
        screen_open(&follow->screen, follow->session, &follow->watch);
    }
    return EXIT_GOOD;
}

static enum exit_status report_unanswered(struct follow const *follow)
{
    if (follow->watch.troubled) {
        return session_report(follow->session,
                              pgtask_client_failure(&follow->session->client)->error);
    }
    report_error("watch: no answer within --max-wait.");
    return EXIT_NETWORK;
}

static void report_unlisted(struct follow const *follow)
{
    struct pgtask_watch_config const *const config = &follow->config->watch;
    char const *const region = follow->session->config.region;

    if (follow->watch.tasks[0].task_id != 0) {
        report_error("watch: a task is no longer listed; outcome unknown, check the console.");
    } else if (config->task_id != 0) {
        report_error("watch: task %ju not found in %s; check the region; pgtask list "
                     "--min-start shows older tasks.",
                     config->task_id, region);
    } else {
        report_error("watch: no task of %s found in %s; check the region; pgtask list "
                     "--min-start shows older tasks.",
                     config->instance_id, region);
    }
}

static enum exit_status find_status(struct follow const *follow)
{
    struct pgtask_watch const *const watch = &follow->watch;
    struct pgtask_watch_config const *const config = &follow->config->watch;
    bool const needs_one = config->task_id != 0 || config->until_done;
    enum exit_status status = follow->ended;

    if (!watch->answered) {
        return report_unanswered(follow);
    }
    for (size_t i = 0; i < PGTASK_WATCH_TASKS && watch->tasks[i].task_id != 0; i++) {
        status = worse(status, status_of_task(&watch->tasks[i]));
    }
    if (follow->missing_count > 0) {
        status = worse(status, EXIT_NOT_LISTED);
    }
    if (needs_one && watch->tasks[0].task_id == 0) {
        status = EXIT_NOT_LISTED;
    }
    if (status == EXIT_NOT_LISTED) {
        report_unlisted(follow);
    } else if (status == EXIT_RUNNING) {
        report_error("watch: not done within --max-wait.");
    }
    return status;
}

enum exit_status follow_run(struct session *session, struct follow_config const *config)
{
    static struct follow follow;

    follow.session = session;
    follow.config = config;
    follow.hook = (struct hook){.path = config->exec,
                                .region = session->config.region,
                                .is_silent = config->style == FOLLOW_SCREEN};
    enum exit_status status = begin(&follow);
    if (status != EXIT_GOOD) {
        return status;
    }
    enum pgtask_error const error = run_turns(&follow);
    follow.screen.is_over = true;
    if (follow.watch.answered) {
        screen_draw(&follow.screen, session_now_ms(session));
    } else {
        screen_step_aside(&follow.screen);
    }
    screen_close(&follow.screen);
    (void)writer_flush(&writer_out);
    end_hook(&follow);
    status = session_finish(session, error);
    if (status == EXIT_GOOD) {
        status = find_status(&follow);
    }
    pgtask_watch_close(&follow.watch);
    return status;
}
