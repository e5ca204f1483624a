/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_pulse.h
 * Which port gets pulses while mbedTLS computes: see `pulse` in <pgtask/port.h>. Without
 * PGTASK_PULSE=1 these functions are empty, and nothing of them is in the program.
 *
 * mbedTLS's functions have no argument by which they could find the port. So pulse.c keeps it in a
 * static variable, only while one call of tls.h lasts.
 */
#ifndef PGTASK_PULSE_H
#define PGTASK_PULSE_H

#include <pgtask/port.h>

#include "pgtask_mbedtls.h"

#if PGTASK_PULSE && !PGTASK_MBEDTLS_IS_OWN
#error "PGTASK_PULSE=1 needs the source of mbedTLS; build without MBEDTLS=system"
#endif

#if PGTASK_PULSE

/** Call this before mbedTLS computes. The port may have no pulse. */
void pgtask_pulse_begin(struct pgtask_port const *port);

/** Call this when mbedTLS has returned. */
void pgtask_pulse_end(void);

#else

static inline void pgtask_pulse_begin(struct pgtask_port const *port)
{
    (void)port;
}

static inline void pgtask_pulse_end(void)
{
}

#endif
#endif
