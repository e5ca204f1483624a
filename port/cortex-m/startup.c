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

void reset_handler(void)
{
    (void)memcpy(data_begin, data_image, (size_t)(data_end - data_begin));
    (void)memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
    stack_paint();
    hardware_start();
    watchdog_recall();
    mpu_start();
    clock_start();
    firmware_main();
    board_exit(0);
}
