/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_verify_only.h
 * Included before mbedTLS's pk_wrap.c, whose tables name all of RSA and ECDSA, so that no linker
 * can leave anything out, and before ssl_tls12_client.c, which can sign a handshake. A client
 * without a certificate of its own only verifies. So signing, decryption and the check of key pairs
 * return "not available", and some 6 KB of flash are saved. Verification is untouched. Leave this
 * header out if your program signs.
 */
#ifndef PGTASK_VERIFY_ONLY_H
#define PGTASK_VERIFY_ONLY_H

/* mbedTLS's own sources define this, and its structs must look alike in all files. */
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
