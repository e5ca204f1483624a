/* SPDX-License-Identifier: MIT */
/*
 * Secrets must not be in memory after the client is closed, in the client's buffer after the
 * request was sent, or in the text of a failure. These tests search all static memory of the
 * program, with the client and mbedTLS's arena in it. The test's own copies are literals, which lie
 * elsewhere, or on the heap.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"
#include "fault_port.h"

#define SECRET_ID  "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
#define SECRET_KEY "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
#define TOKEN      "a-token-that-nobody-else-has-0123456789"

/* The linker defines where static data that can be written begins and ends. */
extern char __data_start[];
extern char _end[];

static struct pgtask_client *const client = &rig.client;
static struct fault_port faulty;

enum { SECRETS_MOST = 200 };

/* The secrets to search for. This struct lies on the heap, where nothing is searched. */
struct secrets {
    size_t count;
    struct {
        char const *name;
        uint8_t bytes[600];
        size_t length;
    } items[SECRETS_MOST];
};

static void add_secret(struct secrets *secrets, char const *name, void const *bytes, size_t length)
{
    assert_true(secrets->count < SECRETS_MOST && length <= sizeof secrets->items[0].bytes);
    secrets->items[secrets->count].name = name;
    secrets->items[secrets->count].length = length;
    memcpy(secrets->items[secrets->count++].bytes, bytes, length);
}

static void add_derived_keys(struct secrets *secrets)
{
    uint8_t keys[3][PGTASK_TC3_HASH_BYTES];
    time_t const now = time(NULL);
    struct tm parts;
    char date[PGTASK_TC3_DATE_BYTES];

    assert_non_null(gmtime_r(&now, &parts));
    assert_true(strftime(date, sizeof date, "%Y-%m-%d", &parts) > 0);
    assert_int_equal(
        pgtask_tc3_derive(SECRET_KEY, date, PGTASK_API_SERVICE, keys[0], keys[1], keys[2]),
        PGTASK_OK);
    add_secret(secrets, "key of the day", keys[0], sizeof keys[0]);
    add_secret(secrets, "key of the service", keys[1], sizeof keys[1]);
    add_secret(secrets, "signing key", keys[2], sizeof keys[2]);
}

/* Adds pieces of the session, except those that are mostly zero or plain text, such as the name. */
static void add_session(struct secrets *secrets)
{
    enum { PIECE = 16 };
    uint8_t *const bytes = malloc(PGTASK_SESSION_BYTES);
    size_t length = 0;
    size_t const count = secrets->count;

    assert_non_null(bytes);
    assert_int_equal(pgtask_client_export_session(client, bytes, PGTASK_SESSION_BYTES, &length),
                     PGTASK_OK);
    for (size_t at = 0; at + PIECE <= length; at += PIECE) {
        unsigned odd = 0;

        for (size_t i = 0; i < PIECE; i++) {
            odd += bytes[at + i] != 0 && (bytes[at + i] < ' ' || bytes[at + i] > '~');
        }
        if (odd >= PIECE / 4) {
            add_secret(secrets, "TLS session", bytes + at, PIECE);
        }
    }
    assert_true(secrets->count >= count + 4);
    free(bytes);
}

/* memcmp() would make a sanitizer complain of its own borders between variables. */
__attribute__((no_sanitize("address"))) static char const *find(char const *from, char const *to,
                                                                uint8_t const *bytes, size_t length)
{
    for (char const *at = from; at + length <= to; at++) {
        size_t same = 0;

        while (same < length && (uint8_t)at[same] == bytes[same]) {
            same++;
        }
        if (same == length) {
            return at;
        }
    }
    return NULL;
}

static void assert_in_static_memory(struct secrets const *secrets, bool expected)
{
    for (size_t i = 0; i < secrets->count; i++) {
        char const *const at =
            find(__data_start, _end, secrets->items[i].bytes, secrets->items[i].length);

        if ((at != NULL) != expected) {
            fail_msg("%s: %s", secrets->items[i].name, at != NULL ? "is there" : "is not there");
        }
    }
}

static bool buffer_holds(char const *text)
{
    return find((char const *)client->buffer, (char const *)client->buffer + sizeof client->buffer,
                (uint8_t const *)text, strlen(text)) != NULL;
}

