/* SPDX-License-Identifier: MIT */
/* A file of any length is read in slices; only what is picked stays. */
#include "session/json_file.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* tccli's list of all services has some 40 KB. */
enum { MOST_BYTES = 1 << 20 };

/* @return whether the file is good JSON, as far as it can be read */
static bool feed_all(int descriptor, struct picker *picker, char const **cause)
{
    char slice[512];
    size_t total = 0;
    ssize_t count;
    bool is_good = true;

    do {
        count = read(descriptor, slice, sizeof slice);
        if (count > 0) {
            total += (size_t)count;
            is_good = picker_feed(picker, slice, (size_t)count);
        }
    } while (is_good && total <= MOST_BYTES && (count > 0 || (count < 0 && errno == EINTR)));
    text_wipe(slice, sizeof slice);
    if (count < 0) {
        *cause = "this file cannot be read";
    } else if (total > MOST_BYTES) {
        *cause = "this file is larger than 1 MiB";
    } else if (!is_good || !picker_finish(picker)) {
        *cause = "this file is not JSON in UTF-8; let tccli write it again: tccli configure";
    } else {
        return true;
    }
    return false;
}

enum json_file json_file_read_open(int descriptor, char const *path, struct pick *picks,
                                   size_t count, struct problem *problem)
{
    struct picker picker;
    char const *cause = "";

    picker_start(&picker, picks, count);
    bool const is_good = feed_all(descriptor, &picker, &cause);
    picker_wipe(&picker);
    if (!is_good) {
        (void)problem_set(problem, path, cause);
        for (size_t i = 0; i < count; i++) {
            text_wipe(picks[i].text, picks[i].capacity);
        }
    }
    return is_good ? JSON_FILE_READ : JSON_FILE_PROBLEM;
}

enum json_file json_file_read(char const *path, struct pick *picks, size_t count,
                              struct problem *problem)
{
    int const descriptor = file_open(path, O_RDONLY, 0);

    if (descriptor < 0) {
        if (descriptor == FILE_FAILED && (errno == ENOENT || errno == ENOTDIR)) {
            return JSON_FILE_MISSING;
        }
        (void)problem_set(problem, path,
                          descriptor == FILE_NOT_REGULAR
                              ? FILE_MUST_BE_REGULAR
                              : "this file cannot be opened; check its owner and permissions");
        return JSON_FILE_PROBLEM;
    }
    enum json_file const result = json_file_read_open(descriptor, path, picks, count, problem);
    (void)close(descriptor);
    return result;
}
