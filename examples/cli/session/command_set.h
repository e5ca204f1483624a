/* SPDX-License-Identifier: MIT */
/** @file session/command_set.h The commands as a set: which ones take an option, or end with an
 *  exit status. */
#ifndef CLI_COMMAND_SET_H
#define CLI_COMMAND_SET_H

/** Bits of a set. Also the name of a command. */
enum command_set {
    IN_LIST = 1,
    IN_SHOW = 2,
    IN_WATCH = 4,
    IN_LED = 8,
    IN_CHECK = 16,
    IN_EACH = IN_LIST | IN_SHOW | IN_WATCH | IN_LED | IN_CHECK
};

#endif
