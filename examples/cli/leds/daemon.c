/* SPDX-License-Identifier: MIT */
/*
 * The loop of `pgtask led`. Each turn sets the LED first, if it is due, and takes at most one step
 * of the watch, so that the LED keeps its rhythm. Between two turns the program sleeps until the
 * first of them has something to do: the LED, the watch, the heartbeat, the metrics.
 *
 * An LED that is drawn on a terminal stands on the line where the next message would go. Therefore
 * led_step_aside() comes before each line of the log. Once that terminal is closed the loop ends.
 */
#include "leds/daemon.h"

#include "base/file.h"
#include "base/report.h"
#include "base/signals.h"
#include "base/text.h"
#include "leds/led.h"
#include "leds/line_limit.h"
#include "leds/log.h"
#include "leds/metrics.h"
#include "leds/notify.h"
#include "leds/reload.h"
#include "session/verbose.h"
#include "watching/events.h"
#include "watching/poll.h"

#include <signal.h>
#include <string.h>

enum {
    LOOK_MS = 1000, /* between two looks whether success was shown for long enough, or whether the
                       log has room again */
    METRICS_MS = 15000
};

/* All the state of the daemon; one static object. */
struct daemon {
    struct session *session;
    struct daemon_config const *config;
    struct led led;
    struct notify notify;
    struct reload reload;
    struct metrics metrics;
    struct pgtask_watch watch;
    struct pgtask_led_options led_options;
    struct pgtask_led_signal signal; /* shown last */
    uint64_t now_ms;                 /* of this turn */
    uint64_t metrics_due_ms;
    int metrics_error;
    bool is_led_failing;
    struct line_limit led_lines; /* of the log, about the LED */
    bool has_ended;              /* the watch has ended; it is asked again at look_again_ms */
    uint64_t look_again_ms;
    enum pgtask_error trouble; /* logged last; PGTASK_OK after a good answer */
    char trouble_code[64];
    uint32_t fallbacks;      /* of the client, as logged */
    uint32_t roots_left_out; /* likewise */
    uint32_t roots_damaged;  /* likewise */
};

static void notify_status(struct daemon const *daemon)
{
    struct pgtask_led_signal const *const signal = &daemon->signal;
    char text[96];

    (void)text_print(text, sizeof text, "STATUS=LED: %s", pgtask_led_state_text(signal->state));
    if (signal->state == PGTASK_LED_RUNNING && signal->progress_percent >= 0) {
        (void)text_append(text, sizeof text, " %u %%", (unsigned)signal->progress_percent);
    }
    notify_send(&daemon->notify, text);
}

/* Counts this update, and by how much it comes after the light should have changed. */
static void count_update(struct daemon *daemon)
{
    uint64_t const late_ms = daemon->now_ms - daemon->led.due_ms;

    if (daemon->led.due_ms > 0 && daemon->now_ms > daemon->led.due_ms && !daemon->is_led_failing &&
        late_ms > daemon->metrics.longest_gap_ms) {
        daemon->metrics.longest_gap_ms = late_ms;
    }
    daemon->metrics.led_updates++;
}

static struct pgtask_led_signal find_signal(struct daemon const *daemon, uint64_t now_ms)
{
    struct pgtask_led_signal signal =
        pgtask_led_signal(&daemon->watch, &daemon->led_options, now_ms);

    /* The states are in the order of their urgency: failure and operator stay visible. */
    if (daemon->metrics.is_refused && signal.state < PGTASK_LED_BLOCKED) {
        signal.state = PGTASK_LED_BLOCKED; /* no news will come until somebody acts */
    }
    return signal;
}

/* Tells how many lines were left out, and how the LED is now, which was said in one of them. */
static void log_left_out_lines(struct daemon *daemon)
{
    uint32_t const left_out = line_limit_tell(&daemon->led_lines);

    if (left_out > 0) {
        led_step_aside(&daemon->led);
        log_line(LOG_WARNING, "%u more lines about the LED were left out; it %s be set now",
                 left_out, writer_text(&writer_error, daemon->is_led_failing ? "cannot" : "can"));
    }
}

/* @return whether another line about the LED may be logged */
static bool may_log_led(struct daemon *daemon)
{
    if (line_limit_is_span_over(&daemon->led_lines, daemon->now_ms)) {
        log_left_out_lines(daemon);
    }
    return line_limit_take(&daemon->led_lines, daemon->now_ms);
}

