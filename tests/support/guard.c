/* SPDX-License-Identifier: MIT */
/* The copies end at a page without access, so that reading too far ends the test. */
#define _DEFAULT_SOURCE
#include "guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t room_for(size_t length)
{
    size_t const page = page_bytes();

    return (length + page - 1) / page * page + page;
}

void *guard_copy(void const *bytes, size_t length)
{
    size_t const page = page_bytes();
    size_t const room = room_for(length);
    char *const base = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (base == MAP_FAILED || mprotect(base + room - page, page, PROT_NONE) != 0) {
        abort();
    }
    if (length > 0) {
        memcpy(base + room - page - length, bytes, length);
    }
    return base + room - page - length;
}

void guard_free(void *copy, size_t length)
{
    size_t const page = page_bytes();
    size_t const room = room_for(length);

    if (munmap((char *)copy + length + page - room, room) != 0) {
        abort();
    }
}
