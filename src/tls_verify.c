/* SPDX-License-Identifier: MIT */
#include "tls_private.h"

#include "calendar.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform.h>

/*
 * Working memory of one operation with a public key, mbedTLS's block headers on a 64-bit host
 * included. RSA's is that of the largest key: MBEDTLS_MPI_MAX_SIZE.
 */
#define RSA_WORKING_BYTES (20 * MBEDTLS_MPI_MAX_SIZE + 1536)
#define ECC_WORKING_BYTES 8192

#if defined(MBEDTLS_RSA_C)
#define MOST_WORKING_BYTES RSA_WORKING_BYTES
#else
#define MOST_WORKING_BYTES ECC_WORKING_BYTES
#endif

/* mbedTLS reads no time that does not exist. */
static int64_t unix_time_of(mbedtls_x509_time const *time)
{
    int64_t unix_s = INT64_MIN;

    (void)pgtaski_calendar_to_unix(
        &(struct pgtaski_calendar){.part = {[CALENDAR_YEAR] = (uint16_t)time->year,
                                            [CALENDAR_MONTH] = (uint8_t)time->mon,
                                            [CALENDAR_DAY] = (uint8_t)time->day,
                                            [CALENDAR_HOUR] = (uint8_t)time->hour,
                                            [CALENDAR_MINUTE] = (uint8_t)time->min,
                                            [CALENDAR_SECOND] = (uint8_t)time->sec}},
        &unix_s);
    return unix_s;
}

struct pgtask_validity pgtask_tls_validity(mbedtls_x509_crt const *certificate)
{
    return (struct pgtask_validity){unix_time_of(&certificate->valid_from),
                                    unix_time_of(&certificate->valid_to)};
}

int pgtask_tls_compare(struct pgtask_validity validity, int64_t unix_s)
{
    if (unix_s == PGTASK_TLS_TIME_UNKNOWN) {
        return 0;
    }
    if (unix_s < validity.not_before) {
        return -1;
    }
    return unix_s > validity.not_after ? 1 : 0;
}

/* The first from `certificate` on that bears the name of the child's issuer, or NULL. */
static mbedtls_x509_crt const *find_issuer(mbedtls_x509_crt const *certificate,
                                           mbedtls_x509_crt const *child)
{
    while (certificate != NULL &&
           (certificate->subject_raw.len != child->issuer_raw.len ||
            memcmp(certificate->subject_raw.p, child->issuer_raw.p, child->issuer_raw.len) != 0)) {
        certificate = certificate->next;
    }
    return certificate;
}

/* mbedTLS passes over an issuer that may not sign, and then only says that no issuer was found. */
static bool issuer_may_not_sign(mbedtls_x509_crt const *child)
{
    mbedtls_x509_crt const *issuer = find_issuer(child->next, child);

    while (issuer != NULL) {
        if (mbedtls_x509_crt_get_ca_istrue(issuer) != 1 ||
            mbedtls_x509_crt_check_key_usage(issuer, MBEDTLS_X509_KU_KEY_CERT_SIGN) != 0) {
            return true;
        }
        issuer = find_issuer(issuer->next, child);
    }
    return false;
}

static bool cannot_take(size_t size)
{
    void *const probe = mbedtls_calloc(1, size);

    mbedtls_free(probe);
    return probe == NULL;
}

bool pgtask_tls_memory_is_short(void)
{
    return cannot_take(MOST_WORKING_BYTES);
}

/*
 * mbedTLS calls a signature that it lacked the memory to look at a wrong one. It looks at none
 * where the issuer's name is not known: that is no matter of memory.
 */
static bool was_memory_short(struct pgtask_tls_contexts const *contexts,
                             mbedtls_x509_crt const *child)
{
    bool const issuer_is_known = contexts->root_found ||
                                 find_issuer(contexts->list, child) != NULL ||
                                 find_issuer(child->next, child) != NULL;
    bool const by_rsa = child->MBEDTLS_PRIVATE(sig_pk) == MBEDTLS_PK_RSA ||
                        child->MBEDTLS_PRIVATE(sig_pk) == MBEDTLS_PK_RSASSA_PSS;

    return issuer_is_known && cannot_take(by_rsa ? RSA_WORKING_BYTES : ECC_WORKING_BYTES);
}

