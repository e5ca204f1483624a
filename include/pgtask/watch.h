/* SPDX-License-Identifier: MIT */
/**
 * @file watch.h
 * Follows one task, or the tasks of an instance, and reports what changed.
 *
 * A watch polls the service through a client, often while something moves and rarely while nothing
 * does, and turns the answers into events. It never blocks. It goes on after a failed poll: the
 * caller gets an event and decides.
 *
 * Pointers may be NULL only where this header says so. All calls belong to the thread of the
 * client.
 *
 * The contents of struct pgtask_watch are opaque, except for the members that its comment names.
 * The same holds for struct pgtask_watch_task.
 *
 * @code
 * static struct pgtask_watch watch;      // all zero
 * struct pgtask_watch_config config = {.instance_id = "postgres-q6fj84vb",
 *                                      .task_types = PGTASK_WATCH_RESTORES};
 * enum pgtask_error error = pgtask_watch_open(&watch, &config, &client, &record);
 * while (error >= 0) {                   // the super-loop
 *     error = pgtask_watch_next(&watch, &event);
 *     if (error == PGTASK_OK) log_event(&event);
 *     struct pgtask_led_signal signal = pgtask_led_signal(&watch, NULL, now_ms());
 *     board_led(pgtask_led_is_lit(&signal, now_ms()));
 * }
 * @endcode
 */
#ifndef PGTASK_WATCH_H
#define PGTASK_WATCH_H

#include <pgtask/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/** For `task_types`: only restores, which is what a status LED is for. */
#define PGTASK_WATCH_RESTORES (1u << PGTASK_TASK_TYPE_RESTORE_DATABASE)

#define PGTASK_WATCH_DEFAULT_ACTIVE_MS  5000u
#define PGTASK_WATCH_DEFAULT_IDLE_MS    60000u
#define PGTASK_WATCH_DEFAULT_STALE_MS   180000u
#define PGTASK_WATCH_DEFAULT_APPEAR_MS  120000u
#define PGTASK_WATCH_DEFAULT_LOOKBACK_S 86400u

/**
 * What to follow and how. Strings are the caller's and stay until the watch is closed.
 *
 * For an instance, the first poll lists the tasks that started in the last 30 days, or within
 * lookback_s if that is more. Later polls list no more than is needed to see every task that has
 * not ended. Waits between polls vary by an eighth either way, so that a fleet of devices does not
 * poll in step.
 */
struct pgtask_watch_config {
    uint64_t task_id;        /**< follow only this task; 0: the tasks of the instance */
    char const *instance_id; /**< DBInstanceId; may be NULL if task_id is given */
    uint32_t task_types;     /**< for an instance: bits 1 << enum pgtask_task_type; 0: all */
    /** Wait between polls while a task runs and moves; 0: 5,000. A task that stands still for
     * longer than twelve times this wait is asked for after each twelfth of that time, up to
     * idle_ms. */
    uint32_t active_ms;
    uint32_t idle_ms;    /**< wait between polls while no task runs; at least active_ms; 0: 60,000,
                              or active_ms if that is more */
    uint32_t stale_ms;   /**< the watch is stale after this time without a good answer; at least
                              idle_ms; 0: 180,000, or three times idle_ms if that is more */
    uint32_t appear_ms;  /**< wait for a task that is not listed; 0: 120,000 */
    uint32_t lookback_s; /**< for an instance: the watch does not follow tasks that ended longer ago
                              when it begins, and later gives their slots to running tasks; 0:
                              86,400 */
    bool until_done;     /**< for an instance: the watch ends when every task that it follows has
                              ended, needs an operator or has vanished, or when there is no task
                              for appear_ms */
    bool wait_pause;     /**< a task that needs an operator may resume, so it does not end the watch
                          */
};

/** The time left, as a range. */
struct pgtask_watch_left {
    bool known;       /**< if false, the two below are 0 */
    uint32_t least_s; /**< at least this long, seconds */
    uint32_t most_s;  /**< at most this long, if the task keeps its pace */
};

/**
 * How the percentage of a task has risen since the watch follows it, in seconds of the monotonic
 * clock. Opaque; src/watch_pace.c explains the views.
 */
struct pgtask_watch_pace {
    uint32_t moves;           /**< how often the percentage rose */
    uint32_t moved_s;         /**< the last time at which it rose, or the task was first seen */
    uint32_t longest_pause_s; /**< from one move to the next */
    uint32_t since_s;         /**< begin of the long view, modulo 2^32: it may be earlier than the
                                   begin of the clock */
    uint32_t recent_s;        /**< begin of the short view */
    uint32_t next_s;          /**< begin of the short view after its next restart */
    int8_t since_percent;     /**< or PGTASK_PERCENT_UNKNOWN */
    int8_t recent_percent;
    int8_t next_percent;
};

