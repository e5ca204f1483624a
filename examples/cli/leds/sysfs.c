/* SPDX-License-Identifier: MIT */
/*
 * An LED in /sys/class/leds (Documentation/leds/leds-class.rst, leds-class-multicolor.rst).
 *
 * On open, its trigger, the settings of the trigger and its brightness are saved, and the trigger
 * `none` is chosen. On close they are restored: brightness first, since a brightness of 0 would end
 * a trigger, then the trigger, then its settings, which the kernel forgets with the trigger.
 */
#include "leds/led.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Room for the light of every channel, up to 10 digits each. */
enum { SHOWN_BYTES = LED_CHANNELS * 11 + 2 };

/* Settings of common triggers (timer, oneshot, heartbeat, netdev), in the order that netdev needs.
 */
static char const *const attributes[LED_ATTRIBUTES] = {
    "delay_on", "delay_off", "invert", "device_name", "link", "tx", "rx", "interval"};

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
    return strlen(leds_folder()) + strlen(argument) + 32 < LED_PATH_BYTES
               ? NULL
               : "the name of --led is too long";
}

static int open_file(struct led_sysfs const *sysfs, char const *name, int flags)
{
    char path[LED_PATH_BYTES];

    return text_print(path, sizeof path, "%s/%s", sysfs->directory, name)
               ? open(path, flags | O_CLOEXEC)
               : -1;
}

/* The kernel gives at most a page for each call. @return the length read, or -1 */
static ssize_t read_whole(int descriptor, char *bytes, size_t capacity)
{
    size_t length = 0;
    ssize_t got;

    do {
        got = read(descriptor, bytes + length, capacity - length);
        length += got > 0 ? (size_t)got : 0;
    } while (got > 0 && length < capacity);
    return got < 0 ? -1 : (ssize_t)length;
}

/* Reads a file without its line end. @return false if there is no such file or it is longer */
static bool read_file(struct led_sysfs const *sysfs, char const *name, char *text, size_t capacity)
{
    int const descriptor = open_file(sysfs, name, O_RDONLY);

    if (descriptor < 0) {
        return false;
    }
    ssize_t const length = read_whole(descriptor, text, capacity);
    (void)close(descriptor);
    if (length < 0 || (size_t)length >= capacity) {
        return false;
    }
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return true;
}

/* The kernel takes each text as a whole. An ordinary file, as tests have it, must be cut. */
static bool write_text(int descriptor, char const *text)
{
    size_t const length = strlen(text);

    if (pwrite(descriptor, text, length, 0) != (ssize_t)length) {
        return false;
    }
    return ftruncate(descriptor, (off_t)length) == 0 || errno == EINVAL;
}

static bool write_file(struct led_sysfs const *sysfs, char const *name, char const *text)
{
    int const descriptor = open_file(sysfs, name, O_WRONLY);
    bool const good = descriptor >= 0 && write_text(descriptor, text);

    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return good;
}

/* Reads the word in brackets of a text such as `none [timer] heartbeat`. */
static void read_trigger(struct led_sysfs *sysfs)
{
    static char text[65536]; /* each processor is a trigger, so the list can be long */

    sysfs->trigger[0] = '\0';
    if (!read_file(sysfs, "trigger", text, sizeof text)) {
        return;
    }
    char const *const begin = strchr(text, '[');
    char const *const end = begin != NULL ? strchr(begin, ']') : NULL;
    if (end != NULL && (size_t)(end - begin) <= sizeof sysfs->trigger) {
        memcpy(sysfs->trigger, begin + 1, (size_t)(end - begin) - 1);
        sysfs->trigger[end - begin - 1] = '\0';
    }
}

static void save(struct led_sysfs const *sysfs, char const *name, struct led_saved *saved)
{
    saved->was_found = read_file(sysfs, name, saved->text, sizeof saved->text);
}

static void restore(struct led_sysfs const *sysfs, char const *name, struct led_saved const *saved)
{
    if (saved->was_found) {
        (void)write_file(sysfs, name, saved->text);
    }
}

/* `multi_index` has the names of the channels of `multi_intensity`, in the same order. */
static void read_channels(struct led_sysfs *sysfs)
{
    char text[LED_CHANNELS_BYTES];
    bool colourful = false;

    sysfs->channel_count = 0;
    if (!read_file(sysfs, "multi_index", text, sizeof text) ||
        !read_file(sysfs, "multi_intensity", sysfs->found_intensity,
                   sizeof sysfs->found_intensity)) {
        return;
    }
    for (char *word = strtok(text, " "); word != NULL && sysfs->channel_count < LED_CHANNELS;
         word = strtok(NULL, " ")) {
        bool const known =
            strcmp(word, "red") == 0 || strcmp(word, "green") == 0 || strcmp(word, "blue") == 0;
        sysfs->channels[sysfs->channel_count++] = known ? word[0] : '-';
        colourful = colourful || (known && word[0] != 'b');
    }
    if (!colourful) {
        sysfs->channel_count = 0; /* without red and green it is no colour LED for these patterns */
    }
}

