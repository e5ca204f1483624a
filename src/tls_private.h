/* SPDX-License-Identifier: MIT */
/** @file tls_private.h What the files of the TLS room share. */
#ifndef PGTASK_TLS_PRIVATE_H
#define PGTASK_TLS_PRIVATE_H

#include <pgtask/tls.h>

#include "pgtask_random.h"

#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

struct pgtask_tls_contexts {
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    struct pgtask_random random;
    mbedtls_x509_crt *found;            /* the roots of the path, while it is verified */
    mbedtls_x509_crt *proven;           /* the lowest one of the path that was verified */
    mbedtls_x509_crt const *peer;       /* the peer's own certificate, while it is verified */
    struct pgtask_roots const *roots;   /* the caller's */
    char const *host_name;              /* mbedTLS's copy, without a dot at its end */
    struct pgtask_tls_session *session; /* the caller's, or NULL */
    int64_t unix_s;
    bool may_be_slow;         /* the clock: what is not valid yet by it is checked later */
    int64_t verify_by_unix_s; /* when a kept session's chain must be verified again */
    uint32_t flags;           /* mbedTLS's, of the path as far as it was verified */
#if !PGTASK_MBEDTLS_IS_OWN
    bool offered; /* a session, in this handshake */
#endif
    bool verified;                /* the chain was looked at: this handshake is a full one */
    bool stream_ended;            /* the port has said so */
    uint32_t turn_bytes;          /* taken from the port in this call */
    uint32_t send_left;           /* may still be given to it in this call */
    uint32_t idle_bytes;          /* taken from it since it last brought data */
    enum pgtask_error cause;      /* of a callback, if mbedTLS replaced it with its own code */
    enum pgtask_error port_error; /* of the last send() or recv() that failed */
    enum pgtask_error failed;     /* sticks: nothing is sent or received after a failure */
};

/** The code that send and receive give to mbedTLS when the port failed; `port_error` says how. */
#define PGTASK_TLS_PORT_FAILED MBEDTLS_ERR_ERROR_GENERIC_ERROR

/* tls_port.c */

/** From now on mbedTLS sends and receives by the port. */
void pgtaski_tls_use_port(struct pgtask_tls *tls);

/** For pgtask_random_begin(): random bytes of the port. `context` is a struct pgtask_tls. */
int pgtaski_tls_gather_entropy(void *context, unsigned char *bytes, size_t length);

/* tls_name.c */

/** @return whether two strings are the same, whatever the case of their letters */
bool pgtaski_tls_is_same_text(uint8_t const *one, uint8_t const *other, size_t length);

/** Finds the subject in a certificate's DER, without memory. @return false if it is malformed */
bool pgtaski_tls_find_subject(uint8_t const *der, size_t length, mbedtls_x509_buf *subject);

/**
 * @param subject  a name in DER
 * @return whether the child's issuer has this name. As in mbedTLS, the case of letters does not
 *         matter, nor which of two string types holds them
 */
bool pgtaski_tls_is_issuer(mbedtls_x509_buf const *subject, mbedtls_x509_crt const *child);

/**
 * @return whether a certificate names the host: an address as an address; a name as a DNS name, or
 *         as a common name if the certificate has no alternative names
 */
bool pgtaski_tls_is_for_host(mbedtls_x509_crt const *certificate, char const *host);

/** Makes the alternative name that names the host, if there is one, the only one of mbedTLS's list,
 *  so that mbedTLS judges it too. */
void pgtaski_tls_keep_name_of_host(mbedtls_x509_crt *certificate, char const *host);

/** The alternative names of a certificate that are still to be read. */
struct pgtaski_tls_names {
    unsigned char *at;
    unsigned char const *end;
};

/** @return all of them */
struct pgtaski_tls_names pgtaski_tls_names_of(mbedtls_x509_crt const *certificate);

/** Reads one. @return false after the last */
bool pgtaski_tls_next_name(struct pgtaski_tls_names *names, mbedtls_x509_buf *name);

