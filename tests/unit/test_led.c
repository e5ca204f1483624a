/* SPDX-License-Identifier: MIT */
/* The patterns of the LED, sampled as an eye sees them, or a loop sets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/led.h>

enum {
    PERIOD_MS = 2000,
    LOOK_MS = 3000,
    SEEN_MS = 100, /* a person does not see that an edge is earlier or later by less */
    START_STEP_MS = 20,
    MAX_EDGES = 64
};

/* What a person sees in 3 s. */
struct view {
    struct pgtask_led_signal sign;
    bool begins_lit;
    size_t edges;
    uint16_t at_ms[MAX_EDGES];
};

struct views {
    struct view *all;
    size_t count;
    size_t capacity;
};

static struct pgtask_led_signal sign_of(enum pgtask_led_state state, int percent, bool fast)
{
    return (struct pgtask_led_signal){state, (int8_t)percent, fast};
}

static struct view look(struct pgtask_led_signal const *sign, uint64_t start_ms, uint32_t step_ms)
{
    struct view view = {*sign, pgtask_led_is_lit(sign, start_ms), 0, {0}};
    bool lit = view.begins_lit;

    for (uint32_t ms = step_ms; ms < LOOK_MS; ms += step_ms) {
        if (pgtask_led_is_lit(sign, start_ms + ms) != lit) {
            assert_true(view.edges < MAX_EDGES);
            view.at_ms[view.edges++] = (uint16_t)ms;
            lit = !lit;
        }
    }
    return view;
}

static void keep(struct views *views, struct view const *view)
{
    if (views->count == views->capacity) {
        views->capacity = views->capacity == 0 ? 1024 : 2 * views->capacity;
        views->all = realloc(views->all, views->capacity * sizeof *views->all);
        assert_non_null(views->all);
    }
    views->all[views->count++] = *view;
}

/* A person may miss a light or dark that the begin or the end of the look cuts short: keeps all
 * four ways to see it. */
static void keep_all_ways(struct views *views, struct view const *view)
{
    struct view later = *view;

    keep(views, view);
    if (view->edges > 0 && LOOK_MS - view->at_ms[view->edges - 1] < SEEN_MS) {
        struct view shorter = *view;
        shorter.edges--;
        keep(views, &shorter);
    }
    if (view->edges > 0 && view->at_ms[0] < SEEN_MS) {
        later.begins_lit = !view->begins_lit;
        later.edges--;
        memmove(later.at_ms, view->at_ms + 1, later.edges * sizeof later.at_ms[0]);
        keep(views, &later);
        if (later.edges > 0 && LOOK_MS - later.at_ms[later.edges - 1] < SEEN_MS) {
            later.edges--;
            keep(views, &later);
        }
    }
}

static void look_at_any_time(struct views *views, struct pgtask_led_signal const *sign,
                             uint32_t step_ms)
{
    for (uint32_t start = 0; start < PERIOD_MS; start += START_STEP_MS) {
        struct view const view = look(sign, start, step_ms);
        keep_all_ways(views, &view);
    }
}

static bool look_alike(struct view const *one, struct view const *other)
{
    if (one->begins_lit != other->begins_lit || one->edges != other->edges) {
        return false;
    }
    for (size_t i = 0; i < one->edges; i++) {
        if (abs(one->at_ms[i] - other->at_ms[i]) >= SEEN_MS) {
            return false;
        }
    }
    return true;
}

static bool can_be_mistaken(struct views const *some, struct views const *others)
{
    for (size_t i = 0; i < some->count; i++) {
        for (size_t j = 0; j < others->count; j++) {
            if (look_alike(&some->all[i], &others->all[j])) {
                print_error("%s %d looks like %s %d\n",
                            pgtask_led_state_text(some->all[i].sign.state),
                            some->all[i].sign.progress_percent,
                            pgtask_led_state_text(others->all[j].sign.state),
                            others->all[j].sign.progress_percent);
                return true;
            }
        }
    }
    return false;
}

