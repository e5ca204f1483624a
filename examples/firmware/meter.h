/* SPDX-License-Identifier: MIT */
/**
 * @file meter.h
 * What the firmware measures of itself: the longest turn of its loop, and the memory in use.
 */
#ifndef FIRMWARE_METER_H
#define FIRMWARE_METER_H

#include <stdint.h>

/** The turns of the loop. All zero to begin with. */
struct turn_meter {
    uint64_t last_ms;    /**< when the last turn ended; 0 before the first one */
    uint32_t longest_ms; /**< longest turn since the last meter_take_longest_turn() */
};

/** Call it at the end of each turn. */
void meter_turn_ended(struct turn_meter *turn, uint64_t now_ms);

/** Begins to measure again. @return the longest turn, in milliseconds */
uint32_t meter_take_longest_turn(struct turn_meter *turn);

/**
 * Logs a line with the bytes (or pieces) in use now and at most: mbedTLS's arena, lwIP's heap,
 * pbufs, segments and connections, and the peak of the stack. If the line is not the same after 10
 * polls and after 10,000, something leaks.
 */
void meter_log_memory(void);

#endif
