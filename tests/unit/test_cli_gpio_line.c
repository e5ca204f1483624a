/* SPDX-License-Identifier: MIT */
/* How a GPIO line is found on chips that are played here, as the kernel answers (linux/gpio.h). */
#include "leds/gpio_line.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/gpio.h>

#include <cmocka.h>

enum { CHIPS = 3, LINES = 8 };

static struct {
    char const *label;
    char const *names[LINES];
} const chips[CHIPS] = {
    {"soc.gpio", {"", "lamp", "", "twice"}},
    {"expander", {"", "", "SPI/CLK", "", "", "", "restore:lamp", "lamp"}},
    {"twin", {"", "", "only"}},
};
static char root[64];
static int asked_chip;
static uint32_t asked_line;

/* A chip's file is known by its size: the chip's number. */
static int chip_of(int descriptor)
{
    struct stat facts;

    return fstat(descriptor, &facts) == 0 ? (int)facts.st_size : CHIPS;
}

int ioctl(int descriptor, unsigned long request, ...)
{
    int const chip = chip_of(descriptor);
    va_list arguments;

    va_start(arguments, request);
    void *const argument = va_arg(arguments, void *);
    va_end(arguments);
    if (request == GPIO_GET_CHIPINFO_IOCTL && chip < CHIPS) {
        struct gpiochip_info *const info = argument;
        strcpy(info->label, chips[chip].label);
        info->lines = LINES;
        return 0;
    }
    if (request == GPIO_V2_GET_LINEINFO_IOCTL && chip < CHIPS) {
        struct gpio_v2_line_info *const info = argument;
        char const *const name = chips[chip].names[info->offset];
        strcpy(info->name, name != NULL ? name : "");
        return 0;
    }
    if (request == GPIO_V2_GET_LINE_IOCTL && chip < CHIPS) {
        struct gpio_v2_line_request *const line = argument;
        asked_chip = chip;
        asked_line = line->offsets[0];
        line->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        return 0;
    }
    errno = ENOTTY;
    return -1;
}

static int set_up(void **state)
{
    (void)state;
    strcpy(root, "/tmp/pgtask-gpio-XXXXXX");
    if (mkdtemp(root) == NULL || setenv("PGTASK_LED_DEV", root, 1) != 0) {
        return -1;
    }
    for (int chip = 0; chip < CHIPS; chip++) {
        char path[96];
        /* a number is missing: a chip in between was unplugged */
        (void)snprintf(path, sizeof path, "%s/gpiochip%d", root, chip == 2 ? 5 : chip);
        int const file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0 || ftruncate(file, chip) != 0 || close(file) != 0) {
            return -1;
        }
    }
    return 0;
}

static int tear_down(void **state)
{
    char command[96];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static void assert_found(char const *text, int chip, uint32_t offset)
{
    struct gpio_line line;
    int descriptor = -1;

    asked_chip = -1;
    assert_null(gpio_line_read(&line, text));
    assert_null(gpio_line_open(&line, &descriptor));
    assert_int_equal(close(descriptor), 0);
    assert_int_equal(asked_chip, chip);
    assert_int_equal(asked_line, offset);
}

static void assert_not_found(char const *text, char const *words)
{
    struct gpio_line line;
    int descriptor = -1;

    assert_null(gpio_line_read(&line, text));
    char const *const wrong = gpio_line_open(&line, &descriptor);
    assert_non_null(wrong);
    assert_non_null(strstr(wrong, words));
}

static void a_line_has_a_number_in_a_chip_of_dev(void **state)
{
    assert_found("gpiochip0/3", 0, 3);
    assert_found("gpiochip1:7", 1, 7);
    assert_found("gpiochip5:0", 2, 0);
    assert_not_found("gpiochip2:0", "gpiodetect");
    (void)state;
}

static void a_chip_has_a_label(void **state)
{
    assert_found("expander:4", 1, 4);
    assert_found("soc.gpio/0", 0, 0);
    assert_found("twin:2,active-low", 2, 2);
    assert_not_found("expand:4", "gpiodetect");
    (void)state;
}

static void a_line_has_a_name_also_with_a_separator_in_it(void **state)
{
    assert_found("only", 2, 2);
    assert_found("SPI/CLK", 1, 2);
    assert_found("restore:lamp", 1, 6);
    assert_found("twice,active-low", 0, 3);
    assert_not_found("onl", "gpioinfo");
    assert_not_found("only2", "gpioinfo");
    (void)state;
}

static void a_name_that_two_lines_have_is_refused(void **state)
{
    assert_not_found("lamp", "several lines");
    (void)state;
}

static void a_wrong_spelling_is_refused(void **state)
{
    static char const *const wrong[] = {"",
                                        "gpiochip0",
                                        "gpiochip0/",
                                        "gpiochip0/x",
                                        ":7",
                                        "/7",
                                        "gpiochip0/99999999999",
                                        "lamp,",
                                        "lamp,active-high",
                                        ",active-low"};
    struct gpio_line line;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_non_null(gpio_line_read(&line, wrong[i]));
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_a_number_in_a_chip_of_dev),
        cmocka_unit_test(a_chip_has_a_label),
        cmocka_unit_test(a_line_has_a_name_also_with_a_separator_in_it),
        cmocka_unit_test(a_name_that_two_lines_have_is_refused),
        cmocka_unit_test(a_wrong_spelling_is_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
