/* SPDX-License-Identifier: MIT */
/**
 * @file leds/led.h
 * An LED, and the drivers that light it: `sysfs:NAME`, `gpio:CHIP/LINE`, `terminal`, `trace:PATH`.
 */
#ifndef CLI_LED_DRIVER_H
#define CLI_LED_DRIVER_H

#include <pgtask/led.h>

/** What an LED of each kind shows now. */
struct led_frame {
    struct pgtask_led_signal signal;
    bool is_lit;
    uint8_t brightness; /**< as the eye sees it, 0 to 255 */
    struct pgtask_led_colour colour;
};

#define LED_PATH_BYTES     256
#define LED_TEXT_BYTES     512
#define LED_ATTRIBUTES     8
#define LED_CHANNELS       8
#define LED_CHANNELS_BYTES 96

/** A file of an LED whose text is restored at the end. */
struct led_saved {
    bool was_found;
    char text[64];
};

/** An LED in /sys/class/leds. */
struct led_sysfs {
    char directory[LED_PATH_BYTES];
    char trigger[64]; /**< the trigger that was chosen; "" if the LED has none */
    char found_intensity[LED_CHANNELS_BYTES];
    struct led_saved brightness;
    struct led_saved attributes[LED_ATTRIBUTES]; /**< settings of the trigger */
    uint32_t max_brightness;
    char channels[LED_CHANNELS]; /**< 'r', 'g' or 'b'; '-' for a channel that stays dark */
    uint32_t channel_count;      /**< 0: one colour */
    int descriptor;              /**< of the file that is written for each frame, or -1 */
    char shown[LED_CHANNELS_BYTES];
};

/** A line of a GPIO chip. */
struct led_gpio {
    int descriptor; /**< of the line, or -1 */
    bool is_known;  /**< whether `was_lit` is what the LED shows */
    bool was_lit;
};

/** A lamp drawn on a terminal; without a terminal, one line for each change. */
struct led_terminal {
    bool is_terminal;
    bool is_drawn;
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
    /** @return false if the LED could not be set */
    bool (*show)(struct led *led, struct led_frame const *frame);
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

/** Opens the LED that `text`, such as `sysfs:green:status`, names. @return as led_check() */
char const *led_open(struct led *led, char const *text);

/** Shows a signal as it is at that time. @return false if the LED could not be set */
bool led_show(struct led *led, struct pgtask_led_signal const *signal, uint64_t now_ms);

/** Removes the LED from the terminal. Call it before each other line. */
void led_step_aside(struct led *led);

/** Restores what was found. Harmless twice. */
void led_close(struct led *led);

#endif
