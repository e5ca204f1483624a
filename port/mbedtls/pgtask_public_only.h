/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_public_only.h
 * Included before mbedTLS's rsa.c, which completes each key that it reads, and for a private key of
 * which some numbers are missing deduces them. A client that has no key of its own reads public
 * ones alone, of which nothing is ever missing: deducing answers "bad input", and 1 KB of flash is
 * saved. What verifies is untouched. Leave this out where your program reads private keys.
 */
#ifndef PGTASK_PUBLIC_ONLY_H
#define PGTASK_PUBLIC_ONLY_H

/* As mbedTLS's own sources have it: the structs are to look alike in all of them. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/rsa.h>

/* What mbedTLS declares after these is them: a declaration takes over the linkage it finds. */
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
