/* SPDX-License-Identifier: MIT */
/** @file tasks/column.h The columns of a table and of CSV: their names, titles, widths and cells.
 */
#ifndef CLI_COLUMN_H
#define CLI_COLUMN_H

#include "tasks/times.h"

/** In the order in which they are printed, unless the user names another one. */
enum column {
    COLUMN_TASK,
    COLUMN_TYPE,
    COLUMN_INSTANCE,
    COLUMN_STATUS,
    COLUMN_PROGRESS,
    COLUMN_START,
    COLUMN_END,
    COLUMN_STEP,
    COLUMN_MESSAGE,
    COLUMN_COUNT
};

/** What is fixed about a column. Widths are columns of a terminal. */
struct column_facts {
    char const *name;        /**< for --columns */
    char const *title;       /**< of a table */
    char const *short_title; /**< if the column is narrower than its title */
    char const *member;      /**< the API's, for CSV */
    uint8_t width;           /**< of the longest usual text */
    uint8_t least;           /**< it still says something with this width */
    bool may_be_cut;         /**< an id is never cut: somebody will copy it */
    bool has_time;
};

extern struct column_facts const column_table[COLUMN_COUNT];

/** Columns in the order in which they are printed. */
struct column_list {
    uint8_t count;
    uint8_t columns[COLUMN_COUNT]; /**< enum column */
};

/** Reads names with commas between them. @return false if a name is not known or comes twice */
bool column_list_read(char const *text, struct column_list *list);

/** Room for any cell, with NUL. */
enum { COLUMN_CELL_BYTES = PGTASK_MESSAGE_BYTES + TIMES_BYTES };

/** Writes a task's cell, "" if the task does not have it. @return `text` */
char const *column_cell(char text[COLUMN_CELL_BYTES], struct pgtask_task const *task,
                        enum column column);

#endif
