/* SPDX-License-Identifier: MIT */
/* SHA-256 by mbedTLS, which TLS has linked already. */
#include "digest.h"

#include "pgtask_hash.h"

bool digest_make(uint8_t const *first, size_t first_length, uint8_t const *second,
                 size_t second_length, uint8_t digest[DIGEST_BYTES])
{
    struct pgtask_hash hash;
    bool const is_made = pgtask_hash_start(&hash) == 0 &&
                         pgtask_hash_update(&hash, first, first_length) == 0 &&
                         pgtask_hash_update(&hash, second, second_length) == 0 &&
                         pgtask_hash_finish(&hash, digest) == 0;

    pgtask_hash_free(&hash);
    return is_made;
}
