/* SPDX-License-Identifier: MIT */
/**
 * @file options.h
 * What the firmware was built to do: settings.h, and over it the words of a test rig, which
 * hardware without a debugger does not have (board_argument()).
 */
#ifndef FIRMWARE_OPTIONS_H
#define FIRMWARE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <pgtask/client.h>
#include <pgtask_network.h>

enum { OPTIONS_TEXT_BYTES = 64 };

struct options {
    struct pgtask_config config; /**< region, credentials, roots; timeout_ms=N, stall_ms=N,
                                      interval_ms=N (between requests) */
    struct pgtask_network_settings network; /**< where time and names come from */
    uint32_t poll_ms;                       /**< poll_ms=N: between polls; 0: the defaults */
    uint32_t stale_ms;                      /**< stale_ms=N: without an answer; 0: the default */
    uint32_t report_polls;                  /**< report=N: memory after each N polls; 0: never */
    uint32_t page_size;                     /**< list=N: list all tasks in pages of N, then end; 0:
                                                 follow the restores */
    bool quit;                              /**< quit=1: end when each task followed has ended */
    char instance_id[OPTIONS_TEXT_BYTES];   /**< instance=ID */
    char connect_host[OPTIONS_TEXT_BYTES];  /**< connect=HOST, connect_port=N */
    char network_host[OPTIONS_TEXT_BYTES];  /**< network=ADDRESS: SNTP and, with dns_port=N, DNS;
                                                 sntp_port=N */
};

/** Fills in all of it. `options` must stay: the parts point to each other. */
void options_read(struct options *options);

#endif
