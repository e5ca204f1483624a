/* SPDX-License-Identifier: MIT */
/* Which servers the client trusts, by handshakes with openssl s_server over TLS 1.2 and 1.3. */
#include <pgtask/tls.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509.h>

#include "certificates.h"
#include "tls_fixture.h"

#define DAY_S 86400
#define WEAK  "-cipher ALL:@SECLEVEL=0 "

/* One handshake, and how it must end. */
struct trial {
    char const *promise;
    char const *certificate; /* what the server shows; NULL: the good one */
    char const *root;        /* which root the client trusts; NULL: the good one */
    char const *host;        /* NULL: HOST */
    char const *options;     /* further ones of the server's; NULL: none */
    int days;                /* how far the client's clock is off */
    bool tls12_only;         /* the client's option; with TLS 1.2 alone */
    bool tls13_only;         /* openssl does not serve such a thing over TLS 1.2 */
    enum pgtask_error expected;
};

static struct trial const trials[] = {
    {.promise = "accepts a P-256 chain"},
    {.promise = "accepts an RSA-2048 chain", .certificate = "rsa", .root = "rsa_root"},
    {.promise = "accepts an RSA-2048 certificate under an RSA-4096 root",
     .certificate = "under_rsa_4096_root",
     .root = "rsa_4096_root"},
    {.promise = "accepts an RSA server that has AES-128 only",
     .certificate = "rsa",
     .root = "rsa_root",
     .options = "-cipher ECDHE+AES128 -ciphersuites TLS_AES_128_GCM_SHA256"},
    {.promise = "accepts an RSA server that has AES-256 only",
     .certificate = "rsa",
     .root = "rsa_root",
     .options = "-cipher ECDHE+AES256 -ciphersuites TLS_AES_256_GCM_SHA384"},
    {.promise = "accepts a P-384 chain with SHA-384", .certificate = "p384", .root = "p384_root"},
    {.promise = "accepts a chain with an intermediate",
     .certificate = "chained",
     .options = "-cert_chain middle.pem"},
    {.promise = "accepts a host below a wildcard",
     .certificate = "wildcard",
     .host = "redis.tencentcloudapi.com"},
    {.promise = "accepts an IP address that the certificate names", .host = "127.0.0.1"},
    {.promise = "accepts a root that signs itself with SHA-1",
     .certificate = "under_sha1_root",
     .root = "sha1_root"},
    {.promise = "accepts the renewed root after the old one has expired",
     .root = "renewed",
     .days = 60},
    {.promise = "finds one root in a bundle of 141", .root = "bundle"},
    {.promise = "accepts a server that has AES-256 only",
     .options = "-cipher ECDHE+AES256 -ciphersuites TLS_AES_256_GCM_SHA384"},
    {.promise = "accepts a server that has AES-128 only",
     .options = "-cipher ECDHE+AES128 -ciphersuites TLS_AES_128_GCM_SHA256"},
    {.promise = "accepts a server that has P-384 only", .options = "-groups P-384"},
    {.promise = "accepts a server that has X25519 only", .options = "-groups X25519"},

