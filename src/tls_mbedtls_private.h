/* SPDX-License-Identifier: MIT */
/**
 * @file tls_mbedtls_private.h
 * What src/ knows of mbedTLS's versions, and every private member of mbedTLS that it touches.
 * mbedTLS has no function for these facts; a release that renames a member breaks this file and no
 * other one. The other files use what versions 3.6 and 4 both have in their public headers.
 *
 * What differs between the versions comes first, then what they have in common.
 */
#ifndef PGTASK_TLS_MBEDTLS_PRIVATE_H
#define PGTASK_TLS_MBEDTLS_PRIVATE_H

#include <stdbool.h>
#include <string.h>

#include <pgtask/tls.h>

#include "pgtask_mbedtls.h"

#include <mbedtls/asn1.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#if MBEDTLS_VERSION_MAJOR < 4

#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/ecp.h>

/** mbedTLS adds a code of a high layer, in steps of 0x80, and a code of a low layer. */
#define PGTASKI_MBEDTLS_HIGH_PART(code) ((uint8_t)(-(code) >> 7))

/** The key is compressed: see port/mbedtls/pgtask_uncompressed_only.h. */
#define PGTASKI_MBEDTLS_ERR_KEY MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE

/** The high parts of the codes that say "no memory", and whether a low part says so. */
#define PGTASKI_MBEDTLS_NO_MEMORY                                                                  \
    PGTASKI_MBEDTLS_HIGH_PART(MBEDTLS_ERR_SSL_ALLOC_FAILED),                                       \
        PGTASKI_MBEDTLS_HIGH_PART(MBEDTLS_ERR_X509_ALLOC_FAILED),                                  \
        PGTASKI_MBEDTLS_HIGH_PART(MBEDTLS_ERR_PK_ALLOC_FAILED),                                    \
        PGTASKI_MBEDTLS_HIGH_PART(MBEDTLS_ERR_ECP_ALLOC_FAILED),                                   \
        PGTASKI_MBEDTLS_HIGH_PART(MBEDTLS_ERR_MD_ALLOC_FAILED),                                    \
        PGTASKI_MBEDTLS_HIGH_PART(MBEDTLS_ERR_CIPHER_ALLOC_FAILED)
#define PGTASKI_MBEDTLS_IS_NO_MEMORY(low)                                                          \
    ((low) == MBEDTLS_ERR_MPI_ALLOC_FAILED || (low) == MBEDTLS_ERR_ASN1_ALLOC_FAILED)

/** A stock mbedTLS says so of a critical extension that it does not know. */
#define PGTASKI_MBEDTLS_ERR_CRITICAL                                                               \
    (MBEDTLS_ERR_X509_INVALID_EXTENSIONS + MBEDTLS_ERR_ASN1_UNEXPECTED_TAG)

/** Whether X.509 returns such a code for a fault of the DER: it adds it to one of its own. */
#define PGTASKI_MBEDTLS_IS_DER_FAULT(code) false

/** @return whether an RSA key has signed this certificate */
static inline bool pgtaski_mbedtls_is_signed_by_rsa(mbedtls_x509_crt const *certificate)
{
    return certificate->MBEDTLS_PRIVATE(sig_pk) == MBEDTLS_PK_RSA ||
           certificate->MBEDTLS_PRIVATE(sig_pk) == MBEDTLS_PK_RSASSA_PSS;
}

/** Whether mbedTLS tells of tickets of TLS 1.3 that nobody has asked it to tell of. */
#define PGTASKI_MBEDTLS_TELLS_ALWAYS false

/** Has mbedTLS tell when a ticket of TLS 1.3 has come, or pass over it. */
static inline void pgtaski_mbedtls_tell_tickets(mbedtls_ssl_config *config, bool wanted)
{
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        config, wanted ? MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED
                       : MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_DISABLED);
#else
    (void)config, (void)wanted;
#endif
}

#else /* mbedTLS 4 */

#include <psa/crypto.h>

