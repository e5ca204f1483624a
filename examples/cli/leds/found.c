/* SPDX-License-Identifier: MIT */
/*
 * The record lies in RUNTIME_DIRECTORY, or else in /run: both are empty after a start of the
 * machine. Its first line tells which LED it is for: path, device and inode, which are others when
 * the driver was bound again. Each further line is the name of a file, a blank and its text.
 *
 * A killed program leaves the trigger `none`, `pattern` or `timer`. With another one, somebody has
 * set the LED since, and the record is out of date.
 */
#include "leds/found.h"

#include "base/text.h"
#include "base/writer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INTENSITY, BRIGHTNESS, TRIGGER };

/* In the order in which they are restored: the light first, since a brightness of 0 would end a
 * trigger; then the trigger; then its settings, which the kernel forgets with it: timer, oneshot,
 * heartbeat, netdev in the order that it needs, pattern. */
static char const *const names[FOUND_FILES] = {
    "multi_intensity", "brightness",  "trigger", "delay_on", "delay_off",
    "invert",          "device_name", "link",    "tx",       "rx",
    "interval",        "repeat",      "pattern"};

static char record[FOUND_FILES * (FOUND_TEXT_BYTES + 24) + 2 * ATTRIBUTE_PATH_BYTES];
static struct writer out;

/* Each LED has a record of its own, so the name is the LED's path. */
static void find_record(struct found *found, char const *directory)
{
    char const *const given = getenv("RUNTIME_DIRECTORY");
    char const *const folder = given != NULL && given[0] != '\0' ? given : "/run";
    char name[ATTRIBUTE_PATH_BYTES];

    (void)text_print(name, sizeof name, "%s", directory);
    for (char *at = name; *at != '\0'; at++) {
        *at = *at == '/' ? '_' : *at;
    }
    found->record[0] = '\0';
    for (size_t i = 0; i < strcspn(folder, ":") && i < sizeof found->record - 1; i++) {
        found->record[i] = folder[i];
        found->record[i + 1] = '\0';
    }
    if (!text_append(found->record, sizeof found->record, "/pgtask-led%s", name)) {
        found->record[0] = '\0';
    }
}

static bool write_identity(char *line, size_t capacity, char const *directory)
{
    struct stat facts;
    char path[ATTRIBUTE_PATH_BYTES];

    return text_print(path, sizeof path, "%s/brightness", directory) && stat(path, &facts) == 0 &&
           text_print(line, capacity, "%s %ju %ju", directory, (uint64_t)facts.st_dev,
                      (uint64_t)facts.st_ino);
}

/* Only a file of this user counts. @return whether the record is for this LED */
static bool read_record(struct found const *found, char const *directory)
{
    char identity[2 * ATTRIBUTE_PATH_BYTES];
    struct stat facts;
    int const descriptor = open(found->record, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (descriptor < 0) {
        return false;
    }
    ssize_t length = -1;
    if (fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == geteuid()) {
        length = read(descriptor, record, sizeof record - 1);
    }
    (void)close(descriptor);
    record[length > 0 ? length : 0] = '\0';
    return write_identity(identity, sizeof identity, directory) &&
           strcspn(record, "\n") == strlen(identity) && record[strlen(identity)] == '\n' &&
           memcmp(record, identity, strlen(identity)) == 0;
}

static void take_record(struct found *found)
{
    char *line = strchr(record, '\n') + 1;
    char *end;

    memset(found->texts, 0, sizeof found->texts);
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        for (size_t i = 0; i < FOUND_FILES; i++) {
            size_t const length = strlen(names[i]);
            if (strncmp(line, names[i], length) == 0 && line[length] == ' ') {
                (void)text_print(found->texts[i], FOUND_TEXT_BYTES, "%s", line + length + 1);
            }
        }
    }
}

/* Without a place for it, a program that is killed cannot be made up for. */
static void write_record(struct found const *found, char const *directory)
{
    char identity[2 * ATTRIBUTE_PATH_BYTES];

    (void)unlink(found->record);
    if (!write_identity(identity, sizeof identity, directory)) {
        return;
    }
    out.descriptor =
        open(found->record, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    out.error = 0;
    if (out.descriptor < 0) {
        return;
    }
    writer_print(&out, "%s\n", identity);
    for (size_t i = 0; i < FOUND_FILES; i++) {
        if (found->texts[i][0] != '\0') {
            writer_print(&out, "%s %s\n", names[i], found->texts[i]);
        }
    }
    (void)writer_flush(&out);
    (void)close(out.descriptor);
}

void found_read(struct found *found, char const *directory, char const *trigger)
{
    static char const *const left[] = {"none", "pattern", "timer"};
    bool may_be_left = false;

    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        may_be_left = may_be_left || strcmp(trigger, left[i]) == 0;
    }
    find_record(found, directory);
    if (may_be_left && read_record(found, directory)) {
        take_record(found);
        return;
    }
    for (size_t i = 0; i < FOUND_FILES; i++) {
        if (!attribute_read(directory, names[i], found->texts[i], FOUND_TEXT_BYTES)) {
            found->texts[i][0] = '\0';
        }
    }
    (void)text_print(found->texts[TRIGGER], FOUND_TEXT_BYTES, "%s", trigger);
    write_record(found, directory);
}

static void restore(struct found const *found, char const *directory, size_t file)
{
    if (found->texts[file][0] != '\0') {
        (void)attribute_write(directory, names[file], found->texts[file]);
    }
}

void found_restore(struct found const *found, char const *directory)
{
    char const *const trigger = found->texts[TRIGGER];

    if (trigger[0] != '\0') {
        (void)attribute_write(directory, names[TRIGGER], "none");
    }
    restore(found, directory, INTENSITY);
    restore(found, directory, BRIGHTNESS);
    if (strcmp(trigger, "none") != 0) {
        for (size_t i = TRIGGER; i < FOUND_FILES; i++) {
            restore(found, directory, i);
        }
    }
    (void)unlink(found->record);
}

char const *found_intensity(struct found const *found)
{
    return found->texts[INTENSITY];
}
