/* SPDX-License-Identifier: MIT */
/* The shapes of the patterns: light and dark of each state, sampled as an eye sees them, or a loop
 * sets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pgtask/led.h>

#include "led_light.h"

static void lit_share_of_any_2_s_is_the_progress(void **state)
{
    for (int percent = 5; percent <= 95; percent++) {
        struct pgtask_led_signal const sign = sign_of(PGTASK_LED_RUNNING, percent, false);
        for (uint64_t start_ms = 0; start_ms < 2000; start_ms += 125) {
            assert_int_equal(lit_ms(&sign, start_ms, 2000), percent * 20);
        }
    }
    (void)state;
}

static void running_is_never_dark_and_never_steady(void **state)
{
    for (int percent = 0; percent < 5; percent++) {
        struct pgtask_led_signal const little = sign_of(PGTASK_LED_RUNNING, percent, false);
        struct pgtask_led_signal const much = sign_of(PGTASK_LED_RUNNING, 100 - percent, false);
        assert_int_equal(lit_ms(&little, 77, 2000), 100);
        assert_int_equal(lit_ms(&much, 77, 2000), 1900);
    }
    struct pgtask_led_signal const unknown =
        sign_of(PGTASK_LED_RUNNING, PGTASK_PERCENT_UNKNOWN, false);
    assert_int_equal(lit_ms(&unknown, 77, 2000), 100);
    (void)state;
}

/* The progress grows once in six seconds: each period has one light, and every light and dark is
 * long enough to be seen. */
static void assert_no_stutter(int before, int after, uint32_t change_ms)
{
    uint32_t begins = 0;
    uint32_t since_ms = 0;
    bool lit = false;

    for (uint32_t ms = 0; ms < 3 * PERIOD_MS; ms += 10) {
        struct pgtask_led_signal const sign =
            sign_of(PGTASK_LED_RUNNING, ms < change_ms ? before : after, false);
        bool const now = pgtask_led_is_lit(&sign, ms);
        if (now != lit) {
            assert_true(ms - since_ms >= SEEN_MS);
            begins += now ? 1 : 0;
            since_ms = ms;
            lit = now;
        }
    }
    assert_int_equal(begins, 3);
}

static void growing_progress_never_stutters(void **state)
{
    for (int before = PGTASK_PERCENT_UNKNOWN; before < 100; before += 3) {
        for (int after = before + 1; after <= 100; after += 7) {
            for (uint32_t change_ms = PERIOD_MS; change_ms < 2 * PERIOD_MS; change_ms += 20) {
                assert_no_stutter(before, after, change_ms);
            }
        }
    }
    (void)state;
}

static uint32_t most_flashes_in_a_second(struct pgtask_led_signal const *sign)
{
    uint32_t most = 0;

    for (uint64_t start_ms = 1; start_ms <= PERIOD_MS; start_ms += 10) {
        uint32_t begins = 0;
        for (uint64_t ms = start_ms; ms < start_ms + 1000; ms++) {
            begins += pgtask_led_is_lit(sign, ms) && !pgtask_led_is_lit(sign, ms - 1) ? 1 : 0;
        }
        most = begins > most ? begins : most;
    }
    return most;
}

static void no_second_has_more_than_3_flashes(void **state)
{
    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        for (int percent = 0; percent <= 100; percent += 10) {
            struct pgtask_led_signal const sign =
                sign_of((enum pgtask_led_state)led, percent, false);
            assert_true(most_flashes_in_a_second(&sign) <= 3);
        }
    }
    (void)state;
}

/* Two flashes are never nearer than at 3 Hz. */
static void flashes_begin_a_third_of_a_second_apart_or_more(void **state)
{
    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        struct pgtask_led_signal const sign = sign_of((enum pgtask_led_state)led, 50, false);
        uint32_t last_ms = UINT32_MAX;
        for (uint32_t ms = 1; ms < 3 * PERIOD_MS; ms++) {
            if (pgtask_led_is_lit(&sign, ms) && !pgtask_led_is_lit(&sign, ms - 1)) {
                assert_true(last_ms == UINT32_MAX || ms - last_ms >= 334);
                last_ms = ms;
            }
        }
    }
    (void)state;
}

static void only_failure_is_fast_and_only_if_the_options_say_so(void **state)
{
    struct pgtask_led_signal const failure = sign_of(PGTASK_LED_FAILURE, 0, true);

    assert_int_equal(most_flashes_in_a_second(&failure), 5);
    for (int led = 0; led < PGTASK_LED_FAILURE; led++) {
        struct pgtask_led_signal const slow = sign_of((enum pgtask_led_state)led, 50, false);
        struct pgtask_led_signal const fast = sign_of((enum pgtask_led_state)led, 50, true);
        for (uint64_t ms = 0; ms < PERIOD_MS; ms += 10) {
            assert_int_equal(pgtask_led_is_lit(&slow, ms), pgtask_led_is_lit(&fast, ms));
        }
    }
    (void)state;
}

static void success_is_steady_and_off_is_dark(void **state)
{
    struct pgtask_led_signal const success = sign_of(PGTASK_LED_SUCCESS, 100, false);
    struct pgtask_led_signal const off = sign_of(PGTASK_LED_OFF, 0, false);

    assert_int_equal(lit_ms(&success, 0, 6000), 6000);
    assert_int_equal(lit_ms(&off, 0, 6000), 0);
    (void)state;
}

/* The clock may begin anywhere, and every state keeps step with it. */
static void every_pattern_repeats_every_2_s_of_any_clock(void **state)
{
    uint64_t const starts[] = {0, UINT32_MAX - UINT64_C(5000), (UINT64_C(1) << 40) + 123,
                               UINT64_C(0x8000000000000000) - 3000, UINT64_MAX - 6000};

    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        for (int led = 0; led < PGTASK_LED_STATES; led++) {
            struct pgtask_led_signal const sign = sign_of((enum pgtask_led_state)led, 37, false);
            for (uint64_t ms = starts[i]; ms - starts[i] <= 6000; ms += 10) {
                assert_int_equal(pgtask_led_is_lit(&sign, ms), pgtask_led_is_lit(&sign, ms % 2000));
            }
        }
    }
    (void)state;
}

static void each_state_has_a_name_of_its_own(void **state)
{
    char const *const names[PGTASK_LED_STATES] = {"off",         "idle",    "connecting", "success",
                                                  "wait_switch", "running", "stale",      "blocked",
                                                  "operator",    "failure"};

    for (int led = 0; led < PGTASK_LED_STATES; led++) {
        assert_string_equal(pgtask_led_state_text((enum pgtask_led_state)led), names[led]);
    }
    assert_string_equal(pgtask_led_state_text(PGTASK_LED_STATES), "");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lit_share_of_any_2_s_is_the_progress),
        cmocka_unit_test(running_is_never_dark_and_never_steady),
        cmocka_unit_test(growing_progress_never_stutters),
        cmocka_unit_test(no_second_has_more_than_3_flashes),
        cmocka_unit_test(flashes_begin_a_third_of_a_second_apart_or_more),
        cmocka_unit_test(only_failure_is_fast_and_only_if_the_options_say_so),
        cmocka_unit_test(success_is_steady_and_off_is_dark),
        cmocka_unit_test(every_pattern_repeats_every_2_s_of_any_clock),
        cmocka_unit_test(each_state_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
