/* SPDX-License-Identifier: MIT */
/* A GPIO line by the kernel's own interface, version 2 (Linux 5.10), which needs no library. */
#include "leds/led.h"

#include "base/text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Some C libraries come without the kernel's headers. */
#ifdef __has_include
#if __has_include(<linux/gpio.h>)
#include <linux/gpio.h>
#endif
#endif

#define ACTIVE_LOW ",active-low"

struct line {
    char path[LED_PATH_BYTES];
    uint32_t offset; /* of the line in its chip, as the kernel calls it */
    bool active_low;
};

/* Tests set this variable to a folder that stands for /dev. */
static char const *device_folder(void)
{
    char const *const folder = getenv("PGTASK_LED_DEV");

    return folder != NULL ? folder : "/dev";
}

static char const *read_line(char const *argument, struct line *line)
{
    static char const wrong[] =
        "--led must be gpio:CHIP/LINE such as gpio:gpiochip0/17, or gpio:gpiochip0/17" ACTIVE_LOW;
    char const *const slash = strchr(argument, '/');
    char digits[24] = "";
    uint64_t offset;

    if (slash == NULL || slash == argument) {
        return wrong;
    }
    size_t const length = strcspn(slash + 1, ",");
    char const *const rest = slash + 1 + length;
    line->active_low = strcmp(rest, ACTIVE_LOW) == 0;
    if (length >= sizeof digits || (rest[0] != '\0' && !line->active_low)) {
        return wrong;
    }
    memcpy(digits, slash + 1, length);
    if (!text_to_uint64(digits, &offset) || offset > UINT32_MAX) {
        return wrong;
    }
    line->offset = (uint32_t)offset;
    size_t const chip_length = (size_t)(slash - argument);
    char chip[LED_PATH_BYTES] = "";
    if (chip_length < sizeof chip) {
        memcpy(chip, argument, chip_length);
    }
    return chip_length < sizeof chip &&
                   text_print(line->path, sizeof line->path, "%s/%s", device_folder(), chip)
               ? NULL
               : "the name of the chip is too long";
}

static char const *check(char const *argument)
{
    struct line line;

    return read_line(argument, &line);
}

#ifdef GPIO_V2_GET_LINE_IOCTL

static char const *open_line(struct led *led, char const *argument)
{
    struct gpio_v2_line_request request = {.consumer = "pgtask", .num_lines = 1};
    struct line line = {.offset = 0};
    char const *const wrong = read_line(argument, &line);

    if (wrong != NULL) {
        return wrong;
    }
    int const chip = open(line.path, O_RDWR | O_CLOEXEC);
    if (chip < 0) {
        return "the GPIO chip cannot be opened; see gpiodetect";
    }
    request.offsets[0] = line.offset;
    request.config.flags =
        GPIO_V2_LINE_FLAG_OUTPUT | (line.active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : UINT64_C(0));
    int const status = ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request);
    (void)close(chip);
    if (status != 0) {
        return "this line cannot be used: it does not exist, or another program or driver has it; "
               "see gpioinfo";
    }
    led->of.gpio = (struct led_gpio){.descriptor = request.fd};
    return NULL;
}

static bool set(struct led_gpio *gpio, bool lit)
{
    struct gpio_v2_line_values values = {.bits = lit ? 1 : 0, .mask = 1};

    gpio->was_lit = lit;
    gpio->is_known = ioctl(gpio->descriptor, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) == 0;
    return gpio->is_known;
}

static bool show(struct led *led, struct led_frame const *frame)
{
    struct led_gpio *const gpio = &led->of.gpio;

    return (gpio->is_known && gpio->was_lit == frame->is_lit) || set(gpio, frame->is_lit);
}

/* The kernel does not say what a line was before: it is left dark. */
static void close_line(struct led *led)
{
    (void)set(&led->of.gpio, false);
    (void)close(led->of.gpio.descriptor);
}

#else

static char const *open_line(struct led *led, char const *argument)
{
    (void)led;
    (void)argument;
    return "this program was built without the kernel's <linux/gpio.h>";
}

static bool show(struct led *led, struct led_frame const *frame)
{
    (void)led;
    (void)frame;
    return false;
}

static void close_line(struct led *led)
{
    (void)led;
}

#endif

struct led_driver const led_driver_gpio = {
    .name = "gpio", .check = check, .open = open_line, .show = show, .close = close_line};
