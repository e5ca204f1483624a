/* SPDX-License-Identifier: MIT */
#include "leds/log.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* JOURNAL_STREAM is `DEVICE:INODE` of the journal's stream, and stays set where standard error was
 * sent elsewhere (systemd.exec(5)). */
static bool journal_reads(void)
{
    char const *const stream = getenv("JOURNAL_STREAM");
    char digits[TEXT_DECIMAL_BYTES];
    char own[2 * TEXT_DECIMAL_BYTES];
    struct stat facts;

    if (stream == NULL || fstat(writer_error.descriptor, &facts) != 0) {
        return false;
    }
    strcpy(own, text_from_uint64(digits, (uint64_t)facts.st_dev));
    strcat(own, ":");
    strcat(own, text_from_uint64(digits, (uint64_t)facts.st_ino));
    return strcmp(own, stream) == 0;
}

void log_begin(enum log_priority priority)
{
    if (journal_reads()) {
        writer_text(&writer_error, "<");
        writer_number(&writer_error, (uint64_t)priority);
        writer_text(&writer_error, ">");
    }
}

void log_end(void)
{
    writer_text(&writer_error, "\n");
    (void)writer_flush(&writer_error);
}

void log_line(enum log_priority priority, char const *text, char const *detail)
{
    log_begin(priority);
    writer_text(&writer_error, text);
    if (detail != NULL) {
        writer_text(&writer_error, ": ");
        (void)writer_safe(&writer_error, detail);
    }
    log_end();
}
