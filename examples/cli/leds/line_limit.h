/* SPDX-License-Identifier: MIT */
/** @file leds/line_limit.h An LED that comes and goes fills no log: so many lines in each span of
 * time, and then, once it is calm, how many were left out. */
#ifndef CLI_LINE_LIMIT_H
#define CLI_LINE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

/** All times are monotonic. All bytes 0: nothing was logged yet. */
struct line_limit {
    uint64_t span_ms;  /**< when the present span began */
    uint64_t last_ms;  /**< when the last line came, logged or not */
    uint32_t lines;    /**< of this span, those left out and not told yet included */
    uint32_t quiet_ms; /**< the number is told once no more came for so long */
};

/** @return whether the span has ended, so that the number is due and the next line begins a new one
 */
bool line_limit_is_span_over(struct line_limit const *limit, uint64_t now_ms);

/** Counts a line that is about to be logged. @return false: leave it out */
bool line_limit_take(struct line_limit *limit, uint64_t now_ms);

/** @return when the number is to be told; UINT64_MAX: no line was left out */
uint64_t line_limit_due_ms(struct line_limit const *limit);

/** Takes the lines that were left out as told. @return how many */
uint32_t line_limit_tell(struct line_limit *limit);

#endif