/* tls_extensions.c */

/** Finds an extension's value in a certificate that mbedTLS has parsed: the DER behind the mark
 *  whether it is critical. @return false if there is none */
bool pgtaski_tls_find_extension(mbedtls_x509_crt const *certificate, char const *oid,
                                size_t oid_length, mbedtls_x509_buf *value);

/** @return whether this extension, which mbedTLS does not know, may be critical */
bool pgtaski_tls_is_known_extension(mbedtls_x509_buf const *oid);

/** @return whether a certificate has no extension twice, none of the known ones is malformed, and
 *  there are at most 32 */
bool pgtaski_tls_has_good_extensions(mbedtls_x509_crt const *certificate);

/* tls_certificate.c */

/** Frees certificates that mbedTLS has allocated, or nothing if `first` is NULL. */
void pgtaski_tls_free_certificates(mbedtls_x509_crt *first);

/* An own mbedTLS declares and calls these two: as mbedtls_x509_crt_parse_der() and
 * mbedtls_x509_crt_parse_der_nocopy(). See port/mbedtls/pgtask_chain.h. */
#if !PGTASK_MBEDTLS_IS_OWN
/** Reads a certificate and copies its bytes. */
int pgtaski_tls_parse_certificate(mbedtls_x509_crt *chain, unsigned char const *der, size_t length);

/** Likewise, but the bytes stay the caller's. */
int pgtaski_tls_parse_certificate_nocopy(mbedtls_x509_crt *chain, unsigned char const *der,
                                         size_t length);
#endif

/* tls_roots.c */

/** Frees the roots that were found for a chain. */
void pgtaski_tls_drop_found_roots(struct pgtask_tls_contexts *contexts);

/** Counts the roots of the caller's list that cannot be read. @return PGTASK_OK if one can;
 *  PGTASK_ERROR_TLS_MEMORY; PGTASK_ERROR_TLS_ROOTS */
PGTASK_MUST_CHECK enum pgtask_error pgtaski_tls_check_list(struct pgtask_tls *tls);

/**
 * Walks all roots once.
 * @param list    at most 32 certificates
 * @param issued  set: bit n if a root that can be read has the name of the n-th one's issuer
 * @return what it means if no path ends in these roots: PGTASK_ERROR_TLS_UNKNOWN_CA;
 *         PGTASK_ERROR_TLS_ROOTS: a root with such a name, or the store, cannot be read;
 *         PGTASK_ERROR_TLS_MEMORY
 */
PGTASK_MUST_CHECK enum pgtask_error
pgtaski_tls_mark_issued(struct pgtask_tls *tls, mbedtls_x509_crt const *list, uint32_t *issued);

/**
 * Walks the roots once more. Those with the name of the path's last issuer become `found`.
 * @return PGTASK_OK, PGTASK_ERROR_TLS_MEMORY, PGTASK_ERROR_TLS_ROOTS
 */
PGTASK_MUST_CHECK enum pgtask_error pgtaski_tls_find_roots(struct pgtask_tls *tls,
                                                           mbedtls_x509_crt const *last);

/** @return whether `one` is valid now and `other` is not; if they are alike, whether `one` ends
 *  later */
bool pgtaski_tls_is_better(mbedtls_x509_crt const *one, mbedtls_x509_crt const *other,
                           int64_t unix_s);

/* tls_constraints.c */

/** @return PGTASK_OK if the extended key usages, if there are any, name servers. As with openssl,
 *  anyExtendedKeyUsage is not enough */
enum pgtask_error pgtaski_tls_find_usage_fault(mbedtls_x509_crt const *certificate);

/** Takes long, so the authority's signature must be good. @return PGTASK_OK if this authority may
 *  issue certificates for the names of all certificates below it, and for the host */
enum pgtask_error pgtaski_tls_find_constraint_fault(struct pgtask_tls_contexts const *contexts,
                                                    mbedtls_x509_crt const *authority);

/* tls_chain.c */

