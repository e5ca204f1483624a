/* SPDX-License-Identifier: MIT */
#include "watching/follow.h"

#include "watching/hook.h"
#include "base/signals.h"
#include "watching/screen.h"

enum {
    TICK_MS = 1000,      /* between two pages of the view; and looks at a program that runs */
    HOOK_END_MS = 30000, /* for the programs of the last events */
    MISSING_TASKS = 64
};

/* All the state of the command; one static object. */
struct watcher {
    struct session *session;
    struct watcher_config const *config;
    struct pgtask_watch watch;
    struct view view;
    struct hook hook;
    uint64_t end_ms;                 /* --max-wait; UINT64_MAX: none */
    enum status ended;               /* the worst of the tasks that have */
    enum pgtask_error refused;       /* an error that asking again does not mend; PGTASK_OK: none */
    bool changed;                    /* since the view was drawn */
    bool waited_enough;              /* --max-wait has passed */
    uint64_t missing[MISSING_TASKS]; /* ids of tasks that have vanished and not come back */
    size_t missing_count;
};

static uint64_t now_ms(struct watcher const *watcher)
{
    struct pgtask_port *const port = &watcher->session->posix.port;

    return port->monotonic_ms(port->context);
}

static enum status worse(enum status one, enum status other)
{
    static enum status const order[] = {STATUS_GOOD, STATUS_RUNNING, STATUS_NOT_LISTED,
                                        STATUS_OPERATOR, STATUS_FAIL};
    enum status worst = STATUS_GOOD;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (order[i] == one || order[i] == other) {
            worst = order[i];
        }
    }
    return worst;
}

static enum status status_of_task(struct pgtask_watch_task const *task)
{
    if (task->vanished) {
        return STATUS_NOT_LISTED;
    }
    switch (task->status) {
    case PGTASK_STATUS_SUCCESS: return STATUS_GOOD;
    case PGTASK_STATUS_FAIL: return STATUS_FAIL;
    case PGTASK_STATUS_PAUSE: return STATUS_OPERATOR;
    default: return STATUS_RUNNING;
    }
}

static void tell_line(struct event const *event)
{
    char time[EVENT_TIME_BYTES];

    writer_text(&writer_out, event_time(time, event->unix_s));
    writer_text(&writer_out, time[0] != '\0' ? " " : "");
    event_text(&writer_out, event);
    writer_text(&writer_out, "\n");
}

static void tell(struct watcher *watcher, struct event const *event)
{
    switch (watcher->config->style) {
    case WATCHER_LINES: tell_line(event); break;
    case WATCHER_JSONL: event_json(&writer_out, event); break;
    case WATCHER_VIEW: view_take(&watcher->view, event); break;
    }
    hook_take(&watcher->hook, event);
}

/* Before the first answer nothing is known to be right: what asking again does not mend is told at
 * once. Later it may be mended meanwhile. */
static bool is_refused(struct watcher const *watcher, struct event const *event)
{
    enum pgtask_retry const retry =
        event->failure != NULL ? pgtask_failure_retry(event->failure) : PGTASK_RETRY_BACKOFF;

    return !watcher->watch.answered && retry != PGTASK_RETRY_BACKOFF && retry != PGTASK_RETRY_FEW;
}

/* The watch itself forgets a vanished task once another one needs its place. */
static void note_missing(struct watcher *watcher, uint64_t task_id)
{
    if (watcher->missing_count < MISSING_TASKS) {
        watcher->missing[watcher->missing_count++] = task_id;
    } else {
        watcher->ended = worse(watcher->ended, STATUS_NOT_LISTED);
    }
}

static void note_listed(struct watcher *watcher, uint64_t task_id)
{
    for (size_t i = 0; i < watcher->missing_count; i++) {
        if (watcher->missing[i] == task_id) {
            watcher->missing[i] = watcher->missing[--watcher->missing_count];
            return;
        }
    }
}

