/* SPDX-License-Identifier: MIT */
/* One line, drawn over the last one. Its rate is that of the whole listing so far. */
#include "progress.h"

#include "base/report.h"
#include "base/terminal.h"
#include "base/text.h"

#include <pgtask/client.h>

#include <string.h>
#include <unistd.h>

enum { FIRST_MS = 1000, STEP_MS = 500 };

void progress_begin(struct progress *progress, bool is_quiet, uint64_t now_ms)
{
    char const *const term = terminal_variable("TERM");

    *progress = (struct progress){.is_wanted = !is_quiet && isatty(STDERR_FILENO) == 1 &&
                                               isatty(STDOUT_FILENO) != 1 && term[0] != '\0' &&
                                               strcmp(term, "dumb") != 0,
                                  .begin_ms = now_ms,
                                  .due_ms = now_ms + FIRST_MS};
}

uint64_t progress_until_ms(struct progress const *progress, uint64_t until_ms)
{
    return progress->is_wanted && progress->due_ms < until_ms ? progress->due_ms : until_ms;
}

static void write_left(struct writer *writer, uint64_t tasks, uint64_t total_count, uint64_t ms)
{
    char left[TEXT_DURATION_BYTES];

    writer_print(writer, " of %ju", total_count);
    if (tasks > 0 && total_count > tasks) {
        uint64_t const left_s = (total_count - tasks) * ms / tasks / 1000;
        writer_print(writer, ", %s left", text_duration(left, left_s));
    }
}

void progress_draw(struct progress *progress, uint64_t tasks, uint64_t total_count, uint64_t now_ms)
{
    if (!progress->is_wanted || now_ms < progress->due_ms) {
        return;
    }
    uint64_t const ms = now_ms - progress->begin_ms;
    struct writer *const writer = report_begin();

    writer_print(writer, "\r\033[K%ju tasks", tasks);
    if (total_count != PGTASK_COUNT_UNKNOWN) {
        write_left(writer, tasks, total_count, ms);
    }
    writer_print(writer, ", %ju a second", tasks * 1000 / ms);
    (void)writer_end(writer);
    progress->is_drawn = true;
    progress->due_ms = now_ms + STEP_MS;
}

void progress_erase(struct progress *progress)
{
    if (progress->is_drawn) {
        struct writer *const writer = report_begin();
        writer_print(writer, "\r\033[K");
        (void)writer_end(writer);
        progress->is_drawn = false;
    }
}
