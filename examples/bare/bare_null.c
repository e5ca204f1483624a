/* SPDX-License-Identifier: MIT */
/* The program with the port that provides nothing: it proves the toolchain, the link and the log.
 */
#include "bare.h"

#include <pgtask_null.h>

struct pgtask_port *bare_port_open(void)
{
    static struct pgtask_port port;

    pgtask_null_open(&port);
    return &port;
}
