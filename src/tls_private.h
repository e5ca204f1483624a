/* SPDX-License-Identifier: MIT */
/** @file tls_private.h What the files of the TLS room share. */
#ifndef PGTASK_TLS_PRIVATE_H
#define PGTASK_TLS_PRIVATE_H

#include <pgtask/tls.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

struct pgtask_tls_contexts {
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_ctr_drbg_context drbg;
    mbedtls_x509_crt *list;           /* the listed roots, parsed; NULL with a store */
    struct pgtask_roots const *roots; /* the caller's */
    int64_t unix_s;
    enum pgtask_error cause;      /* what a callback met and mbedTLS blurs into a code of its own */
    enum pgtask_error port_error; /* of the last send() or recv() that failed */
    enum pgtask_error failed;     /* sticks: nothing is sent or received after a failure */
};

/** What send and receive answer to mbedTLS for a failure of the port, which `port_error` names. */
#define PGTASK_TLS_PORT_FAILED MBEDTLS_ERR_ERROR_GENERIC_ERROR

/** Makes the caller's roots mbedTLS's. */
PGTASK_MUST_CHECK enum pgtask_error pgtask_tls_use_roots(struct pgtask_tls_contexts *contexts);

/** For mbedtls_ssl_conf_verify(): adds the checks that mbedTLS leaves out. `context` is a struct
 *  pgtask_tls. */
int pgtask_tls_verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags);

/** Whether `unix_s` lies in a certificate's validity: below 0 before, 0 in it, above 0 after. */
int pgtask_tls_validity(mbedtls_x509_crt const *certificate, int64_t unix_s);

/** Whether a code of mbedTLS's says that the arena is full. */
bool pgtask_tls_is_memory(int code);

/**
 * Whether so little of the arena is left that this explains a failure. mbedTLS often calls a key
 * or signature bad when it lacked the memory to look at it.
 */
bool pgtask_tls_memory_is_short(void);

/** What a negative code of the handshake, of sending or receiving means. */
enum pgtask_error pgtask_tls_error(struct pgtask_tls_contexts *contexts, int code);

#endif
