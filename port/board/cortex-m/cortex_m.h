/* SPDX-License-Identifier: MIT */
/**
 * @file cortex_m.h
 * The contract between the code that all Cortex-M boards share (port/board/cortex-m) and the code
 * of one board (port/board/mps2 and others).
 *
 * A board supplies the functions of the first group, the rest of board.h, a hardware.h with its
 * addresses, clocks and interrupt numbers, and a memory.ld.
 */
#ifndef CORTEX_M_H
#define CORTEX_M_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The MPU lets nobody into this many bytes below the stack. Its smallest region has 32 bytes; a
 * guard of 256 also stops a function that steps over 32 bytes without a write.
 */
#define STACK_GUARD_LOG2  8
#define STACK_GUARD_BYTES (1 << STACK_GUARD_LOG2)

/* Symbols of the linker script; only their addresses have a meaning. */
extern uint32_t stack_bottom[]; /* the guard begins here, and the stack above the guard */
extern uint32_t stack_top[];

/** The exit status of a test run that ended in a fault. */
#define FAULT_STATUS 99

/* --- What a board supplies --- */

/** Starts clocks and pins. It runs first, when only memory is ready. */
void hardware_start(void);

/** Takes one byte of the random source. @return false if none is ready */
bool hardware_random_byte(uint8_t *byte);

/**
 * Lets the next frame raise the Ethernet interrupt. Without a started interface it does nothing,
 * because the interrupt line may then be at any level.
 * @return false if a frame is waiting already
 */
bool ethernet_arm_interrupt(void);

/** @return whether the hardware recorded that a watchdog caused the last reset */
bool hardware_watchdog_caused_reset(void);

/* --- What port/board/cortex-m supplies --- */

/** What the processor pushes when it takes an exception, in the architecture's names (ARMv7-M
 *  Architecture Reference Manual, B1.5.6). */
struct exception_frame {
    uint32_t r0;
    uint32_t r1;
    uint32_t r2;
    uint32_t r3;
    uint32_t r12;
    uint32_t lr;
    uint32_t pc;
    uint32_t xpsr;
};

/** Fills the unused stack with a pattern, so that board_stack_peak() can find the deepest use. */
void stack_paint(void);

/** Makes code read-only, RAM and peripherals not executable, and the guard and everything else
 *  inaccessible. */
void mpu_start(void);

/** Starts the clock of board_monotonic_ms(). */
void clock_start(void);

/** Reads what caused the last reset, for board_watchdog_caused_reset(). */
void watchdog_read_reset_cause(void);

/* The handlers of the vector table. */
void reset_handler(void);
void fault_handler(void);
void systick_handler(void);
void watchdog_handler(void);
void ethernet_handler(void);

/**
 * Lets the program go on if it asked a debugger that is not there: a semihosting call is a fault
 * then. The call returns -1.
 * @return whether the fault was such a call
 */
bool semihosting_answer_fault(struct exception_frame *frame);

/** Resets the board. */
__attribute__((noreturn)) void hardware_reset(void);

/** Writes "name 0x01234567" to the log. */
void log_hexadecimal(char const *name, uint32_t value);

/** Writes where an exception was taken: " PC 0x... LR 0x... xPSR 0x...". */
void log_exception(struct exception_frame const *frame);

/** Writes a text to the log. */
void log_string(char const *text);

#endif
