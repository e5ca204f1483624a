/* SPDX-License-Identifier: MIT */
/*
 * Chooses the path by which the peer's chain is verified, and has mbedTLS verify it.
 *
 * A peer sends its own certificate and any others, in any order. mbedTLS takes the first that bears
 * the right name, and verifies its signature before it knows whether the path ends in a trusted
 * root. So this file comes before mbedTLS (see port/mbedtls/pgtask_chain.h). It asks once which of
 * the certificates have the name of a trusted root as their issuer. Then it looks from the peer's
 * certificate on for the issuer by name, up to one of those:
 *
 *     server -> intermediate -> (a root has its issuer's name)     the path is found
 *     server -> intermediate -> (nobody has)                       drop it, try another copy
 *
 * Of several issuers with the name, the one whose key the child names is tried (RFC 5280, 4.2.1.1
 * and 4.2.1.2), and one with another key never. A forged copy may bear the same key identifier, but
 * whoever can add it to the chain can also break the connection.
 *
 * Each certificate is tried once, and those that are not on the path are freed. Nothing is computed
 * with a key before the path is found. mbedTLS then verifies one link of the path at a time, from
 * the root down: the parent of each link is trusted, because the link above was good. So each
 * signature is checked once, and the first bad one ends the handshake. mbedTLS checks all of a link
 * but the length of the path below an authority, which is in tls_verify.c.
 */
#include "tls_private.h"

#include <string.h>

#include "pgtask_chain.h"
#include "tls_mbedtls_private.h"

/* The certificates of the peer by number: its own is 0. A set of them has a bit for each. */
struct sent {
    mbedtls_x509_crt *certificate[PGTASK_TLS_CERTIFICATES];
    unsigned count;
    bool has_more;       /* the peer has sent more than have a number */
    uint32_t below_root; /* those whose issuer has the name of a trusted root */
    uint32_t tried;      /* those that are on the path, or were */
    uint8_t path[PGTASK_TLS_INTERMEDIATES + 1];
    unsigned length; /* intermediates on the path */
};

static bool contains(uint32_t set, unsigned number)
{
    return (set >> number & 1) != 0;
}

/* Why a certificate cannot be on the path, or PGTASK_OK. */
static enum pgtask_error find_fault(mbedtls_x509_crt const *certificate)
{
    if (!pgtaski_mbedtls_has_known_signature(certificate)) {
        return PGTASK_ERROR_TLS_WEAK;
    }
    if (pgtaski_mbedtls_check_key(certificate) != 0) {
        return PGTASK_ERROR_TLS_KEY;
    }
    return pgtaski_tls_has_good_extensions(certificate) ? pgtaski_tls_find_usage_fault(certificate)
                                                        : PGTASK_ERROR_TLS_VERIFY;
}

/* The same for an intermediate. */
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
    return PGTASK_OK;
}

/* Numbers the certificates, and frees those beyond the last number. */
static void number_certificates(struct sent *sent, mbedtls_x509_crt *peer)
{
    mbedtls_x509_crt *at = peer;

    memset(sent, 0, sizeof *sent);
    while (at != NULL && sent->count < PGTASK_TLS_CERTIFICATES) {
        sent->certificate[sent->count++] = at;
        at = at->next;
    }
    sent->has_more = at != NULL;
    pgtaski_tls_free_certificates(at);
    sent->certificate[sent->count - 1]->next = NULL;
}

/* How the key of a certificate fits the key that its child names (RFC 5280, 4.2.1.1). */
enum key_fit { KEY_IS_OTHER, KEY_IS_UNKNOWN, KEY_IS_NAMED };

static enum key_fit find_key_fit(mbedtls_x509_crt const *at, mbedtls_x509_crt const *child)
{
    mbedtls_x509_buf const *const own = &at->subject_key_id;
    mbedtls_x509_buf const *const named = &child->authority_key_id.keyIdentifier;

    if (own->len == 0 || named->len == 0) {
        return KEY_IS_UNKNOWN;
    }
    return own->len == named->len && memcmp(own->p, named->p, own->len) == 0 ? KEY_IS_NAMED
                                                                             : KEY_IS_OTHER;
}

/* Whether one of two issuers of the right name is to be tried before the other. */
static bool is_better_issuer(mbedtls_x509_crt const *one, mbedtls_x509_crt const *other,
                             mbedtls_x509_crt const *child, int64_t unix_s)
{
    enum key_fit const fit = find_key_fit(one, child);
    enum key_fit const other_fit = find_key_fit(other, child);

    return fit == other_fit ? pgtaski_tls_is_better(one, other, unix_s) : fit > other_fit;
}

/*
 * Adds the best issuer of the path's last certificate to the path. Returns false if there is none;
 * then `*fault` says why, if a certificate has the right name.
 */
static bool add_issuer(struct sent *sent, int64_t unix_s, enum pgtask_error *fault)
{
    mbedtls_x509_crt const *const child = sent->certificate[sent->path[sent->length]];
    unsigned best = 0;

    for (unsigned i = 1; i < sent->count; i++) {
        mbedtls_x509_crt const *const at = sent->certificate[i];
        enum pgtask_error error;

        if (contains(sent->tried, i) || !pgtaski_tls_is_issuer(&at->subject_raw, child) ||
            find_key_fit(at, child) == KEY_IS_OTHER) {
            continue;
        }
        error = find_authority_fault(at);
        if (error != PGTASK_OK) {
            *fault = error;
        } else if (best == 0 || is_better_issuer(at, sent->certificate[best], child, unix_s)) {
            best = i;
        }
    }
    if (best == 0) {
        return false;
    }
    if (sent->length == PGTASK_TLS_INTERMEDIATES) {
        *fault = PGTASK_ERROR_TLS_LENGTH;
        return false;
    }
    sent->tried |= UINT32_C(1) << best;
    sent->path[++sent->length] = (uint8_t)best;
    return true;
}

