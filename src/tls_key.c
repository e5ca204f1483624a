/* SPDX-License-Identifier: MIT */
/*
 * The kind and size of a certificate's key, where mbedTLS is a stock library and takes more of them
 * than tls.h allows. With pgtask's configuration, mbedTLS refuses most of them when it reads the
 * certificate: see tls_mbedtls_private.h. Here the key is read from its DER, because versions of
 * mbedTLS keep what they have read in different private members.
 */
#include "tls_private.h"

#if !PGTASK_MBEDTLS_IS_OWN

#include <string.h>

#include <mbedtls/asn1.h>

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)

/* RFC 8017, A.1 and RFC 5480, 2.1.1 */
#define RSA_KEY   "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define CURVE_KEY "\x2a\x86\x48\xce\x3d\x02\x01"
#define P256      "\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define P384      "\x2b\x81\x04\x00\x22"

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
static int check_rsa(struct der key)
{
    struct der numbers;
    struct der modulus;
    struct der exponent;

    return read_element(&key, SEQUENCE, &numbers) &&
                   read_element(&numbers, MBEDTLS_ASN1_INTEGER, &modulus) &&
                   read_element(&numbers, MBEDTLS_ASN1_INTEGER, &exponent) &&
                   is_at_most(modulus, PGTASK_TLS_RSA_BITS) &&
                   is_at_most(exponent, PGTASK_TLS_EXPONENT_BITS)
               ? 0
               : MBEDTLS_ERR_PK_INVALID_PUBKEY;
}

/* RFC 5480, 2.1.1 and 2.2: a named curve, and a point that is not compressed. */
static int check_curve(struct der parameters, struct der key)
{
    struct der curve;

    if (!read_element(&parameters, MBEDTLS_ASN1_OID, &curve) ||
        (!is_oid(curve, P256, sizeof P256 - 1) && !is_oid(curve, P384, sizeof P384 - 1))) {
        return MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE;
    }
    return key.at != key.end && *key.at == 4 ? 0 : MBEDTLS_ERR_PK_INVALID_PUBKEY;
}

int pgtaski_tls_check_key(mbedtls_x509_crt const *certificate)
{
    struct der info = {certificate->pk_raw.p, certificate->pk_raw.p + certificate->pk_raw.len};
    struct der parts;
    struct der algorithm;
    struct der oid;
    struct der key;

    if (!read_element(&info, SEQUENCE, &parts) || !read_element(&parts, SEQUENCE, &algorithm) ||
        !read_element(&algorithm, MBEDTLS_ASN1_OID, &oid) ||
        !read_element(&parts, MBEDTLS_ASN1_BIT_STRING, &key) || key.at == key.end) {
        return MBEDTLS_ERR_PK_INVALID_PUBKEY;
    }
    key.at++; /* the count of unused bits, which mbedTLS has found to be 0 */
    if (is_oid(oid, RSA_KEY, sizeof RSA_KEY - 1)) {
        return check_rsa(key);
    }
    return is_oid(oid, CURVE_KEY, sizeof CURVE_KEY - 1) ? check_curve(algorithm, key)
                                                        : MBEDTLS_ERR_PK_UNKNOWN_PK_ALG;
}

#endif
