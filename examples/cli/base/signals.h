/* SPDX-License-Identifier: MIT */
/**
 * @file base/signals.h
 * Ctrl-C and its kin end the program in order: keys are wiped first.
 *
 * Call signals_hold() at the start of main() and signals_catch() once the command is known. The
 * other calls may come in any order and more than once: each adds one wish, and the handlers are
 * always installed from all wishes together, so none of them can undo another.
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** Holds back SIGHUP and SIGUSR1, which would end the program, until signals_release(): a service
 *  manager may send them before the program has said what they mean. */
void signals_hold(void);

/**
 * From now on the first SIGINT, SIGTERM or SIGHUP is only remembered; the second one kills. A
 * closed pipe and a file that may not grow (RLIMIT_FSIZE) are errors of write().
 * @param serves  SIGHUP and SIGUSR1 are requests instead, as often as they come, and stay held
 *                back until signals_release(); otherwise this call releases them. On a terminal,
 *                SIGHUP says that it was closed, and ends such a program too
 */
void signals_catch(bool serves);

/** Lets the signals that were held back come. Harmless without signals_hold(). */
void signals_release(void);

/** @return the signal that asks the program to end, 0 if none has come */
int signals_ending(void);

/** @return whether SIGHUP has come as a request since the last call */
bool signals_take_reload(void);

/** @return whether SIGUSR1 has come since the last call */
bool signals_take_acknowledgement(void);

/**
 * From now on the signals of a terminal are remembered too: Ctrl-\, Ctrl-Z, a new size, and the
 * return to the foreground.
 * @param farewell  what the second Ctrl-C writes to standard output before it kills; a constant
 */
void signals_screen(char const *farewell);

/** @return whether Ctrl-Z was pressed since the last call */
bool signals_take_stop(void);

/** Stops the program, as Ctrl-Z does. Returns once the program goes on. */
void signals_stop(void);

/** @return whether the terminal may look different since the last call */
bool signals_take_resize(void);

/** From now on the end of a child process ends signals_wait(). */
void signals_children(void);

/** As fork(). In the child every signal has its usual effect from the first moment on, except those
 *  that were ignored when the program began. */
pid_t signals_fork(void);

/**
 * Waits for a descriptor, for time, or for a signal. A signal that came since the last wait ends
 * this one at once, so none is missed between a look and the wait.
 * @param descriptor  -1: none
 * @param write       waits for room to write; otherwise for bytes to read
 */
void signals_wait(int descriptor, bool write, uint64_t time_ms);

#endif
