/* SPDX-License-Identifier: MIT */
/* Prints the events that inotify tells of a folder: the name of the file, or `.` for the folder. */
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

/* Reading or opening a file changes nothing, so it is left out. */
#define CHANGES                                                                                    \
    (IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE | IN_MOVE_SELF)

int main(int count, char **arguments)
{
    union {
        struct inotify_event first; /* which aligns the bytes */
        char bytes[4096];
    } events;
    int const descriptor = inotify_init1(0);

    if (count != 2 || descriptor < 0 || inotify_add_watch(descriptor, arguments[1], CHANGES) < 0) {
        return 1;
    }
    for (;;) {
        ssize_t const length = read(descriptor, events.bytes, sizeof events.bytes);
        if (length <= 0) {
            return 1;
        }
        for (char const *at = events.bytes; at < events.bytes + length;) {
            struct inotify_event const *const event = (void const *)at;
            (void)printf("%s\n", event->len > 0 ? event->name : ".");
            at += sizeof *event + event->len;
        }
        (void)fflush(stdout);
    }
}
