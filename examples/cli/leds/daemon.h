/* SPDX-License-Identifier: MIT */
/** @file leds/daemon.h Follows tasks and shows them with an LED, until SIGTERM or Ctrl-C. */
#ifndef CLI_DAEMON_H
#define CLI_DAEMON_H

#include "session/session.h"

/** What to follow and how to show it. Texts stay until the end. */
struct daemon_config {
    struct pgtask_watch_config watch;
    struct pgtask_led_options show;
    char const *led;          /**< as led_open() takes it */
    char const *metrics_path; /**< NULL: no metrics */
    bool verbose;             /**< report the session at the end */
};

/**
 * Runs through every trouble of the network. Reports what is wrong if it cannot begin.
 * @return EXIT_GOOD after SIGTERM or SIGINT; that of SIGHUP, which comes only on a terminal, or of
 *         a standard output that cannot be written any more
 */
enum exit_status daemon_run(struct session *session, struct daemon_config const *config);

#endif
