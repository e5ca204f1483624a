/* SPDX-License-Identifier: MIT */
/**
 * @file events.h
 * Lines of the log about tasks and failures. They never hold a secret.
 */
#ifndef FIRMWARE_EVENTS_H
#define FIRMWARE_EVENTS_H

#include <pgtask/watch.h>

/** Logs an event of the watch: "progressed: 2000001 RestoreDatabase Running 40%, ...". */
void events_log(struct pgtask_event const *event, struct pgtask_client const *client);

/** Logs a task of a listing: "task 120006 RestoreDatabase Success 100%". */
void events_log_task(struct pgtask_task const *task);

/**
 * Logs the client's last failure, with the advice what to do about it.
 * @param what  what failed; the line begins with it
 */
void events_log_failure(char const *what, struct pgtask_client const *client);

#endif
