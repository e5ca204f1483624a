/* SPDX-License-Identifier: MIT */
/*
 * What stands in for the hooks where mbedTLS is a stock library: one as its makers built it, such
 * as a package of the system.
 *
 * pgtask finds the path of the peer's chain before any signature is computed (tls_chain.c). A stock
 * mbedTLS verifies a chain in the step that reads it, so nothing can come first, unless it is told
 * not to verify at all. So it is told that (MBEDTLS_SSL_VERIFY_NONE), and pgtaski_tls_check_step()
 * does the work between two steps:
 *
 *     step: mbedTLS reads the chain   -> the chain is verified here, as tls_chain.c always does
 *     step: mbedTLS uses the peer's key
 *     ...
 *     step: the handshake is complete -> refused here, unless the chain of this very peer is
 * verified or the peer has resumed a session that we had offered
 *
 * So three locks hold a chain that nobody has verified: the key in it is not used, the handshake is
 * not completed, and no byte of the caller is sent before the handshake is complete. The offer is
 * narrowed to key exchanges with a certificate, and a second handshake in the same connection is
 * not allowed, so there is no way around the step that reads a chain.
 *
 * mbedTLS's own secondary checks are repeated here: the usage of the peer's key, and its kind
 * (tls_key.c).
 */
#include "tls_private.h"

#if !PGTASK_MBEDTLS_IS_OWN

#include "tls_mbedtls_private.h"

#if !defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
#error                                                                                             \
    "this mbedTLS does not keep the peer's certificate; build it with MBEDTLS_SSL_KEEP_PEER_CERTIFICATE"
#endif

static int const suites[] = {
#if PGTASK_TLS_HAS_TLS13
    MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
#endif
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    0};

void pgtaski_tls_verify_between_steps(mbedtls_ssl_config *config)
{
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_ciphersuites(config, suites);
    mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
#if !PGTASK_TLS_HAS_TLS13
    mbedtls_ssl_conf_max_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
#else
    mbedtls_ssl_conf_tls13_key_exchange_modes(config,
                                              MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ALL);
#endif
#if defined(MBEDTLS_SSL_RENEGOTIATION)
    mbedtls_ssl_conf_renegotiation(config, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
#endif
}

/* As mbedTLS does it: RFC 8446, 6.2. */
static unsigned char choose_alert(uint32_t flags)
{
    static struct {
        uint32_t flags;
        unsigned char alert;
    } const alerts[] = {
        {MBEDTLS_X509_BADCERT_CN_MISMATCH, MBEDTLS_SSL_ALERT_MSG_BAD_CERT},
        {MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE |
             MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY,
         MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT},
        {MBEDTLS_X509_BADCERT_EXPIRED, MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED},
        {MBEDTLS_X509_BADCERT_NOT_TRUSTED, MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA},
    };

    for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++) {
        if ((flags & alerts[i].flags) != 0) {
            return alerts[i].alert;
        }
    }
    return MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN;
}

/* The usage is that of each key exchange which is offered: the peer signs. */
static int verify_peer(struct pgtask_tls *tls, mbedtls_x509_crt *peer)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    mbedtls_ssl_context *const ssl = &contexts->ssl;
    uint32_t flags = 0;
    int code = pgtaski_tls_verify_chain(peer, NULL, NULL, &mbedtls_x509_crt_profile_default,
                                        contexts->host_name, &flags, pgtaski_tls_verify, tls, NULL);

    if (mbedtls_x509_crt_check_key_usage(peer, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0) {
        flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
    }
    if (code == 0 && flags != 0) {
        code = MBEDTLS_ERR_SSL_BAD_CERTIFICATE;
    }
    contexts->flags |= flags;
    pgtaski_mbedtls_set_verify_result(ssl, flags);
    if (code != 0) {
        (void)mbedtls_ssl_send_alert_message(ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                             choose_alert(flags));
    }
    return code;
}

/* Whether the complete handshake is one with a peer that was verified, in it or in an earlier one
 * whose session was offered. */
static bool is_verified(struct pgtask_tls_contexts const *contexts)
{
    mbedtls_x509_crt const *const peer = pgtaski_mbedtls_peer_certificate(&contexts->ssl);

    if (peer == NULL) {
        return contexts->offered && !contexts->verified;
    }
    return contexts->verified && contexts->peer == peer && contexts->proven == peer &&
           contexts->flags == 0 && contexts->cause == PGTASK_OK;
}

int pgtaski_tls_check_step(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    mbedtls_x509_crt *const peer = pgtaski_mbedtls_peer_certificate(&contexts->ssl);

    if (mbedtls_ssl_is_handshake_over(&contexts->ssl)) {
        return is_verified(contexts) ? 0 : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }
    return peer != NULL && !contexts->verified ? verify_peer(tls, peer) : 0;
}

#endif