int pgtask_tls_verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    struct pgtask_tls *const tls = context;
    struct pgtask_validity const validity = pgtask_tls_validity(certificate);
    int const compared = pgtask_tls_compare(validity, tls->contexts->unix_s);

    (void)depth;
    if (!tls->contexts->verified) {
        tls->contexts->verified = true;
        pgtask_tls_session_refused(tls);
    }
    if (compared != 0) {
        *flags |= compared < 0 ? MBEDTLS_X509_BADCERT_FUTURE : MBEDTLS_X509_BADCERT_EXPIRED;
    }
    if (validity.not_before > tls->not_before_unix_s) {
        tls->not_before_unix_s = validity.not_before;
    }
    if (validity.not_after < tls->not_after_unix_s) {
        tls->not_after_unix_s = validity.not_after;
    }
    if ((*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0) {
        if (issuer_may_not_sign(certificate)) {
            *flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
        } else if (was_memory_short(tls->contexts, certificate)) {
            tls->contexts->cause = PGTASK_ERROR_TLS_MEMORY;
        }
    }
    return 0;
}

/* Of several reasons the first that stands here is named. */
static enum pgtask_error refusal(uint32_t flags)
{
    static struct {
        uint32_t flags;
        enum pgtask_error error;
    } const reasons[] = {
        {MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE |
             MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
         PGTASK_ERROR_TLS_USAGE},
        {MBEDTLS_X509_BADCERT_NOT_TRUSTED, PGTASK_ERROR_TLS_UNKNOWN_CA},
        {MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY,
         PGTASK_ERROR_TLS_WEAK},
        {MBEDTLS_X509_BADCERT_CN_MISMATCH, PGTASK_ERROR_TLS_HOST_NAME},
        {MBEDTLS_X509_BADCERT_EXPIRED, PGTASK_ERROR_TLS_EXPIRED},
        {MBEDTLS_X509_BADCERT_FUTURE, PGTASK_ERROR_TLS_NOT_YET_VALID},
    };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if ((flags & reasons[i].flags) != 0) {
            return reasons[i].error;
        }
    }
    return PGTASK_ERROR_TLS_VERIFY;
}

static enum pgtask_error alert_meaning(mbedtls_ssl_context *ssl)
{
    if (mbedtls_ssl_is_handshake_over(ssl)) {
        return PGTASK_ERROR_RESET; /* the peer gives up on a connection that was good */
    }
    /* mbedTLS 3.6 has no function that tells which alert it was. */
    return ssl->MBEDTLS_PRIVATE(in_msg)[1] == MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION
               ? PGTASK_ERROR_TLS_VERSION
               : PGTASK_ERROR_TLS_HANDSHAKE;
}

/* A code is the sum of one of a high layer, in steps of 0x80, and one of a low layer. */
#define HIGH_PART(code) ((uint8_t)(-(code) >> 7))

bool pgtask_tls_is_memory(int code)
{
    static uint8_t const high[] = {
        HIGH_PART(MBEDTLS_ERR_SSL_ALLOC_FAILED), HIGH_PART(MBEDTLS_ERR_X509_ALLOC_FAILED),
        HIGH_PART(MBEDTLS_ERR_PK_ALLOC_FAILED),  HIGH_PART(MBEDTLS_ERR_ECP_ALLOC_FAILED),
        HIGH_PART(MBEDTLS_ERR_MD_ALLOC_FAILED),  HIGH_PART(MBEDTLS_ERR_CIPHER_ALLOC_FAILED)};
    int const low_part = -(-code & 0x7f);

    if (memchr(high, HIGH_PART(code), sizeof high) != NULL) {
        return true;
    }
    return low_part == MBEDTLS_ERR_MPI_ALLOC_FAILED || low_part == MBEDTLS_ERR_ASN1_ALLOC_FAILED;
}

