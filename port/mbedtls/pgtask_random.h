/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_random.h
 * Where mbedTLS's PSA layer, which TLS 1.3 runs on, takes its random bytes.
 */
#ifndef PGTASK_RANDOM_H
#define PGTASK_RANDOM_H

#include <mbedtls/ctr_drbg.h>

/**
 * Names the generator of the connection that is about to call mbedTLS; NULL: none. PSA's hook has
 * no argument to find it by. Without TLS 1.3 this does nothing.
 */
void pgtask_random_use(mbedtls_ctr_drbg_context *drbg);

#endif
