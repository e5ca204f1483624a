/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_random.h
 * The random bytes of mbedTLS's PSA layer, which TLS 1.3 uses.
 */
#ifndef PGTASK_RANDOM_H
#define PGTASK_RANDOM_H

#include <mbedtls/ctr_drbg.h>

/**
 * Names the generator of the connection that is about to call mbedTLS, or NULL for none. PSA's hook
 * has no argument by which it could find the generator. Without TLS 1.3 this does nothing.
 */
void pgtask_random_use(mbedtls_ctr_drbg_context *drbg);

#endif
