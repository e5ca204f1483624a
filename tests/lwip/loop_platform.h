/* SPDX-License-Identifier: MIT */
/** @file loop_platform.h What lwIP and its options want of a platform, on this machine. */
#ifndef PGTASK_LOOP_PLATFORM_H
#define PGTASK_LOOP_PLATFORM_H

#include <stdint.h>

/** @return milliseconds of the machine's monotonic clock */
uint64_t loop_ms(void);

/** Moves the packets that wait in the loopback, and lets lwIP do what is due. */
void loop_turn(void);

#endif
