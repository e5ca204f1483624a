/* SPDX-License-Identifier: MIT */
/* Each trial is judged three times: by the client, by openssl verify, and by curl. */
#include "tls_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "tls_fixture.h"

static char const *root_of(struct tls_trial const *trial)
{
    return trial->root == NULL ? "ca" : trial->root;
}

enum pgtask_error tls_trial_expected(struct tls_trial const *trial)
{
#if !PGTASK_MBEDTLS_IS_OWN
    static char const *const critical[] = {"permitted_middle",
                                           "critical_elsewhere_middle",
                                           "permitted_site_middles",
                                           "foreign_site_middles",
                                           "mail_domain_middle",
                                           "mail_below_middles",
                                           "excluded_middle",
                                           "other_excluded_middle",
                                           "no_address_middle",
                                           "odd_subtree_middle",
                                           "many_domains_middle",
                                           "too_many_domains_middle",
                                           "directory_middle",
                                           "mapping_middle",
                                           "crl_middle",
                                           "policy_middle",
                                           "strict_policy_middle",
                                           "no_policy_middle",
                                           "bad_crl_middle",
                                           "bad_constraint_middle",
                                           "bad_mapping_middle",
                                           "bad_rule_middle",
                                           "bad_any_middle"};
    char const *const authorities = trial->authorities != NULL ? trial->authorities : "";

    for (size_t i = 0; i < sizeof critical / sizeof critical[0]; i++) {
        if (strcmp(authorities, critical[i]) == 0) {
            return PGTASK_ERROR_TLS_EXTENSION;
        }
    }
    if (strcmp(authorities, "compressed") == 0) {
        return PGTASK_OK;
    }
#endif
    return trial->expected;
}

void tls_trial_trust(struct tls_trial const *trial)
{
    trust(root_of(trial));
}

void tls_trial_serve(struct tls_trial const *trial, char const *version)
{
    char options[256];

    (void)snprintf(options, sizeof options, "%s -cipher ALL:@SECLEVEL=0 -www%s%s%s", version,
                   trial->authorities == NULL ? "" : " -cert_chain ",
                   trial->authorities == NULL ? "" : trial->authorities,
                   trial->authorities == NULL ? "" : ".pem");
    openssl_server_start(&fixture.server, fixture.certificates, trial->certificate, options);
}

enum pgtask_error tls_trial_shake_hands(char const *host, struct pgtask_roots const *roots)
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
    static struct pgtask_root list[FIXTURE_ROOTS];
    size_t const count = copy_roots(list, FIXTURE_ROOTS);

    assert_true(count < FIXTURE_ROOTS); /* the list has all of them */
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
static bool openssl_accepts(struct tls_trial const *trial, char const *host)
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
static bool curl_accepts(struct tls_trial const *trial, char const *host)
{
    char command[1500];

    (void)snprintf(command, sizeof command,
                   "curl --silent --output /dev/null --noproxy '*' --max-time 30 "
                   "--cacert %s/%s.pem --connect-to ::127.0.0.1:%u https://%s/",
                   fixture.certificates, root_of(trial), (unsigned)fixture.server.port_number,
                   host);
    return succeeds(command);
}

static void try_host(struct tls_trial const *trial, char const *host)
{
    static char const *const versions[] = {
        "-tls1_2",
#if PGTASK_TLS_HAS_TLS13
        "-tls1_3",
#endif
    };
    bool const openssl = trial->others == OTHERS_AGREE ? trial->expected == PGTASK_OK
                                                       : trial->others == OTHERS_ACCEPT;
    bool const curl = openssl || trial->others == CURL_ACCEPTS;
    struct pgtask_roots list;

    tls_trial_trust(trial);
    list = as_list();
    assert_int_equal(openssl_accepts(trial, host), openssl);
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        tls_trial_serve(trial, versions[i]);
        assert_int_equal(tls_trial_shake_hands(host, &fixture.roots), tls_trial_expected(trial));
        assert_int_equal(tls_trial_shake_hands(host, &list), tls_trial_expected(trial));
        assert_int_equal(curl_accepts(trial, host), curl);
        openssl_server_kill(&fixture.server);
    }
}

static void ends_as_promised(void **state)
{
    try_host(*state, HOST);
}

static void ends_as_promised_for_a_host(void **state)
{
    struct tls_host_trial const *const row = *state;

    try_host(&row->trial, row->host);
}

static struct CMUnitTest make_test(char const *name, CMUnitTestFunction test, void const *trial)
{
    return (struct CMUnitTest){.name = name,
                               .test_func = test,
                               .setup_func = tls_set_up,
                               .teardown_func = tls_tear_down,
                               .initial_state = (void *)trial};
}

void tls_trial_tests(struct tls_trial const *trials, size_t count, struct CMUnitTest *tests)
{
    for (size_t i = 0; i < count; i++) {
        tests[i] = make_test(trials[i].promise, ends_as_promised, &trials[i]);
    }
}

void tls_host_trial_tests(struct tls_host_trial const *trials, size_t count,
                          struct CMUnitTest *tests)
{
    for (size_t i = 0; i < count; i++) {
        tests[i] = make_test(trials[i].trial.promise, ends_as_promised_for_a_host, &trials[i]);
    }
}
