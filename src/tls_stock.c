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
 * mbedTLS's own secondary checks are repeated here: the usage of the peer's key, and its kind.
 */
#include "tls_private.h"

#if !PGTASK_MBEDTLS_IS_OWN

#include <string.h>

#include <mbedtls/asn1.h>

#include "tls_mbedtls_private.h"

#if !defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
#error                                                                                             \
    "this mbedTLS does not keep the peer's certificate; build it with MBEDTLS_SSL_KEEP_PEER_CERTIFICATE"
#endif

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)

/* RFC 8017, A.1 and RFC 5480, 2.1.1 */
#define RSA_KEY   "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define CURVE_KEY "\x2a\x86\x48\xce\x3d\x02\x01"
#define P256      "\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define P384      "\x2b\x81\x04\x00\x22"

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

/* Bytes of DER that are still to be read. */
struct der {
    unsigned char *at;
    unsigned char const *end;
};

/* Reads one element. Returns false if it has another tag or is malformed. */
static bool read_element(struct der *der, int tag, struct der *content)
{
    size_t length;

    if (mbedtls_asn1_get_tag(&der->at, der->end, &length, tag) != 0) {
        return false;
    }
    *content = (struct der){der->at, der->at + length};
    der->at += length;
    return true;
}

static bool is_oid(struct der content, char const *oid, size_t length)
{
    return (size_t)(content.end - content.at) == length && memcmp(content.at, oid, length) == 0;
}

/* Whether a number that is not negative has at most so many bits, which are a multiple of 8. */
static bool is_at_most(struct der number, size_t bits)
{
    while (number.at < number.end && *number.at == 0) {
        number.at++;
    }
    return (size_t)(number.end - number.at) <= bits / 8;
}

/* RFC 8017, A.1.1 */
static bool is_allowed_rsa(struct der key)
{
    struct der numbers;
    struct der modulus;
    struct der exponent;

    return read_element(&key, SEQUENCE, &numbers) &&
           read_element(&numbers, MBEDTLS_ASN1_INTEGER, &modulus) &&
           read_element(&numbers, MBEDTLS_ASN1_INTEGER, &exponent) &&
           is_at_most(modulus, PGTASK_TLS_RSA_BITS) &&
           is_at_most(exponent, PGTASK_TLS_EXPONENT_BITS);
}

/* RFC 5480, 2.1.1 and 2.2: a named curve, and a point that is not compressed. */
static bool is_allowed_curve(struct der parameters, struct der key)
{
    struct der curve;

    return read_element(&parameters, MBEDTLS_ASN1_OID, &curve) &&
           (is_oid(curve, P256, sizeof P256 - 1) || is_oid(curve, P384, sizeof P384 - 1)) &&
           key.at != key.end && *key.at == 4;
}

bool pgtaski_mbedtls_has_allowed_key(mbedtls_x509_crt const *certificate)
{
    struct der info = {certificate->pk_raw.p, certificate->pk_raw.p + certificate->pk_raw.len};
    struct der parts;
    struct der algorithm;
    struct der oid;
    struct der key;

    if (!read_element(&info, SEQUENCE, &parts) || !read_element(&parts, SEQUENCE, &algorithm) ||
        !read_element(&algorithm, MBEDTLS_ASN1_OID, &oid) ||
        !read_element(&parts, MBEDTLS_ASN1_BIT_STRING, &key) || key.at == key.end) {
        return false;
    }
    key.at++; /* the count of unused bits, which mbedTLS has found to be 0 */
    if (is_oid(oid, RSA_KEY, sizeof RSA_KEY - 1)) {
        return is_allowed_rsa(key);
    }
    return is_oid(oid, CURVE_KEY, sizeof CURVE_KEY - 1) && is_allowed_curve(algorithm, key);
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

    if (peer != NULL && !contexts->verified) {
        return verify_peer(tls, peer);
    }
    if (mbedtls_ssl_is_handshake_over(&contexts->ssl) && !is_verified(contexts)) {
        return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }
    return 0;
}

#endif