    {.promise = "accepts TLS 1.2 with RSA-PSS at the second attempt",
     .certificate = "rsa",
     .root = "rsa_root",
     .options = "-serverpref",
     .tls12_only = true},

#if PGTASK_TLS_RECORD < 16384
    {.promise = "says that a certificate of 204 names is larger than a record",
     .certificate = "many_names",
     .host = "localhost",
     .expected = PGTASK_ERROR_TLS_RECORD},
#else
    {.promise = "accepts the first of 204 names",
     .certificate = "many_names",
     .host = "host-000.region.example.com"},
    {.promise = "accepts a late one of 204 names",
     .certificate = "many_names",
     .host = "localhost"},
    {.promise = "accepts the last of 404 names",
     .certificate = "too_many_names",
     .host = "127.0.0.1"},
#endif
    {.promise = "says that a chain is larger than a record",
     .certificate = "too_many_names",
     .options = "-cert_chain too_many_names.pem",
     .expected = PGTASK_ERROR_TLS_RECORD},
    {.promise = "refuses a self-signed certificate",
     .certificate = "self_signed",
     .expected = PGTASK_ERROR_TLS_UNKNOWN_CA},
    {.promise = "refuses an unknown CA",
     .certificate = "unknown_ca",
     .expected = PGTASK_ERROR_TLS_UNKNOWN_CA},
    {.promise = "refuses an impostor CA of the same name",
     .certificate = "impostor",
     .expected = PGTASK_ERROR_TLS_UNKNOWN_CA},
    {.promise = "refuses an unknown CA with a bundle of 141 roots",
     .certificate = "unknown_ca",
     .root = "bundle",
     .expected = PGTASK_ERROR_TLS_UNKNOWN_CA},
    {.promise = "refuses an intermediate that is no CA",
     .certificate = "no_ca_flag",
     .options = "-cert_chain no_ca_flag_middle.pem",
     .expected = PGTASK_ERROR_TLS_USAGE},
    {.promise = "refuses an intermediate that may not sign",
     .certificate = "no_cert_sign",
     .options = "-cert_chain no_cert_sign_middle.pem",
     .expected = PGTASK_ERROR_TLS_USAGE},
    {.promise = "refuses a client's certificate",
     .certificate = "client_only",
     .expected = PGTASK_ERROR_TLS_USAGE},
    {.promise = "refuses a key that may not sign",
     .certificate = "wrong_key_usage",
     .tls13_only = true,
     .expected = PGTASK_ERROR_TLS_USAGE},
    {.promise = "refuses another host's certificate",
     .certificate = "wrong_name",
     .expected = PGTASK_ERROR_TLS_HOST_NAME},
    {.promise = "refuses two labels below a wildcard",
     .certificate = "wildcard",
     .host = "a.b.tencentcloudapi.com",
     .expected = PGTASK_ERROR_TLS_HOST_NAME},
    {.promise = "refuses an IP address that the certificate does not name",
     .host = "127.0.0.2",
     .expected = PGTASK_ERROR_TLS_HOST_NAME},
    {.promise = "accepts a common name where there is no other name",
     .certificate = "common_name",
     .host = "localhost"},
    {.promise = "refuses an IP address as a common name",
     .certificate = "common_address",
     .host = "127.0.0.1",
     .expected = PGTASK_ERROR_TLS_HOST_NAME},
    {.promise = "refuses a host in a URI",
     .certificate = "uri_name",
     .host = "postgres.tencentcloudapi.com",
     .expected = PGTASK_ERROR_TLS_HOST_NAME},
    {.promise = "refuses an IP address in a URI",
     .certificate = "uri_name",
     .host = "127.0.0.1",
     .expected = PGTASK_ERROR_TLS_HOST_NAME},
    {.promise = "refuses an IP address as a DNS name",
     .certificate = "dns_address",
     .host = "127.0.0.1",
     .expected = PGTASK_ERROR_TLS_HOST_NAME},
    {.promise = "refuses a wildcard above one label",
     .certificate = "short_wildcard",
     .host = "a.test",
     .expected = PGTASK_ERROR_TLS_HOST_NAME},
    {.promise = "refuses an expired certificate",
     .certificate = "expired",
     .expected = PGTASK_ERROR_TLS_EXPIRED},
    {.promise = "refuses a certificate of the future",
     .certificate = "not_yet_valid",
     .expected = PGTASK_ERROR_TLS_NOT_YET_VALID},
    {.promise = "refuses a good certificate when the client's clock says it has expired",
     .days = 826,
     .expected = PGTASK_ERROR_TLS_EXPIRED},
    {.promise = "refuses a good certificate when the client's clock says it is not valid yet",
     .days = -30,
     .expected = PGTASK_ERROR_TLS_NOT_YET_VALID},
    {.promise = "refuses an expired root",
     .certificate = "outlives_root",
     .root = "short_root",
     .days = 31,
     .expected = PGTASK_ERROR_TLS_EXPIRED},
    {.promise = "refuses a chain signed with SHA-1",
     .certificate = "sha1",
     .options = WEAK,
     .expected = PGTASK_ERROR_TLS_WEAK},
    {.promise = "refuses an authority whose own certificate is signed with SHA-1",
     .certificate = "under_sha1_middle",
     .options = WEAK "-cert_chain sha1_middle.pem",
     .expected = PGTASK_ERROR_TLS_WEAK},
    {.promise = "refuses RSA of 1,024 bits",
     .certificate = "rsa_1024",
     .root = "rsa_root",
     .options = WEAK,
     .expected = PGTASK_ERROR_TLS_WEAK},
};

