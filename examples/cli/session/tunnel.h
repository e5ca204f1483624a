/* SPDX-License-Identifier: MIT */
/** @file session/tunnel.h What a proxy is asked for a tunnel with, and what its answer means. The
 *  client of the library does this itself for its own connection. */
#ifndef CLI_TUNNEL_H
#define CLI_TUNNEL_H

#include <pgtask/client.h>

/** Room for any request: the host twice, and credentials of the URL in Base64. */
#define TUNNEL_BYTES 1536

/** Writes the request for a tunnel to a host. @return whether it fits */
bool tunnel_write(char text[TUNNEL_BYTES], struct pgtask_proxy const *proxy, char const *host,
                  uint16_t port);

/** @param status  of the proxy's answer. @return PGTASK_OK if the tunnel stands, or an error */
enum pgtask_error tunnel_judge(unsigned status);

#endif
