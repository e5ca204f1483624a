/* SPDX-License-Identifier: MIT */
/* Finds the driver by its name, and turns a signal into what it shows now. */
#include "leds/led.h"

#include <stddef.h>
#include <string.h>

/* Whatever becomes of an LED is mended within 5 s. A loop that wakes for something else looks a
 * little earlier, so that looking needs no wake-up of its own. */
enum { LOOK_MS = 3000, LOOK_EARLY_MS = 2000, TRY_AGAIN_MS = 250 };

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
                          : "--led must be sysfs:NAME, gpio:CHIP/LINE, gpio:NAME or terminal";
}

char const *led_open(struct led *led, char const *text)
{
    char const *argument;
    struct led_driver const *const driver = find(text, &argument);
    char const *wrong = led_check(text);

    if (wrong == NULL) {
        *led = (struct led){.rhythm = PATTERN_BY_EDGE};
        wrong = driver->open(led, argument);
        led->driver = wrong == NULL ? driver : NULL;
    }
    return wrong;
}

bool led_is_same_signal(struct pgtask_led_signal const *one, struct pgtask_led_signal const *other)
{
    return one->state == other->state && one->progress_percent == other->progress_percent &&
           one->fast == other->fast;
}

bool led_is_due(struct led const *led, struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    return now_ms >= led->due_ms || !led_is_same_signal(signal, &led->signal);
}

bool led_show(struct led *led, struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    struct led_frame const frame = {
        .signal = *signal,
        .at_ms = now_ms,
        .is_lit = pgtask_led_is_lit(signal, now_ms),
        .brightness = pgtask_led_brightness(signal, now_ms),
        .colour = pgtask_led_colour(signal, now_ms),
    };

    bool const is_set = led->driver->show(led, &frame);

    led->signal = *signal;
    led->due_ms = is_set ? pattern_next_ms(led->rhythm, signal, now_ms) : now_ms + TRY_AGAIN_MS;
    return is_set;
}

char const *led_look(struct led *led, uint64_t now_ms)
{
    if (led->driver->look == NULL || now_ms - led->looked_ms < LOOK_EARLY_MS) {
        return NULL;
    }
    led->looked_ms = now_ms;
    return led->driver->look(led);
}

uint64_t led_next_ms(struct led const *led)
{
    uint64_t const look_ms = led->driver->look != NULL ? led->looked_ms + LOOK_MS : UINT64_MAX;

    return led->due_ms < look_ms ? led->due_ms : look_ms;
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
