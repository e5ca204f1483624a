/* SPDX-License-Identifier: MIT */
/*
 * The checks of the peer's chain that mbedTLS leaves out.
 *
 * mbedTLS verifies the links of the path that tls_chain.c has chosen, from the root down, and calls
 * pgtaski_tls_verify() for both ends of each. What is added here, once for each certificate: the
 * validity by the client's own clock, a strict look at the host's name, the usages, names and paths
 * for which an authority may issue, and an arena in which no signature could be checked.
 */
#include "tls_private.h"

#include "calendar.h"

#include "tls_mbedtls_private.h"

/* mbedTLS has refused dates that do not exist when it parsed the certificate. */
static int64_t unix_time_of(mbedtls_x509_time const *time)
{
    int64_t unix_s = INT64_MIN;

    (void)pgtaski_calendar_to_unix(
        &(struct pgtaski_calendar){.part = {[PGTASKI_CALENDAR_YEAR] = (uint16_t)time->year,
                                            [PGTASKI_CALENDAR_MONTH] = (uint8_t)time->mon,
                                            [PGTASKI_CALENDAR_DAY] = (uint8_t)time->day,
                                            [PGTASKI_CALENDAR_HOUR] = (uint8_t)time->hour,
                                            [PGTASKI_CALENDAR_MINUTE] = (uint8_t)time->min,
                                            [PGTASKI_CALENDAR_SECOND] = (uint8_t)time->sec}},
        &unix_s);
    return unix_s;
}

struct pgtaski_validity pgtaski_tls_validity(mbedtls_x509_crt const *certificate)
{
    return (struct pgtaski_validity){unix_time_of(&certificate->valid_from),
                                     unix_time_of(&certificate->valid_to)};
}

int pgtaski_tls_compare(struct pgtaski_validity validity, int64_t unix_s)
{
    if (unix_s == PGTASK_TLS_TIME_UNKNOWN) {
        return 0;
    }
    if (unix_s < validity.not_before) {
        return -1;
    }
    return unix_s > validity.not_after ? 1 : 0;
}

/* The chain is valid while all its certificates are. */
static void narrow_validity(struct pgtask_tls *tls, struct pgtaski_validity validity)
{
    if (validity.not_before > tls->not_before_unix_s) {
        tls->not_before_unix_s = validity.not_before;
    }
    if (validity.not_after < tls->not_after_unix_s) {
        tls->not_after_unix_s = validity.not_after;
    }
}

/* mbedTLS also calls a certificate not trusted if it lacked the memory to check the signature. */
static void explain_distrust(struct pgtask_tls_contexts *contexts,
                             mbedtls_x509_crt const *certificate, uint32_t flags)
{
    if ((flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0 && contexts->cause == PGTASK_OK) {
        contexts->cause =
            pgtaski_tls_has_little_memory_for(pgtaski_mbedtls_is_signed_by_rsa(certificate))
                ? PGTASK_ERROR_TLS_MEMORY
                : PGTASK_ERROR_TLS_UNKNOWN_CA;
    }
}

/* Whether the authority allows the intermediates below it. Those that an authority has issued to
 * itself, to renew its key, do not count (RFC 5280, 4.2.1.9). */
static bool allow_path(mbedtls_x509_crt const *authority, mbedtls_x509_crt const *peer)
{
    int length = 0;

    for (mbedtls_x509_crt const *at = peer->next; at != NULL && at != authority; at = at->next) {
        length += !pgtaski_tls_is_issuer(&at->subject_raw, at);
    }
    return !pgtaski_mbedtls_is_path_too_long(authority, length);
}

/* What mbedTLS does not check of an authority with a good signature. */
static enum pgtask_error find_authority_fault(struct pgtask_tls_contexts const *contexts,
                                              mbedtls_x509_crt const *authority)
{
    enum pgtask_error const error = pgtaski_tls_find_usage_fault(authority);

    if (error != PGTASK_OK) {
        return error;
    }
    return allow_path(authority, contexts->peer)
               ? pgtaski_tls_find_constraint_fault(contexts, authority)
               : PGTASK_ERROR_TLS_USAGE;
}

int pgtaski_tls_verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    struct pgtask_tls *const tls = context;
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    struct pgtaski_validity const validity = pgtaski_tls_validity(certificate);
    int const compared = pgtaski_tls_compare(validity, contexts->unix_s);

    if (!PGTASK_MBEDTLS_IS_OWN) {
        /* A stock mbedTLS has judged by the system's clock, which is not the client's. */
        *flags &= ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
    }
    if (depth > 0 && contexts->proven != NULL) {
        return 0; /* it was checked in the link above */
    }
    if (compared > 0) {
        *flags |= MBEDTLS_X509_BADCERT_EXPIRED;
    } else if (compared < 0 && !contexts->may_be_slow) {
        *flags |= MBEDTLS_X509_BADCERT_FUTURE;
    }
    narrow_validity(tls, validity);
    explain_distrust(contexts, certificate, *flags);
    if (certificate != contexts->peer) {
        if (contexts->cause == PGTASK_OK) {
            contexts->cause = find_authority_fault(contexts, certificate);
        }
    } else if (!pgtaski_tls_is_for_host(certificate, contexts->host_name)) {
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    }
    if (contexts->cause != PGTASK_OK) {
        *flags |= MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    }
    return 0;
}
