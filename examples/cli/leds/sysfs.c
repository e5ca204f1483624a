/* SPDX-License-Identifier: MIT */
/*
 * An LED in /sys/class/leds (Documentation/leds/leds-class.rst, leds-class-multicolor.rst).
 *
 * Each signal has a drawer. The trigger `pattern` draws any signal, and `timer` one that blinks
 * evenly; the program then sleeps. Otherwise the trigger is `none`, and the program sets the light
 * at each change. A drawer that fails once is not tried again until the LED is taken over anew.
 *
 * The kernel does not tell of all that happens to an LED: inotify sees no driver that goes away,
 * and no change that the kernel makes itself. So look_at() compares the files every few seconds.
 */
#include "leds/led.h"

#include "base/text.h"
#include "base/writer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Room for the light of every channel, up to 10 digits each. */
enum { LIGHTS_BYTES = LED_CHANNELS * 11 + 2 };

static char const *const triggers[] = {
    [LED_DRAWN_HERE] = "none", [LED_DRAWN_BY_TIMER] = "timer", [LED_DRAWN_BY_PATTERN] = "pattern"};

/* Each processor is a trigger, so the list can be long. */
static char trigger_list[65536];

/* Tests set this variable to a folder that stands for the kernel's. */
static char const *leds_folder(void)
{
    char const *const folder = getenv("PGTASK_LED_SYSFS");

    return folder != NULL ? folder : "/sys/class/leds";
}

static char const *check(char const *argument)
{
    if (argument[0] == '\0' || strchr(argument, '/') != NULL || strcmp(argument, ".") == 0 ||
        strcmp(argument, "..") == 0) {
        return "--led must be sysfs:NAME with a name from /sys/class/leds";
    }
    return strlen(leds_folder()) + strlen(argument) + 32 < ATTRIBUTE_PATH_BYTES
               ? NULL
               : "the name of --led is too long";
}

static bool read_text(struct led_sysfs const *sysfs, char const *name, char *text, size_t capacity)
{
    return attribute_read(sysfs->directory, name, text, capacity);
}

static bool write_text(struct led_sysfs const *sysfs, char const *name, char const *text)
{
    return attribute_write(sysfs->directory, name, text);
}

/* Reads the list of triggers. @return whether there is one; the chosen trigger is in brackets, or
 * it is the only word in an ordinary file that tests have */
static bool read_trigger(struct led_sysfs const *sysfs, char trigger[LED_TRIGGER_BYTES])
{
    trigger[0] = '\0';
    if (!read_text(sysfs, "trigger", trigger_list, sizeof trigger_list)) {
        return false;
    }
    char const *const bracket = strchr(trigger_list, '[');
    char const *const begin = bracket != NULL ? bracket + 1 : trigger_list;
    size_t const length = strcspn(begin, bracket != NULL ? "]" : " ");

    if (length < LED_TRIGGER_BYTES && (bracket != NULL || begin[length] == '\0')) {
        memcpy(trigger, begin, length);
        trigger[length] = '\0';
    }
    return true;
}