static void on_event(struct watcher *watcher, struct pgtask_event const *told)
{
    struct event const event = event_gather(watcher->session, told);

    watcher->changed = true;
    if (is_refused(watcher, &event)) {
        watcher->refused = event.failure->error;
        return;
    }
    switch (told->kind) {
    case PGTASK_EVENT_ENDED:
        watcher->ended = worse(watcher->ended, status_of_task(told->task));
        break;
    case PGTASK_EVENT_VANISHED: note_missing(watcher, told->task->task_id); break;
    case PGTASK_EVENT_APPEARED: note_listed(watcher, told->task->task_id); break;
    case PGTASK_EVENT_ABSENT: watcher->ended = worse(watcher->ended, STATUS_NOT_LISTED); break;
    default: break;
    }
    tell(watcher, &event);
}

static void complain_of_hook(struct watcher *watcher)
{
    view_step_aside(&watcher->view);
    hook_complain(&watcher->hook);
    watcher->changed = true;
}

static void wait_a_little(struct watcher *watcher, bool may_ask)
{
    uint64_t const now = now_ms(watcher);
    bool const ticks = watcher->view.is_open || !may_ask || !hook_is_idle(&watcher->hook);
    uint64_t until_ms;
    enum pgtask_interest const interest =
        may_ask ? pgtask_watch_wait_for(&watcher->watch, &until_ms) : PGTASK_INTEREST_TIME;

    if (!may_ask || (ticks && until_ms > now + TICK_MS)) {
        until_ms = now + TICK_MS;
    }
    if (watcher->view.is_open && until_ms > watcher->view.drawn_ms + TICK_MS) {
        until_ms = watcher->view.drawn_ms + TICK_MS;
    }
    session_wait(watcher->session, interest,
                 until_ms < watcher->end_ms ? until_ms : watcher->end_ms);
}

static void draw_if_due(struct watcher *watcher)
{
    uint64_t const now = now_ms(watcher);

    if (watcher->changed || now >= watcher->view.drawn_ms + TICK_MS) {
        view_draw(&watcher->view, now);
        watcher->changed = false;
    }
}

/* One turn: signals and the program first, then one step of the watch. */
static enum pgtask_error turn(struct watcher *watcher)
{
    bool const may_ask = hook_has_room(&watcher->hook);
    enum pgtask_watch_state const before = watcher->watch.state;
    enum pgtask_error error = PGTASK_WOULD_BLOCK;
    struct pgtask_event event;

    watcher->changed = view_turn(&watcher->view) || watcher->changed;
    if (!hook_turn(&watcher->hook, now_ms(watcher))) {
        complain_of_hook(watcher);
    }
    if (may_ask) {
        error = pgtask_watch_next(&watcher->watch, &event);
        session_note_connection(watcher->session);
    }
    if (error == PGTASK_OK) {
        on_event(watcher, &event);
    } else if (error == PGTASK_WOULD_BLOCK) {
        watcher->changed = watcher->changed || (before != watcher->watch.state &&
                                                watcher->watch.state == PGTASK_WATCH_WAIT);
        draw_if_due(watcher);
        (void)writer_flush(&writer_out);
        wait_a_little(watcher, may_ask);
        watcher->waited_enough = now_ms(watcher) >= watcher->end_ms;
    }
    return error;
}

/* Until the watch or the user ends it. @return PGTASK_DONE, or an error */
static enum pgtask_error follow(struct watcher *watcher)
{
    enum pgtask_error error = PGTASK_OK;

    while (error >= 0 && error != PGTASK_DONE && signals_noted() == 0 && writer_out.error == 0 &&
           watcher->refused == PGTASK_OK && !watcher->waited_enough) {
        error = turn(watcher);
    }
    return watcher->refused != PGTASK_OK ? watcher->refused : error < 0 ? error : PGTASK_DONE;
}

