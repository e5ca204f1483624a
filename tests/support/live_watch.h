/* SPDX-License-Identifier: MIT */
/**
 * @file live_watch.h
 * A watch over the real client and the simulated service. Whenever the watch only waits for a time,
 * the clocks of both sides are moved on to that time.
 *
 * For exact times over a scripted service see watch_script.h.
 */
#ifndef PGTASK_TEST_LIVE_WATCH_H
#define PGTASK_TEST_LIVE_WATCH_H

#include <pgtask/watch.h>

#define LIVE_EVENTS 1000

#define MINUTES(count) ((uint64_t)(count)*60000)

struct live {
    struct pgtask_watch watch;
    uint64_t begin_ms;          /**< when the watch was opened, by the device's monotonic clock */
    uint64_t passed_ms;         /**< by which the test has moved the clocks */
    int64_t fast_s;             /**< by which the device's clock is fast */
    char const *scenario;       /**< what the service does, beside the clock */
    char told[LIVE_EVENTS * 8]; /**< the words of the events, except for those only counted */
    unsigned progressed;
    unsigned stepped;
    uint32_t took_s; /**< of the task that ended last */
};

extern struct live live;

/** For cmocka: client_set_up() with the default deadline and the default waits of a client. */
int live_set_up(void **state);
int live_tear_down(void **state);

/** Starts a task of the service: see simulator_start_task(). */
uint64_t live_start_task(char const *members);

/** Moves the clocks of both sides. */
void live_pass_ms(uint64_t time_ms);

/** Sets what the service does: JSON without braces, as for client_play(). */
void live_play(char const *scenario);

/** @return the time since the watch was opened */
uint64_t live_now_ms(void);

/** Opens the watch. */
void live_open(struct pgtask_watch_config const *config);

/** Opens it for one task, with all defaults. */
void live_follow(uint64_t task_id);

/** Keeps the word of an event. Percentages and steps are only counted, because there are many. */
void live_keep(struct pgtask_event const *event);

/** Goes on for this time, or until the watch is done. */
enum pgtask_error live_go_on(uint64_t time_ms);

/** Asserts the words of the events since the last time, and forgets them. */
void live_assert_told(char const *words);

/** @return the first task of the watch's table */
struct pgtask_watch_task const *live_first(void);

/** @return how many requests the client has made */
uint32_t live_requests(void);

#define LIVE_TEST(test) cmocka_unit_test_setup_teardown(test, live_set_up, live_tear_down)

#endif
