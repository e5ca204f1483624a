/* SPDX-License-Identifier: MIT */
#include "cortex_m.h"

#include <board.h>

#include <string.h>

/* From the linker script. */
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
    watchdog_recall();
    mpu_start();
    clock_start();
    firmware_main();
    board_exit(0);
}