/** The codes of PSA, -0x80 to -0xff, stand for themselves. No other high part is in this range. */
#define PGTASKI_MBEDTLS_HIGH_PART(code)                                                            \
    ((code) <= -0x80 && (code) > -0x100 ? (uint8_t)(-(code)) : (uint8_t)(-(code) >> 7))

/** The build lacks the kind of the key. */
#define PGTASKI_MBEDTLS_ERR_KEY            PSA_ERROR_NOT_SUPPORTED

/** PSA has one code for "no memory". */
#define PGTASKI_MBEDTLS_NO_MEMORY          PGTASKI_MBEDTLS_HIGH_PART(PSA_ERROR_INSUFFICIENT_MEMORY)
#define PGTASKI_MBEDTLS_IS_NO_MEMORY(low)  ((void)(low), false)

/** A stock mbedTLS says so of a critical extension that it does not know. */
#define PGTASKI_MBEDTLS_ERR_CRITICAL       MBEDTLS_ERR_ASN1_UNEXPECTED_TAG

/** X.509 returns the code of a low layer without adding it to one of its own. */
#define PGTASKI_MBEDTLS_IS_DER_FAULT(code) ((code) > -0x80)

/** @return whether an RSA key has signed this certificate */
static inline bool pgtaski_mbedtls_is_signed_by_rsa(mbedtls_x509_crt const *certificate)
{
    return certificate->MBEDTLS_PRIVATE(sig_pk) == MBEDTLS_PK_SIGALG_RSA_PKCS1V15 ||
           certificate->MBEDTLS_PRIVATE(sig_pk) == MBEDTLS_PK_SIGALG_RSA_PSS;
}

#define PGTASKI_MBEDTLS_TELLS_ALWAYS true

static inline void pgtaski_mbedtls_tell_tickets(mbedtls_ssl_config *config, bool wanted)
{
    (void)config, (void)wanted;
}

#endif

/** @return whether the client has sent its first message and now waits for the peer's, or later */
static inline bool pgtaski_mbedtls_has_said_hello(mbedtls_ssl_context const *ssl)
{
    return ssl->MBEDTLS_PRIVATE(state) >= MBEDTLS_SSL_SERVER_HELLO;
}

/** @return whether the peer's first message was taken and found good */
static inline bool pgtaski_mbedtls_has_heard_hello(mbedtls_ssl_context const *ssl)
{
    return ssl->MBEDTLS_PRIVATE(state) > MBEDTLS_SSL_SERVER_HELLO;
}

/** @return the description of the fatal alert that mbedTLS has just reported (RFC 8446, 6) */
static inline uint8_t pgtaski_mbedtls_alert(mbedtls_ssl_context const *ssl)
{
    return ssl->MBEDTLS_PRIVATE(in_msg)[1];
}

/**
 * @return bytes of the message with the peer's certificates, while it is received or verified; else
 *         of the message or record that has begun, if it is larger than the build takes; else 0
 */
static inline uint32_t pgtaski_mbedtls_message_bytes(mbedtls_ssl_context const *ssl)
{
    unsigned char const *const length = ssl->MBEDTLS_PRIVATE(in_len);
    uint32_t const record = (uint32_t)length[0] << 8 | length[1];
    uint32_t const message = (uint32_t)ssl->MBEDTLS_PRIVATE(in_hslen);

    if (ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_SERVER_CERTIFICATE && message != 0) {
        return message;
    }
    if (message > MBEDTLS_SSL_IN_CONTENT_LEN) {
        return message;
    }
    return record > MBEDTLS_SSL_IN_CONTENT_LEN ? record : 0;
}

/** @return whether the build knows the algorithm by which this certificate is signed */
static inline bool pgtaski_mbedtls_has_known_signature(mbedtls_x509_crt const *certificate)
{
    return certificate->MBEDTLS_PRIVATE(sig_md) != MBEDTLS_MD_NONE;
}

