/* SPDX-License-Identifier: MIT */
#include <pgtask/led.h>

#include "number.h"
#include "text.h"

#define PERIOD_MS 2000u /* of every pattern, so that all of them keep step */
#define SLOT_MS   100u  /* the shortest light or dark: seen by all, and met by any loop */
/* What is shown of progress: a slot of light, and a slot of dark. */
#define LEAST_PERCENT ((int32_t)(SLOT_MS * 100u / PERIOD_MS))
#define MOST_PERCENT  (100 - LEAST_PERCENT)

#define SUCCESS_MS 600000u

/* Half of the fade from dark to light, in steps of one sample. */
#define FADE_SAMPLES 8u
#define SAMPLE_MS    8u
#define FADE_MS      (FADE_SAMPLES * SAMPLE_MS / 2u)

struct look {
    uint32_t slots; /* the period in slots of 100 ms, the first one lowest: lit or not */
    struct pgtask_led_colour colour;
    uint8_t brightness; /* where a dimmable LED is lit */
};

/* Flashes begin 400 ms apart or more: 3 Hz is not reached. */
static struct look const looks[PGTASK_LED_STATES] = {
    [PGTASK_LED_OFF] = {0x00000, {0, 0, 0}, 0},                /* .................... */
    [PGTASK_LED_IDLE] = {0x00011, {0, 255, 0}, 96},            /* #...#............... */
    [PGTASK_LED_CONNECTING] = {0x07C1F, {255, 255, 255}, 255}, /* #####.....#####..... */
    [PGTASK_LED_SUCCESS] = {0xFFFFF, {0, 255, 0}, 255},        /* #################### */
    [PGTASK_LED_WAIT_SWITCH] = {0xFFFEE, {255, 255, 0}, 255},  /* .###.############### */
    [PGTASK_LED_RUNNING] = {0, {0, 255, 255}, 255},            /* its progress */
    [PGTASK_LED_STALE] = {0x00333, {255, 96, 0}, 255},         /* ##..##..##.......... */
    [PGTASK_LED_OPERATOR] = {0x00C7F, {255, 0, 255}, 255},     /* #######...##........ */
    [PGTASK_LED_FAILURE] = {0x33333, {255, 0, 0}, 255},        /* ##..##..##..##..##.. */
};

#define FAST_SLOTS 0x55555 /* #.#.#.#.#.#.#.#.#.#. */

static uint32_t phase_of(uint64_t now_ms)
{
    return (uint32_t)now_ms - (uint32_t)pgtaski_number_divide(now_ms, PERIOD_MS) * PERIOD_MS;
}

/* The light of progress ends with the period and begins the earlier the more there is: if more
 * comes in the middle of it, it only begins now, and never goes on a second time. */
static bool progress_lit(int32_t percent, uint32_t phase_ms)
{
    if (percent < LEAST_PERCENT) {
        percent = LEAST_PERCENT;
    } else if (percent > MOST_PERCENT) {
        percent = MOST_PERCENT;
    }
    return phase_ms / (PERIOD_MS / 100u) + (uint32_t)percent >= 100u;
}

static bool lit_at(struct pgtask_led_sign const *sign, uint32_t phase_ms)
{
    if (sign->state == PGTASK_LED_RUNNING) {
        return progress_lit(sign->progress_percent, phase_ms);
    }
    uint32_t const slots =
        sign->fast && sign->state == PGTASK_LED_FAILURE ? FAST_SLOTS : looks[sign->state].slots;
    return (slots >> (phase_ms / SLOT_MS) & 1u) != 0;
}

bool pgtask_led_lit(struct pgtask_led_sign const *sign, uint64_t now_ms)
{
    return lit_at(sign, phase_of(now_ms));
}

/* Half of a fade lies on either side of the edge: half the light or more is what on/off shows. */
uint8_t pgtask_led_brightness(struct pgtask_led_sign const *sign, uint64_t now_ms)
{
    uint32_t const begin_ms = phase_of(now_ms) + PERIOD_MS - FADE_MS + SAMPLE_MS / 2u;
    uint32_t lit = 0;

    for (uint32_t i = 0; i < FADE_SAMPLES; i++) {
        lit += lit_at(sign, (begin_ms + i * SAMPLE_MS) % PERIOD_MS) ? 1u : 0;
    }
    return (uint8_t)(looks[sign->state].brightness * lit / FADE_SAMPLES);
}

static uint8_t share(uint8_t whole, uint8_t brightness)
{
    return (uint8_t)((uint32_t)whole * brightness / UINT8_MAX);
}

struct pgtask_led_colour pgtask_led_colour(struct pgtask_led_sign const *sign, uint64_t now_ms)
{
    struct pgtask_led_colour const full = looks[sign->state].colour;
    uint8_t const brightness = pgtask_led_brightness(sign, now_ms);

    return (struct pgtask_led_colour){
        .red = share(full.red, brightness),
        .green = share(full.green, brightness),
        .blue = share(full.blue, brightness),
    };
}

/* Right across the counter's own end, too. */
static bool is_before(uint64_t time_ms, uint64_t other_ms)
{
    return time_ms - other_ms > UINT64_MAX / 2u;
}

/* The states of tasks stand in the order of their urgency. @return OFF for an empty place */
static uint32_t state_of_task(struct pgtask_watch_task const *task)
{
    uint32_t const urgency = pgtask_urgency(task);

    return urgency == 0 ? PGTASK_LED_OFF : PGTASK_LED_SUCCESS - 1 + urgency;
}

/* Whether what the task has to say has been said for long enough. */
static bool is_told(uint32_t state, uint64_t since_ms, struct pgtask_led_options const *options,
                    uint64_t now_ms)
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

/* What there is to say without any task. */
static enum pgtask_led_state state_of_watch(struct pgtask_watch const *watch)
{
    bool const is_sought = watch->config.task_id != 0 && watch->tasks[0].task_id == 0;

    if (watch->stale || (is_sought && watch->state == PGTASK_WATCH_ENDED)) {
        return PGTASK_LED_STALE;
    }
    return watch->answered && !is_sought ? PGTASK_LED_IDLE : PGTASK_LED_CONNECTING;
}

struct pgtask_led_sign pgtask_led_sign(struct pgtask_watch const *watch,
                                       struct pgtask_led_options const *options, uint64_t now_ms)
{
    uint32_t shown = PGTASK_LED_OFF;
    int8_t percent = PGTASK_PERCENT_UNKNOWN;

    if (watch->state != PGTASK_WATCH_CLOSED) {
        shown = state_of_watch(watch);
        for (uint32_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
            struct pgtask_watch_task const *const task = &watch->tasks[i];
            uint32_t const state = state_of_task(task);
            bool const is_nearer_begin =
                state == shown && state == PGTASK_LED_RUNNING && task->progress_percent < percent;

            if ((state > shown || is_nearer_begin) &&
                !is_told(state, task->status_since_ms, options, now_ms)) {
                shown = state;
                percent = task->progress_percent;
            }
        }
        if (watch->overflow_live && shown < PGTASK_LED_RUNNING) {
            shown = PGTASK_LED_RUNNING;
            percent = PGTASK_PERCENT_UNKNOWN;
        }
    }
    return (struct pgtask_led_sign){(enum pgtask_led_state)shown, percent,
                                    options != NULL && options->fast};
}

char const *pgtask_led_state_text(enum pgtask_led_state state)
{
    static char const texts[] = "off\0idle\0connecting\0success\0wait_switch\0running\0stale\0"
                                "operator\0failure\0";

    return pgtaski_text_at(texts, state < PGTASK_LED_STATES ? state : PGTASK_LED_STATES);
}
