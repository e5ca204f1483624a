/* SPDX-License-Identifier: MIT */
#include "signals.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t noted;
static volatile sig_atomic_t reload;
static volatile sig_atomic_t acknowledgement;

static void note(int number)
{
    noted = number;
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
