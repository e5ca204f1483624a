/* SPDX-License-Identifier: MIT */
/* For measurements: a line for each update, `MONOTONIC_US STATE PROGRESS LIT BRIGHTNESS`. */
#include "leds/led.h"

#include "base/file.h"
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
    int const descriptor = file_open(argument, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    led->of.trace.descriptor = descriptor;
    if (descriptor == FILE_NOT_REGULAR) {
        return FILE_MUST_BE_REGULAR;
    }
    return descriptor >= 0 ? NULL
                           : "its file cannot be written; check the path and its permissions";
}

static uint64_t monotonic_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static bool show(struct led *led, struct led_frame const *frame)
{
    int8_t const percent = frame->signal.progress_percent;
    char line[128];

    (void)text_print(line, sizeof line, "%ju %s %u %u %u\n", monotonic_us(),
                     pgtask_led_state_text(frame->signal.state),
                     percent > 0 ? (unsigned)percent : 0u, frame->is_lit ? 1u : 0u,
                     frame->brightness);
    return write(led->of.trace.descriptor, line, strlen(line)) == (ssize_t)strlen(line);
}

static void close_trace(struct led *led)
{
    (void)close(led->of.trace.descriptor);
}

struct led_driver const led_driver_trace = {
    .name = "trace", .check = check, .open = open_trace, .show = show, .close = close_trace};
