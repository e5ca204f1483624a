/* SPDX-License-Identifier: MIT */
/* Finds the driver by its name, and turns a signal into what it shows now. */
#include "leds/led.h"

#include <stddef.h>
#include <string.h>

static struct led_driver const *const drivers[] = {&led_driver_sysfs, &led_driver_gpio,
                                                   &led_driver_terminal, &led_driver_trace};

/* @param argument  set to what follows the colon */
static struct led_driver const *find(char const *text, char const **argument)
{
    size_t const length = strcspn(text, ":");

    *argument = text[length] == ':' ? text + length + 1 : "";
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
        if (strlen(drivers[i]->name) == length && memcmp(drivers[i]->name, text, length) == 0) {
            return drivers[i];
        }
    }
    return NULL;
}

char const *led_check(char const *text)
{
    char const *argument;
    struct led_driver const *const driver = find(text, &argument);

    return driver != NULL ? driver->check(argument)
                          : "--led must be sysfs:NAME, gpio:CHIP/LINE or terminal";
}

char const *led_open(struct led *led, char const *text)
{
    char const *argument;
    struct led_driver const *const driver = find(text, &argument);
    char const *wrong = led_check(text);

    if (wrong == NULL) {
        wrong = driver->open(led, argument);
        led->driver = wrong == NULL ? driver : NULL;
    }
    return wrong;
}

bool led_show(struct led *led, struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    struct led_frame const frame = {
        .signal = *signal,
        .is_lit = pgtask_led_is_lit(signal, now_ms),
        .brightness = pgtask_led_brightness(signal, now_ms),
        .colour = pgtask_led_colour(signal, now_ms),
    };

    return led->driver->show(led, &frame);
}

void led_step_aside(struct led *led)
{
    if (led->driver != NULL && led->driver->step_aside != NULL) {
        led->driver->step_aside(led);
    }
}

void led_close(struct led *led)
{
    if (led->driver != NULL) {
        led->driver->close(led);
        led->driver = NULL;
    }
}
