/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <stddef.h>

char const *followed_check(struct options const *options)
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
    if (has_task && options->task_types != 0) {
        return "--type needs --instance";
    }
    if (options_has(options, OPTION_INTERVAL) && options->interval_ms == 0) {
        return "--interval must be more than 0";
    }
    return NULL;
}

struct pgtask_watch_config followed_config(struct options const *options)
{
    struct pgtask_watch_config config = {.instance_id = options->instance,
                                         .task_types = options->task_types,
                                         .active_ms = options->interval_ms,
                                         .idle_ms = options->idle_ms,
                                         .stale_ms = options->stale_ms};

    (void)options_task_id(options, &config.task_id);
    return config;
}
