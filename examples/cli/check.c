/* SPDX-License-Identifier: MIT */
/*
 * pgtask check: one look, for Nagios, Icinga and what speaks their protocol ("Plugin API" of
 * Nagios): a line that begins with the state, figures behind a bar, and the state as exit status.
 */
#include "base/report.h"
#include "base/signals.h"
#include "base/text.h"
#include "command.h"
#include "session/verbose.h"
#include "target.h"
#include "watching/poll.h"

#include <string.h>

enum { LOOKBACK_S = 86400 };

/* In the order in which they outweigh each other. */
static enum exit_status const by_weight[] = {EXIT_CHECK_OK, EXIT_CHECK_UNKNOWN, EXIT_CHECK_WARNING,
                                             EXIT_CHECK_CRITICAL};

static char const *const names[] = {[EXIT_CHECK_OK] = "OK",
                                    [EXIT_CHECK_WARNING] = "WARNING",
                                    [EXIT_CHECK_CRITICAL] = "CRITICAL",
                                    [EXIT_CHECK_UNKNOWN] = "UNKNOWN"};

/* What is counted for the figures. */
struct count {
    uint32_t running;
    uint32_t paused;
    uint32_t failed;
};

static size_t weight_of(enum exit_status status)
{
    size_t weight = 0;

    while (by_weight[weight] != status) {
        weight++;
    }
    return weight;
}

/* A failure is over once a later task of its kind has ended well. */
static bool is_repaired(struct pgtask_watch const *watch, struct pgtask_watch_task const *failed)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        struct pgtask_watch_task const *const task = &watch->tasks[i];
        if (task->task_id != 0 && task->status == PGTASK_STATUS_SUCCESS &&
            strcmp(task->task_type, failed->task_type) == 0 &&
            strcmp(task->instance_id, failed->instance_id) == 0 &&
            task->start_unix_s > failed->start_unix_s) {
            return true;
        }
    }
    return false;
}

static enum exit_status judge(struct pgtask_watch const *watch,
                              struct pgtask_watch_task const *task, struct count *count)
{
    switch (task->status) {
    case PGTASK_STATUS_PAUSE: count->paused++; return EXIT_CHECK_CRITICAL;
    case PGTASK_STATUS_FAIL:
        if (is_repaired(watch, task)) {
            return EXIT_CHECK_OK;
        }
        count->failed++;
        return EXIT_CHECK_CRITICAL;
    case PGTASK_STATUS_UNKNOWN: return EXIT_CHECK_WARNING;
    case PGTASK_STATUS_RUNNING:
    case PGTASK_STATUS_WAIT_SWITCH: count->running++; return EXIT_CHECK_OK;
    case PGTASK_STATUS_SUCCESS: break;
    }
    return EXIT_CHECK_OK;
}

/* A bar would begin the figures. */
static void print_text(char *text)
{
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == '|' ? '/' : *at;
    }
    writer_print(&writer_out, "%s", text);
}

static void print_task(struct pgtask_watch_task const *task)
{
    char text[4 * PGTASK_NAME_BYTES + 64];

    (void)text_print(text, sizeof text, "%ju %s %s: %s", task->task_id, task->task_type,
                     task->instance_id, task->status_text);
    if (task->status != PGTASK_STATUS_SUCCESS && task->progress_percent >= 0) {
        (void)text_append(text, sizeof text, " %u %%", (unsigned)task->progress_percent);
    }
    if (task->status != PGTASK_STATUS_SUCCESS && task->current_step[0] != '\0') {
        (void)text_append(text, sizeof text, ", %s", task->current_step);
    }
    print_text(text);
}

/* The figures: value, warning, critical, least, most. */
static void print_figures(struct pgtask_watch const *watch, struct count const *count, size_t tasks)
{
    struct pgtask_watch_task const *const first = &watch->tasks[0];

    writer_print(&writer_out, " | tasks=%ju;;;0 running=%u;;;0 paused=%u;;0;0 failed=%u;;0;0",
                 (uintmax_t)tasks + watch->overflow, count->running, count->paused, count->failed);
    if (first->status == PGTASK_STATUS_RUNNING && first->progress_percent >= 0) {
        writer_print(&writer_out, " progress=%u%%;;;0;100", (unsigned)first->progress_percent);
    }
    writer_print(&writer_out, "\n");
}

static enum exit_status print_none(struct session const *session,
                                   struct pgtask_watch_config const *config)
{
    struct count const none = {.running = 0};

    if (config->task_id != 0) {
        writer_print(&writer_out,
                     "PGTASK UNKNOWN: task %ju not found in %s; check the region; pgtask list "
                     "--min-start shows older tasks\n",
                     config->task_id, session->config.region);
        return EXIT_CHECK_UNKNOWN;
    }
    writer_print(&writer_out, "PGTASK OK: no tasks of %s in the last 30 days", config->instance_id);
    struct pgtask_watch const empty = {.overflow = 0};
    print_figures(&empty, &none, 0);
    return EXIT_CHECK_OK;
}

