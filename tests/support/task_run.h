/* SPDX-License-Identifier: MIT */
/**
 * @file task_run.h
 * Feeds the body of an answer to the decoder in all sorts of slices and collects its records.
 */
#ifndef PGTASK_TEST_TASK_RUN_H
#define PGTASK_TEST_TASK_RUN_H

#include <pgtask/task.h>

/** Most records that a run keeps. */
#define TASK_RUN_RECORDS 8

/** All that a caller can see of one answer. */
struct task_outcome {
    enum pgtask_error result; /**< the last answer of the decoder: PGTASK_DONE or an error */
    uint64_t total_count;
    uint32_t task_count;
    struct pgtask_failure failure;
    size_t count; /**< records in `tasks` */
    struct pgtask_task tasks[TASK_RUN_RECORDS];
};

/** Feeds `text` in a first slice of `first` bytes and further ones of `step`, each a copy that ends
 *  at a guard page. */
void task_run(struct task_outcome *outcome, struct pgtask_task_options const *options,
              char const *text, size_t length, size_t first, size_t step);

/** Runs a text whole, split in two at each byte, and byte by byte; asserts that all of them end
 *  alike, with the same records. */
void task_run_all(struct task_outcome *outcome, struct pgtask_task_options const *options,
                  char const *text, size_t length);

/** task_run_all() of a text that is put together as by printf(). The outcome stays until the next
 *  call. */
struct task_outcome const *task_answer(char const *format, ...)
    __attribute__((format(printf, 1, 2)));

/** task_answer() of a good answer with one task: id 7, Running, and `members`, which begin with a
 *  comma. */
struct task_outcome const *task_with(char const *members);

/** task_with() members that have to be good. */
struct pgtask_task const *task_good(char const *members);

/** Writes `text` as a JSON string, with quotes; @return its end */
char *task_quote(char *to, char const *text);

/** Asserts that two records are equal in every field, and each text up to its NUL. */
void assert_same_task(struct pgtask_task const *one, struct pgtask_task const *other);

/** @return how `member` came */
enum pgtask_presence task_presence(struct pgtask_task const *task, enum pgtask_member member);

/** @return whether `member` was cut */
bool task_is_cut(struct pgtask_task const *task, enum pgtask_member member);

#endif
