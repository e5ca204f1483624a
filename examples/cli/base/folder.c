/* SPDX-License-Identifier: MIT */
/* The kernel's own call. Where there is none of this name, a folder shows no names. */
/* For syscall(), which POSIX does not have. The C library reads this name.
 * NOLINTNEXTLINE(bugprone-reserved-identifier) */
#define _DEFAULT_SOURCE

#include "base/folder.h"

#ifdef __linux__

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the kernel writes: struct linux_dirent64 of getdents64(2). */
enum { LENGTH_AT = 16, NAME_AT = 19 };

void folder_read(char const *path, void (*take)(void *context, char const *name), void *context)
{
    char entries[2048];
    int const descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    long length = descriptor < 0 ? 0 : syscall(SYS_getdents64, descriptor, entries, sizeof entries);

    while (length > 0) {
        for (size_t at = 0; at < (size_t)length;) {
            uint16_t entry_length;
            memcpy(&entry_length, entries + at + LENGTH_AT, sizeof entry_length);
            take(context, entries + at + NAME_AT);
            at += entry_length;
        }
        length = syscall(SYS_getdents64, descriptor, entries, sizeof entries);
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
}

#else

void folder_read(char const *path, void (*take)(void *context, char const *name), void *context)
{
    (void)path;
    (void)take;
    (void)context;
}

#endif
