/* SPDX-License-Identifier: MIT */
/*
 * Follows the restores of one instance and blinks an LED, in a loop that never waits for the
 * network. On a PC the LED is a line of text. Usage: blink REGION INSTANCE
 */
#include <pgtask/pgtask.h>
#include <pgtask_posix.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct pgtask_client client;
static struct pgtask_watch watch;
static struct pgtask_task task;
static struct pgtask_posix posix;
static struct pgtask_posix_roots roots;

/* On a board: the tick counter. */
static uint64_t now_ms(void)
{
    return posix.port.monotonic_ms(posix.port.context);
}

/* On a board: the GPIO. */
static void set_led(bool lit)
{
    static bool was_lit;

    if (lit != was_lit) {
        puts(lit ? "LED on" : "LED off");
        was_lit = lit;
    }
}

static void print_event(struct pgtask_event const *event)
{
    printf("%s %s\n", pgtask_event_text(event->kind),
           event->task != NULL ? event->task->status_text : "");
}

/* On a board: everything else that the loop has to do. */
static void do_other_work(void)
{
    struct timespec const pause = {.tv_nsec = 20000000};

    nanosleep(&pause, NULL);
}

static enum pgtask_error follow(struct pgtask_config const *config, char const *instance)
{
    struct pgtask_watch_config const restores = {.instance_id = instance,
                                                 .task_types = PGTASK_WATCH_RESTORES};
    struct pgtask_event event;
    enum pgtask_error error = pgtask_client_open(&client, config, &posix.port);

    if (error == PGTASK_OK) {
        error = pgtask_watch_open(&watch, &restores, &client, &task);
    }
    while (error >= PGTASK_OK) {
        error = pgtask_watch_next(&watch, &event); /* takes one step and returns */
        if (error == PGTASK_OK) {
            print_event(&event);
        }
        struct pgtask_led_signal const signal = pgtask_led_signal(&watch, NULL, now_ms());
        set_led(pgtask_led_is_lit(&signal, now_ms()));
        do_other_work();
    }
    return error;
}

int main(int argc, char **argv)
{
    struct pgtask_config config = {
        .region = argc > 1 ? argv[1] : "ap-guangzhou",
        .credentials = {.secret_id = getenv("TENCENTCLOUD_SECRET_ID"),
                        .secret_key = getenv("TENCENTCLOUD_SECRET_KEY")},
    };

    pgtask_posix_open(&posix);
    if (pgtask_posix_roots_open(&roots, NULL, &config.roots) != PGTASK_OK) {
        fprintf(stderr, "blink: no CA certificates found; install ca-certificates\n");
        return 1;
    }
    enum pgtask_error const error = follow(&config, argc > 2 ? argv[2] : "postgres-q6fj84vb");
    fprintf(stderr, "blink: %s. %s\n", pgtask_error_text(error), pgtask_error_advice(error));
    return 1;
}
