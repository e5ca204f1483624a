/* SPDX-License-Identifier: MIT */
/**
 * @file task_run.h
 * Feeds the body of an answer to the decoder in slices of many sizes and collects its records.
 */
#ifndef PGTASK_TEST_TASK_RUN_H
#define PGTASK_TEST_TASK_RUN_H

#include <pgtask/task.h>

/** Most records that a run keeps. */
#define TASK_RUN_RECORDS 8

/** Most bytes of a text that task_fill() makes, with its NUL. */
#define TASK_LINE_BYTES 1024

/** All that a caller can see of one answer. */
struct task_outcome {
    enum pgtask_error result; /**< what the decoder returned last: PGTASK_DONE or an error */
    uint64_t total_count;
    uint32_t task_count;
    uint32_t left_out_count;
    struct pgtask_failure failure;
    size_t count; /**< records in `tasks` */
    struct pgtask_task tasks[TASK_RUN_RECORDS];
};

/** Feeds `text` in a first slice of `first` bytes and others of `step` bytes. Each is a copy that
 *  ends at a guard page. */
void task_run(struct task_outcome *outcome, struct pgtask_task_options const *options,
              char const *text, size_t length, size_t first, size_t step);

/** Runs a text whole, split in two at each byte from `first_cut` to `last_cut`, and byte by byte.
 *  Asserts as task_run_all(). */
void task_run_cuts(struct task_outcome *outcome, struct pgtask_task_options const *options,
                   char const *text, size_t length, size_t first_cut, size_t last_cut);

/** Runs a text whole, split in two at each byte, and byte by byte. Asserts that all runs end alike
 *  and with the same records. */
void task_run_all(struct task_outcome *outcome, struct pgtask_task_options const *options,
                  char const *text, size_t length);

/** Runs a text that is formatted as by printf() in all these ways. @return the outcome, which stays
 *  until the next call */
struct task_outcome const *task_answer(char const *format, ...)
    __attribute__((format(printf, 1, 2)));

/** Runs an answer with one task: id 7, Running, and `members`, which begin with a comma. */
struct task_outcome const *task_with(char const *members);

/** The same, and asserts that the answer is good. @return the task */
struct pgtask_task const *task_good(char const *members);

/** Runs a good answer whose task has these texts in TaskDetail, in this order. Those that are NULL
 *  are left out. CurrentStep is "s" and Progress 50. @return the task */
struct pgtask_task const *task_with_embedded(char const *all_steps, char const *first_name,
                                             char const *first, char const *second_name,
                                             char const *second);

/** Writes `text` as a JSON string, with quotes. @return its end */
char *task_quote(char *to, char const *text);

/** Writes `format` with `value` in place of its first %s. Asserts that it fits. */
void task_fill_in(char *to, size_t capacity, char const *format, char const *value);

/** The same. @return the text, which stays until the next call */
char const *task_fill(char const *format, char const *value);

/** Asserts that two records are equal in every member, and each text up to its NUL. */
void assert_same_task(struct pgtask_task const *one, struct pgtask_task const *other);

/** @return how `member` came */
enum pgtask_presence task_presence(struct pgtask_task const *task, enum pgtask_member member);

/** @return whether `member` was cut */
bool task_is_cut(struct pgtask_task const *task, enum pgtask_member member);

/** @return whether `member` is odd */
bool task_is_odd(struct pgtask_task const *task, enum pgtask_member member);

#endif
