/* SPDX-License-Identifier: MIT */
/*
 * Which chains the client accepts, beside what openssl and curl say of the same chain. Where they
 * differ, the trial says so.
 */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>
#include <mbedtls/build_info.h>
#include <mbedtls/pk.h>

#include "certificates.h"
#include "tls_fixture.h"

/* What the others do with the chain. */
enum others {
    OTHERS_AGREE,
    OTHERS_ACCEPT, /* the client is stricter */
    OTHERS_REFUSE, /* the client finds a path that they miss, or it allows a use that they do not */
    CURL_ACCEPTS   /* curl ends a path at any trusted certificate, openssl at a self-signed one */
};

/* A chain of two certificates, the second of which is an authority, and how the handshake ends. */
struct trial {
    char const *promise;
    char const *certificate;
    char const *authorities; /* file of further certificates that the server sends; NULL: none */
    char const *root;        /* NULL: the good one */
    enum pgtask_error expected;
    enum others others;
};

static struct trial const trials[] = {
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

    /* Name constraints. */
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

/* The same for other hosts than HOST. */
static struct name_trial {
    char const *host;
    struct trial trial;
} const names[] = {
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

static char const *host = HOST;

static char const *root_of(struct trial const *trial)
{
    return trial->root == NULL ? "ca" : trial->root;
}

static void start_server(struct trial const *trial, char const *version)
{
    char options[256];

    (void)snprintf(options, sizeof options, "%s -cipher ALL:@SECLEVEL=0 -www%s%s%s", version,
                   trial->authorities == NULL ? "" : " -cert_chain ",
                   trial->authorities == NULL ? "" : trial->authorities,
                   trial->authorities == NULL ? "" : ".pem");
    openssl_server_start(&fixture.server, fixture.certificates, trial->certificate, options);
}

static enum pgtask_error shake_hands(struct pgtask_roots const *roots)
{
    struct pgtask_tls_options const options = {
        .host_name = host, .roots = roots, .unix_s = (int64_t)time(NULL)};
    enum pgtask_error error;

    tls_client_connect(&fixture.client, fixture.server.port_number);
    error = tls_client_open(&fixture.client, &options);
    if (error == PGTASK_OK) {
        error = tls_client_handshake(&fixture.client);
    }
    tls_client_close(&fixture.client);
    assert_int_equal(arena_used(), fixture.arena_before);
    return error;
}

/* The same roots once more, as a list. */
static struct pgtask_roots as_list(void)
{
    enum { MOST = 4 };
    static uint8_t der[MOST][PGTASK_PEM_ROOT_BYTES];
    static struct pgtask_root list[MOST];
    struct pgtask_root root;
    size_t count = 0;

    while (fixture.roots.next(fixture.roots.context, count == 0, &root) == PGTASK_OK) {
        assert_true(count < MOST);
        memcpy(der[count], root.der, root.length);
        list[count] = (struct pgtask_root){der[count], root.length};
        count++;
    }
    return (struct pgtask_roots){.list = list, .count = count};
}

/* Runs a command and returns whether it succeeded. */
static bool succeeds(char const *command)
{
    int const status = system(command);

    assert_true(status != -1 && WIFEXITED(status) && WEXITSTATUS(status) < 126);
    return WEXITSTATUS(status) == 0;
}

/* Programs that use openssl take the dot at the end of a host's name away, as curl does. They also
 * ask for keys and hashes of level 2, which openssl verify does not by itself. */
static bool openssl_accepts(struct trial const *trial)
{
    size_t const length = strlen(host);
    char command[1500];

    (void)snprintf(
        command, sizeof command,
        "cd %s && openssl verify -auth_level 2 -purpose sslserver %s %.*s -CAfile %s.pem %s%s%s "
        "%s.pem >/dev/null 2>&1",
        fixture.certificates,
        strspn(host, "0123456789.") == length ? "-verify_ip" : "-verify_hostname",
        (int)(host[length - 1] == '.' ? length - 1 : length), host, root_of(trial),
        trial->authorities == NULL ? "" : "-untrusted ",
        trial->authorities == NULL ? "" : trial->authorities,
        trial->authorities == NULL ? "" : ".pem", trial->certificate);
    return succeeds(command);
}

/* While the server runs. */
static bool curl_accepts(struct trial const *trial)
{
    char command[1500];

    (void)snprintf(command, sizeof command,
                   "curl --silent --output /dev/null --noproxy '*' --max-time 30 "
                   "--cacert %s/%s.pem --connect-to ::127.0.0.1:%u https://%s/",
                   fixture.certificates, root_of(trial), (unsigned)fixture.server.port_number,
                   host);
    return succeeds(command);
}

static void ends_as_promised(void **state)
{
    static char const *const versions[] = {
        "-tls1_2",
#if PGTASK_TLS13
        "-tls1_3",
#endif
    };
    struct trial const *const trial = *state;
    bool const openssl = trial->others == OTHERS_AGREE ? trial->expected == PGTASK_OK
                                                       : trial->others == OTHERS_ACCEPT;
    bool const curl = openssl || trial->others == CURL_ACCEPTS;
    struct pgtask_roots list;

    trust(root_of(trial));
    list = as_list();
    assert_int_equal(openssl_accepts(trial), openssl);
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        start_server(trial, versions[i]);
        assert_int_equal(shake_hands(&fixture.roots), trial->expected);
        assert_int_equal(shake_hands(&list), trial->expected);
        assert_int_equal(curl_accepts(trial), curl);
        openssl_server_kill(&fixture.server);
    }
}

static void ends_as_promised_for_a_host(void **state)
{
    struct name_trial const *const name = *state;

    host = name->host;
    *state = (void *)&name->trial;
    ends_as_promised(state);
}

static int restore_host(void **state)
{
    host = HOST;
    return tls_tear_down(state);
}

/* Signatures that were checked, each counted once however many calls that takes. The linker puts
 * these functions before mbedTLS's own: see tests/tests.mk. */
static uint32_t signatures;
static mbedtls_pk_context const *last_key;
static unsigned char const *last_signature;

int __real_mbedtls_pk_verify_ext(mbedtls_pk_type_t, void const *, mbedtls_pk_context *,
                                 mbedtls_md_type_t, unsigned char const *, size_t,
                                 unsigned char const *, size_t);
int __wrap_mbedtls_pk_verify_ext(mbedtls_pk_type_t, void const *, mbedtls_pk_context *,
                                 mbedtls_md_type_t, unsigned char const *, size_t,
                                 unsigned char const *, size_t);
int __real_mbedtls_pk_verify_restartable(mbedtls_pk_context *, mbedtls_md_type_t,
                                         unsigned char const *, size_t, unsigned char const *,
                                         size_t, mbedtls_pk_restart_ctx *);
int __wrap_mbedtls_pk_verify_restartable(mbedtls_pk_context *, mbedtls_md_type_t,
                                         unsigned char const *, size_t, unsigned char const *,
                                         size_t, mbedtls_pk_restart_ctx *);

int __wrap_mbedtls_pk_verify_ext(mbedtls_pk_type_t type, void const *options,
                                 mbedtls_pk_context *key, mbedtls_md_type_t digest,
                                 unsigned char const *hash, size_t hash_length,
                                 unsigned char const *signature, size_t signature_length)
{
    signatures++;
    return __real_mbedtls_pk_verify_ext(type, options, key, digest, hash, hash_length, signature,
                                        signature_length);
}

int __wrap_mbedtls_pk_verify_restartable(mbedtls_pk_context *key, mbedtls_md_type_t digest,
                                         unsigned char const *hash, size_t hash_length,
                                         unsigned char const *signature, size_t signature_length,
                                         mbedtls_pk_restart_ctx *restart)
{
    signatures += key != last_key || signature != last_signature;
    last_key = key;
    last_signature = signature;
    return __real_mbedtls_pk_verify_restartable(key, digest, hash, hash_length, signature,
                                                signature_length, restart);
}

/* How often a name is compared with a subtree. */
static uint32_t comparisons;
bool __real_pgtaski_tls_is_same_text(uint8_t const *, uint8_t const *, size_t);
bool __wrap_pgtaski_tls_is_same_text(uint8_t const *, uint8_t const *, size_t);

bool __wrap_pgtaski_tls_is_same_text(uint8_t const *one, uint8_t const *other, size_t length)
{
    comparisons++;
    return __real_pgtaski_tls_is_same_text(one, other, length);
}

static void constraints_are_evaluated_under_a_trusted_root_only(void **state)
{
    struct trial const trial = {.certificate = "under_permitted",
                                .authorities = "permitted_middle"};

    start_server(&trial, *state);
    trust("impostor_root");
    comparisons = 0;
    assert_int_equal(shake_hands(&fixture.roots), PGTASK_ERROR_TLS_UNKNOWN_CA);
    assert_int_equal(comparisons, 0);
    trust("ca");
    assert_int_equal(shake_hands(&fixture.roots), PGTASK_OK);
    assert_true(comparisons > 0); /* the count counts */
    openssl_server_kill(&fixture.server);
}

#if PGTASK_TLS_RECORD == 16384 /* the certificates need a large record */
static void names_by_domains_are_compared_up_to_a_bound(void **state)
{
    static struct {
        struct trial trial;
        uint32_t least;
        uint32_t most;
        enum pgtask_error expected;
    } const rows[] = {
        {{.certificate = "names_by_domains", .authorities = "many_domains_middle"},
         62,
         PGTASK_TLS_COMPARISONS + 1000, /* the host's name and issuers' are compared too */
         PGTASK_OK},
        {{.certificate = "too_many_names_by_domains", .authorities = "many_domains_middle"},
         0,
         1000,
         PGTASK_ERROR_TLS_CONSTRAINT},
    };

    trust("ca");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start_server(&rows[i].trial, *state);
        comparisons = 0;
        assert_int_equal(shake_hands(&fixture.roots), rows[i].expected);
        assert_in_range(comparisons, rows[i].least, rows[i].most);
        openssl_server_kill(&fixture.server);
    }
}
#endif

