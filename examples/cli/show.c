/* SPDX-License-Identifier: MIT */
/* pgtask show: one task by its id. */
#include "base/report.h"
#include "command.h"
#include "listing.h"
#include "target.h"

static struct output const *choose_output(uint8_t choice)
{
    switch (choice) {
    case OPTIONS_JSON: return &output_json;
    case OPTIONS_JSONL: return &output_jsonl;
    case OPTIONS_CSV: return &output_csv;
    default: return &output_facts;
    }
}

static enum exit_status run(struct session *session, struct options const *options)
{
    struct pgtask_query query = {.task_id = 0};
    struct output_end end = {.tasks = 0};

    (void)options_task_id(options, &query.task_id);
    enum exit_status status = session_start(session);
    if (status == EXIT_GOOD) {
        status = listing_run(session, options, &query, choose_output(options->output), &end);
        if (status == EXIT_GOOD && end.tasks == 0) {
            report_error("task %ju not found in %s; check the region; pgtask list --min-start "
                         "shows older tasks.",
                         query.task_id, session->config.region);
            status = EXIT_NO_TASK;
        }
    }
    return status;
}

struct command const command_show = {
    .name = "show",
    .bit = IN_SHOW,
    .check = target_check_task,
    .run = run,
    .help = {.head = "Usage: pgtask show TASK_ID [OPTION]...\n"
                     "\n"
                     "Prints every fact of one task: status, progress, times, steps, and what was\n"
                     "restored.\n",
             .notes = "",
             .examples = "  pgtask show 120321 --region ap-guangzhou\n"
                         "  pgtask show 120321 --output json | jq '.TaskSet[0].Steps'\n"},
};
