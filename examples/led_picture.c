/* SPDX-License-Identifier: MIT */
/*
 * Draws the LED's patterns as SVG on standard output, by the functions that light the LED.
 *
 * Each state is a row: a lamp that blinks, the state's name and meaning, and two bars over
 * SHOWN_MS, the upper one for an on/off LED and the lower one for a dimmable colour LED. The most
 * urgent state is at the top.
 */
#include <pgtask/led.h>

#include <stdio.h>

enum {
    PERIOD_MS = 2000,
    SHOWN_MS = 4000,
    STEP_MS = 20, /* the edges of all patterns are multiples of it */
    BAR_X = 290,
    MS_A_POINT = 8,
    ROW_Y = 76,
    ROW_HEIGHT = 44,
    FOOT_HEIGHT = 52,
    WIDTH = BAR_X + SHOWN_MS / MS_A_POINT + 20
};

struct row {
    char const *name;
    char const *meaning;
    struct pgtask_led_signal signal;
};

static struct row const rows[] = {
    {"failure",
     "the task has failed: come here",
     {PGTASK_LED_FAILURE, PGTASK_PERCENT_UNKNOWN, false}},
    {"needs operator",
     "the task waits for an operator",
     {PGTASK_LED_OPERATOR, PGTASK_PERCENT_UNKNOWN, false}},
    {"blocked",
     "not the network, but a certificate, the key or a right: come here",
     {PGTASK_LED_BLOCKED, PGTASK_PERCENT_UNKNOWN, false}},
    {"stale or offline",
     "there is no news from the service",
     {PGTASK_LED_STALE, PGTASK_PERCENT_UNKNOWN, false}},
    {"running, 0 %", "the task has just begun", {PGTASK_LED_RUNNING, 0, false}},
    {"running, 30 %", "lit for 30 % of each 2 seconds", {PGTASK_LED_RUNNING, 30, false}},
    {"running, 75 %", "lit for 75 % of each 2 seconds", {PGTASK_LED_RUNNING, 75, false}},
    {"running, 100 %", "the task is about to end", {PGTASK_LED_RUNNING, 100, false}},
    {"waits for switch",
     "all is ready; the switch comes later",
     {PGTASK_LED_WAIT_SWITCH, PGTASK_PERCENT_UNKNOWN, false}},
    {"success", "the task has ended well", {PGTASK_LED_SUCCESS, PGTASK_PERCENT_UNKNOWN, false}},
    {"connecting",
     "the service has not answered yet",
     {PGTASK_LED_CONNECTING, PGTASK_PERCENT_UNKNOWN, false}},
    {"idle", "all is well, and nothing runs", {PGTASK_LED_IDLE, PGTASK_PERCENT_UNKNOWN, false}},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void draw_rectangle(unsigned y, unsigned height, unsigned from_ms, unsigned to_ms,
                           struct pgtask_led_colour colour)
{
    printf("<rect x='%u.%02u' y='%u' width='%u.%02u' height='%u' fill='#%02x%02x%02x'/>\n",
           BAR_X + from_ms / MS_A_POINT, from_ms % MS_A_POINT * 100 / MS_A_POINT, y,
           (to_ms - from_ms) / MS_A_POINT, (to_ms - from_ms) % MS_A_POINT * 100 / MS_A_POINT,
           height, colour.red, colour.green, colour.blue);
}

static bool is_same(struct pgtask_led_colour one, struct pgtask_led_colour other)
{
    return one.red == other.red && one.green == other.green && one.blue == other.blue;
}

static struct pgtask_led_colour on_off(struct pgtask_led_signal const *signal, uint64_t now_ms)
{
    uint8_t const light = pgtask_led_is_lit(signal, now_ms) ? UINT8_MAX : 0;

    return (struct pgtask_led_colour){light, light, light};
}

static void draw_bar(struct pgtask_led_signal const *signal, unsigned y, unsigned height,
                     struct pgtask_led_colour (*shown)(struct pgtask_led_signal const *, uint64_t))
{
    unsigned from_ms = 0;

