/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_public_only.h
 * Included before mbedTLS's rsa.c, which deduces the missing numbers of a private key. A client
 * without a key of its own reads only public keys, which miss nothing. So these functions return
 * "bad input", and 1 KB of flash is saved. Verification is untouched. Leave this header out if your
 * program reads private keys.
 */
#ifndef PGTASK_PUBLIC_ONLY_H
#define PGTASK_PUBLIC_ONLY_H

/* mbedTLS's own sources define this, and its structs must look alike in all files. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/rsa.h>

/* mbedTLS declares these functions later; a later declaration keeps the linkage of the first. */
static inline int mbedtls_rsa_deduce_primes(mbedtls_mpi const *n, mbedtls_mpi const *e,
                                            mbedtls_mpi const *d, mbedtls_mpi *p, mbedtls_mpi *q)
{
    (void)n, (void)e, (void)d, (void)p, (void)q;
    return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
}

static inline int mbedtls_rsa_deduce_private_exponent(mbedtls_mpi const *p, mbedtls_mpi const *q,
                                                      mbedtls_mpi const *e, mbedtls_mpi *d)
{
    (void)p, (void)q, (void)e, (void)d;
    return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
}

static inline int mbedtls_rsa_deduce_crt(mbedtls_mpi const *p, mbedtls_mpi const *q,
                                         mbedtls_mpi const *d, mbedtls_mpi *dp, mbedtls_mpi *dq,
                                         mbedtls_mpi *qp)
{
    (void)p, (void)q, (void)d, (void)dp, (void)dq, (void)qp;
    return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
}

#endif
