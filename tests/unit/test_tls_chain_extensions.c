/* SPDX-License-Identifier: MIT */
/* Which extensions of a chain's certificates the client accepts: uses, and all but constraints. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificates.h"
#include "tls_fixture.h"
#include "tls_trial.h"

static struct tls_trial const trials[] = {
    /* Usages of an authority. */
    {"refuses an authority for mail only", "under_mail", "mail_middle", NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"accepts an authority for servers", "under_web", "web_middle", NULL, PGTASK_OK, OTHERS_AGREE},
    {"refuses an authority for any use that does not name servers", "under_any_use",
     "any_use_middle", NULL, PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"refuses a certificate for any use that does not name servers", "any_use", NULL, NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"accepts a certificate for any use and for servers", "two_uses", NULL, NULL, PGTASK_OK,
     OTHERS_AGREE},
    {"refuses a certificate whose Netscape type is not for servers", "client_type", NULL, NULL,
     PGTASK_ERROR_TLS_USAGE, OTHERS_AGREE},
    {"accepts a certificate whose Netscape type is for servers", "server_type", NULL, NULL,
     PGTASK_OK, OTHERS_AGREE},

    /* Other critical extensions. */
    {"accepts a critical mapping of policies, for no policy is required", "under_mapping",
     "mapping_middle", NULL, PGTASK_OK, OTHERS_AGREE},
    {"accepts a critical place of a revocation list, for none is asked for", "under_crl",
     "crl_middle", NULL, PGTASK_OK, OTHERS_AGREE},
    {"accepts a critical policy, for no policy is required", "under_policy", "policy_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"accepts an authority that requires a policy, for none is asked for", "under_strict_policy",
     "strict_policy_middle", NULL, PGTASK_OK, OTHERS_AGREE},
    {"accepts an authority that allows no policy, for none is asked for", "under_no_policy",
     "no_policy_middle", NULL, PGTASK_OK, OTHERS_AGREE},
    {"names an authority with an unknown critical extension", "under_odd", "odd_middle", NULL,
     PGTASK_ERROR_TLS_EXTENSION, OTHERS_AGREE},
    {"names a certificate with an unknown critical extension", "odd", NULL, NULL,
     PGTASK_ERROR_TLS_EXTENSION, OTHERS_AGREE},

    /* Extensions that stand twice, are malformed, or are many. */
    {"refuses a second list of domains", "under_two_constraints", "two_constraints_middle", NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_AGREE},
    {"refuses an authority with an unknown extension twice", "under_twin", "twin_middle", NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_ACCEPT},
    {"refuses a certificate with an unknown extension twice", "twin", NULL, NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_ACCEPT},
    {"refuses a malformed place of a revocation list", "under_bad_crl", "bad_crl_middle", NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_AGREE},
    {"refuses it where it is not critical too", "under_bad_plain_crl", "bad_plain_crl_middle", NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_AGREE},
    {"refuses a malformed list of domains", "under_bad_constraint", "bad_constraint_middle", NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_AGREE},
    {"refuses a malformed mapping of policies", "under_bad_mapping", "bad_mapping_middle", NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_ACCEPT},
    {"refuses a malformed constraint of policies", "under_bad_rule", "bad_rule_middle", NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_ACCEPT},
    {"refuses a malformed bar to any policy", "under_bad_any", "bad_any_middle", NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_ACCEPT},
    {"accepts a certificate with 32 extensions", "many_extensions", NULL, NULL, PGTASK_OK,
     OTHERS_AGREE},
    {"refuses a certificate with over 32 extensions", "too_many_extensions", NULL, NULL,
     PGTASK_ERROR_TLS_VERIFY, OTHERS_ACCEPT},
};

int main(void)
{
    enum { TRIALS = sizeof trials / sizeof trials[0] };
    struct CMUnitTest tests[TRIALS];

    fixture.certificates = test_certificates();
    tls_trial_tests(trials, TRIALS, tests);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
