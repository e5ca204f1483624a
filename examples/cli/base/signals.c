/* SPDX-License-Identifier: MIT */
#include "base/signals.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

/* A set of descriptors has no place for those above; none is expected, but one may be inherited. */
enum { LONGEST_MS = 86400000, BLIND_MS = 20 };

static volatile sig_atomic_t noted;
static volatile sig_atomic_t reload;
static volatile sig_atomic_t acknowledgement;
static volatile sig_atomic_t stop;
static volatile sig_atomic_t resize;
static volatile sig_atomic_t arrived; /* any of them, since the last wait */

static sigset_t before_hold;

void signals_hold(void)
{
    sigset_t requests;

    (void)sigemptyset(&requests);
    (void)sigaddset(&requests, SIGHUP);
    (void)sigaddset(&requests, SIGUSR1);
    (void)sigprocmask(SIG_BLOCK, &requests, &before_hold);
}

void signals_release(void)
{
    (void)sigprocmask(SIG_SETMASK, &before_hold, NULL);
}

static void note(int number)
{
    noted = number;
    arrived = 1;
}

void signals_catch(void)
{
    static int const numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction catch = {.sa_handler = note};

    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigemptyset(&catch.sa_mask);
    catch.sa_flags = (int)SA_RESETHAND;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;
        /* nohup and background jobs of a script start with some of them ignored: leave those. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void)sigaction(numbers[i], &catch, NULL);
        }
    }
}

int signals_noted(void)
{
    return noted;
}

static void note_request(int number)
{
    if (number == SIGHUP) {
        reload = 1;
    } else {
        acknowledgement = 1;
    }
    arrived = 1;
}

void signals_serve(void)
{
    struct sigaction serve = {.sa_handler = note_request};

    (void)sigemptyset(&serve.sa_mask);
    (void)sigaction(SIGHUP, &serve, NULL);
    (void)sigaction(SIGUSR1, &serve, NULL);
}

static bool take(volatile sig_atomic_t *request)
{
    bool const came = *request != 0;

    *request = 0;
    return came;
}

bool signals_take_reload(void)
{
    return take(&reload);
}

bool signals_take_acknowledgement(void)
{
    return take(&acknowledgement);
}

static void note_terminal(int number)
{
    if (number == SIGTSTP) {
        stop = 1;
    } else if (number != SIGCHLD) {
        resize = 1;
    }
    arrived = 1;
}

/* Restarting, as what it interrupts need not know of it. */
static void catch_terminal(int number)
{
    struct sigaction catch = {.sa_handler = note_terminal};

    (void)sigemptyset(&catch.sa_mask);
    catch.sa_flags = SA_RESTART;
    (void)sigaction(number, &catch, NULL);
}

static char const *last_words;

/* The first is noted; the second kills, but leaves the terminal as it was. */
static void note_or_die(int number)
{
    if (noted != 0) {
        ssize_t const written = write(STDOUT_FILENO, last_words, strlen(last_words));
        (void)written;
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    note(number);
}

static void catch_end(int number)
{
    struct sigaction catch = {.sa_handler = note_or_die};
    struct sigaction before;

    (void)sigemptyset(&catch.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        (void)sigaction(number, &catch, NULL);
    }
}

void signals_view(char const *farewell)
{
    static int const ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction before;

    last_words = farewell;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        catch_end(ends[i]);
    }
    catch_terminal(SIGWINCH);
    catch_terminal(SIGCONT);
    /* A shell without job control has it ignored: nobody could continue us. */
    if (sigaction(SIGTSTP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        catch_terminal(SIGTSTP);
    }
}

bool signals_take_stop(void)
{
    return take(&stop);
}

void signals_stop(void)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};

    (void)sigemptyset(&usual.sa_mask);
    (void)sigaction(SIGTSTP, &usual, NULL);
    (void)raise(SIGTSTP);
    catch_terminal(SIGTSTP);
}

bool signals_take_resize(void)
{
    return take(&resize);
}

void signals_children(void)
{
    catch_terminal(SIGCHLD);
}

static void be_as_usual(void)
{
    static int const numbers[] = {SIGINT,   SIGTERM, SIGHUP,  SIGQUIT, SIGUSR1,
                                  SIGWINCH, SIGCONT, SIGTSTP, SIGCHLD, SIGPIPE};
    struct sigaction usual = {.sa_handler = SIG_DFL};
    struct sigaction before;

    (void)sigemptyset(&usual.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        /* What was ignored when we came stays so; only SIGPIPE may be so because of us. */
        if (sigaction(numbers[i], NULL, &before) == 0 &&
            (before.sa_handler != SIG_IGN || numbers[i] == SIGPIPE)) {
            (void)sigaction(numbers[i], &usual, NULL);
        }
    }
}

pid_t signals_fork(void)
{
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    pid_t const child = fork();
    if (child == 0) {
        be_as_usual();
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return child;
}

void signals_wait(int descriptor, bool write, uint64_t time_ms)
{
    bool const fits = descriptor >= 0 && descriptor < FD_SETSIZE;
    uint64_t const most_ms = descriptor >= FD_SETSIZE ? BLIND_MS : LONGEST_MS;
    uint64_t const ms = time_ms < most_ms ? time_ms : most_ms;
    struct timespec const time = {.tv_sec = (time_t)(ms / 1000),
                                  .tv_nsec = (long)(ms % 1000) * 1000000};
    fd_set set;
    sigset_t all;
    sigset_t before;

    FD_ZERO(&set);
    if (fits) {
        FD_SET(descriptor, &set);
    }
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    if (!take(&arrived)) {
        (void)pselect(fits ? descriptor + 1 : 0, fits && !write ? &set : NULL,
                      fits && write ? &set : NULL, NULL, &time, &before);
        arrived = 0;
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}
