/* SPDX-License-Identifier: MIT */
/* Prints each task as soon as the client has it, and a proper end only for a whole listing. */
#include "listing.h"

#include "base/report.h"
#include "base/signals.h"
#include "session/verbose.h"
#include "tasks/times.h"

/* The client may have learned the time meanwhile. */
static void set_now(struct pgtask_client const *client)
{
    int64_t unix_s = PGTASK_TIME_UNKNOWN;

    (void)pgtask_client_unix_time_s(client, &unix_s);
    times_set_now(unix_s);
}

/* @param task_id  the only task to print; 0: all */
static enum pgtask_error print_tasks(struct session *session, struct options const *options,
                                     uint64_t task_id, struct output const *output,
                                     struct output_end *end)
{
    struct pgtask_client *const client = &session->client;
    enum pgtask_error error;

    do {
        error = pgtask_client_next(client, &session->task);
        verbose_remember(session);
        if (error == PGTASK_OK && task_id != 0 && session->task.task_id != task_id) {
            continue; /* nobody has asked for this one */
        }
        if (error == PGTASK_OK) {
            set_now(client);
            output->task(&writer_out, &session->task, end->tasks++);
            if (options->verbose) {
                verbose_report_odd(&session->task);
            }
        } else if (error == PGTASK_WOULD_BLOCK) {
            (void)writer_flush(&writer_out);
            uint64_t until_ms;
            enum pgtask_interest const interest = pgtask_client_wait_for(client, &until_ms);
            session_wait(session, interest, until_ms);
        }
        if (signals_ending() != 0 || writer_out.error != 0) {
            pgtask_client_cancel(client);
        }
    } while (error == PGTASK_OK || error == PGTASK_WOULD_BLOCK);
    return error;
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

    uint32_t const left_out = pgtask_client_counters(client)->left_out;

    *end = (struct output_end){.request_id = ""};
    enum pgtask_error error =
        options->all ? pgtask_client_list_all(client, query) : pgtask_client_list(client, query);
    if (error == PGTASK_OK) {
        error = print_tasks(session, options, query->task_id, output, end);
    }
    end->left_out = pgtask_client_counters(client)->left_out - left_out;
    print_end(session, error, output, end);
    if (end->left_out > 0) {
        report_warning("tasks left out, because they lack a TaskId or a Status: %ju.",
                       end->left_out);
    }
    enum exit_status const status = session_finish(session, error);
    if (options->verbose) {
        verbose_report(session);
    }
    return status;
}
