/* SPDX-License-Identifier: MIT */
/* pgtask watch: follows tasks, and prints their events. */
#include "base/terminal.h"
#include "command.h"
#include "session/verbose.h"
#include "target.h"
#include "watching/follow.h"
#include "watching/hook.h"

/* A task of an instance that ended longer ago than this was over before anybody watched. */
enum { LOOKBACK_S = 600 };

static char const *check(struct options const *options)
{
    char const *const wrong = target_check(options);

    if (wrong != NULL) {
        return wrong;
    }
    if (options->output == OPTIONS_JSON) {
        return "--output json needs an end; use --output jsonl, one object per event";
    }
    if (options->output == OPTIONS_CSV) {
        return "--output csv is for pgtask list; use --output jsonl, one object per event";
    }
    return options->exec != NULL ? hook_check(options->exec) : NULL;
}

static enum follow_style choose_style(uint8_t choice)
{
    if (choice == OPTIONS_JSONL) {
        return FOLLOW_JSONL;
    }
    return terminal_can_draw() ? FOLLOW_SCREEN : FOLLOW_LINES;
}

static enum exit_status run(struct session *session, struct options const *options)
{
    struct follow_config config = {
        .watch = target_config(options),
        .style = choose_style(options->output),
        .max_wait_ms = options->max_wait_ms,
        .exec = options->exec,
        .is_quiet = options->quiet,
        .is_verbose = options->verbose,
    };

    config.watch.lookback_s = LOOKBACK_S;
    config.watch.until_done = options->until_done;
    config.watch.wait_pause = options->wait_pause;
    enum exit_status const status = follow_run(session, &config);
    if (options->verbose) {
        verbose_report(session);
    }
    return status;
}

static char const notes[] =
    "\nProgram of --exec:\n"
    "  It runs without a shell and without arguments, one at a time, at most 60 s.\n"
    "  Its environment has the facts: PGTASK_EVENT, _AT, _REGION, _TASK_ID,\n"
    "  _TASK_TYPE, _INSTANCE, _STATUS, _PROGRESS, _STEP, _STEP_AT, _STEP_COUNT,\n"
    "  _MESSAGE, and in seconds _ELAPSED, _LEFT_LEAST, _LEFT_MOST. While it runs, the\n"
    "  last event of each task waits, and every ended, operator, vanished and absent.\n"
    "\nEvents:\n"
    "  appeared, progressed, step, resumed, wait_switch, operator, unknown_status,\n"
    "  ended, vanished, absent; and of the watch: trouble, stale, back.\n";

struct command const command_watch = {
    .name = "watch",
    .bit = IN_WATCH,
    .runs_on = true,
    .check = check,
    .run = run,
    .help = {.head = "Usage: pgtask watch (TASK_ID | --instance ID) [OPTION]...\n"
                     "\n"
                     "Follows a task until it has ended or needs an operator, or the tasks of an\n"
                     "instance until Ctrl-C. On a terminal: a live page; otherwise one line per\n"
                     "event. NO_COLOR and TERM=dumb are respected.\n",
             .notes = notes,
             .examples =
                 "  pgtask watch 120321 && echo restored\n"
                 "  pgtask watch --instance postgres-q6fj84vb --type RestoreDatabase "
                 "--until-done\n"
                 "  pgtask watch 120321 --output jsonl | jq -r '[.At, .Event, .Progress] | @tsv'\n"
                 "  pgtask watch 120321 --exec ./ring-the-bell --max-wait 3600\n"},
};
