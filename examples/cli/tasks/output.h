/* SPDX-License-Identifier: MIT */
/** @file tasks/output.h The ways to print tasks, each task as soon as it is decoded. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/writer.h"
#include "tasks/column.h"

#include <pgtask/task.h>

/** What is known once a listing has ended well. */
struct output_end {
    uint64_t tasks;         /**< printed */
    uint64_t passed_over;   /**< not printed, because nobody has asked for them */
    uint64_t left_out;      /**< not printed, because they lack TaskId or Status */
    uint64_t total_count;   /**< TotalCount, or PGTASK_COUNT_UNKNOWN */
    char const *request_id; /**< of the last page; "" if there is none */
};

/** One format. `end` and `broken` may be NULL if there is nothing to print. */
struct output {
    /** @param before  tasks printed before this one in the same listing */
    void (*task)(struct writer *writer, struct pgtask_task const *task, uint64_t before);
    void (*end)(struct writer *writer, struct output_end const *end);
    /** Ends a listing that failed after one task or more: what was printed must not look whole. */
    void (*broken)(struct writer *writer);
};

extern struct output const output_json;  /**< one object for each listing, on one line */
extern struct output const output_jsonl; /**< one object for each task, on a line of its own */
extern struct output const output_csv;   /**< a line for each task, below a line of names */
extern struct output const output_table; /**< columns for people; see output_table_use() */
extern struct output const output_facts; /**< every fact of one task, for people */

/** Writes a task's members as JSON, without braces. @param first  whether no member comes before;
 *  set to false */
void output_json_members(struct writer *writer, struct pgtask_task const *task, bool *first);

/**
 * Chooses the columns of output_table. Call it before, and times_use() before that.
 * @param wanted            these, in this order; without any: all but the message
 * @param terminal_columns  rows fit into so many, by leaving out or cutting what matters least;
 *                          columns that are wanted by name are only cut; 0: there is no limit
 */
void output_table_use(struct column_list const *wanted, unsigned terminal_columns);

/** Chooses the columns of output_csv: these, or without any, all. */
void output_csv_use(struct column_list const *list);

#endif
