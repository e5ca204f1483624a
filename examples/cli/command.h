/* SPDX-License-Identifier: MIT */
/** @file command.h The commands of the program. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "session/session.h"

/** One command. A new one is a new file and a line in main.c's table. */
struct command {
    char const *name;
    bool serves;      /**< SIGHUP and SIGUSR1 are requests to it: signals_serve() */
    uint64_t options; /**< bits of the options it takes besides OPTIONS_GLOBAL */
    /** @return what is wrong with the options, as a clause; NULL if run() can use them */
    char const *(*check)(struct options const *options);
    enum status (*run)(struct session *session, struct options const *options);
    char const *advice;      /**< after a wrong command line: a sentence that points to --help */
    char const *const *help; /**< parts of the text of --help, the last one NULL */
};

extern struct command const command_list;
extern struct command const command_show;
extern struct command const command_led;
extern struct command const command_watch;

#endif