/* Codes that mean one thing until the handshake is over, and another one after. */
static enum pgtask_error meaning(int code, bool over)
{
    static struct {
        uint8_t high_part;
        enum pgtask_error before;
        enum pgtask_error after;
    } const meanings[] = {
        {HIGH_PART(MBEDTLS_ERR_SSL_CONN_EOF), PGTASK_ERROR_TLS_TRUNCATED,
         PGTASK_ERROR_TLS_TRUNCATED},
        {HIGH_PART(MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY), PGTASK_ERROR_TLS_HANDSHAKE,
         PGTASK_ERROR_CLOSED},
        {HIGH_PART(MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION), PGTASK_ERROR_TLS_VERSION,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_SSL_INVALID_MAC), PGTASK_ERROR_TLS_HANDSHAKE,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_SSL_INVALID_RECORD), PGTASK_ERROR_TLS_RECORD,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE), PGTASK_ERROR_TLS_HANDSHAKE,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_SSL_UNEXPECTED_RECORD), PGTASK_ERROR_TLS_HANDSHAKE,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_SSL_DECODE_ERROR), PGTASK_ERROR_TLS_HANDSHAKE,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_SSL_INTERNAL_ERROR), PGTASK_ERROR_TLS_INTERNAL,
         PGTASK_ERROR_TLS_INTERNAL},
        /* More than its buffer holds. */
        {HIGH_PART(MBEDTLS_ERR_SSL_BAD_INPUT_DATA), PGTASK_ERROR_TLS_RECORD,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG), PGTASK_ERROR_TLS_WEAK,
         PGTASK_ERROR_TLS_INTERNAL},
        {HIGH_PART(MBEDTLS_ERR_X509_FATAL_ERROR), PGTASK_ERROR_TLS_VERIFY,
         PGTASK_ERROR_TLS_INTERNAL},
        {HIGH_PART(MBEDTLS_ERR_X509_INVALID_FORMAT), PGTASK_ERROR_TLS_VERIFY,
         PGTASK_ERROR_TLS_INTERNAL},
    };

    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].high_part == HIGH_PART(code)) {
            return over ? meanings[i].after : meanings[i].before;
        }
    }
    return over ? PGTASK_ERROR_TLS_INTERNAL : PGTASK_ERROR_TLS_HANDSHAKE;
}

enum pgtask_error pgtask_tls_error(struct pgtask_tls_contexts *contexts, int code)
{
    mbedtls_ssl_context *const ssl = &contexts->ssl;
    enum pgtask_error error;

    if (code == PGTASK_TLS_PORT_FAILED) {
        return contexts->port_error;
    }
    if (contexts->cause != PGTASK_OK) {
        return contexts->cause;
    }
    switch (code) {
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: return alert_meaning(ssl);
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
    case MBEDTLS_ERR_SSL_BAD_CERTIFICATE: return refusal(mbedtls_ssl_get_verify_result(ssl));
    case MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER:
        /* By RSA-PSS, most often, and never by a lack of memory: another attempt is worth it. */
        if (mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_2) {
            return PGTASK_ERROR_TLS_HANDSHAKE;
        }
        break;
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
        /* No record was good so far: this is another protocol. */
        if (ssl->MBEDTLS_PRIVATE(state) <= MBEDTLS_SSL_SERVER_HELLO) {
            return PGTASK_ERROR_TLS_HANDSHAKE;
        }
        break;
    default: break;
    }
    error = meaning(code, mbedtls_ssl_is_handshake_over(ssl) != 0);
    if (pgtask_tls_is_memory(code) ||
        ((error == PGTASK_ERROR_TLS_HANDSHAKE || error == PGTASK_ERROR_TLS_VERIFY) &&
         pgtask_tls_memory_is_short())) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    return error;
}
