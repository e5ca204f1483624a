/* SPDX-License-Identifier: MIT */
/**
 * @file watch.h
 * Follows one task, or the tasks of an instance, and tells what changed.
 *
 * A watch asks the service again and again through a client, quickly while something moves and
 * slowly while nothing does, and turns the answers into events. It never blocks, and goes on
 * through failed polls: a caller learns of them as an event and decides.
 *
 * Pointers may not be NULL unless it says so. All calls in the client's thread.
 *
 * @code
 * static struct pgtask_watch watch;      // all zero
 * struct pgtask_watch_config config = {.instance_id = "postgres-q6fj84vb",
 *                                      .task_types = PGTASK_WATCH_RESTORES};
 * enum pgtask_error error = pgtask_watch_open(&watch, &config, &client, &record);
 * while (error >= 0) {                   // the super-loop
 *     error = pgtask_watch_next(&watch, &event);
 *     if (error == PGTASK_OK) log_event(&event);
 *     struct pgtask_led_sign sign = pgtask_led_sign(&watch, NULL, now_ms());
 *     board_led(pgtask_led_lit(&sign, now_ms()));
 * }
 * @endcode
 */
#ifndef PGTASK_WATCH_H
#define PGTASK_WATCH_H

#include <pgtask/client.h>

/** For `task_types`: restores only, what a status LED is for. */
#define PGTASK_WATCH_RESTORES (1u << PGTASK_TASK_TYPE_RESTORE_DATABASE)

#define PGTASK_WATCH_DEFAULT_ACTIVE_MS  5000u
#define PGTASK_WATCH_DEFAULT_IDLE_MS    60000u
#define PGTASK_WATCH_DEFAULT_STALE_MS   180000u
#define PGTASK_WATCH_DEFAULT_APPEAR_MS  120000u
#define PGTASK_WATCH_DEFAULT_LOOKBACK_S 86400u

/**
 * What to follow and how. Texts are the caller's and stay until the watch is closed.
 *
 * Of an instance the first poll lists the tasks that started in the last 30 days (lookback_s, if
 * that is more), later ones no more than is needed to see every task that has not ended. Waits
 * between polls vary by an eighth either way, so that a fleet does not fall in step.
 */
struct pgtask_watch_config {
    uint64_t task_id;        /**< this task alone; 0: those of the instance */
    char const *instance_id; /**< DBInstanceId; may be NULL where task_id is given */
    uint32_t task_types;     /**< of an instance: bits 1 << enum pgtask_task_type; 0: all */
    /** Between polls while a task runs and moves; 0: 5,000. One that stands still for longer than
     *  twelve times this is asked for less often: each twelfth of that time, up to idle_ms. */
    uint32_t active_ms;
    uint32_t idle_ms;    /**< between polls while none runs; not below active_ms; 0: 60,000, or
                              active_ms if that is more */
    uint32_t stale_ms;   /**< no good answer for longer is stale; not below idle_ms; 0: 180,000, or
                              three times idle_ms if that is more */
    uint32_t appear_ms;  /**< how long a task that is not listed is waited for; 0: 120,000 */
    uint32_t lookback_s; /**< of an instance: tasks that ended longer ago when the watch begins are
                              not followed, and later on make room for any that runs; 0: 86,400 */
    bool until_done;     /**< of an instance: end once every task followed has ended, needs an
                              operator or has vanished; if there is none for appear_ms, too */
};

/** The time left, as a range. */
struct pgtask_watch_left {
    bool known;       /**< false: it cannot be told; the two below are 0 */
    uint32_t least_s; /**< at least this long, seconds */
    uint32_t most_s;  /**< at most this long, if it goes on as it did */
};

/** How its percentage rose under our eyes, in seconds of the monotonic clock. Private. */
struct pgtask_watch_pace {
    uint32_t moves;       /**< how often it rose */
    uint32_t moved_s;     /**< when it rose last; while it has not, when it was first seen */
    uint32_t longest_s;   /**< from one rise to the next */
    uint32_t since_s;     /**< begin of the long view: its start, or the first move that was seen;
                               modulo 2^32, as it may lie before the clock's own begin */
    uint32_t recent_s;    /**< begin of the short view: 4 to 7 moves ago, or the first */
    uint32_t next_s;      /**< begin of the short view from the next fourth move on */
    int8_t since_percent; /**< or PGTASK_PERCENT_UNKNOWN */
    int8_t recent_percent;
    int8_t next_percent;
};

