/* SPDX-License-Identifier: MIT */
/*
 * Names of certificates: found in their DER, and compared as mbedTLS compares them: the case of
 * letters does not matter, nor which of two types of strings holds them.
 *
 * The service's certificate has a hundred alternative names or more. mbedTLS would make a list of
 * them, of 48 bytes for each. So it only checks them (see port/mbedtls/pgtask_chain.h), and this
 * file reads them where they are.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>

#include "pgtask_chain.h"

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
#define VERSION  (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 0)

/* The tags of two kinds of alternative names. */
#define DNS_NAME   (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_DNS_NAME)
#define IP_ADDRESS (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_IP_ADDRESS)

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

/* A wildcard stands for the first label, and two labels at least must follow it. */
static bool fits(mbedtls_x509_buf const *name, char const *host)
{
    uint8_t const *text = name->p;
    size_t length = name->len;

    if (length > 1 && text[0] == '*' && text[1] == '.') {
        host = strchr(host, '.');
        if (host == NULL || strchr(host + 1, '.') == NULL) {
            return false;
        }
        text++;
        length--;
    }
    return length == strlen(host) && pgtaski_tls_is_same_text(text, (uint8_t const *)host, length);
}

struct pgtaski_tls_names pgtaski_tls_names_of(mbedtls_x509_crt const *certificate)
{
    struct pgtaski_tls_names names = {NULL, NULL};
    mbedtls_x509_buf value;
    size_t length;

    if (pgtaski_tls_find_extension(certificate, MBEDTLS_OID_SUBJECT_ALT_NAME,
                                   MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME), &value)) {
        unsigned char *at = value.p;
        unsigned char const *const end = at + value.len;

        if (mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_OCTET_STRING) == 0 &&
            mbedtls_asn1_get_tag(&at, end, &length, SEQUENCE) == 0) {
            names = (struct pgtaski_tls_names){at, at + length};
        }
    }
    return names;
}

bool pgtaski_tls_next_name(struct pgtaski_tls_names *names, mbedtls_x509_buf *name)
{
    if (names->at == names->end) {
        return false;
    }
    name->tag = *names->at++;
    if (mbedtls_asn1_get_len(&names->at, names->end, &name->len) != 0) {
        return false;
    }
    name->p = names->at;
    names->at += name->len;
    return true;
}

#if PGTASK_MBEDTLS_IS_OWN
/* See port/mbedtls/pgtask_chain.h. */
int pgtaski_tls_check_alternative_names(unsigned char **at, unsigned char const *end,
                                        mbedtls_x509_sequence *names)
{
    size_t length;
    int code = mbedtls_asn1_get_tag(at, end, &length, SEQUENCE);

    (void)names;
    if (code == 0 && *at + length != end) {
        code = MBEDTLS_ERR_ASN1_LENGTH_MISMATCH;
    }
    if (code != 0) {
        return MBEDTLS_ERR_X509_INVALID_EXTENSIONS + code;
    }
    while (code == 0 && *at != end) {
        mbedtls_x509_sequence one = {.next = NULL};
        unsigned char *content = *at + 1;

        if (mbedtls_asn1_get_len(&content, end, &length) != 0) {
            return MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
        }
        code = mbedtls_x509_get_subject_alt_name_ext(at, content + length, &one);
    }
    return code;
}
#endif

/* Finds the first alternative name that names the host. */
static bool find_host(mbedtls_x509_crt const *certificate, char const *host, mbedtls_x509_buf *name)
{
    struct pgtaski_tls_names names = pgtaski_tls_names_of(certificate);
    uint8_t address[16];
    size_t const length = mbedtls_x509_crt_parse_cn_inet_pton(host, address);

    while (pgtaski_tls_next_name(&names, name)) {
        if (length != 0 ? name->tag == IP_ADDRESS && name->len == length &&
                              memcmp(name->p, address, length) == 0
                        : name->tag == DNS_NAME && fits(name, host)) {
            return true;
        }
    }
    return false;
}

void pgtaski_tls_keep_name_of_host(mbedtls_x509_crt *certificate, char const *host)
{
    mbedtls_x509_buf name;

    if (find_host(certificate, host, &name)) {
        certificate->subject_alt_names.buf = name;
    }
}

bool pgtaski_tls_is_for_host(mbedtls_x509_crt const *certificate, char const *host)
{
    uint8_t address[16];
    mbedtls_x509_buf name;

    if (find_host(certificate, host, &name)) {
        return true;
    }
    if (mbedtls_x509_crt_parse_cn_inet_pton(host, address) != 0 ||
        mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0) {
        return false;
    }
    for (mbedtls_x509_name const *at = &certificate->subject; at != NULL; at = at->next) {
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &at->oid) == 0 && fits(&at->val, host)) {
            return true;
        }
    }
    return false;
}

bool pgtaski_tls_find_subject(uint8_t const *der, size_t length, mbedtls_x509_buf *subject)
{
    static struct {
        uint8_t tag;
        bool enter;
    } const path[] = {
        {SEQUENCE, true},              /* Certificate */
        {SEQUENCE, true},              /* TBSCertificate */
        {VERSION, false},              /* absent in version 1 */
        {MBEDTLS_ASN1_INTEGER, false}, /* serialNumber */
        {SEQUENCE, false},             /* signature */
        {SEQUENCE, false},             /* issuer */
        {SEQUENCE, false}              /* validity */
    };
    unsigned char *at = (unsigned char *)der; /* mbedTLS asks for this type, and only reads */
    unsigned char const *const end = der + length;
    size_t content;

    for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
        int const code = mbedtls_asn1_get_tag(&at, end, &content, path[i].tag);

        if (code == MBEDTLS_ERR_ASN1_UNEXPECTED_TAG && path[i].tag == VERSION) {
            continue;
        }
        if (code != 0) {
            return false;
        }
        if (!path[i].enter) {
            at += content;
        }
    }
    subject->p = at;
    if (mbedtls_asn1_get_tag(&at, end, &content, SEQUENCE) != 0) {
        return false;
    }
    subject->len = (size_t)(at - subject->p) + content;
    return true;
}
