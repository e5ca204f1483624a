/* SPDX-License-Identifier: MIT */
/* Which signal the LED shows for a watch that the test has filled in by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pgtask/led.h>

#define NOW_MS 10000000u

/* @return a watch of an instance that has had a good answer and has no task */
static struct pgtask_watch idle_watch(void)
{
    return (struct pgtask_watch){.answered = true, .state = PGTASK_WATCH_WAIT};
}

static void put(struct pgtask_watch *watch, size_t place, enum pgtask_status status,
                int8_t progress_percent)
{
    watch->tasks[place] = (struct pgtask_watch_task){.task_id = place + 1,
                                                     .status = status,
                                                     .progress_percent = progress_percent,
                                                     .status_since_ms = NOW_MS - 1000};
}

static enum pgtask_led_state state_of(struct pgtask_watch const *watch)
{
    return pgtask_led_signal(watch, NULL, NOW_MS).state;
}

static void closed_watch_is_off(void **state)
{
    struct pgtask_watch watch = {.state = PGTASK_WATCH_CLOSED};

    assert_int_equal(state_of(&watch), PGTASK_LED_OFF);
    put(&watch, 0, PGTASK_STATUS_RUNNING, 5);
    watch.answered = true;
    assert_int_equal(state_of(&watch), PGTASK_LED_OFF);
    (void)state;
}

static void led_shows_connecting_before_the_first_answer_and_idle_after_it(void **state)
{
    struct pgtask_watch watch = {.state = PGTASK_WATCH_LISTING};

    assert_int_equal(state_of(&watch), PGTASK_LED_CONNECTING);
    watch.troubled = true;
    assert_int_equal(state_of(&watch), PGTASK_LED_CONNECTING);
    watch.answered = true;
    assert_int_equal(state_of(&watch), PGTASK_LED_IDLE);
    (void)state;
}

static void without_answer_for_long_it_is_stale(void **state)
{
    struct pgtask_watch never = {.state = PGTASK_WATCH_LISTING, .stale = true};
    struct pgtask_watch once = idle_watch();

    once.stale = true;
    assert_int_equal(state_of(&never), PGTASK_LED_STALE);
    assert_int_equal(state_of(&once), PGTASK_LED_STALE);
    (void)state;
}

static void led_is_not_idle_before_its_one_task_is_found(void **state)
{
    struct pgtask_watch watch = idle_watch();

    watch.config.task_id = 120321;
    assert_int_equal(state_of(&watch), PGTASK_LED_CONNECTING);
    watch.state = PGTASK_WATCH_ENDED;
    assert_int_equal(state_of(&watch), PGTASK_LED_STALE);
    put(&watch, 0, PGTASK_STATUS_SUCCESS, 100);
    assert_int_equal(state_of(&watch), PGTASK_LED_SUCCESS);
    (void)state;
}

