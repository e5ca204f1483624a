/* SPDX-License-Identifier: MIT */
/**
 * @file cortex_m.h
 * Between the code that every Cortex-M board shares and what each board adds to it. A board also
 * has a hardware.h with its addresses, clocks and interrupt numbers, and a memory.ld.
 */
#ifndef CORTEX_M_H
#define CORTEX_M_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bounds that the linker script sets; their addresses are what counts. */
extern uint32_t stack_bottom[]; /* the guard begins here, the stack above it */
extern uint32_t stack_top[];

/** Exit status after a fault. */
#define FAULT_STATUS 99

/* Given by the board. */

/** Clocks and pins, before anything else but memory is ready. */
void hardware_start(void);

/** Takes one byte of the random source if there is one. */
bool hardware_random_byte(uint8_t *byte);

/**
 * Lets the next frame interrupt, if the interface was started: the line of one that was not may be
 * at any level.
 * @return false if a frame waits already
 */
bool ethernet_listen(void);

/** @return whether the hardware itself says that a watchdog caused the last reset */
bool hardware_watchdog_barked(void);

/* Given by port/board/cortex-m, to start-up and among themselves. */

/** What the processor leaves on the stack when it takes an exception (ARMv7-M, B1.5.6). */
struct exception_frame {
    uint32_t r0;
    uint32_t r1_to_r3[3];
    uint32_t r12;
    uint32_t link;
    uint32_t counter;
    uint32_t status;
};

/** Paints what is left of the stack, so that its peak can be seen later. */
void stack_paint(void);

/** Code read-only, RAM and peripherals not executable, the guard out of reach, nothing else there.
 */
void mpu_start(void);

/** Starts the clock of board_monotonic_ms(). */
void clock_start(void);

/** Looks for what watchdog_handler() left before the reset. */
void watchdog_recall(void);

/** Exceptions, as the vector table names them. */
void reset_handler(void);
void fault_handler(void);
void clock_tick(void);
void watchdog_handler(void);
void ethernet_handler(void);

/** @return whether the fault is a question to a debugger that is not there; then it is answered */
bool semihosting_refused(struct exception_frame *frame);

/** Resets the board. Does not return. */
void hardware_reset(void);

/** Writes "name 0x01234567" to the log. */
void log_hexadecimal(char const *name, uint32_t value);

/** Writes a text to the log. */
void log_string(char const *text);

#endif
