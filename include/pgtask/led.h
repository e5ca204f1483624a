/* SPDX-License-Identifier: MIT */
/**
 * @file led.h
 * The visual language of a status LED: what is known, and the time, to light.
 *
 * Pure functions: nothing here touches hardware, keeps state or reads a clock. Call them as often
 * as you like, every 10 to 50 ms looks smooth. The README has the table and a picture.
 *
 * @code
 * struct pgtask_led_sign sign = pgtask_led_sign(&watch, NULL, now_ms);
 * gpio_write(LED, pgtask_led_lit(&sign, now_ms));
 * @endcode
 */
#ifndef PGTASK_LED_H
#define PGTASK_LED_H

#include <pgtask/watch.h>

/** What the LED says, the most urgent last. */
enum pgtask_led_state {
    PGTASK_LED_OFF,         /**< nothing at all: not started */
    PGTASK_LED_IDLE,        /**< heartbeat: all is well, nothing runs */
    PGTASK_LED_CONNECTING,  /**< no answer yet since the start, or not yet of the one task sought */
    PGTASK_LED_SUCCESS,     /**< the task has ended well */
    PGTASK_LED_WAIT_SWITCH, /**< waits for its switch */
    PGTASK_LED_RUNNING,     /**< the lit share of each 2 s is the progress */
    PGTASK_LED_STALE,       /**< no news, or none that is understood: what was last shown may be
                                 wrong by now; also a task that has vanished or never appeared */
    PGTASK_LED_OPERATOR,    /**< Pause: needs an operator */
    PGTASK_LED_FAILURE,     /**< the task has failed: come here */
    PGTASK_LED_STATES
};

/** What is to be shown. */
struct pgtask_led_sign {
    enum pgtask_led_state state;
    int8_t progress_percent; /**< for RUNNING: 0 to 100, or PGTASK_PERCENT_UNKNOWN */
    bool fast;               /**< as pgtask_led_options.fast */
};

/** How the watch's tasks become a sign. All zero is the default. */
struct pgtask_led_options {
    uint32_t success_ms;      /**< how long success is shown; 0: 600,000; UINT32_MAX: until
                                   acknowledged */
    uint64_t acknowledged_ms; /**< what ended, paused or vanished before this monotonic time is
                                 shown no more; 0: none */
    bool fast;                /**< FAILURE at 5 Hz, for a small indicator. Otherwise no state begins
                                   more than 3 flashes in any second: more can bring on seizures
                                   where the light fills much of the view (WCAG 2.3.1) */
};

/** Light of a colour LED, each 0 to 255. A bi-colour LED uses red and green. */
struct pgtask_led_colour {
    uint8_t red;
    uint8_t green;
    uint8_t blue;
};

/**
 * Of several tasks the most urgent wins: Fail, Pause, stale, Running, WaitSwitch, Success, idle; of
 * several that run the one with the least progress. A task that goes on without a place in the
 * watch shows as running, with unknown progress, where nothing more urgent is to be shown.
 * @param options  may be NULL
 * @param now_ms   monotonic, as the watch's client's port
 */
struct pgtask_led_sign pgtask_led_sign(struct pgtask_watch const *watch,
                                       struct pgtask_led_options const *options, uint64_t now_ms);

/**
 * A state can be told from any other by looking for 3 s, whenever one begins. Running is never
 * quite dark nor steady: it is lit for at least 100 ms of its 2 s, and dark for as long.
 * @return whether a plain on/off LED is lit now
 */
bool pgtask_led_lit(struct pgtask_led_sign const *sign, uint64_t now_ms);

/**
 * @return the brightness of a dimmable LED now, 0 to 255 as the eye sees it (not yet the duty). It
 *         fades; half of the state's brightness or more is where pgtask_led_lit() says true
 */
uint8_t pgtask_led_brightness(struct pgtask_led_sign const *sign, uint64_t now_ms);

/** @return the light of a colour LED now; shape as pgtask_led_lit(), never by colour alone */
struct pgtask_led_colour pgtask_led_colour(struct pgtask_led_sign const *sign, uint64_t now_ms);

/** @return one lower-case word or two joined by '_', such as "wait_switch"; a constant */
char const *pgtask_led_state_text(enum pgtask_led_state state);

#endif
