/* SPDX-License-Identifier: MIT */
#include "cortex_m.h"

#include <board.h>
#include <hardware.h>

#define PAINT 0xa5c3e187u

/* Words that the MPU keeps anyone from touching. */
#define GUARD_WORDS (STACK_GUARD_BYTES / sizeof(uint32_t))

void stack_paint(void)
{
    uint32_t *const end = __builtin_frame_address(0);

    /* Through volatile: else it may become a memset() with a frame of its own, painted over. */
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
