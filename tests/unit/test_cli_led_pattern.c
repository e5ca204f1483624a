/* SPDX-License-Identifier: MIT */
/* What the kernel's trigger draws from the text that it gets, played here as its documentation
 * says, and when a program has to set the light itself. */
#include "leds/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PERIOD_MS = 2000 };

static struct pgtask_led_signal signal_of(int state, int percent)
{
    return (struct pgtask_led_signal){(enum pgtask_led_state)state, (int8_t)percent,
                                      percent == 100};
}

/* Draws one turn: each pair holds its light for its time, since a pair of 0 ms with the same light
 * follows. Any other pair would be a slope. */
static void draw(char const *text, uint32_t light[PERIOD_MS])
{
    size_t at_ms = 0;
    char copy[PATTERN_BYTES];

    strcpy(copy, text);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        unsigned long const value = strtoul(word, NULL, 10);
        unsigned long const ms = strtoul(strtok(NULL, " "), NULL, 10);
        assert_true(ms > 0);
        assert_int_equal(strtoul(strtok(NULL, " "), NULL, 10), value);
        assert_int_equal(strtoul(strtok(NULL, " "), NULL, 10), 0);
        for (unsigned long i = 0; i < ms; i++) {
            assert_true(at_ms < PERIOD_MS);
            light[at_ms++] = (uint32_t)value;
        }
    }
    assert_int_equal(at_ms, PERIOD_MS);
}

static void each_signal(void (*check)(struct pgtask_led_signal const *signal, uint64_t start_ms))
{
    for (int state = 0; state < PGTASK_LED_STATES; state++) {
        for (int percent = -1; percent <= 100; percent += state == PGTASK_LED_RUNNING ? 1 : 101) {
            struct pgtask_led_signal const signal = signal_of(state, percent);
            for (uint64_t start_ms = 0; start_ms < PERIOD_MS; start_ms += 67) {
                check(&signal, 1000000 + start_ms);
            }
        }
    }
}

static void check_plain(struct pgtask_led_signal const *signal, uint64_t start_ms)
{
    uint32_t light[PERIOD_MS];
    char text[PATTERN_BYTES];

    assert_true(pattern_write(text, signal, start_ms, 1, false));
    draw(text, light);
    for (uint32_t ms = 0; ms < PERIOD_MS; ms++) {
        assert_int_equal(light[ms], pgtask_led_is_lit(signal, start_ms + ms));
    }
}

static void kernel_draws_a_plain_led_to_the_millisecond(void **state)
{
    each_signal(check_plain);
    (void)state;
}

static bool is_fading(struct pgtask_led_signal const *signal, uint64_t at_ms)
{
    uint64_t const begin_ms = at_ms - PGTASK_LED_FADE_MS;

    return pgtask_led_next_edge_ms(signal, begin_ms) <= begin_ms + 2 * PGTASK_LED_FADE_MS;
}

static void check_dimmable(struct pgtask_led_signal const *signal, uint64_t start_ms)
{
    uint32_t light[PERIOD_MS];
    char text[PATTERN_BYTES];

    assert_true(pattern_write(text, signal, start_ms, 4000000000u, false));
    draw(text, light);
    for (uint32_t ms = 0; ms < PERIOD_MS; ms++) {
        uint64_t const now_ms = start_ms + ms;
        if (!is_fading(signal, now_ms)) {
            uint8_t const seen = pgtask_led_brightness(signal, now_ms);
            assert_int_equal(light[ms], pattern_light(seen, 4000000000u));
        }
    }
}

static void kernel_draws_a_dimmable_led_except_for_the_steps_of_a_fade(void **state)
{
    each_signal(check_dimmable);
    (void)state;
}

static void check_full(struct pgtask_led_signal const *signal, uint64_t start_ms)
{
    uint32_t light[PERIOD_MS];
    uint32_t most = 0;
    char text[PATTERN_BYTES];

    assert_true(pattern_write(text, signal, start_ms, 255, true));
    draw(text, light);
    for (uint32_t ms = 0; ms < PERIOD_MS; ms++) {
        most = light[ms] > most ? light[ms] : most;
    }
    assert_int_equal(most, signal->state == PGTASK_LED_OFF ? 0 : 255);
}

static void brightness_of_a_colour_led_goes_up_to_its_most(void **state)
{
    each_signal(check_full);
    (void)state;
}

static void check_steps(struct pgtask_led_signal const *signal, uint64_t start_ms)
{
    uint64_t const next_ms = pattern_next_ms(PATTERN_BY_FADE, signal, start_ms);
    uint64_t const end_ms = next_ms == UINT64_MAX ? start_ms + PERIOD_MS : next_ms;
    bool const was_fading = is_fading(signal, start_ms);

    assert_true(next_ms > start_ms);
    for (uint64_t ms = start_ms; ms < end_ms && !was_fading && !is_fading(signal, ms); ms++) {
        assert_int_equal(pgtask_led_brightness(signal, ms),
                         pgtask_led_brightness(signal, start_ms));
    }
}

static void a_dimmable_led_is_set_three_times_in_each_fade(void **state)
{
    struct pgtask_led_signal const idle = signal_of(PGTASK_LED_IDLE, 0);
    unsigned steps = 0;

    each_signal(check_steps);
    for (uint64_t ms = 0; ms < 60000; ms = pattern_next_ms(PATTERN_BY_FADE, &idle, ms)) {
        steps++;
    }
    assert_in_range(steps, 30 * 4 * 3, 30 * 4 * 3 + 1); /* 30 periods of 4 edges */
    (void)state;
}

static void what_blinks_evenly_is_known_with_its_times(void **state)
{
    struct pattern_blink blink;
    struct pgtask_led_signal signal = signal_of(PGTASK_LED_RUNNING, 30);

    assert_true(pattern_is_blink(&signal, &blink));
    assert_int_equal(blink.on_ms, 600);
    assert_int_equal(blink.off_ms, 1400);
    signal = signal_of(PGTASK_LED_CONNECTING, 0);
    assert_true(pattern_is_blink(&signal, &blink));
    assert_int_equal(blink.on_ms, 500);
    assert_int_equal(blink.off_ms, 500);
    signal = signal_of(PGTASK_LED_FAILURE, 0);
    assert_true(pattern_is_blink(&signal, &blink));
    assert_int_equal(blink.on_ms, 200);
    assert_int_equal(blink.off_ms, 200);
    for (int other = 0; other < PGTASK_LED_STATES; other++) {
        signal = signal_of(other, 30);
        bool const is_known = other == PGTASK_LED_RUNNING || other == PGTASK_LED_CONNECTING ||
                              other == PGTASK_LED_FAILURE;
        assert_int_equal(pattern_is_blink(&signal, &blink), is_known);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernel_draws_a_plain_led_to_the_millisecond),
        cmocka_unit_test(kernel_draws_a_dimmable_led_except_for_the_steps_of_a_fade),
        cmocka_unit_test(brightness_of_a_colour_led_goes_up_to_its_most),
        cmocka_unit_test(a_dimmable_led_is_set_three_times_in_each_fade),
        cmocka_unit_test(what_blinks_evenly_is_known_with_its_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
