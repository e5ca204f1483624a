/* SPDX-License-Identifier: MIT */
/** @file session/task_types.h The names of task types, for --type, its refusal and its help. */
#ifndef CLI_TASK_TYPES_H
#define CLI_TASK_TYPES_H

#include <stdbool.h>
#include <stdint.h>

/** Room for the names of all task types with commas between them, with NUL. */
#define TASK_TYPES_BYTES 128

/** Reads names with commas between them. @param types  set to bits 1 << enum pgtask_task_type
 *  @return false if a name is not known; `types` is unchanged then */
bool task_types_read(char const *text, uint32_t *types);

/** Writes all names, such as `RestoreDatabase, ..., other`. @return `text` */
char const *task_types_list(char text[TASK_TYPES_BYTES]);

#endif