/* Leaves the path in mbedTLS's list, in its order, and frees the rest. */
static void keep_path(struct sent *sent)
{
    uint32_t kept = 0;

    for (unsigned i = 0; i <= sent->length; i++) {
        kept |= UINT32_C(1) << sent->path[i];
    }
    for (unsigned i = 0; i < sent->count; i++) {
        sent->certificate[i]->next = NULL;
        if (!contains(kept, i)) {
            pgtaski_tls_free_certificates(sent->certificate[i]);
        }
    }
    for (unsigned i = 0; i < sent->length; i++) {
        sent->certificate[sent->path[i]]->next = sent->certificate[sent->path[i + 1]];
    }
}

/* Leaves the path alone in mbedTLS's list, and finds its roots. noinline: otherwise gcc keeps the
 * room of `sent` on the stack while the path is verified. */
__attribute__((noinline)) static enum pgtask_error choose_path(struct pgtask_tls *tls,
                                                               mbedtls_x509_crt *peer)
{
    struct sent sent;
    enum pgtask_error fault = find_fault(peer);

    if (fault != PGTASK_OK) {
        return fault;
    }
    if (!pgtaski_mbedtls_is_type_for_server(peer)) {
        return PGTASK_ERROR_TLS_USAGE;
    }
    number_certificates(&sent, peer);
    fault = pgtaski_tls_mark_issued(tls, peer, &sent.below_root);
    if (sent.has_more && fault == PGTASK_ERROR_TLS_UNKNOWN_CA) {
        fault = PGTASK_ERROR_TLS_LENGTH;
    }
    if (sent.below_root == 0) {
        return fault;
    }
    while (!contains(sent.below_root, sent.path[sent.length])) {
        if (!add_issuer(&sent, tls->contexts->unix_s, &fault) && sent.length-- == 0) {
            return fault;
        }
    }
    keep_path(&sent);
    return pgtaski_tls_find_roots(tls, sent.certificate[sent.path[sent.length]]);
}

/*
 * Verifies the link between a certificate of the path and the one above it, or the roots. The list
 * is cut around it, so that mbedTLS tries no other parent.
 */
static int verify_link(struct pgtask_tls *tls, mbedtls_x509_crt *child,
                       mbedtls_x509_crt_profile const *profile, char const *name, uint32_t *flags,
                       mbedtls_x509_crt_restart_ctx *restart)
{
    mbedtls_x509_crt *const above = child->next;
    mbedtls_x509_crt *const rest = above != NULL ? above->next : NULL;
    int code;

    child->next = NULL;
    if (above != NULL) {
        above->next = NULL;
    }
    code = pgtaski_mbedtls_verify_chain(child, above != NULL ? above : tls->contexts->found, NULL,
                                        profile, name, flags, pgtaski_tls_verify, tls, restart);
    child->next = above;
    if (above != NULL) {
        above->next = rest;
    }
    return code;
}

/* Verifies the path from its root down, link by link, up to the first that is not trusted. */
static int verify_path(struct pgtask_tls *tls, mbedtls_x509_crt *peer,
                       mbedtls_x509_crt_profile const *profile, char const *name, uint32_t *flags,
                       mbedtls_x509_crt_restart_ctx *restart)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;

    while (contexts->proven != peer && (contexts->flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) == 0) {
        mbedtls_x509_crt *child = peer;
        int code;

        while (child->next != contexts->proven) {
            child = child->next;
        }
        code = verify_link(tls, child, profile, child == peer ? name : NULL, flags, restart);
        if (code != 0 && code != MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
            return code;
        }
        contexts->flags |= *flags;
        contexts->proven = child;
    }
    *flags = contexts->flags;
    return *flags == 0 ? 0 : MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
}

/* Also makes the linker take this file, which otherwise only mbedTLS calls. */
void pgtaski_tls_verify_by_path(struct pgtask_tls *tls)
{
    mbedtls_ssl_conf_verify(&tls->contexts->config, pgtaski_tls_verify, tls);
}

/* mbedTLS's header, which declares it under another name, names the parameters in its own way. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int pgtaski_tls_verify_chain(mbedtls_x509_crt *chain, mbedtls_x509_crt *roots,
                             mbedtls_x509_crl *crl, mbedtls_x509_crt_profile const *profile,
                             char const *name, uint32_t *flags,
                             int (*verify)(void *, mbedtls_x509_crt *, int, uint32_t *),
                             void *context, mbedtls_x509_crt_restart_ctx *restart)
{
    struct pgtask_tls *const tls = context;
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    int code;

    (void)roots, (void)crl, (void)verify;
    if (!contexts->verified) {
        contexts->verified = true;
        contexts->peer = chain;
        pgtaski_tls_refuse_session(tls);
        if (PGTASK_MBEDTLS_IS_OWN) {
            pgtaski_tls_keep_name_of_host(chain, name);
        }
        contexts->cause = choose_path(tls, chain);
    }
    if (contexts->cause != PGTASK_OK) {
        *flags = MBEDTLS_X509_BADCERT_NOT_TRUSTED;
        return contexts->cause == PGTASK_ERROR_TLS_ROOTS && tls->root_detail != 0
                   ? tls->root_detail
                   : MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
    }
    code = verify_path(tls, chain, profile, name, flags, restart);
    if (code != MBEDTLS_ERR_ECP_IN_PROGRESS) {
        pgtaski_tls_drop_found_roots(contexts);
    }
    return code;
}
