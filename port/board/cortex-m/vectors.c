/* SPDX-License-Identifier: MIT */
/* The vector table: what the processor runs at reset, at an exception and at an interrupt. */
#include "cortex_m.h"

#include <hardware.h>

/* Numbers of exceptions (ARMv7-M, B1.5.2). The board's interrupts follow them. */
enum vector {
    VECTOR_STACK = 0,
    VECTOR_RESET = 1,
    VECTOR_NMI = 2,
    VECTOR_HARD_FAULT = 3,
    VECTOR_SYSTICK = 15,
    VECTOR_INTERRUPT = 16,
    VECTOR_COUNT = VECTOR_INTERRUPT + INTERRUPT_COUNT
};

union vector_entry {
    uint32_t *stack;
    void (*handler)(void);
};

/*
 * Everything without a handler here counts as a fault: a supervisor call, or an interrupt that
 * nobody enabled.
 */
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Woverride-init"
__attribute__((section(".vectors"), used)) static union vector_entry const vectors[VECTOR_COUNT] = {
    [VECTOR_HARD_FAULT... VECTOR_COUNT - 1] = {.handler = fault_handler},
    [VECTOR_STACK] = {.stack = stack_top},
    [VECTOR_RESET] = {.handler = reset_handler},
    [VECTOR_NMI] = {.handler = watchdog_handler},
    [VECTOR_SYSTICK] = {.handler = systick_handler},
    [VECTOR_INTERRUPT + ETHERNET_INTERRUPT] = {.handler = ethernet_handler},
#if defined(WATCHDOG_INTERRUPT)
    [VECTOR_INTERRUPT + WATCHDOG_INTERRUPT] = {.handler = watchdog_handler},
#endif
};
