/* SPDX-License-Identifier: MIT */
/**
 * @file options.h
 * What the firmware is to do: the settings of this device (settings.h), changed by the arguments
 * that a test gives (board_argument()). Hardware without a debugger has no arguments.
 */
#ifndef FIRMWARE_OPTIONS_H
#define FIRMWARE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <pgtask/client.h>
#include <pgtask_network.h>

#include "settings.h"

enum { OPTIONS_TEXT_BYTES = 64 };

/** The arguments that change a member are in its comment, as NAME=VALUE. */
struct options {
    struct settings settings;
    /** Region, credentials and roots. timeout_ms=N, stall_ms=N; interval_ms=N between requests;
     *  connect_port=N; first_root=N leaves out the first N roots, and roots=N trusts only N. */
    struct pgtask_config config;
    /** Servers of time and names. sntp_port=N, dns_port=N. */
    struct pgtask_network_settings network;
    uint32_t poll_ms;      /**< poll_ms=N: time between polls; 0 takes the library's */
    uint32_t stale_ms;     /**< stale_ms=N: how long news is fresh; 0 takes the library's */
    uint32_t report_polls; /**< report=N: log each Nth poll and the memory; 0 logs the first poll */
    uint32_t page_size;    /**< list=N: list all tasks in pages of N and end; 0 follows restores */
    bool quit;             /**< quit=1: end when every followed task has ended */
    char const *instance_id;
    char instance[OPTIONS_TEXT_BYTES];     /**< instance=ID: the one to follow instead */
    char connect_host[OPTIONS_TEXT_BYTES]; /**< connect=HOST: where to connect instead */
    char network_host[OPTIONS_TEXT_BYTES]; /**< network=ADDRESS: SNTP and, with dns_port, DNS */
};

/**
 * Fills in all members. `options` must not move afterwards, because its members point to each
 * other.
 * @return false if the board has no valid settings
 */
bool options_read(struct options *options);

#endif
