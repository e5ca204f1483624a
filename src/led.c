/* SPDX-License-Identifier: MIT */
/*
 * What the LED says about a watch, and how that looks at any time.
 *
 * All patterns have the same period, so that LEDs on the same clock keep step. The period is cut
 * into 20 beats. A state is either a fixed pattern of beats, lit or dark, or RUNNING, whose pattern
 * follows from the progress.
 */
#include <pgtask/led.h>

#include "number.h"
#include "text.h"

#define BEAT_MS 100u /* the shortest light or dark: every eye sees it, and every loop meets it */

/* The limits of the progress that is shown: one beat of light, and one beat of dark. */
#define LEAST_PERCENT ((int32_t)(BEAT_MS * 100u / PGTASK_LED_PERIOD_MS))
#define MOST_PERCENT  (100 - LEAST_PERCENT)

/* Every edge lies on this grid: a percent of the period, which also divides a beat. */
#define GRID_MS (PGTASK_LED_PERIOD_MS / 100u)

#define SUCCESS_MS 600000u

/* A dimmable LED fades from dark to light within PGTASK_LED_FADE_MS on either side of an edge. Its
 * brightness is the share of the samples around a time that are lit. */
#define FADE_SAMPLES 8u
#define SAMPLE_MS    (2u * PGTASK_LED_FADE_MS / FADE_SAMPLES)

struct look {
    uint32_t beats; /* the first beat is the lowest bit; 1 is lit */
    struct pgtask_led_colour colour;
    uint8_t brightness; /* of a dimmable LED while it is lit */
};

/* Flashes begin at least 400 ms apart, so that there are fewer than 3 in a second. */
static struct look const looks[PGTASK_LED_STATES] = {
    [PGTASK_LED_OFF] = {0x00000, {0, 0, 0}, 0},                /* .................... */
    [PGTASK_LED_IDLE] = {0x00011, {0, 255, 0}, 96},            /* #...#............... */
    [PGTASK_LED_CONNECTING] = {0x07C1F, {255, 255, 255}, 255}, /* #####.....#####..... */
    [PGTASK_LED_SUCCESS] = {0xFFFFF, {0, 255, 0}, 255},        /* #################### */
    [PGTASK_LED_WAIT_SWITCH] = {0xFFFEE, {255, 255, 0}, 255},  /* .###.############### */
    [PGTASK_LED_RUNNING] = {0, {0, 255, 255}, 255},            /* its progress */
    [PGTASK_LED_STALE] = {0x00333, {255, 96, 0}, 255},         /* ##..##..##.......... */
    [PGTASK_LED_BLOCKED] = {0x0CC33, {255, 0, 96}, 255},       /* ##..##....##..##.... */
    [PGTASK_LED_OPERATOR] = {0x00C7F, {255, 0, 255}, 255},     /* #######...##........ */
    [PGTASK_LED_FAILURE] = {0x33333, {255, 0, 0}, 255},        /* ##..##..##..##..##.. */
};

#define FAST_BEATS 0x55555 /* #.#.#.#.#.#.#.#.#.#. */

static uint32_t phase_of(uint64_t now_ms)
{
    return (uint32_t)now_ms -
           (uint32_t)pgtaski_number_divide(now_ms, PGTASK_LED_PERIOD_MS) * PGTASK_LED_PERIOD_MS;
}

/*
 * Progress is lit at the end of the period: the more there is, the earlier the light begins. If the
 * progress grows in the middle of a period, the light begins at once, and there is still only one
 * light in the period.
 */
static bool is_progress_lit(int32_t percent, uint32_t phase_ms)
{
    if (percent < LEAST_PERCENT) {
        percent = LEAST_PERCENT;
    } else if (percent > MOST_PERCENT) {
        percent = MOST_PERCENT;
    }
    return phase_ms / GRID_MS + (uint32_t)percent >= 100u;
}

static bool is_lit_at(struct pgtask_led_signal const *signal, uint32_t phase_ms)
{
    uint32_t beats = looks[signal->state].beats;

    if (signal->state == PGTASK_LED_RUNNING) {
        return is_progress_lit(signal->progress_percent, phase_ms);
    }
    if (signal->fast && signal->state == PGTASK_LED_FAILURE) {
        beats = FAST_BEATS;
    }
    return (beats >> (phase_ms / BEAT_MS) & 1u) != 0;
}

bool pgtask_led_is_lit(struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    return is_lit_at(signal, phase_of(now_ms));
}

uint64_t pgtask_led_next_edge_ms(struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    uint32_t const phase_ms = phase_of(now_ms);
    bool const is_lit = is_lit_at(signal, phase_ms);
    uint32_t at_ms = phase_ms - phase_ms % GRID_MS;

    do {
        at_ms += GRID_MS;
        if (is_lit_at(signal, at_ms % PGTASK_LED_PERIOD_MS) != is_lit) {
            return now_ms + (at_ms - phase_ms);
        }
    } while (at_ms < phase_ms + PGTASK_LED_PERIOD_MS);
    return UINT64_MAX;
}

