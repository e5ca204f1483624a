/* SPDX-License-Identifier: MIT */
/* Which names a chain stands for: those that its authorities allow, and the host's among them. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificates.h"
#include "tls_fixture.h"
#include "tls_trial.h"

/* Name constraints. */
static struct tls_trial const trials[] = {
    {"accepts a permitted domain, whatever the case of its letters", "under_permitted",
     "permitted_middle", NULL, PGTASK_OK, OTHERS_AGREE},
    {"accepts a permitted domain that begins with a dot", "under_dotted", "dotted_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"refuses a certificate with another name outside the permitted domain", "beside_permitted",
     "permitted_middle", NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"lets a domain not bind an address", "address_permitted", "permitted_middle", NULL, PGTASK_OK,
     OTHERS_AGREE},
    {"refuses an authority for another domain", "under_elsewhere", "elsewhere_middle", NULL,
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"refuses an authority for another domain that says so critically", "under_critical_elsewhere",
     "critical_elsewhere_middle", NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"refuses an authority below one for another domain", "far_under_elsewhere",
     "below_elsewhere_middles", NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"accepts an authority with a permitted name below the one that permits it",
     "under_permitted_site", "permitted_site_middles", NULL, PGTASK_OK, OTHERS_AGREE},
    {"refuses an authority with a name that the one above does not permit", "under_foreign_site",
     "foreign_site_middles", NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"lets a domain of mail not bind a host", "under_mail_domain", "mail_domain_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"refuses a mail address among the names outside the permitted domain", "mail_address",
     "mail_domain_middle", NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"refuses a mail address in the subject outside the permitted domain", "mail_subject",
     "mail_domain_middle", NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"refuses a mail address in the subject of an authority below", "far_under_mail_domain",
     "mail_below_middles", NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"accepts a permitted common name where it counts", "cn_permitted", "permitted_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"refuses a common name of another domain", "cn_elsewhere", "elsewhere_middle", NULL,
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"accepts two permitted common names", "two_cn_permitted", "permitted_middle", NULL, PGTASK_OK,
     OTHERS_AGREE},
    {"refuses a second common name of another domain", "two_cn_elsewhere", "permitted_middle", NULL,
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"refuses an excluded host", "under_excluded", "excluded_middle", NULL,
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"refuses an excluded host behind a wildcard", "wildcard_excluded", "excluded_middle", NULL,
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_ACCEPT},
    {"accepts an authority that excludes another domain", "under_other_excluded",
     "other_excluded_middle", NULL, PGTASK_OK, OTHERS_AGREE},
    {"accepts an authority that excludes addresses", "under_no_address", "no_address_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"takes an address in a URI not for an address", "uri_address", "no_address_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"refuses a subtree of an unknown kind", "under_odd_subtree", "odd_subtree_middle", NULL,
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"refuses a certificate with an excluded address", "address_excluded", "no_address_middle",
     NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
#if PGTASK_TLS_RECORD == 16384
    {"accepts the last of 128 permitted domains", "under_many_domains", "many_domains_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"refuses an authority with 129 domains", "under_too_many_domains", "too_many_domains_middle",
     NULL, PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_ACCEPT},
    {"accepts 64 names below 128 domains", "names_by_domains", "many_domains_middle", NULL,
     PGTASK_OK, OTHERS_AGREE},
    {"refuses 65 names below 128 domains", "too_many_names_by_domains", "many_domains_middle", NULL,
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_ACCEPT},
#endif
    {"refuses an authority for a directory", "under_directory", "directory_middle", NULL,
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
    {"refuses a root for another domain", "under_constrained_root", NULL, "constrained_root",
     PGTASK_ERROR_TLS_CONSTRAINT, OTHERS_AGREE},
};

/* Hosts, most of them others than HOST. */
static struct tls_host_trial const hosts[] = {
    {"redis.tencentcloudapi.com",
     {"accepts a host below a wildcard", "wildcard", NULL, NULL, PGTASK_OK, OTHERS_AGREE}},
    {"a.b.tencentcloudapi.com",
     {"refuses two labels below a wildcard", "wildcard", NULL, NULL, PGTASK_ERROR_TLS_HOST_NAME,
      OTHERS_AGREE}},
    {"tencentcloudapi.com",
     {"refuses the domain of a wildcard", "wildcard", NULL, NULL, PGTASK_ERROR_TLS_HOST_NAME,
      OTHERS_AGREE}},
    {"a.test",
     {"refuses a wildcard above one label", "short_wildcard", NULL, NULL,
      PGTASK_ERROR_TLS_HOST_NAME, OTHERS_AGREE}},
    {"a.test.",
     {"refuses it for a host with a dot at its end too", "short_wildcard", NULL, NULL,
      PGTASK_ERROR_TLS_HOST_NAME, OTHERS_AGREE}},
    {"a.test",
     {"refuses a wildcard with a dot at its end", "dotted_wildcard", NULL, NULL,
      PGTASK_ERROR_TLS_HOST_NAME, OTHERS_AGREE}},
    {"a.test.",
     {"refuses both with a dot at the end", "dotted_wildcard", NULL, NULL,
      PGTASK_ERROR_TLS_HOST_NAME, OTHERS_AGREE}},
    {HOST ".",
     {"accepts a host with a dot at its end", "server", NULL, NULL, PGTASK_OK, OTHERS_AGREE}},
    {"redis.tencentcloudapi.com.",
     {"accepts a host with a dot at its end below a wildcard", "wildcard", NULL, NULL, PGTASK_OK,
      OTHERS_AGREE}},
    {"localhost",
     {"accepts a common name where there is no other name", "common_name", NULL, NULL, PGTASK_OK,
      OTHERS_AGREE}},
    {"127.0.0.1",
     {"accepts an address that the certificate names", "server", NULL, NULL, PGTASK_OK,
      OTHERS_AGREE}},
    {"127.0.0.2",
     {"refuses an address that it does not name", "server", NULL, NULL, PGTASK_ERROR_TLS_HOST_NAME,
      OTHERS_AGREE}},
    {"127.0.0.1",
     {"refuses an address as a DNS name", "dns_address", NULL, NULL, PGTASK_ERROR_TLS_HOST_NAME,
      OTHERS_AGREE}},
    {"127.0.0.1",
     {"refuses an address in a URI", "uri_name", NULL, NULL, PGTASK_ERROR_TLS_HOST_NAME,
      OTHERS_AGREE}},
    {"www.example.com",
     {"refuses another host below an authority", "chained", "middle", NULL,
      PGTASK_ERROR_TLS_HOST_NAME, OTHERS_AGREE}},
    {HOST,
     {"refuses a host in a URI, whatever the common name is", "uri_name", NULL, NULL,
      PGTASK_ERROR_TLS_HOST_NAME, OTHERS_ACCEPT}},
};

int main(void)
{
    enum { TRIALS = sizeof trials / sizeof trials[0], HOSTS = sizeof hosts / sizeof hosts[0] };
    struct CMUnitTest tests[TRIALS + HOSTS];

    fixture.certificates = test_certificates();
    tls_trial_tests(trials, TRIALS, tests);
    tls_host_trial_tests(hosts, HOSTS, tests + TRIALS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
