/* SPDX-License-Identifier: MIT */
/** @file session/exit_status.h Exit statuses; the table that --help prints. */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include <pgtask/error.h>

enum status {
    STATUS_GOOD = 0,
    STATUS_NO_TASK = 1, /**< show: there is no such task */
    STATUS_USAGE = 2,   /**< command line, credentials, or a query that cannot be sent */
    STATUS_SERVICE = 3, /**< the service refused */
    STATUS_NETWORK = 4, /**< network, TLS, time-out, an HTTP status other than 200; output failed */
    STATUS_ANSWER = 5,  /**< the answer was malformed */
    STATUS_FAIL = 1,    /**< watch: the task ended in Fail */
    STATUS_OPERATOR = 6,   /**< watch: the task needs an operator */
    STATUS_RUNNING = 7,    /**< watch: --max-wait passed before the end */
    STATUS_NOT_LISTED = 8, /**< watch: no such task appeared, or it vanished */
    STATUS_SIGNAL = 128    /**< plus the number of the signal that ended the program */
};

/** @return the exit status for an error of the library */
enum status status_of(enum pgtask_error error);

#endif