static char const *read_facts(struct led_sysfs *sysfs)
{
    char text[24];
    uint64_t most;

    if (!read_file(sysfs, "max_brightness", text, sizeof text) || !text_to_uint64(text, &most) ||
        most == 0 || most > UINT32_MAX) {
        return "there is no such LED, or it cannot be read; see ls /sys/class/leds";
    }
    sysfs->max_brightness = (uint32_t)most;
    read_trigger(sysfs);
    read_channels(sysfs);
    save(sysfs, "brightness", &sysfs->brightness);
    for (size_t i = 0; i < LED_ATTRIBUTES; i++) {
        save(sysfs, attributes[i], &sysfs->attributes[i]);
    }
    return NULL;
}

/* The eye sees about the square root of the light that a driver sets. An LED that is lit at all
 * stays lit. */
static uint32_t light_of(uint8_t seen, uint32_t most)
{
    uint64_t const light = (uint64_t)seen * seen * most / (UINT8_MAX * UINT8_MAX);

    return light > 0 || seen == 0 ? (uint32_t)light : 1;
}

static void write_colour(struct led_sysfs const *sysfs, struct pgtask_led_colour colour,
                         char text[SHOWN_BYTES])
{
    for (uint32_t i = 0; i < sysfs->channel_count; i++) {
        char const channel = sysfs->channels[i];
        uint8_t const seen = channel == 'r'   ? colour.red
                             : channel == 'g' ? colour.green
                             : channel == 'b' ? colour.blue
                                              : 0;
        (void)text_append(text, SHOWN_BYTES, "%s%u", i > 0 ? " " : "",
                          light_of(seen, sysfs->max_brightness));
    }
}

static bool show(struct led *led, struct led_frame const *frame)
{
    struct led_sysfs *const sysfs = &led->of.sysfs;
    char text[SHOWN_BYTES] = "";

    if (sysfs->channel_count > 0) {
        write_colour(sysfs, frame->colour, text);
    } else {
        uint32_t const light = sysfs->max_brightness > 1
                                   ? light_of(frame->brightness, sysfs->max_brightness)
                                   : frame->is_lit;
        (void)text_append(text, sizeof text, "%u", light);
    }
    (void)text_append(text, sizeof text, "\n");
    if (strcmp(text, sysfs->shown) == 0) {
        return true;
    }
    sysfs->shown[0] = '\0';
    if (!write_text(sysfs->descriptor, text) || strlen(text) >= sizeof sysfs->shown) {
        return false;
    }
    strcpy(sysfs->shown, text);
    return true;
}

static void close_sysfs(struct led *led)
{
    struct led_sysfs *const sysfs = &led->of.sysfs;

    if (sysfs->descriptor >= 0) {
        (void)close(sysfs->descriptor);
    }
    if (sysfs->channel_count > 0) {
        (void)write_file(sysfs, "multi_intensity", sysfs->found_intensity);
    }
    restore(sysfs, "brightness", &sysfs->brightness);
    if (sysfs->trigger[0] != '\0' && strcmp(sysfs->trigger, "none") != 0) {
        (void)write_file(sysfs, "trigger", sysfs->trigger);
        for (size_t i = 0; i < LED_ATTRIBUTES; i++) {
            restore(sysfs, attributes[i], &sysfs->attributes[i]);
        }
    }
}

static char const *open_sysfs(struct led *led, char const *argument)
{
    struct led_sysfs *const sysfs = &led->of.sysfs;
    char brightest[24];

    memset(sysfs, 0, sizeof *sysfs);
    (void)text_print(sysfs->directory, sizeof sysfs->directory, "%s/%s", leds_folder(), argument);
    char const *const wrong = read_facts(sysfs);
    if (wrong != NULL) {
        return wrong;
    }
    bool const is_colour = sysfs->channel_count > 0;
    bool good = sysfs->trigger[0] == '\0' || write_file(sysfs, "trigger", "none");
    sysfs->descriptor = open_file(sysfs, is_colour ? "multi_intensity" : "brightness", O_WRONLY);
    good = good && sysfs->descriptor >= 0;
    if (good && is_colour) {
        /* Every channel is dark before the common brightness goes up. */
        struct led_frame const dark = {.is_lit = false};
        (void)text_print(brightest, sizeof brightest, "%u", sysfs->max_brightness);
        good = show(led, &dark) && write_file(sysfs, "brightness", brightest);
    }
    if (!good) {
        close_sysfs(led);
        return "cannot set the LED; make its files in /sys/class/leds writable for this user";
    }
    return NULL;
}

struct led_driver const led_driver_sysfs = {
    .name = "sysfs", .check = check, .open = open_sysfs, .show = show, .close = close_sysfs};
