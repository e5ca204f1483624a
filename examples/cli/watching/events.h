/* SPDX-License-Identifier: MIT */
/** @file watching/events.h Events of a watch, each on one line: for people and logs, or as JSON. */
#ifndef CLI_EVENTS_H
#define CLI_EVENTS_H

#include "base/writer.h"
#include "session/session.h"

/** An event with what is known when it comes. */
struct event {
    struct pgtask_event const *event;
    struct pgtask_failure const *failure; /**< of TROUBLE, otherwise NULL */
    char const *trouble;                  /**< the same for a person */
    struct pgtask_watch_left left;        /**< of a task that runs */
    bool has_elapsed;
    uint64_t elapsed_s; /**< of the task, from its StartTime to now or to its end */
    int64_t unix_s;     /**< now, or PGTASK_TIME_UNKNOWN */
};

/** Gathers what event_line() and event_json() print. @param session  whose client is the watch's
 *  @param reader  who reads it, for its language; NULL: a program, in English */
struct event event_gather(struct session *session, struct pgtask_event const *event,
                          struct writer const *reader);

/** Finds how long a task takes or took. @param unix_s  now, or PGTASK_TIME_UNKNOWN
 *  @return false if its StartTime is unknown, or its EndTime if it has ended, or the time now */
bool event_elapsed(struct pgtask_watch_task const *task, int64_t unix_s, uint64_t *elapsed_s);

/** @return the service's message about a task's restore, or else about the task; may be "" */
char const *event_message(struct pgtask_task const *record);

/** Writes the event for people, without time and line end: `step: 120321 RestoreDatabase ...` */
void event_line(struct writer *writer, struct event const *event);

/** Room for a time as RFC 3339 has it, with NUL. */
#define EVENT_TIME_BYTES 24

/** Writes a time such as `2024-09-27T05:14:11Z`, "" if it is unknown. @return `text` */
char const *event_time(char text[EVENT_TIME_BYTES], int64_t unix_s);

/** Writes the event as one JSON object with its line end: the task as `list --output jsonl` prints
 *  it, with Event, At and what else is known. */
void event_json(struct writer *writer, struct event const *event);

#endif
