/* SPDX-License-Identifier: MIT */
/*
 * Chooses the path by which mbedTLS verifies the peer's chain.
 *
 * A peer sends its own certificate and any others, in any order. mbedTLS takes the first that bears
 * the right name, and verifies its signature before it knows whether the path ends in a trusted
 * root. So this file comes before mbedTLS (see port/mbedtls/pgtask_chain.h). From the peer's
 * certificate on it looks for the issuer by name, up to a trusted root:
 *
 *     server -> intermediate -> (a root has its issuer's name)     the path is found
 *     server -> intermediate -> (nobody has)                       drop it, try another copy
 *
 * Each certificate is tried once, and those that are not on the path are freed. Nothing is computed
 * with a key before the path is found. The signatures of a long path are checked from the root down
 * first. mbedTLS then verifies the whole path as it verifies any chain: a mistake in this file can
 * refuse a good chain, but cannot accept a bad one.
 */
#include "tls_private.h"

#include <mbedtls/oid.h>
#include <mbedtls/platform.h>
#include <string.h>

#include "pgtask_chain.h"
#include "tls_mbedtls_private.h"

/* Searching a store of roots takes long, so a peer cannot ask for more searches than these. */
#define MOST_SEARCHES (MBEDTLS_X509_MAX_INTERMEDIATE_CA + 2)

static void free_certificates(mbedtls_x509_crt *first)
{
    if (first != NULL) {
        mbedtls_x509_crt_free(first);
        mbedtls_free(first);
    }
}

static void free_next(mbedtls_x509_crt *certificate)
{
    mbedtls_x509_crt *const next = certificate->next;

    certificate->next = next->next;
    next->next = NULL;
    free_certificates(next);
}

/* Why a certificate cannot be on the path, or PGTASK_OK. */
static enum pgtask_error find_fault(mbedtls_x509_crt const *certificate)
{
    if (!pgtaski_mbedtls_has_known_signature(certificate)) {
        return PGTASK_ERROR_TLS_WEAK;
    }
    return pgtaski_mbedtls_has_large_exponent(certificate) ? PGTASK_ERROR_TLS_KEY : PGTASK_OK;
}

/* Likewise for an intermediate. */
static enum pgtask_error find_authority_fault(mbedtls_x509_crt const *authority)
{
    enum pgtask_error const error = find_fault(authority);

    if (error != PGTASK_OK) {
        return error;
    }
    if (mbedtls_x509_crt_get_ca_istrue(authority) != 1 ||
        mbedtls_x509_crt_check_key_usage(authority, MBEDTLS_X509_KU_KEY_CERT_SIGN) != 0) {
        return PGTASK_ERROR_TLS_USAGE;
    }
    return pgtaski_tls_find_usage_fault(authority);
}

/*
 * Moves the child's best issuer, of those that the peer has sent, to the place after the child.
 * Returns false if there is none; then `*fault` says why, if a certificate has the right name.
 */
static bool bring_issuer(struct pgtask_tls_contexts const *contexts, mbedtls_x509_crt *child,
                         enum pgtask_error *fault)
{
    mbedtls_x509_crt *before = NULL;

    for (mbedtls_x509_crt *at = child; at->next != NULL; at = at->next) {
        if (pgtaski_tls_is_issuer(&at->next->subject_raw, child)) {
            enum pgtask_error const error = find_authority_fault(at->next);

            if (error != PGTASK_OK) {
                *fault = error;
            } else if (before == NULL ||
                       pgtaski_tls_is_better(at->next, before->next, contexts->unix_s)) {
                before = at;
            }
        }
    }
    if (before == NULL) {
        return false;
    }
    if (before != child) {
        mbedtls_x509_crt *const issuer = before->next;

        before->next = issuer->next;
        issuer->next = child->next;
        child->next = issuer;
    }
    return true;
}

/*
 * Leaves the path in the list and frees the rest. The list begins with the path as far as it is
 * known: the peer's certificate and `length` intermediates.
 */
static enum pgtask_error choose_path(struct pgtask_tls *tls, mbedtls_x509_crt *peer)
{
    enum pgtask_error fault = PGTASK_ERROR_TLS_UNKNOWN_CA;
    enum pgtask_error error = find_fault(peer);
    unsigned length = 0;
    int searches = 0;
    bool is_searched = false; /* no root has the name of the last one's issuer */

    if (error != PGTASK_OK) {
        return error;
    }
    while (searches < MOST_SEARCHES) {
        mbedtls_x509_crt *before = NULL;
        mbedtls_x509_crt *last = peer;

        for (unsigned i = 0; i < length; i++) {
            before = last;
            last = last->next;
        }
        if (!is_searched) {
            error = pgtaski_tls_find_roots(tls, last);
            if (error == PGTASK_ERROR_TLS_ROOTS) {
                fault = error;
            } else if (error != PGTASK_ERROR_TLS_UNKNOWN_CA) {
                free_certificates(last->next);
                last->next = NULL;
                return error;
            }
            searches++;
        }
        if (length < MBEDTLS_X509_MAX_INTERMEDIATE_CA &&
            bring_issuer(tls->contexts, last, &fault)) {
            length++;
            is_searched = false;
        } else if (before == NULL) {
            break;
        } else {
            free_next(before);
            length--;
            is_searched = true;
        }
    }
    return fault;
}

