/* SPDX-License-Identifier: MIT */
/*
 * Which paths from a certificate to a root the client accepts: their links, keys and lengths, and
 * which of several paths it finds.
 */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include "pgtask_mbedtls.h"

#include "certificates.h"
#include "tls_fixture.h"
#include "tls_trial.h"

static struct tls_trial const trials[] = {
/* Each link of a path. */
#if PGTASK_TLS_RECORD == 16384
    {"refuses an upper authority that is no CA", "far_under_no_ca_flag", "no_ca_flag_middles", NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"refuses an upper authority that may not sign", "far_under_no_cert_sign",
     "no_cert_sign_middles", NULL, PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"refuses an upper authority that is signed with SHA-1", "far_under_sha1_middle",
     "sha1_middles", NULL, PGTASK_ERROR_TLS_WEAK, OTHERS_AGREE},
    {"refuses an upper authority that has expired", "far_under_expired_upper", "expired_uppers",
     NULL, PGTASK_ERROR_TLS_EXPIRED, OTHERS_AGREE},
    {"refuses an upper authority that is not valid yet", "far_under_early_upper", "early_uppers",
     NULL, PGTASK_ERROR_TLS_NOT_YET_VALID, OTHERS_AGREE},
    {"refuses a forged authority below a good one", "under_forged", "forged_middles", NULL,
     PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_AGREE},
#endif
    {"refuses a forged certificate below a good authority", "forged", "middle", NULL,
     PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_AGREE},
    {"refuses a client's certificate below a good authority", "client_below", "middle", NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"refuses an authority of version 1", "under_old_version", "old_version_middle", NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"accepts a root of version 1", "under_old_version_root", NULL, "old_version_root", PGTASK_OK,
     OTHERS_AGREE},
    {"refuses a root that has expired", "under_expired_root", NULL, "expired_root",
     PGTASK_ERROR_TLS_EXPIRED, OTHERS_AGREE},
#if defined(MBEDTLS_RSA_C)
    {"refuses an authority with an RSA key of 1,024 bits", "under_weak_middle", "weak_middle", NULL,
     PGTASK_ERROR_TLS_WEAK, OTHERS_AGREE},
    {"refuses a root with an RSA key of 1,024 bits", "under_weak_root", NULL, "weak_root",
     PGTASK_ERROR_TLS_WEAK, OTHERS_AGREE},
#endif

/* Lengths of paths. */
#if PGTASK_TLS_RECORD == 16384
    {"refuses two authorities below one that allows one", "under_two_below", "two_middles", NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"counts no authority's renewed key", "under_one_below_renewed", "one_renewed_middles", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"counts an authority below a renewed key", "far_under_open_renewed", "open_renewed_middles",
     NULL, PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
#endif
    {"accepts an authority below one that allows one", "under_one_below", "one_middles", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"accepts a certificate below a root that allows no authority", "under_short_path_root", NULL,
     "short_path_root", PGTASK_OK, OTHERS_AGREE},
    {"refuses an authority below a root that allows none", "far_under_short_path_root",
     "short_path_middle", "short_path_root", PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"misses a root's renewed key that has the root's name", "under_renewed_ca", "renewed_ca", NULL,
     PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_ACCEPT},
    {"refuses an authority below one that allows none", "far_under_middle", "below_middles", NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"accepts an authority's renewed key below one that allows none", "under_renewed_middle",
     "renewed_middles", NULL, PGTASK_OK, OTHERS_AGREE},

#if defined(MBEDTLS_RSA_C)
    /* RSA keys. */
    {"accepts an exponent of 32 bits", "largest_exponent", NULL, NULL, PGTASK_OK, OTHERS_AGREE},
    {"refuses an exponent of 33 bits", "large_exponent", NULL, NULL, PGTASK_ERROR_TLS_KEY,
     OTHERS_ACCEPT},
    {"refuses a modulus of over 4,096 bits", "large_modulus", NULL, NULL, PGTASK_ERROR_TLS_KEY,
     OTHERS_ACCEPT},
    {"refuses an authority with an exponent of 33 bits", "under_large_exponent",
     "large_exponent_middle", NULL, PGTASK_ERROR_TLS_KEY, OTHERS_ACCEPT},
    {"accepts an authority with an RSA key", "under_rsa_middle", "rsa_middle", NULL, PGTASK_OK,
     OTHERS_AGREE},
#endif
#if defined(MBEDTLS_X509_RSASSA_PSS_SUPPORT)
    {"refuses an exponent of 33 bits with RSA-PSS", "under_large_exponent_pss",
     "large_exponent_middle", NULL, PGTASK_ERROR_TLS_KEY, OTHERS_ACCEPT},
    {"accepts an authority that signs with RSA-PSS", "under_rsa_middle_pss", "rsa_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
#endif

    /* A key that takes long to read. */
    {"refuses a compressed key", "server", "compressed", NULL, PGTASK_ERROR_TLS_KEY, OTHERS_ACCEPT},

    /* Copies and order. */
    {"finds the good one of four copies of an authority", "chained", "copies", NULL, PGTASK_OK,
     OTHERS_REFUSE},
    {"finds the valid copy before an expired one", "chained", "copies_reversed", NULL, PGTASK_OK,
     OTHERS_AGREE},
    {"finds the authority's old key before its new one", "chained", "old_and_rolled", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"finds the authority's old key behind its new one", "chained", "rolled_and_old", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"finds the authority's new key before its old one", "under_rolled", "rolled_and_old", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"finds the authority's new key behind its old one", "under_rolled", "old_and_rolled", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"refuses an authority whose key the certificate contradicts", "other_key_id", "middle", NULL,
     PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_AGREE},
    {"names the expiry where the only copy has expired", "chained", "expired_middle", NULL,
     PGTASK_ERROR_TLS_EXPIRED, OTHERS_AGREE},
    {"names the use where the only copy is for mail", "chained", "mail_copy_middle", NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"names the unknown root of the only copy", "chained", "crossed_middle", NULL,
     PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_AGREE},
#if PGTASK_TLS_RECORD == 16384
    {"accepts a path of three authorities", "under_three", "three_middle", NULL, PGTASK_OK,
     OTHERS_AGREE},
    {"refuses a path of three under a root of the same name", "under_three", "three_middle",
     "impostor_root", PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_AGREE},
    {"names the length of a path of four authorities", "under_four", "four_middle", NULL,
     PGTASK_ERROR_TLS_LENGTH, OTHERS_ACCEPT},
    {"names the length where the authority is behind 15 strangers", "chained", "crowd", NULL,
     PGTASK_ERROR_TLS_LENGTH, OTHERS_ACCEPT},
#endif
    {"accepts an authority that is sent twice", "chained", "twice_middle", NULL, PGTASK_OK,
     OTHERS_AGREE},
    {"refuses two authorities that have certified each other", "under_circle", "circle", NULL,
     PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_AGREE},
    {"finds the way out of such a circle", "under_circle", "circle_with_exit", NULL, PGTASK_OK,
     OTHERS_REFUSE},
    {"finds an authority among strangers", "chained", "disorder", NULL, PGTASK_OK, OTHERS_AGREE},

#if defined(MBEDTLS_RSA_C)
    /* An old root that signs itself with SHA-1, and a new root that the old one has signed too. */
    {"accepts the new root alone", "under_new_root", "new_root_crossed", "new_root", PGTASK_OK,
     OTHERS_AGREE},
    {"accepts the old root alone", "under_new_root", "new_root_crossed", "old_root", PGTASK_OK,
     OTHERS_AGREE},
    {"accepts both of them", "under_new_root", "new_root_crossed", "both_roots", PGTASK_OK,
     OTHERS_AGREE},
    {"refuses the chain if neither of them is trusted", "under_new_root", "new_root_crossed", "ca",
     PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_AGREE},
    {"accepts the old root if the server sends it along", "under_new_root",
     "new_root_crossed_and_old", "old_root", PGTASK_OK, OTHERS_AGREE},
#endif

    /* Roots. */
    {"accepts a root that signs itself with SHA-1", "under_sha1_root", NULL, "sha1_root", PGTASK_OK,
     OTHERS_AGREE},
    {"leaves out a root on an unknown curve beside another one", "server", NULL,
     "curve_root_and_ca", PGTASK_OK, OTHERS_AGREE},
    {"leaves out a root on an unknown curve beside another one of the same name", "server", NULL,
     "curve_twin_and_ca", PGTASK_OK, OTHERS_AGREE},
    {"names a root on an unknown curve if the chain ends in it", "under_curve_root", NULL,
     "curve_root_and_ca", PGTASK_ERROR_TLS_ROOTS, OTHERS_ACCEPT},
    {"names a root on an unknown curve if there is no other one", "under_curve_root", NULL,
     "curve_root", PGTASK_ERROR_TLS_ROOTS, OTHERS_ACCEPT},
    {"finds a root whose name has other letters", "server", NULL, "upper_root", PGTASK_OK,
     OTHERS_AGREE},
    {"finds a root whose name is of another type", "server", NULL, "printable_root", PGTASK_OK,
     OTHERS_AGREE},
    {"finds such a root for an authority", "chained", "middle", "printable_root", PGTASK_OK,
     OTHERS_AGREE},
    {"accepts a self-signed certificate that is trusted itself", "self_signed", NULL, "self_signed",
     PGTASK_OK, OTHERS_AGREE},
    {"refuses a trusted certificate that another one has signed", "server", NULL, "server",
     PGTASK_ERROR_TLS_UNKNOWN_CA, CURL_ACCEPTS},
    {"accepts a trusted authority that another one has signed", "chained", "middle", "middle",
     PGTASK_OK, CURL_ACCEPTS},
    {"refuses a self-signed certificate of the same name as a trusted one", "self_signed_twin",
     NULL, "self_signed", PGTASK_ERROR_TLS_UNKNOWN_CA, OTHERS_AGREE},
};

int main(void)
{
    enum { TRIALS = sizeof trials / sizeof trials[0] };
    struct CMUnitTest tests[TRIALS];

    fixture.certificates = test_certificates();
    tls_trial_tests(trials, TRIALS, tests);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