static void add_authorization(struct secrets *secrets)
{
    static char const name[] = "Authorization: ";
    char const *const end = (char const *)client->buffer + sizeof client->buffer;
    char const *at = find((char const *)client->buffer, end, (uint8_t const *)name, strlen(name));
    size_t length = 0;

    assert_non_null(at);
    at += strlen(name);
    while (at + length < end && at[length] != '\r') {
        length++;
    }
    assert_true(length > 150);
    add_secret(secrets, "Authorization", at, length);
    add_secret(secrets, "signature", at + length - 64, 64);
}

/* Lists while the port holds the request up, so that the test can look at it in the buffer. */
static enum pgtask_error list(struct secrets *secrets)
{
    struct pgtask_query const query = {.limit = 20};
    bool looked = false;
    enum pgtask_error error;

    assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
    while ((error = pgtask_client_next(client, &rig.task)) >= 0 && error != PGTASK_DONE) {
        if (client->state == PGTASK_CLIENT_SEND && !looked) {
            assert_true(buffer_holds("Signature="));
            add_authorization(secrets);
            looked = true;
        } else if (client->state == PGTASK_CLIENT_RECEIVE) {
            assert_false(buffer_holds("Authorization"));
            assert_false(buffer_holds("Signature="));
        }
        if (error == PGTASK_WOULD_BLOCK) {
            pgtask_client_sleep(client);
        }
    }
    assert_true(looked);
    return error;
}

static int set_up(void **state)
{
    char options[300];

    (void)snprintf(options, sizeof options, "--tls %s --account %s:%s:%s", (char const *)*state,
                   SECRET_ID, SECRET_KEY, TOKEN);
    client_restart_service("server", options);
    (void)client_set_up(state);
    pgtask_client_close(client);
    rig.config.credentials = (struct pgtask_credentials){SECRET_ID, SECRET_KEY, TOKEN};
    fault_port_open(&faulty, &rig.port);
    assert_int_equal(pgtask_client_open(client, &rig.config, &faulty.port), PGTASK_OK);
    return 0;
}

/* Counts the sends of a handshake, and lets the port block at the one that follows them. */
static void hold_up_the_request(void)
{
    struct pgtask_query const query = {.limit = 1};
    uint32_t sends = 0;

    fault_port_set(&faulty, &(struct fault){.at = 0});
    assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
    while (pgtask_client_next_blocking(client, &rig.task) == PGTASK_OK) {
    }
    sends = faulty.calls[FAULT_SEND];
    assert_true(sends > 1);
    fault_port_set(&faulty, &(struct fault){FAULT_SEND, 1, 2, PGTASK_WOULD_BLOCK, 0});
}

static struct secrets *all_secrets(void)
{
    struct secrets *const secrets = calloc(1, sizeof *secrets);

    assert_non_null(secrets);
    add_secret(secrets, "secret key", SECRET_KEY, strlen(SECRET_KEY));
    add_secret(secrets, "token", TOKEN, strlen(TOKEN));
    add_derived_keys(secrets);
    return secrets;
}

/* This test proves that the search finds a secret that is there. */
static void search_finds_what_an_open_client_holds(void **state)
{
    struct secrets *const secrets = calloc(1, sizeof *secrets);

    (void)state;
    assert_non_null(secrets);
    hold_up_the_request();
    assert_int_equal(list(secrets), PGTASK_DONE);
    secrets->count = 0;
    add_session(secrets);
    assert_in_static_memory(secrets, true);
    secrets->count = 0;
    add_derived_keys(secrets);
    memmove(&secrets->items[0], &secrets->items[2], sizeof secrets->items[0]);
    secrets->count = 1; /* the signing key is kept, those on the way to it are not */
    assert_in_static_memory(secrets, true);
    free(secrets);
}

static void closed_client_leaves_no_secret_in_memory(void **state)
{
    struct secrets *const secrets = all_secrets();

    (void)state;
    hold_up_the_request();
    assert_int_equal(list(secrets), PGTASK_DONE);
    add_session(secrets);
    pgtask_client_close(client);
    assert_in_static_memory(secrets, false);
    free(secrets);
}

/* The key, the token and the intermediate keys are never in static memory. */
static void key_and_token_are_not_copied_while_the_client_is_open(void **state)
{
    struct secrets *const secrets = all_secrets();

    (void)state;
    hold_up_the_request();
    assert_int_equal(list(secrets), PGTASK_DONE);
    memmove(&secrets->items[4], &secrets->items[5],
            (secrets->count - 5) * sizeof secrets->items[0]); /* the signing key may be kept */
    secrets->count--;
    assert_in_static_memory(secrets, false);
    free(secrets);
}

