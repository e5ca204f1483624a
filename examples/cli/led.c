/* SPDX-License-Identifier: MIT */
/* pgtask led: shows tasks with an LED, as a service does. */
#include "command.h"
#include "leds/daemon.h"
#include "leds/led.h"
#include "leds/metrics.h"
#include "target.h"

static char const *check(struct options const *options)
{
    char const *wrong = target_check(options);

    if (wrong == NULL && options->led == NULL) {
        wrong = "missing --led; use --led terminal or --led sysfs:NAME";
    }
    if (wrong == NULL) {
        wrong = led_check(options->led);
    }
    if (wrong == NULL && options->metrics_file != NULL) {
        wrong = metrics_check(options->metrics_file);
    }
    return wrong;
}

static enum exit_status run(struct session *session, struct options const *options)
{
    bool const until_acknowledged =
        options_has(options, OPTION_SHOW_SUCCESS) && options->show_success_ms == 0;
    struct daemon_config config = {
        .watch = target_config(options),
        .show = {.success_ms = until_acknowledged ? UINT32_MAX : options->show_success_ms},
        .led = options->led,
        .metrics_path = options->metrics_file,
        .verbose = options->verbose,
    };

    if (config.watch.task_types == 0) {
        config.watch.task_types = PGTASK_WATCH_RESTORES;
    }
    return daemon_run(session, &config);
}

struct command const command_led = {
    .name = "led",
    .bit = IN_LED,
    .runs_on = true,
    .serves = true,
    .check = check,
    .run = run,
    .help = {.head = "Usage: pgtask led (TASK_ID | --instance ID) --led DRIVER [OPTION]...\n"
                     "\n"
                     "Shows a task, or the restores of an instance, with an LED, until SIGTERM or\n"
                     "Ctrl-C. Trouble of the network does not end it: the LED then says that its\n"
                     "data is stale. Events are logged on standard error.\n",
             .notes =
                 "\nSignals:\n"
                 "  SIGUSR1                acknowledge: the LED forgets tasks that have ended\n"
                 "  SIGHUP                 read the credentials and CA certificates again; if a\n"
                 "                         terminal sends it, because it was closed: end\n",
             .examples = "  pgtask led --instance postgres-q6fj84vb --led terminal\n"
                         "  pgtask led 120321 --led sysfs:green:status --show-success 0\n"},
};