/** @return whether a server may have the certificate, by nsCertType, if there is one */
static inline bool pgtaski_mbedtls_is_type_for_server(mbedtls_x509_crt const *certificate)
{
    return mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_NS_CERT_TYPE) == 0 ||
           (certificate->MBEDTLS_PRIVATE(ns_cert_type) & MBEDTLS_X509_NS_CERT_TYPE_SSL_SERVER) != 0;
}

/** @return whether an authority limits the length of the path below it to less than `length`
 *  intermediates */
static inline bool pgtaski_mbedtls_is_path_too_long(mbedtls_x509_crt const *authority, int length)
{
    int const one_more = authority->MBEDTLS_PRIVATE(max_pathlen); /* 0: there is no limit */

    return one_more > 0 && length >= one_more;
}

#if PGTASK_MBEDTLS_IS_OWN

/* mbedTLS refuses a larger modulus when it parses the certificate, and knows no other curves. */
#if defined(MBEDTLS_RSA_C) && MBEDTLS_MPI_MAX_SIZE * 8 != PGTASK_TLS_RSA_BITS
#error "MBEDTLS_MPI_MAX_SIZE must be PGTASK_TLS_RSA_BITS / 8"
#endif

/** @return 0 if the certificate's key is of a kind and size that tls.h allows, or mbedTLS's code */
static inline int pgtaski_mbedtls_check_key(mbedtls_x509_crt const *certificate)
{
#if defined(MBEDTLS_RSA_C)
    if (mbedtls_pk_get_type(&certificate->pk) == MBEDTLS_PK_RSA) {
        mbedtls_rsa_context const *const rsa = mbedtls_pk_rsa(certificate->pk);

        return mbedtls_mpi_bitlen(&rsa->MBEDTLS_PRIVATE(E)) > PGTASK_TLS_EXPONENT_BITS
                   ? MBEDTLS_ERR_PK_INVALID_PUBKEY
                   : 0;
    }
#else
    (void)certificate;
#endif
    return 0;
}

#else

#define pgtaski_mbedtls_check_key pgtaski_tls_check_key

/** @return the peer's certificate, of the handshake under way or else of the connection; NULL if
 * none has come, or the peer has resumed a session */
static inline mbedtls_x509_crt *pgtaski_mbedtls_peer_certificate(mbedtls_ssl_context const *ssl)
{
    mbedtls_ssl_session const *const session = ssl->MBEDTLS_PRIVATE(session_negotiate) != NULL
                                                   ? ssl->MBEDTLS_PRIVATE(session_negotiate)
                                                   : ssl->MBEDTLS_PRIVATE(session);

    return session != NULL ? session->MBEDTLS_PRIVATE(peer_cert) : NULL;
}

/** Sets what mbedtls_ssl_get_verify_result() returns for the handshake under way. */
static inline void pgtaski_mbedtls_set_verify_result(mbedtls_ssl_context *ssl, uint32_t flags)
{
    ssl->MBEDTLS_PRIVATE(session_negotiate)->MBEDTLS_PRIVATE(verify_result) = flags;
}

#endif

/**
 * @return mbedTLS's copy of the host's name, which it sends and which stays until the connection is
 *         closed. It has lost the dot at its end, which is in no certificate and may not be sent
 *         (RFC 6066, 3)
 */
static inline char const *pgtaski_mbedtls_host_name(mbedtls_ssl_context *ssl)
{
    char *const name = ssl->MBEDTLS_PRIVATE(hostname);
    size_t const length = strlen(name);

    if (length > 0 && name[length - 1] == '.') {
        name[length - 1] = '\0';
    }
    return name;
}

/** @return the session of the connection, or NULL before the handshake is complete */
static inline mbedtls_ssl_session *pgtaski_mbedtls_session(mbedtls_ssl_context const *ssl)
{
    return ssl->MBEDTLS_PRIVATE(session);
}

/** @return the session of the handshake under way, or NULL */
static inline mbedtls_ssl_session *pgtaski_mbedtls_new_session(mbedtls_ssl_context const *ssl)
{
    return ssl->MBEDTLS_PRIVATE(session_negotiate);
}

