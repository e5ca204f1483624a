/* SPDX-License-Identifier: MIT */
/** @file base/signals.h Ctrl-C and its kin end the program in order: keys are wiped first. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** Holds back SIGHUP and SIGUSR1, which would end the program, until signals_release(): whoever
 *  starts a service may send them before it has said what they mean. For the start of main(). */
void signals_hold(void);

/** Those that came meanwhile come now. */
void signals_release(void);

/** From now on SIGINT, SIGTERM and SIGHUP are only noted, the first time; the second kills. A
 *  closed pipe is an error of write(). */
void signals_catch(void);

/** @return the signal that was noted, 0 if none */
int signals_noted(void);

/** From now on SIGHUP and SIGUSR1 are requests to a service, as often as they come. */
void signals_serve(void);

/** @return whether SIGHUP has come since the last call */
bool signals_take_reload(void);

/** @return whether SIGUSR1 has come since the last call */
bool signals_take_acknowledgement(void);

/**
 * From now on the signals of a terminal are noted too: Ctrl-\, Ctrl-Z, another size, in front
 * again.
 * @param farewell  what the second Ctrl-C writes to standard output before it kills; a constant
 */
void signals_view(char const *farewell);

/** @return whether Ctrl-Z was pressed since the last call. */
bool signals_take_stop(void);

/** Stops the program, as Ctrl-Z does. Returns once it goes on. */
void signals_stop(void);

/** @return whether the terminal may look different since the last call */
bool signals_take_resize(void);

/** From now on the end of a child process ends signals_wait(). */
void signals_children(void);

/** As fork(). In the child no signal is noted or ignored on our account, from its first moment on:
 *  it is as it will be after exec(). */
pid_t signals_fork(void);

/**
 * Waits for a descriptor, for time, or for a signal. One that came since the last wait ends this
 * one at once, so none is missed between a look and the wait.
 * @param descriptor  -1: none
 * @param write       for room to write, otherwise for bytes to read
 */
void signals_wait(int descriptor, bool write, uint64_t time_ms);

#endif