    for (unsigned ms = STEP_MS; ms <= SHOWN_MS; ms += STEP_MS) {
        struct pgtask_led_colour const colour = shown(signal, from_ms);
        if (ms == SHOWN_MS || !is_same(colour, shown(signal, ms))) {
            draw_rectangle(y, height, from_ms, ms, colour);
            from_ms = ms;
        }
    }
}

/* The lamp of a row blinks, unless the viewer has asked for less motion. */
static void write_blinking(unsigned row)
{
    printf("@keyframes k%u{", row);
    for (unsigned ms = 0; ms < PERIOD_MS; ms += STEP_MS) {
        bool const lit = pgtask_led_is_lit(&rows[row].signal, ms);
        if (ms == 0 || lit != pgtask_led_is_lit(&rows[row].signal, ms - STEP_MS)) {
            printf("%u.%u%%{opacity:%s}", ms / 20, ms % 20 / 2, lit ? "1" : "0");
        }
    }
    printf("}\n.l%u{animation:k%u 2s step-end infinite}\n", row, row);
}

static struct pgtask_led_colour brightest(struct pgtask_led_signal const *signal)
{
    uint8_t most = 0;
    struct pgtask_led_colour colour = {0, 0, 0};

    for (unsigned ms = 0; ms < PERIOD_MS; ms += STEP_MS) {
        if (pgtask_led_brightness(signal, ms) > most) {
            most = pgtask_led_brightness(signal, ms);
            colour = pgtask_led_colour(signal, ms);
        }
    }
    return colour;
}

static void draw_row(unsigned row)
{
    unsigned const y = ROW_Y + row * ROW_HEIGHT;
    struct pgtask_led_colour const colour = brightest(&rows[row].signal);

    printf("<circle cx='20' cy='%u' r='9' fill='#333'/>"
           "<circle cx='20' cy='%u' r='8' fill='#%02x%02x%02x' class='l l%u'/>\n",
           y + 14, y + 14, colour.red, colour.green, colour.blue, row);
    printf("<text x='40' y='%u' class='name'>%s</text>\n", y + 12, rows[row].name);
    printf("<text x='40' y='%u' class='small'>%s</text>\n", y + 28, rows[row].meaning);
    draw_bar(&rows[row].signal, y, 14, on_off);
    draw_bar(&rows[row].signal, y + 16, 12, pgtask_led_colour);
}

static void write_style(void)
{
    printf("<style>\n.name{font-weight:bold}\n.small{font-size:12px;fill:#bbb}\n");
    for (unsigned row = 0; row < ROWS; row++) {
        write_blinking(row);
    }
    printf("@media (prefers-reduced-motion:reduce){.l{animation:none}}\n</style>\n");
}

static void draw_head(void)
{
    printf("<text x='20' y='30' font-size='18' class='name'>What the status LED says</text>\n");
    for (unsigned ms = 0; ms <= SHOWN_MS; ms += 1000) {
        printf("<text x='%u' y='62' text-anchor='middle' class='small'>%u s</text>\n",
               BAR_X + ms / MS_A_POINT, ms / 1000);
    }
}

static void draw_foot(unsigned y)
{
    printf("<text x='20' y='%u' class='small'>Each row shows 4 seconds. The upper bar is a plain "
           "on/off LED: white is lit. The lower bar is a dimmable colour LED.</text>\n",
           y + 16);
    printf("<text x='20' y='%u' class='small'>With several tasks, the LED shows the most urgent "
           "one: the state that is highest here.</text>\n",
           y + 34);
}

int main(void)
{
    unsigned const foot_y = ROW_Y + ROWS * ROW_HEIGHT;
    unsigned const height = foot_y + FOOT_HEIGHT;

    printf("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %u' role='img' "
           "font-family='sans-serif' font-size='14' fill='#ddd'>\n"
           "<title>What the status LED says: one pattern for each state</title>\n",
           WIDTH, height);
    write_style();
    printf("<rect width='%d' height='%u' fill='#1c1c1c'/>\n", WIDTH, height);
    draw_head();
    for (unsigned row = 0; row < ROWS; row++) {
        draw_row(row);
    }
    draw_foot(foot_y);
    printf("</svg>\n");
    return ferror(stdout) != 0 || fflush(stdout) != 0;
}
