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
    mbedtls_x509_crt *list;             /* the listed roots, parsed; NULL with a store */
    struct pgtask_roots const *roots;   /* the caller's */
    char const *host_name;              /* the caller's */
    struct pgtask_tls_session *session; /* the caller's, or NULL */
    int64_t unix_s;
    int64_t verify_by_unix_s;     /* when a kept session's chain must be verified again */
    bool root_found;              /* the store has a root by the name of an issuer of the chain */
    bool verified;                /* the chain was looked at: this handshake is a full one */
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

/** From when to when something is valid; Unix seconds. */
struct pgtask_validity {
    int64_t not_before;
    int64_t not_after;
};

/** @return a certificate's */
struct pgtask_validity pgtask_tls_validity(mbedtls_x509_crt const *certificate);

/** Whether `unix_s` lies in it: below 0 before, 0 in it or not known, above 0 after. */
int pgtask_tls_compare(struct pgtask_validity validity, int64_t unix_s);

/** Offers the caller's session in the handshake to come, if it can be used. */
void pgtask_tls_session_offer(struct pgtask_tls *tls, struct pgtask_tls_options const *options);

/** The peer has refused it, or none was offered: the peer's chain is about to be verified. */
void pgtask_tls_session_refused(struct pgtask_tls *tls);

/** The handshake is complete: takes what can be resumed already, drops what cannot. */
void pgtask_tls_session_complete(struct pgtask_tls *tls);

/** Puts mbedTLS's session in the place of the caller's, which is not NULL. */
void pgtask_tls_session_keep(struct pgtask_tls *tls);

/** Before mbedTLS's contexts are freed: wipes what they leave, and the session of a handshake given
 *  up. */
void pgtask_tls_session_close(struct pgtask_tls_contexts *contexts);

/** Wipes the caller's session, if there is one. */
void pgtask_tls_session_forget(struct pgtask_tls_contexts *contexts);

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
