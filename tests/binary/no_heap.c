/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a program, ends it by SIGABRT on the first use of the heap between the start and
 * the end of main(). A child that it forks is left alone: libc's resolver allocates there.
 * When main() returns, a line goes to the file that NO_HEAP_REPORT names, so that a test can tell
 * a program that was watched from one that was not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own names for what is replaced here. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static pid_t watched; /* 0 outside main() */

static void forbid(char const *name)
{
    if (watched != 0 && watched == getpid()) {
        watched = 0;
        (void)!write(STDERR_FILENO, "heap used: ", 11);
        (void)!write(STDERR_FILENO, name, strlen(name));
        (void)!write(STDERR_FILENO, "\n", 1);
        abort();
    }
}

void *malloc(size_t size)
{
    forbid("malloc");
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    forbid("calloc");
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    forbid("realloc");
    return __libc_realloc(block, size);
}

void free(void *block)
{
    forbid("free");
    __libc_free(block);
}

void *memalign(size_t alignment, size_t size)
{
    forbid("memalign");
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    forbid("aligned_alloc");
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    forbid("posix_memalign");
    *block = __libc_memalign(alignment, size);
    return *block == NULL ? ENOMEM : 0;
}

static int (*program_main)(int, char **, char **);

static int watched_main(int argc, char **argv, char **environment)
{
    char const *const path = getenv("NO_HEAP_REPORT");
    int status;

    watched = getpid();
    status = program_main(argc, argv, environment);
    watched = 0;
    if (path != NULL) {
        int const report = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

        (void)!write(report, "no heap used\n", 13);
        (void)close(report);
    }
    return status;
}

int __libc_start_main(int (*start)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *end)
{
    int (*real)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                void (*)(void), void *);
    void *const symbol = dlsym(RTLD_NEXT, "__libc_start_main");

    memcpy(&real, &symbol, sizeof real);
    program_main = start;
    return real(watched_main, argc, argv, init, fini, rtld_fini, end);
}
