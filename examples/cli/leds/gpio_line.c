/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own interface, version 2 (Linux 5.10), which needs no library. A chip is tried as a
 * file of /dev first; then all chips are asked for their labels, or for the names of their lines.
 * The kernel numbers chips from 0 in the order in which they come, so a number may change with the
 * next start; names and labels come from the board.
 */
#include "leds/gpio_line.h"

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
#define CHIP       "gpiochip"

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* A name of this form is a chip's, so a line is missing. */
static bool is_chip(char const *text)
{
    return strncmp(text, CHIP, sizeof CHIP - 1) == 0 && is_digit(text[sizeof CHIP - 1]);
}

/* @return what separates the chip from the number of its line; NULL: there is no such number */
static char *find_separator(char *text)
{
    char *at = text + strlen(text);

    while (at > text && is_digit(at[-1])) {
        at--;
    }
    return at > text && *at != '\0' && (at[-1] == '/' || at[-1] == ':') ? at - 1 : NULL;
}

char const *gpio_line_read(struct gpio_line *line, char const *text)
{
    static char const wrong[] =
        "--led must be gpio:CHIP/LINE such as gpio:gpiochip0/17, or gpio:NAME "
        "with the name of a line; " ACTIVE_LOW " may follow";
    char words[GPIO_LINE_TEXT_BYTES];
    uint64_t offset;

    memset(line, 0, sizeof *line);
    if (!text_print(words, sizeof words, "%s", text)) {
        return "the name of the line is too long";
    }
    char *const comma = strchr(words, ',');
    line->is_active_low = comma != NULL && strcmp(comma, ACTIVE_LOW) == 0;
    if (comma != NULL && !line->is_active_low) {
        return wrong;
    }
    words[comma != NULL ? comma - words : (ptrdiff_t)strlen(words)] = '\0';
    char *const separator = find_separator(words);
    if (separator == NULL) {
        strcpy(line->name, words);
        return words[0] == '\0' || is_chip(words) ? wrong : NULL;
    }
    if (separator == words || !text_to_uint64(separator + 1, &offset) || offset > UINT32_MAX) {
        return wrong;
    }
    *separator = '\0';
    strcpy(line->chip, words);
    line->offset = (uint32_t)offset;
    return NULL;
}

#ifdef GPIO_V2_GET_LINE_IOCTL

enum { CHIPS = 64 };

/* A chip that was found, and the number of its line. */
struct place {
    int chip; /* descriptor, or -1 */
    uint32_t offset;
    bool is_ambiguous; /* so is another one */
};

/* musl declares ioctl() with a request of type int, which has no room for the number itself. */
static int control(int descriptor, unsigned long request, void *argument)
{
#ifdef __GLIBC__
    return ioctl(descriptor, request, argument);
#else
    uint32_t const bits = (uint32_t)request;
    int number;

    memcpy(&number, &bits, sizeof number);
    return ioctl(descriptor, number, argument);
#endif
}

/* Tests set this variable to a folder that stands for /dev. */
static int open_chip(char const *name)
{
    char const *const folder = getenv("PGTASK_LED_DEV");
    char path[GPIO_LINE_TEXT_BYTES + 64];

    return strchr(name, '/') == NULL &&
                   text_print(path, sizeof path, "%s/%s", folder != NULL ? folder : "/dev", name)
               ? open(path, O_RDWR | O_CLOEXEC)
               : -1;
}

static bool has_label(int chip, char const *label, struct gpiochip_info *info)
{
    memset(info, 0, sizeof *info);
    return control(chip, GPIO_GET_CHIPINFO_IOCTL, info) == 0 &&
           (label[0] == '\0' || strncmp(info->label, label, sizeof info->label) == 0);
}

/* @return the number of the line with this name, or `count` */
static uint32_t find_name(int chip, char const *name, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct gpio_v2_line_info info = {.offset = i};
        if (control(chip, GPIO_V2_GET_LINEINFO_IOCTL, &info) == 0 &&
            strncmp(info.name, name, sizeof info.name) == 0) {
            return i;
        }
    }
    return count;
}

/* Asks one chip whether it has the line. */
static void ask(int chip, struct gpio_line const *line, struct place *place)
{
    struct gpiochip_info info;
    uint32_t offset = line->offset;

    if (has_label(chip, line->chip, &info)) {
        if (line->chip[0] == '\0') {
            offset = find_name(chip, line->name, info.lines);
        }
        if (line->chip[0] != '\0' || offset < info.lines) {
            place->is_ambiguous = place->chip >= 0;
            if (place->chip < 0) {
                *place = (struct place){.chip = chip, .offset = offset};
                return;
            }
        }
    }
    (void)close(chip);
}

static struct place find_place(struct gpio_line const *line)
{
    struct place place = {.chip = -1, .offset = line->offset};
    char name[sizeof CHIP + 12];

    if (line->chip[0] != '\0') {
        place.chip = open_chip(line->chip);
    }
    if (place.chip >= 0) {
        return place;
    }
    for (uint32_t i = 0; i < CHIPS && !place.is_ambiguous; i++) {
        (void)text_print(name, sizeof name, CHIP "%u", i);
        int const chip = open_chip(name);
        if (chip >= 0) {
            ask(chip, line, &place);
        }
    }
    return place;
}

char const *gpio_line_open(struct gpio_line const *line, int *descriptor)
{
    struct gpio_v2_line_request request = {.consumer = "pgtask", .num_lines = 1};
    struct place const place = find_place(line);

    if (place.chip < 0) {
        return line->chip[0] != '\0' ? "the GPIO chip cannot be opened; see gpiodetect"
                                     : "no GPIO chip that can be opened has a line of this name; "
                                       "see gpioinfo";
    }
    if (place.is_ambiguous) {
        (void)close(place.chip);
        return "several lines have this name, or several chips this label; use gpio:gpiochipN/LINE";
    }
    request.offsets[0] = place.offset;
    request.config.flags = GPIO_V2_LINE_FLAG_OUTPUT |
                           (line->is_active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : UINT64_C(0));
    int const status = control(place.chip, GPIO_V2_GET_LINE_IOCTL, &request);
    (void)close(place.chip);
    *descriptor = request.fd;
    return status == 0 ? NULL
                       : "this line cannot be used: it does not exist, or another program or "
                         "driver has it; see gpioinfo";
}

bool gpio_line_write(int descriptor, bool is_lit)
{
    struct gpio_v2_line_values values = {.bits = is_lit ? 1 : 0, .mask = 1};

    return control(descriptor, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) == 0;
}

#else

char const *gpio_line_open(struct gpio_line const *line, int *descriptor)
{
    (void)line;
    (void)descriptor;
    return "this program was built without the kernel's <linux/gpio.h>";
}

bool gpio_line_write(int descriptor, bool is_lit)
{
    (void)descriptor;
    (void)is_lit;
    return false;
}

#endif
