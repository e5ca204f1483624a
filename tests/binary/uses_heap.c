/* SPDX-License-Identifier: MIT */
/* Does what no_heap.c must notice: uses_heap malloc | calloc | realloc | free | fork */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *volatile block;

/* The child is not watched, as that of a resolver is not. */
static int allocate_in_child(void)
{
    int status = 1;
    pid_t const child = fork();

    if (child == 0) {
        block = malloc(1);
        _exit(block == NULL);
    }
    return waitpid(child, &status, 0) == child ? status : 1;
}

int main(int argc, char **argv)
{
    char const *const what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "malloc") == 0) {
        block = malloc(1);
    } else if (strcmp(what, "calloc") == 0) {
        block = calloc(1, 1);
    } else if (strcmp(what, "realloc") == 0) {
        block = realloc(block, 1);
    } else if (strcmp(what, "free") == 0) {
        free(block);
    } else if (strcmp(what, "fork") == 0) {
        return allocate_in_child();
    }
    return 0;
}
