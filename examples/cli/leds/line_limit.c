/* SPDX-License-Identifier: MIT */
#include "leds/line_limit.h"

/* The wait for calm doubles each time within a span. */
enum { LINES = 6, SPAN_MS = 600000, QUIET_MS = 10000 };

bool line_limit_is_span_over(struct line_limit const *limit, uint64_t now_ms)
{
    return limit->lines > 0 && now_ms - limit->span_ms >= SPAN_MS;
}

bool line_limit_take(struct line_limit *limit, uint64_t now_ms)
{
    if (limit->lines == 0 || line_limit_is_span_over(limit, now_ms)) {
        *limit = (struct line_limit){.span_ms = now_ms, .quiet_ms = QUIET_MS};
    }
    limit->last_ms = now_ms;
    return limit->lines++ < LINES;
}

uint64_t line_limit_due_ms(struct line_limit const *limit)
{
    return limit->lines > LINES ? limit->last_ms + limit->quiet_ms : UINT64_MAX;
}

uint32_t line_limit_tell(struct line_limit *limit)
{
    uint32_t const left_out = limit->lines > LINES ? limit->lines - LINES : 0;

    if (left_out > 0) {
        limit->lines = LINES;
        limit->quiet_ms *= 2;
    }
    return left_out;
}