/* Whoever owns no key of a trusted authority cannot make the client compute with a key. */
static void no_key_is_used_without_a_path_to_a_root(void **state)
{
    static struct trial const untrusted[] = {
        {.certificate = "rsa_4096", .authorities = "server", .root = "rsa_root"},
        {.certificate = "under_rsa_4096_root", .authorities = "rsa_4096_root"},
        {.certificate = "long_chain", .authorities = "long_chain_middles"},
        {.certificate = "chained", .authorities = "crossed_middle"},
        {.certificate = "chained", .authorities = "mail_copy_middle"},
        {.certificate = "large_exponent"},
        {.certificate = "under_large_exponent", .authorities = "large_exponent_middle"},
    };

    for (size_t i = 0; i < sizeof untrusted / sizeof untrusted[0]; i++) {
        trust(root_of(&untrusted[i]));
        start_server(&untrusted[i], *state);
        signatures = 0;
        assert_true(shake_hands(&fixture.roots) < 0);
        assert_int_equal(signatures, 0);
        openssl_server_kill(&fixture.server);
    }
    trust("ca");
    start_server(&(struct trial){.certificate = "server"}, *state);
    assert_int_equal(shake_hands(&fixture.roots), PGTASK_OK);
    assert_true(signatures > 0); /* the count counts */
    openssl_server_kill(&fixture.server);
}

