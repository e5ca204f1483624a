/* SPDX-License-Identifier: MIT */
/* One row for each column. */
#include "tasks/column.h"

#include "base/text.h"

#include <string.h>

struct column_facts const column_table[COLUMN_COUNT] = {
    [COLUMN_TASK] = {"task", "TASK", "TASK", "TaskId", 8, 8, false, false},
    [COLUMN_TYPE] = {"type", "TYPE", "TYPE", "TaskType", 20, 12, true, false},
    [COLUMN_INSTANCE] = {"instance", "INSTANCE", "INSTANCE", "DBInstanceId", 17, 17, false, false},
    [COLUMN_STATUS] = {"status", "STATUS", "STATUS", "Status", 10, 10, true, false},
    [COLUMN_PROGRESS] = {"progress", "PROGRESS", "DONE", "Progress", 8, 4, false, false},
    [COLUMN_START] = {"start", "START", "START", "StartTime", 19, 16, false, true},
    [COLUMN_END] = {"end", "END", "END", "EndTime", 19, 16, false, true},
    [COLUMN_STEP] = {"step", "STEP", "STEP", "CurrentStep", 28, 12, true, false},
    [COLUMN_MESSAGE] = {"message", "MESSAGE", "MESSAGE", "Message", 40, 12, true, false},
};

static bool has_column(struct column_list const *list, enum column column)
{
    return memchr(list->columns, (int)column, list->count) != NULL;
}

/* @return COLUMN_COUNT if there is no such column */
static enum column find(char const *name, size_t length)
{
    unsigned i = 0;

    while (i < COLUMN_COUNT && (strlen(column_table[i].name) != length ||
                                memcmp(column_table[i].name, name, length) != 0)) {
        i++;
    }
    return (enum column)i;
}

bool column_list_read(char const *text, struct column_list *list)
{
    *list = (struct column_list){.count = 0};
    for (;;) {
        size_t const length = strcspn(text, ",");
        enum column const column = find(text, length);
        if (column == COLUMN_COUNT || has_column(list, column)) {
            return false;
        }
        list->columns[list->count++] = (uint8_t)column;
        if (text[length] == '\0') {
            return true;
        }
        text += length + 1;
    }
}

static char const *write_time(char text[COLUMN_CELL_BYTES], char const *sent)
{
    char time[TIMES_BYTES];

    (void)text_print(text, COLUMN_CELL_BYTES, "%s", times_write(time, sent, false));
    return text;
}

char const *column_cell(char text[COLUMN_CELL_BYTES], struct pgtask_task const *task,
                        enum column column)
{
    text[0] = '\0';
    switch (column) {
    case COLUMN_TASK: (void)text_print(text, COLUMN_CELL_BYTES, "%ju", task->task_id); break;
    case COLUMN_TYPE: return task->task_type;
    case COLUMN_INSTANCE: return task->instance_id;
    case COLUMN_STATUS: return task->status_text;
    case COLUMN_PROGRESS:
        if (task->progress_percent >= 0) {
            (void)text_print(text, COLUMN_CELL_BYTES, "%u", (unsigned)task->progress_percent);
        }
        break;
    case COLUMN_START: return write_time(text, task->start_time);
    case COLUMN_END: return write_time(text, task->end_time);
    case COLUMN_STEP: return task->current_step;
    case COLUMN_MESSAGE: return task->message;
    case COLUMN_COUNT: break;
    }
    return text;
}
