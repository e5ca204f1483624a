/* SPDX-License-Identifier: MIT */
/*
 * The trusted roots, as mbedTLS wants them.
 *
 * The roots are walked when the peer's chain has come. The subject of each is found in its DER, and
 * only a root with the right name is parsed: so a bundle of 140 roots takes the memory of one. One
 * walk tells which certificates of the peer may have been issued by a root, and another one keeps
 * the roots of the path that was chosen.
 *
 * A root that mbedTLS cannot read, such as one with a key on an unknown curve, is left out and
 * counted. It is an error where no other one can end the peer's chain.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/platform.h>

#include "tls_mbedtls_private.h"

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

/* A list is walked like a store. `i` is 0 for the first root. */
static enum pgtask_error get_next_root(struct pgtask_roots const *roots, size_t i,
                                       struct pgtask_root *root)
{
    if (roots->next != NULL) {
        return roots->next(roots->context, i == 0, root);
    }
    if (i == roots->count) {
        return PGTASK_DONE;
    }
    *root = roots->list[i];
    return PGTASK_OK;
}

/* Parses a root. The bytes of a list stay; those of a store are copied.
 * @return PGTASK_OK; PGTASK_ERROR_TLS_MEMORY; PGTASK_ERROR_TLS_ROOTS: it cannot be read */
static enum pgtask_error parse_root(struct pgtask_tls *tls, struct pgtask_root const *root,
                                    mbedtls_x509_crt **parsed)
{
    mbedtls_x509_crt *const made = mbedtls_calloc(1, sizeof *made);
    int code;

    if (made == NULL) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    mbedtls_x509_crt_init(made);
    code = tls->contexts->roots->next != NULL
               ? pgtaski_tls_parse_certificate(made, root->der, root->length)
               : pgtaski_tls_parse_certificate_nocopy(made, root->der, root->length);
    if (!PGTASK_MBEDTLS_IS_OWN && code == 0) {
        code = pgtaski_mbedtls_check_key(made);
    }
    if (code == 0 && !pgtaski_tls_has_good_extensions(made)) {
        code = MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
    }
    if (code == 0) {
        *parsed = made;
        return PGTASK_OK;
    }
    pgtaski_tls_free_certificates(made);
    if (pgtaski_tls_is_memory(code) || pgtaski_tls_has_little_memory()) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    tls->root_detail = code;
    return PGTASK_ERROR_TLS_ROOTS;
}

/* Tells whether a root can be read, and keeps nothing. */
static enum pgtask_error try_root(struct pgtask_tls *tls, struct pgtask_root const *root)
{
    mbedtls_x509_crt *parsed;
    enum pgtask_error const error = parse_root(tls, root, &parsed);

    if (error == PGTASK_OK) {
        pgtaski_tls_free_certificates(parsed);
    }
    return error;
}

/* The certificates of a list whose issuer bears the root's name: a bit for each. */
static uint32_t find_issued(struct pgtask_root const *root, mbedtls_x509_crt const *list)
{
    mbedtls_x509_buf subject;
    uint32_t issued = 0;

    if (!pgtaski_tls_find_subject(root->der, root->length, &subject)) {
        return 0;
    }
    for (uint32_t bit = 1; list != NULL; bit <<= 1, list = list->next) {
        issued |= pgtaski_tls_is_issuer(&subject, list) ? bit : 0;
    }
    return issued;
}

enum pgtask_error pgtaski_tls_mark_issued(struct pgtask_tls *tls, mbedtls_x509_crt const *list,
                                          uint32_t *issued)
{
    struct pgtask_roots const *const roots = tls->contexts->roots;
    enum pgtask_error fault = PGTASK_ERROR_TLS_UNKNOWN_CA;
    enum pgtask_error error;
    struct pgtask_root root;

    for (size_t i = 0; (error = get_next_root(roots, i, &root)) == PGTASK_OK; i++) {
        uint32_t const found = find_issued(&root, list);

        if (found == 0) {
            continue;
        }
        error = try_root(tls, &root);
        if (error == PGTASK_ERROR_TLS_MEMORY) {
            *issued = 0;
            return error;
        }
        if (error == PGTASK_OK) {
            *issued |= found;
        } else {
            fault = error;
            tls->roots_left_out += roots->next != NULL; /* those of a list are counted already */
        }
    }
    return error == PGTASK_DONE ? fault : PGTASK_ERROR_TLS_ROOTS;
}

enum pgtask_error pgtaski_tls_find_roots(struct pgtask_tls *tls, mbedtls_x509_crt const *last)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    enum pgtask_error error;
    struct pgtask_root root;

    for (size_t i = 0; (error = get_next_root(contexts->roots, i, &root)) == PGTASK_OK; i++) {
        mbedtls_x509_crt *parsed;

        if (find_issued(&root, last) == 0) {
            continue;
        }
        error = parse_root(tls, &root, &parsed);
        if (error == PGTASK_OK) {
            link_root(&contexts->found, parsed, contexts->unix_s);
        } else if (error == PGTASK_ERROR_TLS_MEMORY) {
            return error;
        }
    }
    return error == PGTASK_DONE && contexts->found != NULL ? PGTASK_OK : PGTASK_ERROR_TLS_ROOTS;
}

enum pgtask_error pgtaski_tls_check_list(struct pgtask_tls *tls)
{
    struct pgtask_roots const *const roots = tls->contexts->roots;

    for (size_t i = 0; i < roots->count && roots->next == NULL; i++) {
        enum pgtask_error const error = try_root(tls, &roots->list[i]);

        if (error == PGTASK_ERROR_TLS_MEMORY) {
            return error;
        }
        tls->roots_left_out += error != PGTASK_OK;
    }
    if (tls->roots_left_out > 0 && tls->roots_left_out == roots->count) {
        tls->detail = tls->root_detail;
        return PGTASK_ERROR_TLS_ROOTS;
    }
    return PGTASK_OK;
}

void pgtaski_tls_drop_found_roots(struct pgtask_tls_contexts *contexts)
{
    pgtaski_tls_free_certificates(contexts->found);
    contexts->found = NULL;
}