#if PGTASK_TLS_RECORD == 16384 /* the chains need a large record */
/* Whoever owns no trusted key can make all signatures of a path but one. All names fit here. */
static void long_path_costs_few_signatures(void **state)
{
    static struct {
        struct trial trial;
        uint32_t most;
    } const forged[] = {
        {{.certificate = "under_three", .authorities = "three_middle", .root = "impostor_root"}, 1},
        {{.certificate = "under_false_three", .authorities = "false_three_middle"}, 2},
    };

    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        trust(root_of(&forged[i].trial));
        start_server(&forged[i].trial, *state);
        signatures = 0;
        assert_int_equal(shake_hands(&fixture.roots), PGTASK_ERROR_TLS_UNKNOWN_CA);
        assert_in_range(signatures, 1, forged[i].most);
        openssl_server_kill(&fixture.server);
    }
}

/* Whoever owns the key of a trusted authority can make them all good: one for each certificate, and
 * one for the key exchange. */
static void longest_path_costs_one_signature_for_each_certificate(void **state)
{
    struct trial const trial = {.certificate = "under_three", .authorities = "three_middle"};

    trust("ca");
    start_server(&trial, *state);
    signatures = 0;
    assert_int_equal(shake_hands(&fixture.roots), PGTASK_OK);
    assert_int_equal(signatures, PGTASK_TLS_INTERMEDIATES + 1 + 1);
    openssl_server_kill(&fixture.server);
}

