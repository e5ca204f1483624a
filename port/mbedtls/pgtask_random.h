/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_random.h
 * The random bytes of a connection. mbedTLS 3.6 draws them from a generator that the port has
 * seeded; its PSA layer, which TLS 1.3 uses, draws from the same one if mbedTLS was compiled with
 * pgtask_mbedtls_config.h, and otherwise from a source of its own. mbedTLS 4 has only the latter.
 */
#ifndef PGTASK_RANDOM_H
#define PGTASK_RANDOM_H

#include "pgtask_mbedtls.h"

#include <stddef.h>

#include <mbedtls/ssl.h>

#if defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif

/** Fills `bytes` from the port. @return 0, or PGTASK_RANDOM_FAILED */
typedef int pgtask_random_source(void *context, unsigned char *bytes, size_t length);

#if MBEDTLS_VERSION_MAJOR < 4

#include <mbedtls/ctr_drbg.h>

#define PGTASK_RANDOM_FAILED MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED

struct pgtask_random {
    mbedtls_ctr_drbg_context drbg;
};

/**
 * Names the generator of the connection that is about to call mbedTLS, or NULL for none. PSA's hook
 * has no argument by which it could find the generator. Where PSA has its own, this does nothing.
 */
void pgtask_random_use(struct pgtask_random *random);

static inline void pgtask_random_init(struct pgtask_random *random)
{
    mbedtls_ctr_drbg_init(&random->drbg);
}

static inline void pgtask_random_free(struct pgtask_random *random)
{
    mbedtls_ctr_drbg_free(&random->drbg);
}

static inline int pgtask_random_seed(struct pgtask_random *random, pgtask_random_source *source,
                                     void *context)
{
    return mbedtls_ctr_drbg_seed(&random->drbg, source, context, NULL, 0);
}

static inline void pgtask_random_configure(struct pgtask_random *random, mbedtls_ssl_config *config)
{
    mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &random->drbg);
}

#else

#include <mbedtls/platform_util.h>

#define PGTASK_RANDOM_FAILED PSA_ERROR_INSUFFICIENT_ENTROPY

struct pgtask_random {
    unsigned char first[32];
};

static inline void pgtask_random_use(struct pgtask_random *random)
{
    (void)random;
}

static inline void pgtask_random_init(struct pgtask_random *random)
{
    (void)random;
}

static inline void pgtask_random_free(struct pgtask_random *random)
{
    (void)random;
}

/* mbedTLS takes no bytes of the port. A port that has none is refused all the same, so that a
 * platform behaves alike with each version. */
static inline int pgtask_random_seed(struct pgtask_random *random, pgtask_random_source *source,
                                     void *context)
{
    int const code = source(context, random->first, sizeof random->first);

    mbedtls_platform_zeroize(random, sizeof *random);
    return code;
}

static inline void pgtask_random_configure(struct pgtask_random *random, mbedtls_ssl_config *config)
{
    (void)random, (void)config;
}

#endif

/**
 * Makes ready the source of a connection, and PSA with it.
 * @param source  called at once with `context`, and later when more bytes are needed
 * @return 0, or mbedTLS's code
 */
static inline int pgtask_random_begin(struct pgtask_random *random, pgtask_random_source *source,
                                      void *context)
{
    int const code = pgtask_random_seed(random, source, context);

#if defined(MBEDTLS_PSA_CRYPTO_C)
    if (code == 0) {
        pgtask_random_use(random);
        return psa_crypto_init() == PSA_SUCCESS ? 0 : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }
#endif
    return code;
}

#endif
