/* SPDX-License-Identifier: MIT */
/** @file leds/led.h The ways to light an LED: `sysfs:NAME`, `gpio:CHIP/LINE`, `terminal`. */
#ifndef CLI_LED_DRIVER_H
#define CLI_LED_DRIVER_H

#include <pgtask/led.h>

/** What to show now, for every kind of LED. */
struct led_frame {
    struct pgtask_led_signal sign;
    bool lit;
    uint8_t brightness; /**< as the eye sees it, 0 to 255 */
    struct pgtask_led_colour colour;
};

#define LED_PATH_BYTES     256
#define LED_TEXT_BYTES     512
#define LED_ATTRIBUTES     8
#define LED_CHANNELS       8
#define LED_CHANNELS_BYTES 96

/** A file of an LED whose text is put back at the end. */
struct led_saved {
    bool found;
    char text[64];
};

/** An LED of the kernel's. */
struct led_sysfs {
    char directory[LED_PATH_BYTES];
    char trigger[64]; /**< that was chosen; "" where the LED has none */
    char found_intensity[LED_CHANNELS_BYTES];
    struct led_saved brightness;
    struct led_saved attributes[LED_ATTRIBUTES]; /**< of the trigger's */
    uint32_t max_brightness;
    char channels[LED_CHANNELS]; /**< 'r', 'g', 'b', or another letter for what stays dark */
    uint32_t channel_count;      /**< 0: one colour */
    int descriptor;              /**< of what is written for each frame, or -1 */
    char shown[LED_CHANNELS_BYTES];
};

/** A line of a GPIO chip. */
struct led_gpio {
    int descriptor; /**< of the line, or -1 */
    bool known;     /**< what is shown */
    bool shown;
};

/** A lamp drawn in a terminal; without one, a line for each change. */
struct led_terminal {
    bool is_terminal;
    bool drawn;
    struct led_frame shown;
};

/** Each frame as a line of a file. */
struct led_trace {
    int descriptor;
};

struct led;

/** One way. `argument` is what follows the colon of `--led`, "" if nothing does. */
struct led_driver {
    char const *name;
    /** @return NULL, or what is wrong with the argument, as a clause */
    char const *(*check)(char const *argument);
    /** @return NULL, or what is wrong, as a clause */
    char const *(*open)(struct led *led, char const *argument);
    /** @return false if the LED could not be set */
    bool (*show)(struct led *led, struct led_frame const *frame);
    /** Makes room for a line on the terminal. May be NULL. */
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
    union {
        struct led_sysfs sysfs;
        struct led_gpio gpio;
        struct led_terminal terminal;
        struct led_trace trace;
    } of;
};

/** @return NULL if `text` names a way to light an LED, else what is wrong, as a clause */
char const *led_check(char const *text);

/** Opens the LED that `text`, such as `sysfs:green:status`, names. @return as led_check() */
char const *led_open(struct led *led, char const *text);

/** Shows what a sign says now. @return false if the LED could not be set */
bool led_show(struct led *led, struct pgtask_led_signal const *sign, uint64_t now_ms);

/** Before another line goes to the terminal. */
void led_step_aside(struct led *led);

/** Puts back what was found. Harmless twice. */
void led_close(struct led *led);

#endif
