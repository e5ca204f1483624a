/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_hash.h
 * SHA-256 by mbedTLS: by its own functions in 3.6, which need no state outside of the hash, and by
 * PSA in 4, which has no others. Each function returns 0, or another number if it failed. After
 * pgtask_hash_start(), call pgtask_hash_free() even if a function has failed.
 */
#ifndef PGTASK_HASH_H
#define PGTASK_HASH_H

#include "pgtask_mbedtls.h"

#include <stddef.h>
#include <stdint.h>

#define PGTASK_HASH_BYTES 32

#if MBEDTLS_VERSION_MAJOR < 4

#include <mbedtls/sha256.h>

struct pgtask_hash {
    mbedtls_sha256_context sha256;
};

static inline int pgtask_hash_start(struct pgtask_hash *hash)
{
    mbedtls_sha256_init(&hash->sha256);
    return mbedtls_sha256_starts(&hash->sha256, 0);
}

static inline int pgtask_hash_update(struct pgtask_hash *hash, void const *bytes, size_t length)
{
    return mbedtls_sha256_update(&hash->sha256, bytes, length);
}

static inline int pgtask_hash_finish(struct pgtask_hash *hash, uint8_t digest[PGTASK_HASH_BYTES])
{
    return mbedtls_sha256_finish(&hash->sha256, digest);
}

static inline void pgtask_hash_free(struct pgtask_hash *hash)
{
    mbedtls_sha256_free(&hash->sha256);
}

#else

#include <psa/crypto.h>

struct pgtask_hash {
    psa_hash_operation_t operation;
};

/* A request may be signed before a connection has set up PSA. More calls change nothing. */
static inline int pgtask_hash_start(struct pgtask_hash *hash)
{
    hash->operation = psa_hash_operation_init();
    return psa_crypto_init() != PSA_SUCCESS ||
           psa_hash_setup(&hash->operation, PSA_ALG_SHA_256) != PSA_SUCCESS;
}

static inline int pgtask_hash_update(struct pgtask_hash *hash, void const *bytes, size_t length)
{
    return psa_hash_update(&hash->operation, bytes, length) != PSA_SUCCESS;
}

static inline int pgtask_hash_finish(struct pgtask_hash *hash, uint8_t digest[PGTASK_HASH_BYTES])
{
    size_t length;

    return psa_hash_finish(&hash->operation, digest, PGTASK_HASH_BYTES, &length) != PSA_SUCCESS;
}

static inline void pgtask_hash_free(struct pgtask_hash *hash)
{
    (void)psa_hash_abort(&hash->operation);
}

#endif
#endif
