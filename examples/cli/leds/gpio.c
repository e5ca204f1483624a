/* SPDX-License-Identifier: MIT */
/* A GPIO line: no other program can change it while this one holds it, but its chip can go away. */
#include "leds/led.h"

#include "leds/gpio_line.h"

#include <errno.h>
#include <unistd.h>

static char const *check(char const *argument)
{
    struct gpio_line line;

    return gpio_line_read(&line, argument);
}

static char const *request_line(struct led_gpio *gpio)
{
    struct gpio_line line;
    char const *wrong = gpio_line_read(&line, gpio->argument);

    if (wrong == NULL) {
        wrong = gpio_line_open(&line, &gpio->descriptor);
    }
    if (wrong != NULL) {
        gpio->descriptor = -1;
    }
    return wrong;
}

static char const *open_line(struct led *led, char const *argument)
{
    led->of.gpio = (struct led_gpio){.argument = argument, .descriptor = -1};
    return request_line(&led->of.gpio);
}

static bool write_line(struct led_gpio *gpio, bool lit)
{
    gpio->was_lit = lit;
    gpio->is_known = gpio_line_write(gpio->descriptor, lit);
    return gpio->is_known;
}

static void release(struct led_gpio *gpio)
{
    if (gpio->descriptor >= 0) {
        (void)close(gpio->descriptor);
        gpio->descriptor = -1;
    }
}

/* The kernel says ENODEV once the chip is gone: the line is asked for anew. */
static bool set(struct led_gpio *gpio, bool lit)
{
    if (gpio->descriptor >= 0 && (write_line(gpio, lit) || errno != ENODEV)) {
        return gpio->is_known;
    }
    release(gpio);
    return request_line(gpio) == NULL && write_line(gpio, lit);
}

static bool show(struct led *led, struct led_frame const *frame)
{
    struct led_gpio *const gpio = &led->of.gpio;

    return (gpio->is_known && gpio->was_lit == frame->is_lit) || set(gpio, frame->is_lit);
}

/* A steady line is set again, since only that tells whether its chip is still there. */
static char const *look(struct led *led)
{
    led->of.gpio.is_known = false;
    led->due_ms = 0;
    return NULL;
}

/* The kernel does not say what a line was before: it is left dark. */
static void close_line(struct led *led)
{
    (void)write_line(&led->of.gpio, false);
    release(&led->of.gpio);
}

struct led_driver const led_driver_gpio = {.name = "gpio",
                                           .check = check,
                                           .open = open_line,
                                           .show = show,
                                           .look = look,
                                           .close = close_line};