/* The first roots of a file as a list of DER. */
static size_t list_roots(char const *name, struct pgtask_root *list, size_t capacity)
{
    trust(name);
    return copy_roots(list, capacity);
}

static void nothing_passes(struct pgtask_tls *tls, enum pgtask_error error)
{
    size_t length = 0;
    uint8_t byte = 0;

    assert_int_equal(pgtask_tls_write(tls, &byte, 1, &length), error);
    assert_int_equal(pgtask_tls_read(tls, &byte, 1, &length), error);
    assert_int_equal(length, 0);
    assert_string_equal(pgtask_tls_version(tls), "");
}

static enum pgtask_error shake_hands(struct trial const *trial, char const *version,
                                     struct pgtask_roots const *roots)
{
    struct pgtask_tls_options const client_options = {
        .host_name = trial->host == NULL ? HOST : trial->host,
        .roots = roots,
        .unix_s = (int64_t)time(NULL) + (int64_t)trial->days * DAY_S,
        .tls12_only = trial->tls12_only};
    struct tls_client *const client = &fixture.client;
    char options[256];
    enum pgtask_error error;

    (void)snprintf(options, sizeof options, "%s %s", version,
                   trial->options == NULL ? "" : trial->options);
    openssl_server_start(&fixture.server, fixture.certificates,
                         trial->certificate == NULL ? "server" : trial->certificate, options);
    tls_client_connect(client, fixture.server.port_number);
    error = tls_client_open(client, &client_options);
    if (error == PGTASK_OK) {
        error = tls_client_handshake(client);
    }
    if (error == PGTASK_OK) {
        assert_string_equal(pgtask_tls_version(&client->tls),
                            strcmp(version, "-tls1_3") == 0 ? "TLSv1.3" : "TLSv1.2");
    } else {
        nothing_passes(&client->tls, error);
    }
    tls_client_close(client);
    openssl_server_kill(&fixture.server);
    assert_int_equal(arena_used(), fixture.arena_before);
    return error;
}

static void ends_as_promised(void **state)
{
    struct trial const *const trial = *state;

    trust(trial->root == NULL ? "ca" : trial->root);
    if (!trial->tls13_only) {
        assert_int_equal(shake_hands(trial, "-tls1_2", &fixture.roots), trial->expected);
    }
    if (!trial->tls12_only && PGTASK_TLS_HAS_TLS13) {
        assert_int_equal(shake_hands(trial, "-tls1_3", &fixture.roots), trial->expected);
    }
}

static void list_of_roots_decides_as_a_store_does(void **state)
{
    for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
        struct trial const *const trial = &trials[i];
        bool const tls12 = trial->tls12_only || !PGTASK_TLS_HAS_TLS13;
        char const *const root = trial->root == NULL ? "ca" : trial->root;
        struct pgtask_root list[2];
        struct pgtask_roots roots = {.list = list};

        if (strcmp(root, "bundle") == 0 || (tls12 && trial->tls13_only)) {
            continue; /* the list is too short for a bundle; openssl has no such server */
        }
        roots.count = list_roots(root, list, 2);
        if (shake_hands(trial, tls12 ? "-tls1_2" : "-tls1_3", &roots) != trial->expected) {
            fail_msg("%s: not with a list", trial->promise);
        }
    }
    (void)state;
}

static void refuses_a_server_that_has_another_version_only(void **state)
{
    struct trial const trial = {.options = WEAK};

    assert_int_equal(shake_hands(&trial, *state, &fixture.roots), PGTASK_ERROR_TLS_VERSION);
}

/* The root was made to last 30 days, the leaf below it 825. */
static void tells_from_when_to_when_the_chain_is_valid(void **state)
{
    struct pgtask_tls const *const tls = &fixture.client.tls;
    int64_t const now = (int64_t)time(NULL);

    trust("short_root");
    openssl_server_start(&fixture.server, fixture.certificates, "outlives_root", "");
    tls_client_connect(&fixture.client, fixture.server.port_number);
    assert_int_equal(open_tls(), PGTASK_OK);
    assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_OK);
    assert_true(tls->not_before_unix_s <= now);
    assert_true(tls->not_after_unix_s > now);
    assert_in_range(tls->not_after_unix_s - tls->not_before_unix_s, 30 * DAY_S - 60, 30 * DAY_S);
    openssl_server_kill(&fixture.server);
    (void)state;
}

