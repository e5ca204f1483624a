/* SPDX-License-Identifier: MIT */
/* What is known of an event beside what the watch says: failure, times and time left. */
#include "watching/events.h"

#include <string.h>

bool event_elapsed(struct pgtask_watch_task const *task, int64_t unix_s, uint64_t *elapsed_s)
{
    bool const has_end = task->end_unix_s != PGTASK_TIME_UNKNOWN;
    int64_t const until_s = has_end ? task->end_unix_s : unix_s;

    if (task->start_unix_s == PGTASK_TIME_UNKNOWN || until_s == PGTASK_TIME_UNKNOWN ||
        (!has_end && pgtask_status_is_final(task->status))) {
        return false;
    }
    *elapsed_s = until_s > task->start_unix_s ? (uint64_t)(until_s - task->start_unix_s) : 0;
    return true;
}

struct event event_gather(struct session *session, struct pgtask_event const *event,
                          struct writer const *reader)
{
    struct event facts = {.event = event, .unix_s = PGTASK_TIME_UNKNOWN};

    (void)pgtask_client_unix_time_s(&session->client, &facts.unix_s);
    if (event->kind == PGTASK_EVENT_TROUBLE) {
        facts.failure = pgtask_client_failure(&session->client);
        facts.trouble = session_failure_text(session, reader);
    }
    if (event->task != NULL) {
        facts.left = pgtask_watch_left(event->task, event->at_ms);
        facts.has_elapsed = event_elapsed(event->task, facts.unix_s, &facts.elapsed_s);
    }
    if (event->kind == PGTASK_EVENT_ENDED) {
        facts.has_elapsed = event->took_s != PGTASK_TOOK_UNKNOWN;
        facts.elapsed_s = facts.has_elapsed ? event->took_s : 0;
    }
    return facts;
}

char const *event_message(struct pgtask_task const *record)
{
    return record->restore.message[0] != '\0' ? record->restore.message : record->message;
}

char const *event_time(char text[EVENT_TIME_BYTES], int64_t unix_s)
{
    enum { DATE = 10 };

    if (pgtask_time_write(unix_s, PGTASK_UTC_OFFSET_ZERO, text) != PGTASK_OK) {
        text[0] = '\0';
        return text;
    }
    text[DATE] = 'T';
    strcat(text, "Z");
    return text;
}
