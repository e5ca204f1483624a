/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_mbedtls_config.h
 * mbedTLS 3.6, reduced to what a TLS client of this API needs. The host and the firmware use the
 * same file; build with -DMBEDTLS_CONFIG_FILE='"pgtask_mbedtls_config.h"'.
 *
 * Switches, each set with -D:
 *   PGTASK_TLS13=0        TLS 1.2 only: no PSA, some 27 KB of flash and 3 to 5 KB of RAM less
 *   PGTASK_TLS_X25519=0   key exchange only by P-256 and P-384, which nearly every peer has. Many
 *                         prefer X25519, which mbedTLS cannot divide: see pgtask_tls_handshake()
 *   PGTASK_TLS_RECORD=N   largest record received, bytes; default 16,384, which any peer may send
 *   PGTASK_TLS_FAST=1     larger tables and windows: faster handshakes for some 20 KB of flash
 *   PGTASK_ECP_MAX_OPS=N  longest stretch of a divided handshake, in mbedTLS's unit; default 300
 *   PGTASK_TLS_RSA=0      no certificate with an RSA key, roots included: 10 KB of flash less
 *   PGTASK_TLS_PSS=0      no signature by RSA-PSS, which TLS 1.3 needs, and which certificates of
 *                         public authorities do not have: 2 KB less
 *   PGTASK_TLS_P384=0     no P-384, and without RSA no SHA-384 and SHA-512 either: 5 KB less
 *   PGTASK_PULSE=1        pulses of the port inside long computations: see <pgtask/port.h>
 *   PGTASK_TLS_MEASURE=0  pgtask_arena_measure() reads 0, and mbedTLS does not mention stderr
 *
 * A record size below 16,384 asks the peer for records of 2,048 bytes at most (RFC 6066), which
 * works with TLS 1.2 only, and only with a peer that honours it (OpenSSL, and so nginx, does). A
 * peer's chain must fit into one such record too: 4,096 bytes hold two to three certificates.
 *
 * PGTASK_ECP_MAX_OPS: `make bench` counts 1.4 million instructions of x86-64 for the longest
 * stretch with 300, 2.2 million with 500, and 3.5 % more work in all than with 5,000; with 50 it
 * is 0.7 million (1.3 million with P-384) and 25 % more work. `make test-firmware` counts those of
 * a Cortex-M3 at -Os: 2.7 million with 300, 1.8 million with 150.
 *
 * There is no MBEDTLS_HAVE_TIME: src/tls checks validity itself, against the client's own clock,
 * so that no global clock is needed.
 */
#ifndef PGTASK_MBEDTLS_CONFIG_H
#define PGTASK_MBEDTLS_CONFIG_H

#ifndef PGTASK_TLS13
#define PGTASK_TLS13 1
#endif
#ifndef PGTASK_TLS_X25519
#define PGTASK_TLS_X25519 1
#endif
#ifndef PGTASK_TLS_RECORD
#define PGTASK_TLS_RECORD 16384
#endif
#ifndef PGTASK_TLS_RSA
#define PGTASK_TLS_RSA 1
#endif
#ifndef PGTASK_TLS_PSS
#define PGTASK_TLS_PSS PGTASK_TLS_RSA
#endif
#ifndef PGTASK_TLS_P384
#define PGTASK_TLS_P384 1
#endif
#ifndef PGTASK_TLS_FAST
#define PGTASK_TLS_FAST 0
#endif
#ifndef PGTASK_TLS_MEASURE
#define PGTASK_TLS_MEASURE 1
#endif
#ifndef PGTASK_PULSE
#define PGTASK_PULSE 0
#endif
#ifndef PGTASK_ECP_MAX_OPS
#define PGTASK_ECP_MAX_OPS 300
#endif
#if PGTASK_TLS_RECORD < 2048 || PGTASK_TLS_RECORD > 16384
#error "PGTASK_TLS_RECORD must be 2048 to 16384"
#endif
#if PGTASK_TLS13 && PGTASK_TLS_RECORD < 16384
#error "PGTASK_TLS_RECORD below 16384 needs PGTASK_TLS13=0: a TLS 1.3 peer may send any size"
#endif
#if PGTASK_TLS13 && PGTASK_TLS_RSA && !PGTASK_TLS_PSS
#error "PGTASK_TLS_PSS=0 needs PGTASK_TLS13=0: TLS 1.3 signs with RSA-PSS if the key is an RSA key"
#endif