/** One followed task, as last seen. Texts as in struct pgtask_task. */
struct pgtask_watch_task {
    uint64_t task_id; /**< 0: this place is free */
    enum pgtask_task_type type;
    enum pgtask_status status;
    int8_t progress_percent;  /**< 0 to 100, or PGTASK_PERCENT_UNKNOWN */
    bool vanished;            /**< no longer listed */
    uint8_t step_at;          /**< current step of step_count, from 1; 0 if it cannot be told */
    uint8_t step_count;       /**< of AllSteps; 0 if not given */
    uint8_t missed;           /**< whole listings since `poll` that did not have it; private */
    int64_t start_unix_s;     /**< or PGTASK_TIME_UNKNOWN */
    int64_t end_unix_s;       /**< or PGTASK_TIME_UNKNOWN */
    uint64_t status_since_ms; /**< monotonic: when this status was first seen */

    uint32_t poll;         /**< the last listing that had it; private, as all up to the texts */
    uint32_t first_seen_s; /**< monotonic */
    uint32_t news_s;       /**< when anything of it changed last */
    struct pgtask_watch_pace pace;

    char task_type[PGTASK_NAME_BYTES];
    char instance_id[PGTASK_NAME_BYTES];
    char status_text[PGTASK_NAME_BYTES];
    char current_step[PGTASK_NAME_BYTES];
};

/**
 * What happened. For each task at most one event a poll: the last in this list that is true, and
 * ENDED after APPEARED. A poll that finds more than other percentages is followed by one at once,
 * unless it was such a one itself or the first.
 */
enum pgtask_event_kind {
    PGTASK_EVENT_PROGRESSED,  /**< another percentage */
    PGTASK_EVENT_STEP,        /**< another step (and percentage, maybe) */
    PGTASK_EVENT_UNKNOWN,     /**< a status this library does not know: status_text has it */
    PGTASK_EVENT_RESUMED,     /**< runs again, after WaitSwitch, Pause or an unknown status */
    PGTASK_EVENT_WAIT_SWITCH, /**< waits for its switch; may last days */
    PGTASK_EVENT_OPERATOR,    /**< Pause: needs an operator */
    PGTASK_EVENT_APPEARED,    /**< first seen, or listed again, in whatever status */
    PGTASK_EVENT_ENDED,       /**< Success or Fail; also after APPEARED, for one already ended */
    PGTASK_EVENT_VANISHED,    /**< had not ended and is not listed any more, twice in a row */
    /* of the watch as a whole: no task */
    PGTASK_EVENT_ABSENT,  /**< the task did not appear within appear_ms: PGTASK_DONE follows */
    PGTASK_EVENT_TROUBLE, /**< a poll failed: pgtask_client_failure(); it is tried again */
    PGTASK_EVENT_STALE,   /**< no good answer for stale_ms: what is known may be wrong by now */
    PGTASK_EVENT_BACK     /**< a good answer again, after TROUBLE or STALE */
};

struct pgtask_event {
    enum pgtask_event_kind kind;
    struct pgtask_watch_task const
        *task;                        /**< NULL for the kinds without one; until the next call */
    struct pgtask_task const *record; /**< the whole record; NULL for VANISHED and the rest */
    int8_t before_percent;            /**< of the poll before, or PGTASK_PERCENT_UNKNOWN */
    uint32_t took_s; /**< of ENDED: from start to end, by the service's times; where it gives no
                          end: until it was seen to have ended. 0 for other kinds */
    uint64_t at_ms;  /**< monotonic */
};

/** @return one lower-case word or two joined by '_', such as "wait_switch"; a constant */
char const *pgtask_event_text(enum pgtask_event_kind kind);

/** What the watch does. */
enum pgtask_watch_state {
    PGTASK_WATCH_CLOSED,
    PGTASK_WATCH_DUE,     /**< next: start a poll */
    PGTASK_WATCH_LISTING, /**< a poll is under way */
    PGTASK_WATCH_SETTLE,  /**< it is over: tell what was missing */
    PGTASK_WATCH_WAIT,    /**< for the next poll */
    PGTASK_WATCH_ENDED
};

/**
 * A watch. The caller places it, all zero. Read the first group and `tasks`, which comes last for
 * the sake of short offsets; the rest is private.
 */
