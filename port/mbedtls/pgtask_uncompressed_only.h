/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_uncompressed_only.h
 * Included before mbedTLS's ecp.c. A compressed point takes a square root to read, 1.4 million
 * instructions for P-384, and a peer without any trusted key can send twenty in one message. No
 * public authority uses them. So the square root returns "not available", and some flash is saved.
 */
#ifndef PGTASK_UNCOMPRESSED_ONLY_H
#define PGTASK_UNCOMPRESSED_ONLY_H

/* mbedTLS's own sources define this, and its structs must look alike in all files. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/bignum.h>
#include <mbedtls/ecp.h>

#define mbedtls_mpi_exp_mod(...) MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE

#endif
