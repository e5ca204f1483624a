/* SPDX-License-Identifier: MIT */
/* Brightness and colour of an LED that is dimmable or has colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pgtask/led.h>

#include "led_light.h"

static int peak_of(struct pgtask_led_signal const *sign)
{
    int peak = 0;

    for (uint64_t ms = 0; ms < PERIOD_MS; ms++) {
        int const now = pgtask_led_brightness(sign, ms);
        peak = now > peak ? now : peak;
    }
    return peak;
}

static void brightness_is_steady_outside_of_its_fades(void **state)
{
    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        struct pgtask_led_signal const sign = sign_of((enum pgtask_led_state)led, 30, false);
        for (uint64_t ms = 0; ms < PERIOD_MS; ms++) {
            uint64_t const begin_ms = ms + PERIOD_MS - PGTASK_LED_FADE_MS;
            if (pgtask_led_next_edge_ms(&sign, begin_ms) > begin_ms + 2 * PGTASK_LED_FADE_MS) {
                int const full = pgtask_led_is_lit(&sign, ms) ? peak_of(&sign) : 0;
                assert_int_equal(pgtask_led_brightness(&sign, ms), full);
            }
        }
    }
    (void)state;
}

static void dimmable_led_has_half_its_brightness_or_more_while_a_plain_one_is_lit(void **state)
{
    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        struct pgtask_led_signal const sign = sign_of((enum pgtask_led_state)led, 30, false);
        int const peak = peak_of(&sign);
        assert_int_equal(peak > 0, led != PGTASK_LED_OFF);
        for (uint64_t ms = 0; ms < PERIOD_MS; ms++) {
            bool const bright = peak > 0 && pgtask_led_brightness(&sign, ms) >= peak / 2;
            bool const near_edge =
                pgtask_led_is_lit(&sign, ms + 4) != pgtask_led_is_lit(&sign, ms + PERIOD_MS - 4);
            assert_true(near_edge || bright == pgtask_led_is_lit(&sign, ms));
        }
    }
    (void)state;
}

static void dimmable_led_fades_in_eighths(void **state)
{
    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        struct pgtask_led_signal const sign = sign_of((enum pgtask_led_state)led, 30, true);
        int const peak = peak_of(&sign);
        for (uint64_t ms = 0; ms < PERIOD_MS; ms++) {
            int const step =
                abs(pgtask_led_brightness(&sign, ms + 1) - pgtask_led_brightness(&sign, ms));
            assert_true(step <= peak / 8 + 1);
        }
    }
    (void)state;
}

static bool is_dark(struct pgtask_led_colour colour)
{
    return colour.red == 0 && colour.green == 0 && colour.blue == 0;
}

static void every_colour_has_red_or_green(void **state)
{
    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        struct pgtask_led_signal const sign = sign_of((enum pgtask_led_state)led, 30, false);
        int const peak = peak_of(&sign);
        for (uint64_t ms = 0; ms < PERIOD_MS; ms += 10) {
            struct pgtask_led_colour const colour = pgtask_led_colour(&sign, ms);
            int const brightness = pgtask_led_brightness(&sign, ms);
            int const most = colour.red > colour.green ? colour.red : colour.green;
            assert_int_equal(most, brightness);
            assert_int_equal(is_dark(colour), brightness == 0);
            assert_true(brightness <= peak);
        }
    }
    (void)state;
}

static void success_is_green_and_failure_red(void **state)
{
    struct pgtask_led_signal const success = sign_of(PGTASK_LED_SUCCESS, 100, false);
    struct pgtask_led_signal const failure = sign_of(PGTASK_LED_FAILURE, 0, false);
    struct pgtask_led_colour const green = pgtask_led_colour(&success, 100);
    struct pgtask_led_colour const red = pgtask_led_colour(&failure, 100);

    assert_int_equal(green.green, 255);
    assert_int_equal(green.red, 0);
    assert_int_equal(red.red, 255);
    assert_int_equal(red.green, 0);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brightness_is_steady_outside_of_its_fades),
        cmocka_unit_test(dimmable_led_has_half_its_brightness_or_more_while_a_plain_one_is_lit),
        cmocka_unit_test(dimmable_led_fades_in_eighths),
        cmocka_unit_test(every_colour_has_red_or_green),
        cmocka_unit_test(success_is_green_and_failure_red),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
