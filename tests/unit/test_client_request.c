/* SPDX-License-Identifier: MIT */
/* What the client writes into its buffer: RFC 9112 says how, the API page (section 1) which
 * headers. */
#include "../../src/client_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UNIX_S INT64_C(1800000000)

enum { LONGEST_HOST = 253, LONGEST_SETTING = 128 };

static struct pgtask_client client;
static struct pgtask_port port;
static struct pgtask_root const root;
static struct pgtask_config config;

static int set_up(void **state)
{
    (void)state;
    config = (struct pgtask_config){
        .region = "ap-guangzhou",
        .credentials = {.secret_id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                        .secret_key = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"},
        .roots = {.list = &root, .count = 1},
    };
    memset(&client, 0, sizeof client);
    return 0;
}

static void open_client(void)
{
    client.state = PGTASK_CLIENT_CLOSED;
    assert_int_equal(pgtask_client_open(&client, &config, &port), PGTASK_OK);
    client.query.limit = 5;
}

/* @return the request as one string; valid until the next call */
static char const *request(void)
{
    static char text[PGTASK_BUFFER_BYTES + 1];

    memcpy(text, client.buffer, client.request_length);
    text[client.request_length] = '\0';
    return text;
}

static char const *write_request(void)
{
    open_client();
    assert_int_equal(pgtaski_client_write_request(&client, UNIX_S), PGTASK_OK);
    return request();
}

static char const *filled(char *text, size_t length)
{
    memset(text, 'a', length);
    text[length] = '\0';
    return text;
}

/* Asserts that the head has this header line once; with NULL, that it has no header of the name. */
static void assert_header(char const *text, char const *name, char const *value)
{
    char line[512];
    char const *at;

    (void)snprintf(line, sizeof line, "\r\n%s: %s%s", name, value != NULL ? value : "",
                   value != NULL ? "\r\n" : "");
    at = strstr(text, line);
    assert_int_equal(at != NULL, value != NULL);
    if (at != NULL) {
        (void)snprintf(line, sizeof line, "\r\n%s:", name);
        assert_null(strstr(at + 1, line));
    }
}

static void request_has_every_header_of_the_api_once(void **state)
{
    char const *text;

    (void)state;
    config.language = "zh-CN";
    config.request_client = "gateway-7";
    text = write_request();
    assert_ptr_equal(strstr(text, "POST / HTTP/1.1\r\n"), text);
    assert_header(text, "Host", "postgres.tencentcloudapi.com");
    assert_header(text, "Content-Type", "application/json");
    assert_header(text, "Content-Length", "11");
    assert_header(text, "X-TC-Action", "DescribeTasks");
    assert_header(text, "X-TC-Version", "2017-03-12");
    assert_header(text, "X-TC-Region", "ap-guangzhou");
    assert_header(text, "X-TC-Timestamp", "1800000000");
    assert_header(text, "X-TC-Language", "zh-CN");
    assert_header(text, "X-TC-RequestClient", "gateway-7");
    assert_non_null(strstr(text, "\r\nAuthorization: TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZ"));
    assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\n{\"Limit\":5}");
}

static void header_without_a_value_is_left_out(void **state)
{
    char const *const text = write_request();

    (void)state;
    assert_header(text, "X-TC-Language", NULL);
    assert_header(text, "X-TC-Token", NULL);
    assert_header(text, "X-TC-RequestClient", "pgtask");
    assert_int_equal(client.token_length, 0);
}

static void port_number_is_part_of_the_host_unless_it_is_443(void **state)
{
    (void)state;
    config.endpoint = "db.example.com";
    config.endpoint_port = 8443;
    assert_header(write_request(), "Host", "db.example.com:8443");
    config.endpoint_port = 443;
    assert_header(write_request(), "Host", "db.example.com");
}

static void token_follows_its_header(void **state)
{
    (void)state;
    config.credentials.token = "a-token";
    assert_header(write_request(), "X-TC-Token", "a-token");
    assert_int_equal(client.token_length, 0);
}

/* The request grows with the token, byte by byte, from what has room to what has not. */
static void token_without_room_stays_with_the_caller(void **state)
{
    static char const header[] = "\r\nX-TC-Token: ";
    static char token[PGTASK_BUFFER_BYTES + 1];
    unsigned inside = 0;
    unsigned outside = 0;

    (void)state;
    config.credentials.token = token;
    for (size_t length = 1; length < sizeof token; length++) {
        char const *text;

        (void)filled(token, length);
        text = write_request();

        assert_in_range(client.request_length, 1, sizeof client.buffer);
        if (client.token_length == 0) {
            assert_int_equal(outside, 0);
            assert_header(text, "X-TC-Token", token);
            inside++;
            continue;
        }
        assert_int_equal(client.token_length, length);
        assert_memory_equal(text + client.token_at - strlen(header), header, strlen(header));
        assert_memory_equal(text + client.token_at, "\r\n\r\n{", 5);
        outside++;
    }
    assert_true(inside > 0 && outside > 0);
}

static void request_for_the_time_has_no_other_header_than_host(void **state)
{
    (void)state;
    open_client();
    assert_int_equal(pgtaski_client_write_time_request(&client), PGTASK_OK);
    assert_string_equal(request(), "GET / HTTP/1.1\r\nHost: postgres.tencentcloudapi.com\r\n\r\n");
}

/* With the longest settings the request grows from what fits to what does not. */
static void request_that_does_not_fit_is_refused_and_stays_inside_the_buffer(void **state)
{
    static char host[LONGEST_HOST + 1];
    static char region[LONGEST_SETTING + 1];
    static char name[LONGEST_SETTING + 1];
    static char secret_id[PGTASK_TC3_SECRET_ID_MAX + 1];
    size_t const id_length =
        sizeof client.buffer >= 2048 ? PGTASK_TC3_SECRET_ID_MAX : LONGEST_SETTING;
    unsigned fits = 0;
    unsigned refused = 0;

    (void)state;
    config.endpoint = host;
    config.region = filled(region, LONGEST_SETTING);
    config.request_client = filled(name, LONGEST_SETTING);
    config.credentials.secret_id = filled(secret_id, id_length);
    for (size_t length = 1; length <= LONGEST_HOST; length++) {
        enum pgtask_error error;

        (void)filled(host, length);
        open_client();
        memset(&client.session, 0x5a, sizeof client.session);
        error = pgtaski_client_write_request(&client, UNIX_S);
        if (error == PGTASK_OK) {
            assert_in_range(client.request_length, 1, sizeof client.buffer);
            assert_string_equal(strstr(request(), "\r\n\r\n"), "\r\n\r\n{\"Limit\":5}");
            assert_int_equal(refused, 0);
            fits++;
        } else {
            assert_int_equal(error, PGTASK_ERROR_BUFFER);
            refused++;
        }
        for (size_t i = 0; i < sizeof client.session.bytes; i++) {
            assert_int_equal(client.session.bytes[i], 0x5a);
        }
    }
    assert_true(fits > 0 && refused > 0);
}

/* A setting with CR and LF could otherwise add a header of its own. */
static void control_bytes_in_a_setting_are_refused(void **state)
{
    char const **const settings[] = {&config.region, &config.endpoint, &config.connect_host,
                                     &config.language, &config.request_client};
    static char const *const names[] = {"region", "endpoint", "connect_host", "language",
                                        "request_client"};

    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        for (int byte = 1; byte <= 0x7f; byte++) {
            char const value[] = {'a', (char)byte, 'b', '\0'};

            if (byte >= 0x20 && byte != 0x7f) {
                continue;
            }
            (void)set_up(NULL);
            *settings[i] = value;
            assert_int_equal(pgtask_client_open(&client, &config, &port), PGTASK_ERROR_ARGUMENT);
            assert_string_equal(pgtask_client_failure(&client)->member, names[i]);
        }
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(request_has_every_header_of_the_api_once, set_up),
        cmocka_unit_test_setup(header_without_a_value_is_left_out, set_up),
        cmocka_unit_test_setup(port_number_is_part_of_the_host_unless_it_is_443, set_up),
        cmocka_unit_test_setup(token_follows_its_header, set_up),
        cmocka_unit_test_setup(token_without_room_stays_with_the_caller, set_up),
        cmocka_unit_test_setup(request_for_the_time_has_no_other_header_than_host, set_up),
        cmocka_unit_test_setup(request_that_does_not_fit_is_refused_and_stays_inside_the_buffer,
                               set_up),
        cmocka_unit_test_setup(control_bytes_in_a_setting_are_refused, set_up),
    };

    return cmocka_run_group_tests_name("client request", tests, NULL, NULL);
}
