/* SPDX-License-Identifier: MIT */
/* The millisecond clock on SysTick, and the sleep that a tick or a frame ends. */
#include "cortex_m.h"

#include <board.h>
#include <hardware.h>

#include "registers.h"

static uint64_t volatile ticks_ms;

static void (*volatile tick_handler)(uint64_t now_ms);

void board_on_tick(void (*handler)(uint64_t now_ms))
{
    tick_handler = handler;
}

void clock_start(void)
{
    register_write(SYSTICK_RVR, CLOCK_HZ / 1000 - 1);
    register_write(SYSTICK_CVR, 0);
    register_write(SYSTICK_CSR, SYSTICK_CSR_RUN);
}

void systick_handler(void)
{
    uint64_t const now_ms = ticks_ms + 1;

    ticks_ms = now_ms;
    if (tick_handler != NULL) {
        tick_handler(now_ms);
    }
}

/*
 * The processor reads the counter's two words one after the other. If a tick comes between them,
 * the second reading differs from the first.
 */
uint64_t board_monotonic_ms(void)
{
    uint64_t now_ms;

    do {
        now_ms = ticks_ms;
    } while (now_ms != ticks_ms);
    return now_ms;
}

/*
 * A frame may come between the check and wfi. With interrupts masked it still ends the sleep, and
 * its handler runs only after cpsie.
 */
void board_sleep(void)
{
    __asm volatile("cpsid i" ::: "memory");
    if (ethernet_arm_interrupt()) {
        __asm volatile("dsb\n\twfi" ::: "memory");
    }
    __asm volatile("cpsie i\n\tisb" ::: "memory");
}

/*
 * The interrupt only ends a sleep, because the main loop takes the frames. board_sleep() enables it
 * again.
 */
void ethernet_handler(void)
{
    interrupt_disable(ETHERNET_INTERRUPT);
}
