/* SPDX-License-Identifier: MIT */
/* Sets the flag by which mbedTLS divides a handshake of TLS 1.2. */

/* mbedTLS's own sources define this, and its structs must look alike in all files. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "pgtask_divide.h"

#if PGTASK_MBEDTLS_IS_OWN

#include <../library/ssl_misc.h>

#if !defined(MBEDTLS_SSL_ECP_RESTARTABLE_ENABLED)
#error "this mbedTLS cannot divide a handshake of TLS 1.2"
#endif

void pgtask_divide_handshake(mbedtls_ssl_context *ssl)
{
    if (ssl->tls_version == MBEDTLS_SSL_VERSION_TLS1_2) {
        ssl->handshake->ecrs_enabled = 1;
    }
}

#endif
