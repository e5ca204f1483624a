/* SPDX-License-Identifier: MIT */
/* pgtask list: one page of tasks or all of them, once or again and again. */
#include "base/report.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "command.h"
#include "dry_run.h"
#include "listing.h"
#include "tasks/times.h"

#include <unistd.h>

#define DEFAULT_INTERVAL_MS 1000u
#define DEFAULT_LIMIT       20u /* of the API */

static char const *check_times(struct options const *options)
{
    char query[PGTASK_TIME_TEXT_BYTES];

    if (options->min_start != NULL &&
        !times_read(options->min_start, TIMES_BEGIN, PGTASK_TIME_UNKNOWN, query)) {
        return "--min-start must be a time that exists in this zone: " TIMES_FORMS;
    }
    if (options->max_start != NULL &&
        !times_read(options->max_start, TIMES_END, PGTASK_TIME_UNKNOWN, query)) {
        return "--max-start must be a time that exists in this zone: " TIMES_FORMS;
    }
    return NULL;
}

static bool is_for_people(struct options const *options)
{
    return options->output == 0 || options->output == OPTIONS_TABLE;
}

static char const *check_columns(struct options const *options)
{
    struct column_list list;

    if (options->columns == NULL) {
        return options->wide && !is_for_people(options) ? "--wide needs --output table" : NULL;
    }
    if (!is_for_people(options) && options->output != OPTIONS_CSV) {
        return "--columns needs --output table or csv";
    }
    return column_list_read(options->columns, &list)
               ? NULL
               : "--columns must be different ones of task, type, instance, status, progress, "
                 "start, "
                 "end, step, message, with commas between them";
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
    char const *const wrong = check_times(options);
    return wrong != NULL ? wrong : check_columns(options);
}

/* A pipe or a file takes lines of any length. */
static unsigned find_terminal_columns(bool is_wide)
{
    unsigned columns;
    unsigned rows;

    if (is_wide || isatty(STDOUT_FILENO) != 1) {
        return 0;
    }
    terminal_measure(&columns, &rows);
    return columns;
}

static struct output const *choose_output(struct options const *options)
{
    struct column_list columns = {.count = 0};

    if (options->columns != NULL) {
        (void)column_list_read(options->columns, &columns);
    }
    output_csv_use(&columns);
    output_table_use(&columns, find_terminal_columns(options->wide));
    switch (options->output) {
    case OPTIONS_JSON: return &output_json;
    case OPTIONS_JSONL: return &output_jsonl;
    case OPTIONS_CSV: return &output_csv;
    default: return &output_table;
    }
}

/* Begins a sentence about tasks that there are none of. */
static void write_none(struct writer *writer, struct session const *session,
                       struct pgtask_query const *query)
{
    if (query->task_id != 0) {
        writer_print(writer, "no task %ju", query->task_id);
    } else {
        writer_print(writer, "no tasks");
    }
    if (query->instance_id != NULL) {
        writer_print(writer, " of %s", query->instance_id);
    }
    writer_print(writer, " in %s", session->config.region);
}

static void write_time(struct writer *writer, char const *word, char const *query)
{
    char time[TIMES_BYTES];

    writer_print(writer, " %s %s", writer_text(writer, word), times_write(time, query, true));
}

/* The service keeps tasks of 180 days, and lists those if no time is given. */
static void report_none(struct session const *session, struct pgtask_query const *query)
{
    struct writer *const writer = report_begin();

    write_none(writer, session, query);
    writer_print(writer, " that started");
    if (query->min_start_time != NULL) {
        write_time(writer, "since", query->min_start_time);
    } else if (query->max_start_time == NULL) {
        writer_print(writer, " in the last 180 days");
    }
    if (query->max_start_time != NULL) {
        write_time(writer, "until", query->max_start_time);
    }
    report_end();
}

/* Tasks were read, but none has a type and a status that is asked for. */
static void report_none_wanted(struct session const *session, struct pgtask_query const *query,
                               struct options const *options, struct output_end const *end)
{
    struct writer *const writer = report_begin();
    bool const is_page = !options->all && end->total_count > end->passed_over;

    write_none(writer, session, query);
    writer_print(writer, " with the type or status that --type and --status name, among %ju",
                 end->passed_over);
    if (is_page && end->total_count != PGTASK_COUNT_UNKNOWN) {
        writer_print(writer, " of %ju; use --all for the rest", end->total_count);
    }
    report_end();
}

