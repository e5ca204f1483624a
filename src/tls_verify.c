/* SPDX-License-Identifier: MIT */
/*
 * The checks of the peer's chain that mbedTLS leaves out.
 *
 * mbedTLS builds the chain, checks its signatures, and then calls pgtaski_tls_verify() for each
 * certificate, from the root down to the server's own. What is added here: the validity by the
 * client's own clock, and the difference between a CA that nobody knows, a CA that may not sign,
 * and an arena in which no signature could be checked. To mbedTLS these three are one.
 */
#include "tls_private.h"

#include "calendar.h"

#include <string.h>

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

/* The first certificate from `certificate` on that bears the name of the child's issuer, or NULL.
 */
static mbedtls_x509_crt const *find_issuer(mbedtls_x509_crt const *certificate,
                                           mbedtls_x509_crt const *child)
{
    while (certificate != NULL &&
           (certificate->subject_raw.len != child->issuer_raw.len ||
            memcmp(certificate->subject_raw.p, child->issuer_raw.p, child->issuer_raw.len) != 0)) {
        certificate = certificate->next;
    }
    return certificate;
}

/* mbedTLS passes over an issuer that may not sign, and then only says that no issuer was found. */
static bool has_issuer_that_may_not_sign(mbedtls_x509_crt const *child)
{
    mbedtls_x509_crt const *issuer = find_issuer(child->next, child);

    while (issuer != NULL) {
        if (mbedtls_x509_crt_get_ca_istrue(issuer) != 1 ||
            mbedtls_x509_crt_check_key_usage(issuer, MBEDTLS_X509_KU_KEY_CERT_SIGN) != 0) {
            return true;
        }
        issuer = find_issuer(issuer->next, child);
    }
    return false;
}

/*
 * mbedTLS calls a signature wrong when it lacked the memory to check it. Where no issuer bears the
 * right name there was no signature to check, and memory is not the reason.
 */
static bool was_memory_short(struct pgtask_tls_contexts const *contexts,
                             mbedtls_x509_crt const *child)
{
    bool const issuer_is_known = contexts->root_found ||
                                 find_issuer(contexts->list, child) != NULL ||
                                 find_issuer(child->next, child) != NULL;

    return issuer_is_known &&
           pgtaski_tls_has_little_memory_for(pgtaski_mbedtls_is_signed_by_rsa(child));
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

int pgtaski_tls_verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    struct pgtask_tls *const tls = context;
    struct pgtaski_validity const validity = pgtaski_tls_validity(certificate);
    int const compared = pgtaski_tls_compare(validity, tls->contexts->unix_s);

    (void)depth;
    if (!tls->contexts->verified) {
        tls->contexts->verified = true;
        pgtaski_tls_refuse_session(tls);
    }
    if (compared != 0) {
        *flags |= compared < 0 ? MBEDTLS_X509_BADCERT_FUTURE : MBEDTLS_X509_BADCERT_EXPIRED;
    }
    narrow_validity(tls, validity);
    if ((*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0) {
        if (has_issuer_that_may_not_sign(certificate)) {
            *flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
        } else if (was_memory_short(tls->contexts, certificate)) {
            tls->contexts->cause = PGTASK_ERROR_TLS_MEMORY;
        }
    }
    return 0;
}
