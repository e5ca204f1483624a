/* SPDX-License-Identifier: MIT */
#include "leds/daemon.h"

#include "watching/events.h"
#include "leds/led.h"
#include "leds/log.h"
#include "leds/metrics.h"
#include "leds/notify.h"
#include "leds/reload.h"
#include "base/signals.h"
#include "base/text.h"

#include <string.h>

enum {
    STEP_MS = 20,     /* between two updates of an LED that is not steady */
    STEADY_MS = 1000, /* and of one that is */
    METRICS_MS = 15000
};

/* All the state of the daemon; one static object. */
struct daemon {
    struct session *session;
    struct led_daemon_config const *config;
    struct led led;
    struct notify notify;
    struct renewal renewal;
    struct metrics metrics;
    struct pgtask_watch watch;
    struct pgtask_led_options show;
    struct pgtask_led_signal sign; /* shown last */
    uint64_t shown_ms;             /* and when */
    uint64_t metrics_due_ms;
    int metrics_error;
    bool led_fails;
    bool ended; /* the watch is */
    uint64_t look_again_ms;
    enum pgtask_error trouble; /* told last; PGTASK_OK after a good answer */
    char trouble_code[64];
};

static uint64_t now_ms(struct daemon const *daemon)
{
    struct pgtask_port *const port = &daemon->session->posix.port;

    return port->monotonic_ms(port->context);
}

static bool is_steady(struct pgtask_led_signal const *sign)
{
    return sign->state == PGTASK_LED_SUCCESS || sign->state == PGTASK_LED_OFF;
}

static bool is_same(struct pgtask_led_signal const *one, struct pgtask_led_signal const *other)
{
    return one->state == other->state && one->progress_percent == other->progress_percent;
}

static void say(struct daemon *daemon, enum log_priority priority, char const *text,
                char const *detail)
{
    led_step_aside(&daemon->led);
    log_line(priority, text, detail);
}

static void tell_status(struct daemon const *daemon)
{
    char text[96] = "STATUS=LED: ";
    char digits[TEXT_DECIMAL_BYTES];

    strcat(text, pgtask_led_state_text(daemon->sign.state));
    if (daemon->sign.state == PGTASK_LED_RUNNING && daemon->sign.progress_percent >= 0) {
        strcat(text, " ");
        strcat(text, text_from_uint64(digits, (uint64_t)daemon->sign.progress_percent));
        strcat(text, " %");
    }
    notify_send(&daemon->notify, text);
}

static void measure_gap(struct daemon *daemon, uint64_t now)
{
    uint64_t const gap_ms = now - daemon->shown_ms;

    if (daemon->metrics.led_updates > 0 && !is_steady(&daemon->sign) &&
        gap_ms > daemon->metrics.longest_gap_ms) {
        daemon->metrics.longest_gap_ms = gap_ms;
    }
    daemon->metrics.led_updates++;
    daemon->shown_ms = now;
}

static struct pgtask_led_signal find_sign(struct daemon const *daemon, uint64_t now)
{
    struct pgtask_led_signal sign = pgtask_led_signal(&daemon->watch, &daemon->show, now);

    if (daemon->metrics.refused && sign.state < PGTASK_LED_STALE) {
        sign.state = PGTASK_LED_STALE; /* nothing new will come until somebody acts */
    }
    return sign;
}

static void show(struct daemon *daemon)
{
    uint64_t const now = now_ms(daemon);
    struct pgtask_led_signal const sign = find_sign(daemon, now);
    bool const differs = daemon->metrics.led_updates == 0 || !is_same(&sign, &daemon->sign);

    measure_gap(daemon, now);
    daemon->sign = sign;
    bool const good = led_show(&daemon->led, &sign, now);
    if (!good) {
        daemon->metrics.led_failures++;
    }
    if (good == daemon->led_fails) {
        say(daemon, good ? LOG_NOTICE : LOG_ERROR,
            good ? "the LED can be set again" : "the LED cannot be set; it is tried on",
            daemon->config->led);
    }
    daemon->led_fails = !good;
    if (differs) {
        daemon->metrics_due_ms = now;
        tell_status(daemon);
    }
}

