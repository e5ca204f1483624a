/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "help.h"
#include "hook.h"
#include "view.h"
#include "watcher.h"

/* Of an instance: what ended longer ago was over before anybody watched. */
enum { LOOKBACK_S = 600 };

static char const *check_task(struct options const *options)
{
    bool const has_task = options->argument != NULL || options->task_id != 0;
    uint64_t task_id;

    if (has_task == (options->instance != NULL) ||
        (options->argument != NULL && options->task_id != 0)) {
        return "give either one TASK_ID or --instance; pgtask list tells both";
    }
    if (!options_task_id(options, &task_id) || (has_task && task_id == 0)) {
        return "TASK_ID must be a whole number from 1 to 18446744073709551615";
    }
    return has_task && options->task_types != 0 ? "--type needs --instance" : NULL;
}

static char const *check(struct options const *options)
{
    char const *const wrong = check_task(options);

    if (wrong != NULL) {
        return wrong;
    }
    if (options_has(options, OPTION_INTERVAL) && options->interval_ms == 0) {
        return "--interval must be more than 0";
    }
    if (options->output == OPTIONS_JSON) {
        return "--output json needs an end; jsonl writes an event a line";
    }
    return options->exec != NULL ? hook_check(options->exec) : NULL;
}

static enum watcher_style choose_style(uint8_t choice)
{
    if (choice == OPTIONS_JSONL) {
        return WATCHER_JSONL;
    }
    return view_is_possible() ? WATCHER_VIEW : WATCHER_LINES;
}

static enum status run(struct session *session, struct options const *options)
{
    struct watcher_config config = {
        .watch = {.instance_id = options->instance,
                  .task_types = options->task_types,
                  .active_ms = options->interval_ms,
                  .idle_ms = options->idle_ms,
                  .stale_ms = options->stale_ms,
                  .lookback_s = LOOKBACK_S,
                  .until_done = options->until_done},
        .style = choose_style(options->output),
        .max_wait_ms = options->max_wait_ms,
        .exec = options->exec,
    };

    (void)options_task_id(options, &config.watch.task_id);
    if (config.max_wait_ms < PGTASK_WATCH_DEFAULT_APPEAR_MS) {
        config.watch.appear_ms = config.max_wait_ms;
    }
    enum status const status = watcher_run(session, &config);
    if (options->verbose) {
        session_describe(session);
    }
    return status;
}

struct command const command_watch = {
    .name = "watch",
    .options = OPTIONS_ONE(OPTION_TASK_ID) | OPTIONS_ONE(OPTION_INSTANCE) |
               OPTIONS_ONE(OPTION_INTERVAL) | OPTIONS_RANGE(OPTION_IDLE, OPTION_TYPE),
    .check = check,
    .run = run,
    .advice = "See pgtask watch --help.",
    .help = help_watch,
};
