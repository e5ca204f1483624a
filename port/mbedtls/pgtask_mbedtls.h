/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_mbedtls.h
 * Which mbedTLS this is. It comes before any other header of mbedTLS, so that a version that is too
 * old ends with the sentence below.
 */
#ifndef PGTASK_MBEDTLS_H
#define PGTASK_MBEDTLS_H

#include <mbedtls/version.h>

#if MBEDTLS_VERSION_NUMBER < 0x03060100
#error "this mbedTLS is too old; use 3.6.1 or later, or 4, or build without MBEDTLS=system"
#endif

/** 1: it is compiled with pgtask_mbedtls_config.h, and calls src/ where the headers of this folder
 *  say so. 0: it is a library as its makers built it, such as a package of the system: README.md
 *  lists what is missing then. */
#if defined(PGTASK_MBEDTLS_CONFIG_H)
#define PGTASK_MBEDTLS_IS_OWN 1
#else
#define PGTASK_MBEDTLS_IS_OWN 0
#endif

/* Of the switches of pgtask_mbedtls_config.h, only PGTASK_TLS13 is for such a library too. */
#if !PGTASK_MBEDTLS_IS_OWN
#if defined(PGTASK_TLS_RECORD) || defined(PGTASK_TLS_RSA) || defined(PGTASK_TLS_PSS) ||            \
    defined(PGTASK_TLS_P384) || defined(PGTASK_TLS_X25519) || defined(PGTASK_TLS_FAST)
#error "with MBEDTLS=system, leave out PGTASK_TLS_RECORD, _RSA, _PSS, _P384, _X25519 and _FAST"
#endif
#define PGTASK_TLS_RECORD 16384
#define PGTASK_TLS_RSA    1
#define PGTASK_TLS_P384   1
#endif

#endif
