/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_null.h
 * The port that provides nothing. It links on any platform, and the client reports its absence.
 * Begin a port with a copy of it, and fill the functions in the order of port/README.md.
 */
#ifndef PGTASK_NULL_H
#define PGTASK_NULL_H

#include <pgtask/port.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Fills in a port whose every call fails: the client reports PGTASK_ERROR_PORT. */
void pgtask_null_open(struct pgtask_port *port);

#ifdef __cplusplus
}
#endif

#endif
