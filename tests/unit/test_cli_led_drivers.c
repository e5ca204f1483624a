/* SPDX-License-Identifier: MIT */
/* The LED drivers on a folder that looks like the kernel's, and on a GPIO chip played here. */
#include "leds/led.h"

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

static char root[64];
static struct led led;

/* A GPIO chip whose lines are one number: this stands before the C library's. */
static struct {
    int line_descriptor;
    uint32_t line;
    uint64_t flags;
    int lit; /* -1: never set */
    unsigned sets;
    bool busy;
} chip;

int ioctl(int descriptor, unsigned long request, ...)
{
    va_list arguments;

    va_start(arguments, request);
    void *const argument = va_arg(arguments, void *);
    va_end(arguments);
    if (request == GPIO_V2_GET_LINE_IOCTL && !chip.busy) {
        struct gpio_v2_line_request *const line = argument;
        assert_int_equal(line->num_lines, 1);
        chip.line = line->offsets[0];
        chip.flags = line->config.flags;
        chip.line_descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
        line->fd = chip.line_descriptor;
        return 0;
    }
    if (request == GPIO_V2_LINE_SET_VALUES_IOCTL && descriptor == chip.line_descriptor) {
        struct gpio_v2_line_values const *const values = argument;
        assert_int_equal(values->mask, 1);
        chip.lit = (int)(values->bits & 1);
        chip.sets++;
        return 0;
    }
    errno = EBUSY;
    return -1;
}

