/* SPDX-License-Identifier: MIT */
/**
 * @file session/config_file.h
 * What a user always wants: region, endpoint and output, from ~/.config/pgtask/config.
 *
 *     [default]
 *     region = ap-guangzhou
 *     output = jsonl
 *     [work]
 *     region = ap-shanghai
 *     endpoint = postgres.ap-shanghai.tencentcloudapi.com
 *
 * The section of the chosen profile counts before that of "default". It holds no keys.
 */
#ifndef CLI_CONFIG_FILE_H
#define CLI_CONFIG_FILE_H

#include "session/exit_status.h"
#include "session/options.h"

/**
 * Fills in options that were not given, as the file says. An option counts before everything, and a
 * variable before the file, unless the option --profile has named the section. The output is filled
 * in only if the command can print it. Reports what is wrong; a file that is missing is not.
 * @param options  texts of the file stay until the end of the program
 * @param command  one of enum command_set
 */
enum exit_status config_file_apply(struct options *options, unsigned command);

#endif