/* The last events have programs too; a signal ends them. */
static void end_hook(struct watcher *watcher)
{
    uint64_t const until_ms = now_ms(watcher) + HOOK_END_MS;

    while (!hook_is_idle(&watcher->hook) && signals_noted() == 0 && now_ms(watcher) < until_ms) {
        if (!hook_turn(&watcher->hook, now_ms(watcher))) {
            complain_of_hook(watcher);
        }
        if (!hook_is_idle(&watcher->hook)) {
            session_wait(watcher->session, PGTASK_INTEREST_TIME, now_ms(watcher) + TICK_MS);
        }
    }
    hook_close(&watcher->hook);
}

static enum status begin(struct watcher *watcher)
{
    enum pgtask_error const error =
        pgtask_watch_open(&watcher->watch, &watcher->config->watch, &watcher->session->client,
                          &watcher->session->task);

    if (error != PGTASK_OK) {
        writer_complain("watch",
                        error == PGTASK_ERROR_ARGUMENT
                            ? "--interval may not be longer than --idle, nor --idle than --stale"
                            : pgtask_error_text(error),
                        pgtask_error_advice(error));
        return status_of(error);
    }
    watcher->end_ms = watcher->config->max_wait_ms == 0
                          ? UINT64_MAX
                          : now_ms(watcher) + watcher->config->max_wait_ms;
    if (watcher->config->exec != NULL) {
        signals_children();
    }
    if (watcher->config->style == WATCHER_VIEW) {
        view_open(&watcher->view, watcher->session, &watcher->watch);
    }
    return STATUS_GOOD;
}

static enum status judge_unanswered(struct watcher const *watcher)
{
    if (watcher->watch.troubled) {
        return session_complain(watcher->session,
                                pgtask_client_failure(&watcher->session->client)->error);
    }
    writer_complain("watch", "no answer within --max-wait", NULL);
    return STATUS_NETWORK;
}

static void complain_unlisted(struct pgtask_watch_task const *first)
{
    if (first->task_id != 0) {
        writer_complain("watch", "the task is not listed any more",
                        "How it ended is not known; the console may tell.");
    } else {
        writer_complain("watch", "no such task is listed in this region",
                        "Ids start at 1 and belong to one region; see pgtask list.");
    }
}

static enum status judge(struct watcher const *watcher)
{
    struct pgtask_watch const *const watch = &watcher->watch;
    struct pgtask_watch_config const *const config = &watcher->config->watch;
    bool const needs_one = config->task_id != 0 || config->until_done;
    enum status status = watcher->ended;

    if (!watch->answered) {
        return judge_unanswered(watcher);
    }
    for (size_t i = 0; i < PGTASK_WATCH_TASKS && watch->tasks[i].task_id != 0; i++) {
        status = worse(status, status_of_task(&watch->tasks[i]));
    }
    if (watcher->missing_count > 0) {
        status = worse(status, STATUS_NOT_LISTED);
    }
    if (needs_one && watch->tasks[0].task_id == 0) {
        status = STATUS_NOT_LISTED;
    }
    if (status == STATUS_NOT_LISTED) {
        complain_unlisted(&watch->tasks[0]);
    } else if (status == STATUS_RUNNING) {
        writer_complain("watch", "not done within --max-wait", NULL);
    }
    return status;
}

enum status watcher_run(struct session *session, struct watcher_config const *config)
{
    static struct watcher watcher;

    watcher.session = session;
    watcher.config = config;
    watcher.hook = (struct hook){.path = config->exec,
                                 .region = session->config.region,
                                 .is_silent = config->style == WATCHER_VIEW};
    enum status status = begin(&watcher);
    if (status != STATUS_GOOD) {
        return status;
    }
    enum pgtask_error const error = follow(&watcher);
    watcher.view.is_over = true;
    if (watcher.watch.answered) {
        view_draw(&watcher.view, now_ms(&watcher));
    } else {
        view_step_aside(&watcher.view);
    }
    view_close(&watcher.view);
    (void)writer_flush(&writer_out);
    end_hook(&watcher);
    status = session_judge(session, error);
    if (status == STATUS_GOOD) {
        status = judge(&watcher);
    }
    pgtask_watch_close(&watcher.watch);
    return status;
}
