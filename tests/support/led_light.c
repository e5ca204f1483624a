/* SPDX-License-Identifier: MIT */
/* A signal, and how long it is lit. */
#include "led_light.h"

struct pgtask_led_signal sign_of(enum pgtask_led_state state, int percent, bool fast)
{
    return (struct pgtask_led_signal){state, (int8_t)percent, fast};
}

uint32_t lit_ms(struct pgtask_led_signal const *sign, uint64_t start_ms, uint32_t length_ms)
{
    uint32_t lit = 0;

    for (uint32_t ms = 0; ms < length_ms; ms++) {
        lit += pgtask_led_is_lit(sign, start_ms + ms) ? 1 : 0;
    }
    return lit;
}
