/* SPDX-License-Identifier: MIT */
/* O_NONBLOCK lets open() return at once, whatever is there; fstat() then tells what was opened. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_is_special(char const *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode);
}

int file_open(char const *path, int flags, mode_t mode)
{
    int const descriptor = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);
    struct stat facts;

    if (descriptor < 0) {
        int const failure = errno;
        bool const is_special = file_is_special(path);
        errno = failure;
        return is_special ? FILE_NOT_REGULAR : FILE_FAILED;
    }
    if (fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        (void)close(descriptor);
        return FILE_NOT_REGULAR;
    }
    return descriptor;
}