static inline bool pgtaski_mbedtls_is_tls13(mbedtls_ssl_session const *session)
{
    return session->MBEDTLS_PRIVATE(tls_version) == MBEDTLS_SSL_VERSION_TLS1_3;
}

/** @return whether a later handshake of TLS 1.2 can resume the session */
static inline bool pgtaski_mbedtls_is_resumable(mbedtls_ssl_session const *session)
{
    return session->MBEDTLS_PRIVATE(ticket) != NULL || session->MBEDTLS_PRIVATE(id_len) > 0;
}

/** @return how long the session's ticket may be used, seconds */
static inline uint32_t pgtaski_mbedtls_ticket_lifetime_s(mbedtls_ssl_session const *session)
{
    return session->MBEDTLS_PRIVATE(ticket_lifetime);
}

/** @return whether the peer has sent four records without data in a row, which mbedTLS refuses with
 *  the code of a record that is forged */
static inline bool pgtaski_mbedtls_has_sent_nothing(mbedtls_ssl_context const *ssl)
{
    return ssl->MBEDTLS_PRIVATE(nb_zero) > 3;
}

/** Wipes and frees a session's ticket, if there is one: mbedTLS frees it without wiping it. */
static inline void pgtaski_mbedtls_drop_ticket(mbedtls_ssl_session *session)
{
    if (session != NULL && session->MBEDTLS_PRIVATE(ticket) != NULL) {
        mbedtls_platform_zeroize(session->MBEDTLS_PRIVATE(ticket),
                                 session->MBEDTLS_PRIVATE(ticket_len));
        mbedtls_free(session->MBEDTLS_PRIVATE(ticket));
        session->MBEDTLS_PRIVATE(ticket) = NULL;
        session->MBEDTLS_PRIVATE(ticket_len) = 0;
    }
}

/**
 * Gives a loaded session of TLS 1.3 the host's name in place of the name that was kept. mbedTLS
 * would copy the kept one without a look whether it has an end.
 * @return false if the arena is full
 */
static inline bool pgtaski_mbedtls_set_host(mbedtls_ssl_session *session, char const *host_name)
{
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    if (pgtaski_mbedtls_is_tls13(session)) {
        size_t const bytes = strlen(host_name) + 1;

        mbedtls_free(session->MBEDTLS_PRIVATE(hostname));
        session->MBEDTLS_PRIVATE(hostname) = mbedtls_calloc(1, bytes);
        if (session->MBEDTLS_PRIVATE(hostname) == NULL) {
            return false;
        }
        memcpy(session->MBEDTLS_PRIVATE(hostname), host_name, bytes);
    }
#else
    (void)session;
    (void)host_name;
#endif
    return true;
}

/** Frees what a session keeps of the peer's certificate: the certificate itself, or its digest. */
static inline void pgtaski_mbedtls_drop_peer_certificate(mbedtls_ssl_session *session)
{
#if defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
    mbedtls_x509_crt_free(session->MBEDTLS_PRIVATE(peer_cert));
    mbedtls_free(session->MBEDTLS_PRIVATE(peer_cert));
    session->MBEDTLS_PRIVATE(peer_cert) = NULL;
#else
    if (session->MBEDTLS_PRIVATE(peer_cert_digest) != NULL) {
        mbedtls_platform_zeroize(session->MBEDTLS_PRIVATE(peer_cert_digest),
                                 session->MBEDTLS_PRIVATE(peer_cert_digest_len));
        mbedtls_free(session->MBEDTLS_PRIVATE(peer_cert_digest));
        session->MBEDTLS_PRIVATE(peer_cert_digest) = NULL;
        session->MBEDTLS_PRIVATE(peer_cert_digest_len) = 0;
        session->MBEDTLS_PRIVATE(peer_cert_digest_type) = MBEDTLS_MD_NONE;
    }
#endif
}

#endif
