/* SPDX-License-Identifier: MIT */
/** @file signals.h Ctrl-C and its kin end the program in order: keys are wiped first. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>

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

#endif
