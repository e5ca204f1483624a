/* SPDX-License-Identifier: MIT */
/** @file leds/pattern.h The pattern of a signal over time: for a sleep until its next change, and
 *  for the kernel, which can draw it by itself. */
#ifndef CLI_PATTERN_H
#define CLI_PATTERN_H

#include <pgtask/led.h>

/** When an LED has to be set again while its signal stays. */
enum pattern_rhythm {
    PATTERN_BY_EDGE,   /**< at each edge of the light */
    PATTERN_BY_FADE,   /**< three times in each fade */
    PATTERN_BY_SIGNAL, /**< never: something else draws, or the light is no matter of time */
    PATTERN_BY_TICK    /**< every 20 ms, to measure the loop */
};

/** Room for any text of pattern_write(): 10 flashes with fades, on an LED with 32 bits. */
#define PATTERN_BYTES 1536

/** @return the first time after now_ms at which an LED of this rhythm has to be set again;
 *          UINT64_MAX: not before another signal */
uint64_t pattern_next_ms(enum pattern_rhythm rhythm, struct pgtask_led_signal const *signal,
                         uint64_t now_ms);

/** @return a time at which the light of the signal is at its brightest */
uint64_t pattern_brightest_ms(struct pgtask_led_signal const *signal, uint64_t now_ms);

/** @param seen  as the eye sees it, 0 to 255
 *  @return the light that a driver sets; above 0 if `seen` is */
uint32_t pattern_light(uint8_t seen, uint32_t max_brightness);

/**
 * Writes what the kernel's trigger `pattern` draws for ever: pairs of a light and milliseconds,
 * beginning with now_ms, so that it keeps step with other LEDs. A pair of 0 ms makes a step out of
 * what would be a slope (Documentation/ABI/testing/sysfs-class-led-trigger-pattern).
 * @param is_full  the brightest light is max_brightness: a colour LED has its brightness in its
 *                 channels
 * @return false if the text does not fit
 */
bool pattern_write(char text[PATTERN_BYTES], struct pgtask_led_signal const *signal,
                   uint64_t now_ms, uint32_t max_brightness, bool is_full);

/** The times of the kernel's trigger `timer`. */
struct pattern_blink {
    uint32_t on_ms;
    uint32_t off_ms;
};

/** @return whether the signal is even blinking: every light has the same length, and so has every
 *          dark */
bool pattern_is_blink(struct pgtask_led_signal const *signal, struct pattern_blink *blink);

#endif