static void each_status_has_its_state(void **state)
{
    static struct {
        enum pgtask_status status;
        enum pgtask_led_state led;
    } const cases[] = {
        {PGTASK_STATUS_RUNNING, PGTASK_LED_RUNNING},
        {PGTASK_STATUS_SUCCESS, PGTASK_LED_SUCCESS},
        {PGTASK_STATUS_WAIT_SWITCH, PGTASK_LED_WAIT_SWITCH},
        {PGTASK_STATUS_FAIL, PGTASK_LED_FAILURE},
        {PGTASK_STATUS_PAUSE, PGTASK_LED_OPERATOR},
        {PGTASK_STATUS_UNKNOWN, PGTASK_LED_STALE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pgtask_watch watch = idle_watch();
        put(&watch, PGTASK_WATCH_TASKS - 1, cases[i].status, 40);
        assert_int_equal(state_of(&watch), cases[i].led);
    }
    (void)state;
}

/* The order of the header: Fail, Pause, stale, Running, WaitSwitch, Success, idle. */
static void most_urgent_task_wins_in_any_slot(void **state)
{
    static enum pgtask_status const order[] = {PGTASK_STATUS_FAIL, PGTASK_STATUS_PAUSE,
                                               PGTASK_STATUS_RUNNING, PGTASK_STATUS_WAIT_SWITCH,
                                               PGTASK_STATUS_SUCCESS};
    size_t const count = sizeof order / sizeof order[0];

    for (size_t one = 0; one < count; one++) {
        struct pgtask_watch alone = idle_watch();
        put(&alone, 0, order[one], 40);
        for (size_t other = one; other < count; other++) {
            struct pgtask_watch first = idle_watch();
            struct pgtask_watch last = idle_watch();
            put(&first, 0, order[one], 40);
            put(&first, 3, order[other], 10);
            put(&last, 0, order[other], 10);
            put(&last, 3, order[one], 40);
            assert_int_equal(state_of(&first), state_of(&alone));
            assert_int_equal(state_of(&last), state_of(&alone));
        }
    }
    (void)state;
}

static void stale_hides_what_may_have_changed_but_not_failure_or_pause(void **state)
{
    static enum pgtask_status const hidden[] = {PGTASK_STATUS_RUNNING, PGTASK_STATUS_WAIT_SWITCH,
                                                PGTASK_STATUS_SUCCESS};
    struct pgtask_watch watch = idle_watch();

    watch.stale = true;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        put(&watch, 0, hidden[i], 100);
        assert_int_equal(state_of(&watch), PGTASK_LED_STALE);
    }
    put(&watch, 0, PGTASK_STATUS_FAIL, 60);
    assert_int_equal(state_of(&watch), PGTASK_LED_FAILURE);
    put(&watch, 0, PGTASK_STATUS_PAUSE, 60);
    assert_int_equal(state_of(&watch), PGTASK_LED_OPERATOR);
    (void)state;
}

/* A certificate or a key that is refused is not the network, and asking again does not help. */
static void blocked_hides_what_it_may_have_changed_but_not_failure_or_pause(void **state)
{
    static enum pgtask_status const hidden[] = {PGTASK_STATUS_RUNNING, PGTASK_STATUS_WAIT_SWITCH,
                                                PGTASK_STATUS_SUCCESS, PGTASK_STATUS_UNKNOWN};
    struct pgtask_watch watch = idle_watch();

    watch.troubled = true;
    watch.blocked = true;
    assert_int_equal(state_of(&watch), PGTASK_LED_BLOCKED);
    watch.stale = true;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        put(&watch, 0, hidden[i], 100);
        assert_int_equal(state_of(&watch), PGTASK_LED_BLOCKED);
    }
    put(&watch, 0, PGTASK_STATUS_FAIL, 60);
    assert_int_equal(state_of(&watch), PGTASK_LED_FAILURE);
    put(&watch, 0, PGTASK_STATUS_PAUSE, 60);
    assert_int_equal(state_of(&watch), PGTASK_LED_OPERATOR);
    (void)state;
}

static void least_progress_of_several_running_tasks_is_shown(void **state)
{
    struct pgtask_watch watch = idle_watch();

    put(&watch, 0, PGTASK_STATUS_RUNNING, 70);
    put(&watch, 1, PGTASK_STATUS_RUNNING, 20);
    put(&watch, 2, PGTASK_STATUS_SUCCESS, 0);
    put(&watch, 3, PGTASK_STATUS_RUNNING, 90);
    struct pgtask_led_signal sign = pgtask_led_signal(&watch, NULL, NOW_MS);
    assert_int_equal(sign.state, PGTASK_LED_RUNNING);
    assert_int_equal(sign.progress_percent, 20);
    watch.tasks[3].progress_percent = PGTASK_PERCENT_UNKNOWN;
    sign = pgtask_led_signal(&watch, NULL, NOW_MS);
    assert_int_equal(sign.progress_percent, PGTASK_PERCENT_UNKNOWN);
    (void)state;
}

