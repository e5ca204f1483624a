/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_pulse_hooks.h
 * Where the pulse is counted inside mbedTLS, with PGTASK_PULSE=1; otherwise this header is empty.
 *
 * pgtask_mbedtls_config.h gives three functions of mbedTLS other names, so that its other files
 * call those of pulse.c, which count and go on to the real ones. bignum_core.c and cipher.c, which
 * define the real ones, are compiled with this header before them (-include), and name them as
 * below. A build that forgets the header there does not link, because the functions are defined
 * twice. A release of mbedTLS that renames the functions does not link either, and one that changes
 * their parameters does not compile.
 *
 * Loops inside one file are counted by what they call. In bignum_core.c each multiplication modulo
 * a number ends with mbedtls_ct_memcpy_if(), and each step of an inversion copies numbers. sha256.c
 * and sha512.c, which are compiled with this header too, wipe their variables after each block.
 * `make bench` finds a computation in which nothing is counted any more.
 */
#ifndef PGTASK_PULSE_HOOKS_H
#define PGTASK_PULSE_HOOKS_H

#include <mbedtls/build_info.h>

#if PGTASK_PULSE

#include <stddef.h>
#include <string.h>

#if !defined(MBEDTLS_BIGNUM_CORE_H)
#undef mbedtls_mpi_core_mul
#define mbedtls_mpi_core_mul pgtaski_mbedtls_core_mul
#undef mbedtls_mpi_core_mla
#define mbedtls_mpi_core_mla pgtaski_mbedtls_core_mla
#undef mbedtls_cipher_update
#define mbedtls_cipher_update pgtaski_mbedtls_cipher_update
/* As mbedTLS's own sources have it: the structs must look alike in all files. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#endif

#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/platform_util.h>

#include <../library/constant_time_internal.h>

/** These are mbedtls_mpi_core_mul(), mbedtls_mpi_core_mla() and mbedtls_cipher_update(), as mbedTLS
 *  has them. */
void pgtaski_mbedtls_core_mul(mbedtls_mpi_uint *product, mbedtls_mpi_uint const *one,
                              size_t one_limbs, mbedtls_mpi_uint const *other, size_t other_limbs);
mbedtls_mpi_uint pgtaski_mbedtls_core_mla(mbedtls_mpi_uint *sum, size_t sum_limbs,
                                          mbedtls_mpi_uint const *factor, size_t factor_limbs,
                                          mbedtls_mpi_uint other);
int pgtaski_mbedtls_cipher_update(mbedtls_cipher_context_t *cipher, unsigned char const *input,
                                  size_t length, unsigned char *output, size_t *written);

/** These count, and go on to the functions with those names. */
void pgtaski_pulse_memcpy_if(mbedtls_ct_condition_t condition, unsigned char *target,
                             unsigned char const *one, unsigned char const *other, size_t bytes);
void *pgtaski_pulse_memcpy(void *target, void const *source, size_t bytes);
void pgtaski_pulse_zeroize(void *target, size_t bytes);

#if !defined(MBEDTLS_BIGNUM_CORE_H)
#define mbedtls_ct_memcpy_if     pgtaski_pulse_memcpy_if
#define memcpy                   pgtaski_pulse_memcpy
#define mbedtls_platform_zeroize pgtaski_pulse_zeroize
#endif

#endif
#endif