static void log_led(struct daemon *daemon, bool is_set)
{
    if (!may_log_led(daemon)) {
        return;
    }
    led_step_aside(&daemon->led);
    if (is_set) {
        log_line(LOG_NOTICE, "the LED can be set again: %s", daemon->config->led);
    } else {
        log_line(LOG_ERROR, "cannot set the LED; still trying: %s", daemon->config->led);
    }
}

/* What becomes of the LED itself: others change it, or it is plugged in again. */
static void look_at_led(struct daemon *daemon)
{
    char const *const change = led_look(&daemon->led, daemon->now_ms);

    if (change != NULL && may_log_led(daemon)) {
        log_line(LOG_WARNING, "the LED is set anew: %s: %s", daemon->config->led,
                 writer_text(&writer_error, change));
    }
}

static void set_led(struct daemon *daemon, struct pgtask_led_signal const *signal)
{
    count_update(daemon);
    bool const is_set = led_show(&daemon->led, signal, daemon->now_ms);
    bool const has_changed = is_set == daemon->is_led_failing;

    if (!is_set) {
        daemon->metrics.led_failures++;
    }
    daemon->is_led_failing = !is_set;
    if (has_changed) {
        log_led(daemon, is_set);
    }
}

static void show(struct daemon *daemon)
{
    struct pgtask_led_signal const signal = find_signal(daemon, daemon->now_ms);
    bool const differs =
        daemon->metrics.led_updates == 0 || !led_is_same_signal(&signal, &daemon->signal);

    daemon->signal = signal;
    look_at_led(daemon);
    if (led_is_due(&daemon->led, &signal, daemon->now_ms)) {
        set_led(daemon, &signal);
    }
    if (daemon->now_ms >= line_limit_due_ms(&daemon->led_lines)) {
        log_left_out_lines(daemon);
    }
    if (differs) {
        daemon->metrics_due_ms = daemon->now_ms;
        notify_status(daemon);
    }
}

static void log_metrics(struct daemon *daemon, int error)
{
    char const *const path = daemon->config->metrics_path;

    led_step_aside(&daemon->led);
    if (error == 0) {
        log_line(LOG_NOTICE, "the metrics file can be written again: %s", path);
    } else if (error == METRICS_NOT_REGULAR) {
        log_line(LOG_ERROR, "cannot write the metrics file %s: " FILE_MUST_BE_REGULAR, path);
    } else {
        log_line(LOG_ERROR,
                 "cannot write the metrics file %s: %s; check the path and its folder's "
                 "permissions",
                 path, strerror(error));
    }
}

static void write_metrics(struct daemon *daemon, uint64_t now_ms)
{
    char const *const path = daemon->config->metrics_path;

    if (path == NULL || now_ms < daemon->metrics_due_ms) {
        return;
    }
    int const error = metrics_write(path, &daemon->metrics, &daemon->watch, &daemon->signal, now_ms,
                                    pgtask_client_chance(&daemon->session->client));
    if (error != daemon->metrics_error) {
        log_metrics(daemon, error);
    }
    daemon->metrics_error = error;
    daemon->metrics_due_ms = now_ms + METRICS_MS;
}

static bool is_refusal(struct pgtask_failure const *failure)
{
    static char const *const categories[] = {"AuthFailure", "UnauthorizedOperation"};

    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++) {
        if (strncmp(failure->code, categories[i], strlen(categories[i])) == 0) {
            return true;
        }
    }
    return failure->error == PGTASK_ERROR_CREDENTIALS;
}

/* @return whether the trouble differs from the one before */
static bool remember_trouble(struct daemon *daemon)
{
    struct pgtask_failure const *const failure = pgtask_client_failure(&daemon->session->client);
    bool const differs =
        failure->error != daemon->trouble || strcmp(failure->code, daemon->trouble_code) != 0;

    daemon->metrics.is_refused = daemon->metrics.is_refused || is_refusal(failure);
    daemon->trouble = failure->error;
    strcpy(daemon->trouble_code, failure->code);
    return differs;
}

static enum log_priority priority_of(struct daemon const *daemon, struct pgtask_event const *event)
{
    switch (event->kind) {
    case PGTASK_EVENT_TROUBLE: return daemon->metrics.is_refused ? LOG_ERROR : LOG_WARNING;
    case PGTASK_EVENT_PROGRESSED: return LOG_DEBUG;
    case PGTASK_EVENT_ENDED:
        return event->task->status == PGTASK_STATUS_FAIL ? LOG_ERROR : LOG_NOTICE;
    case PGTASK_EVENT_OPERATOR:
    case PGTASK_EVENT_UNKNOWN:
    case PGTASK_EVENT_VANISHED:
    case PGTASK_EVENT_ABSENT:
    case PGTASK_EVENT_STALE: return LOG_WARNING;
    default: return LOG_INFO;
    }
}

