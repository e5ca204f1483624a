/* SPDX-License-Identifier: MIT */
/*
 * What an authority may issue: the extended key usage and the name constraints of its certificate
 * (RFC 5280, 4.2.1.12 and 4.2.1.10).
 *
 * With name constraints, an authority's certificate holds two lists of subtrees. Each name of each
 * certificate below must lie in one of the permitted subtrees of its kind, if there are any, and in
 * no excluded one. The host's name must too, because a wildcard may cover a host that is excluded.
 * Subtrees of DNS names are evaluated. Subtrees of another kind are refused if a certificate below
 * has a name of that kind; every certificate has a directory name.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
#define CONTEXT  MBEDTLS_ASN1_CONTEXT_SPECIFIC

/* The tags of three kinds of names, and of the two lists. */
#define EMAIL_ADDRESS  (CONTEXT | MBEDTLS_X509_SAN_RFC822_NAME)
#define DNS_NAME       (CONTEXT | MBEDTLS_X509_SAN_DNS_NAME)
#define DIRECTORY_NAME (CONTEXT | MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_X509_SAN_DIRECTORY_NAME)
#define PERMITTED      (CONTEXT | MBEDTLS_ASN1_CONSTRUCTED | 0)
#define EXCLUDED       (CONTEXT | MBEDTLS_ASN1_CONSTRUCTED | 1)

/* The work grows with the subtrees times the names below, so no authority may make that long. */
#define MOST_SUBTREES 128

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

/* Whether `name` is `base` or has labels before it. A base may also begin with the dot. */
static bool is_below(unsigned char const *name, size_t length, struct der base)
{
    size_t const base_length = (size_t)(base.end - base.at);
    size_t const left = length - base_length;

    return base_length <= length && pgtaski_tls_is_same_text(name + left, base.at, base_length) &&
           (base_length == 0 || left == 0 || base.at[0] == '.' || name[left - 1] == '.');
}

/* Whether the subtrees of a list allow a DNS name. */
static bool allow_name(struct der list, bool is_permitted, unsigned char const *name, size_t length)
{
    bool has_dns = false;
    bool is_inside = false;
    struct der subtree;
    struct der base;

    while (read_element(&list, SEQUENCE, &subtree)) {
        if (read_element(&subtree, DNS_NAME, &base)) {
            has_dns = true;
            is_inside = is_inside || is_below(name, length, base);
        }
    }
    return is_permitted ? is_inside || !has_dns : !is_inside;
}

/* The tags of all kinds of names (RFC 5280, 4.2.1.6). */
static bool is_kind(int tag)
{
    static char const kinds[] = "\xa0\x81\x82\xa3\xa4\xa5\x86\x87\x88";

    return memchr(kinds, tag, sizeof kinds - 1) != NULL;
}

/* A subject may hold an e-mail address too. */
static bool has_name_of_kind(mbedtls_x509_crt const *certificate, int tag)
{
    struct pgtaski_tls_names names = pgtaski_tls_names_of(certificate);
    mbedtls_x509_buf name;

    while (pgtaski_tls_next_name(&names, &name)) {
        if (name.tag == tag) {
            return true;
        }
    }
    for (mbedtls_x509_name const *at = &certificate->subject; at != NULL; at = at->next) {
        if (tag == EMAIL_ADDRESS && MBEDTLS_OID_CMP(MBEDTLS_OID_PKCS9_EMAIL, &at->oid) == 0) {
            return true;
        }
    }
    return tag == DIRECTORY_NAME;
}

/* Whether a list is well-formed, and has no subtree of another kind that concerns the
 * certificate. */
static bool can_evaluate(struct der list, mbedtls_x509_crt const *certificate)
{
    while (list.at != list.end) {
        struct der subtree;
        struct der base;

        if (!read_element(&list, SEQUENCE, &subtree) || subtree.at == subtree.end) {
            return false;
        }
        if (*subtree.at != DNS_NAME) {
            if (!is_kind(*subtree.at) || has_name_of_kind(certificate, *subtree.at)) {
                return false;
            }
        } else if (!read_element(&subtree, DNS_NAME, &base) || subtree.at != subtree.end) {
            return false; /* it is malformed, or has a distance, which RFC 5280 forbids */
        }
    }
    return true;
}

/* Whether a list allows all DNS names of a certificate. */
static bool allow_certificate(struct der list, bool is_permitted,
                              mbedtls_x509_crt const *certificate)
{
    struct pgtaski_tls_names names = pgtaski_tls_names_of(certificate);
    mbedtls_x509_buf name;

    if (!can_evaluate(list, certificate)) {
        return false;
    }
    while (pgtaski_tls_next_name(&names, &name)) {
        if (name.tag == DNS_NAME && !allow_name(list, is_permitted, name.p, name.len)) {
            return false;
        }
    }
    return true;
}

