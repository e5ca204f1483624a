/* SPDX-License-Identifier: MIT */
#include <pgtask/http.h>
#include "guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char const request[] = "POST / HTTP/1.1\r\n"
                              "Host: postgres.tencentcloudapi.com\r\n"
                              "Content-Type: application/json\r\n";

static struct pgtask_http_header const headers[] = {
    {"Host", "postgres.tencentcloudapi.com"},
    {"X-TC-Token", NULL},
    {"X-TC-Region", ""},
    {"Content-Type", "application/json"},
};

static void writes_the_request_line_and_headers_that_have_a_value(void **state)
{
    size_t const capacity = sizeof request;
    char *const text = guard_copy(request, capacity);
    size_t length = 0;

    memset(text, 'x', capacity);
    assert_int_equal(pgtask_http_write_request(headers, 4, text, capacity, &length), PGTASK_OK);
    assert_int_equal(length, capacity - 1);
    assert_string_equal(text, request);
    guard_free(text, capacity);

    char line[32];

    assert_int_equal(pgtask_http_write_request(NULL, 0, line, sizeof line, &length), PGTASK_OK);
    assert_int_equal(length, strlen("POST / HTTP/1.1\r\n"));
    assert_string_equal(line, "POST / HTTP/1.1\r\n");
    (void)state;
}

static void says_when_the_buffer_is_too_small_and_stays_inside_it(void **state)
{
    for (size_t capacity = 0; capacity < sizeof request; capacity++) {
        char *const text = guard_copy(request, capacity);
        size_t length = 4711;

        assert_int_equal(pgtask_http_write_request(headers, 4, text, capacity, &length),
                         PGTASK_ERROR_BUFFER);
        assert_int_equal(length, 4711);
        guard_free(text, capacity);
    }
    (void)state;
}

static void refuses_every_control_byte_in_names_and_values(void **state)
{
    for (int byte = 1; byte < 256; byte++) {
        bool const is_control = byte < 0x20 || byte == 0x7f;
        char const value[] = {'a', (char)byte, 'b', '\0'};
        struct pgtask_http_header const in_value = {"X-TC-Region", value};
        struct pgtask_http_header const in_name = {value, "x"};
        enum pgtask_error const wanted = is_control ? PGTASK_ERROR_ARGUMENT : PGTASK_OK;
        char text[64];
        size_t length;

        assert_int_equal(pgtask_http_write_request(&in_value, 1, text, sizeof text, &length),
                         wanted);
        assert_int_equal(pgtask_http_write_request(&in_name, 1, text, sizeof text, &length),
                         wanted);
    }
    (void)state;
}

static void refuses_a_smuggled_header_rather_than_a_small_buffer(void **state)
{
    struct pgtask_http_header const smuggling = {"Host", "a\r\nAuthorization: b"};
    char text[20];
    size_t length;

    assert_int_equal(pgtask_http_write_request(&smuggling, 1, text, sizeof text, &length),
                     PGTASK_ERROR_ARGUMENT);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(writes_the_request_line_and_headers_that_have_a_value),
        cmocka_unit_test(says_when_the_buffer_is_too_small_and_stays_inside_it),
        cmocka_unit_test(refuses_every_control_byte_in_names_and_values),
        cmocka_unit_test(refuses_a_smuggled_header_rather_than_a_small_buffer),
    };

    return cmocka_run_group_tests_name("http request", tests, NULL, NULL);
}
