/* SPDX-License-Identifier: MIT */
/** @file signals.h Ctrl-C and its kin end the program in order: keys are wiped first. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

/** From now on SIGINT, SIGTERM and SIGHUP are only noted, the first time; the second kills. A
 *  closed pipe is an error of write(). */
void signals_catch(void);

/** @return the signal that was noted, 0 if none */
int signals_noted(void);

#endif
