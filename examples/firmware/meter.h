/* SPDX-License-Identifier: MIT */
/**
 * @file meter.h
 * What the firmware measures of itself: the longest time between two updates of its LED, and the
 * memory in use.
 */
#ifndef FIRMWARE_METER_H
#define FIRMWARE_METER_H

#include <stdint.h>

/** The times between updates of the LED. All zero to begin with. */
struct led_gap {
    uint64_t last_ms; /**< time of the last update; 0 before the first one */
    uint32_t
        longest_ms; /**< longest time between two updates since the last meter_take_led_gap() */
};

/** Call it at each update of the LED. */
void meter_led_updated(struct led_gap *gap, uint64_t now_ms);

/** Begins to measure again. @return the longest time between two updates, in milliseconds */
uint32_t meter_take_led_gap(struct led_gap *gap);

/**
 * Logs a line with the bytes (or pieces) in use now and at most: mbedTLS's arena, lwIP's heap,
 * pbufs, segments and connections, and the peak of the stack. If the line is not the same after 10
 * polls and after 10,000, something leaks.
 */
void meter_log_memory(void);

#endif
