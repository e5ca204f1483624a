/* SPDX-License-Identifier: MIT */
/*
 * Figures in Prometheus's text format 0.0.4. The file is written beside its place and then renamed,
 * so that a reader never finds a part of it.
 *
 * The folder may belong to somebody else. So the unfinished file is a new one under a name that
 * nobody can guess, and no link is followed to it.
 */
#include "leds/metrics.h"

#include "base/file.h"
#include "base/text.h"
#include "base/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* node_exporter reads only names that end in .prom. */
#define LONGEST_END ".4294967295.tmp"

enum { NAMES_TRIED = 8, MODE = 0644 };

static struct writer out;

char const *metrics_check(char const *path)
{
    if (strlen(path) + sizeof LONGEST_END > METRICS_PATH_BYTES) {
        return "the path of --metrics-file is too long";
    }
    return file_is_special(path)
               ? "the path of --metrics-file leads to something else than a regular file"
               : NULL;
}

static void describe(char const *name, char const *type, char const *help)
{
    writer_print(&out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* In a label's text, backslash and quote are escaped. A line end does not occur in it: it becomes a
 * blank, and what a terminal would act on becomes `?`. */
static void write_label(char const *before, char const *text)
{
    writer_print(&out, "%s=\"", before);
    while (*text != '\0') {
        if (*text == '"' || *text == '\\') {
            writer_print(&out, "\\");
        }
        text += writer_character(&out, text).bytes;
    }
    writer_print(&out, "\"");
}

static void write_one(char const *name, char const *type, char const *help, uint64_t value)
{
    describe(name, type, help);
    writer_print(&out, "%s %ju\n", name, value);
}

static void write_led(struct metrics const *metrics, struct pgtask_led_signal const *signal)
{
    describe("pgtask_led_state", "gauge", "1 for the state that the LED shows.");
    for (int state = 0; state < PGTASK_LED_STATES; state++) {
        write_label("pgtask_led_state{state", pgtask_led_state_text((enum pgtask_led_state)state));
        writer_print(&out, "} %u\n", (int)signal->state == state ? 1u : 0u);
    }
    write_one("pgtask_led_updates_total", "counter", "How often the LED was set.",
              metrics->led_updates);
    write_one("pgtask_led_failures_total", "counter", "How often setting the LED failed.",
              metrics->led_failures);
    describe("pgtask_led_longest_gap_seconds", "gauge",
             "Longest LED gap: time by which a change of the light came late.");
    writer_print(&out, "pgtask_led_longest_gap_seconds %ju.%03ju\n", metrics->longest_gap_ms / 1000,
                 metrics->longest_gap_ms % 1000);
    write_one("pgtask_wakeups_total", "counter", "How often the daemon woke up from a wait.",
              metrics->wakeups);
}

static void write_task(char const *name, struct pgtask_watch_task const *task)
{
    writer_print(&out, "%s{task_id=\"%ju", name, task->task_id);
    write_label("\",instance", task->instance_id);
    write_label(",type", task->task_type);
}

static void write_tasks(struct pgtask_watch const *watch)
{
    describe("pgtask_task_progress_ratio", "gauge", "Progress of a task, 0 to 1.");
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        struct pgtask_watch_task const *const task = &watch->tasks[i];
        if (task->task_id != 0 && task->progress_percent >= 0) {
            write_task("pgtask_task_progress_ratio", task);
            writer_print(&out, "} %u.%02u\n", (unsigned)task->progress_percent / 100,
                         (unsigned)task->progress_percent % 100);
        }
    }
    describe("pgtask_task_status", "gauge", "1 for the status that a task has.");
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        struct pgtask_watch_task const *const task = &watch->tasks[i];
        if (task->task_id != 0) {
            write_task("pgtask_task_status", task);
            write_label(",status", task->vanished ? "vanished" : task->status_text);
            writer_print(&out, "} 1\n");
        }
    }
    write_one("pgtask_tasks_without_place", "gauge",
              "Tasks of the last answer that are not followed for lack of memory.",
              watch->overflow);
}

