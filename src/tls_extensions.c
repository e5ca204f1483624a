/* SPDX-License-Identifier: MIT */
/*
 * The extensions of certificates (RFC 5280, 4.2): found in their DER, and checked where mbedTLS
 * does not. mbedTLS skips those that it does not know, so one may stand there twice or be
 * malformed.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)

/* Each one is compared with those before it. Public certificates have about ten. */
#define MOST_EXTENSIONS 32

/*
 * Extensions that mbedTLS does not know, and that may be critical here, by the last byte of their
 * OID. As with openssl, policies bind nobody, because this client asks for none. The value is a
 * sequence of elements whose tags are `tag` in the bits of `mask`; with mask 0 it is a number.
 */
static struct known_extension {
    uint8_t id;
    uint8_t mask;
    uint8_t tag;
} const known_extensions[] = {
    {0x1e, 0xfe, 0xa0},     /* nameConstraints: [0] and [1] */
    {0x1f, 0xff, SEQUENCE}, /* cRLDistributionPoints */
    {0x20, 0xff, SEQUENCE}, /* certificatePolicies with others than anyPolicy */
    {0x21, 0xff, SEQUENCE}, /* policyMappings */
    {0x24, 0xfe, 0x80},     /* policyConstraints: [0] and [1] */
    {0x36, 0, 0},           /* inhibitAnyPolicy */
};

/* The extensions of a certificate that are still to be read. */
struct extensions {
    unsigned char *at;
    unsigned char const *end;
};

static struct extensions extensions_of(mbedtls_x509_crt const *certificate)
{
    struct extensions extensions = {certificate->v3_ext.p, certificate->v3_ext.p};
    size_t length;

    if (extensions.at != NULL) {
        extensions.end = extensions.at + certificate->v3_ext.len;
        if (mbedtls_asn1_get_tag(&extensions.at, extensions.end, &length, SEQUENCE) != 0) {
            extensions.end = extensions.at;
        }
    }
    return extensions;
}

/* Reads one: its OID, and the DER behind the mark whether it is critical. Returns false after the
 * last. */
static bool next_extension(struct extensions *extensions, mbedtls_x509_buf *oid,
                           mbedtls_x509_buf *value)
{
    unsigned char *at;
    size_t length;
    int is_critical;

    if (extensions->at == extensions->end ||
        mbedtls_asn1_get_tag(&extensions->at, extensions->end, &length, SEQUENCE) != 0) {
        return false;
    }
    at = extensions->at;
    extensions->at += length;
    if (mbedtls_asn1_get_tag(&at, extensions->at, &oid->len, MBEDTLS_ASN1_OID) != 0) {
        return false;
    }
    oid->p = at;
    at += oid->len;
    (void)mbedtls_asn1_get_bool(&at, extensions->at, &is_critical);
    *value = (mbedtls_x509_buf){.p = at, .len = (size_t)(extensions->at - at)};
    return true;
}

bool pgtaski_tls_find_extension(mbedtls_x509_crt const *certificate, char const *oid,
                                size_t oid_length, mbedtls_x509_buf *value)
{
    struct extensions extensions = extensions_of(certificate);
    mbedtls_x509_buf found;

    while (next_extension(&extensions, &found, value)) {
        if (found.len == oid_length && memcmp(found.p, oid, oid_length) == 0) {
            return true;
        }
    }
    return false;
}

static struct known_extension const *find_known(mbedtls_x509_buf const *oid)
{
    size_t const length = MBEDTLS_OID_SIZE(MBEDTLS_OID_ID_CE);

    if (oid->len != length + 1 || memcmp(oid->p, MBEDTLS_OID_ID_CE, length) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof known_extensions / sizeof known_extensions[0]; i++) {
        if (known_extensions[i].id == oid->p[length]) {
            return &known_extensions[i];
        }
    }
    return NULL;
}

bool pgtaski_tls_is_known_extension(mbedtls_x509_buf const *oid)
{
    return find_known(oid) != NULL;
}

/* Whether a known extension's value has the shape that it must have. */
static bool has_shape(struct known_extension const *known, mbedtls_x509_buf const *value)
{
    unsigned char *at = value->p;
    unsigned char const *const end = at + value->len;
    size_t length;

    if (mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_OCTET_STRING) != 0) {
        return false;
    }
    if (known->mask == 0) {
        return mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_INTEGER) == 0 &&
               at + length == end;
    }
    return mbedtls_asn1_traverse_sequence_of(&at, end, known->mask, known->tag, 0, 0, NULL, NULL) ==
           0;
}

bool pgtaski_tls_has_good_extensions(mbedtls_x509_crt const *certificate)
{
    struct extensions extensions = extensions_of(certificate);
    mbedtls_x509_buf oid;
    mbedtls_x509_buf value;

    for (unsigned count = 0; next_extension(&extensions, &oid, &value); count++) {
        struct known_extension const *const known = find_known(&oid);
        mbedtls_x509_buf first;

        if (count == MOST_EXTENSIONS || (known != NULL && !has_shape(known, &value))) {
            return false;
        }
        if (pgtaski_tls_find_extension(certificate, (char const *)oid.p, oid.len, &first) &&
            first.p != value.p) {
            return false;
        }
    }
    return true;
}
