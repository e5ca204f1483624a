/* SPDX-License-Identifier: MIT */
/** @file tasks/format.h The ways to print tasks, each as they stream in. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/writer.h"

#include <pgtask/task.h>

/** What is known once a listing has ended well. */
struct output_end {
    uint64_t tasks;         /**< printed */
    uint64_t total_count;   /**< TotalCount */
    char const *request_id; /**< of the last page */
};

/** One format. Members may be NULL where there is nothing to print. */
struct output {
    /** @param before  tasks printed before this one in the same listing */
    void (*task)(struct writer *writer, struct pgtask_task const *task, uint64_t before);
    void (*end)(struct writer *writer, struct output_end const *end);
    /** The listing failed after one task or more. What was printed must not look whole. */
    void (*broken)(struct writer *writer);
};

extern struct output const output_json;       /**< one object a listing, on one line */
extern struct output const output_jsonl;      /**< one object a task, each on its line */
extern struct output const output_table;      /**< the columns of output_table_wide but the last */
extern struct output const output_table_wide; /**< with the current step */
extern struct output const output_facts;      /**< all of one task, for people */

/** Writes a task's members as JSON has them, without braces. @param first  whether none comes
 * before; set to false */
void output_json_members(struct writer *writer, struct pgtask_task const *task, bool *first);

/** Columns of a terminal that output_table_wide needs. */
#define OUTPUT_TABLE_WIDE_COLUMNS 130

#endif