/* Platform: one static arena, no libc behind it. */
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C
#if PGTASK_TLS_MEASURE
#define MBEDTLS_MEMORY_DEBUG
#endif
#define MBEDTLS_MEMORY_ALIGN_MULTIPLE 8
#define MBEDTLS_PLATFORM_SNPRINTF_ALT
#define MBEDTLS_PLATFORM_PRINTF_ALT
#define MBEDTLS_PLATFORM_FPRINTF_ALT
#define MBEDTLS_PLATFORM_EXIT_ALT
#define MBEDTLS_NO_PLATFORM_ENTROPY
#define MBEDTLS_CTR_DRBG_C

/*
 * Hashes and ciphers. There is no SHA-1. A root that signs itself with it can be read all the same:
 * see pgtask_chain.h.
 */
#define MBEDTLS_MD_C
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#if PGTASK_TLS_RSA || PGTASK_TLS_P384
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#endif
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_GCM_C
#define MBEDTLS_CIPHER_C
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT
#if !PGTASK_TLS_FAST
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_SMALLER
#endif

/* Public keys. */
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_MPI_MAX_SIZE 512
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#if PGTASK_TLS_P384
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#endif
#if PGTASK_TLS_X25519
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#endif
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_RESTARTABLE
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#if PGTASK_TLS_RSA
#define MBEDTLS_RSA_C
#define MBEDTLS_RSA_NO_CRT /* these are parts of a private key; there is none */
#define MBEDTLS_PKCS1_V15
#if PGTASK_TLS_PSS
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#endif
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#endif
#if PGTASK_TLS_FAST
#define MBEDTLS_MPI_WINDOW_SIZE       3
#define MBEDTLS_ECP_WINDOW_SIZE       4
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 1
#else
#define MBEDTLS_MPI_WINDOW_SIZE       1
#define MBEDTLS_ECP_WINDOW_SIZE       2
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#endif

/* Certificates. */
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
/* src/tls_chain.c has mbedTLS verify one link of a path at a time. */
#define MBEDTLS_X509_MAX_INTERMEDIATE_CA 1
#define MBEDTLS_X509_REMOVE_INFO

/* TLS reaches these three functions through src/tls_chain.c and src/tls_certificate.c: see
 * pgtask_chain.h. */
#define mbedtls_x509_crt_verify_restartable pgtaski_tls_verify_chain
#define mbedtls_x509_crt_parse_der          pgtaski_tls_parse_certificate
#define mbedtls_x509_crt_parse_der_nocopy   pgtaski_tls_parse_certificate_nocopy

/* mbedTLS's other files reach these three through pulse.c: see pgtask_pulse_hooks.h. */
#if PGTASK_PULSE
#define mbedtls_mpi_core_mul  pgtaski_pulse_core_mul
#define mbedtls_mpi_core_mla  pgtaski_pulse_core_mla
#define mbedtls_cipher_update pgtaski_pulse_cipher_update
#endif

/* TLS. */
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_SESSION_TICKETS
#if PGTASK_TLS_RECORD < 16384
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#endif
/* mbedTLS's own list names every suite, in 0.7 KB. These are in the same order; mbedTLS ignores
 * those that the switches leave out. */
#if PGTASK_TLS13
#define PGTASK_TLS13_SUITES MBEDTLS_TLS1_3_AES_256_GCM_SHA384, MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
#else
#define PGTASK_TLS13_SUITES
#endif
#define MBEDTLS_SSL_CIPHERSUITES                                                                   \
    PGTASK_TLS13_SUITES                                                                            \
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,                                               \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,                                             \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,                                           \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
#define MBEDTLS_SSL_IN_CONTENT_LEN  PGTASK_TLS_RECORD
#define MBEDTLS_SSL_OUT_CONTENT_LEN 2048

#if PGTASK_TLS13
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#define MBEDTLS_HKDF_C
#define MBEDTLS_PSA_KEY_SLOT_COUNT 8
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS
#endif

#endif
