/* SPDX-License-Identifier: MIT */
/* Counts what mbedTLS computes, and gives the port its pulses. */
#include "pgtask_pulse.h"

#if PGTASK_PULSE

/* mbedTLS's own sources define this, and its structs must look alike in all files. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/cipher.h>

#include <../library/bignum_core.h>

#include "pgtask_pulse_hooks.h"

/*
 * Work is counted in products of two limbs. These stand for what is no such product: what each
 * counted part takes besides, the reduction after a multiplication, a block of a cipher. `make
 * bench` shows that no pulse comes too late.
 */
#define WORK_OF_CALL      50u
#define WORK_OF_REDUCTION 100u
#define WORK_OF_BLOCK     200u
#define WORK_OF_PULSE     20000u

static struct pgtask_port const *current; /* NULL: nobody gets a pulse */
static size_t counted;                    /* work since the last pulse */
static uint32_t pulses_left;

void pgtask_pulse_begin(struct pgtask_port const *port)
{
    current = port->pulse != NULL ? port : NULL;
    counted = 0;
    pulses_left = PGTASK_TURN_PULSES;
}

void pgtask_pulse_end(void)
{
    current = NULL;
}

static void count(size_t work)
{
    counted += work + WORK_OF_CALL;
    if (counted >= WORK_OF_PULSE) {
        counted = 0;
        if (current != NULL && pulses_left > 0) {
            pulses_left--;
            current->pulse(current->context);
        }
    }
}

static size_t limbs(size_t bytes)
{
    return bytes / sizeof(mbedtls_mpi_uint);
}

/* mbedTLS's names for these three are changed: see pgtask_pulse_hooks.h. */
void mbedtls_mpi_core_mul(mbedtls_mpi_uint *product, mbedtls_mpi_uint const *one, size_t one_limbs,
                          mbedtls_mpi_uint const *other, size_t other_limbs)
{
    count(2 * one_limbs * other_limbs + WORK_OF_REDUCTION);
    pgtaski_mbedtls_core_mul(product, one, one_limbs, other, other_limbs);
}

/* A step of a division: besides, it compares, shifts and subtracts. */
mbedtls_mpi_uint mbedtls_mpi_core_mla(mbedtls_mpi_uint *sum, size_t sum_limbs,
                                      mbedtls_mpi_uint const *factor, size_t factor_limbs,
                                      mbedtls_mpi_uint other)
{
    count(10 * factor_limbs);
    return pgtaski_mbedtls_core_mla(sum, sum_limbs, factor, factor_limbs, other);
}

int mbedtls_cipher_update(mbedtls_cipher_context_t *cipher, unsigned char const *input,
                          size_t length, unsigned char *output, size_t *written)
{
    count(WORK_OF_BLOCK);
    return pgtaski_mbedtls_cipher_update(cipher, input, length, output, written);
}

/* The end of a multiplication modulo a number. */
void pgtaski_pulse_memcpy_if(mbedtls_ct_condition_t condition, unsigned char *target,
                             unsigned char const *one, unsigned char const *other, size_t bytes)
{
    count(2 * limbs(bytes) * limbs(bytes));
    mbedtls_ct_memcpy_if(condition, target, one, other, bytes);
}

/* A part of a step of an inversion. */
void *pgtaski_pulse_memcpy(void *target, void const *source, size_t bytes)
{
    count(limbs(bytes));
    return memcpy(target, source, bytes);
}

/* The end of a block of a hash, which has used all of the memory several times. */
void pgtaski_pulse_zeroize(void *target, size_t bytes)
{
    count(4 * limbs(bytes));
    mbedtls_platform_zeroize(target, bytes);
}

#endif
