/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "help.h"
#include "listing.h"
#include "base/signals.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_INTERVAL_MS 1000u

static char const *check(struct options const *options)
{
    if (options->argument != NULL) {
        return "takes no argument but its options; a time with a blank in it needs quotes";
    }
    if (options_has(options, OPTION_INTERVAL) && !options_has(options, OPTION_COUNT)) {
        return "--interval needs --count";
    }
    return NULL;
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

static void note(char const *before, uint64_t number, char const *after)
{
    writer_text(&writer_error, before);
    writer_number(&writer_error, number);
    writer_text(&writer_error, after);
}

/* tccli users take one page for all: say that there is more. */
static void note_page(struct options const *options, struct output_end const *end)
{
    if (end->tasks == 0) {
        writer_text(&writer_error, "no tasks");
        if (end->total_count > options->offset) {
            writer_text(&writer_error, " on this page");
        } else if (end->total_count > 0) {
            note(" at this offset; ", end->total_count, " match");
        }
        writer_text(&writer_error, "\n");
    } else if (!options->all && options->offset < end->total_count &&
               end->tasks < end->total_count - options->offset) {
        note("tasks ", options->offset + 1, "");
        note(" to ", options->offset + end->tasks, "");
        note(" of ", end->total_count, "; --all lists all\n");
    } else if (options->all && options->offset < end->total_count &&
               end->tasks < end->total_count - options->offset) {
        note("", end->tasks, " tasks came");
        note(" of ", end->total_count, " that match\n");
    }
    (void)writer_flush(&writer_error);
}

static void wait_until(struct session *session, uint64_t until_ms)
{
    struct pgtask_port *const port = &session->posix.port;

    while (signals_noted() == 0 && port->monotonic_ms(port->context) < until_ms) {
        session_wait(session, PGTASK_INTEREST_TIME, until_ms);
    }
}

static struct pgtask_query make_query(struct options const *options)
{
    return (struct pgtask_query){
        .task_id = options->task_id,
        .instance_id = options->instance,
        .min_start_time = options->min_start,
        .max_start_time = options->max_start,
        .limit = options->limit,
        .offset = options->offset,
        .order_by = (enum pgtask_order_by)options->order_by,
        .order = (enum pgtask_order)options->order,
    };
}

static enum status run(struct session *session, struct options const *options)
{
    struct pgtask_port *const port = &session->posix.port;
    struct output const *const output = choose_output(options->output);
    bool const is_table = options->output != OPTIONS_JSON && options->output != OPTIONS_JSONL;
    uint32_t const interval_ms =
        options_has(options, OPTION_INTERVAL) ? options->interval_ms : DEFAULT_INTERVAL_MS;
    struct pgtask_query const query = make_query(options);
    enum status status = STATUS_GOOD;

    for (uint32_t left = options->count == 0 ? 1 : options->count; left > 0; left--) {
        uint64_t const next_ms = port->monotonic_ms(port->context) + interval_ms;
        struct output_end end;
        status = listing_run(session, options, &query, output, &end);
        if (status != STATUS_GOOD) {
            break;
        }
        if (is_table) {
            note_page(options, &end);
        }
        if (left > 1) {
            wait_until(session, next_ms);
        }
        if (signals_noted() != 0) {
            return (enum status)(STATUS_SIGNAL + signals_noted());
        }
    }
    return status;
}

struct command const command_list = {
    .name = "list",
    .options = OPTIONS_RANGE(OPTION_TASK_ID, OPTION_INTERVAL),
    .check = check,
    .run = run,
    .advice = "See pgtask list --help.",
    .help = help_list,
};
