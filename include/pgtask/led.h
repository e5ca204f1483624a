/* SPDX-License-Identifier: MIT */
/**
 * @file led.h
 * The visual language of a status LED: it turns what a watch knows, and the time, into light.
 *
 * Pure functions: nothing here touches hardware, keeps state or reads a clock. Call them as often
 * as you like; every 10 to 50 ms looks smooth. The README has the table and a picture.
 *
 * A loop that may take its time lights the LED itself:
 *
 * @code
 * struct pgtask_led_signal signal = pgtask_led_signal(&watch, NULL, now_ms);
 * gpio_write(LED, pgtask_led_is_lit(&signal, now_ms));
 * @endcode
 *
 * On a microcontroller, one computation of TLS can hold the loop for a second. There the loop only
 * stores the signal, and a timer's interrupt, or a task of an RTOS with a higher priority, lights
 * the LED:
 *
 * @code
 * static uint16_t volatile shown;                        // 0 is dark
 *
 * void loop_turn(void) {
 *     struct pgtask_led_signal signal = pgtask_led_signal(&watch, NULL, now_ms());
 *     shown = pgtask_led_pack(&signal);                  // one store
 * }
 *
 * void tick_handler(void) {                              // every 1 to 50 ms
 *     struct pgtask_led_signal signal = pgtask_led_unpack(shown);
 *     gpio_write(LED, pgtask_led_is_lit(&signal, now_ms()));
 * }
 * @endcode
 *
 * The handler calls nothing else of the library, and it does not feed the watchdog: it also runs
 * while the loop hangs. Then the LED blinks on until the watchdog resets the board.
 */
#ifndef PGTASK_LED_H
#define PGTASK_LED_H

#include <pgtask/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What the LED says, the most urgent last. */
enum pgtask_led_state {
    PGTASK_LED_OFF,         /**< dark: the watch is closed */
    PGTASK_LED_IDLE,        /**< heartbeat: all is well, and nothing runs */
    PGTASK_LED_CONNECTING,  /**< there was no answer yet, or none with the one task */
    PGTASK_LED_SUCCESS,     /**< the task has ended well */
    PGTASK_LED_WAIT_SWITCH, /**< the task waits for its switch */
    PGTASK_LED_RUNNING,     /**< the lit share of each 2 s is the progress */
    PGTASK_LED_STALE,       /**< there is no news, or the status is unknown: what was last shown may
                                 be wrong by now; also a task that has vanished or never appeared */
    PGTASK_LED_BLOCKED,     /**< it is not the network: come here. The last poll failed for a reason
                                 that asking again does not mend, such as a certificate, the key or
                                 a right that is missing; a program that has no settings shows it
                                 too. pgtask_failure_write() has the reason */
    PGTASK_LED_OPERATOR,    /**< Pause: the task needs an operator */
    PGTASK_LED_FAILURE,     /**< the task has failed: come here */
    PGTASK_LED_STATES
};

/** What the LED shows now. */
struct pgtask_led_signal {
    enum pgtask_led_state state;
    int8_t progress_percent; /**< for RUNNING: 0 to 100, or PGTASK_PERCENT_UNKNOWN */
    bool fast;               /**< as pgtask_led_options.fast */
};

/** How the tasks of a watch become a signal. All zero is the default. */
struct pgtask_led_options {
    uint32_t success_ms;      /**< how long the LED shows a success; 0: 600,000; UINT32_MAX: until
                                   it is acknowledged */
    uint64_t acknowledged_ms; /**< the LED no longer shows what ended, paused or vanished before
                                 this monotonic time; 0: nothing is acknowledged */
    bool fast; /**< FAILURE flashes at 5 Hz, for a small indicator. Otherwise no state
                    has more than 3 flashes in a second: more can cause seizures if
                    the light fills much of the view (WCAG 2.3.1) */
};

/** All patterns repeat after this time, milliseconds. */
#define PGTASK_LED_PERIOD_MS 2000u

/** A dimmable LED fades within this time, milliseconds, before and after an edge of the light. */
#define PGTASK_LED_FADE_MS 32u

/** Light of a colour LED, each colour 0 to 255. A bi-colour LED uses red and green. */
struct pgtask_led_colour {
    uint8_t red;
    uint8_t green;
    uint8_t blue;
};

/**
 * Chooses what to show. With several tasks, the LED shows the most urgent one: Fail, Pause,
 * blocked, stale, Running, WaitSwitch, Success, idle. With several running tasks, it shows the one
 * with the least progress. A live task that has no slot in the watch counts as running with unknown
 * progress.
 * @param options  may be NULL
 * @param now_ms   monotonic time of the client's port
 */
struct pgtask_led_signal pgtask_led_signal(struct pgtask_watch const *watch,
                                           struct pgtask_led_options const *options,
                                           uint64_t now_ms);

/**
 * Packs a signal into a word that every processor of 16 bits or more stores in one step. An
 * interrupt that reads the word sees the old signal or the new one, and never a mixture.
 * @return the word, for pgtask_led_unpack(); a word of 0 is a dark LED
 */
uint16_t pgtask_led_pack(struct pgtask_led_signal const *signal);

/**
 * Unpacks a word again, in an interrupt or in another task.
 * @param word  0, or what pgtask_led_pack() returned
 */
struct pgtask_led_signal pgtask_led_unpack(uint16_t word);

/**
 * Lights a plain on/off LED. A person who looks for 3 s, from any time on, can tell each state from
 * every other. Running is lit for at least 100 ms of its 2 s, and dark for at least 100 ms.
 * @return whether the LED is lit now
 */
bool pgtask_led_is_lit(struct pgtask_led_signal const *signal, uint64_t now_ms);

/**
 * Tells how long a plain LED stays as it is, for a program that sleeps until then, and for hardware
 * that draws the pattern by itself.
 * @return the first time after now_ms at which pgtask_led_is_lit() changes; UINT64_MAX: only
 *         another signal changes it
 */
uint64_t pgtask_led_next_edge_ms(struct pgtask_led_signal const *signal, uint64_t now_ms);

/**
 * Dims a dimmable LED. It fades between dark and light; while pgtask_led_is_lit() is true, it has
 * at least half of the brightness of the state.
 * @return the brightness now, 0 to 255 as the eye sees it: the duty is still to be computed
 */
uint8_t pgtask_led_brightness(struct pgtask_led_signal const *signal, uint64_t now_ms);

/**
 * Lights a colour LED. The pattern is that of pgtask_led_is_lit(), so that nobody needs to see the
 * colour.
 * @return the light now
 */
struct pgtask_led_colour pgtask_led_colour(struct pgtask_led_signal const *signal, uint64_t now_ms);

/** @return one lower-case word or two joined by '_', such as "wait_switch"; a constant */
char const *pgtask_led_state_text(enum pgtask_led_state state);

#ifdef __cplusplus
}
#endif

#endif
