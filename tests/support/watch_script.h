/* SPDX-License-Identifier: MIT */
/**
 * @file watch_script.h
 * A watch over a scripted service and a clock that the test moves, for exact times.
 *
 * It stands in for the listings of the client: programs that use it are linked with --wrap, see
 * tests/tests.mk.
 * Listings obey DBInstanceId, TaskId and MinStartTime, newest first, like those of the service.
 */
#ifndef PGTASK_TEST_WATCH_SCRIPT_H
#define PGTASK_TEST_WATCH_SCRIPT_H

#include <pgtask/watch.h>

#define SCRIPT_INSTANCE "postgres-q6fj84vb"

/** Unix time when the monotonic clock shows SCRIPT_BEGIN_MS: 2027-01-15 08:00:00 UTC. */
#define SCRIPT_UNIX_S   INT64_C(1800000000)
#define SCRIPT_BEGIN_MS UINT64_C(7000000)

#define SCRIPT_TASKS  128
#define SCRIPT_EVENTS 8192
#define SCRIPT_POLLS  8192

/** An event and what it showed. */
struct script_event {
    enum pgtask_event_kind kind;
    uint64_t task_id; /**< 0 for kinds without a task */
    int8_t before_percent;
    int8_t percent;
    uint32_t took_s;
    uint64_t at_ms; /**< after SCRIPT_BEGIN_MS */
    bool has_record;
};

struct script {
    struct pgtask_watch watch;
    struct pgtask_client client;
    struct pgtask_port port;
    struct pgtask_task record;

    uint64_t now_ms;
    int64_t unix_skew_s;
    bool no_unix_time;
    bool no_entropy;
    bool chance_fixed; /**< every random number is `chance` */
    uint32_t chance;   /**< state of the generator */

    struct pgtask_task tasks[SCRIPT_TASKS]; /**< of the service; task_id 0: no task */
    enum pgtask_error start_error;          /**< of the call that starts a listing */
    enum pgtask_error error;                /**< how each listing ends; PGTASK_OK: well */
    size_t error_after;                     /**< after so many records */
    bool blocked;                           /**< listings bring nothing more for now */
    unsigned empty_polls;                   /**< the next so many listings have no task */

    bool listing;
    bool empty;
    bool all_pages;
    size_t next;
    size_t handed_on;
    struct pgtask_query query; /**< of the last listing; its strings are gone */
    char min_start_time[32];   /**< "" if it has none */
    unsigned polls;
    uint64_t poll_ms[SCRIPT_POLLS]; /**< when each began, after SCRIPT_BEGIN_MS */
    unsigned cancels;
    enum pgtask_interest interest; /**< of the client */
    uint64_t until_ms;

    enum pgtask_error last; /**< the last result of the watch */
    struct script_event events[SCRIPT_EVENTS];
    unsigned count;
};

extern struct script script;

/** For cmocka: all zero, with a clock, and random numbers that leave waits as they are. */
int script_set_up(void **state);

/** Opens the watch. */
void script_open(struct pgtask_watch_config const *config);

/** Opens it for task 1 alone, with all defaults. */
void script_open_task(void);

/** Opens it for all tasks of SCRIPT_INSTANCE. */
void script_open_instance(void);

/** Opens it for all tasks of SCRIPT_INSTANCE, until all of them are over. */
void script_open_until_done(void);

/** @return the service's record of a task; if there is none, it makes a task that runs since
 *          SCRIPT_UNIX_S */
struct pgtask_task *script_task(uint64_t task_id);

/** Sets status and percentage of a task. */
void script_set(uint64_t task_id, enum pgtask_status status, int percent);

/** Sets a task at 50 percent; its start and end count from SCRIPT_UNIX_S. */
void script_make(uint64_t task_id, enum pgtask_status status, int64_t start_s, int64_t end_s);

/** The same for a running task, which has no end. */
void script_make_running(uint64_t task_id, int64_t start_s);

/** The service forgets a task. */
void script_drop(uint64_t task_id);

/** Calls the watch until it has nothing to do now. Keeps the events. */
void script_turn(void);

/** Lets time pass, and calls the watch when its wait_for() says so. */
void script_run(uint64_t time_ms);

/** Lets time pass until one more poll has begun, and takes that poll to its end. */
void script_poll(void);

/** Short names for what script_assert_events() is given. */
enum {
    END = -1,
    PROGRESSED = PGTASK_EVENT_PROGRESSED,
    STEP = PGTASK_EVENT_STEP,
    UNKNOWN = PGTASK_EVENT_UNKNOWN,
    RESUMED = PGTASK_EVENT_RESUMED,
    WAIT_SWITCH = PGTASK_EVENT_WAIT_SWITCH,
    OPERATOR = PGTASK_EVENT_OPERATOR,
    APPEARED = PGTASK_EVENT_APPEARED,
    ENDED = PGTASK_EVENT_ENDED,
    VANISHED = PGTASK_EVENT_VANISHED,
    ABSENT = PGTASK_EVENT_ABSENT,
    TROUBLE = PGTASK_EVENT_TROUBLE,
    STALE = PGTASK_EVENT_STALE,
    BACK = PGTASK_EVENT_BACK
};

/** Asserts the kinds of the events since the last time, closed by END, and forgets them. */
void script_assert_events(int first, ...);

/** @return how many of these events have come since the last script_assert_events() */
unsigned script_count_events(enum pgtask_event_kind kind);

/** Asserts the ids of the tasks in the table of the watch, in order; 0 closes the list. */
void script_assert_table(unsigned first, ...);

/** Opens the watch for task 1, which appears as Running, at 10 percent. */
void script_follow_running(void);

/** Asserts that the watch is done and makes no further poll. */
void script_assert_done_for_good(void);

/** @return the followed task; asserts that there is one */
struct pgtask_watch_task const *script_followed(uint64_t task_id);

#endif
