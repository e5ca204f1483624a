/* SPDX-License-Identifier: MIT */
/* When a request may go, and when a failed one may go again. */
#include <pgtask/pace.h>

#include "defaults.h"

/*
 * The bucket is kept as one number, the time at which it will be full, so that there is no fraction
 * to round and nothing to update while it is idle. Taking one request moves that time on by one
 * interval. It is at most `burst` intervals ahead of now, so no wait is longer than one interval.
 */
uint32_t pgtask_bucket_take(struct pgtask_bucket *bucket, uint64_t now_ms)
{
    uint64_t const latest_ms = now_ms + (uint64_t)bucket->interval_ms * bucket->burst;
    uint64_t const start_ms = bucket->full_at_ms > now_ms ? bucket->full_at_ms : now_ms;
    uint64_t const taken_ms = start_ms + bucket->interval_ms;

    if (taken_ms > latest_ms) {
        return (uint32_t)(taken_ms - latest_ms);
    }
    bucket->full_at_ms = taken_ms;
    return 0;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

bool pgtask_retry_wait(struct pgtask_retry_policy const *policy, enum pgtask_retry retry,
                       uint32_t attempts_made, uint32_t chance, uint32_t *wait_ms)
{
    static struct pgtask_retry_policy const defaults = {
        .attempts = 5, .few_attempts = 3, .base_ms = 500, .cap_ms = 20000};
    struct pgtask_retry_policy const *const set = policy != NULL ? policy : &defaults;
    uint32_t const cap_ms = pgtaski_or_default(set->cap_ms, defaults.cap_ms);
    uint32_t longest_ms = smaller(pgtaski_or_default(set->base_ms, defaults.base_ms), cap_ms);
    uint32_t most = 0;

    if (retry == PGTASK_RETRY_BACKOFF) {
        most = pgtaski_or_default(set->attempts, defaults.attempts);
    } else if (retry == PGTASK_RETRY_FEW) {
        most = pgtaski_or_default(set->few_attempts, defaults.few_attempts);
    }
    if (attempts_made >= most) {
        return false;
    }
    for (; attempts_made > 1 && longest_ms < cap_ms; attempts_made--) {
        longest_ms += smaller(longest_ms, cap_ms - longest_ms);
    }
    *wait_ms = (uint32_t)(((uint64_t)longest_ms * chance + chance) >> 32);
    return true;
}
