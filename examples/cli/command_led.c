/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "help.h"
#include "led_daemon.h"
#include "led_driver.h"
#include "metrics.h"

static char const *check(struct options const *options)
{
    bool const has_task = options->argument != NULL || options->task_id != 0;
    uint64_t task_id;

    if (has_task == (options->instance != NULL) ||
        (options->argument != NULL && options->task_id != 0)) {
        return "give either one TASK_ID or --instance";
    }
    if (!options_task_id(options, &task_id) || (has_task && task_id == 0)) {
        return "TASK_ID must be a whole number from 1 to 18446744073709551615";
    }
    if (has_task && options->task_types != 0) {
        return "--type is for --instance: one task is shown whatever its type";
    }
    if (options->led == NULL) {
        return "give --led, such as --led terminal or --led sysfs:NAME";
    }
    char const *const wrong = led_check(options->led);
    if (wrong != NULL || options->metrics_file == NULL) {
        return wrong;
    }
    return metrics_check(options->metrics_file);
}

static enum status run(struct session *session, struct options const *options)
{
    bool const until_acknowledged =
        options_has(options, OPTION_SHOW_SUCCESS) && options->show_success_ms == 0;
    struct led_daemon_config config = {
        .watch = {.instance_id = options->instance,
                  .task_types =
                      options->task_types != 0 ? options->task_types : PGTASK_WATCH_RESTORES,
                  .active_ms = options->interval_ms,
                  .idle_ms = options->idle_ms,
                  .stale_ms = options->stale_ms},
        .show = {.success_ms = until_acknowledged ? UINT32_MAX : options->show_success_ms},
        .led = options->led,
        .metrics_path = options->metrics_file,
    };

    (void)options_task_id(options, &config.watch.task_id);
    return led_daemon_run(session, &config);
}

struct command const command_led = {
    .name = "led",
    .options = OPTIONS_ONE(OPTION_TASK_ID) | OPTIONS_ONE(OPTION_INSTANCE) |
               OPTIONS_ONE(OPTION_INTERVAL) | OPTIONS_ONE(OPTION_TYPE) |
               OPTIONS_RANGE(OPTION_LED, OPTION_STALE),
    .check = check,
    .run = run,
    .advice = "See pgtask led --help.",
    .help = help_led,
};