static enum pgtask_error open_with(struct pgtask_roots const *roots)
{
    struct pgtask_tls_options const options = {
        .host_name = HOST, .roots = roots, .unix_s = PGTASK_TLS_TIME_UNKNOWN};

    tls_client_connect(&fixture.client, fixture.server.port_number);
    return tls_client_open(&fixture.client, &options);
}

/* Each root is left out by itself, so the loss of all of them is what ends the connection. */
static void list_is_refused_at_once_if_all_its_roots_are_damaged(void **state)
{
    struct pgtask_root list[2];
    struct pgtask_roots const roots = {.list = list, .count = list_roots("renewed", list, 2)};
    struct pgtask_tls const *const tls = &fixture.client.tls;

    assert_int_equal(roots.count, 2);
    openssl_server_start(&fixture.server, fixture.certificates, "server", "");
    list[1].length--;
    assert_int_equal(open_with(&roots), PGTASK_OK);
    assert_int_equal(tls->roots_left_out, 1);
    assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_OK);
    tls_client_close(&fixture.client);
    list[0].length--;
    assert_int_equal(open_with(&roots), PGTASK_ERROR_TLS_ROOTS);
    assert_null(tls->contexts);
    assert_int_equal(tls->roots_left_out, 2);
    assert_int_equal(tls->detail, MBEDTLS_ERR_X509_INVALID_FORMAT);
    openssl_server_kill(&fixture.server);
    (void)state;
}

static size_t memory_after_opening_with(struct pgtask_root const *list, size_t count)
{
    struct pgtask_roots const roots = {.list = list, .count = count};
    struct pgtask_arena_use use;

    assert_int_equal(open_with(&roots), PGTASK_OK);
    assert_int_equal(fixture.client.tls.roots_left_out, 0);
    pgtask_arena_measure(&use);
    tls_client_close(&fixture.client);
    return use.used;
}

/* Two RSA roots of a public service. */
static void list_takes_no_memory_until_a_chain_is_verified(void **state)
{
    struct pgtask_root list[2];

    assert_int_equal(list_roots("service_roots", list, 2), 2);
    openssl_server_start(&fixture.server, fixture.certificates, "server", "");
    assert_int_equal(memory_after_opening_with(list, 2), memory_after_opening_with(list, 1));
    openssl_server_kill(&fixture.server);
    (void)state;
}

/* The code of mbedTLS says which part of the root cannot be read: here the key's curve. */
static void unreadable_root_is_counted_and_its_code_told(void **state)
{
    struct pgtask_tls const *const tls = &fixture.client.tls;

    trust("curve_root_and_ca");
    openssl_server_start(&fixture.server, fixture.certificates, "under_curve_root", "");
    assert_int_equal(open_with(&fixture.roots), PGTASK_OK);
    assert_int_equal(tls->roots_left_out, 0);
    assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_ERROR_TLS_ROOTS);
    assert_int_equal(tls->roots_left_out, 1);
    assert_int_equal(tls->root_detail, MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE);
    assert_int_equal(tls->detail, MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE);
    openssl_server_kill(&fixture.server);
    (void)state;
}

int main(void)
{
    static struct CMUnitTest const others[] = {
        WITH(list_is_refused_at_once_if_all_its_roots_are_damaged, ""),
        WITH(unreadable_root_is_counted_and_its_code_told, ""),
        WITH(list_of_roots_decides_as_a_store_does, ""),
        WITH(list_takes_no_memory_until_a_chain_is_verified, ""),
        WITH(tells_from_when_to_when_the_chain_is_valid, ""),
#if PGTASK_TLS_HAS_TLS13
        WITH(refuses_a_server_that_has_another_version_only, "-tls1_1"),
#else
        WITH(refuses_a_server_that_has_another_version_only, "-tls1_3"),
#endif
    };
    enum { OTHERS = sizeof others / sizeof others[0], TRIALS = sizeof trials / sizeof trials[0] };
    struct CMUnitTest tests[OTHERS + TRIALS];

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
    return cmocka_run_group_tests(tests, NULL, NULL);
}
