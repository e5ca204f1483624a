/* SPDX-License-Identifier: MIT */
/* A signal ends a wait once, also one that came before the wait. */
#include "base/signals.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static uint64_t now_ms(void)
{
    struct timespec now;

    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint64_t wait_for_ms(int descriptor, bool write, uint64_t time_ms)
{
    uint64_t const begin_ms = now_ms();

    signals_wait(descriptor, write, time_ms);
    return now_ms() - begin_ms;
}

static int status_of(pid_t child)
{
    int status = -1;

    assert_true(child > 0);
    while (waitpid(child, &status, 0) < 0) {
    }
    return status;
}

static void a_wait_lasts_as_long_as_it_was_asked_to(void **state)
{
    assert_in_range(wait_for_ms(-1, false, 120), 119, 5000);
    assert_in_range(wait_for_ms(-1, false, 0), 0, 5000);
    (void)state;
}

static void a_signal_that_came_before_the_wait_ends_it_once(void **state)
{
    signals_catch(false);
    assert_int_equal(signals_ending(), 0);
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(signals_ending(), SIGTERM);
    assert_in_range(wait_for_ms(-1, false, 60000), 0, 5000);
    assert_in_range(wait_for_ms(-1, false, 120), 119, 5000);
    (void)state;
}

static void a_signal_during_the_wait_ends_it(void **state)
{
    signals_catch(true);
    pid_t const child = fork();
    if (child == 0) {
        struct timespec const pause = {.tv_nsec = 100000000};
        (void)nanosleep(&pause, NULL);
        _exit(kill(getppid(), SIGUSR1) == 0 ? 0 : 1);
    }
    assert_true(child > 0);
    assert_in_range(wait_for_ms(-1, false, 60000), 50, 10000);
    assert_true(signals_take_acknowledgement());
    assert_false(signals_take_acknowledgement());
    assert_int_equal(status_of(child), 0);
    (void)state;
}

static bool is_as_usual(int number)
{
    struct sigaction action;
    sigset_t held;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_DFL &&
           sigprocmask(SIG_BLOCK, NULL, &held) == 0 && sigismember(&held, number) == 0;
}

static void a_child_has_no_handler_of_ours(void **state)
{
    static int const numbers[] = {SIGINT,   SIGTERM, SIGHUP,  SIGQUIT, SIGPIPE, SIGUSR1,
                                  SIGWINCH, SIGCONT, SIGTSTP, SIGCHLD, SIGXFSZ};

    signals_catch(true);
    signals_screen("");
    signals_children();
    pid_t const child = signals_fork();
    for (size_t i = 0; child == 0 && i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!is_as_usual(numbers[i])) {
            _exit(numbers[i]);
        }
    }
    if (child == 0) {
        (void)raise(SIGTERM);
        _exit(0);
    }
    int const status = status_of(child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_false(is_as_usual(SIGUSR1));
    (void)state;
}

static void what_was_ignored_from_the_start_stays_ignored_in_a_child(void **state)
{
    struct sigaction const ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;

    assert_int_equal(sigaction(SIGHUP, &ignore, &before), 0);
    pid_t const child = signals_fork();
    if (child == 0) {
        (void)raise(SIGHUP);
        _exit(7);
    }
    int const status = status_of(child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    assert_int_equal(sigaction(SIGHUP, &before, NULL), 0);
    (void)state;
}

static void the_end_of_a_child_ends_a_wait_where_asked_for(void **state)
{
    signals_children();
    pid_t const child = fork();
    if (child == 0) {
        _exit(0);
    }
    assert_true(child > 0);
    assert_in_range(wait_for_ms(-1, false, 60000), 0, 10000);
    assert_int_equal(status_of(child), 0);
    (void)state;
}

static void a_descriptor_that_is_ready_ends_the_wait(void **state)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    signals_wait(-1, false, 0); /* takes what the tests before left behind */
    assert_in_range(wait_for_ms(ends[0], false, 120), 119, 5000);
    assert_in_range(wait_for_ms(ends[1], true, 60000), 0, 5000);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_in_range(wait_for_ms(ends[0], false, 60000), 0, 5000);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)state;
}

enum { SIGNALS = 9 };

/* What each signal does, in a child that makes the wishes in the given order. */
static void make_wishes(char const *order, struct sigaction actions[SIGNALS])
{
    static int const numbers[SIGNALS] = {SIGINT,   SIGTERM, SIGHUP,  SIGQUIT, SIGUSR1,
                                         SIGWINCH, SIGTSTP, SIGCHLD, SIGPIPE};
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    pid_t const child = fork();
    if (child == 0) {
        for (; *order != '\0'; order++) {
            switch (*order) {
            case 'c': signals_catch(true); break;
            case 's': signals_screen(""); break;
            default: signals_children(); break;
            }
        }
        for (size_t i = 0; i < SIGNALS; i++) {
            (void)sigaction(numbers[i], NULL, &actions[i]);
        }
        size_t const size = SIGNALS * sizeof actions[0];
        _exit(write(ends[1], actions, size) == (ssize_t)size ? 0 : 1);
    }
    assert_int_equal(status_of(child), 0);
    assert_int_equal(read(ends[0], actions, SIGNALS * sizeof actions[0]),
                     SIGNALS * sizeof actions[0]);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void the_order_of_the_wishes_does_not_matter(void **state)
{
    static char const *const orders[] = {"csh", "chs", "sch", "shc", "hcs", "hsc", "cshcsh"};
    struct sigaction expected[SIGNALS];

    make_wishes(orders[0], expected);
    for (size_t i = 1; i < sizeof orders / sizeof orders[0]; i++) {
        struct sigaction actions[SIGNALS];
        make_wishes(orders[i], actions);
        for (size_t j = 0; j < SIGNALS; j++) {
            assert_true(actions[j].sa_handler == expected[j].sa_handler);
            assert_int_equal(actions[j].sa_flags, expected[j].sa_flags);
        }
    }
    (void)state;
}

static bool is_held(int number)
{
    sigset_t held;

    return sigprocmask(SIG_BLOCK, NULL, &held) == 0 && sigismember(&held, number) == 1;
}

static void requests_are_held_back_until_they_are_released(void **state)
{
    signals_release(); /* nothing is held: harmless */
    signals_hold();
    assert_true(is_held(SIGHUP) && is_held(SIGUSR1));
    signals_catch(true);
    assert_true(is_held(SIGHUP) && is_held(SIGUSR1));
    assert_int_equal(raise(SIGHUP), 0);
    assert_false(signals_take_reload());
    signals_release();
    assert_false(is_held(SIGHUP) || is_held(SIGUSR1));
    assert_true(signals_take_reload());
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(the_order_of_the_wishes_does_not_matter),
        cmocka_unit_test(a_wait_lasts_as_long_as_it_was_asked_to),
        cmocka_unit_test(a_signal_that_came_before_the_wait_ends_it_once),
        cmocka_unit_test(a_signal_during_the_wait_ends_it),
        cmocka_unit_test(the_end_of_a_child_ends_a_wait_where_asked_for),
        cmocka_unit_test(a_descriptor_that_is_ready_ends_the_wait),
        cmocka_unit_test(a_child_has_no_handler_of_ours),
        cmocka_unit_test(requests_are_held_back_until_they_are_released),
        cmocka_unit_test(what_was_ignored_from_the_start_stays_ignored_in_a_child),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
