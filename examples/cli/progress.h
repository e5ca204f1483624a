/* SPDX-License-Identifier: MIT */
/** @file progress.h How far a long listing is, on the terminal of standard error. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** The caller places it. */
struct progress {
    bool is_wanted;
    bool is_drawn;
    uint64_t begin_ms;
    uint64_t due_ms;
};

/** Begins. Nothing is ever drawn if standard error is no terminal, if standard output is one, which
 *  shows the tasks themselves, or if the user wants quiet. */
void progress_begin(struct progress *progress, bool is_quiet, uint64_t now_ms);

/** @return when the line is due, if that is before `until_ms` */
uint64_t progress_until_ms(struct progress const *progress, uint64_t until_ms);

/**
 * Draws the line anew, twice a second after the first second.
 * @param tasks        so far
 * @param total_count  PGTASK_COUNT_UNKNOWN while not known
 */
void progress_draw(struct progress *progress, uint64_t tasks, uint64_t total_count,
                   uint64_t now_ms);

/** Removes the line. Call it before each other line on standard error. */
void progress_erase(struct progress *progress);

#endif
