/* SPDX-License-Identifier: MIT */
/* One task or one instance, never both. */
#include "target.h"

#include <stddef.h>

char const *target_check_task(struct options const *options)
{
    uint64_t task_id;

    if (options->argument != NULL && options->task_id != 0) {
        return "give either the argument TASK_ID or --task-id";
    }
    if (options->argument == NULL && options->task_id == 0) {
        return "missing TASK_ID; find it with pgtask list";
    }
    return options_task_id(options, &task_id) && task_id != 0
               ? NULL
               : "TASK_ID must be a whole number from 1 to 18446744073709551615";
}

char const *target_check(struct options const *options)
{
    bool const has_task = options->argument != NULL || options->task_id != 0;

    if (!has_task && options->instance == NULL) {
        return "missing TASK_ID or --instance; find it with pgtask list";
    }
    if (has_task && options->instance != NULL) {
        return "give either one TASK_ID or --instance";
    }
    char const *const wrong = has_task ? target_check_task(options) : NULL;
    if (wrong != NULL) {
        return wrong;
    }
    if (has_task && options->task_types != 0) {
        return "--type needs --instance";
    }
    if (options_has(options, OPTION_INTERVAL) && options->interval_ms == 0) {
        return "--interval must be more than 0";
    }
    return NULL;
}

struct pgtask_watch_config target_config(struct options const *options)
{
    struct pgtask_watch_config config = {.instance_id = options->instance,
                                         .task_types = options->task_types,
                                         .active_ms = options->interval_ms,
                                         .idle_ms = options->idle_ms,
                                         .stale_ms = options->stale_ms};

    (void)options_task_id(options, &config.task_id);
    return config;
}
