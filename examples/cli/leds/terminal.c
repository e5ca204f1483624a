/* SPDX-License-Identifier: MIT */
/* A lamp on standard output: two drawings side by side, one as a plain LED, one in colour. A reader
 * that takes nothing does not hold the lamp: it is set again once there is room. The lamp counts as
 * set once the system has taken its text. */
#include "leds/led.h"

#include "base/writer.h"

#include <unistd.h>

static char const *check(char const *argument)
{
    return argument[0] == '\0' ? NULL : "--led terminal takes nothing after it";
}

static char const *open_terminal(struct led *led, char const *argument)
{
    (void)argument;
    writer_never_wait(&writer_out);
    led->of.terminal = (struct led_terminal){.is_terminal = isatty(STDOUT_FILENO) == 1};
    led->rhythm = led->of.terminal.is_terminal ? PATTERN_BY_FADE : PATTERN_BY_SIGNAL;
    return NULL;
}

static void write_state(struct led_frame const *frame)
{
    writer_print(&writer_out, "%s",
                 writer_text(&writer_out, pgtask_led_state_text(frame->signal.state)));
    if (frame->signal.state == PGTASK_LED_RUNNING && frame->signal.progress_percent >= 0) {
        writer_print(&writer_out, " %u %%", (unsigned)frame->signal.progress_percent);
    }
}

static void draw(struct led_frame const *frame)
{
    writer_print(&writer_out, "\r\033[K %s ", frame->is_lit ? "\xE2\x97\x8F" : "\xE2\x97\x8B");
    writer_print(&writer_out, "\033[48;2;%u;%u;%um    \033[0m ", frame->colour.red,
                 frame->colour.green, frame->colour.blue);
    write_state(frame);
}

static bool is_same(struct led_frame const *one, struct led_frame const *other)
{
    return led_is_same_signal(&one->signal, &other->signal) && one->is_lit == other->is_lit &&
           one->brightness == other->brightness;
}

static bool show(struct led *led, struct led_frame const *frame)
{
    struct led_terminal *const terminal = &led->of.terminal;
    bool const is_shown = terminal->is_terminal
                              ? is_same(&terminal->shown, frame)
                              : led_is_same_signal(&terminal->shown.signal, &frame->signal);

    (void)writer_take_lost(&writer_out);
    if (terminal->is_drawn && is_shown) {
        return !writer_is_behind(&writer_out);
    }
    writer_begin(&writer_out);
    if (terminal->is_terminal) {
        draw(frame);
    } else {
        writer_print(&writer_out, "led: ");
        write_state(frame);
        writer_print(&writer_out, "\n");
    }
    terminal->shown = *frame;
    terminal->is_drawn = writer_end(&writer_out);
    return !writer_is_behind(&writer_out);
}

static void step_aside(struct led *led)
{
    struct led_terminal *const terminal = &led->of.terminal;

    if (terminal->is_terminal && terminal->is_drawn) {
        writer_begin(&writer_out);
        writer_print(&writer_out, "\r\033[K");
        (void)writer_end(&writer_out);
        terminal->is_drawn = false;
        led->due_ms = 0;
    }
}

struct led_driver const led_driver_terminal = {.name = "terminal",
                                               .check = check,
                                               .open = open_terminal,
                                               .show = show,
                                               .step_aside = step_aside,
                                               .close = step_aside};
