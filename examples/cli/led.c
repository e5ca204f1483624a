/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "target.h"
#include "help.h"
#include "leds/daemon.h"
#include "leds/led.h"
#include "leds/metrics.h"

static char const *check(struct options const *options)
{
    char const *wrong = followed_check(options);

    if (wrong != NULL) {
        return wrong;
    }
    if (options->led == NULL) {
        return "give --led, such as --led terminal or --led sysfs:NAME";
    }
    wrong = led_check(options->led);
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
        .watch = followed_config(options),
        .show = {.success_ms = until_acknowledged ? UINT32_MAX : options->show_success_ms},
        .led = options->led,
        .metrics_path = options->metrics_file,
        .verbose = options->verbose,
    };

    if (config.watch.task_types == 0) {
        config.watch.task_types = PGTASK_WATCH_RESTORES;
    }
    return led_daemon_run(session, &config);
}

struct command const command_led = {
    .name = "led",
    .serves = true,
    .options = OPTIONS_ONE(OPTION_TASK_ID) | OPTIONS_ONE(OPTION_INSTANCE) |
               OPTIONS_ONE(OPTION_INTERVAL) | OPTIONS_ONE(OPTION_TYPE) |
               OPTIONS_RANGE(OPTION_LED, OPTION_STALE),
    .check = check,
    .run = run,
    .advice = "See pgtask led --help.",
    .help = help_led,
};
