/* SPDX-License-Identifier: MIT */
/* Prints each task as soon as the client has it, and a proper end only for a whole listing. */
#include "listing.h"

#include "base/report.h"
#include "base/signals.h"
#include "progress.h"
#include "session/verbose.h"
#include "tasks/times.h"

/* The client may have learned the time meanwhile. */
static void set_now(struct pgtask_client const *client)
{
    int64_t unix_s = PGTASK_TIME_UNKNOWN;

    (void)pgtask_client_unix_time_s(client, &unix_s);
    times_set_now(unix_s);
}

/* One listing under way. */
struct listing {
    struct session *session;
    struct options const *options;
    struct output const *output;
    struct output_end *end;
    struct progress progress;
    uint64_t task_id;     /* the only task to print; 0: all */
    uint64_t total_count; /* as the last page told it */
    uint32_t requests;    /* up to the page that is being read */
};

static bool is_wanted(struct listing const *listing, struct pgtask_task const *task)
{
    struct options const *const options = listing->options;

    return (listing->task_id == 0 || task->task_id == listing->task_id) &&
           (options->task_types == 0 || (options->task_types >> task->type & 1) != 0) &&
           (options->task_statuses == 0 || (options->task_statuses >> task->status & 1) != 0);
}

/* With --all the deadline is one for each page: it begins anew with the first task of a page. */
static void look_at_page(struct listing *listing)
{
    struct pgtask_client *const client = &listing->session->client;
    uint32_t const requests = pgtask_client_counters(client)->requests;

    if (listing->options->all && requests != listing->requests) {
        listing->requests = requests;
        pgtask_client_restart_timeout(client);
    }
    if (pgtask_client_total_count(client) != PGTASK_COUNT_UNKNOWN) {
        listing->total_count = pgtask_client_total_count(client);
    }
}

static void take_task(struct listing *listing, struct pgtask_task const *task)
{
    look_at_page(listing);
    if (!is_wanted(listing, task)) {
        listing->end->passed_over++;
        return;
    }
    set_now(&listing->session->client);
    listing->output->task(&writer_out, task, listing->end->tasks++);
    if (listing->options->verbose) {
        progress_erase(&listing->progress);
        verbose_report_odd(task);
    }
}

static void wait(struct listing *listing)
{
    struct session *const session = listing->session;
    uint64_t until_ms;
    enum pgtask_interest const interest = pgtask_client_wait_for(&session->client, &until_ms);

    (void)writer_flush(&writer_out);
    session_wait(session, interest, progress_until_ms(&listing->progress, until_ms));
}

static enum pgtask_error print_tasks(struct listing *listing)
{
    struct session *const session = listing->session;
    enum pgtask_error error;

    do {
        error = pgtask_client_next(&session->client, &session->task);
        verbose_remember(session);
        if (error == PGTASK_OK) {
            take_task(listing, &session->task);
        } else if (error == PGTASK_WOULD_BLOCK) {
            wait(listing);
        }
        progress_draw(&listing->progress, listing->end->tasks + listing->end->passed_over,
                      listing->total_count, session_now_ms(session));
        if (signals_ending() != 0 || writer_out.error != 0) {
            pgtask_client_cancel(&session->client);
        }
    } while (error == PGTASK_OK || error == PGTASK_WOULD_BLOCK);
    progress_erase(&listing->progress);
    return error;
}

/* Says how far a listing has come that a time-out has ended, and what helps. */
static void report_timeout(struct listing const *listing, enum pgtask_error error)
{
    struct options const *const options = listing->options;
    struct output_end const *const end = listing->end;
    uint64_t const read = end->tasks + end->passed_over + end->left_out;
    uint32_t const timeout_ms =
        options->timeout_ms != 0 ? options->timeout_ms : (uint32_t)PGTASK_DEFAULT_TIMEOUT_MS;
    struct writer *writer;

    if (error != PGTASK_ERROR_TIMEOUT || signals_ending() != 0) {
        return;
    }
    writer = report_begin();
    writer_print(writer, "pgtask: list: %ju tasks were read", read);
    if (listing->total_count != PGTASK_COUNT_UNKNOWN) {
        writer_print(writer, " of %ju", listing->total_count);
    }
    writer_print(writer, "; give %s more time with --timeout (now %u s)",
                 writer_text(writer, options->all ? "each page" : "the listing"),
                 timeout_ms / 1000);
    if (options->all && read > 0) {
        writer_print(writer, ", or go on with --offset %ju", options->offset + read);
    }
    writer_print(writer, ".");
    report_end();
}

static void print_end(struct session const *session, enum pgtask_error error,
                      struct output const *output, struct output_end *end)
{
    if (error == PGTASK_DONE) {
        end->total_count = pgtask_client_total_count(&session->client);
        end->request_id = pgtask_client_request_id(&session->client);
        if (output->end != NULL) {
            output->end(&writer_out, end);
        }
    } else if (end->tasks > 0 && output->broken != NULL) {
        output->broken(&writer_out);
    }
    (void)writer_flush(&writer_out);
}

enum exit_status listing_run(struct session *session, struct options const *options,
                             struct pgtask_query const *query, struct output const *output,
                             struct output_end *end)
{
    struct pgtask_client *const client = &session->client;
    struct listing listing = {.session = session,
                              .options = options,
                              .output = output,
                              .end = end,
                              .task_id = query->task_id,
                              .total_count = PGTASK_COUNT_UNKNOWN,
                              .requests = pgtask_client_counters(client)->requests};
    uint32_t const left_out = pgtask_client_counters(client)->left_out;

    *end = (struct output_end){.request_id = ""};
    progress_begin(&listing.progress, options->quiet || !options->all, session_now_ms(session));
    enum pgtask_error error =
        options->all ? pgtask_client_list_all(client, query) : pgtask_client_list(client, query);
    if (error == PGTASK_OK) {
        error = print_tasks(&listing);
    }
    end->left_out = pgtask_client_counters(client)->left_out - left_out;
    print_end(session, error, output, end);
    if (end->left_out > 0) {
        report_warning("tasks left out, because they lack a TaskId or a Status: %ju.",
                       end->left_out);
    }
    enum exit_status const status = session_finish(session, error);
    report_timeout(&listing, error);
    if (options->verbose) {
        verbose_report(session);
    }
    return status;
}
