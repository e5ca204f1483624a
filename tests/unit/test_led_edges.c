/* SPDX-License-Identifier: MIT */
/* When the light changes next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pgtask/led.h>

#include "led_light.h"

/* The light is asked for each millisecond, from a time inside of the pattern to the edge. */
static void next_edge_is_the_next_time_at_which_the_light_differs(void **state)
{
    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        for (int percent = -1; percent <= 100; percent += led == PGTASK_LED_RUNNING ? 1 : 101) {
            struct pgtask_led_signal const sign =
                sign_of((enum pgtask_led_state)led, percent, percent == 100);
            bool const is_steady = led == PGTASK_LED_OFF || led == PGTASK_LED_SUCCESS;
            uint64_t edge_ms = pgtask_led_next_edge_ms(&sign, 1000);
            for (uint64_t ms = 1001; ms <= 5000 && !is_steady; ms++) {
                if (pgtask_led_is_lit(&sign, ms) != pgtask_led_is_lit(&sign, ms - 1)) {
                    assert_int_equal(edge_ms, ms);
                    edge_ms = pgtask_led_next_edge_ms(&sign, ms);
                }
                assert_int_equal(pgtask_led_next_edge_ms(&sign, ms), edge_ms);
            }
            assert_int_equal(edge_ms == UINT64_MAX, is_steady);
        }
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_edge_is_the_next_time_at_which_the_light_differs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
