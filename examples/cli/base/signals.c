/* SPDX-License-Identifier: MIT */
/* Handlers only set flags; whoever waits looks at them. All handlers are installed in one place,
 * from all that was wished for so far. */
#include "base/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

/* select() takes descriptors below FD_SETSIZE. Above it, which only inherited descriptors can
 * cause, the wait looks again after BLIND_MS. */
enum { LONGEST_MS = 86400000, BLIND_MS = 20 };

static volatile sig_atomic_t ending;
static volatile sig_atomic_t reload;
static volatile sig_atomic_t acknowledgement;
static volatile sig_atomic_t stop;
static volatile sig_atomic_t resize;
static volatile sig_atomic_t arrived; /* any of them, since the last wait */

static struct {
    bool catches;
    bool serves;
    bool has_screen;
    bool has_children;
    char const *farewell;
} wishes;

static bool is_held;
static sigset_t before_hold;

void signals_hold(void)
{
    sigset_t requests;

    (void)sigemptyset(&requests);
    (void)sigaddset(&requests, SIGHUP);
    (void)sigaddset(&requests, SIGUSR1);
    is_held = sigprocmask(SIG_BLOCK, &requests, &before_hold) == 0;
}

void signals_release(void)
{
    if (is_held) {
        (void)sigprocmask(SIG_SETMASK, &before_hold, NULL);
        is_held = false;
    }
}

static void remember_end(int number)
{
    ending = number;
    arrived = 1;
}

/* The second signal kills, but leaves the terminal as it was. */
static void remember_end_or_die(int number)
{
    if (ending != 0) {
        ssize_t const written = write(STDOUT_FILENO, wishes.farewell, strlen(wishes.farewell));
        (void)written;
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    remember_end(number);
}

static void remember_request(int number)
{
    if (number == SIGHUP) {
        reload = 1;
    } else {
        acknowledgement = 1;
    }
    arrived = 1;
}

static void remember_terminal(int number)
{
    if (number == SIGTSTP) {
        stop = 1;
    } else if (number != SIGCHLD) {
        resize = 1;
    }
    arrived = 1;
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler};

    (void)sigemptyset(&action.sa_mask);
    action.sa_flags = flags;
    (void)sigaction(number, &action, NULL);
}

/* nohup and background jobs of a script start with some signals ignored: those stay ignored. A
 * shell without job control ignores SIGTSTP, since nobody could continue the program. */
static void handle_unless_ignored(int number, void (*handler)(int), int flags)
{
    struct sigaction before;

    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        handle(number, handler, flags);
    }
}

static void install_end(int number)
{
    if (wishes.has_screen) {
        handle_unless_ignored(number, remember_end_or_die, 0);
    } else {
        handle_unless_ignored(number, remember_end, (int)SA_RESETHAND);
    }
}

/* A terminal sends SIGHUP when it is closed. A service manager gives none to its services. */
static bool has_terminal(void)
{
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
        if (isatty(i) == 1) {
            return true;
        }
    }
    return false;
}

/* SA_RESTART, since the calls that these signals interrupt need not know of them. */
static void install(void)
{
    if (wishes.catches) {
        handle(SIGPIPE, SIG_IGN, 0);
        handle(SIGXFSZ, SIG_IGN, 0);
    }
    if (wishes.has_screen || (wishes.catches && ending == 0)) {
        install_end(SIGINT);
        install_end(SIGTERM);
        install_end(SIGHUP);
    }
    if (wishes.serves) {
        if (!has_terminal()) {
            handle(SIGHUP, remember_request, 0);
        }
        handle(SIGUSR1, remember_request, 0);
    }
    if (wishes.has_screen) {
        install_end(SIGQUIT);
        handle(SIGWINCH, remember_terminal, SA_RESTART);
        handle(SIGCONT, remember_terminal, SA_RESTART);
        handle_unless_ignored(SIGTSTP, remember_terminal, SA_RESTART);
    }
    if (wishes.has_children) {
        handle(SIGCHLD, remember_terminal, SA_RESTART);
    }
}

void signals_catch(bool serves)
{
    wishes.catches = true;
    wishes.serves = wishes.serves || serves;
    install();
    if (!serves) {
        signals_release();
    }
}

void signals_screen(char const *farewell)
{
    wishes.has_screen = true;
    wishes.farewell = farewell;
    install();
}

void signals_children(void)
{
    wishes.has_children = true;
    install();
}

int signals_ending(void)
{
    return ending;
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

bool signals_take_stop(void)
{
    return take(&stop);
}

bool signals_take_resize(void)
{
    return take(&resize);
}

void signals_stop(void)
{
    handle(SIGTSTP, SIG_DFL, 0);
    (void)raise(SIGTSTP);
    handle(SIGTSTP, remember_terminal, SA_RESTART);
}

/* Signals that were ignored when the program began stay ignored. SIGPIPE and SIGXFSZ may be ignored
 * because of this program only. */
static void restore_usual_effects(void)
{
    static int const numbers[] = {SIGINT,   SIGTERM, SIGHUP,  SIGQUIT, SIGUSR1,
                                  SIGWINCH, SIGCONT, SIGTSTP, SIGCHLD};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        handle_unless_ignored(numbers[i], SIG_DFL, 0);
    }
    handle(SIGPIPE, SIG_DFL, 0);
    handle(SIGXFSZ, SIG_DFL, 0);
}

pid_t signals_fork(void)
{
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    pid_t const child = fork();
    if (child == 0) {
        restore_usual_effects();
    }
    int const failure = errno;
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    errno = failure;
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
        FD_SET((uint16_t)descriptor, &set); /* below FD_SETSIZE: no libc converts a sign */
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
