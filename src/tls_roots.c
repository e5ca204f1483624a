/* SPDX-License-Identifier: MIT */
/*
 * The trusted roots, as mbedTLS wants them.
 *
 * A list is parsed once, when the connection opens. A store is searched for each certificate whose
 * issuer mbedTLS asks for: the subject of each root is found in its DER, and only a root with the
 * right name is parsed. So a bundle of 140 roots takes the memory of one.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/platform.h>

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
#define VERSION  (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 0)

typedef int parse_der(mbedtls_x509_crt *, unsigned char const *, size_t);

static void free_chain(mbedtls_x509_crt *chain)
{
    mbedtls_x509_crt_free(chain);
    mbedtls_free(chain);
}

/* A root that is valid now is better than one that is not; of two alike, the one that ends later.
 */
static bool is_better(mbedtls_x509_crt const *one, mbedtls_x509_crt const *other, int64_t unix_s)
{
    struct pgtaski_validity const validity = pgtaski_tls_validity(one);
    struct pgtaski_validity const other_validity = pgtaski_tls_validity(other);
    bool const valid = pgtaski_tls_compare(validity, unix_s) == 0;

    return valid == (pgtaski_tls_compare(other_validity, unix_s) == 0)
               ? validity.not_after > other_validity.not_after
               : valid;
}

/*
 * mbedTLS takes the first root that fits, so the best one comes first: a root and its renewed copy
 * bear the same name and key.
 */
static void link_root(mbedtls_x509_crt **chain, mbedtls_x509_crt *root, int64_t unix_s)
{
    while (*chain != NULL && !is_better(root, *chain, unix_s)) {
        chain = &(*chain)->next;
    }
    root->next = *chain;
    *chain = root;
}

static enum pgtask_error add_root(mbedtls_x509_crt **chain, struct pgtask_root const *root,
                                  parse_der *parse, int64_t unix_s)
{
    mbedtls_x509_crt *const parsed = mbedtls_calloc(1, sizeof *parsed);
    int code;

    if (parsed == NULL) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    mbedtls_x509_crt_init(parsed);
    code = parse(parsed, root->der, root->length);
    if (code != 0) {
        free_chain(parsed);
        return pgtaski_tls_is_memory(code) || pgtaski_tls_has_little_memory()
                   ? PGTASK_ERROR_TLS_MEMORY
                   : PGTASK_ERROR_TLS_ROOTS;
    }
    link_root(chain, parsed, unix_s);
    return PGTASK_OK;
}

/* Finds the subject's DER without parsing the rest, so that a store is searched without memory. */
static bool find_subject(struct pgtask_root const *root, uint8_t const **subject, size_t *length)
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
    unsigned char *at = (unsigned char *)root->der; /* mbedTLS asks for this type, and only reads */
    unsigned char const *const end = root->der + root->length;
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
    *subject = at;
    if (mbedtls_asn1_get_tag(&at, end, &content, SEQUENCE) != 0) {
        return false;
    }
    *length = (size_t)(at - *subject) + content;
    return true;
}

static bool is_issuer(struct pgtask_root const *root, mbedtls_x509_crt const *child)
{
    uint8_t const *subject;
    size_t length;

    return find_subject(root, &subject, &length) && length == child->issuer_raw.len &&
           memcmp(subject, child->issuer_raw.p, length) == 0;
}

static enum pgtask_error search_store(struct pgtask_tls_contexts const *contexts,
                                      mbedtls_x509_crt const *child, mbedtls_x509_crt **found)
{
    struct pgtask_roots const *const roots = contexts->roots;
    struct pgtask_root root;
    bool restart = true;
    enum pgtask_error error;

    while ((error = roots->next(roots->context, restart, &root)) == PGTASK_OK) {
        restart = false;
        if (!is_issuer(&root, child)) {
            continue;
        }
        /* A bundle may hold a root that mbedTLS cannot read: another one may fit. */
        if (add_root(found, &root, mbedtls_x509_crt_parse_der, contexts->unix_s) ==
            PGTASK_ERROR_TLS_MEMORY) {
            return PGTASK_ERROR_TLS_MEMORY;
        }
    }
    return error == PGTASK_DONE ? PGTASK_OK : PGTASK_ERROR_TLS_ROOTS;
}

/* For mbedtls_ssl_conf_ca_cb(): mbedTLS frees the candidates. */
static int roots_for(void *context, mbedtls_x509_crt const *child, mbedtls_x509_crt **candidates)
{
    struct pgtask_tls_contexts *const contexts = context;
    mbedtls_x509_crt *found = NULL;
    enum pgtask_error const error = search_store(contexts, child, &found);

    if (error != PGTASK_OK) {
        contexts->cause = error;
        if (found != NULL) {
            free_chain(found);
        }
        return MBEDTLS_ERR_X509_FATAL_ERROR;
    }
    contexts->root_found = contexts->root_found || found != NULL;
    *candidates = found;
    return 0;
}

enum pgtask_error pgtaski_tls_use_roots(struct pgtask_tls_contexts *contexts)
{
    struct pgtask_roots const *const roots = contexts->roots;

    if (roots->next != NULL) {
        mbedtls_ssl_conf_ca_cb(&contexts->config, roots_for, contexts);
        return PGTASK_OK;
    }
    for (size_t i = 0; i < roots->count; i++) {
        enum pgtask_error const error = add_root(
            &contexts->list, &roots->list[i], mbedtls_x509_crt_parse_der_nocopy, contexts->unix_s);

        if (error != PGTASK_OK) {
            return error;
        }
    }
    mbedtls_ssl_conf_ca_chain(&contexts->config, contexts->list, NULL);
    return PGTASK_OK;
}