/* The task that is worst for the check comes first, and then each other one on a line of its own.
 */
static enum exit_status print_tasks(struct session const *session, struct pgtask_watch const *watch)
{
    struct count count = {.running = 0};
    enum exit_status worst = EXIT_CHECK_OK;
    size_t first = 0;
    size_t tasks = 0;

    for (; tasks < PGTASK_WATCH_TASKS && watch->tasks[tasks].task_id != 0; tasks++) {
        enum exit_status const status = judge(watch, &watch->tasks[tasks], &count);
        if (weight_of(status) > weight_of(worst)) {
            worst = status;
            first = tasks;
        }
    }
    if (tasks == 0) {
        return print_none(session, &watch->config);
    }
    writer_print(&writer_out, "PGTASK %s: ", names[worst]);
    print_task(&watch->tasks[first]);
    print_figures(watch, &count, tasks);
    for (size_t i = 0; i < tasks; i++) {
        if (i != first) {
            print_task(&watch->tasks[i]);
            writer_print(&writer_out, "\n");
        }
    }
    return worst;
}

/* Trouble that another try may mend leaves the state unknown only for a while: it is stale. */
static bool is_stale(struct pgtask_failure const *failure)
{
    enum pgtask_retry const retry = pgtask_failure_retry(failure);

    return pgtask_error_layer(failure->error) == PGTASK_LAYER_NETWORK ||
           retry == PGTASK_RETRY_BACKOFF || retry == PGTASK_RETRY_FEW;
}

static enum exit_status print_trouble(struct session *session)
{
    bool const stale = is_stale(pgtask_client_failure(&session->client));
    char text[ADVICE_BYTES];

    (void)text_print(text, sizeof text, "%s", session_failure_text(session, &writer_out));
    writer_print(&writer_out,
                 "PGTASK %s: ", names[stale ? EXIT_CHECK_WARNING : EXIT_CHECK_UNKNOWN]);
    print_text(text);
    writer_print(&writer_out, "\n");
    return stale ? EXIT_CHECK_WARNING : EXIT_CHECK_UNKNOWN;
}

/* Polls once. @return PGTASK_OK: there was an answer; PGTASK_ERROR_CANCELLED: a signal came;
 * another error: there was none */
static enum pgtask_error poll_once(struct session *session, struct pgtask_watch *watch)
{
    while (signals_ending() == 0) {
        struct pgtask_event event;
        enum pgtask_error const error = poll_next(session, watch, &event);

        if (error < 0) {
            return error;
        }
        if (error == PGTASK_OK && event.kind == PGTASK_EVENT_TROUBLE) {
            return pgtask_client_failure(&session->client)->error;
        }
        if (watch->answered && (error == PGTASK_DONE || watch->state == PGTASK_WATCH_WAIT)) {
            return PGTASK_OK;
        }
        if (error == PGTASK_WOULD_BLOCK) {
            poll_wait(session, watch, UINT64_MAX);
        }
    }
    return PGTASK_ERROR_CANCELLED;
}

static char const *check(struct options const *options)
{
    return target_check(options);
}

static enum exit_status run(struct session *session, struct options const *options)
{
    static struct pgtask_watch watch;
    struct pgtask_watch_config config = target_config(options);
    enum exit_status status;

    config.lookback_s =
        options_has(options, OPTION_LOOKBACK) ? options->lookback_ms / 1000u : (uint32_t)LOOKBACK_S;
    if (poll_open(session, &watch, &config, "check") != EXIT_GOOD) {
        return EXIT_CHECK_UNKNOWN;
    }
    enum pgtask_error const error = poll_once(session, &watch);
    if (error == PGTASK_OK) {
        status = print_tasks(session, &watch);
    } else if (error == PGTASK_ERROR_CANCELLED) {
        writer_print(&writer_out, "PGTASK UNKNOWN: ended by a signal\n");
        status = EXIT_CHECK_UNKNOWN;
    } else {
        status = print_trouble(session);
    }
    pgtask_watch_close(&watch);
    if (options->verbose) {
        verbose_report(session);
    }
    return writer_flush(&writer_out) ? status : EXIT_CHECK_UNKNOWN;
}

static char const notes[] =
    "\nWhat it prints:\n"
    "  PGTASK STATE: a task or the trouble | figures. Each other task has a line.\n"
    "  A task in Fail no longer counts once a later one of its type has ended in\n"
    "  Success.\n";

struct command const command_check = {
    .name = "check",
    .bit = IN_CHECK,
    .is_plugin = true,
    .check = check,
    .run = run,
    .help = {.head =
                 "Usage: pgtask check (TASK_ID | --instance ID) [OPTION]...\n"
                 "\n"
                 "Looks once at a task or at the tasks of an instance, and answers as a plugin\n"
                 "of Nagios or Icinga does.\n",
             .notes = notes,
             .examples = "  pgtask check --instance postgres-q6fj84vb --timeout 20\n"
                         "  pgtask check --instance postgres-q6fj84vb --lookback 3600\n"},
};
