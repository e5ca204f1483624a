/* SPDX-License-Identifier: MIT */
/* A lamp on standard output: two drawings side by side, one as a plain LED, one in colour. A reader
 * that takes nothing does not hold the lamp: it is set again once there is room. The lamp counts as
 * set once the system has taken its text. */
#include "leds/led.h"

#include "base/character.h"
#include "base/terminal.h"
#include "base/text.h"
#include "base/writer.h"
#include "leds/log.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATE_BYTES = 32 };

static char const *check(char const *argument)
{
    return argument[0] == '\0' ? NULL : "--led terminal takes nothing after it";
}

/* @return whether both are on the same terminal */
static bool is_log_on_screen(void)
{
    struct stat screen;
    struct stat log;

    return isatty(STDERR_FILENO) == 1 && fstat(STDOUT_FILENO, &screen) == 0 &&
           fstat(STDERR_FILENO, &log) == 0 && screen.st_rdev == log.st_rdev;
}

static char const *open_terminal(struct led *led, char const *argument)
{
    (void)argument;
    writer_never_wait(&writer_out);
    led->of.terminal = (struct led_terminal){.can_draw = terminal_can_draw()};
    led->rhythm = led->of.terminal.can_draw ? PATTERN_BY_FADE : PATTERN_BY_SIGNAL;
    log_keep(led->of.terminal.can_draw && is_log_on_screen());
    return NULL;
}

static char const *write_state(char text[STATE_BYTES], struct led_frame const *frame)
{
    (void)text_print(text, STATE_BYTES, "%s",
                     writer_text(&writer_out, pgtask_led_state_text(frame->signal.state)));
    if (frame->signal.state == PGTASK_LED_RUNNING && frame->signal.progress_percent >= 0) {
        (void)text_append(text, STATE_BYTES, " %u %%", (unsigned)frame->signal.progress_percent);
    }
    return text;
}

/* Writes as much of the text as fits. @return the columns that it takes, with wide characters
 *         counted as wide */
static unsigned write_cut(char const *text, unsigned room)
{
    unsigned used = 0;

    while (*text != '\0') {
        uint32_t character;
        (void)character_read(text, &character);
        used += character_columns(character, 2);
        if (used > room) {
            return room;
        }
        text += writer_character(&writer_out, text).bytes;
    }
    return used;
}

/* Moves to the first column of the lamp. A terminal that has become narrower shows its line on
 * several rows. */
static void go_back(struct led_terminal const *terminal, unsigned columns)
{
    unsigned const drawn = terminal->drawn_columns;
    unsigned const above = drawn > columns ? (drawn - 1) / columns : 0;

    writer_print(&writer_out, "\r");
    if (above > 0) {
        writer_print(&writer_out, "\033[%uA", above);
    }
    writer_print(&writer_out, above > 0 ? "\033[J" : "\033[K");
}

/* @return the columns that are left of the line; the last one stays free */
static unsigned room_in(struct led_terminal const *terminal, unsigned columns)
{
    return terminal->drawn_columns + 1 < columns ? columns - 1 - terminal->drawn_columns : 0;
}

/* Draws the lamp, what it says, and the last line of the log if that has no other place. */
static void draw(struct led_terminal *terminal, struct led_frame const *frame)
{
    bool const is_utf8 = terminal_shows_utf8();
    char const *const lamp = is_utf8         ? frame->is_lit ? "\xE2\x97\x8F" : "\xE2\x97\x8B"
                             : frame->is_lit ? "(*)"
                                             : "( )";
    unsigned const lamp_columns = is_utf8 ? 4 : 5; /* with a blank on each side */
    char state[STATE_BYTES];
    unsigned columns;
    unsigned rows;

    terminal_measure(&columns, &rows);
    go_back(terminal, columns);
    writer_print(&writer_out, " ");
    writer_bytes(&writer_out, lamp, strlen(lamp));
    writer_print(&writer_out, " ");
    terminal->drawn_columns = lamp_columns;
    if (terminal_has_colour()) {
        writer_print(&writer_out, "\033[48;2;%u;%u;%um    \033[0m ", frame->colour.red,
                     frame->colour.green, frame->colour.blue);
        terminal->drawn_columns += 5;
    }
    terminal->drawn_columns += write_cut(write_state(state, frame), room_in(terminal, columns));
    if (log_last()[0] != '\0') {
        terminal->drawn_columns += write_cut("  ", room_in(terminal, columns));
        terminal->drawn_columns += write_cut(log_last(), room_in(terminal, columns));
    }
}

static bool is_same(struct led_frame const *one, struct led_frame const *other)
{
    return led_is_same_signal(&one->signal, &other->signal) && one->is_lit == other->is_lit &&
           one->brightness == other->brightness;
}

static bool show(struct led *led, struct led_frame const *frame)
{
    struct led_terminal *const terminal = &led->of.terminal;
    char state[STATE_BYTES];
    bool const is_shown = terminal->can_draw
                              ? is_same(&terminal->shown, frame)
                              : led_is_same_signal(&terminal->shown.signal, &frame->signal);

    (void)writer_take_lost(&writer_out);
    if (terminal->is_drawn && is_shown) {
        return !writer_is_behind(&writer_out);
    }
    writer_begin(&writer_out);
    if (terminal->can_draw) {
        draw(terminal, frame);
    } else {
        writer_print(&writer_out, "led: %s\n", write_state(state, frame));
    }
    terminal->shown = *frame;
    terminal->is_drawn = writer_end(&writer_out);
    return !writer_is_behind(&writer_out);
}

static void step_aside(struct led *led)
{
    struct led_terminal *const terminal = &led->of.terminal;
    unsigned columns;
    unsigned rows;

    if (terminal->can_draw && terminal->is_drawn) {
        terminal_measure(&columns, &rows);
        writer_begin(&writer_out);
        go_back(terminal, columns);
        (void)writer_end(&writer_out);
        terminal->is_drawn = false;
        terminal->drawn_columns = 0;
        led->due_ms = 0;
    }
}

/* A steady light writes nothing, so only looking tells that the terminal was closed. */
static char const *look(struct led *led)
{
    (void)led;
    writer_look(&writer_out);
    return NULL;
}

static void close_terminal(struct led *led)
{
    step_aside(led);
    log_keep(false);
}

struct led_driver const led_driver_terminal = {.name = "terminal",
                                               .check = check,
                                               .open = open_terminal,
                                               .show = show,
                                               .look = look,
                                               .step_aside = step_aside,
                                               .close = close_terminal};