/* The samples lie evenly around now, so that a fade is half done at the edge of an on/off LED. */
uint8_t pgtask_led_brightness(struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    uint32_t const begin_ms =
        phase_of(now_ms) + PGTASK_LED_PERIOD_MS - PGTASK_LED_FADE_MS + SAMPLE_MS / 2u;
    uint32_t lit = 0;

    for (uint32_t i = 0; i < FADE_SAMPLES; i++) {
        lit += is_lit_at(signal, (begin_ms + i * SAMPLE_MS) % PGTASK_LED_PERIOD_MS) ? 1u : 0;
    }
    return (uint8_t)(looks[signal->state].brightness * lit / FADE_SAMPLES);
}

static uint8_t dim(uint8_t colour, uint8_t brightness)
{
    return (uint8_t)((uint32_t)colour * brightness / UINT8_MAX);
}

struct pgtask_led_colour pgtask_led_colour(struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    struct pgtask_led_colour const full = looks[signal->state].colour;
    uint8_t const brightness = pgtask_led_brightness(signal, now_ms);

    return (struct pgtask_led_colour){
        .red = dim(full.red, brightness),
        .green = dim(full.green, brightness),
        .blue = dim(full.blue, brightness),
    };
}

/* The order is right also if the clock has wrapped around between the two times. */
static bool is_before(uint64_t time_ms, uint64_t other_ms)
{
    return time_ms - other_ms > UINT64_MAX / 2u;
}

/* The states of tasks have the same order as their urgency, but no task is BLOCKED. @return OFF for
 * a free slot */
static uint32_t state_of_task(struct pgtask_watch_task const *task)
{
    uint32_t const urgency = pgtask_watch_urgency(task);
    uint32_t const state = PGTASK_LED_SUCCESS - 1 + urgency;

    if (urgency == 0) {
        return PGTASK_LED_OFF;
    }
    return state < PGTASK_LED_BLOCKED ? state : state + 1;
}

/* @return whether this state of a task has been shown for long enough, or was acknowledged */
static bool has_been_shown(uint32_t state, uint64_t since_ms,
                           struct pgtask_led_options const *options, uint64_t now_ms)
{
    uint32_t success_ms = SUCCESS_MS;

    if (state == PGTASK_LED_RUNNING || state == PGTASK_LED_WAIT_SWITCH) {
        return false;
    }
    if (options != NULL) {
        if (options->acknowledged_ms != 0 && is_before(since_ms, options->acknowledged_ms)) {
            return true;
        }
        if (options->success_ms != 0) {
            success_ms = options->success_ms;
        }
    }
    return state == PGTASK_LED_SUCCESS && success_ms != UINT32_MAX &&
           !is_before(now_ms, since_ms + success_ms);
}

/* @return what the LED shows if no task has anything more urgent */
static enum pgtask_led_state state_of_watch(struct pgtask_watch const *watch)
{
    bool const is_task_missing = watch->config.task_id != 0 && watch->tasks[0].task_id == 0;

    if (watch->blocked) {
        return PGTASK_LED_BLOCKED;
    }
    if (watch->stale || (is_task_missing && watch->state == PGTASK_WATCH_ENDED)) {
        return PGTASK_LED_STALE;
    }
    return watch->answered && !is_task_missing ? PGTASK_LED_IDLE : PGTASK_LED_CONNECTING;
}

struct pgtask_led_signal pgtask_led_signal(struct pgtask_watch const *watch,
                                           struct pgtask_led_options const *options,
                                           uint64_t now_ms)
{
    uint32_t shown = PGTASK_LED_OFF;
    int8_t percent = PGTASK_PERCENT_UNKNOWN;

    if (watch->state != PGTASK_WATCH_CLOSED) {
        shown = state_of_watch(watch);
        for (uint32_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
            struct pgtask_watch_task const *const task = &watch->tasks[i];
            uint32_t const state = state_of_task(task);
            bool const has_less_progress =
                state == shown && state == PGTASK_LED_RUNNING && task->progress_percent < percent;

            if ((state > shown || has_less_progress) &&
                !has_been_shown(state, task->status_since_ms, options, now_ms)) {
                shown = state;
                percent = task->progress_percent;
            }
        }
        if (watch->overflow_live && shown < PGTASK_LED_RUNNING) {
            shown = PGTASK_LED_RUNNING;
            percent = PGTASK_PERCENT_UNKNOWN;
        }
    }
    return (struct pgtask_led_signal){(enum pgtask_led_state)shown, percent,
                                      options != NULL && options->fast};
}

/* From the lowest bit: the progress in 8 bits, whether FAILURE is fast, and the state. */
enum { PACKED_FAST = 8, PACKED_STATE = 9 };

uint16_t pgtask_led_pack(struct pgtask_led_signal const *signal)
{
    uint32_t const fast = signal->fast ? 1u << PACKED_FAST : 0;

    return (uint16_t)((uint8_t)signal->progress_percent | fast |
                      (uint32_t)signal->state << PACKED_STATE);
}

struct pgtask_led_signal pgtask_led_unpack(uint16_t word)
{
    return (struct pgtask_led_signal){(enum pgtask_led_state)(word >> PACKED_STATE),
                                      (int8_t)(uint8_t)word, (word >> PACKED_FAST & 1u) != 0};
}

char const *pgtask_led_state_text(enum pgtask_led_state state)
{
    static char const texts[] = "off\0idle\0connecting\0success\0wait_switch\0running\0stale\0"
                                "blocked\0operator\0failure\0";

    return pgtaski_text_at(texts, state < PGTASK_LED_STATES ? state : PGTASK_LED_STATES);
}
