/* SPDX-License-Identifier: MIT */
/**
 * @file record.h
 * What every record and failure promises, and a digest of all that a caller can see of them.
 */
#ifndef PGTASK_FUZZ_RECORD_H
#define PGTASK_FUZZ_RECORD_H

#include <pgtask/task.h>

/** Ends the run with a finding unless the record keeps the promises of task.h. */
void record_check(struct pgtask_task const *task);

/** @return a number that differs when anything visible in the record does */
uint64_t record_digest(struct pgtask_task const *task);

/** The same for a failure and the promises of error.h. */
void failure_check(struct pgtask_failure const *failure);
uint64_t failure_digest(struct pgtask_failure const *failure);

#endif