static void client_closed_in_the_middle_leaves_no_secret_in_memory(void **state)
{
    static enum pgtask_client_state const states[] = {PGTASK_CLIENT_HANDSHAKE, PGTASK_CLIENT_SEND,
                                                      PGTASK_CLIENT_RECEIVE};

    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct pgtask_query const query = {.limit = 20};
        struct secrets *const secrets = all_secrets();

        hold_up_the_request();
        if (states[i] == PGTASK_CLIENT_HANDSHAKE) {
            rig.skew_ms += PGTASK_DEFAULT_KEEP_IDLE_MS;
        }
        add_session(secrets);
        assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
        while (client->state != states[i]) {
            enum pgtask_error const error = pgtask_client_next(client, &rig.task);

            assert_true(error == PGTASK_WOULD_BLOCK || error == PGTASK_OK); /* a quick answer */
            if (client->state == PGTASK_CLIENT_SEND) {
                add_authorization(secrets);
            }
            pgtask_client_sleep(client);
        }
        pgtask_client_close(client);
        assert_in_static_memory(secrets, false);
        assert_int_equal(pgtask_client_open(client, &rig.config, &faulty.port), PGTASK_OK);
        free(secrets);
    }
}

static void assert_failure_tells_no_secret(struct secrets const *secrets)
{
    struct pgtask_failure const *const failure = pgtask_client_failure(client);
    char text[1024];
    size_t length;

    assert_true(failure->error < 0);
    length = pgtask_failure_write(failure, text, sizeof text);
    for (size_t i = 0; i < secrets->count; i++) {
        assert_null(find(text, text + length, secrets->items[i].bytes, secrets->items[i].length));
        assert_null(find((char const *)failure, (char const *)(failure + 1),
                         secrets->items[i].bytes, secrets->items[i].length));
    }
}

static void no_failure_tells_a_secret(void **state)
{
    static char const *const troubles[] = {
        "\"error_code\":\"AuthFailure.SignatureFailure\"",
        "\"error_code\":\"InternalError\"",
        "\"answer\":\"html_502\"",
        "\"answer\":\"status_404\"",
        "\"answer\":\"not_http\"",
        "\"answer\":\"garbage\"",
        "\"truncate_at\":200",
        "\"truncate_at\":700",
        "\"reset_at\":0",
        "\"reset_at\":900",
        "\"error_code\":\"InternalError\",\"error_detail\":\"no " TOKEN " here\"",
        "\"error_code\":\"InternalError\",\"error_detail\":\"who is " SECRET_ID "\"",
        "\"error_code\":\"" TOKEN "\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
        struct secrets *const secrets = all_secrets();

        client_play("");
        hold_up_the_request();
        client_play(troubles[i]);
        assert_true(list(secrets) < 0);
        assert_false(buffer_holds("Authorization"));
        assert_failure_tells_no_secret(secrets);
        pgtask_client_close(client);
        assert_in_static_memory(secrets, false);
        assert_int_equal(pgtask_client_open(client, &rig.config, &faulty.port), PGTASK_OK);
        free(secrets);
    }
}

static void request_id_tells_no_secret(void **state)
{
    static char const *const answers[] = {"\"answer\":\"key_as_request_id\"",
                                          "\"answer\":\"key_as_request_id\","
                                          "\"error_code\":\"ResourceNotFound\""};

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct pgtask_query const query = {.limit = 20};
        enum pgtask_error error;

        client_play(answers[i]);
        assert_int_equal(pgtask_client_list(client, &query), PGTASK_OK);
        do {
            error = pgtask_client_next_blocking(client, &rig.task);
        } while (error == PGTASK_OK);
        assert_int_equal(error, i == 0 ? PGTASK_DONE : PGTASK_ERROR_SERVICE);
        assert_int_equal(strlen(pgtask_client_request_id(client)), strlen(SECRET_ID));
        assert_null(strstr(pgtask_client_request_id(client), SECRET_ID));
    }
}

#define WITH_EACH_VERSION(test) CLIENT_TEST_WITH_EACH_VERSION(test, set_up)

int main(void)
{
    struct CMUnitTest const tests[] = {
        WITH_EACH_VERSION(search_finds_what_an_open_client_holds),
        WITH_EACH_VERSION(closed_client_leaves_no_secret_in_memory),
        WITH_EACH_VERSION(key_and_token_are_not_copied_while_the_client_is_open),
        WITH_EACH_VERSION(client_closed_in_the_middle_leaves_no_secret_in_memory),
        WITH_EACH_VERSION(no_failure_tells_a_secret),
        WITH_EACH_VERSION(request_id_tells_no_secret),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