static void task_that_vanished_is_stale_unless_it_had_ended(void **state)
{
    struct pgtask_watch watch = idle_watch();

    put(&watch, 0, PGTASK_STATUS_RUNNING, 99);
    watch.tasks[0].vanished = true;
    assert_int_equal(state_of(&watch), PGTASK_LED_STALE);
    watch.tasks[0].status = PGTASK_STATUS_PAUSE;
    assert_int_equal(state_of(&watch), PGTASK_LED_STALE);
    watch.tasks[0].status = PGTASK_STATUS_SUCCESS;
    assert_int_equal(state_of(&watch), PGTASK_LED_SUCCESS);
    watch.tasks[0].status = PGTASK_STATUS_FAIL;
    assert_int_equal(state_of(&watch), PGTASK_LED_FAILURE);
    (void)state;
}

static enum pgtask_led_state state_after(struct pgtask_watch const *watch, uint32_t success_ms,
                                         uint64_t later_ms)
{
    struct pgtask_led_options const options = {.success_ms = success_ms};

    return pgtask_led_signal(watch, &options, watch->tasks[0].status_since_ms + later_ms).state;
}

static void success_is_shown_for_as_long_as_set(void **state)
{
    /* the same after the counter has wrapped around */
    static uint64_t const since_ms[] = {0, NOW_MS, UINT64_MAX - 100, UINT64_MAX};

    for (size_t i = 0; i < sizeof since_ms / sizeof since_ms[0]; i++) {
        struct pgtask_watch watch = idle_watch();
        put(&watch, 0, PGTASK_STATUS_SUCCESS, 100);
        watch.tasks[0].status_since_ms = since_ms[i];
        assert_int_equal(state_after(&watch, 5000, 0), PGTASK_LED_SUCCESS);
        assert_int_equal(state_after(&watch, 5000, 4999), PGTASK_LED_SUCCESS);
        assert_int_equal(state_after(&watch, 5000, 5000), PGTASK_LED_IDLE);
        assert_int_equal(state_after(&watch, 0, 599999), PGTASK_LED_SUCCESS);
        assert_int_equal(state_after(&watch, 0, 600000), PGTASK_LED_IDLE);
        assert_int_equal(state_after(&watch, UINT32_MAX, UINT64_C(1) << 40), PGTASK_LED_SUCCESS);
    }
    (void)state;
}

static void failure_is_shown_until_acknowledged(void **state)
{
    static enum pgtask_status const ends[] = {PGTASK_STATUS_FAIL, PGTASK_STATUS_PAUSE,
                                              PGTASK_STATUS_SUCCESS};

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct pgtask_watch watch = idle_watch();
        put(&watch, 0, ends[i], 60);
        struct pgtask_led_options options = {.success_ms = UINT32_MAX};
        enum pgtask_led_state const shown =
            pgtask_led_signal(&watch, &options, NOW_MS + 100000000).state;
        assert_int_not_equal(shown, PGTASK_LED_IDLE);
        options.acknowledged_ms = watch.tasks[0].status_since_ms;
        assert_int_equal(pgtask_led_signal(&watch, &options, NOW_MS).state, shown);
        options.acknowledged_ms++;
        assert_int_equal(pgtask_led_signal(&watch, &options, NOW_MS).state, PGTASK_LED_IDLE);
    }
    (void)state;
}

static void running_or_waiting_task_cannot_be_acknowledged(void **state)
{
    struct pgtask_watch watch = idle_watch();
    struct pgtask_led_options const options = {.acknowledged_ms = NOW_MS};

    put(&watch, 0, PGTASK_STATUS_WAIT_SWITCH, 70);
    assert_int_equal(pgtask_led_signal(&watch, &options, NOW_MS).state, PGTASK_LED_WAIT_SWITCH);
    put(&watch, 0, PGTASK_STATUS_RUNNING, 70);
    assert_int_equal(pgtask_led_signal(&watch, &options, NOW_MS).state, PGTASK_LED_RUNNING);
    watch.stale = true;
    assert_int_equal(pgtask_led_signal(&watch, &options, NOW_MS).state, PGTASK_LED_STALE);
    (void)state;
}

