/* SPDX-License-Identifier: MIT */
/**
 * @file led_light.h
 * The light of one signal, for the tests of the LED.
 */
#ifndef PGTASK_TEST_LED_LIGHT_H
#define PGTASK_TEST_LED_LIGHT_H

#include <pgtask/led.h>

enum {
    PERIOD_MS = 2000,
    SEEN_MS = 100 /**< a person does not see that an edge is earlier or later by less */
};

/** @return a signal with these members */
struct pgtask_led_signal sign_of(enum pgtask_led_state state, int percent, bool fast);

/** @return how long the LED is lit in this time */
uint32_t lit_ms(struct pgtask_led_signal const *sign, uint64_t start_ms, uint32_t length_ms);

#endif
