/* SPDX-License-Identifier: MIT */
/* Lists the tasks of one instance. Usage: minimal REGION INSTANCE */
#include <pgtask/pgtask.h>
#include <pgtask_posix.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct pgtask_client client;
static struct pgtask_task task;
static struct pgtask_posix posix;
static struct pgtask_posix_roots roots;

int main(int argc, char **argv)
{
    struct pgtask_query query = {.instance_id = argc > 2 ? argv[2] : "postgres-q6fj84vb"};
    struct pgtask_config config = {
        .region = argc > 1 ? argv[1] : "ap-guangzhou",
        .credentials = {.secret_id = getenv("TENCENTCLOUD_SECRET_ID"),
                        .secret_key = getenv("TENCENTCLOUD_SECRET_KEY")},
    };

    if (pgtask_posix_roots_open(&roots, NULL, &config.roots) != PGTASK_OK) {
        fprintf(stderr, "install the package ca-certificates\n");
        return 1;
    }
    pgtask_posix_open(&posix);
    enum pgtask_error error = pgtask_client_open(&client, &config, &posix.port);
    if (error == PGTASK_OK) {
        error = pgtask_client_list_all(&client, &query);
    }
    while (error == PGTASK_OK &&
           (error = pgtask_client_next_blocking(&client, &task)) == PGTASK_OK) {
        printf("%" PRIu64 "  %s  %s  %d%%  %s\n", task.task_id, task.task_type, task.status_text,
               task.progress_percent, task.start_time);
    }
    if (error != PGTASK_DONE) {
        char text[512];
        pgtask_failure_write(pgtask_client_failure(&client), text, sizeof text);
        fprintf(stderr, "%s\n", text);
    }
    pgtask_client_close(&client);
    return error == PGTASK_DONE ? 0 : 1;
}