static void write_metrics(struct daemon *daemon, uint64_t now)
{
    if (daemon->config->metrics_path == NULL || now < daemon->metrics_due_ms) {
        return;
    }
    int const error = metrics_write(daemon->config->metrics_path, &daemon->metrics, &daemon->watch,
                                    &daemon->sign, now);
    if (error != daemon->metrics_error && error != 0) {
        led_step_aside(&daemon->led);
        log_begin(LOG_ERROR);
        writer_text(&writer_error, "metrics file ");
        (void)writer_safe(&writer_error, daemon->config->metrics_path);
        writer_text(&writer_error, " cannot be written: ");
        writer_text(&writer_error, strerror(error));
        writer_text(&writer_error, ". Check the path, and who may write to its folder.");
        log_end();
    }
    daemon->metrics_error = error;
    daemon->metrics_due_ms = now + METRICS_MS;
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

/* @return whether it is another trouble than before */
static bool on_trouble(struct daemon *daemon)
{
    struct pgtask_failure const *const failure = pgtask_client_failure(&daemon->session->client);
    bool const differs =
        failure->error != daemon->trouble || strcmp(failure->code, daemon->trouble_code) != 0;

    daemon->metrics.refused = daemon->metrics.refused || is_refusal(failure);
    daemon->trouble = failure->error;
    strcpy(daemon->trouble_code, failure->code);
    return differs;
}

static enum log_priority priority_of(struct daemon const *daemon, struct pgtask_event const *event)
{
    switch (event->kind) {
    case PGTASK_EVENT_TROUBLE: return daemon->metrics.refused ? LOG_ERROR : LOG_WARNING;
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
    struct event const facts = event_gather(daemon->session, event);

    daemon->metrics.events[event->kind]++;
    daemon->metrics_due_ms = event->at_ms;
    if (event->kind == PGTASK_EVENT_TROUBLE && !on_trouble(daemon)) {
        return; /* however often it comes again */
    }
    if (event->kind == PGTASK_EVENT_BACK) {
        daemon->trouble = PGTASK_OK;
        daemon->metrics.refused = false;
    }
    led_step_aside(&daemon->led);
    log_begin(priority_of(daemon, event));
    event_text(&writer_error, &facts);
    log_end();
}

/* The one task has ended, or has not for good: one that waits for an operator may go on, and one
 * that has vanished may come back. */
static void on_done(struct daemon *daemon, uint64_t now)
{
    bool const final = daemon->watch.tasks[0].task_id == 0 ||
                       pgtask_status_is_final(daemon->watch.tasks[0].status);

    if (!daemon->ended) {
        daemon->ended = true;
        daemon->look_again_ms = final ? UINT64_MAX : now + daemon->watch.config.idle_ms;
    } else if (now >= daemon->look_again_ms) {
        daemon->ended = false;
        pgtask_watch_poll_now(&daemon->watch);
    }
}

static void take_requests(struct daemon *daemon)
{
    if (signals_take_reload()) {
        notify_send(&daemon->notify, "RELOADING=1");
        daemon->renewal.due = true;
        if (!daemon->ended) {
            pgtask_watch_poll_now(&daemon->watch);
        }
        notify_send(&daemon->notify, "READY=1");
    }
    if (signals_take_acknowledgement()) {
        daemon->show.acknowledged_ms = now_ms(daemon) + 1;
        say(daemon, LOG_NOTICE, "acknowledged by SIGUSR1", NULL);
    }
}

static void wait_a_little(struct daemon *daemon)
{
    uint32_t const watchdog_ms = daemon->notify.watchdog_ms;
    uint32_t const steady_ms =
        watchdog_ms > 0 && watchdog_ms / 4 < STEADY_MS ? watchdog_ms / 4 : STEADY_MS;
    uint64_t const next_ms =
        daemon->shown_ms + (is_steady(&daemon->sign) ? steady_ms : (uint32_t)STEP_MS);
    uint64_t until_ms;
    enum pgtask_interest interest = pgtask_watch_wait_for(&daemon->watch, &until_ms);

    if (daemon->ended) {
        interest = PGTASK_INTEREST_TIME;
        until_ms = next_ms;
    }
    session_wait(daemon->session, interest, until_ms < next_ms ? until_ms : next_ms);
}

/* One turn: the LED first, then at most one step of the watch. */
static enum pgtask_error turn(struct daemon *daemon)
{
    struct pgtask_event event;

    take_requests(daemon);
    show(daemon);
    notify_beat(&daemon->notify, daemon->shown_ms);
    enum pgtask_error const error = pgtask_watch_next(&daemon->watch, &event);
    if (error == PGTASK_OK) {
        on_event(daemon, &event);
        return PGTASK_OK;
    }
    if (error == PGTASK_DONE) {
        on_done(daemon, daemon->shown_ms);
    } else if (error != PGTASK_WOULD_BLOCK) {
        return error;
    }
    write_metrics(daemon, daemon->shown_ms);
    wait_a_little(daemon);
    return PGTASK_OK;
}

static enum status begin(struct daemon *daemon)
{
    enum status const status = renewal_open(&daemon->renewal, daemon->session);
    if (status != STATUS_GOOD) {
        return status;
    }
    enum pgtask_error const error = pgtask_watch_open(
        &daemon->watch, &daemon->config->watch, &daemon->session->client, &daemon->session->task);
    if (error != PGTASK_OK) {
        writer_complain("led",
                        error == PGTASK_ERROR_ARGUMENT
                            ? "--interval may not be longer than --idle, nor --idle than --stale"
                            : pgtask_error_text(error),
                        pgtask_error_advice(error));
        return status_of(error);
    }
    char const *const wrong = led_open(&daemon->led, daemon->config->led);
    if (wrong != NULL) {
        writer_complain(daemon->config->led, wrong, NULL);
        return STATUS_USAGE;
    }
    notify_open(&daemon->notify);
    notify_send(&daemon->notify, "READY=1");
    return STATUS_GOOD;
}

static void end(struct daemon *daemon)
{
    notify_send(&daemon->notify, "STOPPING=1");
    led_close(&daemon->led);
    if (daemon->watch.state != PGTASK_WATCH_CLOSED) {
        daemon->metrics.ended = true;
        daemon->metrics_due_ms = 0;
        write_metrics(daemon, now_ms(daemon));
        pgtask_watch_close(&daemon->watch);
    }
    pgtask_client_close(&daemon->session->client);
    renewal_close(&daemon->renewal);
    notify_close(&daemon->notify);
}

enum status led_daemon_run(struct session *session, struct led_daemon_config const *config)
{
    static struct daemon daemon;
    enum pgtask_error error = PGTASK_OK;

    daemon.session = session;
    daemon.config = config;
    daemon.show = config->show;
    daemon.notify.descriptor = -1;
    enum status status = begin(&daemon);
    while (status == STATUS_GOOD && error == PGTASK_OK && signals_noted() == 0) {
        error = turn(&daemon);
    }
    if (error != PGTASK_OK) {
        status = session_complain(session, error);
    } else if (status == STATUS_GOOD) {
        say(&daemon, LOG_INFO, "ends, as it was told", NULL);
    }
    if (config->verbose) {
        session_describe(session);
    }
    end(&daemon);
    return status;
}
