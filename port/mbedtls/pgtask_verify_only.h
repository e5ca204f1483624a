/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_verify_only.h
 * Included before mbedTLS's pk_wrap.c, where all of RSA and ECDSA hangs together in tables, so that
 * no linker can leave out what is never called, and before ssl_tls12_client.c, which can sign a
 * handshake. A client that has no certificate of its own only verifies: signing, decryption and the
 * check of key pairs answer "not available", and some 6 KB of flash are saved. What verifies is
 * untouched. Leave this out where your program signs too.
 */
#ifndef PGTASK_VERIFY_ONLY_H
#define PGTASK_VERIFY_ONLY_H

/* As mbedTLS's own sources have it: the structs are to look alike in all of them. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/ecdsa.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>

#define mbedtls_pk_sign_restartable(...)               MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_rsa_pkcs1_sign(...)                    MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_rsa_pkcs1_encrypt(...)                 MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_rsa_pkcs1_decrypt(...)                 MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_rsa_check_pub_priv(...)                MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_ecdsa_write_signature(...)             MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_ecdsa_write_signature_restartable(...) MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_ecp_check_pub_priv(...)                MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE

#endif
