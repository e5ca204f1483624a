/* SPDX-License-Identifier: MIT */
/** @file events.h What happened to the tasks, as lines of the log. Never a secret. */
#ifndef FIRMWARE_EVENTS_H
#define FIRMWARE_EVENTS_H

#include <pgtask/watch.h>

/** One line for an event of the watch: "progressed: 2000001 RestoreDatabase Running 40%, ...". */
void events_log(struct pgtask_event const *event, struct pgtask_client const *client);

/** One line for a task of a listing: "task 120006 RestoreDatabase Success 100%". */
void events_log_task(struct pgtask_task const *task);

/** The client's last failure as one line, with what to do about it. */
void events_log_failure(char const *what, struct pgtask_client const *client);

#endif