/**
 * One followed task, as last seen. Strings as in struct pgtask_task. Read all members but `missed`
 * and those from `poll` to `pace`.
 */
struct pgtask_watch_task {
    uint64_t task_id; /**< 0: this slot is free */
    enum pgtask_task_type type;
    enum pgtask_status status;
    int8_t progress_percent;  /**< 0 to 100, or PGTASK_PERCENT_UNKNOWN */
    bool vanished;            /**< no longer listed */
    uint8_t step_at;          /**< current step of step_count, from 1; 0 if it is unknown */
    uint8_t step_count;       /**< of AllSteps; 0 if not given */
    uint8_t missed;           /**< complete listings since `poll` that did not have the task */
    int64_t start_unix_s;     /**< or PGTASK_TIME_UNKNOWN */
    int64_t end_unix_s;       /**< or PGTASK_TIME_UNKNOWN */
    uint64_t status_since_ms; /**< monotonic: when this status was first seen */

    uint32_t poll;   /**< number of the last listing that had the task */
    uint32_t news_s; /**< monotonic: the last time at which anything changed */
    struct pgtask_watch_pace pace;

    char task_type[PGTASK_NAME_BYTES];
    char instance_id[PGTASK_NAME_BYTES];
    char status_text[PGTASK_NAME_BYTES];
    char current_step[PGTASK_NAME_BYTES];
};

/**
 * What happened. A poll has at most one event for each task, the last one in this list that is
 * true; only ENDED may follow APPEARED. A poll with an event other than PROGRESSED is followed by
 * another poll at once, unless it was the first one or such a poll itself.
 */
enum pgtask_event_kind {
    PGTASK_EVENT_PROGRESSED,  /**< another percentage */
    PGTASK_EVENT_STEP,        /**< another step, and maybe another percentage */
    PGTASK_EVENT_UNKNOWN,     /**< a status that this library does not know: status_text has it */
    PGTASK_EVENT_RESUMED,     /**< runs again, after WaitSwitch, Pause or an unknown status */
    PGTASK_EVENT_WAIT_SWITCH, /**< waits for its switch, maybe for days */
    PGTASK_EVENT_OPERATOR,    /**< Pause: needs an operator */
    PGTASK_EVENT_APPEARED,    /**< first seen, or listed again, in any status */
    PGTASK_EVENT_ENDED,    /**< Success or Fail; follows APPEARED if the task has already ended */
    PGTASK_EVENT_VANISHED, /**< had not ended, and two listings in a row did not have it */
    /* events of the watch as a whole, without a task */
    PGTASK_EVENT_ABSENT,  /**< no task appeared within appear_ms: PGTASK_DONE follows */
    PGTASK_EVENT_TROUBLE, /**< a poll failed, see pgtask_client_failure(); another will follow */
    PGTASK_EVENT_STALE,   /**< no good answer for stale_ms: what is known may be wrong by now */
    PGTASK_EVENT_BACK     /**< a good answer again, after TROUBLE or STALE */
};

/** Stands for a duration whose end nobody has told. */
#define PGTASK_TOOK_UNKNOWN UINT32_MAX

struct pgtask_event {
    enum pgtask_event_kind kind;
    struct pgtask_watch_task const *task; /**< NULL for kinds without one; valid until the next call
                                           */
    struct pgtask_task const *record;     /**< the whole record; NULL for VANISHED and the rest */
    int8_t before_percent;                /**< of the last poll, or PGTASK_PERCENT_UNKNOWN */
    uint32_t took_s; /**< for ENDED: from start to end, by the service's times, or
                          PGTASK_TOOK_UNKNOWN if it does not give both. 0 for other kinds */
    uint64_t at_ms;  /**< monotonic */
};

/** @return one lower-case word or two joined by '_', such as "wait_switch"; a constant */
char const *pgtask_event_text(enum pgtask_event_kind kind);

/** What the watch does. */
enum pgtask_watch_state {
    PGTASK_WATCH_CLOSED,
    PGTASK_WATCH_DUE,     /**< starts a poll at once */
    PGTASK_WATCH_LISTING, /**< takes the records of a poll */
    PGTASK_WATCH_SETTLE,  /**< reports the tasks that the poll did not have */
    PGTASK_WATCH_WAIT,    /**< waits for the next poll */
    PGTASK_WATCH_ENDED
};

/**
 * A watch. The caller places it, all zero at first. Read only the members of the first group,
 * `config` and `tasks`. These two are large and come late, so that the offsets of all others are
 * short.
 */
