/* SPDX-License-Identifier: MIT */
/**
 * @file pace.h
 * How fast requests may go: a token bucket, and the waits between retries.
 *
 * Pure functions of time and chance: nothing here sleeps, reads a clock or keeps global state.
 */
#ifndef PGTASK_PACE_H
#define PGTASK_PACE_H

#include <pgtask/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The service allows 20 requests per second (API page, section 1). One request every 53 ms keeps
 * that limit in any second, even if the network delays one request and hurries the next. A larger
 * burst would break it.
 */
#define PGTASK_PACE_INTERVAL_MS 53u
#define PGTASK_PACE_BURST       1u

/** A token bucket: it holds up to `burst` requests and gains one every `interval_ms`. */
struct pgtask_bucket {
    uint32_t interval_ms; /**< time to gain one request, 1 or more */
    uint32_t burst;       /**< requests that may go at once, 1 or more */
    uint64_t full_at_ms;  /**< monotonic time at which the bucket is full again */
};

/**
 * Asks to send one request now.
 *
 * @param bucket  the caller's; changed only if the result is 0
 * @param now_ms  monotonic time, milliseconds; must not run backwards
 * @return 0 if the request may go now (the bucket has counted it), otherwise how many milliseconds
 *         to wait before asking again
 */
uint32_t pgtask_bucket_take(struct pgtask_bucket *bucket, uint64_t now_ms);

/** When to try again, and when to give up. All zero is the default. */
struct pgtask_retry_policy {
    uint32_t attempts;     /**< attempts at one request, the first included; 0: 5; 1: only one */
    uint32_t few_attempts; /**< the same after PGTASK_RETRY_FEW; 0: 3 */
    uint32_t base_ms;      /**< longest wait before the second attempt; 0: 500 */
    uint32_t cap_ms;       /**< longest wait before any attempt; 0: 20,000 */
};

/**
 * Chooses the wait before the next attempt: exponential back-off with full jitter. That is a random
 * share of min(cap_ms, base_ms * 2^(attempts_made - 1)), so that a fleet of devices does not try
 * again in step.
 *
 * @param policy         may be NULL: all defaults
 * @param retry          what pgtask_failure_retry() says of the failure
 * @param attempts_made  attempts so far, 1 or more
 * @param chance         a random number
 * @param wait_ms        set on true
 * @return whether to try again
 */
bool pgtask_retry_wait(struct pgtask_retry_policy const *policy, enum pgtask_retry retry,
                       uint32_t attempts_made, uint32_t chance, uint32_t *wait_ms);

#ifdef __cplusplus
}
#endif

#endif