static void on_event(struct daemon *daemon, struct pgtask_event const *event)
{
    struct event const facts = event_gather(daemon->session, event, &writer_error);

    daemon->metrics.events[event->kind]++;
    daemon->metrics_due_ms = event->at_ms;
    if (event->kind == PGTASK_EVENT_TROUBLE && !remember_trouble(daemon)) {
        return; /* the same trouble is logged once */
    }
    if (event->kind == PGTASK_EVENT_BACK) {
        daemon->trouble = PGTASK_OK;
        daemon->metrics.is_refused = false;
    }
    led_step_aside(&daemon->led);
    event_line(log_begin(priority_of(daemon, event)), &facts);
    log_end();
    if (daemon->config->verbose) {
        verbose_report_event(event);
    }
}

/* The watch of one task has ended. If the task waits for an operator it may go on, and if it has
 * vanished it may come back: the watch is asked again after the idle interval. */
static void on_done(struct daemon *daemon, uint64_t now_ms)
{
    bool const final = daemon->watch.tasks[0].task_id == 0 ||
                       pgtask_status_is_final(daemon->watch.tasks[0].status);

    if (!daemon->has_ended) {
        daemon->has_ended = true;
        daemon->look_again_ms = final ? UINT64_MAX : now_ms + daemon->watch.config.idle_ms;
    } else if (now_ms >= daemon->look_again_ms) {
        daemon->has_ended = false;
        pgtask_watch_poll_now(&daemon->watch);
    }
}

/* @param is_asked  by SIGHUP */
static void renew_roots(struct daemon *daemon, bool is_asked)
{
    struct session *const session = daemon->session;
    enum trust_news const news = poll_renew_roots(session, &daemon->watch, is_asked);

    if (news != TRUST_SAME) {
        led_step_aside(&daemon->led);
    }
    if (news == TRUST_NEW) {
        log_line(LOG_NOTICE, TRUST_FORM_NEW, trust_path(&session->trust));
    } else if (news == TRUST_BROKEN) {
        log_line(LOG_ERROR, TRUST_FORM_BROKEN, trust_path(&session->trust));
    }
}

static void take_requests(struct daemon *daemon)
{
    if (signals_take_reload()) {
        notify_send(&daemon->notify, "RELOADING=1");
        daemon->reload.is_due = true;
        if (!daemon->has_ended) {
            pgtask_watch_poll_now(&daemon->watch);
        }
        renew_roots(daemon, true);
        notify_send(&daemon->notify, "READY=1");
    }
    if (signals_take_acknowledgement()) {
        daemon->led_options.acknowledged_ms = session_now_ms(daemon->session) + 1;
        led_step_aside(&daemon->led);
        log_line(LOG_NOTICE, "acknowledged by SIGUSR1");
    }
}

/* Somebody on the network's path may have caused it, so the log has it. */
static void log_fallback(struct daemon *daemon)
{
    uint32_t const fallbacks = pgtask_client_counters(&daemon->session->client)->fallbacks;

    if (fallbacks != daemon->fallbacks) {
        led_step_aside(&daemon->led);
        log_line(LOG_WARNING, "a connection is tried again without TLS 1.3; look for a proxy");
    }
    daemon->fallbacks = fallbacks;
}

/* The service may move to such a root one day, so the log has it before. */
static void log_roots_left_out(struct daemon *daemon)
{
    uint32_t const count = pgtask_client_roots_left_out(&daemon->session->client);
    uint32_t const damaged = daemon->session->trust.damaged;

    if (count > daemon->roots_left_out) {
        led_step_aside(&daemon->led);
        log_line(LOG_WARNING, "trusted roots left out, because this build cannot read them: %u",
                 count);
        daemon->roots_left_out = count;
    }
    if (damaged > daemon->roots_damaged) {
        led_step_aside(&daemon->led);
        log_line(LOG_WARNING, "trusted roots left out, because their PEM is damaged: %u", damaged);
        daemon->roots_damaged = damaged;
    }
}

static void log_lost_lines(struct daemon *daemon)
{
    uint64_t const lost = report_catch_up();

    if (lost > 0) {
        led_step_aside(&daemon->led);
        log_line(LOG_WARNING, "%ju lines are missing here, because standard error was full", lost);
    }
}

