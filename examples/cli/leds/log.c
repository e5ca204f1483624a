/* SPDX-License-Identifier: MIT */
/* Lines of base/report.h, with a priority such as `<4>` in front if the journal reads them. */
#include "leds/log.h"

#include "base/report.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A line that is kept is never handed on: its writer has no descriptor. */
static struct {
    bool is_wanted;
    struct writer line;
    char last[512];
} kept = {.line = {.descriptor = -1, .never_waits = true}};

/* JOURNAL_STREAM is `DEVICE:INODE` of the journal's stream. It stays set if standard error is
 * redirected (systemd.exec(5)), so the numbers are compared. */
static bool is_read_by_journal(void)
{
    char const *const stream = getenv("JOURNAL_STREAM");
    char own[48];
    struct stat facts;

    if (stream == NULL || fstat(writer_error.descriptor, &facts) != 0) {
        return false;
    }
    (void)text_print(own, sizeof own, "%ju:%ju", (uint64_t)facts.st_dev, (uint64_t)facts.st_ino);
    return strcmp(own, stream) == 0;
}

void log_keep(bool keeps)
{
    kept.is_wanted = keeps;
    kept.line.is_ascii = writer_error.is_ascii;
    kept.line.is_chinese = writer_error.is_chinese;
}

char const *log_last(void)
{
    return kept.last;
}

struct writer *log_begin(enum log_priority priority)
{
    if (kept.is_wanted) {
        writer_begin(&kept.line);
        return &kept.line;
    }
    struct writer *const writer = report_begin();

    if (is_read_by_journal()) {
        writer_print(writer, "<%u>", (unsigned)priority);
    }
    return writer;
}

void log_end(void)
{
    if (kept.is_wanted) {
        size_t const most = sizeof kept.last - 1;
        size_t const length = kept.line.length < most ? kept.line.length : most;
        memcpy(kept.last, kept.line.buffer, length);
        kept.last[length] = '\0';
    } else {
        report_end();
    }
}

void log_line(enum log_priority priority, char const *form, ...)
{
    va_list arguments;

    va_start(arguments, form);
    writer_print_arguments(log_begin(priority), form, arguments);
    va_end(arguments);
    log_end();
}
