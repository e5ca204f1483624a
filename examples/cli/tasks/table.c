/* SPDX-License-Identifier: MIT */
/* Tasks as aligned columns, as wide as the usual texts are. */
#include "tasks/output.h"

#include "base/text.h"

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
    size_t const width = columns[column].width;

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

    for (unsigned i = 0; i < COLUMNS; i++) {
        titles[i] = columns[i].title;
    }
    write_row(writer, titles, last);
}

static void write_task(struct writer *writer, struct pgtask_task const *task, unsigned last)
{
    char id[24];
    char percent[8] = "";

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
        [START] = task->start_time,
        [END] = task->end_time,
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