static uint64_t earlier(uint64_t one_ms, uint64_t other_ms)
{
    return one_ms < other_ms ? one_ms : other_ms;
}

static void wait_for_next_turn(struct daemon *daemon)
{
    uint64_t next_ms = earlier(led_next_ms(&daemon->led), notify_next_ms(&daemon->notify));

    next_ms = earlier(next_ms, line_limit_due_ms(&daemon->led_lines));
    if (daemon->config->metrics_path != NULL) {
        next_ms = earlier(next_ms, daemon->metrics_due_ms);
    }
    if (daemon->signal.state == PGTASK_LED_SUCCESS || report_is_behind()) {
        next_ms = earlier(next_ms, daemon->now_ms + LOOK_MS);
    }
    if (daemon->has_ended) {
        session_wait(daemon->session, PGTASK_INTEREST_TIME,
                     earlier(next_ms, daemon->look_again_ms));
    } else {
        poll_wait(daemon->session, &daemon->watch, next_ms);
    }
    daemon->metrics.wakeups++;
}

static enum pgtask_error turn(struct daemon *daemon)
{
    struct pgtask_event event;

    daemon->now_ms = session_now_ms(daemon->session);
    take_requests(daemon);
    show(daemon);
    log_lost_lines(daemon);
    renew_roots(daemon, false);
    notify_beat(&daemon->notify, daemon->now_ms);
    enum pgtask_error const error = poll_next(daemon->session, &daemon->watch, &event);
    log_fallback(daemon);
    log_roots_left_out(daemon);
    if (error == PGTASK_OK) {
        on_event(daemon, &event);
        return PGTASK_OK;
    }
    if (error == PGTASK_DONE) {
        on_done(daemon, daemon->now_ms);
    } else if (error != PGTASK_WOULD_BLOCK) {
        return error;
    }
    write_metrics(daemon, daemon->now_ms);
    wait_for_next_turn(daemon);
    return PGTASK_OK;
}

static enum exit_status begin(struct daemon *daemon)
{
    reload_attach(&daemon->reload, daemon->session);
    enum exit_status const status =
        poll_open(daemon->session, &daemon->watch, &daemon->config->watch, "led");
    if (status != EXIT_GOOD) {
        return status;
    }
    daemon->metrics.client = pgtask_client_counters(&daemon->session->client);
    char const *const wrong = led_open(&daemon->led, daemon->config->led);
    if (wrong != NULL) {
        report_error("%s: %s.", daemon->config->led, writer_text(&writer_error, wrong));
        return EXIT_USAGE;
    }
    notify_open(&daemon->notify);
    notify_send(&daemon->notify, "READY=1");
    return EXIT_GOOD;
}

static void end(struct daemon *daemon)
{
    notify_send(&daemon->notify, "STOPPING=1");
    led_close(&daemon->led);
    if (daemon->watch.state != PGTASK_WATCH_CLOSED) {
        daemon->metrics.has_ended = true;
        daemon->metrics_due_ms = 0;
        write_metrics(daemon, session_now_ms(daemon->session));
        pgtask_watch_close(&daemon->watch);
    }
    pgtask_client_close(&daemon->session->client);
    reload_close(&daemon->reload);
    notify_close(&daemon->notify);
}

/* @return the exit status of a run that a signal has ended, or the end of the lamp's terminal */
static enum exit_status find_status(struct daemon *daemon)
{
    log_left_out_lines(daemon);
    led_step_aside(&daemon->led);
    if (signals_ending() == 0) {
        return exit_status_check_output();
    }
    log_line(LOG_INFO, "ended by a signal");
    return signals_ending() == SIGHUP ? (enum exit_status)(EXIT_SIGNAL + SIGHUP) : EXIT_GOOD;
}

enum exit_status daemon_run(struct session *session, struct daemon_config const *config)
{
    static struct daemon daemon;
    enum pgtask_error error = PGTASK_OK;

    daemon.session = session;
    daemon.config = config;
    daemon.led_options = config->show;
    daemon.notify.descriptor = -1;
    enum exit_status status = begin(&daemon);
    while (status == EXIT_GOOD && error == PGTASK_OK && signals_ending() == 0 &&
           writer_out.error == 0) {
        error = turn(&daemon);
    }
    if (error != PGTASK_OK) {
        status = session_report(session, error);
    } else if (status == EXIT_GOOD) {
        status = find_status(&daemon);
    }
    if (config->verbose) {
        verbose_report(session);
    }
    end(&daemon);
    return status;
}
