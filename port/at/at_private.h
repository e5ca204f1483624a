/* SPDX-License-Identifier: MIT */
/** @file at_private.h The dialogue with the module (at_dialogue.c), which only at_port.c uses. */
#ifndef PGTASK_AT_PRIVATE_H
#define PGTASK_AT_PRIVATE_H

#include "pgtask_at.h"

/** Moves bytes both ways, as many as are there, and takes up what the module says. */
void pgtaski_at_turn(struct pgtask_at *at);

/**
 * Lets the module become ready for a command of the stream: set up, and with no old connection.
 * @return PGTASK_OK; PGTASK_WOULD_BLOCK; PGTASK_ERROR_PORT if the module does not answer
 */
enum pgtask_error pgtaski_at_make_ready(struct pgtask_at *at);

/** Begins a command. The module must be ready. `argument` is NULL or a text for the command. */
void pgtaski_at_begin(struct pgtask_at *at, enum pgtask_at_command command, char const *argument,
                      uint32_t number);

#endif
