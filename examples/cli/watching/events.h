/* SPDX-License-Identifier: MIT */
/** @file watching/events.h Events of a watch, each on one line: for people and logs, or as JSON. */
#ifndef CLI_EVENT_H
#define CLI_EVENT_H

#include "session/session.h"
#include "base/writer.h"

/** An event with what is known at its time. */
struct event {
    struct pgtask_event const *event;
    struct pgtask_failure const *failure; /**< of TROUBLE */
    char const *trouble;                  /**< and for a person */
    struct pgtask_watch_left left;        /**< of a task that runs */
    bool has_elapsed;
    uint64_t elapsed_s; /**< of the task, since its StartTime and at most until its end */
    int64_t unix_s;     /**< now, or PGTASK_TIME_UNKNOWN */
};

/** Gathers what event_text() and event_json() tell. @param session  whose client is the watch's */
struct event event_gather(struct session *session, struct pgtask_event const *event);

/** How long a task takes or took. @return false if its StartTime or the time now is unknown */
bool event_elapsed(struct session const *session, struct pgtask_watch_task const *task,
                   uint64_t *elapsed_s);

/** @return what the service says of a task: of its restore, or else of itself; may be "" */
char const *event_message(struct pgtask_task const *record);

/** Writes the event for people, without time and line end: `step: 120321 RestoreDatabase ...` */
void event_text(struct writer *writer, struct event const *event);

/** Room for a time as RFC 3339 has it, with NUL. */
#define EVENT_TIME_BYTES 24

/** Writes a time such as `2024-09-27T05:14:11Z`, "" if it is unknown. @return `text` */
char const *event_time(char text[EVENT_TIME_BYTES], int64_t unix_s);

/** Writes the event as one JSON object with its line end: the task as `list --output jsonl` has it,
 *  with Event, At and what else is known. */
void event_json(struct writer *writer, struct event const *event);

#endif
