/* SPDX-License-Identifier: MIT */
/** @file session/name_set.h Names of which a user may give several, with commas between them. */
#ifndef CLI_NAME_SET_H
#define CLI_NAME_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The program's only list of the names of one kind. */
struct name_set {
    struct name_set_row {
        char const *name;
        uint8_t bit;
    } const *rows;
    size_t count;
};

/** Room for all names of any set with commas between them, with NUL. */
#define NAME_SET_BYTES 128

/** `--type`: the API's names, and `other` for all the rest. Bits are those of pgtask_task_type. */
extern struct name_set const name_set_types;

/** `--status`: the API's names, and `other` for all the rest. Bits are those of pgtask_status. */
extern struct name_set const name_set_statuses;

/** Reads names. @param bits  set to 1 << bit for each
 *  @return false if a name is not known; `bits` is unchanged then */
bool name_set_read(struct name_set const *set, char const *text, uint32_t *bits);

/** Writes all names, such as `RestoreDatabase, ..., other`. @return `text` */
char const *name_set_list(struct name_set const *set, char text[NAME_SET_BYTES]);

#endif
