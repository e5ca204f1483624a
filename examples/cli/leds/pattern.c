/* SPDX-License-Identifier: MIT */
/* A fade is drawn in three steps: its first light, its half at the edge, and full light. They are
 * the times at which the brightness of the library leaves dark, and reaches full light. */
#include "leds/pattern.h"

#include "base/text.h"

#define TICK_MS 20u
#define STEP_MS (PGTASK_LED_FADE_MS - 4u)

/* Looks back by a step, and a period more, so that the time before the clock's start is no case. */
static uint64_t next_step_ms(struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    uint64_t const edge_ms =
        pgtask_led_next_edge_ms(signal, now_ms + PGTASK_LED_PERIOD_MS - STEP_MS);

    if (edge_ms == UINT64_MAX) {
        return UINT64_MAX;
    }
    uint64_t const last_ms = edge_ms - PGTASK_LED_PERIOD_MS + STEP_MS;
    uint64_t const left_ms = last_ms - now_ms;

    if (left_ms > 2 * STEP_MS) {
        return last_ms - 2 * STEP_MS;
    }
    return left_ms > STEP_MS ? last_ms - STEP_MS : last_ms;
}

uint64_t pattern_next_ms(enum pattern_rhythm rhythm, struct pgtask_led_signal const *signal,
                         uint64_t now_ms)
{
    switch (rhythm) {
    case PATTERN_BY_EDGE: return pgtask_led_next_edge_ms(signal, now_ms);
    case PATTERN_BY_FADE: return next_step_ms(signal, now_ms);
    case PATTERN_BY_TICK: return now_ms + TICK_MS;
    default: return UINT64_MAX;
    }
}

/* A light lasts for 100 ms or more, so its middle lies outside of the fades. */
uint64_t pattern_brightest_ms(struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    uint64_t at_ms = now_ms;

    if (pgtask_led_is_lit(signal, at_ms)) {
        at_ms = pgtask_led_next_edge_ms(signal, at_ms);
    }
    if (at_ms != UINT64_MAX) {
        at_ms = pgtask_led_next_edge_ms(signal, at_ms);
    }
    return at_ms != UINT64_MAX ? at_ms + 50 : now_ms;
}

/* The eye sees about the square root of the light that a driver sets. */
uint32_t pattern_light(uint8_t seen, uint32_t max_brightness)
{
    uint64_t const light = (uint64_t)seen * seen * max_brightness / (UINT8_MAX * UINT8_MAX);

    return light > 0 || seen == 0 ? (uint32_t)light : 1;
}

static uint32_t light_at(struct pgtask_led_signal const *signal, uint64_t at_ms,
                         uint32_t max_brightness, uint8_t full)
{
    if (max_brightness == 1) {
        return pgtask_led_is_lit(signal, at_ms);
    }
    uint32_t const seen = pgtask_led_brightness(signal, at_ms);

    return pattern_light((uint8_t)(full > 0 ? seen * UINT8_MAX / full : seen), max_brightness);
}

bool pattern_write(char text[PATTERN_BYTES], struct pgtask_led_signal const *signal,
                   uint64_t now_ms, uint32_t max_brightness, bool is_full)
{
    enum pattern_rhythm const rhythm = max_brightness == 1 ? PATTERN_BY_EDGE : PATTERN_BY_FADE;
    uint8_t const full =
        is_full ? pgtask_led_brightness(signal, pattern_brightest_ms(signal, now_ms)) : 0;
    uint64_t const end_ms = now_ms + PGTASK_LED_PERIOD_MS;
    bool fits = true;

    text[0] = '\0';
    for (uint64_t at_ms = now_ms; at_ms < end_ms && fits;) {
        uint64_t const change_ms = pattern_next_ms(rhythm, signal, at_ms);
        uint64_t const next_ms = change_ms < end_ms ? change_ms : end_ms;
        uint32_t const light = light_at(signal, at_ms, max_brightness, full);

        fits = text_append(text, PATTERN_BYTES, "%s%u %ju %u 0", at_ms > now_ms ? " " : "", light,
                           next_ms - at_ms, light);
        at_ms = next_ms;
    }
    return fits;
}

bool pattern_is_blink(struct pgtask_led_signal const *signal, struct pattern_blink *blink)
{
    uint64_t const begin_ms = pgtask_led_next_edge_ms(signal, 0);
    uint64_t at_ms = begin_ms;

    *blink = (struct pattern_blink){0, 0};
    while (at_ms < begin_ms + PGTASK_LED_PERIOD_MS && begin_ms != UINT64_MAX) {
        uint32_t *const length = pgtask_led_is_lit(signal, at_ms) ? &blink->on_ms : &blink->off_ms;
        uint64_t const next_ms = pgtask_led_next_edge_ms(signal, at_ms);
        uint32_t const found = (uint32_t)(next_ms - at_ms);

        if (*length != 0 && *length != found) {
            return false;
        }
        *length = found;
        at_ms = next_ms;
    }
    return begin_ms != UINT64_MAX;
}
