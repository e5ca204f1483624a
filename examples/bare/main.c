/* SPDX-License-Identifier: MIT */
/*
 * The smallest program for a board without an operating system: it lists the tasks of one instance
 * and prints them to a UART. The trusted roots are arrays in flash, in DER, so nothing here reads a
 * file, PEM or a heap.
 *
 * Of the board it needs four functions of board.h: a log, a clock, a sleep and an end. The network
 * is the port's: see bare.h and port/README.md.
 */
#include "bare.h"

#include <board.h>
#include <pgtask/failure.h>

#include <string.h>

static struct pgtask_client client;
static struct pgtask_task task;

static void print(char const *text)
{
    board_log(text, strlen(text));
}

static void print_number(uint64_t number)
{
    char digits[20];
    size_t begin = sizeof digits;

    do {
        digits[--begin] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    board_log(digits + begin, sizeof digits - begin);
}

static void print_task(void)
{
    print_number(task.task_id);
    print("  ");
    print(task.task_type);
    print("  ");
    print(task.status_text);
    print("\r\n");
}

static void print_failure(void)
{
    char text[384];

    pgtask_failure_write(pgtask_client_failure(&client), text, sizeof text);
    print(text);
    print("\r\n");
}

/* Sleeps until the client has something to do. Here a super-loop does everything else. */
static void do_other_work(void)
{
    uint64_t until_ms;

    (void)pgtask_client_wait_for(&client, &until_ms);
    if (board_monotonic_ms() < until_ms) {
        board_sleep();
    }
}

void firmware_main(void)
{
    struct pgtask_query const query = {.instance_id = bare_instance};
    enum pgtask_error error = pgtask_client_open(&client, &bare_config, bare_port_open());

    if (error == PGTASK_OK) {
        error = pgtask_client_list_all(&client, &query);
    }
    while (error == PGTASK_OK) {
        error = pgtask_client_next(&client, &task);
        if (error == PGTASK_OK) {
            print_task();
        } else if (error == PGTASK_WOULD_BLOCK) {
            do_other_work();
            error = PGTASK_OK;
        }
    }
    if (error == PGTASK_DONE) {
        print("done\r\n");
    } else {
        print_failure();
    }
    pgtask_client_close(&client);
    board_exit(error == PGTASK_DONE ? 0 : 1);
}