static char const *path_of(char const *name)
{
    static char path[160];

    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static void put(char const *name, char const *text)
{
    FILE *const file = fopen(path_of(name), "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void assert_file(char const *name, char const *expected)
{
    char text[256] = "";
    FILE *const file = fopen(path_of(name), "r");

    assert_non_null(file);
    size_t const length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    if (length > 0 && text[length - 1] == '\n') {
        text[length - 1] = '\0';
    }
    assert_string_equal(text, expected);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(root, "/tmp/pgtask-leds-XXXXXX");
    if (mkdtemp(root) == NULL || setenv("PGTASK_LED_SYSFS", root, 1) != 0 ||
        setenv("PGTASK_LED_DEV", root, 1) != 0) {
        return -1;
    }
    memset(&led, 0, sizeof led);
    memset(&chip, 0, sizeof chip);
    chip.lit = -1;
    return mkdir(path_of("status"), 0700);
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    led_close(&led);
    (void)snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static struct pgtask_led_signal const success = {PGTASK_LED_SUCCESS, 100, false};
static struct pgtask_led_signal const off = {PGTASK_LED_OFF, 0, false};
static struct pgtask_led_signal const failure = {PGTASK_LED_FAILURE, 0, false};

static void make_led(char const *trigger, char const *brightness, char const *most)
{
    put("status/trigger", trigger);
    put("status/brightness", brightness);
    put("status/max_brightness", most);
}

static void an_on_off_led_is_set_to_1_and_0(void **state)
{
    make_led("[none] timer\n", "0\n", "1\n");
    assert_null(led_open(&led, "sysfs:status"));
    assert_true(led_show(&led, &success, 0));
    assert_file("status/brightness", "1");
    assert_true(led_show(&led, &off, 0));
    assert_file("status/brightness", "0");
    (void)state;
}

/* Each processor is a trigger: where there are many, the list is longer than a page. */
static void a_trigger_is_found_in_a_list_longer_than_a_page(void **state)
{
    static char list[8192];

    for (unsigned cpu = 0; cpu < 1000; cpu++) {
        (void)snprintf(list + strlen(list), sizeof list - strlen(list), "cpu%u ", cpu);
    }
    strcat(list, "[timer] none\n");
    make_led(list, "1\n", "1\n");
    assert_null(led_open(&led, "sysfs:status"));
    assert_file("status/trigger", "none");
    led_close(&led);
    assert_file("status/trigger", "timer");
    (void)state;
}

/* What the eye sees goes with the square root of the light: half is a quarter of it. */
static void a_dimmable_led_goes_up_to_its_max_brightness(void **state)
{
    make_led("[none] timer\n", "7\n", "1000\n");
    assert_null(led_open(&led, "sysfs:status"));
    assert_true(led_show(&led, &success, 0));
    assert_file("status/brightness", "1000");
    struct led_frame frame = {.is_lit = true, .brightness = 128};
    assert_true(led.driver->show(&led, &frame));
    assert_file("status/brightness", "251");
    frame.brightness = 1;
    assert_true(led.driver->show(&led, &frame));
    assert_file("status/brightness", "1");
    frame.brightness = 0;
    assert_true(led.driver->show(&led, &frame));
    assert_file("status/brightness", "0");
    (void)state;
}

static void its_trigger_is_taken_over_and_put_back(void **state)
{
    make_led("none kbd-numlock [heartbeat] timer\n", "255\n", "255\n");
    put("status/invert", "1\n");
    assert_null(led_open(&led, "sysfs:status"));
    assert_file("status/trigger", "none");
    assert_true(led_show(&led, &off, 0));
    assert_file("status/brightness", "0");
    put("status/invert", "0\n"); /* as the kernel does with a new trigger */
    led_close(&led);
    assert_file("status/trigger", "heartbeat");
    assert_file("status/brightness", "255");
    assert_file("status/invert", "1");
    (void)state;
}

static void without_trigger_its_brightness_is_put_back(void **state)
{
    make_led("[none] timer\n", "13\n", "255\n");
    assert_null(led_open(&led, "sysfs:status"));
    assert_true(led_show(&led, &success, 0));
    led_close(&led);
    led_close(&led);
    assert_file("status/brightness", "13");
    assert_file("status/trigger", "none");
    (void)state;
}

static void a_multicolour_led_gets_its_colours_in_its_own_order(void **state)
{
    make_led("[none] timer\n", "20\n", "200\n");
    put("status/multi_index", "blue green white red\n");
    put("status/multi_intensity", "1 2 3 4\n");
    assert_null(led_open(&led, "sysfs:status"));
    assert_file("status/brightness", "200");
    assert_file("status/multi_intensity", "0 0 0 0");
    assert_true(led_show(&led, &success, 0));
    assert_file("status/multi_intensity", "0 200 0 0");
    assert_true(led_show(&led, &failure, 100));
    assert_file("status/multi_intensity", "0 0 0 200");
    led_close(&led);
    assert_file("status/multi_intensity", "1 2 3 4");
    assert_file("status/brightness", "20");
    (void)state;
}

static void a_bi_colour_led_needs_no_blue(void **state)
{
    make_led("[none] timer\n", "0\n", "1\n");
    put("status/multi_index", "red green\n");
    put("status/multi_intensity", "0 0\n");
    assert_null(led_open(&led, "sysfs:status"));
    for (int shown = PGTASK_LED_IDLE; shown < PGTASK_LED_STATES; shown++) {
        struct pgtask_led_signal const sign = {(enum pgtask_led_state)shown, 100, false};
        bool seen = false;
        for (uint64_t ms = 0; ms < 2000; ms += 50) {
            char text[8] = "";
            assert_true(led_show(&led, &sign, ms));
            FILE *const file = fopen(path_of("status/multi_intensity"), "r");
            assert_non_null(file);
            assert_non_null(fgets(text, sizeof text, file));
            (void)fclose(file);
            seen = seen || strcmp(text, "0 0\n") != 0;
        }
        assert_true(seen);
    }
    (void)state;
}

static void a_channel_that_is_no_colour_leaves_a_plain_led(void **state)
{
    make_led("[none] timer\n", "0\n", "255\n");
    put("status/multi_index", "white\n");
    put("status/multi_intensity", "255\n");
    assert_null(led_open(&led, "sysfs:status"));
    assert_true(led_show(&led, &success, 0));
    assert_file("status/brightness", "255");
    assert_file("status/multi_intensity", "255");
    (void)state;
}

static void what_has_not_changed_is_not_written_again(void **state)
{
    make_led("[none]\n", "0\n", "1\n");
    assert_null(led_open(&led, "sysfs:status"));
    assert_true(led_show(&led, &success, 0));
    put("status/brightness", "untouched\n");
    assert_true(led_show(&led, &success, 20));
    assert_file("status/brightness", "untouched");
    (void)state;
}

static void an_led_that_cannot_be_set_is_refused_and_left_as_it_was(void **state)
{
    make_led("none [timer]\n", "0\n", "255\n");
    assert_int_equal(unlink(path_of("status/brightness")), 0);
    assert_int_equal(mkdir(path_of("status/brightness"), 0700), 0);
    assert_non_null(strstr(led_open(&led, "sysfs:status"), "writable"));
    assert_file("status/trigger", "timer");
    (void)state;
}

static void a_wrong_led_is_refused_with_what_to_do(void **state)
{
    static char const *const wrong[] = {"sysfs:",
                                        "sysfs:../status",
                                        "sysfs:..",
                                        "sysfs",
                                        "gpio:gpiochip0",
                                        "gpio:/17",
                                        "gpio:gpiochip0/",
                                        "gpio:gpiochip0/x",
                                        "gpio:gpiochip0/17,",
                                        "gpio:gpiochip0/99999999999",
                                        "gpio:gpiochip0/1,active-high",
                                        "terminal:x",
                                        "lamp:1",
                                        "",
                                        "sysfsx:status",
                                        "trace:"};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_non_null(led_check(wrong[i]));
        assert_non_null(led_open(&led, wrong[i]));
        assert_null(led.driver);
    }
    assert_non_null(led_open(&led, "sysfs:none-such"));
    assert_non_null(led_open(&led, "gpio:none-such/1"));
    make_led("[none]\n", "0\n", "0\n");
    assert_non_null(led_open(&led, "sysfs:status"));
    (void)state;
}

static void a_gpio_line_is_asked_for_as_an_output(void **state)
{
    put("gpiochip0", "");
    assert_null(led_open(&led, "gpio:gpiochip0/17"));
    assert_int_equal(chip.line, 17);
    assert_int_equal(chip.flags, GPIO_V2_LINE_FLAG_OUTPUT);
    led_close(&led);
    assert_null(led_open(&led, "gpio:gpiochip0/3,active-low"));
    assert_int_equal(chip.line, 3);
    assert_int_equal(chip.flags, GPIO_V2_LINE_FLAG_OUTPUT | GPIO_V2_LINE_FLAG_ACTIVE_LOW);
    (void)state;
}

static void a_gpio_line_follows_the_sign_and_is_left_dark(void **state)
{
    put("gpiochip0", "");
    assert_null(led_open(&led, "gpio:gpiochip0/17"));
    for (uint64_t ms = 0; ms < 4000; ms += 10) {
        assert_true(led_show(&led, &failure, ms));
        assert_int_equal(chip.lit, pgtask_led_is_lit(&failure, ms));
    }
    assert_int_equal(chip.sets, 20); /* 10 flashes in 4 s, each on and off */
    assert_true(led_show(&led, &success, 0));
    assert_int_equal(chip.lit, 1);
    led_close(&led);
    assert_int_equal(chip.lit, 0);
    assert_int_equal(fcntl(chip.line_descriptor, F_GETFD), -1);
    (void)state;
}

static void a_gpio_line_in_use_is_refused(void **state)
{
    put("gpiochip0", "");
    chip.busy = true;
    assert_non_null(strstr(led_open(&led, "gpio:gpiochip0/17"), "another program"));
    (void)state;
}

static void an_led_that_went_away_fails_and_is_set_again_when_it_is_back(void **state)
{
    put("gpiochip0", "");
    assert_null(led_open(&led, "gpio:gpiochip0/17"));
    assert_true(led_show(&led, &success, 0));
    int const line = chip.line_descriptor;
    chip.line_descriptor = -2;
    assert_false(led_show(&led, &off, 0));
    assert_false(led_show(&led, &off, 0));
    chip.line_descriptor = line;
    assert_true(led_show(&led, &off, 0));
    assert_int_equal(chip.lit, 0);
    (void)state;
}

#define LED_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LED_TEST(an_on_off_led_is_set_to_1_and_0),
        LED_TEST(a_trigger_is_found_in_a_list_longer_than_a_page),
        LED_TEST(a_dimmable_led_goes_up_to_its_max_brightness),
        LED_TEST(its_trigger_is_taken_over_and_put_back),
        LED_TEST(without_trigger_its_brightness_is_put_back),
        LED_TEST(a_multicolour_led_gets_its_colours_in_its_own_order),
        LED_TEST(a_bi_colour_led_needs_no_blue),
        LED_TEST(a_channel_that_is_no_colour_leaves_a_plain_led),
        LED_TEST(what_has_not_changed_is_not_written_again),
        LED_TEST(an_led_that_cannot_be_set_is_refused_and_left_as_it_was),
        LED_TEST(a_wrong_led_is_refused_with_what_to_do),
        LED_TEST(a_gpio_line_is_asked_for_as_an_output),
        LED_TEST(a_gpio_line_follows_the_sign_and_is_left_dark),
        LED_TEST(a_gpio_line_in_use_is_refused),
        LED_TEST(an_led_that_went_away_fails_and_is_set_again_when_it_is_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