struct pgtask_watch {
    uint64_t answer_ms; /**< monotonic: the last good answer */
    uint32_t overflow;  /**< tasks of the last poll that had no place in `tasks` */
    bool troubled;      /**< the last poll failed */
    bool stale;         /**< PGTASK_EVENT_STALE was told, and BACK not yet */
    bool answered;      /**< there was a good answer */
    bool overflow_live; /**< of those that had no place, one or more had not ended */

    enum pgtask_watch_state state;
    bool live_outside; /**< a task of the poll under way that has no place is not over */
    bool changed;      /**< the poll under way found a change */
    bool hurried;      /**< it began at once after a change */
    bool pending_end;  /**< APPEARED was told of a task that has already ended */
    bool eager;        /**< a record was passed over: call again at once */
    bool follows_one;  /**< one task, by its id: it is the only one that can have a place */
    struct pgtask_client *client;
    struct pgtask_task *record;
    uint64_t opened_ms;
    uint64_t due_ms;
    uint64_t stale_at_ms;  /**< when STALE is told if there is no good answer before */
    int64_t oldest_live_s; /**< of the poll under way: StartTime of the oldest task not ended */
    uint32_t poll;         /**< number of the listing under way or last */
    uint32_t failed_polls; /**< in a row */
    uint32_t overflowing;  /**< of the poll under way */
    uint32_t now_s;        /**< seconds of the monotonic clock as of this call: they end after 136
                                years, at half the bytes of milliseconds */
    struct pgtask_watch_config config;
    char min_start_time[PGTASK_TIME_TEXT_BYTES];

    struct pgtask_watch_task tasks[PGTASK_WATCH_TASKS]; /**< most urgent first, free places last:
                                                             see pgtask_urgency() */
};

/**
 * Makes a watch ready. Nothing is sent.
 * @param watch   all zero or closed
 * @param client  open; the watch's alone from now on
 * @param record  the caller's, one for the watch; decoded into, and shown by events
 * @return PGTASK_OK; PGTASK_ERROR_ARGUMENT: neither task nor instance, or a time out of order;
 *         PGTASK_ERROR_STATE: open already, or the client is not; PGTASK_ERROR_QUERY_* as
 *         pgtask_query_check()
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_watch_open(struct pgtask_watch *watch,
                                                      struct pgtask_watch_config const *config,
                                                      struct pgtask_client *client,
                                                      struct pgtask_task *record);

/**
 * Goes on; never blocks.
 * @param event  set on PGTASK_OK
 * @return PGTASK_OK           one event; call again at once
 *         PGTASK_WOULD_BLOCK  call again: see pgtask_watch_wait_for()
 *         PGTASK_DONE         nothing more will come: the task has ended, needs an operator, has
 *                             vanished or did not appear; or until_done. pgtask_watch_close() or
 *                             pgtask_watch_poll_now() from here
 *         PGTASK_ERROR_STATE  not open
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_watch_next(struct pgtask_watch *watch,
                                                      struct pgtask_event *event);

/** As pgtask_client_wait_for(), for the whole watch: between polls it waits for time alone. */
enum pgtask_interest pgtask_watch_wait_for(struct pgtask_watch const *watch, uint64_t *until_ms);

/**
 * Polls as soon as the rate limit allows: after a button, or when the cable came back. A poll under
 * way begins again. After PGTASK_DONE the watch goes on.
 */
void pgtask_watch_poll_now(struct pgtask_watch *watch);

/** Ends the watch; the client stays open. Harmless twice. */
void pgtask_watch_close(struct pgtask_watch *watch);

/**
 * How much a task needs a person, for "the most urgent wins": Fail, Pause, vanished or unknown,
 * Running, WaitSwitch, Success, none. Where too many are equal, those that came first are kept; of
 * those that have ended, the last.
 * @return 0 for an empty place, more is more urgent
 */
uint8_t pgtask_urgency(struct pgtask_watch_task const *task);

/**
 * The time left of a task that runs, from its progress so far: by its pace since it started (or ran
 * again) and by the pace of the last four to seven moves, the quicker and the slower. Percentages
 * and seconds are whole, and each may be almost one more: that widens the range, much at first and
 * little later.
 * Unknown before the percentage has risen by two since its first move under our eyes, at 100, once
 * it has stood still for more than three times its longest rest, and once it is overdue.
 * @param now_ms  monotonic
 */
struct pgtask_watch_left pgtask_watch_left(struct pgtask_watch_task const *task, uint64_t now_ms);

#endif
