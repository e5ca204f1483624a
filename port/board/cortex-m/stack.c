/* SPDX-License-Identifier: MIT */
/* The stack's guard, and the measurement of the stack: how many bytes were ever in use at once. */
#include "cortex_m.h"

#include <board.h>

#define PAINT 0xa5c3e187u

#define GUARD_WORDS (STACK_GUARD_BYTES / sizeof(uint32_t))

/* The linker script places it first in RAM, below the stack. */
__attribute__((section(".noinit.stack_guard"), used)) static uint32_t guard[GUARD_WORDS];

void stack_paint(void)
{
    uint32_t *const end = __builtin_frame_address(0);

    /* Without volatile, gcc may call memset(), which would paint over its own frame. */
    for (uint32_t volatile *word = stack_bottom + GUARD_WORDS; word + 16 < end; word++) {
        *word = PAINT;
    }
}

size_t board_stack_peak(void)
{
    uint32_t const volatile *word = stack_bottom + GUARD_WORDS;

    while (word < stack_top && *word == PAINT) {
        word++;
    }
    return (size_t)(stack_top - word) * sizeof *word;
}
