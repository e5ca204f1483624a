/* SPDX-License-Identifier: MIT */
/*
 * ARM's APB watchdog (DDI0479), which Stellaris chips have too. It counts down and interrupts: the
 * handler logs where the program hung, and resets the board. If even the handler hangs, the
 * watchdog counts down once more and resets the board itself.
 */
#include "cortex_m.h"

#include <board.h>
#include <hardware.h>
#include <pgtask/port.h>

#include "registers.h"

#define WATCHDOG_LOAD     (WATCHDOG_BASE + 0x0)
#define WATCHDOG_CONTROL  (WATCHDOG_BASE + 0x8)
#define WATCHDOG_CLEAR    (WATCHDOG_BASE + 0xc)
#define WATCHDOG_LOCK     (WATCHDOG_BASE + 0xc00)
#define WATCHDOG_UNLOCKED 0x1acce551u

enum { WATCHDOG_RUN = 3 }; /* interrupt, reset */

/* The handler leaves the mark in RAM, which a reset does not change and start-up does not clear. */
#define MARK 0x1d09ba12u
__attribute__((section(".noinit"))) static uint32_t volatile mark;

static bool caused_reset;

void watchdog_read_reset_cause(void)
{
    caused_reset = hardware_watchdog_caused_reset() || mark == MARK;
    mark = 0;
}

bool board_watchdog_caused_reset(void)
{
    return caused_reset;
}

void board_watchdog_start(uint32_t timeout_ms)
{
    uint32_t const longest_ms = UINT32_MAX / (CLOCK_HZ / 1000);
    uint32_t const bounded_ms = timeout_ms < longest_ms ? timeout_ms : longest_ms;

    register_write(WATCHDOG_LOCK, WATCHDOG_UNLOCKED);
    register_write(WATCHDOG_LOAD, bounded_ms * (CLOCK_HZ / 1000));
    register_write(WATCHDOG_CLEAR, 1);
    register_write(WATCHDOG_CONTROL, WATCHDOG_RUN);
    register_write(WATCHDOG_LOCK, 0);
#if defined(WATCHDOG_INTERRUPT)
    interrupt_enable(WATCHDOG_INTERRUPT);
#endif
}

/* How often the turn under way may still feed the watchdog. */
static uint32_t pulses_left;

static void clear_watchdog(void)
{
    register_write(WATCHDOG_LOCK, WATCHDOG_UNLOCKED);
    register_write(WATCHDOG_CLEAR, 1);
    register_write(WATCHDOG_LOCK, 0);
}

void board_watchdog_feed(void)
{
    pulses_left = PGTASK_TURN_PULSES;
    clear_watchdog();
}

void board_watchdog_pulse(void)
{
    if (pulses_left > 0) {
        pulses_left--;
        clear_watchdog();
    }
}

__attribute__((used)) static void watchdog_report(struct exception_frame const *frame)
{
    mark = MARK;
    log_string("\r\nwatchdog:");
    log_exception(frame);
    log_string("\r\n");
    hardware_reset();
}

__attribute__((naked)) void watchdog_handler(void)
{
    __asm volatile("mov r0, sp\n\tb watchdog_report");
}

void hardware_reset(void)
{
    __asm volatile("dsb" ::: "memory");
    register_write(SCB_AIRCR, AIRCR_RESET);
    for (;;) {
    }
}
