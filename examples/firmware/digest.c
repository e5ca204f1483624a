/* SPDX-License-Identifier: MIT */
/* SHA-256 by mbedTLS, which TLS has linked already. */
#include "digest.h"

#include <mbedtls/sha256.h>

bool digest_make(uint8_t const *first, size_t first_length, uint8_t const *second,
                 size_t second_length, uint8_t digest[DIGEST_BYTES])
{
    mbedtls_sha256_context sha256;
    bool is_made;

    mbedtls_sha256_init(&sha256);
    is_made = mbedtls_sha256_starts(&sha256, 0) == 0 &&
              mbedtls_sha256_update(&sha256, first, first_length) == 0 &&
              mbedtls_sha256_update(&sha256, second, second_length) == 0 &&
              mbedtls_sha256_finish(&sha256, digest) == 0;
    mbedtls_sha256_free(&sha256);
    return is_made;
}