struct pgtask_watch {
    uint64_t answer_ms; /**< monotonic: the last good answer */
    uint64_t due_ms;    /**< monotonic: the next poll, while `state` is PGTASK_WATCH_WAIT */
    uint32_t overflow;  /**< tasks of the last poll that had no slot in `tasks` */
    bool troubled;      /**< the last poll failed */
    bool blocked;       /**< it failed for a reason that asking again does not mend: see
                             pgtask_failure_retry() */
    bool stale;         /**< from PGTASK_EVENT_STALE to PGTASK_EVENT_BACK */
    bool answered;      /**< there was a good answer */
    bool overflow_live; /**< one or more of the tasks without a slot had not ended */
    enum pgtask_watch_state state;

    bool live_outside;  /**< a task of the poll under way is not over and has no slot */
    bool changed;       /**< the poll under way found a change */
    bool follow_up;     /**< it began at once, because the poll before found a change */
    bool pending_end;   /**< APPEARED was reported for a task that has already ended */
    bool record_passed; /**< the last call took a record without an event: call again at once */
    bool follows_one;   /**< one task, by its id: only that one can have a slot */
    struct pgtask_client *client;
    struct pgtask_task *record;
    uint64_t opened_ms;
    uint64_t stale_at_ms;  /**< the time of STALE if there is no good answer before */
    int64_t oldest_live_s; /**< earliest StartTime of the live tasks of the poll under way */
    int64_t reckoned_s;    /**< Unix time from which min_start_time was reckoned */
    uint32_t poll;         /**< number of the poll under way, or of the last one */
    uint32_t failed_polls; /**< in a row */
    uint32_t overflowing;  /**< tasks of the poll under way that have no slot */
    uint32_t left_out;     /**< records that the client had left out before the poll under way */
    uint32_t now_s;        /**< monotonic time of this call: seconds last for 136 years and take
                                half the bytes of milliseconds */
    struct pgtask_watch_config config; /**< as given, with the defaults filled in */
    char min_start_time[PGTASK_TIME_TEXT_BYTES];
    struct pgtask_watch_task tasks[PGTASK_WATCH_TASKS]; /**< most urgent first, free slots last: see
                                                             pgtask_watch_urgency() */
};

/**
 * Makes a watch ready. Sends nothing.
 * @param watch   all zero or closed
 * @param client  open; from now on it serves only this watch
 * @param record  the caller's, serves only this watch: the client decodes into it, and events show
 *                it
 * @return PGTASK_OK; PGTASK_ERROR_ARGUMENT: there is neither task nor instance, or the times are
 *         not in order; PGTASK_ERROR_STATE: the watch is open, or the client is not;
 *         PGTASK_ERROR_QUERY_* as pgtask_query_check()
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_watch_open(struct pgtask_watch *watch,
                                                      struct pgtask_watch_config const *config,
                                                      struct pgtask_client *client,
                                                      struct pgtask_task *record);

/**
 * Goes on. Never blocks.
 * @param event  set on PGTASK_OK
 * @return PGTASK_OK           one event; call again at once
 *         PGTASK_WOULD_BLOCK  call again: see pgtask_watch_wait_for()
 *         PGTASK_DONE         nothing more will come: the task is over or did not appear, or
 *                             until_done is true for all tasks. Go on with pgtask_watch_close() or
 *                             pgtask_watch_poll_now()
 *         PGTASK_ERROR_STATE  the watch or its client is not open
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_watch_next(struct pgtask_watch *watch,
                                                      struct pgtask_event *event);

/**
 * Tells what to wait for after PGTASK_WOULD_BLOCK, as pgtask_client_wait_for(). Between polls that
 * is only the time. Does not wait itself.
 */
enum pgtask_interest pgtask_watch_wait_for(struct pgtask_watch const *watch, uint64_t *until_ms);

/**
 * Polls as soon as the rate limit allows: for a button, or when the network is back. A poll that is
 * under way begins again. After PGTASK_DONE the watch goes on.
 */
void pgtask_watch_poll_now(struct pgtask_watch *watch);

/** Ends the watch. The client stays open. May be called twice. */
void pgtask_watch_close(struct pgtask_watch *watch);

/**
 * Tells how much a task needs a person, most urgent first: Fail, Pause, vanished or unknown,
 * Running, WaitSwitch, Success, free slot. Among equal tasks, those that came first keep their
 * slots; among those that have ended, the last ones to end.
 * @return 0 for a free slot; a larger number is more urgent
 */
uint8_t pgtask_watch_urgency(struct pgtask_watch_task const *task);

/**
 * Tells the time left of a running task from its progress so far. One end of the range comes from
 * the pace since the task started or resumed, the other from the pace of its last four to seven
 * moves. Percentages and seconds are whole numbers, which widens the range, much at first and
 * little later.
 * The time left is unknown until the percentage has risen by two since its first move in this
 * watch, at 100 percent, after a pause of more than three times the longest one, and when the task
 * is overdue.
 * @param now_ms  monotonic
 */
struct pgtask_watch_left pgtask_watch_left(struct pgtask_watch_task const *task, uint64_t now_ms);

#ifdef __cplusplus
}
#endif

#endif
