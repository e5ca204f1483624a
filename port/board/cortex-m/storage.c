/* SPDX-License-Identifier: MIT */
/*
 * Memory that outlives a program: the page of settings in flash, and a piece of RAM that neither a
 * reset nor start-up changes. The RAM stands for a battery RAM, or for a page of flash.
 */
#include "cortex_m.h"

#include <board.h>

#include <string.h>

/* Symbols of the linker script; only their addresses have a meaning. */
extern uint8_t const settings_begin[];
extern uint8_t const settings_end[];
extern uint32_t state_begin[]; /* the length of the bytes, and then the bytes */

uint8_t const *board_settings(size_t *length)
{
    *length = (uintptr_t)settings_end - (uintptr_t)settings_begin;
    return settings_begin;
}

size_t board_state_load(uint8_t *bytes, size_t capacity)
{
    uint32_t const stored = state_begin[0];
    size_t const length = stored <= BOARD_STATE_BYTES && stored <= capacity ? stored : 0;

    memcpy(bytes, &state_begin[1], length);
    return length;
}

bool board_state_store(uint8_t const *bytes, size_t length)
{
    if (length > BOARD_STATE_BYTES) {
        return false;
    }
    state_begin[0] = 0; /* a reset from here on finds nothing */
    memcpy(&state_begin[1], bytes, length);
    state_begin[0] = (uint32_t)length;
    return true;
}
