/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "target.h"
#include "help.h"
#include "watching/hook.h"
#include "watching/screen.h"
#include "watching/follow.h"

/* Of an instance: what ended longer ago was over before anybody watched. */
enum { LOOKBACK_S = 600 };

static char const *check(struct options const *options)
{
    char const *const wrong = followed_check(options);

    if (wrong != NULL) {
        return wrong;
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
        .watch = followed_config(options),
        .style = choose_style(options->output),
        .max_wait_ms = options->max_wait_ms,
        .exec = options->exec,
    };

    config.watch.lookback_s = LOOKBACK_S;
    config.watch.until_done = options->until_done;
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
