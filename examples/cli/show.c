/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "help.h"
#include "listing.h"

static char const *check(struct options const *options)
{
    uint64_t task_id;

    if (options->argument != NULL && options->task_id != 0) {
        return "give the TASK_ID once";
    }
    if (options->argument == NULL && options->task_id == 0) {
        return "give the TASK_ID; pgtask list tells it";
    }
    return options_task_id(options, &task_id) && task_id != 0
               ? NULL
               : "TASK_ID must be a whole number from 1 to 18446744073709551615";
}

static enum status complain_no_task(struct session const *session, uint64_t task_id)
{
    writer_text(&writer_error, "pgtask: no task ");
    writer_number(&writer_error, task_id);
    writer_text(&writer_error, " in ");
    (void)writer_safe(&writer_error, session->config.region);
    writer_text(&writer_error, ": there is none with this id, or it started more than 180 days "
                               "ago. Ids start at 1 and belong to one region; pgtask list shows "
                               "them, with --min-start older ones too.\n");
    (void)writer_flush(&writer_error);
    return STATUS_NO_TASK;
}

static struct output const *choose_output(uint8_t choice)
{
    switch (choice) {
    case OPTIONS_JSON: return &output_json;
    case OPTIONS_JSONL: return &output_jsonl;
    default: return &output_facts;
    }
}

static enum status run(struct session *session, struct options const *options)
{
    struct pgtask_query query = {.task_id = 0};
    struct output_end end;

    (void)options_task_id(options, &query.task_id);
    enum status const status =
        listing_run(session, options, &query, choose_output(options->output), &end);
    return status == STATUS_GOOD && end.tasks == 0 ? complain_no_task(session, query.task_id)
                                                   : status;
}

struct command const command_show = {
    .name = "show",
    .options = OPTIONS_ONE(OPTION_TASK_ID),
    .check = check,
    .run = run,
    .advice = "See pgtask show --help.",
    .help = help_show,
};
