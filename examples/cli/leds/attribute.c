/* SPDX-License-Identifier: MIT */
#include "leds/attribute.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_path(char path[ATTRIBUTE_PATH_BYTES], char const *directory, char const *name)
{
    return text_print(path, ATTRIBUTE_PATH_BYTES, "%s/%s", directory, name);
}

int attribute_open(char const *directory, char const *name, int flags)
{
    char path[ATTRIBUTE_PATH_BYTES];

    return write_path(path, directory, name) ? open(path, flags | O_CLOEXEC) : -1;
}

/* The kernel gives at most a page for each call. @return the length read, or -1 */
static ssize_t read_whole(int descriptor, char *bytes, size_t capacity)
{
    size_t length = 0;
    ssize_t got;

    do {
        got = read(descriptor, bytes + length, capacity - length);
        length += got > 0 ? (size_t)got : 0;
    } while (got > 0 && length < capacity);
    return got < 0 ? -1 : (ssize_t)length;
}

bool attribute_read(char const *directory, char const *name, char *text, size_t capacity)
{
    int const descriptor = attribute_open(directory, name, O_RDONLY);

    if (descriptor < 0) {
        return false;
    }
    ssize_t const length = read_whole(descriptor, text, capacity);
    (void)close(descriptor);
    if (length < 0 || (size_t)length >= capacity) {
        return false;
    }
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return true;
}

/* The kernel takes each text as a whole. An ordinary file, as tests have it, must be cut. */
bool attribute_write_open(int descriptor, char const *text)
{
    size_t const length = strlen(text);

    if (pwrite(descriptor, text, length, 0) != (ssize_t)length) {
        return false;
    }
    return ftruncate(descriptor, (off_t)length) == 0 || errno == EINVAL;
}

bool attribute_write(char const *directory, char const *name, char const *text)
{
    int const descriptor = attribute_open(directory, name, O_WRONLY);
    bool const is_written = descriptor >= 0 && attribute_write_open(descriptor, text);

    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return is_written;
}

bool attribute_is_same(char const *directory, char const *name, int descriptor)
{
    char path[ATTRIBUTE_PATH_BYTES];
    struct stat here;
    struct stat open_one;

    return write_path(path, directory, name) && stat(path, &here) == 0 &&
           fstat(descriptor, &open_one) == 0 && here.st_dev == open_one.st_dev &&
           here.st_ino == open_one.st_ino;
}