/* Without a TotalCount, only a page that is not full is known to be the last one. */
static void report_page_of_unknown(struct options const *options, uint64_t read, uint64_t left_out)
{
    uint32_t const limit = options->limit != 0 ? options->limit : DEFAULT_LIMIT;

    if (!options->all && read + left_out >= limit) {
        report_info("showing tasks %ju-%ju; the service does not say of how many; use --all for "
                    "the rest",
                    options->offset + 1, options->offset + read);
    }
}

/* Users of tccli take one page for all tasks, so the table says if there are more. */
static void report_page_of_known(struct options const *options, struct output_end const *end)
{
    uint64_t const read = end->tasks + end->passed_over;
    uint64_t const left =
        options->offset < end->total_count ? end->total_count - options->offset : 0;

    if (read >= left) {
        return;
    }
    if (options->all) {
        report_info("showing %ju tasks of %ju", read, end->total_count);
    } else if (end->passed_over > 0) {
        report_info("showing %ju of tasks %ju-%ju of %ju; use --all for the rest", end->tasks,
                    options->offset + 1, options->offset + read, end->total_count);
    } else {
        report_info("showing tasks %ju-%ju of %ju; use --all for the rest", options->offset + 1,
                    options->offset + read, end->total_count);
    }
}

static void report_page(struct session const *session, struct pgtask_query const *query,
                        struct options const *options, struct output_end const *end)
{
    bool const is_known = end->total_count != PGTASK_COUNT_UNKNOWN;

    if (end->tasks > 0) {
        if (is_known) {
            report_page_of_known(options, end);
        } else {
            report_page_of_unknown(options, end->tasks + end->passed_over, end->left_out);
        }
    } else if (end->passed_over > 0) {
        report_none_wanted(session, query, options, end);
    } else if (is_known && options->offset < end->total_count) {
        report_info("no tasks on this page");
    } else if (is_known && end->total_count > 0) {
        report_info("no tasks at this offset; %ju match", end->total_count);
    } else {
        report_none(session, query);
    }
}

static void wait_until(struct session *session, uint64_t until_ms)
{
    while (signals_ending() == 0 && session_now_ms(session) < until_ms) {
        session_wait(session, PGTASK_INTEREST_TIME, until_ms);
    }
}

/* Converts a time that check() has found good. @return false if it counts from now, and the client
 *         does not know the time */
static bool convert(struct session const *session, char const *text, enum times_edge edge,
                    char query[PGTASK_TIME_TEXT_BYTES])
{
    int64_t now_s = PGTASK_TIME_UNKNOWN;

    (void)pgtask_client_unix_time_s(&session->client, &now_s);
    return text == NULL || (times_read(text, edge, now_s, query) && query[0] != '\0');
}

/* @return false if a time cannot be converted, which is reported then */
static bool make_query(struct session const *session, struct options const *options,
                       struct pgtask_query *query)
{
    static char min_start[PGTASK_TIME_TEXT_BYTES];
    static char max_start[PGTASK_TIME_TEXT_BYTES];

    *query = (struct pgtask_query){
        .task_id = options->task_id,
        .instance_id = options->instance,
        .min_start_time = options->min_start != NULL ? min_start : NULL,
        .max_start_time = options->max_start != NULL ? max_start : NULL,
        .limit = options->limit,
        .offset = options->offset,
        .order_by = (enum pgtask_order_by)options->order_by,
        .order = (enum pgtask_order)options->order,
    };
    if (!convert(session, options->min_start, TIMES_BEGIN, min_start) ||
        !convert(session, options->max_start, TIMES_END, max_start)) {
        report_error("list: a time that counts from now needs this device's clock; give a date to "
                     "--min-start and --max-start, or omit --no-clock.");
        return false;
    }
    return true;
}

static enum exit_status run(struct session *session, struct options const *options)
{
    struct output const *const output = choose_output(options);
    bool const reports_page = is_for_people(options) && !options->quiet;
    uint32_t const interval_ms =
        options_has(options, OPTION_INTERVAL) ? options->interval_ms : DEFAULT_INTERVAL_MS;
    struct pgtask_query query;
    uint32_t left = options->count == 0 ? 1 : options->count;
    enum exit_status status = session_start(session);

    if (status == EXIT_GOOD && !make_query(session, options, &query)) {
        return EXIT_USAGE;
    }
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
        if (reports_page) {
            report_page(session, &query, options, &end);
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
