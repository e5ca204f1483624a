/* SPDX-License-Identifier: MIT */
/** @file base/dump.h The program's memory holds keys, so it stays out of core dumps. */
#ifndef CLI_DUMP_H
#define CLI_DUMP_H

/**
 * From now on the system writes no core dump of this program, and no other process of the user may
 * read its memory, environment or descriptors; root may. Programs that it runs are as usual. Does
 * nothing except on Linux, and nothing under a sanitizer, which must look at the program.
 */
void dump_forbid(void);

#endif
