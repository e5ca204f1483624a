/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_chain.h
 * Where src/tls_chain.c and src/tls_certificate.c stand between mbedTLS's TLS and its X.509.
 *
 * pgtask_mbedtls_config.h gives three functions of mbedTLS other names, so that TLS calls those of
 * src/tls_chain.c. x509_crt.c, which defines the real ones, is compiled with this header before it
 * (-include), and names them as below. A build that forgets the header does not link, because the
 * functions are defined twice. A release of mbedTLS that renames the functions does not link
 * either, and one that changes their parameters does not compile.
 *
 * x509_crt.c also hands the alternative names of a certificate to src/tls_name.c, which checks them
 * and keeps no list: that of a hundred names would take 4.8 KB of the arena.
 *
 * x509_crt.c also reads the algorithm of a signature by src/tls_certificate.c, so that it can read
 * a certificate whose signature the build cannot check, such as a root that signs itself with
 * SHA-1.
 */
#ifndef PGTASK_CHAIN_H
#define PGTASK_CHAIN_H

#include <mbedtls/build_info.h>

#if !defined(PGTASK_MBEDTLS_CONFIG_H)

/* A stock mbedTLS has no seam: src/tls_stock.c asks it to verify, between two steps of a handshake.
 */
#define pgtaski_mbedtls_verify_chain mbedtls_x509_crt_verify_restartable

#else

#if !defined(MBEDTLS_X509_CRT_H)
#undef mbedtls_x509_crt_verify_restartable
#define mbedtls_x509_crt_verify_restartable pgtaski_mbedtls_verify_chain
#undef mbedtls_x509_crt_parse_der
#define mbedtls_x509_crt_parse_der pgtaski_mbedtls_parse_der
#undef mbedtls_x509_crt_parse_der_nocopy
#define mbedtls_x509_crt_parse_der_nocopy pgtaski_mbedtls_parse_der_nocopy
#define mbedtls_x509_get_subject_alt_name pgtaski_tls_check_alternative_names
#define mbedtls_x509_get_sig_alg          pgtaski_tls_get_signature_algorithm
/* As mbedTLS's own sources have it: the structs must look alike in all files. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#endif

#include <mbedtls/x509_crt.h>

/** mbedtls_x509_crt_verify_restartable() as mbedTLS has it. */
int pgtaski_mbedtls_verify_chain(mbedtls_x509_crt *chain, mbedtls_x509_crt *roots,
                                 mbedtls_x509_crl *crl, mbedtls_x509_crt_profile const *profile,
                                 char const *name, uint32_t *flags,
                                 int (*verify)(void *, mbedtls_x509_crt *, int, uint32_t *),
                                 void *context, mbedtls_x509_crt_restart_ctx *restart);

/** mbedtls_x509_get_subject_alt_name() as x509_crt.c calls it: checks the names, and leaves the
 * list empty. */
int pgtaski_tls_check_alternative_names(unsigned char **at, unsigned char const *end,
                                        mbedtls_x509_sequence *names);

/** From mbedTLS's own x509_internal.h: checks names and makes a list. One name takes no memory. */
int mbedtls_x509_get_subject_alt_name_ext(unsigned char **at, unsigned char const *end,
                                          mbedtls_x509_sequence *names);

/** mbedtls_x509_get_sig_alg() as x509_crt.c calls it. An unknown algorithm is not an error: the
 * hash and the key become NONE, and no such signature is ever good. */
int pgtaski_tls_get_signature_algorithm(mbedtls_x509_buf const *oid,
                                        mbedtls_x509_buf const *parameters, mbedtls_md_type_t *hash,
                                        mbedtls_pk_type_t *key, void **options);

#endif
#endif
