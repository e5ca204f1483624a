/* SPDX-License-Identifier: MIT */
/*
 * The trusted roots, as mbedTLS wants them.
 *
 * They are searched when the peer's chain has come: the subject of each root is found in its DER,
 * and only a root with the right name is parsed. So a list in flash, or a bundle of 140 roots,
 * takes the memory of one, and only while a chain is verified.
 *
 * A root that mbedTLS cannot read, such as one with a key on an unknown curve, is left out and
 * counted. It is an error where no other one can end the peer's chain.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/platform.h>

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

/*
 * Adds a root to those that were found. Roots of a list stay where they are.
 * @return PGTASK_OK; PGTASK_ERROR_TLS_MEMORY; PGTASK_ERROR_TLS_ROOTS: the root is left out
 */
static enum pgtask_error add_root(struct pgtask_tls *tls, struct pgtask_root const *root)
{
    bool const is_listed = tls->contexts->roots->next == NULL;
    mbedtls_x509_crt *const parsed = mbedtls_calloc(1, sizeof *parsed);
    int code;

    if (parsed == NULL) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    mbedtls_x509_crt_init(parsed);
    code = is_listed ? mbedtls_x509_crt_parse_der_nocopy(parsed, root->der, root->length)
                     : mbedtls_x509_crt_parse_der(parsed, root->der, root->length);
    if (code == 0) {
        link_root(&tls->contexts->found, parsed, tls->contexts->unix_s);
        return PGTASK_OK;
    }
    free_chain(parsed);
    if (pgtaski_tls_is_memory(code) || pgtaski_tls_has_little_memory()) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    tls->root_detail = code;
    return PGTASK_ERROR_TLS_ROOTS;
}

static bool is_issuer(struct pgtask_root const *root, mbedtls_x509_crt const *child)
{
    mbedtls_x509_buf subject;

    return pgtaski_tls_find_subject(root->der, root->length, &subject) &&
           pgtaski_tls_is_issuer(&subject, child);
}

/* Walks a list as a store is walked. */
static enum pgtask_error next_root(struct pgtask_roots const *roots, size_t index,
                                   struct pgtask_root *root)
{
    if (roots->next != NULL) {
        return roots->next(roots->context, index == 0, root);
    }
    if (index == roots->count) {
        return PGTASK_DONE;
    }
    *root = roots->list[index];
    return PGTASK_OK;
}

enum pgtask_error pgtaski_tls_find_roots(struct pgtask_tls *tls, mbedtls_x509_crt const *child)
{
    struct pgtask_roots const *const roots = tls->contexts->roots;
    enum pgtask_error found = PGTASK_ERROR_TLS_UNKNOWN_CA;
    struct pgtask_root root;
    enum pgtask_error error;

    for (size_t i = 0; (error = next_root(roots, i, &root)) == PGTASK_OK; i++) {
        if (!is_issuer(&root, child)) {
            continue;
        }
        found = add_root(tls, &root);
        if (found == PGTASK_ERROR_TLS_MEMORY) {
            return found;
        }
        if (found == PGTASK_ERROR_TLS_ROOTS && roots->next != NULL) {
            tls->roots_left_out++;
        }
    }
    if (error != PGTASK_DONE) {
        return PGTASK_ERROR_TLS_ROOTS;
    }
    return tls->contexts->found != NULL ? PGTASK_OK : found;
}

enum pgtask_error pgtaski_tls_check_roots(struct pgtask_tls *tls)
{
    struct pgtask_roots const *const roots = tls->contexts->roots;

    for (size_t i = 0; i < roots->count && roots->next == NULL; i++) {
        enum pgtask_error const error = add_root(tls, &roots->list[i]);

        pgtaski_tls_drop_found_roots(tls->contexts);
        if (error == PGTASK_ERROR_TLS_MEMORY) {
            return error;
        }
        if (error == PGTASK_ERROR_TLS_ROOTS) {
            tls->roots_left_out++;
        }
    }
    if (roots->next == NULL && tls->roots_left_out == roots->count) {
        tls->detail = tls->root_detail;
        return PGTASK_ERROR_TLS_ROOTS;
    }
    return PGTASK_OK;
}
