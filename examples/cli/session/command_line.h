/* SPDX-License-Identifier: MIT */
/** @file session/command_line.h Reads the command line by session/option_table.h: `--flag value`,
 *  `--flag=value`, and the API's own spellings. */
#ifndef CLI_COMMAND_LINE_H
#define CLI_COMMAND_LINE_H

#include "session/options.h"

/** What is wrong with a command line. Never holds a value, which might be a secret. */
struct command_line_problem {
    char flag[40];     /**< the flag as typed, cut to size; "" if the problem is not with a flag */
    char const *cause; /**< valid until the next call; after a flag a predicate, else a clause */
};

/**
 * Reads a command line. The caller checks which options the command takes:
 * command_line_find_foreign().
 * @param options  all zero before
 * @return false with `problem` filled if the line cannot be understood
 */
bool command_line_read(int argc, char *const argv[], struct options *options,
                       struct command_line_problem *problem);

/** @param command  one of enum command_set
 *  @return the flag of an option that was given and that the command does not take, or NULL */
char const *command_line_find_foreign(struct options const *options, unsigned command);

#endif
