/* SPDX-License-Identifier: MIT */
/*
 * Names of certificates, compared as mbedTLS compares them: the case of letters does not matter,
 * nor which of two types of strings holds them.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/asn1.h>

static bool is_text(int tag)
{
    return tag == MBEDTLS_ASN1_UTF8_STRING || tag == MBEDTLS_ASN1_PRINTABLE_STRING;
}

static int to_lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

bool pgtaski_tls_is_same_text(uint8_t const *one, uint8_t const *other, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (to_lower(one[i]) != to_lower(other[i])) {
            return false;
        }
    }
    return true;
}

/* Walks both names at once: their elements must begin at the same places. */
static bool is_same_name(uint8_t const *one, uint8_t const *other, size_t length)
{
    size_t i = 0;

    while (i < length) {
        unsigned char *at = (unsigned char *)one + i + 1; /* mbedTLS asks for this type */
        int const tag = one[i];
        size_t content;
        size_t head;

        if (mbedtls_asn1_get_len(&at, one + length, &content) != 0 ||
            (tag != other[i] && !(is_text(tag) && is_text(other[i])))) {
            return false;
        }
        head = (size_t)(at - one) - i;
        if (memcmp(one + i + 1, other + i + 1, head - 1) != 0) {
            return false;
        }
        i += head;
        if ((tag & MBEDTLS_ASN1_CONSTRUCTED) != 0) {
            continue;
        }
        if (!(is_text(tag) ? pgtaski_tls_is_same_text(one + i, other + i, content)
                           : memcmp(one + i, other + i, content) == 0)) {
            return false;
        }
        i += content;
    }
    return true;
}

bool pgtaski_tls_is_issuer(mbedtls_x509_buf const *subject, mbedtls_x509_crt const *child)
{
    return subject->len == child->issuer_raw.len &&
           is_same_name(subject->p, child->issuer_raw.p, subject->len);
}
