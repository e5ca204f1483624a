/* SPDX-License-Identifier: MIT */
/*
 * The trusted roots, as mbedTLS wants them.
 *
 * A list is parsed once, when the connection opens. A store is searched when the peer's chain has
 * come: the subject of each root is found in its DER, and only a root with the
 * right name is parsed. So a bundle of 140 roots takes the memory of one.
 *
 * A root that mbedTLS cannot read, such as one with a key on an unknown curve, is left out and
 * counted. It is an error where no other one can end the peer's chain.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/platform.h>

typedef int parse_der(mbedtls_x509_crt *, unsigned char const *, size_t);

static void free_chain(mbedtls_x509_crt *chain)
{
    mbedtls_x509_crt_free(chain);
    mbedtls_free(chain);
}

bool pgtaski_tls_is_better(mbedtls_x509_crt const *one, mbedtls_x509_crt const *other,
                           int64_t unix_s)
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
    while (*chain != NULL && !pgtaski_tls_is_better(root, *chain, unix_s)) {
        chain = &(*chain)->next;
    }
    root->next = *chain;
    *chain = root;
}

/* @return PGTASK_OK; PGTASK_ERROR_TLS_MEMORY; PGTASK_ERROR_TLS_ROOTS: the root is left out */
static enum pgtask_error add_root(struct pgtask_tls *tls, mbedtls_x509_crt **chain,
                                  struct pgtask_root const *root, parse_der *parse)
{
    mbedtls_x509_crt *const parsed = mbedtls_calloc(1, sizeof *parsed);
    int code;

    if (parsed == NULL) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    mbedtls_x509_crt_init(parsed);
    code = parse(parsed, root->der, root->length);
    if (code == 0) {
        link_root(chain, parsed, tls->contexts->unix_s);
        return PGTASK_OK;
    }
    free_chain(parsed);
    if (pgtaski_tls_is_memory(code) || pgtaski_tls_has_little_memory()) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    tls->roots_left_out++;
    tls->root_detail = code;
    return PGTASK_ERROR_TLS_ROOTS;
}

static bool is_issuer(struct pgtask_root const *root, mbedtls_x509_crt const *child)
{
    mbedtls_x509_buf subject;

    return pgtaski_tls_find_subject(root->der, root->length, &subject) &&
           pgtaski_tls_is_issuer(&subject, child);
}

static enum pgtask_error search_store(struct pgtask_tls *tls, mbedtls_x509_crt const *child)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    struct pgtask_roots const *const roots = contexts->roots;
    enum pgtask_error found = PGTASK_ERROR_TLS_UNKNOWN_CA;
    struct pgtask_root root;
    bool restart = true;
    enum pgtask_error error;

    while ((error = roots->next(roots->context, restart, &root)) == PGTASK_OK) {
        restart = false;
        if (!is_issuer(&root, child)) {
            continue;
        }
        found = add_root(tls, &contexts->found, &root, mbedtls_x509_crt_parse_der);
        if (found == PGTASK_ERROR_TLS_MEMORY) {
            return found;
        }
    }
    if (error != PGTASK_DONE) {
        return PGTASK_ERROR_TLS_ROOTS;
    }
    return contexts->found != NULL ? PGTASK_OK : found;
}

static enum pgtask_error search_list(struct pgtask_tls_contexts const *contexts,
                                     mbedtls_x509_crt const *child)
{
    for (mbedtls_x509_crt const *root = contexts->list; root != NULL; root = root->next) {
        if (pgtaski_tls_is_issuer(&root->subject_raw, child)) {
            return PGTASK_OK;
        }
    }
    for (size_t i = 0; i < contexts->roots->count; i++) {
        if (is_issuer(&contexts->roots->list[i], child)) {
            return PGTASK_ERROR_TLS_ROOTS; /* it was left out */
        }
    }
    return PGTASK_ERROR_TLS_UNKNOWN_CA;
}

enum pgtask_error pgtaski_tls_find_roots(struct pgtask_tls *tls, mbedtls_x509_crt const *child)
{
    return tls->contexts->roots->next != NULL ? search_store(tls, child)
                                              : search_list(tls->contexts, child);
}

enum pgtask_error pgtaski_tls_use_roots(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    struct pgtask_roots const *const roots = contexts->roots;

    if (roots->next != NULL) {
        return PGTASK_OK;
    }
    for (size_t i = 0; i < roots->count; i++) {
        if (add_root(tls, &contexts->list, &roots->list[i], mbedtls_x509_crt_parse_der_nocopy) ==
            PGTASK_ERROR_TLS_MEMORY) {
            return PGTASK_ERROR_TLS_MEMORY;
        }
    }
    if (contexts->list == NULL) {
        tls->detail = tls->root_detail;
        return PGTASK_ERROR_TLS_ROOTS;
    }
    return PGTASK_OK;
}
