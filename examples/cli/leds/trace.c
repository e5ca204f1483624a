/* SPDX-License-Identifier: MIT */
/* For measurements: what the LED would show, and when. */
#include "leds/led.h"

#include "base/text.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char const *check(char const *argument)
{
    return argument[0] != '\0' ? NULL : "--led must be trace:PATH";
}

static char const *open_trace(struct led *led, char const *argument)
{
    led->of.trace.descriptor = open(argument, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return led->of.trace.descriptor >= 0
               ? NULL
               : "its file cannot be written; check the path, and who may write there";
}

static uint64_t monotonic_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static void add(char *line, char const *word)
{
    strcat(line, word);
    strcat(line, " ");
}

static void add_number(char *line, uint64_t number)
{
    char digits[TEXT_DECIMAL_BYTES];

    add(line, text_from_uint64(digits, number));
}

/* MONOTONIC_US STATE PROGRESS LIT BRIGHTNESS */
static bool show(struct led *led, struct led_frame const *frame)
{
    int8_t const percent = frame->sign.progress_percent;
    char line[128] = "";

    add_number(line, monotonic_us());
    add(line, pgtask_led_state_text(frame->sign.state));
    add_number(line, percent > 0 ? (uint64_t)percent : 0);
    add(line, frame->lit ? "1" : "0");
    add_number(line, frame->brightness);
    line[strlen(line) - 1] = '\n';
    return write(led->of.trace.descriptor, line, strlen(line)) == (ssize_t)strlen(line);
}

static void close_trace(struct led *led)
{
    (void)close(led->of.trace.descriptor);
}

struct led_driver const led_driver_trace = {
    .name = "trace", .check = check, .open = open_trace, .show = show, .close = close_trace};
