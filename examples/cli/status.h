/* SPDX-License-Identifier: MIT */
/** @file status.h Exit statuses; the table that --help prints. */
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
    STATUS_SIGNAL = 128 /**< plus the number of the signal that ended the program */
};

/** @return the exit status for an error of the library */
enum status status_of(enum pgtask_error error);

#endif
