/* SPDX-License-Identifier: MIT */
/**
 * @file leds/led.h
 * An LED, and the drivers that light it: `sysfs:NAME`, `gpio:LINE`, `terminal`, `trace:PATH`.
 */
#ifndef CLI_LED_DRIVER_H
#define CLI_LED_DRIVER_H

#include "leds/found.h"
#include "leds/pattern.h"

/** What an LED of each kind shows now. */
struct led_frame {
    struct pgtask_led_signal signal;
    uint64_t at_ms; /**< now, monotonic */
    bool is_lit;
    uint8_t brightness; /**< as the eye sees it, 0 to 255 */
    struct pgtask_led_colour colour;
};

#define LED_CHANNELS      8
#define LED_TRIGGER_BYTES 64

/** Who draws the pattern of a signal. */
enum led_drawer { LED_DRAWN_HERE, LED_DRAWN_BY_TIMER, LED_DRAWN_BY_PATTERN };

/** An LED in /sys/class/leds. */
struct led_sysfs {
    char directory[ATTRIBUTE_PATH_BYTES];
    struct found found;
    int descriptor; /**< of its brightness, or -1 while there is no such LED */
    uint32_t max_brightness;
    bool has_trigger;
    bool has_pattern; /**< the kernel has this trigger, and it did not fail */
    bool has_timer;
    bool has_colours;            /**< at least red and green */
    uint32_t channel_count;      /**< 0: one colour */
    char channels[LED_CHANNELS]; /**< 'r', 'g', 'b', 'w': other colours, '-': stays dark */
    enum led_drawer drawer;
    bool is_drawn; /**< `drawn` is shown */
    struct pgtask_led_signal drawn;
    char shown[PATTERN_BYTES]; /**< the light, the pattern or the times; "": write it anew */
    char const *note;          /**< what to tell once, a clause; NULL: nothing */
};

/** A line of a GPIO chip. */
struct led_gpio {
    char const *argument; /**< which names the line */
    int descriptor;       /**< of the line, or -1 */
    bool is_known;        /**< whether `was_lit` is what the LED shows */
    bool was_lit;
};

/** A lamp drawn on a terminal; elsewhere, one line for each change. */
struct led_terminal {
    bool can_draw;
    bool is_drawn;
    unsigned drawn_columns; /**< of the line with the lamp */
    struct led_frame shown;
};

/** Each frame as a line of a file. */
struct led_trace {
    int descriptor;
    int schedule; /**< descriptor of the kernel's account of this process, or -1 */
};

struct led;

/** A driver. `argument` is what follows the colon of `--led`, "" if nothing does. */
struct led_driver {
    char const *name;
    /** @return NULL, or what is wrong with the argument, as a clause */
    char const *(*check)(char const *argument);
    /** @return NULL, or what is wrong, as a clause */
    char const *(*open)(struct led *led, char const *argument);
    /** Sets the LED, and its rhythm if that has changed. @return false if it could not be set */
    bool (*show)(struct led *led, struct led_frame const *frame);
    /** As led_look(). May be NULL. */
    char const *(*look)(struct led *led);
    /** Removes the LED from the terminal before another line. May be NULL. */
    void (*step_aside)(struct led *led);
    void (*close)(struct led *led);
};

extern struct led_driver const led_driver_sysfs;
extern struct led_driver const led_driver_gpio;
extern struct led_driver const led_driver_terminal;
extern struct led_driver const led_driver_trace;

/** An LED. The caller places it, all zero. */
struct led {
    struct led_driver const *driver; /**< NULL while it is not open */
    enum pattern_rhythm rhythm;
    struct pgtask_led_signal signal; /**< shown last */
    uint64_t due_ms;                 /**< when it has to be set again while the signal stays */
    uint64_t looked_ms;
    union {
        struct led_sysfs sysfs;
        struct led_gpio gpio;
        struct led_terminal terminal;
        struct led_trace trace;
    } of;
};

/** @return NULL if `text` names a driver and its argument is good, else what is wrong, as a clause
 */
char const *led_check(char const *text);

/** Opens the LED that `text`, such as `sysfs:green:status`, names. The text stays.
 *  @return as led_check() */
char const *led_open(struct led *led, char const *text);

/** @return whether the LED has to be set now: for another signal, for its pattern, or because it
 *          could not be set before */
bool led_is_due(struct led const *led, struct pgtask_led_signal const *signal, uint64_t now_ms);

/** Shows a signal as it is at that time. @return false if the LED could not be set */
bool led_show(struct led *led, struct pgtask_led_signal const *signal, uint64_t now_ms);

/**
 * Looks whether the LED still is as it was set, once in a while: other programs, drivers and plugs
 * change it. It is due then.
 * @return what has changed, as a clause; NULL if nothing has, or if it was looked at lately
 */
char const *led_look(struct led *led, uint64_t now_ms);

/** @return the time by which led_look() or led_show() has something to do */
uint64_t led_next_ms(struct led const *led);

/** @return whether both look alike */
bool led_is_same_signal(struct pgtask_led_signal const *one, struct pgtask_led_signal const *other);

/** Removes the LED from the terminal. Call it before each other line. */
void led_step_aside(struct led *led);

/** Restores what was found. Harmless twice. */
void led_close(struct led *led);

#endif
