/* SPDX-License-Identifier: MIT */
/*
 * Each advice of the library, and a cause that really produces it: the table below has one row for
 * each sentence, and the last test fails if a sentence has none.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <mbedtls/platform.h>

#include "../../src/error_private.h"
#include "certificates.h"
#include "client_rig.h"
#include "pgtask_mbedtls.h"

/* A cause is set up before the client is opened. All members that a row leaves out are 0. */
struct cause {
    char const *advice;
    char const *code;        /* the service refuses with it */
    char const *scenario;    /* or else what the service does */
    char const *certificate; /* or else that the service shows */
    void (*set_up)(void);    /* changes the rig */
    struct pgtask_query query;
};

static void *memory; /* of mbedTLS's arena, held by a test */

/* --- Faults of the port --- */

static enum pgtask_error fail_to_resolve(void *context, char const *host)
{
    (void)context;
    (void)host;
    return PGTASK_ERROR_PORT;
}

static enum pgtask_error fail_to_fill(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    (void)bytes;
    (void)length;
    return PGTASK_ERROR_ENTROPY;
}

static enum pgtask_error send_too_much(void *context, uint8_t const *bytes, size_t length,
                                       size_t *sent)
{
    (void)context;
    (void)bytes;
    *sent = length + 1;
    return PGTASK_OK;
}

/* Damages what comes once the handshake is complete. */
static enum pgtask_error receive_damaged(void *context, uint8_t *bytes, size_t capacity,
                                         size_t *received)
{
    enum pgtask_error const error = rig.posix.port.recv(context, bytes, capacity, received);

    if (error == PGTASK_OK && rig.client.connected) {
        bytes[*received - 1] ^= 1;
    }
    return error;
}

static void break_port(void)
{
    rig.port.resolve = fail_to_resolve;
}

static void break_entropy(void)
{
    rig.port.entropy = fail_to_fill;
}

static void break_send(void)
{
    rig.port.send = send_too_much;
}

static void damage(void)
{
    rig.port.recv = receive_damaged;
}

/* As if the arena were smaller. */
static void take_memory(void)
{
    struct pgtask_arena_use use;

    pgtask_arena_setup();
    pgtask_arena_measure(&use);
    memory = mbedtls_calloc(1, use.capacity - use.used - 20000);
    assert_non_null(memory);
}

/* --- Answers of a proxy --- */

static char const *proxy_answer;

static enum pgtask_error send_to_proxy(void *context, uint8_t const *bytes, size_t length,
                                       size_t *sent)
{
    (void)context;
    (void)bytes;
    *sent = length;
    return PGTASK_OK;
}

static enum pgtask_error receive_from_proxy(void *context, uint8_t *bytes, size_t capacity,
                                            size_t *received)
{
    size_t const left = strlen(proxy_answer);

    (void)context;
    *received = left < capacity ? left : capacity;
    memcpy(bytes, proxy_answer, *received);
    proxy_answer += *received;
    return left > 0 ? PGTASK_OK : PGTASK_WOULD_BLOCK;
}

static void let_proxy_answer(char const *answer)
{
    proxy_answer = answer;
    rig.config.proxy = (struct pgtask_proxy){.host = rig.config.connect_host,
                                             .port_number = rig.config.connect_port};
    rig.port.send = send_to_proxy;
    rig.port.recv = receive_from_proxy;
}

static void find_no_proxy(void)
{
    let_proxy_answer("220 mail.example ESMTP\r\n");
}

