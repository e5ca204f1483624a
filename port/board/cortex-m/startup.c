/* SPDX-License-Identifier: MIT */
/* From reset to firmware_main(): memory, then hardware, then protection and time. */
#include "cortex_m.h"

#include <board.h>

#include <string.h>

/* Symbols of the linker script; only their addresses have a meaning. */
extern uint8_t data_begin[];
extern uint8_t data_end[];
extern uint8_t const data_image[];
extern uint8_t bss_begin[];
extern uint8_t bss_end[];

static size_t span(uint8_t const *begin, uint8_t const *end)
{
    return (uintptr_t)end - (uintptr_t)begin;
}

void reset_handler(void)
{
    (void)memcpy(data_begin, data_image, span(data_begin, data_end));
    (void)memset(bss_begin, 0, span(bss_begin, bss_end));
    stack_paint();
    hardware_start();
    watchdog_read_reset_cause();
    mpu_start();
    clock_start();
    firmware_main();
    board_exit(0);
}
