/* SPDX-License-Identifier: MIT */
/* Draws the LED's language as SVG on standard output, from the functions that light the LED. */
#include <pgtask/led.h>

#include <stdio.h>

enum {
    PERIOD_MS = 2000,
    SHOWN_MS = 4000,
    STEP_MS = 20, /* edges of all patterns lie on it */
    BAR_X = 190,
    MS_A_POINT = 8,
    ROW_Y = 44,
    ROW_HEIGHT = 40,
    WIDTH = BAR_X + SHOWN_MS / MS_A_POINT + 20
};

struct row {
    char const *label;
    struct pgtask_led_signal sign;
};

static struct row const rows[] = {
    {"idle", {PGTASK_LED_IDLE, PGTASK_PERCENT_UNKNOWN, false}},
    {"connecting", {PGTASK_LED_CONNECTING, PGTASK_PERCENT_UNKNOWN, false}},
    {"running, 0 %", {PGTASK_LED_RUNNING, 0, false}},
    {"running, 30 %", {PGTASK_LED_RUNNING, 30, false}},
    {"running, 75 %", {PGTASK_LED_RUNNING, 75, false}},
    {"running, 100 %", {PGTASK_LED_RUNNING, 100, false}},
    {"waits for switch", {PGTASK_LED_WAIT_SWITCH, PGTASK_PERCENT_UNKNOWN, false}},
    {"success", {PGTASK_LED_SUCCESS, PGTASK_PERCENT_UNKNOWN, false}},
    {"stale or offline", {PGTASK_LED_STALE, PGTASK_PERCENT_UNKNOWN, false}},
    {"needs operator", {PGTASK_LED_OPERATOR, PGTASK_PERCENT_UNKNOWN, false}},
    {"failure", {PGTASK_LED_FAILURE, PGTASK_PERCENT_UNKNOWN, false}},
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

static struct pgtask_led_colour plain(struct pgtask_led_signal const *sign, uint64_t now_ms)
{
    uint8_t const light = pgtask_led_lit(sign, now_ms) ? UINT8_MAX : 0;

    return (struct pgtask_led_colour){light, light, light};
}

static void draw_bar(struct pgtask_led_signal const *sign, unsigned y, unsigned height,
                     struct pgtask_led_colour (*shown)(struct pgtask_led_signal const *, uint64_t))
{
    unsigned from_ms = 0;

    for (unsigned ms = STEP_MS; ms <= SHOWN_MS; ms += STEP_MS) {
        struct pgtask_led_colour const colour = shown(sign, from_ms);
        if (ms == SHOWN_MS || !is_same(colour, shown(sign, ms))) {
            draw_rectangle(y, height, from_ms, ms, colour);
            from_ms = ms;
        }
    }
}

/* A lamp blinks beside each row, unless whoever looks has asked for less motion. */
static void write_blinking(unsigned row)
{
    printf("@keyframes k%u{", row);
    for (unsigned ms = 0; ms < PERIOD_MS; ms += STEP_MS) {
        bool const lit = pgtask_led_lit(&rows[row].sign, ms);
        if (ms == 0 || lit != pgtask_led_lit(&rows[row].sign, ms - STEP_MS)) {
            printf("%u.%u%%{opacity:%s}", ms / 20, ms % 20 / 2, lit ? "1" : "0");
        }
    }
    printf("}\n.l%u{animation:k%u 2s step-end infinite}\n", row, row);
}

static struct pgtask_led_colour brightest(struct pgtask_led_signal const *sign)
{
    uint8_t most = 0;
    struct pgtask_led_colour colour = {0, 0, 0};

    for (unsigned ms = 0; ms < PERIOD_MS; ms += STEP_MS) {
        if (pgtask_led_brightness(sign, ms) > most) {
            most = pgtask_led_brightness(sign, ms);
            colour = pgtask_led_colour(sign, ms);
        }
    }
    return colour;
}

static void draw_row(unsigned row)
{
    unsigned const y = ROW_Y + row * ROW_HEIGHT;
    struct pgtask_led_colour const colour = brightest(&rows[row].sign);

    printf("<circle cx='20' cy='%u' r='9' fill='#333'/>"
           "<circle cx='20' cy='%u' r='8' fill='#%02x%02x%02x' class='l l%u'/>\n",
           y + 14, y + 14, colour.red, colour.green, colour.blue, row);
    printf("<text x='40' y='%u'>%s</text>\n", y + 19, rows[row].label);
    draw_bar(&rows[row].sign, y, 14, plain);
    draw_bar(&rows[row].sign, y + 16, 12, pgtask_led_colour);
}

int main(void)
{
    unsigned const height = ROW_Y + ROWS * ROW_HEIGHT;

    printf("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %u' font-family='sans-serif' "
           "font-size='14' fill='#ddd'>\n<title>What the LED says</title>\n<style>\n",
           WIDTH, height);
    for (unsigned row = 0; row < ROWS; row++) {
        write_blinking(row);
    }
    printf("@media (prefers-reduced-motion:reduce){.l{animation:none}}\n</style>\n"
           "<rect width='%d' height='%u' fill='#1c1c1c'/>\n",
           WIDTH, height);
    for (unsigned ms = 0; ms <= SHOWN_MS; ms += 1000) {
        printf("<text x='%u' y='28' text-anchor='middle'>%u s</text>\n", BAR_X + ms / MS_A_POINT,
               ms / 1000);
    }
    for (unsigned row = 0; row < ROWS; row++) {
        draw_row(row);
    }
    printf("</svg>\n");
    return ferror(stdout) != 0 || fflush(stdout) != 0;
}
