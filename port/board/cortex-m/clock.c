/* SPDX-License-Identifier: MIT */
#include "cortex_m.h"

#include <board.h>
#include <hardware.h>

#include "registers.h"

static uint64_t volatile ticks_ms;

void clock_start(void)
{
    register_write(SYSTICK_RVR, CLOCK_HZ / 1000 - 1);
    register_write(SYSTICK_CVR, 0);
    register_write(SYSTICK_CSR, SYSTICK_CSR_RUN);
}

void clock_tick(void)
{
    ticks_ms = ticks_ms + 1;
}

/* Two words are read one after the other: a tick between them shows in the second reading. */
uint64_t board_monotonic_ms(void)
{
    uint64_t now_ms;

    do {
        now_ms = ticks_ms;
    } while (now_ms != ticks_ms);
    return now_ms;
}

/*
 * A frame may come between the look and the sleep: with interrupts masked it still ends the sleep,
 * and is not handled before.
 */
void board_sleep(void)
{
    __asm volatile("cpsid i" ::: "memory");
    if (ethernet_listen()) {
        __asm volatile("dsb\n\twfi" ::: "memory");
    }
    __asm volatile("cpsie i\n\tisb" ::: "memory");
}

/* It only ends a sleep: frames are taken in the main loop. board_sleep() lets it in again. */
void ethernet_handler(void)
{
    interrupt_disable(ETHERNET_INTERRUPT);
}
