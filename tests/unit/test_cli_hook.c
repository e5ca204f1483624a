/* SPDX-License-Identifier: MIT */
/* The queue of a hook keeps the events that a person must know of. */
#include "watching/hook.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct hook hook;

/* The system's processes: this stands before the C library's. No child is really made. */
static struct {
    int failure; /* errno; 0: fork() succeeds */
    unsigned count;
    pid_t child;
} forks = {.child = INT_MAX};

pid_t fork(void)
{
    forks.count++;
    errno = forks.failure;
    return forks.failure != 0 ? -1 : forks.child;
}

/* While it waits for its first turn nothing is run, and all events wait. */
static int start(void **state)
{
    (void)state;
    hook = (struct hook){.path = "/bin/true", .region = "ap-guangzhou"};
    return 0;
}

static void take(enum pgtask_event_kind kind, uint64_t task_id, enum pgtask_status status)
{
    struct pgtask_watch_task const task = {.task_id = task_id, .status = status};
    struct pgtask_event const watched = {.kind = kind, .task = task_id != 0 ? &task : NULL};
    struct event const event = {.event = &watched};

    hook_take(&hook, &event);
}

static void expect(size_t at, enum pgtask_event_kind kind, uint64_t task_id)
{
    assert_true(at < hook.count);
    assert_int_equal(hook.events[at].kind, kind);
    assert_true(hook.events[at].task.task_id == task_id);
}

static void a_newer_event_of_a_task_takes_the_place_of_an_older(void **state)
{
    take(PGTASK_EVENT_APPEARED, 1, PGTASK_STATUS_RUNNING);
    take(PGTASK_EVENT_APPEARED, 2, PGTASK_STATUS_RUNNING);
    take(PGTASK_EVENT_TROUBLE, 0, PGTASK_STATUS_UNKNOWN);
    take(PGTASK_EVENT_STEP, 1, PGTASK_STATUS_RUNNING);
    take(PGTASK_EVENT_BACK, 0, PGTASK_STATUS_UNKNOWN);
    assert_int_equal(hook.count, 3);
    expect(0, PGTASK_EVENT_APPEARED, 2);
    expect(1, PGTASK_EVENT_STEP, 1);
    expect(2, PGTASK_EVENT_BACK, 0);
    (void)state;
}

static void what_a_person_must_know_is_never_replaced(void **state)
{
    take(PGTASK_EVENT_APPEARED, 1, PGTASK_STATUS_PAUSE);
    take(PGTASK_EVENT_RESUMED, 1, PGTASK_STATUS_RUNNING);
    take(PGTASK_EVENT_OPERATOR, 1, PGTASK_STATUS_PAUSE);
    take(PGTASK_EVENT_VANISHED, 1, PGTASK_STATUS_PAUSE);
    take(PGTASK_EVENT_ENDED, 2, PGTASK_STATUS_FAIL);
    take(PGTASK_EVENT_APPEARED, 2, PGTASK_STATUS_RUNNING);
    take(PGTASK_EVENT_ABSENT, 0, PGTASK_STATUS_UNKNOWN);
    take(PGTASK_EVENT_TROUBLE, 0, PGTASK_STATUS_UNKNOWN);
    expect(0, PGTASK_EVENT_APPEARED, 1);
    expect(1, PGTASK_EVENT_OPERATOR, 1);
    expect(2, PGTASK_EVENT_VANISHED, 1);
    expect(3, PGTASK_EVENT_ENDED, 2);
    expect(4, PGTASK_EVENT_APPEARED, 2);
    expect(5, PGTASK_EVENT_ABSENT, 0);
    expect(6, PGTASK_EVENT_TROUBLE, 0);
    assert_int_equal(hook.count, 7);
    (void)state;
}

