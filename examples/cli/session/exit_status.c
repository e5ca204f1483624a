/* SPDX-License-Identifier: MIT */
/* Exit statuses: their meanings for a person, and those of errors and of standard output. */
#include "session/exit_status.h"

#include "base/report.h"
#include "session/command_set.h"

#include <errno.h>
#include <signal.h>

struct exit_status_row const exit_status_rows[] = {
    {EXIT_GOOD, IN_LIST | IN_SHOW, "good"},
    {EXIT_GOOD, IN_WATCH, "Success"},
    {EXIT_GOOD, IN_LED, "ended by SIGTERM or Ctrl-C"},
    {EXIT_NO_TASK, IN_SHOW, "there is no such task, or it started more than 180 days ago"},
    {EXIT_FAIL, IN_WATCH, "the task ended in Fail"},
    {EXIT_CHECK_OK, IN_CHECK, "OK: no task has failed or is paused"},
    {EXIT_CHECK_WARNING, IN_CHECK,
     "WARNING: stale: the service gives no good answer for now; or a task has a status that this "
     "version does not know"},
    {EXIT_CHECK_CRITICAL, IN_CHECK, "CRITICAL: a task has failed or is paused"},
    {EXIT_CHECK_UNKNOWN, IN_CHECK,
     "UNKNOWN: the command line, keys, rights or certificates are at fault, or there is no such "
     "task"},
    {EXIT_USAGE, IN_LIST | IN_SHOW | IN_WATCH | IN_LED,
     "wrong command line, missing credentials, or a query that cannot be sent"},
    {EXIT_SERVICE, IN_LIST | IN_SHOW | IN_WATCH, "the service refused"},
    {EXIT_NETWORK, IN_LIST | IN_SHOW | IN_WATCH,
     "network, TLS, time-out, an HTTP error, or standard output failed"},
    {EXIT_NETWORK, IN_LED, "the terminal of --led terminal was closed"},
    {EXIT_ANSWER, IN_LIST | IN_SHOW | IN_WATCH, "the answer was malformed"},
    {EXIT_OPERATOR, IN_WATCH, "the task needs an operator (Pause)"},
    {EXIT_RUNNING, IN_WATCH, "--max-wait passed before the end"},
    {EXIT_NOT_LISTED, IN_WATCH, "no such task appeared, or it is no longer listed"},
    {EXIT_SIGNAL, IN_LIST | IN_SHOW | IN_WATCH,
     "ended by signal N, such as 130 for Ctrl-C; 141 also if the reader closed the pipe"},
    {EXIT_SIGNAL, IN_LED,
     "ended by signal N other than SIGTERM and SIGINT, such as 129 if the terminal was closed; 141 "
     "also if the reader of the lamp closed the pipe"},
};

size_t const exit_status_row_count = sizeof exit_status_rows / sizeof exit_status_rows[0];

/* The service or a proxy has answered as it should, and said no. */
static bool is_refusal_by_http(enum pgtask_error error)
{
    return error == PGTASK_ERROR_HTTP_STATUS || error == PGTASK_ERROR_PROXY_CREDENTIALS ||
           error == PGTASK_ERROR_PROXY_REFUSED || error == PGTASK_ERROR_PROXY_GATEWAY;
}

enum exit_status exit_status_of(enum pgtask_error error)
{
    switch (pgtask_error_layer(error)) {
    case PGTASK_LAYER_NONE: return EXIT_GOOD;
    case PGTASK_LAYER_USAGE:
    case PGTASK_LAYER_QUERY:
    case PGTASK_LAYER_SIGN: return EXIT_USAGE;
    case PGTASK_LAYER_NETWORK:
    case PGTASK_LAYER_TLS: return EXIT_NETWORK;
    case PGTASK_LAYER_HTTP: return is_refusal_by_http(error) ? EXIT_NETWORK : EXIT_ANSWER;
    case PGTASK_LAYER_JSON:
    case PGTASK_LAYER_ANSWER: return EXIT_ANSWER;
    case PGTASK_LAYER_SERVICE: return EXIT_SERVICE;
    }
    return EXIT_ANSWER;
}

enum exit_status exit_status_check_output(void)
{
    if (writer_out.error == EPIPE) {
        return (enum exit_status)(EXIT_SIGNAL + SIGPIPE);
    }
    if (writer_out.error != 0) {
        report_error("standard output: cannot be written%s.",
                     writer_text(&writer_error, writer_out.error == ENOSPC
                                                    ? ": no space left"
                                                    : "; check that it is open"));
        return EXIT_NETWORK;
    }
    return EXIT_GOOD;
}