/* Compares every state with every other one, and RUNNING with every progress. */
static void assert_told_apart(uint32_t step_ms, bool fast)
{
    struct views views[PGTASK_LED_STATES] = {{NULL, 0, 0}};

    for (int state = 0; state < PGTASK_LED_STATES; state++) {
        int const most = state == PGTASK_LED_RUNNING ? 100 : PGTASK_PERCENT_UNKNOWN;
        for (int percent = PGTASK_PERCENT_UNKNOWN; percent <= most; percent++) {
            struct pgtask_led_signal const sign =
                sign_of((enum pgtask_led_state)state, percent, fast);
            look_at_any_time(&views[state], &sign, step_ms);
        }
    }
    for (int one = 0; one < PGTASK_LED_STATES; one++) {
        for (int other = one + 1; other < PGTASK_LED_STATES; other++) {
            assert_false(can_be_mistaken(&views[one], &views[other]));
        }
    }
    for (int state = 0; state < PGTASK_LED_STATES; state++) {
        free(views[state].all);
    }
}

static void any_two_states_look_different_within_3_s_at_any_time(void **state)
{
    assert_told_apart(START_STEP_MS, false);
    (void)state;
}

static void any_two_states_look_different_on_a_loop_of_50_ms(void **state)
{
    assert_told_apart(50, false);
    (void)state;
}

static void any_two_states_look_different_with_fast_failure(void **state)
{
    assert_told_apart(START_STEP_MS, true);
    (void)state;
}

/* Checks the comparison above: 50 % and 54 % look the same, 50 % and 55 % do not. */
static void progress_can_be_read_to_5_percent(void **state)
{
    int const percents[] = {50, 54, 55};
    struct views views[3] = {{NULL, 0, 0}};

    for (int i = 0; i < 3; i++) {
        struct pgtask_led_signal const sign = sign_of(PGTASK_LED_RUNNING, percents[i], false);
        struct view const view = look(&sign, 500, START_STEP_MS);
        keep(&views[i], &view);
    }
    assert_true(look_alike(views[0].all, views[1].all));
    assert_false(look_alike(views[0].all, views[2].all));
    for (int i = 0; i < 3; i++) {
        free(views[i].all);
    }
    (void)state;
}

static uint32_t lit_ms(struct pgtask_led_signal const *sign, uint64_t start_ms, uint32_t length_ms)
{
    uint32_t lit = 0;

    for (uint32_t ms = 0; ms < length_ms; ms++) {
        lit += pgtask_led_is_lit(sign, start_ms + ms) ? 1 : 0;
    }
    return lit;
}

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

static int peak_of(struct pgtask_led_signal const *sign)
{
    int peak = 0;

    for (uint64_t ms = 0; ms < PERIOD_MS; ms++) {
        int const now = pgtask_led_brightness(sign, ms);
        peak = now > peak ? now : peak;
    }
    return peak;
}

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
        cmocka_unit_test(any_two_states_look_different_within_3_s_at_any_time),
        cmocka_unit_test(any_two_states_look_different_on_a_loop_of_50_ms),
        cmocka_unit_test(any_two_states_look_different_with_fast_failure),
        cmocka_unit_test(progress_can_be_read_to_5_percent),
        cmocka_unit_test(lit_share_of_any_2_s_is_the_progress),
        cmocka_unit_test(running_is_never_dark_and_never_steady),
        cmocka_unit_test(growing_progress_never_stutters),
        cmocka_unit_test(no_second_has_more_than_3_flashes),
        cmocka_unit_test(flashes_begin_a_third_of_a_second_apart_or_more),
        cmocka_unit_test(only_failure_is_fast_and_only_if_the_options_say_so),
        cmocka_unit_test(success_is_steady_and_off_is_dark),
        cmocka_unit_test(a_packed_signal_fits_one_word_and_comes_back_whole),
        cmocka_unit_test(a_word_of_zero_is_dark),
        cmocka_unit_test(every_pattern_repeats_every_2_s_of_any_clock),
        cmocka_unit_test(dimmable_led_has_half_its_brightness_or_more_while_a_plain_one_is_lit),
        cmocka_unit_test(next_edge_is_the_next_time_at_which_the_light_differs),
        cmocka_unit_test(brightness_is_steady_outside_of_its_fades),
        cmocka_unit_test(dimmable_led_fades_in_eighths),
        cmocka_unit_test(every_colour_has_red_or_green),
        cmocka_unit_test(success_is_green_and_failure_red),
        cmocka_unit_test(each_state_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