/* Each walk through a store takes long: one for any chain, and one more for a good name. */
static uint32_t walks;

static enum pgtask_error count_walk(void *context, bool restart, struct pgtask_root *root)
{
    walks += restart;
    return fixture.roots.next(context, restart, root);
}

static void chain_costs_at_most_two_walks_through_the_store(void **state)
{
    static struct {
        struct trial trial;
        uint32_t walks;
        enum pgtask_error expected;
    } const chains[] = {
        {{.certificate = "long_chain", .authorities = "long_chain_middles"},
         1,
         PGTASK_ERROR_TLS_UNKNOWN_CA},
        {{.certificate = "chained", .authorities = "crossed_middle"},
         1,
         PGTASK_ERROR_TLS_UNKNOWN_CA},
        {{.certificate = "under_false_three", .authorities = "false_three_middle"},
         2,
         PGTASK_ERROR_TLS_UNKNOWN_CA},
        {{.certificate = "under_three", .authorities = "three_middle"}, 2, PGTASK_OK},
    };

    trust("bundle");
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        struct pgtask_roots const roots = {.next = count_walk, .context = fixture.roots.context};

        start_server(&chains[i].trial, *state);
        walks = 0;
        assert_int_equal(shake_hands(&roots), chains[i].expected);
        assert_int_equal(walks, chains[i].walks);
        openssl_server_kill(&fixture.server);
    }
}
#endif

int main(void)
{
    struct CMUnitTest const others[] = {
        WITH_EACH_VERSION(constraints_are_evaluated_under_a_trusted_root_only, ""),
        WITH_EACH_VERSION(no_key_is_used_without_a_path_to_a_root, ""),
#if PGTASK_TLS_RECORD == 16384
        WITH_EACH_VERSION(names_by_domains_are_compared_up_to_a_bound, ""),
        WITH_EACH_VERSION(long_path_costs_few_signatures, ""),
        WITH_EACH_VERSION(longest_path_costs_one_signature_for_each_certificate, ""),
        WITH_EACH_VERSION(chain_costs_at_most_two_walks_through_the_store, ""),
#endif
    };
    enum {
        OTHERS = sizeof others / sizeof others[0],
        TRIALS = sizeof trials / sizeof trials[0],
        NAMES = sizeof names / sizeof names[0]
    };
    struct CMUnitTest tests[OTHERS + TRIALS + NAMES];

    fixture.certificates = test_certificates();
    for (size_t i = 0; i < OTHERS; i++) {
        tests[i] = others[i];
    }
    for (size_t i = 0; i < TRIALS; i++) {
        tests[OTHERS + i] = (struct CMUnitTest){.name = trials[i].promise,
                                                .test_func = ends_as_promised,
                                                .setup_func = tls_set_up,
                                                .teardown_func = tls_tear_down,
                                                .initial_state = (void *)&trials[i]};
    }
    for (size_t i = 0; i < NAMES; i++) {
        tests[OTHERS + TRIALS + i] = (struct CMUnitTest){.name = names[i].trial.promise,
                                                         .test_func = ends_as_promised_for_a_host,
                                                         .setup_func = tls_set_up,
                                                         .teardown_func = restore_host,
                                                         .initial_state = (void *)&names[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