/** Has mbedTLS verify the peer's chain by the path that this file chooses. Call it before the
 *  handshake. */
void pgtaski_tls_verify_by_path(struct pgtask_tls *tls);

/* An own mbedTLS declares and calls this one too: as mbedtls_x509_crt_verify_restartable(). */
#if !PGTASK_MBEDTLS_IS_OWN
/** Verifies the peer's chain. `context` is a struct pgtask_tls, which has the roots. */
int pgtaski_tls_verify_chain(mbedtls_x509_crt *chain, mbedtls_x509_crt *roots,
                             mbedtls_x509_crl *crl, mbedtls_x509_crt_profile const *profile,
                             char const *name, uint32_t *flags,
                             int (*verify)(void *, mbedtls_x509_crt *, int, uint32_t *),
                             void *context, mbedtls_x509_crt_restart_ctx *restart);
#endif

/* tls_key.c, only if mbedTLS is a stock library: one as its makers built it */

/** @return 0 if a certificate's key is of a kind and size that tls.h allows, or mbedTLS's code */
int pgtaski_tls_check_key(mbedtls_x509_crt const *certificate);

/* tls_stock.c, likewise */

/** Leaves the verification to pgtaski_tls_check_step(), and narrows the offer to what that covers.
 */
void pgtaski_tls_verify_between_steps(mbedtls_ssl_config *config);

/** Call this after each step of the handshake: verifies the peer's chain as soon as it has come.
 *  @return 0, or mbedTLS's code; then the handshake must not go on */
int pgtaski_tls_check_step(struct pgtask_tls *tls);

/* tls_verify.c */

/** For mbedtls_ssl_conf_verify(): adds the checks that mbedTLS leaves out. `context` is a struct
 *  pgtask_tls. */
int pgtaski_tls_verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags);

/** The first and the last second of a validity, as Unix time. */
struct pgtaski_validity {
    int64_t not_before;
    int64_t not_after;
};

/** @return from when to when a certificate is valid */
struct pgtaski_validity pgtaski_tls_validity(mbedtls_x509_crt const *certificate);

/** @return below 0 if `unix_s` lies before the validity; 0 if it lies inside or is not known; above
 *  0 if it lies after */
int pgtaski_tls_compare(struct pgtaski_validity validity, int64_t unix_s);

/* tls_session.c */

/** Offers the caller's session in the coming handshake, if it can be used. */
void pgtaski_tls_offer_session(struct pgtask_tls *tls, struct pgtask_tls_options const *options);

/** Call this when the peer's chain is about to be verified: the peer has refused the session, or
 *  none was offered. */
void pgtaski_tls_refuse_session(struct pgtask_tls *tls);

/** Call this when the handshake is complete: keeps a session that can be resumed already, and drops
 *  one that cannot. */
void pgtaski_tls_complete_session(struct pgtask_tls *tls);

/** Writes mbedTLS's session over the caller's, which is not NULL. */
void pgtaski_tls_keep_session(struct pgtask_tls *tls);

/** Call this before mbedTLS's contexts are freed: wipes what mbedTLS would leave in the arena, and
 *  the session of a handshake that was given up. */
void pgtaski_tls_close_session(struct pgtask_tls_contexts *contexts);

/** Wipes the caller's session, if there is one. */
void pgtaski_tls_forget_session(struct pgtask_tls_contexts *contexts);

/* tls_error.c */

/** @return what a negative code of the handshake, of sending or of receiving means */
enum pgtask_error pgtaski_tls_explain(struct pgtask_tls_contexts *contexts, int code);

/** @return whether a code of mbedTLS says that the arena is full */
bool pgtaski_tls_is_memory(int code);

/**
 * @return whether the arena has too little left for any operation with a public key. mbedTLS often
 * calls a key or signature bad when it lacked the memory to look at it.
 */
bool pgtaski_tls_has_little_memory(void);

/** @return likewise for one operation with an RSA key, or with a key on a curve */
bool pgtaski_tls_has_little_memory_for(bool rsa);

#endif
