/* SPDX-License-Identifier: MIT */
/* A signal that is packed into one word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pgtask/led.h>

#include "led_light.h"

static void a_packed_signal_fits_one_word_and_comes_back_whole(void **state)
{
    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        for (int percent = PGTASK_PERCENT_UNKNOWN; percent <= 100; percent++) {
            for (int fast = 0; fast < 2; fast++) {
                struct pgtask_led_signal const sign =
                    sign_of((enum pgtask_led_state)led, percent, fast != 0);
                uint16_t volatile word = pgtask_led_pack(&sign);
                struct pgtask_led_signal const back = pgtask_led_unpack(word);

                assert_int_equal(back.state, sign.state);
                assert_int_equal(back.progress_percent, sign.progress_percent);
                assert_int_equal(back.fast, sign.fast);
            }
        }
    }
    (void)state;
}

static void a_word_of_zero_is_dark(void **state)
{
    struct pgtask_led_signal const dark = pgtask_led_unpack(0);

    assert_int_equal(dark.state, PGTASK_LED_OFF);
    assert_int_equal(lit_ms(&dark, 0, 6000), 0);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packed_signal_fits_one_word_and_comes_back_whole),
        cmocka_unit_test(a_word_of_zero_is_dark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
