/* SPDX-License-Identifier: MIT */
/* The token bucket and the waits between retries. The test sets the clock and the random numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pgtask/pace.h>

static void burst_then_one_every_50_ms(void **state)
{
    struct pgtask_bucket bucket = {.interval_ms = 50, .burst = 3};

    for (int i = 0; i < 3; i++) {
        assert_int_equal(pgtask_bucket_take(&bucket, 1000), 0);
    }
    assert_int_equal(pgtask_bucket_take(&bucket, 1000), 50);
    assert_int_equal(pgtask_bucket_take(&bucket, 1049), 1);
    assert_int_equal(pgtask_bucket_take(&bucket, 1050), 0);
    (void)state;
}

static void never_more_than_20_in_any_second(void **state)
{
    struct pgtask_bucket bucket = {.interval_ms = PGTASK_PACE_INTERVAL_MS,
                                   .burst = PGTASK_PACE_BURST};
    uint64_t sent_at[200];
    size_t sent = 0;

    for (uint64_t now_ms = 7; sent < 200; now_ms++) {
        if (pgtask_bucket_take(&bucket, now_ms) == 0) {
            sent_at[sent++] = now_ms;
        }
    }
    for (size_t i = 20; i < sent; i++) {
        assert_true(sent_at[i] - sent_at[i - 20] >= 1000);
    }
    assert_true(sent_at[199] - sent_at[0] < 199 * 60); /* and not many fewer than that */
    (void)state;
}

static void idle_bucket_fills_up_to_its_burst_and_no_further(void **state)
{
    struct pgtask_bucket bucket = {.interval_ms = 50, .burst = 3};

    for (int round = 0; round < 3; round++) {
        uint64_t const now_ms = UINT64_C(1000000) * (uint64_t)(round + 1);

        for (int i = 0; i < 3; i++) {
            assert_int_equal(pgtask_bucket_take(&bucket, now_ms), 0);
        }
        assert_int_equal(pgtask_bucket_take(&bucket, now_ms), 50);
    }
    (void)state;
}

static void refused_request_does_not_count(void **state)
{
    struct pgtask_bucket bucket = {.interval_ms = 50, .burst = 1};

    assert_int_equal(pgtask_bucket_take(&bucket, 0), 0);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(pgtask_bucket_take(&bucket, 10), 40);
    }
    assert_int_equal(pgtask_bucket_take(&bucket, 50), 0);
    (void)state;
}

static void waits_double_up_to_the_cap(void **state)
{
    struct pgtask_retry_policy const policy = {.attempts = 8, .base_ms = 100, .cap_ms = 1000};
    uint32_t const longest_ms[] = {100, 200, 400, 800, 1000, 1000, 1000};
    uint32_t wait_ms;

    for (uint32_t made = 1; made <= 7; made++) {
        assert_true(pgtask_retry_wait(&policy, PGTASK_RETRY_BACKOFF, made, UINT32_MAX, &wait_ms));
        assert_int_equal(wait_ms, longest_ms[made - 1]);
        assert_true(pgtask_retry_wait(&policy, PGTASK_RETRY_BACKOFF, made, 0, &wait_ms));
        assert_int_equal(wait_ms, 0);
        assert_true(pgtask_retry_wait(&policy, PGTASK_RETRY_BACKOFF, made, 1u << 31, &wait_ms));
        assert_int_equal(wait_ms, longest_ms[made - 1] / 2);
    }
    assert_false(pgtask_retry_wait(&policy, PGTASK_RETRY_BACKOFF, 8, 0, &wait_ms));
    (void)state;
}

static void defaults_are_those_of_the_header(void **state)
{
    uint32_t const longest_ms[] = {500, 1000, 2000, 4000};
    uint32_t wait_ms;

    for (uint32_t made = 1; made <= 4; made++) {
        assert_true(pgtask_retry_wait(NULL, PGTASK_RETRY_BACKOFF, made, UINT32_MAX, &wait_ms));
        assert_int_equal(wait_ms, longest_ms[made - 1]);
    }
    assert_false(pgtask_retry_wait(NULL, PGTASK_RETRY_BACKOFF, 5, 0, &wait_ms));
    assert_true(pgtask_retry_wait(NULL, PGTASK_RETRY_FEW, 2, 0, &wait_ms));
    assert_false(pgtask_retry_wait(NULL, PGTASK_RETRY_FEW, 3, 0, &wait_ms));
    (void)state;
}

static void only_errors_that_may_pass_are_tried_again(void **state)
{
    enum pgtask_retry const final[] = {PGTASK_RETRY_NO, PGTASK_RETRY_CLOCK,
                                       PGTASK_RETRY_CREDENTIALS};
    struct pgtask_retry_policy const once = {.attempts = 1, .few_attempts = 1};
    uint32_t wait_ms;

    for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
        assert_false(pgtask_retry_wait(NULL, final[i], 1, 0, &wait_ms));
    }
    assert_false(pgtask_retry_wait(&once, PGTASK_RETRY_BACKOFF, 1, 0, &wait_ms));
    assert_false(pgtask_retry_wait(&once, PGTASK_RETRY_FEW, 1, 0, &wait_ms));
    (void)state;
}

static void huge_count_of_attempts_does_not_overflow(void **state)
{
    struct pgtask_retry_policy const policy = {
        .attempts = UINT32_MAX, .base_ms = UINT32_MAX, .cap_ms = UINT32_MAX};
    uint32_t wait_ms;

    assert_true(
        pgtask_retry_wait(&policy, PGTASK_RETRY_BACKOFF, UINT32_MAX - 1, UINT32_MAX, &wait_ms));
    assert_int_equal(wait_ms, UINT32_MAX);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(burst_then_one_every_50_ms),
        cmocka_unit_test(never_more_than_20_in_any_second),
        cmocka_unit_test(idle_bucket_fills_up_to_its_burst_and_no_further),
        cmocka_unit_test(refused_request_does_not_count),
        cmocka_unit_test(waits_double_up_to_the_cap),
        cmocka_unit_test(defaults_are_those_of_the_header),
        cmocka_unit_test(only_errors_that_may_pass_are_tried_again),
        cmocka_unit_test(huge_count_of_attempts_does_not_overflow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
