/* SPDX-License-Identifier: MIT */
/** @file help.h The texts of --help and --version, at most 80 columns wide. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/writer.h"
#include "session/command_set.h"

/** What the tables of options and exit statuses do not say about a command. Each text is whole
 *  lines. */
struct help {
    char const *head;     /**< usage, and what the command does */
    char const *notes;    /**< after the options; "" if there is nothing more to say */
    char const *examples; /**< command lines */
};

extern char const help_environment[]; /**< where credentials come from, of every help */
extern char const help_examples[];    /**< of the program's help */

/** Prints the help of a command. */
void help_print(struct writer *writer, struct help const *help, enum command_set command);

/** Prints the help of the program. */
void help_print_program(struct writer *writer);

/** Prints the version of the program and of the API. */
void help_print_version(struct writer *writer);

#endif
