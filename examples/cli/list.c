/* SPDX-License-Identifier: MIT */
/* pgtask list: one page of tasks or all of them, once or again and again. */
#include "base/report.h"
#include "base/signals.h"
#include "command.h"
#include "dry_run.h"
#include "listing.h"
#include "tasks/times.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_INTERVAL_MS 1000u
#define DEFAULT_LIMIT       20u /* of the API */

/* In the service's zone the library judges the texts, and says what is wrong with them. */
static char const *check_zone(struct options const *options)
{
    char query[PGTASK_TIME_TEXT_BYTES];

    if (!options->utc && !options->local) {
        return NULL;
    }
    if (options->min_start != NULL && !times_read(options->min_start, query)) {
        return "--min-start must be a time that exists in this zone, 'YYYY-MM-DD HH:MM:SS'";
    }
    if (options->max_start != NULL && !times_read(options->max_start, query)) {
        return "--max-start must be a time that exists in this zone, 'YYYY-MM-DD HH:MM:SS'";
    }
    return NULL;
}

static char const *check(struct options const *options)
{
    if (options->argument != NULL) {
        return options->may_be_split_time
                   ? "takes only options; put quotes around a time"
                   : "unexpected argument; a task id is given with --task-id";
    }
    if (options_has(options, OPTION_INTERVAL) && !options_has(options, OPTION_COUNT)) {
        return "--interval needs --count";
    }
    if (options_has(options, OPTION_COUNT) && (options->dry_run || options->as_curl)) {
        return "--dry-run and --as-curl send nothing, so --count has nothing to count";
    }
    if (options->no_clock && (options->dry_run || options->as_curl)) {
        return "--dry-run and --as-curl sign by this device's clock, so --no-clock has no use";
    }
    return check_zone(options);
}

/* A pipe or a file takes lines of any length. */
static bool has_room_for_steps(void)
{
    struct winsize size;

    return !isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
           size.ws_col == 0 || size.ws_col >= OUTPUT_TABLE_WIDE_COLUMNS;
}

static struct output const *choose_output(uint8_t choice)
{
    switch (choice) {
    case OPTIONS_JSON: return &output_json;
    case OPTIONS_JSONL: return &output_jsonl;
    default: return has_room_for_steps() ? &output_table_wide : &output_table;
    }
}

/* Without a TotalCount, only a page that is not full is known to be the last one. */
static void report_page_of_unknown(struct options const *options, struct output_end const *end)
{
    uint32_t const limit = options->limit != 0 ? options->limit : DEFAULT_LIMIT;

    if (end->tasks == 0) {
        report_info("no tasks");
    } else if (!options->all && end->tasks + end->left_out >= limit) {
        report_info("showing tasks %ju-%ju; the service does not say of how many; use --all for "
                    "the rest",
                    options->offset + 1, options->offset + end->tasks);
    }
}

/* Users of tccli take one page for all tasks, so the table says if there are more. */
static void report_page(struct options const *options, struct output_end const *end)
{
    if (end->total_count == PGTASK_COUNT_UNKNOWN) {
        report_page_of_unknown(options, end);
        return;
    }
    uint64_t const left =
        options->offset < end->total_count ? end->total_count - options->offset : 0;

    if (end->tasks == 0) {
        if (left > 0) {
            report_info("no tasks on this page");
        } else if (end->total_count > 0) {
            report_info("no tasks at this offset; %ju match", end->total_count);
        } else {
            report_info("no tasks");
        }
    } else if (end->tasks < left && options->all) {
        report_info("showing %ju tasks of %ju", end->tasks, end->total_count);
    } else if (end->tasks < left) {
        report_info("showing tasks %ju-%ju of %ju; use --all for the rest", options->offset + 1,
                    options->offset + end->tasks, end->total_count);
    }
}

static void wait_until(struct session *session, uint64_t until_ms)
{
    while (signals_ending() == 0 && session_now_ms(session) < until_ms) {
        session_wait(session, PGTASK_INTEREST_TIME, until_ms);
    }
}

/* @return the time as the query needs it: converted if check() has found it good */
static char const *convert(char const *text, char query[PGTASK_TIME_TEXT_BYTES])
{
    return text != NULL && times_read(text, query) ? query : text;
}

static struct pgtask_query make_query(struct options const *options)
{
    static char min_start[PGTASK_TIME_TEXT_BYTES];
    static char max_start[PGTASK_TIME_TEXT_BYTES];

    return (struct pgtask_query){
        .task_id = options->task_id,
        .instance_id = options->instance,
        .min_start_time = convert(options->min_start, min_start),
        .max_start_time = convert(options->max_start, max_start),
        .limit = options->limit,
        .offset = options->offset,
        .order_by = (enum pgtask_order_by)options->order_by,
        .order = (enum pgtask_order)options->order,
    };
}

static enum exit_status run(struct session *session, struct options const *options)
{
    struct output const *const output = choose_output(options->output);
    bool const is_table = options->output != OPTIONS_JSON && options->output != OPTIONS_JSONL;
    uint32_t const interval_ms =
        options_has(options, OPTION_INTERVAL) ? options->interval_ms : DEFAULT_INTERVAL_MS;
    struct pgtask_query const query = make_query(options);
    uint32_t left = options->count == 0 ? 1 : options->count;
    enum exit_status status = session_start(session);

    if (status == EXIT_GOOD && (options->dry_run || options->as_curl)) {
        return dry_run(session, options, &query);
    }
    for (; status == EXIT_GOOD && left > 0; left--) {
        uint64_t const next_ms = session_now_ms(session) + interval_ms;
        struct output_end end;
        /* A root that was taken away is not trusted in the next listing. */
        session_report_roots(session, session_renew_roots(session, false));
        status = listing_run(session, options, &query, output, &end);
        if (status != EXIT_GOOD) {
            break;
        }
        if (is_table) {
            report_page(options, &end);
        }
        if (left > 1) {
            wait_until(session, next_ms);
        }
        if (signals_ending() != 0) {
            return (enum exit_status)(EXIT_SIGNAL + signals_ending());
        }
    }
    return status;
}

struct command const command_list = {
    .name = "list",
    .bit = IN_LIST,
    .check = check,
    .run = run,
    .help = {.head =
                 "Usage: pgtask list [OPTION]...\n"
                 "\n"
                 "Lists one page of tasks. Options are spelled `--flag value` or `--flag=value`;\n"
                 "the API's own spelling, in brackets, does the same.\n",
             .notes = "",
             .examples = "  pgtask list --instance postgres-q6fj84vb --limit 5\n"
                         "  pgtask list --DBInstanceId postgres-q6fj84vb --Limit 5\n"
                         "  pgtask list --all --min-start '2024-09-01 00:00:00' --output jsonl\n"
                         "  pgtask list --all --output json | jq '.TaskSet[] | select(.Status == "
                         "\"Fail\")'\n"
                         "  pgtask list --task-id 120321 --count 60 --interval 10\n"},
};
