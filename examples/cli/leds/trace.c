/* SPDX-License-Identifier: MIT */
/*
 * For measurements: a line every 20 ms, `MONOTONIC_US STATE PROGRESS LIT BRIGHTNESS DELAY_US`.
 *
 * DELAY_US counts how long the program had to wait for a processor so far, in which other programs
 * ran. Without it, the time between two updates is what the program itself has caused, by computing
 * or by waiting for something.
 */
#include "leds/led.h"

#include "base/file.h"
#include "base/text.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* How long a process has run and has waited for a processor, in nanoseconds. */
#define SCHEDULE_PATH "/proc/self/schedstat"

static char const *check(char const *argument)
{
    return argument[0] != '\0' ? NULL : "--led must be trace:PATH";
}

static char const *open_trace(struct led *led, char const *argument)
{
    int const descriptor = file_open(argument, O_WRONLY | O_CREAT | O_NOFOLLOW, 0644);

    led->of.trace.descriptor = descriptor;
    led->rhythm = PATTERN_BY_TICK;
    if (descriptor == FILE_NOT_REGULAR) {
        return FILE_MUST_BE_REGULAR;
    }
    if (descriptor >= 0 && ftruncate(descriptor, 0) != 0) {
        return "its file cannot be emptied";
    }
    led->of.trace.schedule = open(SCHEDULE_PATH, O_RDONLY | O_CLOEXEC);
    return descriptor >= 0 ? NULL
                           : "its file cannot be written; check the path and its permissions";
}

static uint64_t monotonic_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* The second number of the file; 0 without the file. */
static uint64_t delay_us(int schedule)
{
    char text[64];
    ssize_t const length = pread(schedule, text, sizeof text - 1, 0);
    char const *at;
    uint64_t ns = 0;

    text[length > 0 ? length : 0] = '\0';
    at = strchr(text, ' ');
    if (at != NULL) {
        for (at++; *at >= '0' && *at <= '9'; at++) {
            ns = ns * 10 + (uint64_t)(*at - '0');
        }
    }
    return ns / 1000u;
}

/* A moment and the delay until then. A delay between the two readings would belong to neither. */
static uint64_t read_clocks(int schedule, uint64_t *delay)
{
    uint64_t now;
    uint64_t before;
    int tries = 10;

    do {
        before = delay_us(schedule);
        now = monotonic_us();
        *delay = delay_us(schedule);
    } while (*delay != before && --tries > 0);
    return now;
}

static bool show(struct led *led, struct led_frame const *frame)
{
    int8_t const percent = frame->signal.progress_percent;
    char line[128];
    uint64_t delay;
    uint64_t const now = read_clocks(led->of.trace.schedule, &delay);

    (void)text_print(
        line, sizeof line, "%ju %s %u %u %u %ju\n", now, pgtask_led_state_text(frame->signal.state),
        percent > 0 ? (unsigned)percent : 0u, frame->is_lit ? 1u : 0u, frame->brightness, delay);
    return write(led->of.trace.descriptor, line, strlen(line)) == (ssize_t)strlen(line);
}

static void close_trace(struct led *led)
{
    (void)close(led->of.trace.descriptor);
    (void)close(led->of.trace.schedule);
}

struct led_driver const led_driver_trace = {
    .name = "trace", .check = check, .open = open_trace, .show = show, .close = close_trace};
