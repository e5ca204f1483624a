/* SPDX-License-Identifier: MIT */
/* Any two states look different to a person who looks for 3 s at any time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/led.h>

#include "led_light.h"

enum { LOOK_MS = 3000, START_STEP_MS = 20, MAX_EDGES = 64 };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_two_states_look_different_within_3_s_at_any_time),
        cmocka_unit_test(any_two_states_look_different_on_a_loop_of_50_ms),
        cmocka_unit_test(any_two_states_look_different_with_fast_failure),
        cmocka_unit_test(progress_can_be_read_to_5_percent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
