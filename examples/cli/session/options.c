/* SPDX-License-Identifier: MIT */
/* Looks at what the command line asked for. */
#include "session/options.h"

#include "base/text.h"

bool options_has(struct options const *options, enum options_name name)
{
    return (options->given & UINT64_C(1) << name) != 0;
}

bool options_task_id(struct options const *options, uint64_t *task_id)
{
    *task_id = options->task_id;
    return options->argument == NULL || text_to_uint64(options->argument, task_id);
}
