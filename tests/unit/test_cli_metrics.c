/* SPDX-License-Identifier: MIT */
/* The metrics file in a folder that others can write to, and where writing fails. */
#include "leds/metrics.h"

#include "base/file.h"
#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define CHANCE 4000000000u

static char directory[] = "/tmp/pgtask-metrics-XXXXXX";
static char path[64];
static char victim[64];
static struct pgtask_watch watch;
static struct pgtask_counters counters;
static struct metrics const metrics = {.client = &counters};
static struct pgtask_led_signal const shown = {.state = PGTASK_LED_OFF};

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/m.prom", directory);
    (void)snprintf(victim, sizeof victim, "%s/victim", directory);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(directory);
}

static int write_now(uint32_t chance)
{
    (void)alarm(5);
    int const error = metrics_write(path, &metrics, &watch, &shown, 0, chance);
    (void)alarm(0);
    return error;
}

static void everybody_may_read_it_whatever_the_umask_is(void **state)
{
    static mode_t const masks[] = {0, 022, 077, 0777};
    struct stat facts;

    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        mode_t const before = umask(masks[i]);
        assert_int_equal(write_now(CHANCE), 0);
        (void)umask(before);
        assert_int_equal(stat(path, &facts), 0);
        assert_int_equal(facts.st_mode & 07777, 0644);
    }
    (void)state;
}

/* Writes the first name that the unfinished file would have. */
static void write_name(char name[80])
{
    (void)snprintf(name, 80, "%s.%u.tmp", path, CHANCE);
}

static void what_a_neighbour_has_put_there_is_neither_followed_nor_waited_for(void **state)
{
    char name[80];
    struct stat facts;
    int const file = open(victim, O_WRONLY | O_CREAT, 0600);

    assert_int_equal(close(file), 0);
    write_name(name);
    assert_int_equal(symlink(victim, name), 0);
    assert_int_equal(write_now(CHANCE), 0);
    assert_int_equal(stat(victim, &facts), 0);
    assert_int_equal(facts.st_size, 0);
    assert_int_equal(facts.st_mode & 07777, 0600);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(mkfifo(name, 0600), 0);
    assert_int_equal(write_now(CHANCE), 0);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(unlink(victim), 0);
    assert_int_equal(stat(path, &facts), 0);
    assert_true(S_ISREG(facts.st_mode) && facts.st_size > 1000);
    (void)state;
}

static void something_else_than_a_regular_file_is_refused_and_stays(void **state)
{
    struct stat facts;

    (void)unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_non_null(strstr(metrics_check(path), "regular file"));
    assert_int_equal(write_now(CHANCE), METRICS_NOT_REGULAR);
    assert_int_equal(lstat(path, &facts), 0);
    assert_true(S_ISFIFO(facts.st_mode));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_int_equal(write_now(CHANCE), METRICS_NOT_REGULAR);
    assert_int_equal(lstat(path, &facts), 0);
    assert_true(S_ISLNK(facts.st_mode));
    assert_int_equal(unlink(path), 0);
    assert_null(metrics_check(path));
    (void)state;
}

static void a_file_that_may_not_grow_is_an_error_and_not_the_end(void **state)
{
    struct rlimit before;

    signals_catch(true);
    assert_int_equal(write_now(CHANCE), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit const low = {.rlim_cur = 100, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    int const error = write_now(CHANCE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(error, EFBIG);
    assert_int_equal(write_now(CHANCE), 0);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(everybody_may_read_it_whatever_the_umask_is),
        cmocka_unit_test(what_a_neighbour_has_put_there_is_neither_followed_nor_waited_for),
        cmocka_unit_test(something_else_than_a_regular_file_is_refused_and_stays),
        cmocka_unit_test(a_file_that_may_not_grow_is_an_error_and_not_the_end),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