/* Whether a list allows the common names of the peer that look like hosts, where they count as
 * such. */
static bool allow_common_names(struct der list, bool is_permitted, mbedtls_x509_crt const *peer)
{
    if (mbedtls_x509_crt_has_ext_type(peer, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0) {
        return true;
    }
    for (mbedtls_x509_name const *at = &peer->subject; at != NULL; at = at->next) {
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &at->oid) == 0 &&
            memchr(at->val.p, '.', at->val.len) != NULL &&
            !allow_name(list, is_permitted, at->val.p, at->val.len)) {
            return false;
        }
    }
    return true;
}

static size_t count_subtrees(struct der list)
{
    struct der subtree;
    size_t count = 0;

    while (read_element(&list, SEQUENCE, &subtree)) {
        count++;
    }
    return count;
}

/* Names of a certificate, with the parts of its subject, which may hold names too. */
static size_t count_names(mbedtls_x509_crt const *certificate)
{
    struct pgtaski_tls_names names = pgtaski_tls_names_of(certificate);
    mbedtls_x509_buf name;
    size_t count = 0;

    while (pgtaski_tls_next_name(&names, &name)) {
        count++;
    }
    for (mbedtls_x509_name const *at = &certificate->subject; at != NULL; at = at->next) {
        count++;
    }
    return count;
}

/* Whether a list of the authority, times all names that it binds, is little work. */
static bool is_short_work(struct der list, struct pgtask_tls_contexts const *contexts,
                          mbedtls_x509_crt const *authority)
{
    size_t const subtrees = count_subtrees(list);
    mbedtls_x509_crt const *at = contexts->peer;
    size_t names = 1; /* the host's */

    do {
        names += count_names(at);
        at = at->next;
    } while (at != NULL && at != authority);
    return subtrees <= MOST_SUBTREES && subtrees * names <= PGTASK_TLS_COMPARISONS;
}

/* Whether a list of the authority allows all certificates below it, and the host's name. */
static bool allow_all(struct der list, bool is_permitted,
                      struct pgtask_tls_contexts const *contexts, mbedtls_x509_crt const *authority)
{
    char const *const host_name = contexts->host_name;
    mbedtls_x509_crt const *at = contexts->peer;
    unsigned char address[16];

    if (!is_short_work(list, contexts, authority)) {
        return false;
    }
    do {
        if (!allow_certificate(list, is_permitted, at)) {
            return false;
        }
        at = at->next;
    } while (at != NULL && at != authority);
    return allow_common_names(list, is_permitted, contexts->peer) &&
           (mbedtls_x509_crt_parse_cn_inet_pton(host_name, address) != 0 ||
            allow_name(list, is_permitted, (unsigned char const *)host_name, strlen(host_name)));
}

static bool may_issue(struct pgtask_tls_contexts const *contexts, mbedtls_x509_crt const *authority)
{
    mbedtls_x509_buf found;
    struct der extension;
    struct der value;
    struct der lists;
    struct der list;

    if (!pgtaski_tls_find_extension(authority, MBEDTLS_OID_NAME_CONSTRAINTS,
                                    MBEDTLS_OID_SIZE(MBEDTLS_OID_NAME_CONSTRAINTS), &found)) {
        return true;
    }
    extension = (struct der){found.p, found.p + found.len};
    if (!read_element(&extension, MBEDTLS_ASN1_OCTET_STRING, &value) ||
        !read_element(&value, SEQUENCE, &lists)) {
        return false;
    }
    if (read_element(&lists, PERMITTED, &list) && !allow_all(list, true, contexts, authority)) {
        return false;
    }
    if (read_element(&lists, EXCLUDED, &list) && !allow_all(list, false, contexts, authority)) {
        return false;
    }
    return lists.at == lists.end;
}

enum pgtask_error pgtaski_tls_find_usage_fault(mbedtls_x509_crt const *certificate)
{
    if (mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_EXTENDED_KEY_USAGE) == 0) {
        return PGTASK_OK;
    }
    for (mbedtls_x509_sequence const *at = &certificate->ext_key_usage; at != NULL; at = at->next) {
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_SERVER_AUTH, &at->buf) == 0) {
            return PGTASK_OK;
        }
    }
    return PGTASK_ERROR_TLS_USAGE;
}

enum pgtask_error pgtaski_tls_find_constraint_fault(struct pgtask_tls_contexts const *contexts,
                                                    mbedtls_x509_crt const *authority)
{
    return may_issue(contexts, authority) ? PGTASK_OK : PGTASK_ERROR_TLS_CONSTRAINT;
}
