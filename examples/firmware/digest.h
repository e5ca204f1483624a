/* SPDX-License-Identifier: MIT */
/**
 * @file digest.h
 * SHA-256 of two pieces of memory, by mbedTLS. It tells whole bytes in flash from broken ones.
 */
#ifndef FIRMWARE_DIGEST_H
#define FIRMWARE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32 };

/** Makes the digest of one piece after the other. @return false if mbedTLS fails */
bool digest_make(uint8_t const *first, size_t first_length, uint8_t const *second,
                 size_t second_length, uint8_t digest[DIGEST_BYTES]);

#endif
