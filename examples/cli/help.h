/* SPDX-License-Identifier: MIT */
/** @file help.h The texts of --help and --version, at most 80 columns wide. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

extern char const help_version[];
extern char const *const help_program[];
extern char const *const help_list[];
extern char const *const help_show[];
extern char const *const help_led[];
extern char const *const help_watch[];

#endif