/* @return whether the list that was read last has this trigger */
static bool is_listed(char const *trigger)
{
    size_t const length = strlen(trigger);

    for (char const *at = trigger_list; (at = strstr(at, trigger)) != NULL; at += length) {
        bool const begins = at == trigger_list || at[-1] == ' ' || at[-1] == '[';
        if (begins && (at[length] == ' ' || at[length] == ']' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* An LED with red and green shows the colours of the library. In any other, all channels shine
 * alike, except those that no eye sees. `multi_index` names the channels in their order. */
static void read_channels(struct led_sysfs *sysfs)
{
    char text[LED_CHANNELS * 12];
    bool has_red = false;
    bool has_green = false;

    sysfs->channel_count = 0;
    sysfs->has_colours = false;
    if (!read_text(sysfs, "multi_index", text, sizeof text)) {
        return;
    }
    for (char *word = strtok(text, " "); word != NULL && sysfs->channel_count < LED_CHANNELS;
         word = strtok(NULL, " ")) {
        bool const is_red = strcmp(word, "red") == 0;
        bool const is_green = strcmp(word, "green") == 0;
        bool const is_blue = strcmp(word, "blue") == 0;
        char const other = strcmp(word, "ir") == 0 ? '-' : 'w';

        has_red = has_red || is_red;
        has_green = has_green || is_green;
        sysfs->channels[sysfs->channel_count++] = is_red || is_green || is_blue ? word[0] : other;
    }
    sysfs->has_colours = has_red && has_green;
}

static uint8_t seen_of(struct led_sysfs const *sysfs, char channel,
                       struct pgtask_led_colour const *colour)
{
    if (!sysfs->has_colours) {
        return channel == '-' ? 0 : UINT8_MAX;
    }
    switch (channel) {
    case 'r': return colour->red;
    case 'g': return colour->green;
    case 'b': return colour->blue;
    default: return 0;
    }
}

static bool write_channels(struct led_sysfs const *sysfs, struct pgtask_led_colour const *colour)
{
    char text[LIGHTS_BYTES] = "";

    for (uint32_t i = 0; i < sysfs->channel_count; i++) {
        uint8_t const seen = seen_of(sysfs, sysfs->channels[i], colour);
        (void)text_append(text, sizeof text, "%s%u", i > 0 ? " " : "",
                          pattern_light(seen, sysfs->max_brightness));
    }
    return write_text(sysfs, "multi_intensity", text);
}

static bool read_max_brightness(struct led_sysfs const *sysfs, uint32_t *most)
{
    char text[24];
    uint64_t number;

    if (!read_text(sysfs, "max_brightness", text, sizeof text) || !text_to_uint64(text, &number) ||
        number == 0 || number > UINT32_MAX) {
        return false;
    }
    *most = (uint32_t)number;
    return true;
}

static bool write_brightness(struct led_sysfs const *sysfs, uint32_t brightness)
{
    char text[24];

    return text_print(text, sizeof text, "%u", brightness) && write_text(sysfs, "brightness", text);
}

/* Without the right to choose a trigger, a brightness of 0 still ends it. */
static bool choose_trigger(struct led_sysfs *sysfs, enum led_drawer drawer)
{
    char trigger[LED_TRIGGER_BYTES];

    if (!sysfs->has_trigger) {
        return drawer == LED_DRAWN_HERE;
    }
    if (write_text(sysfs, "trigger", triggers[drawer])) {
        return true;
    }
    if (drawer != LED_DRAWN_HERE || !read_trigger(sysfs, trigger)) {
        return false;
    }
    if (strcmp(trigger, "none") != 0) {
        sysfs->note = "its trigger is ended, but this user cannot choose it again at the end";
    }
    return strcmp(trigger, "none") == 0 || write_brightness(sysfs, 0);
}

/* Channels that shine alike keep their light, and the brightness draws. If they cannot be written,
 * what they have must do. */
static bool take_channels(struct led_sysfs *sysfs)
{
    static struct pgtask_led_colour const dark;

    if (sysfs->channel_count == 0) {
        return true;
    }
    if (!write_channels(sysfs, &dark)) {
        bool const is_any_lit = strpbrk(found_intensity(&sysfs->found), "123456789") != NULL;
        sysfs->channel_count = 0;
        sysfs->has_colours = false;
        sysfs->note = "its colours cannot be set, so it keeps the present one";
        return is_any_lit;
    }
    return !sysfs->has_colours || write_brightness(sysfs, sysfs->max_brightness);
}

/* @param drawer  which draws from now on */
static bool take(struct led_sysfs *sysfs, enum led_drawer drawer)
{
    sysfs->drawer = drawer;
    sysfs->shown[0] = '\0';
    sysfs->is_drawn = false;
    return choose_trigger(sysfs, drawer) && (drawer != LED_DRAWN_HERE || take_channels(sysfs));
}

static void release(struct led_sysfs *sysfs)
{
    if (sysfs->descriptor >= 0) {
        (void)close(sysfs->descriptor);
        sysfs->descriptor = -1;
    }
}

static char const *explain_unreadable(struct led_sysfs const *sysfs)
{
    char text[24];

    return read_text(sysfs, "brightness", text, sizeof text)
               ? "its max_brightness is not a number from 1 on; mend or update the LED's driver"
               : "there is no such LED, or it cannot be read; see ls /sys/class/leds";
}

/* Takes the LED over, also one that was plugged in again. @return NULL, or what is wrong */
static char const *take_over(struct led_sysfs *sysfs)
{
    char trigger[LED_TRIGGER_BYTES];

    release(sysfs);
    if (!read_max_brightness(sysfs, &sysfs->max_brightness)) {
        return explain_unreadable(sysfs);
    }
    sysfs->has_trigger = read_trigger(sysfs, trigger);
    sysfs->has_pattern = sysfs->has_trigger && is_listed("pattern");
    sysfs->has_timer = sysfs->has_trigger && is_listed("timer");
    read_channels(sysfs);
    found_read(&sysfs->found, sysfs->directory, trigger);
    bool const is_taken = take(sysfs, LED_DRAWN_HERE);
    sysfs->descriptor = attribute_open(sysfs->directory, "brightness", O_WRONLY);
    if (sysfs->descriptor < 0 || !is_taken) {
        found_restore(&sysfs->found, sysfs->directory);
        release(sysfs);
        return "cannot set the LED; make its files in /sys/class/leds writable for this user";
    }
    return NULL;
}

static bool is_present(struct led_sysfs const *sysfs)
{
    return sysfs->descriptor >= 0 &&
           attribute_is_same(sysfs->directory, "brightness", sysfs->descriptor);
}

/* Sets the light as it is now. */
static bool draw_here(struct led_sysfs *sysfs, struct led_frame const *frame)
{
    char text[LIGHTS_BYTES] = "";

    if (sysfs->has_colours) {
        (void)text_print(text, sizeof text, "%u %u %u", frame->colour.red, frame->colour.green,
                         frame->colour.blue);
    } else {
        uint32_t const light = sysfs->max_brightness > 1
                                   ? pattern_light(frame->brightness, sysfs->max_brightness)
                                   : frame->is_lit;
        (void)text_print(text, sizeof text, "%u\n", light);
    }
    if (strcmp(text, sysfs->shown) == 0) {
        return true;
    }
    sysfs->shown[0] = '\0';
    if (sysfs->has_colours ? !write_channels(sysfs, &frame->colour)
                           : !attribute_write_open(sysfs->descriptor, text)) {
        return false;
    }
    strcpy(sysfs->shown, text);
    return true;
}

/* Gives the channels the colour of the signal, which stays until the next one. */
static bool fill_channels(struct led_sysfs const *sysfs, struct led_frame const *frame)
{
    uint64_t const at_ms = pattern_brightest_ms(&frame->signal, frame->at_ms);
    struct pgtask_led_colour const colour = pgtask_led_colour(&frame->signal, at_ms);

    return sysfs->channel_count == 0 || write_channels(sysfs, &colour);
}

/* Reads what the kernel draws: hardware may have rounded it. */
static bool read_drawn(struct led_sysfs const *sysfs, char text[PATTERN_BYTES])
{
    char off[16];

    if (sysfs->drawer == LED_DRAWN_BY_PATTERN) {
        return read_text(sysfs, "pattern", text, PATTERN_BYTES);
    }
    return read_text(sysfs, "delay_on", text, PATTERN_BYTES) &&
           read_text(sysfs, "delay_off", off, sizeof off) &&
           text_append(text, PATTERN_BYTES, " %s", off);
}

static bool draw_by_pattern(struct led_sysfs *sysfs, struct led_frame const *frame)
{
    return pattern_write(sysfs->shown, &frame->signal, frame->at_ms, sysfs->max_brightness,
                         sysfs->has_colours) &&
           fill_channels(sysfs, frame) && write_text(sysfs, "pattern", sysfs->shown) &&
           read_drawn(sysfs, sysfs->shown);
}

/* The trigger blinks with the brightness that is set while it blinks. */
static bool draw_by_timer(struct led_sysfs *sysfs, struct led_frame const *frame)
{
    struct pattern_blink blink;
    uint8_t const seen =
        pgtask_led_brightness(&frame->signal, pattern_brightest_ms(&frame->signal, frame->at_ms));
    uint32_t const light =
        sysfs->has_colours ? sysfs->max_brightness : pattern_light(seen, sysfs->max_brightness);
    char on[16];
    char off[16];

    (void)pattern_is_blink(&frame->signal, &blink);
    (void)text_print(on, sizeof on, "%u", blink.on_ms);
    (void)text_print(off, sizeof off, "%u", blink.off_ms);
    return fill_channels(sysfs, frame) && write_text(sysfs, "delay_on", on) &&
           write_text(sysfs, "delay_off", off) && write_brightness(sysfs, light) &&
           read_drawn(sysfs, sysfs->shown);
}

static bool draw(struct led_sysfs *sysfs, struct led_frame const *frame)
{
    switch (sysfs->drawer) {
    case LED_DRAWN_BY_PATTERN: return draw_by_pattern(sysfs, frame);
    case LED_DRAWN_BY_TIMER: return draw_by_timer(sysfs, frame);
    default: return draw_here(sysfs, frame);
    }
}

static enum led_drawer choose_drawer(struct led_sysfs const *sysfs,
                                     struct pgtask_led_signal const *signal)
{
    struct pattern_blink blink;

    if (sysfs->has_pattern) {
        return LED_DRAWN_BY_PATTERN;
    }
    return sysfs->has_timer && pattern_is_blink(signal, &blink) ? LED_DRAWN_BY_TIMER
                                                                : LED_DRAWN_HERE;
}

/* Draws by the best drawer that works. */
static bool draw_somehow(struct led_sysfs *sysfs, struct led_frame const *frame)
{
    for (;;) {
        enum led_drawer const drawer = choose_drawer(sysfs, &frame->signal);

        if ((drawer == sysfs->drawer || take(sysfs, drawer)) && draw(sysfs, frame)) {
            return true;
        }
        if (drawer == LED_DRAWN_HERE || !is_present(sysfs)) {
            return false;
        }
        *(drawer == LED_DRAWN_BY_PATTERN ? &sysfs->has_pattern : &sysfs->has_timer) = false;
    }
}

static void set_rhythm(struct led *led)
{
    struct led_sysfs const *const sysfs = &led->of.sysfs;

    if (sysfs->drawer != LED_DRAWN_HERE) {
        led->rhythm = PATTERN_BY_SIGNAL;
    } else if (sysfs->max_brightness == 1 && !sysfs->has_colours) {
        led->rhythm = PATTERN_BY_EDGE;
    } else {
        led->rhythm = PATTERN_BY_FADE;
    }
}

static bool show(struct led *led, struct led_frame const *frame)
{
    struct led_sysfs *const sysfs = &led->of.sysfs;
    bool const is_same = sysfs->is_drawn && sysfs->drawer != LED_DRAWN_HERE &&
                         led_is_same_signal(&sysfs->drawn, &frame->signal);

    if (is_same) {
        return true;
    }
    sysfs->is_drawn = false;
    if (!is_present(sysfs) && take_over(sysfs) != NULL) {
        return false;
    }
    if (!draw_somehow(sysfs, frame)) {
        return false;
    }
    sysfs->drawn = frame->signal;
    sysfs->is_drawn = true;
    set_rhythm(led);
    return true;
}

/* @return what somebody has changed, as a clause; NULL: nothing */
static char const *find_change(struct led_sysfs *sysfs)
{
    static char clause[LED_TRIGGER_BYTES + 48];
    static char drawn[PATTERN_BYTES];
    char trigger[LED_TRIGGER_BYTES];
    uint32_t most;

    if (!read_max_brightness(sysfs, &most) || most != sysfs->max_brightness) {
        return "its max_brightness has changed";
    }
    if (sysfs->has_trigger && read_trigger(sysfs, trigger) &&
        strcmp(trigger, triggers[sysfs->drawer]) != 0) {
        (void)text_print(clause, sizeof clause,
                         writer_text(&writer_error, "another program has chosen the trigger %s"),
                         trigger);
        return clause;
    }
    bool const is_kept = sysfs->drawer == LED_DRAWN_HERE || !sysfs->is_drawn ||
                         (read_drawn(sysfs, drawn) && strcmp(drawn, sysfs->shown) == 0);
    return is_kept ? NULL : "another program has changed how it blinks";
}

/* What others may have changed unseen is set again: it costs no more than to look. */
static void refresh(struct led_sysfs *sysfs)
{
    struct led_frame const drawn = {.signal = sysfs->drawn};

    if (sysfs->drawer != LED_DRAWN_HERE) {
        (void)fill_channels(sysfs, &drawn);
        return;
    }
    sysfs->shown[0] = '\0';
    if (sysfs->has_colours) {
        (void)write_brightness(sysfs, sysfs->max_brightness);
    } else if (sysfs->channel_count > 0) {
        (void)write_channels(sysfs, &drawn.colour);
    }
}

static char const *look_at(struct led *led)
{
    struct led_sysfs *const sysfs = &led->of.sysfs;
    char const *const note = sysfs->note;

    led->due_ms = 0;
    if (sysfs->descriptor < 0) {
        return NULL; /* show() looks for it */
    }
    if (!is_present(sysfs)) {
        sysfs->is_drawn = false;
        return take_over(sysfs) == NULL ? "it was plugged in again" : NULL;
    }
    char const *const change = find_change(sysfs);
    if (change != NULL) {
        (void)read_max_brightness(sysfs, &sysfs->max_brightness);
        (void)take(sysfs, LED_DRAWN_HERE);
        return change;
    }
    refresh(sysfs);
    sysfs->note = NULL;
    return note;
}

static void close_sysfs(struct led *led)
{
    struct led_sysfs *const sysfs = &led->of.sysfs;

    release(sysfs);
    found_restore(&sysfs->found, sysfs->directory);
}

static char const *open_sysfs(struct led *led, char const *argument)
{
    struct led_sysfs *const sysfs = &led->of.sysfs;

    memset(sysfs, 0, sizeof *sysfs);
    sysfs->descriptor = -1;
    (void)text_print(sysfs->directory, sizeof sysfs->directory, "%s/%s", leds_folder(), argument);
    char const *const wrong = take_over(sysfs);
    set_rhythm(led);
    return wrong;
}

struct led_driver const led_driver_sysfs = {.name = "sysfs",
                                            .check = check,
                                            .open = open_sysfs,
                                            .show = show,
                                            .look = look_at,
                                            .close = close_sysfs};
