/* SPDX-License-Identifier: MIT */
/** @file command.h The commands of the program. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "help.h"
#include "session/command_set.h"
#include "session/session.h"

/** One command. A new one is a new file, a bit in session/command_set.h and a line in main.c's
 *  table. */
struct command {
    char const *name;
    enum command_set bit; /**< options and exit statuses are chosen by it */
    bool runs_on;         /**< a full standard error must not hold it: report_never_wait() */
    bool is_plugin;       /**< it answers as a plugin of Nagios: report_as_plugin() */
    bool serves;          /**< SIGHUP and SIGUSR1 are requests to it: signals_catch() */
    /** @return what is wrong with the options, as a clause; NULL if run() can use them */
    char const *(*check)(struct options const *options);
    /** Runs with an open session whose client is not open yet: session_start(). */
    enum exit_status (*run)(struct session *session, struct options const *options);
    struct help help;
};

extern struct command const command_list;
extern struct command const command_show;
extern struct command const command_watch;
extern struct command const command_led;
extern struct command const command_check;

#endif