/* Extensions that mbedTLS does not know, and that may be critical here. Policies bind nobody, as
 * long as no policy is required. */
static bool is_known_extension(mbedtls_x509_buf const *oid)
{
    return MBEDTLS_OID_CMP(MBEDTLS_OID_NAME_CONSTRAINTS, oid) == 0 ||
           MBEDTLS_OID_CMP(MBEDTLS_OID_CERTIFICATE_POLICIES, oid) == 0;
}

static int take_extension(void *context, mbedtls_x509_crt const *certificate,
                          mbedtls_x509_buf const *oid, int is_critical, unsigned char const *value,
                          unsigned char const *end)
{
    (void)context, (void)certificate, (void)is_critical, (void)value, (void)end;
    return is_known_extension(oid) ? 0 : MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE;
}

/* See port/mbedtls/pgtask_chain.h. */
int mbedtls_x509_get_sig_alg(mbedtls_x509_buf const *oid, mbedtls_x509_buf const *parameters,
                             mbedtls_md_type_t *hash, mbedtls_pk_type_t *key, void **options);

int pgtaski_tls_get_signature_algorithm(mbedtls_x509_buf const *oid,
                                        mbedtls_x509_buf const *parameters, mbedtls_md_type_t *hash,
                                        mbedtls_pk_type_t *key, void **options)
{
    int const code = mbedtls_x509_get_sig_alg(oid, parameters, hash, key, options);

    return code == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND ? 0 : code;
}

/* mbedTLS's names for these are changed: see port/mbedtls/pgtask_chain.h. */
int mbedtls_x509_crt_parse_der(mbedtls_x509_crt *chain, unsigned char const *der, size_t length)
{
    return mbedtls_x509_crt_parse_der_with_ext_cb(chain, der, length, 1, take_extension, NULL);
}

int mbedtls_x509_crt_parse_der_nocopy(mbedtls_x509_crt *chain, unsigned char const *der,
                                      size_t length)
{
    return mbedtls_x509_crt_parse_der_with_ext_cb(chain, der, length, 0, take_extension, NULL);
}

void pgtaski_tls_drop_found_roots(struct pgtask_tls_contexts *contexts)
{
    free_certificates(contexts->found);
    contexts->found = NULL;
}

/*
 * Checks the signatures of a path with two or more intermediates from its root down to the lowest
 * intermediate. A peer without a trusted key can make all signatures of a path but one, and mbedTLS
 * checks them from the peer's certificate upwards. Here the first bad one ends the handshake.
 */
static int check_downwards(struct pgtask_tls_contexts *contexts, mbedtls_x509_crt *peer,
                           mbedtls_x509_crt_profile const *profile, uint32_t *flags,
                           mbedtls_x509_crt_restart_ctx *restart)
{
    if (peer->next == NULL || peer->next->next == NULL) {
        return 0;
    }
    while (contexts->proven != peer->next) {
        mbedtls_x509_crt *const above = contexts->proven;
        mbedtls_x509_crt *child = peer->next;
        int code;

        while (child->next != above) {
            child = child->next;
        }
        child->next = NULL; /* mbedTLS would check the signatures above it once more */
        code = pgtaski_mbedtls_verify_chain(child, above != NULL ? above : contexts->found, NULL,
                                            profile, NULL, flags, NULL, NULL, restart);
        child->next = above;
        /* mbedTLS tells the other faults when it verifies the whole path. */
        if (code != 0 && (code != MBEDTLS_ERR_X509_CERT_VERIFY_FAILED ||
                          (*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0)) {
            pgtaski_tls_explain_distrust(contexts, child, *flags);
            return code;
        }
        contexts->proven = child;
    }
    return 0;
}

/* Called again while mbedTLS has more to compute. `context` is a struct pgtask_tls. */
int mbedtls_x509_crt_verify_restartable(mbedtls_x509_crt *chain, mbedtls_x509_crt *roots,
                                        mbedtls_x509_crl *crl,
                                        mbedtls_x509_crt_profile const *profile, char const *name,
                                        uint32_t *flags,
                                        int (*verify)(void *, mbedtls_x509_crt *, int, uint32_t *),
                                        void *context, mbedtls_x509_crt_restart_ctx *restart)
{
    struct pgtask_tls *const tls = context;
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    int code;

    (void)roots;
    if (!contexts->verified) {
        contexts->verified = true;
        contexts->peer = chain;
        pgtaski_tls_refuse_session(tls);
        pgtaski_tls_keep_name_of_host(chain, name);
        contexts->cause = choose_path(tls, chain);
    }
    if (contexts->cause != PGTASK_OK) {
        *flags = MBEDTLS_X509_BADCERT_NOT_TRUSTED;
        return contexts->cause == PGTASK_ERROR_TLS_ROOTS && tls->root_detail != 0
                   ? tls->root_detail
                   : MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
    }
    code = check_downwards(contexts, chain, profile, flags, restart);
    if (code == 0) {
        code = pgtaski_mbedtls_verify_chain(chain, contexts->found, crl, profile, name, flags,
                                            verify, context, restart);
    }
    if (code != MBEDTLS_ERR_ECP_IN_PROGRESS) {
        pgtaski_tls_drop_found_roots(contexts);
    }
    return code;
}
