/* SPDX-License-Identifier: MIT */
/*
 * A descriptor that was inherited may be shared with other programs, which do not expect
 * O_NONBLOCK. A socket has a flag for one call instead. Anything else is polled first, and then a
 * pipe takes as many bytes as POSIX promises for one page. That suffices unless another program
 * writes in between, so a pipe and a terminal are opened once more, with a flag of their own.
 */
#include "base/outlet.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART_BYTES = 512 }; /* _POSIX_PIPE_BUF */

int outlet_open(int descriptor)
{
    char path[32];
    struct stat facts;
    int const flags = fcntl(descriptor, F_GETFL);

    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY || fstat(descriptor, &facts) != 0 ||
        (!S_ISFIFO(facts.st_mode) && isatty(descriptor) != 1)) {
        return descriptor;
    }
    (void)text_print(path, sizeof path, "/proc/self/fd/%u", (unsigned)descriptor);
    int const own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return own >= 0 ? own : descriptor;
}

ssize_t outlet_write(int descriptor, void const *bytes, size_t length)
{
    struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
    ssize_t const sent = send(descriptor, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (sent >= 0 || errno != ENOTSOCK) {
        return sent;
    }
    if (poll(&ready, 1, 0) != 1) {
        errno = EAGAIN;
        return -1;
    }
    return write(descriptor, bytes, length < PART_BYTES ? length : PART_BYTES);
}
