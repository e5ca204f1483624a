/* SPDX-License-Identifier: MIT */
/** @file leds/daemon.h Follows tasks and shows them with an LED, until it is told to end. */
#ifndef CLI_LED_DAEMON_H
#define CLI_LED_DAEMON_H

#include "session/session.h"

/** What to follow and how to show it. Texts stay until the end. */
struct led_daemon_config {
    struct pgtask_watch_config watch;
    struct pgtask_led_options show;
    char const *led;          /**< as led_open() takes it */
    char const *metrics_path; /**< NULL: none */
    bool verbose;             /**< describe the session at the end */
};

/**
 * Runs through every trouble of the network. Complains itself where it cannot begin.
 * @return STATUS_GOOD after SIGTERM or SIGINT
 */
enum status led_daemon_run(struct session *session, struct led_daemon_config const *config);

#endif
