/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_divide.h
 * Lets the caller have its turn during a key exchange of TLS 1.2, whatever key the peer has.
 *
 * mbedTLS divides computations with curves (MBEDTLS_ECP_RESTARTABLE) only where a flag of the
 * handshake says so, and sets that flag only for peers with ECDSA keys. The key exchange of a peer
 * with an RSA key is the same code, so it can be divided in the same way.
 *
 * divide.c reads mbedTLS's internal header ssl_misc.h, which the source tree has beside include/.
 * A release of mbedTLS that renames the flag, moves the header or cannot divide TLS 1.2 does not
 * compile, and a build that forgets divide.c does not link.
 */
#ifndef PGTASK_DIVIDE_H
#define PGTASK_DIVIDE_H

#include "pgtask_mbedtls.h"

#include <mbedtls/ssl.h>

/**
 * Divides the rest of a handshake of TLS 1.2. Call it once the peer's first message has been read,
 * and before the handshake is complete; more calls change nothing.
 */
#if PGTASK_MBEDTLS_IS_OWN
void pgtask_divide_handshake(mbedtls_ssl_context *ssl);
#else
static inline void pgtask_divide_handshake(mbedtls_ssl_context *ssl)
{
    (void)ssl; /* a stock mbedTLS cannot divide it */
}
#endif

#endif
