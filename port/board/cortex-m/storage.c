/* SPDX-License-Identifier: MIT */
/* Memory that outlives a program: the page of settings in flash. */
#include "cortex_m.h"

#include <board.h>

/* Symbols of the linker script; only their addresses have a meaning. */
extern uint8_t const settings_begin[];
extern uint8_t const settings_end[];

uint8_t const *board_settings(size_t *length)
{
    *length = (uintptr_t)settings_end - (uintptr_t)settings_begin;
    return settings_begin;
}
