/* SPDX-License-Identifier: MIT */
/* PSA's hook for random bytes: it draws from the generator of the connection in use. */
#include "pgtask_random.h"

#include <stddef.h>
#include <stdint.h>

#if defined(MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG)
static struct pgtask_random *current;

void pgtask_random_use(struct pgtask_random *random)
{
    current = random;
}

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                             uint8_t *output, size_t output_size,
                                             size_t *output_length)
{
    size_t done = 0;

    (void)context;
    *output_length = 0;
    if (current == NULL) {
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    }
    while (done < output_size) {
        size_t const left = output_size - done;
        size_t const part =
            left < MBEDTLS_CTR_DRBG_MAX_REQUEST ? left : MBEDTLS_CTR_DRBG_MAX_REQUEST;

        if (mbedtls_ctr_drbg_random(&current->drbg, output + done, part) != 0) {
            return PSA_ERROR_INSUFFICIENT_ENTROPY;
        }
        done += part;
    }
    *output_length = done;
    return PSA_SUCCESS;
}
#elif MBEDTLS_VERSION_MAJOR < 4
void pgtask_random_use(struct pgtask_random *random)
{
    (void)random;
}
#endif
