/* SPDX-License-Identifier: MIT */
/**
 * @file meter.h
 * What the firmware knows of itself: how long the LED was ever left alone, and what memory is used.
 */
#ifndef FIRMWARE_METER_H
#define FIRMWARE_METER_H

#include <stdint.h>

/** All zero to begin with. */
struct meter {
    uint64_t last_ms;    /**< when the LED was set last; 0: never yet */
    uint32_t longest_ms; /**< longest time between two settings since the last meter_take() */
};

/** Call where the LED is set. */
void meter_turn(struct meter *meter, uint64_t now_ms);

/** @return the longest time, and begins anew */
uint32_t meter_take(struct meter *meter);

/**
 * A line of the log: mbedTLS's arena, lwIP's heap, pbufs and segments, each as used now and at
 * most, and the stack's peak. The same after 10 polls and after 10,000, or something is lost.
 */
void meter_log_memory(void);

#endif