static void a_full_queue_lets_go_of_progress_and_then_takes_no_more(void **state)
{
    for (uint64_t id = 1; id <= HOOK_EVENTS; id++) {
        assert_true(hook_has_room(&hook));
        take(PGTASK_EVENT_PROGRESSED, id, PGTASK_STATUS_RUNNING);
    }
    take(PGTASK_EVENT_PROGRESSED, 100, PGTASK_STATUS_RUNNING);
    assert_int_equal(hook.count, HOOK_EVENTS);
    expect(0, PGTASK_EVENT_PROGRESSED, 2);
    expect(HOOK_EVENTS - 1, PGTASK_EVENT_PROGRESSED, 100);
    for (uint64_t id = 1; id <= HOOK_EVENTS; id++) {
        assert_true(hook_has_room(&hook));
        take(PGTASK_EVENT_ENDED, 200 + id, PGTASK_STATUS_SUCCESS);
    }
    assert_int_equal(hook.count, HOOK_EVENTS);
    for (size_t i = 0; i < HOOK_EVENTS; i++) {
        expect(i, PGTASK_EVENT_ENDED, 201 + i);
    }
    assert_false(hook_has_room(&hook));
    (void)state;
}

static void the_longest_message_of_a_task_is_kept_whole(void **state)
{
    static struct pgtask_task record;
    struct pgtask_event const watched = {.kind = PGTASK_EVENT_STEP, .record = &record};
    struct event const event = {.event = &watched};

    memset(record.message, 'm', sizeof record.message - 1);
    hook_take(&hook, &event);
    assert_string_equal(hook.events[0].message, record.message);
    expect(0, PGTASK_EVENT_STEP, 0);
    (void)state;
}

static void without_a_program_nothing_waits(void **state)
{
    hook.path = NULL;
    for (uint64_t id = 1; id <= 2 * HOOK_EVENTS; id++) {
        take(PGTASK_EVENT_ENDED, id, PGTASK_STATUS_SUCCESS);
        assert_true(hook_turn(&hook, id));
    }
    assert_true(hook_has_room(&hook) && hook_is_idle(&hook));
    (void)state;
}

static void a_start_that_fails_is_told_once_and_tried_again_after_a_pause(void **state)
{
    take(PGTASK_EVENT_ENDED, 1, PGTASK_STATUS_FAIL);
    forks.failure = EAGAIN;
    assert_false(hook_turn(&hook, 1000));
    assert_int_equal(hook.start_failure, EAGAIN);
    assert_int_equal(hook.status, 0);
    for (uint64_t now_ms = 1000; now_ms < 21000; now_ms += 20) {
        assert_true(hook_turn(&hook, now_ms));
    }
    assert_int_equal(forks.count, 4);
    assert_false(hook_is_idle(&hook));
    forks.failure = ENOMEM;
    assert_false(hook_turn(&hook, 21000));
    forks.failure = 0;
    assert_true(hook_turn(&hook, 22000));
    assert_int_equal(hook.child, 0);
    assert_true(hook_turn(&hook, 26000));
    assert_int_equal(hook.child, forks.child);
    assert_int_equal(hook.count, 0);
    (void)state;
}

static void a_path_must_be_a_program(void **state)
{
    assert_null(hook_check("/bin/sh"));
    assert_non_null(strstr(hook_check("/bin"), "cannot be run"));
    assert_non_null(strstr(hook_check("/etc/passwd"), "cannot be run"));
    assert_non_null(strstr(hook_check("/no/such"), "no such program"));
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(a_newer_event_of_a_task_takes_the_place_of_an_older, start),
        cmocka_unit_test_setup(what_a_person_must_know_is_never_replaced, start),
        cmocka_unit_test_setup(a_full_queue_lets_go_of_progress_and_then_takes_no_more, start),
        cmocka_unit_test_setup(the_longest_message_of_a_task_is_kept_whole, start),
        cmocka_unit_test_setup(without_a_program_nothing_waits, start),
        cmocka_unit_test_setup(a_start_that_fails_is_told_once_and_tried_again_after_a_pause,
                               start),
        cmocka_unit_test_setup(a_path_must_be_a_program, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