static void write_watch(struct metrics const *metrics, struct pgtask_watch const *watch,
                        uint64_t now_ms)
{
    write_one("pgtask_up", "gauge", "1 while the daemon runs and its last poll was answered.",
              !metrics->has_ended && watch->answered && !watch->troubled);
    write_one("pgtask_stale", "gauge", "1 after too long without a good answer.", watch->stale);
    write_one("pgtask_credentials_refused", "gauge",
              "1 from a refusal of the credentials to the next good answer.", metrics->is_refused);
    int64_t unix_s;
    if (watch->answered && pgtask_client_unix_time_s(watch->client, &unix_s)) {
        describe("pgtask_last_answer_timestamp_seconds", "gauge",
                 "Unix time of the last good answer.");
        writer_print(&out, "pgtask_last_answer_timestamp_seconds %ju\n",
                     (uint64_t)unix_s - (now_ms - watch->answer_ms) / 1000);
    }
    describe("pgtask_events_total", "counter", "Events by kind.");
    for (int kind = 0; kind <= PGTASK_EVENT_BACK; kind++) {
        write_label("pgtask_events_total{event", pgtask_event_text((enum pgtask_event_kind)kind));
        writer_print(&out, "} %ju\n", metrics->events[kind]);
    }
}

static void write_client(struct pgtask_counters const *counters)
{
    write_one("pgtask_requests_total", "counter", "Requests sent, repeated ones included.",
              counters->requests);
    write_one("pgtask_retries_total", "counter", "Requests or connections tried again.",
              counters->retries);
    describe("pgtask_handshakes_total", "counter", "TLS handshakes by kind.");
    writer_print(&out, "pgtask_handshakes_total{kind=\"full\"} %u\n", counters->handshakes_full);
    writer_print(&out, "pgtask_handshakes_total{kind=\"resumed\"} %u\n",
                 counters->handshakes_resumed);
    write_one("pgtask_fallbacks_total", "counter", "Connections tried again without TLS 1.3.",
              counters->fallbacks);
    write_one("pgtask_sent_bytes_total", "counter", "Bytes sent, TLS included.",
              counters->bytes_sent);
    write_one("pgtask_received_bytes_total", "counter", "Bytes received, TLS included.",
              counters->bytes_received);
}

/* Makes a new file beside `path`. @return its descriptor, or -1 with errno */
static int make_unfinished(char const *path, uint32_t chance, char unfinished[METRICS_PATH_BYTES])
{
    static uint32_t const stride = 2654435761u; /* odd: each name differs from those before */
    int descriptor = -1;

    for (uint32_t i = 0; i < NAMES_TRIED && descriptor < 0; i++) {
        (void)text_print(unfinished, METRICS_PATH_BYTES, "%s.%u.tmp", path, chance + i * stride);
        descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE);
        if (descriptor < 0 && errno != EEXIST) {
            break;
        }
    }
    return descriptor;
}

int metrics_write(char const *path, struct metrics const *metrics, struct pgtask_watch const *watch,
                  struct pgtask_led_signal const *signal, uint64_t now_ms, uint32_t chance)
{
    char unfinished[METRICS_PATH_BYTES];

    if (file_is_special(path)) {
        return METRICS_NOT_REGULAR;
    }
    int const descriptor = make_unfinished(path, chance, unfinished);
    if (descriptor < 0) {
        return errno;
    }
    out.descriptor = descriptor;
    out.error = 0;
    write_led(metrics, signal);
    write_tasks(watch);
    write_watch(metrics, watch, now_ms);
    write_client(metrics->client);
    int error = writer_flush(&out) ? 0 : out.error;
    if (error == 0 && fchmod(descriptor, MODE) != 0) { /* whatever the umask is */
        error = errno;
    }
    if (close(descriptor) != 0 && error == 0) {
        error = errno;
    }
    if (error == 0 && rename(unfinished, path) != 0) {
        error = errno;
    }
    if (error != 0) {
        (void)unlink(unfinished);
    }
    return error;
}