static void be_asked_for_credentials(void)
{
    let_proxy_answer("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
}

static void be_refused(void)
{
    let_proxy_answer("HTTP/1.1 403 Forbidden\r\n\r\n");
}

static void lack_a_way(void)
{
    let_proxy_answer("HTTP/1.1 502 Bad Gateway\r\n\r\n");
}

/* --- Faults of the settings --- */

static enum pgtask_error read_no_root(void *context, bool restart, struct pgtask_root *root)
{
    (void)context;
    (void)restart;
    (void)root;
    return PGTASK_ERROR_TLS_ROOTS;
}

static void set_bad_region(void)
{
    rig.config.region = "ap guangzhou";
}

static void set_long_texts(void)
{
    static char text[129];
    static char secret_id[PGTASK_TC3_SECRET_ID_MAX + 1];
    static char host[96];

    memset(text, 'a', sizeof text - 1);
    memset(secret_id, 'a', sizeof secret_id - 1);
    (void)snprintf(host, sizeof host, "%.63s.tencentcloudapi.com", text); /* the longest label */
    rig.config.endpoint = host;
    rig.config.endpoint_port = 65535;
    rig.config.region = text;
    rig.config.language = text;
    rig.config.request_client = text;
    rig.config.credentials.secret_id = secret_id;
    rig.config.credentials.secret_key = text;
    rig.config.sign_action = true;
}

static void set_no_secret(void)
{
    rig.config.credentials.secret_key = "";
}

static void set_other_host(void)
{
    rig.config.endpoint = "postgres.example.org";
}

static void set_name_without_address(void)
{
    rig.config.connect_host = "no-such-host.invalid"; /* RFC 2606 */
}

static void set_closed_port(void)
{
    rig.config.connect_port = 1;
}

static void set_bad_roots(void)
{
    rig.config.roots = (struct pgtask_roots){.next = read_no_root};
}

static void set_fast_clock(void)
{
    rig.unix_skew_s = INT64_C(3) * 365 * 86400;
}

static struct cause const causes[] = {
    {"Correct this setting, or the program.", .set_up = set_bad_region},
    {"Enlarge the buffer, or PGTASK_BUFFER_BYTES.", .set_up = set_long_texts,
     .query = {.instance_id = "postgres-0123456789abcdef",
               .min_start_time = "2026-01-01 00:00:00",
               .max_start_time = "2026-12-31 00:00:00",
               .task_id = UINT64_MAX,
               .offset = UINT64_MAX,
               .limit = 100,
               .order_by = PGTASK_ORDER_BY_START_TIME,
               .order = PGTASK_ORDER_DESC}},
    {"Start another listing when you need one.", .code = NULL}, /* cancelled: see run() */
    {"Correct the query.",
     .query = {.min_start_time = "2026-01-02 00:00:00", .max_start_time = "2026-01-01 00:00:00"}},
    {"Correct the query: Limit is 1 to 100.", .query = {.limit = 101}},
    {"Copy the instance id from the console.", .query = {.instance_id = "postgres q6fj84vb"}},
    {"Write times as YYYY-MM-DD HH:MM:SS, in UTC+8.", .query = {.min_start_time = "yesterday"}},
    {"Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY without blanks.",
     .set_up = set_no_secret},
    {"Check TENCENTCLOUD_SECRET_ID for blanks; enable the key in the console.",
     .code = "AuthFailure.SecretIdNotFound"},
    {"Copy TENCENTCLOUD_SECRET_KEY again, without blanks.", .code = "AuthFailure.SignatureFailure"},
    {"Renew the temporary credentials; other keys need no token.",
     .code = "AuthFailure.TokenFailure"},
    {"Use a key without a second factor.", .code = "AuthFailure.MFAFailure"},
    {"Set the clock of this device.", .code = "AuthFailure.SignatureExpire"},
    {"Try again, then restart this device: its crypto hardware may be broken.",
     .set_up = break_entropy},
    {"Check the host name and the DNS server.", .set_up = set_name_without_address},
    {"Check the network: a firewall may close the port.", .set_up = set_closed_port},
    {"Try again later, then check the network.", .scenario = "\"stall_at\":100"},
    {"Look the code up in the port of this board.", .set_up = break_port},
    {"Check the trusted roots.", .set_up = set_bad_roots},
    {"Someone may be listening: leave this network, or update the trusted roots.",
     .certificate = "unknown_ca"},
    {"Check the host name; if it is right, tell the operator of the server.",
     .certificate = "client_only"},
    {"Check the host name; if it is right, leave this network.", .set_up = set_other_host},
    {"Check this device's clock; if it is right, leave this network.", .set_up = set_fast_clock},
    {"The server's clock or certificate is wrong: try again later, or change the network.",
     .certificate = "not_yet_valid"},
    {"Check the host name; look for a proxy or log-in page.",
     .scenario = "\"handshake\":\"plain\""},
    {"Try again, then shorten the chain or raise PGTASK_TLS_RECORD (at most 16384).",
     .set_up = damage},
    {"Give mbedTLS a larger arena.", .set_up = take_memory},
    {"Look the code up in the headers of mbedTLS.", .set_up = break_send},
    {"Try again later, then look for a proxy.", .scenario = "\"answer\":\"html_200\""},
    {"Check the host name, then update this program.", .code = "InvalidAction"},
    {"Tell support the RequestId.", .code = "FailedOperation"},
    {"Try again later, then tell support the RequestId.", .code = "InternalError"},
    {"Allow this user postgres:DescribeTasks in the console (CAM).",
     .code = "UnauthorizedOperation"},
    {"Allow this device's IP address in the console.", .code = "IpNotInWhitelist"},
    {"Ask less often: an account has 20 requests a second.", .code = "RequestLimitExceeded"},
    {"Raise the quota in the console.", .code = "LimitExceeded"},
    {"Check the region, such as ap-guangzhou.", .code = "UnsupportedRegion"},
    {"Check host and port of the proxy.", .set_up = find_no_proxy},
    {"Check user and password of the proxy.", .set_up = be_asked_for_credentials},
    {"Ask the proxy's operator to allow this host and port.", .set_up = be_refused},
    {"Try again later; then ask the proxy's operator whether it reaches this host.",
     .set_up = lack_a_way},
    {"Check instance, task id and region.", .code = "ResourceNotFound"},
    {"Ask for a smaller Limit.", .code = "ResponseSizeLimitExceeded"},
    {"Look the code up in the manual of the API.", .code = "Whatever.IsNew"},
};

#define CAUSES (sizeof causes / sizeof causes[0])

static void play(struct cause const *cause)
{
    char scenario[96];

    if (cause->code != NULL) {
        (void)snprintf(scenario, sizeof scenario, "\"error_code\":\"%s\"", cause->code);
        client_play(scenario);
    } else if (cause->scenario != NULL) {
        client_play(cause->scenario);
    }
}

static void run(struct cause const *cause)
{
    struct pgtask_client *const client = &rig.client;
    unsigned records;

    if (pgtask_client_open(client, &rig.config, &rig.port) != PGTASK_OK ||
        pgtask_client_list(client, &cause->query) != PGTASK_OK) {
        return;
    }
    if (strstr(cause->advice, "another listing") != NULL) {
        pgtask_client_cancel(client);
    }
    if (client_finish(&records) >= 0) {
        fail_msg("no failure for: %s", cause->advice);
    }
}

static void every_advice_has_a_cause_that_produces_it(void **state)
{
    char text[512];

    for (size_t i = 0; i < CAUSES; i++) {
        struct cause const *const cause = &causes[i];
        size_t const length = strlen(cause->advice);

        if (!PGTASK_MBEDTLS_IS_OWN && cause->set_up == take_memory) {
            continue; /* a stock mbedTLS has no arena */
        }
        (void)client_set_up(state);
        if (cause->certificate != NULL) {
            client_restart_service(cause->certificate, "");
        }
        play(cause);
        pgtask_client_close(&rig.client);
        rig.config.stall_ms = 300;
        rig.config.retry = (struct pgtask_retry_policy){.attempts = 1, .few_attempts = 1};
        if (cause->set_up != NULL) {
            cause->set_up();
        }
        run(cause);
        (void)pgtask_failure_write(pgtask_client_failure(&rig.client), text, sizeof text);
        if (strlen(text) < length || strcmp(text + strlen(text) - length, cause->advice) != 0) {
            fail_msg("%s\n  does not end with\n  %s", text, cause->advice);
        }
        (void)client_tear_down(state);
        mbedtls_free(memory);
        memory = NULL;
        if (cause->certificate != NULL) {
            client_restart_service("server", "");
        }
    }
}

static void no_advice_is_without_a_cause(void **state)
{
    for (int advice = PGTASKI_ADVICE_NONE + 1; advice < PGTASKI_ADVICE_COUNT; advice++) {
        char const *const sentence = pgtaski_error_advice_text((enum pgtaski_advice)advice);
        unsigned rows = 0;

        for (size_t i = 0; i < CAUSES; i++) {
            rows += strcmp(causes[i].advice, sentence) == 0 ? 1 : 0;
        }
        if (rows != 1) {
            fail_msg("%u causes for: %s", rows, sentence);
        }
    }
    assert_int_equal(CAUSES, PGTASKI_ADVICE_COUNT - 1);
    (void)state;
}

/* The certificates' names, and whether a listener is what comes to mind first. */
static struct {
    char const *certificate;
    bool is_listener_likely;
} const bad_chains[] = {
    {"unknown_ca", true},      {"self_signed", true},      {"impostor", true},
    {"client_only", false},    {"wrong_key_usage", false}, {"odd", false},
    {"large_exponent", false}, {"not_yet_valid", false},   {"just_expired", false},
    {"one_second", false},     {"wrong_name", false},
};

static void fault_of_a_certificate_points_to_no_proxy(void **state)
{
    char text[512];

    for (size_t i = 0; i < sizeof bad_chains / sizeof bad_chains[0]; i++) {
        client_restart_service(bad_chains[i].certificate, "");
        (void)client_set_up(state);
        assert_true(client_list_five() < 0);
        (void)pgtask_failure_write(pgtask_client_failure(&rig.client), text, sizeof text);
        assert_memory_equal(text, "tls: ", 5);
        assert_null(strstr(text, "proxy"));
        assert_int_equal(strstr(text, "listening") != NULL, bad_chains[i].is_listener_likely);
        (void)client_tear_down(state);
    }
    client_restart_service("server", "");
}

/* The port remembers the error number of an earlier failure. */
static void number_of_an_old_failure_stands_beside_no_time_out(void **state)
{
    static struct {
        char const *scenario;
        enum pgtask_error error;
    } const cases[] = {
        {"\"stall_at\":100", PGTASK_ERROR_STALLED},
        {"\"delay_s\":3", PGTASK_ERROR_TIMEOUT},
        {"\"handshake\":\"stall\"", PGTASK_ERROR_STALLED},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)client_set_up(state);
        rig.config.retry = (struct pgtask_retry_policy){.attempts = 1, .few_attempts = 1};
        rig.config.stall_ms = cases[i].error == PGTASK_ERROR_STALLED ? 300 : 0;
        rig.config.timeout_ms = cases[i].error == PGTASK_ERROR_TIMEOUT ? 600 : 0;
        client_open_again();
        rig.posix.last_failure = 111;
        client_play(cases[i].scenario);
        assert_int_equal(client_list_five(), cases[i].error);
        assert_int_equal(pgtask_client_failure(&rig.client)->detail, 0);
        (void)client_tear_down(state);
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(every_advice_has_a_cause_that_produces_it),
        cmocka_unit_test(no_advice_is_without_a_cause),
        cmocka_unit_test(fault_of_a_certificate_points_to_no_proxy),
        cmocka_unit_test(number_of_an_old_failure_stands_beside_no_time_out),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