static void acknowledged_failure_lets_the_others_show(void **state)
{
    struct pgtask_watch watch = idle_watch();
    struct pgtask_led_options const options = {.acknowledged_ms = NOW_MS - 500};

    put(&watch, 0, PGTASK_STATUS_FAIL, 60);
    put(&watch, 1, PGTASK_STATUS_RUNNING, 30);
    struct pgtask_led_signal const sign = pgtask_led_signal(&watch, &options, NOW_MS);
    assert_int_equal(sign.state, PGTASK_LED_RUNNING);
    assert_int_equal(sign.progress_percent, 30);
    put(&watch, 2, PGTASK_STATUS_FAIL, 10);
    watch.tasks[2].status_since_ms = NOW_MS - 400;
    assert_int_equal(pgtask_led_signal(&watch, &options, NOW_MS).state, PGTASK_LED_FAILURE);
    (void)state;
}

static void live_task_without_a_slot_is_never_idle(void **state)
{
    struct pgtask_watch watch = idle_watch();
    struct pgtask_led_options const options = {.acknowledged_ms = NOW_MS - 500};

    put(&watch, 0, PGTASK_STATUS_FAIL, 60);
    watch.overflow = 1;
    assert_int_equal(pgtask_led_signal(&watch, &options, NOW_MS).state, PGTASK_LED_IDLE);
    watch.overflow_live = true;
    struct pgtask_led_signal const sign = pgtask_led_signal(&watch, &options, NOW_MS);
    assert_int_equal(sign.state, PGTASK_LED_RUNNING);
    assert_int_equal(sign.progress_percent, PGTASK_PERCENT_UNKNOWN);
    put(&watch, 1, PGTASK_STATUS_RUNNING, 30);
    assert_int_equal(pgtask_led_signal(&watch, &options, NOW_MS).progress_percent, 30);
    assert_int_equal(state_of(&watch), PGTASK_LED_FAILURE);
    (void)state;
}

static void fast_comes_from_the_options(void **state)
{
    struct pgtask_watch watch = idle_watch();
    struct pgtask_led_options const options = {.fast = true};

    put(&watch, 0, PGTASK_STATUS_FAIL, 60);
    assert_false(pgtask_led_signal(&watch, NULL, NOW_MS).fast);
    assert_true(pgtask_led_signal(&watch, &options, NOW_MS).fast);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_watch_is_off),
        cmocka_unit_test(led_shows_connecting_before_the_first_answer_and_idle_after_it),
        cmocka_unit_test(without_answer_for_long_it_is_stale),
        cmocka_unit_test(led_is_not_idle_before_its_one_task_is_found),
        cmocka_unit_test(each_status_has_its_state),
        cmocka_unit_test(most_urgent_task_wins_in_any_slot),
        cmocka_unit_test(stale_hides_what_may_have_changed_but_not_failure_or_pause),
        cmocka_unit_test(blocked_hides_what_it_may_have_changed_but_not_failure_or_pause),
        cmocka_unit_test(least_progress_of_several_running_tasks_is_shown),
        cmocka_unit_test(task_that_vanished_is_stale_unless_it_had_ended),
        cmocka_unit_test(success_is_shown_for_as_long_as_set),
        cmocka_unit_test(failure_is_shown_until_acknowledged),
        cmocka_unit_test(running_or_waiting_task_cannot_be_acknowledged),
        cmocka_unit_test(acknowledged_failure_lets_the_others_show),
        cmocka_unit_test(live_task_without_a_slot_is_never_idle),
        cmocka_unit_test(fast_comes_from_the_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
