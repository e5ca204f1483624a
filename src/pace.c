/* SPDX-License-Identifier: MIT */
#include <pgtask/pace.h>

enum { ATTEMPTS = 5, FEW_ATTEMPTS = 3, BASE_MS = 500, CAP_MS = 20000 };

/*
 * The bucket is kept as one number, the time at which it would be full, so that there is no
 * fraction to round and nothing to update while idle. Taking one request moves that time on by
 * one interval; it may lie at most `burst` intervals ahead of now.
 */
uint32_t pgtask_bucket_take(struct pgtask_bucket *bucket, uint64_t now_ms)
{
    uint64_t const room_ms = (uint64_t)bucket->interval_ms * bucket->burst;
    uint64_t const start_ms = bucket->full_at_ms > now_ms ? bucket->full_at_ms : now_ms;
    uint64_t const taken_ms = start_ms + bucket->interval_ms;

    if (taken_ms > now_ms + room_ms) {
        uint64_t const wait_ms = taken_ms - now_ms - room_ms;

        return wait_ms < UINT32_MAX ? (uint32_t)wait_ms : UINT32_MAX;
    }
    bucket->full_at_ms = taken_ms;
    return 0;
}

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

bool pgtask_retry_wait(struct pgtask_retry_policy const *policy, enum pgtask_retry retry,
                       uint32_t attempts_made, uint32_t chance, uint32_t *wait_ms)
{
    struct pgtask_retry_policy const settings =
        policy != NULL ? *policy : (struct pgtask_retry_policy){0};
    uint32_t const most = retry == PGTASK_RETRY_BACKOFF
                              ? or_default(settings.attempts, ATTEMPTS)
                              : or_default(settings.few_attempts, FEW_ATTEMPTS);
    uint32_t const cap_ms = or_default(settings.cap_ms, CAP_MS);
    uint64_t longest_ms = or_default(settings.base_ms, BASE_MS);

    if ((retry != PGTASK_RETRY_BACKOFF && retry != PGTASK_RETRY_FEW) || attempts_made >= most) {
        return false;
    }
    for (uint32_t i = 1; i < attempts_made && longest_ms < cap_ms; i++) {
        longest_ms *= 2;
    }
    if (longest_ms > cap_ms) {
        longest_ms = cap_ms;
    }
    *wait_ms = (uint32_t)((longest_ms + 1) * chance >> 32);
    return true;
}
