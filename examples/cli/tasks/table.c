/* SPDX-License-Identifier: MIT */
/* Tasks as aligned columns, as wide as the usual texts are. */
#include "tasks/output.h"

#include "base/text.h"
#include "tasks/times.h"

enum { OFFSET_WIDTH = 6 }; /* +08:00 */

enum { TASK, TYPE, INSTANCE, STATUS, PROGRESS, START, END, STEP, COLUMNS };

static struct {
    char const *title;
    size_t width; /* of the longest usual text; a longer text shifts the rest of its row */
} const columns[COLUMNS] = {
    [TASK] = {"TASK", 8},      [TYPE] = {"TYPE", 20},        [INSTANCE] = {"INSTANCE", 17},
    [STATUS] = {"STATUS", 10}, [PROGRESS] = {"PROGRESS", 8}, [START] = {"START", 19},
    [END] = {"END", 19},       [STEP] = {"STEP", 0},
};

static void write_gap(struct writer *writer, unsigned column, size_t written)
{
    bool const has_offset = (column == START || column == END) && times_has_offsets();
    size_t const width = columns[column].width + (has_offset ? OFFSET_WIDTH : 0);

    writer_blanks(writer, (written < width ? width - written : 0) + 2);
}

static void write_row(struct writer *writer, char const *const cells[COLUMNS], unsigned last)
{
    for (unsigned i = 0; i <= last; i++) {
        size_t const written = writer_printable(writer, cells[i][0] == '\0' ? "-" : cells[i]);
        if (i < last) {
            write_gap(writer, i, written);
        }
    }
    writer_print(writer, "\n");
}

static void write_header(struct writer *writer, unsigned last)
{
    char const *titles[COLUMNS];

    char start[TIMES_BYTES];
    char end[TIMES_BYTES];

    for (unsigned i = 0; i < COLUMNS; i++) {
        titles[i] = writer_text(writer, columns[i].title);
    }
    (void)text_print(start, sizeof start, "%s (%s)", titles[START],
                     writer_text(writer, times_zone_name()));
    (void)text_print(end, sizeof end, "%s (%s)", titles[END],
                     writer_text(writer, times_zone_name()));
    titles[START] = start;
    titles[END] = end;
    write_row(writer, titles, last);
}

static void write_task(struct writer *writer, struct pgtask_task const *task, unsigned last)
{
    char id[24];
    char percent[8] = "";
    char start[TIMES_BYTES];
    char end[TIMES_BYTES];

    (void)text_print(id, sizeof id, "%ju", task->task_id);
    if (task->progress_percent >= 0) {
        (void)text_print(percent, sizeof percent, "%u%%", (unsigned)task->progress_percent);
    }
    char const *const cells[COLUMNS] = {
        [TASK] = id,
        [TYPE] = task->task_type,
        [INSTANCE] = task->instance_id,
        [STATUS] = task->status_text,
        [PROGRESS] = percent,
        [START] = times_write(start, task->start_time, false),
        [END] = times_write(end, task->end_time, false),
        [STEP] = task->current_step,
    };
    write_row(writer, cells, last);
}

static void table_task(struct writer *writer, struct pgtask_task const *task, uint64_t before)
{
    if (before == 0) {
        write_header(writer, END);
    }
    write_task(writer, task, END);
}

static void wide_task(struct writer *writer, struct pgtask_task const *task, uint64_t before)
{
    if (before == 0) {
        write_header(writer, STEP);
    }
    write_task(writer, task, STEP);
}

struct output const output_table = {.task = table_task};
struct output const output_table_wide = {.task = wide_task};
