/* SPDX-License-Identifier: MIT */
/** @file session/exit_status.h How the program exits, and what --help says about it. */
#ifndef CLI_EXIT_STATUS_H
#define CLI_EXIT_STATUS_H

#include <pgtask/error.h>

#include <stddef.h>

enum exit_status {
    EXIT_GOOD = 0,
    EXIT_NO_TASK = 1,  /**< show: there is no such task */
    EXIT_FAIL = 1,     /**< watch: the task ended in Fail */
    EXIT_USAGE = 2,    /**< command line, credentials, or a query that cannot be sent */
    EXIT_SERVICE = 3,  /**< the service refused */
    EXIT_NETWORK = 4,  /**< network, TLS, time-out, a bad HTTP status; standard output failed */
    EXIT_ANSWER = 5,   /**< the answer was malformed */
    EXIT_OPERATOR = 6, /**< watch: the task needs an operator */
    EXIT_RUNNING = 7,  /**< watch: --max-wait passed before the end */
    EXIT_CHECK_OK = 0, /**< check: as a plugin of Nagios, and so are the next three */
    EXIT_CHECK_WARNING = 1,  /**< check: no good answer for now, or an unknown status */
    EXIT_CHECK_CRITICAL = 2, /**< check: a task has failed or is paused */
    EXIT_CHECK_UNKNOWN = 3,  /**< check: somebody has to mend the call, the keys or the rights */
    EXIT_NOT_LISTED = 8,     /**< watch: no such task appeared, or it is no longer listed */
    EXIT_SIGNAL = 128        /**< plus the number of the signal that ended the program */
};

/** One line of the exit statuses in --help. */
struct exit_status_row {
    enum exit_status status;
    unsigned commands; /**< bits of enum command_set */
    char const *meaning;
};

extern struct exit_status_row const exit_status_rows[];
extern size_t const exit_status_row_count;

/** @return the exit status for an error of the library */
enum exit_status exit_status_of(enum pgtask_error error);

/** Checks standard output, and reports it if it could not be written. @return EXIT_GOOD, or the
 *  exit status for that */
enum exit_status exit_status_check_output(void);

#endif
