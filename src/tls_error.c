/* SPDX-License-Identifier: MIT */
/*
 * What a code of mbedTLS means to the user.
 *
 * mbedTLS has one code for several causes, and names a full arena only where an allocation of its
 * own failed. So each code is judged with what is known beside it, in this order: the port's own
 * failure, what a callback has met, the flags of the chain, the state of the handshake, and at last
 * how much of the arena is left.
 */
#include "tls_private.h"

#include <string.h>

#include "tls_mbedtls_private.h"

/*
 * Working memory of one operation with a public key, mbedTLS's block headers included, which are
 * twice as large on a 64-bit host. For RSA it is that of the largest key.
 */
#define RSA_WORKING_BYTES (20 * (PGTASK_TLS_RSA_BITS / 8) + 384 * (sizeof(size_t) - 4))
#define ECC_WORKING_BYTES 8192

#define HIGH_PART PGTASKI_MBEDTLS_HIGH_PART

static bool cannot_take(size_t size)
{
    void *const probe = mbedtls_calloc(1, size);

    mbedtls_free(probe);
    return probe == NULL;
}

bool pgtaski_tls_has_little_memory_for(bool rsa)
{
    return cannot_take(rsa ? RSA_WORKING_BYTES : ECC_WORKING_BYTES);
}

bool pgtaski_tls_has_little_memory(void)
{
#if defined(MBEDTLS_RSA_C)
    return cannot_take(RSA_WORKING_BYTES);
#else
    return cannot_take(ECC_WORKING_BYTES);
#endif
}

bool pgtaski_tls_is_memory(int code)
{
    static uint8_t const high[] = {PGTASKI_MBEDTLS_NO_MEMORY};
    int const low_part = -(-code & 0x7f);

    return memchr(high, HIGH_PART(code), sizeof high) != NULL ||
           PGTASKI_MBEDTLS_IS_NO_MEMORY(low_part);
}

/* A chain may have several faults: the first of this table is named. */
static enum pgtask_error name_chain_fault(uint32_t flags)
{
    static struct {
        uint32_t flags;
        enum pgtask_error error;
    } const faults[] = {
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

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if ((flags & faults[i].flags) != 0) {
            return faults[i].error;
        }
    }
    return PGTASK_ERROR_TLS_VERIFY;
}

static enum pgtask_error name_alert(mbedtls_ssl_context *ssl)
{
    if (mbedtls_ssl_is_handshake_over(ssl)) {
        return PGTASK_ERROR_RESET; /* the peer gives up on a connection that was good */
    }
    return pgtaski_mbedtls_alert(ssl) == MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION
               ? PGTASK_ERROR_TLS_VERSION
               : PGTASK_ERROR_TLS_HANDSHAKE;
}

/* @return whether the code is one of mbedTLS's X.509 parser, which have a range of their own */
static bool is_of_certificate(int code)
{
    return PGTASKI_MBEDTLS_IS_DER_FAULT(code) ||
           (HIGH_PART(code) >= HIGH_PART(MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE) &&
            HIGH_PART(code) <= HIGH_PART(MBEDTLS_ERR_X509_FILE_IO_ERROR));
}

/* What a code means while the handshake goes on, and what it means later. */
static enum pgtask_error name_code(int code, bool is_over)
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
        /* Later, it is KeyUpdate, which mbedTLS does not have: a new connection helps. */
        {HIGH_PART(MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE), PGTASK_ERROR_TLS_HANDSHAKE,
         PGTASK_ERROR_RESET},
        {HIGH_PART(MBEDTLS_ERR_SSL_UNEXPECTED_RECORD), PGTASK_ERROR_TLS_HANDSHAKE,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_SSL_DECODE_ERROR), PGTASK_ERROR_TLS_HANDSHAKE,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_SSL_INTERNAL_ERROR), PGTASK_ERROR_TLS_INTERNAL,
         PGTASK_ERROR_TLS_INTERNAL},
        /* The record is larger than mbedTLS's buffer. */
        {HIGH_PART(MBEDTLS_ERR_SSL_BAD_INPUT_DATA), PGTASK_ERROR_TLS_RECORD,
         PGTASK_ERROR_TLS_RECORD},
        {HIGH_PART(MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE), PGTASK_ERROR_TLS_EXTENSION,
         PGTASK_ERROR_TLS_INTERNAL},
        {HIGH_PART(PGTASKI_MBEDTLS_ERR_KEY), PGTASK_ERROR_TLS_KEY, PGTASK_ERROR_TLS_INTERNAL},
        {HIGH_PART(MBEDTLS_ERR_PK_INVALID_PUBKEY), PGTASK_ERROR_TLS_KEY, PGTASK_ERROR_TLS_INTERNAL},
        {HIGH_PART(MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG), PGTASK_ERROR_TLS_WEAK,
         PGTASK_ERROR_TLS_INTERNAL},
        {HIGH_PART(MBEDTLS_ERR_X509_FATAL_ERROR), PGTASK_ERROR_TLS_VERIFY,
         PGTASK_ERROR_TLS_INTERNAL},
        /* A key of an unknown kind or on an unknown curve. */
        {HIGH_PART(MBEDTLS_ERR_PK_UNKNOWN_PK_ALG), PGTASK_ERROR_TLS_KEY, PGTASK_ERROR_TLS_INTERNAL},
        {HIGH_PART(MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE), PGTASK_ERROR_TLS_KEY,
         PGTASK_ERROR_TLS_INTERNAL},
    };

    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].high_part == HIGH_PART(code)) {
            return is_over ? meanings[i].after : meanings[i].before;
        }
    }
    if (is_over) {
        return PGTASK_ERROR_TLS_INTERNAL;
    }
    return is_of_certificate(code) ? PGTASK_ERROR_TLS_VERIFY : PGTASK_ERROR_TLS_HANDSHAKE;
}

enum pgtask_error pgtaski_tls_explain(struct pgtask_tls_contexts *contexts, int code)
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
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: return name_alert(ssl);
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
    case MBEDTLS_ERR_SSL_BAD_CERTIFICATE:
        return name_chain_fault(mbedtls_ssl_get_verify_result(ssl));
    case MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER:
        /* RSA-PSS is the usual cause and a lack of memory never is: a second attempt is worth it.
         */
        if (mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_2) {
            return PGTASK_ERROR_TLS_HANDSHAKE;
        }
        break;
    case PGTASKI_MBEDTLS_ERR_CRITICAL:
        if (!PGTASK_MBEDTLS_IS_OWN) {
            return PGTASK_ERROR_TLS_EXTENSION;
        }
        break;
    case MBEDTLS_ERR_SSL_INVALID_MAC:
        if (pgtaski_mbedtls_has_sent_nothing(ssl)) {
            return PGTASK_ERROR_TLS_FLOOD;
        }
        break;
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
        /* No record was good so far: the peer speaks another protocol. */
        if (!pgtaski_mbedtls_has_heard_hello(ssl)) {
            return PGTASK_ERROR_TLS_HANDSHAKE;
        }
        break;
    default: break;
    }
    error = name_code(code, mbedtls_ssl_is_handshake_over(ssl) != 0);
    if (pgtaski_tls_is_memory(code) ||
        ((error == PGTASK_ERROR_TLS_HANDSHAKE || error == PGTASK_ERROR_TLS_VERIFY ||
          error == PGTASK_ERROR_TLS_KEY) &&
         pgtaski_tls_has_little_memory())) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    return error;
}
