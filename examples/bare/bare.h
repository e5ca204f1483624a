/* SPDX-License-Identifier: MIT */
/** @file bare.h What the program needs besides the library and board.h: settings and a port. */
#ifndef PGTASK_BARE_H
#define PGTASK_BARE_H

#include <pgtask/client.h>

/** The settings, in a C file that make_settings.sh writes. They hold the key. */
extern struct pgtask_config const bare_config;
extern char const bare_instance[];

/** Opens the port that this image was linked with: bare_null.c or bare_at.c, or yours. */
struct pgtask_port *bare_port_open(void);

#endif
