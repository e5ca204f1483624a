/* SPDX-License-Identifier: MIT */
/* HTTP heads: those of the service are read, and ambiguous ones are refused. */
#include <pgtask/http.h>
#include "http_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct http_outcome outcome;

static void run(char const *text)
{
    http_run_all(&outcome, text, strlen(text), false);
}

/** Runs `before`, `middle` and `after` as one text. */
static void run_joined(char const *before, char const *middle, char const *after)
{
    static char text[4096];

    (void)snprintf(text, sizeof text, "%s%s%s", before, middle, after);
    run(text);
}

/** This head was captured from the public cloud in 2022, with another length of the body. */
static void reads_the_answer_of_the_public_cloud(void **state)
{
    run("HTTP/1.1 200 OK\r\n"
        "Server: nginx\r\n"
        "Date: Thu, 26 May 2022 06:53:10 GMT\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: 15\r\n"
        "Connection: keep-alive\r\n"
        "\r\n"
        "{\"Response\":{}}");

    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.status, 200);
    assert_true(outcome.head_done);
    assert_true(outcome.keep_alive);
    assert_true(outcome.has_date);
    assert_true(outcome.date_unix_s == INT64_C(1653547990));
    assert_int_equal(outcome.body_length, 15);
    assert_memory_equal(outcome.body, "{\"Response\":{}}", 15);
    (void)state;
}

static void reads_the_answer_of_a_private_cloud(void **state)
{
    run("HTTP/1.1 200 OK\r\n"
        "Server: nginx\r\n"
        "Date: Thu, 26 May 2022 06:53:10 GMT\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: 2\r\n"
        "Connection: close\r\n"
        "Access-Control-Allow-Origin: *\r\n"
        "Access-Control-Allow-Methods: POST, GET\r\n"
        "Access-Control-Allow-Headers: X-TC-Action, X-TC-Region\r\n"
        "\r\n"
        "{}");

    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.body_length, 2);
    assert_false(outcome.keep_alive);
    (void)state;
}

static void shows_nothing_before_the_head_is_whole(void **state)
{
    static char const head[] = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";

    for (size_t length = 1; length < sizeof head - 1; length++) {
        http_run(&outcome, head, length, length, 1, false);
        assert_int_equal(outcome.result, PGTASK_MORE);
        assert_int_equal(outcome.status, 0);
        assert_false(outcome.head_done);
    }
    run(head);
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.status, 503);
    (void)state;
}

static void reads_every_final_status(void **state)
{
    char text[64];

    for (int status = 200; status <= 999; status++) {
        int const length =
            snprintf(text, sizeof text, "HTTP/1.1 %d Why\r\nContent-Length: 0\r\n\r\n", status);

        http_run(&outcome, text, (size_t)length, (size_t)length, 1, false);
        assert_int_equal(outcome.result, PGTASK_DONE);
        assert_int_equal(outcome.status, status);
    }
    (void)state;
}

static void accepts_status_lines_with_and_without_a_reason(void **state)
{
    static char const *const lines[] = {
        "HTTP/1.1 200 OK",     "HTTP/1.1 200 ",         "HTTP/1.1 200",
        "HTTP/1.1 200 All OK", "HTTP/1.1 200 \xe5\xa5", "HTTP/1.1 200 \tx ",
    };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        run_joined(lines[i], "\r\nContent-Length: 1\r\n\r\n", "x");
        assert_int_equal(outcome.result, PGTASK_DONE);
        assert_int_equal(outcome.status, 200);
        assert_int_equal(outcome.body_length, 1);
    }
    (void)state;
}

static void refuses_a_malformed_status_line_at_its_first_wrong_byte(void **state)
{
    static char const *const texts[] = {
        "\r",
        "\n",
        " ",
        "h",
        "HTTP/2",
        "HTTP/1.2",
        "HTTP/1.1\t",
        "HTTP/1.1  ",
        "HTTP/1.1 2x",
        "HTTP/1.1 20 ",
        "HTTP/1.1 2000",
        "HTTP/1.1 099",
        "HTTP/1.1 000",
        "HTTP/1.1 101",
        "HTTP/1.1 200\n",
        "HTTP/1.1 200x",
        "HTTP/1.1 200\t",
        "HTTP/1.1 200 OK\n",
        "HTTP/1.1 200 OK\rx",
        "HTTP/1.1 200 OK\r\r",
        "HTTP/1.1 200 O\x01",
        "HTTP/1.1 200 O\x7f",
        "<",
        "S",    /* such as SSH-2.0 */
        "\x15", /* a TLS alert */
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        http_assert_refused_at_end(texts[i], PGTASK_ERROR_HTTP_SYNTAX);
    }
    (void)state;
}

static void refuses_header_lines_that_could_be_read_in_two_ways(void **state)
{
    static char const *const lines[] = {
        "\n",               /* bare LF as the empty line */
        "Server: nginx\n",  /* bare LF */
        "Server: nginx\rX", /* bare CR */
        "Server: nginx\r\r",
        "Content-Length: 1\r\n ", /* obs-fold of what frames the body */
        "Transfer-Encoding: chunked\r\n\t",
        "Content-Encoding: identity\r\n ",
        "Server: a\r\n b\n", /* bare LF in a fold */
        "Server: a\r\n b\x01",
        "Content-Length ", /* blank before the colon */
        "Content-Length\t",
        " ",           /* blank before the first header */
        ":",           /* no name */
        "Server\r",    /* no colon */
        "Content\x80", /* not a token */
        "Content(",
        "Content\"",
        "Content/",
        "Content[",
        "Content{",
        "Content@",
        "Content\x01",
        "Content\x7f",
        "Server: a\x01", /* control byte */
        "Server: a\x7f",
        "Date: a\x0b",
        "Content-Length: 1\x0c",
        "\rX",
        "Content-Length: 1\r\n\r\r",
    };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        static char text[256];

        (void)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n%s", lines[i]);
        http_assert_refused_at_end(text, PGTASK_ERROR_HTTP_SYNTAX);
    }
    (void)state;
}

/* RFC 9112 5.2. curl 7.88 passes over such lines, too. */
static void lines_that_go_on_with_a_header_are_passed_over(void **state)
{
    static char const *const lines[] = {
        "Server: nginx\r\n and more\r\n",          "Server:\r\n\tnginx\r\n",
        "X: a\r\n b\r\n\tc: d\r\n  \t \r\n",       "X: a\r\n Content-Length: 3\r\n",
        "X: a\r\n Transfer-Encoding: chunked\r\n", "Connection: keep-alive,\r\n keep-alive\r\n",
    };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        static char text[256];

        (void)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n%sContent-Length: 2\r\n\r\nok",
                       lines[i]);
        run(text);
        assert_int_equal(outcome.result, PGTASK_DONE);
        assert_int_equal(outcome.body_length, 2);
        assert_true(outcome.keep_alive);
    }
    run("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994\r\n 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_false(outcome.has_date);
    (void)state;
}

static void refuses_nul_bytes_anywhere_in_a_head(void **state)
{
    static char const head[] = "HTTP/1.1 200 OK\r\nServer: a\r\nContent-Length: 0\r\n\r\n";

    for (size_t i = 0; i < sizeof head - 1; i++) {
        char text[sizeof head];

        memcpy(text, head, sizeof head);
        text[i] = '\0';
        http_run(&outcome, text, sizeof text - 1, 1, 7, false);
        assert_int_equal(outcome.result, PGTASK_ERROR_HTTP_SYNTAX);
        assert_int_equal(outcome.taken, i + 1);
    }
    (void)state;
}

static void knows_header_names_in_any_case_and_by_the_whole_name(void **state)
{
    static char const head[] = "HTTP/1.1 200\r\n";

    run_joined(head, "cOnTeNt-LeNgTh:3\r\n\r\n", "abc");
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.body_length, 3);

    run_joined(head, "CONTENT-LENGTH:\t 3 \t \t \r\n", "\r\nabc");
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.body_length, 3);

    run_joined(head,
               "X-Content-Length: 9\r\nContent-Lengt: 9\r\nContent-Lengths: 9\r\n"
               "!#$%&'*+-.^_`|~: Content-Length: 9\r\nContent_Length: 9\r\n",
               "Content-Length: 3\r\n\r\nabc");
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.body_length, 3);
    (void)state;
}

static void passes_over_unknown_headers_of_any_length(void **state)
{
    static char text[12000];
    int at = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n");

    memset(text + at, 'n', 4000);
    at += 4000;
    at += snprintf(text + at, sizeof text - (size_t)at, ":");
    memset(text + at, 'v', 4000);
    at += 4000;
    (void)snprintf(text + at, sizeof text - (size_t)at,
                   "\r\nX-Empty:\r\nX-Blank: \t \r\nX-Utf8: \xe4\xb8\xad, \"a\\\"b\" (c) "
                   "[d]\r\nContent-Length: 1\r\n\r\nx");
    run(text);
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.body_length, 1);
    (void)state;
}

/** @return an answer of `size` bytes that has no body: `interim`, which may be "", and a head */
static char *head_of(size_t size, char const *interim)
{
    static char text[PGTASK_HTTP_HEAD_BYTES + 64];
    static char const end[] = "\r\nContent-Length: 0\r\n\r\n";
    int const start = snprintf(text, sizeof text, "%sHTTP/1.1 200 OK\r\nX: ", interim);
    size_t const fill = size - (size_t)start - (sizeof end - 1);

    memset(text + start, 'v', fill);
    memcpy(text + (size_t)start + fill, end, sizeof end);
    return text;
}

static void accepts_heads_up_to_the_limit_and_no_longer(void **state)
{
    static char const *const interim[] = {"", "HTTP/1.1 100 Continue\r\n\r\n"};

    for (size_t i = 0; i < 2; i++) {
        run(head_of(PGTASK_HTTP_HEAD_BYTES, interim[i]));
        assert_int_equal(outcome.result, PGTASK_DONE);

        run(head_of(PGTASK_HTTP_HEAD_BYTES + 1, interim[i]));
        assert_int_equal(outcome.result, PGTASK_ERROR_HTTP_HEAD);
        assert_int_equal(outcome.taken, PGTASK_HTTP_HEAD_BYTES + 1);
        assert_false(outcome.head_done);
    }
    (void)state;
}

static void a_flood_of_interim_answers_is_refused_at_the_limit(void **state)
{
    static char text[2 * PGTASK_HTTP_HEAD_BYTES];
    static char const one[] = "HTTP/1.1 103 \r\n\r\n";

    for (size_t at = 0; at + sizeof one < sizeof text; at += sizeof one - 1) {
        memcpy(text + at, one, sizeof one);
    }
    run(text);
    assert_int_equal(outcome.result, PGTASK_ERROR_HTTP_HEAD);
    assert_int_equal(outcome.taken, PGTASK_HTTP_HEAD_BYTES + 1);
    (void)state;
}

static void skips_interim_answers_with_their_headers(void **state)
{
    run("HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n"
        "Connection: close\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 7\r\n\r\n"
        "HTTP/1.0 199\r\nConnection: close\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.status, 200);
    assert_true(outcome.keep_alive);
    assert_false(outcome.has_date);
    assert_int_equal(outcome.body_length, 2);
    (void)state;
}

static void keeps_a_connection_only_if_the_answer_allows_it(void **state)
{
    static struct {
        char const *head;
        bool keep_alive;
    } const cases[] = {
        {"HTTP/1.1 200 OK\r\n", true},
        {"HTTP/1.0 200 OK\r\n", false},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", true},
        {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive, foo\r\n", true},
        {"HTTP/1.0 200 OK\r\nConnection: foo ,\t keep-alive \r\n", true},
        {"HTTP/1.0 200 OK\r\nConnection: foo\r\nConnection: keep-alive\r\n", true},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive-not\r\n", false},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive foo\r\n", false},
        {"HTTP/1.0 200 OK\r\nX-Connection: keep-alive\r\n", false},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n", false},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\n", false},
        {"HTTP/1.1 200 OK\r\nConnection: CLOSE\r\n", false},
        {"HTTP/1.1 200 OK\r\nConnection:close\r\n", false},
        {"HTTP/1.1 200 OK\r\nConnection: ,,close, keep-alive\r\n", false},
        {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\n", false},
        {"HTTP/1.1 200 OK\r\nConnection:\r\n", true},
        {"HTTP/1.1 200 OK\r\nConnection: closed, \"close\"\r\n", true},
        {"HTTP/1.1 200 OK\r\nConnection: a-token-longer-than-any-this-decoder-cares-for\r\n", true},
        {"HTTP/1.1 200 OK\r\n"
         "Connection: a-token-longer-than-any-this-decoder-cares-for , close\r\n",
         false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run_joined(cases[i].head, "Content-Length: 0\r\n", "\r\n");
        assert_int_equal(outcome.result, PGTASK_DONE);
        if (outcome.keep_alive != cases[i].keep_alive) {
            fail_msg("%s", cases[i].head);
        }
    }
    (void)state;
}

static void reads_dates_as_other_implementations_do(void **state)
{
    /* GNU coreutils gave each number: `date -u -d '<text>' +%s` */
    static struct {
        char const *text;
        int64_t unix_s;
    } const cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111777)},
        {"Thu, 29 Feb 2024 23:59:59 GMT", INT64_C(1709251199)},
        {"Thu, 01 Jan 1970 00:00:00 GMT", INT64_C(0)},
        {"Tue, 19 Jan 2038 03:14:08 GMT", INT64_C(2147483648)},
        {"Mon, 01 Mar 2100 00:00:00 GMT", INT64_C(4107542400)},
        {"Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(253402300799)},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run_joined("HTTP/1.1 200\r\nContent-Length: 0\r\nDate:", cases[i].text, " \t \r\n\r\n");
        assert_int_equal(outcome.result, PGTASK_DONE);
        assert_true(outcome.has_date);
        assert_true(outcome.date_unix_s == cases[i].unix_s);
    }
    (void)state;
}

static void ignores_malformed_dates_and_times_that_do_not_exist(void **state)
{
    static char const *const dates[] = {
        "",
        "0",
        "Sun, 06 Nov 1994 08:49:37 GM",
        "Sun, 06 Nov 1994 08:49:37 GMTx",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 gmt",
        "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun,  6 Nov 1994 08:49:37 GMT",
        "Sun, 06  Nov 1994 08:49:37 GMT",
        "Sun,\t06 Nov 1994 08:49:37 GMT",
        "Sun 06, Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 06 Nov 1994 08:49:37 GMT", /* it was a Sunday */
        "Xyz, 06 Nov 1994 08:49:37 GMT",
        "Wed, 29 Feb 2023 00:00:00 GMT",
        "Thu, 31 Apr 2026 00:00:00 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Xxx 1994 08:49:37 GMT",
        "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sat, 31 Dec 2016 23:59:60 GMT", /* Unix time has no leap seconds */
        "Sun, 06 Nov 1994 08-49-37 GMT",
        "Sun, 06 Nov 19a4 08:49:37 GMT",
        "Sun, 06 Nov +994 08:49:37 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
    };

    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        run_joined("HTTP/1.1 200\r\nContent-Length: 0\r\nDate: ", dates[i], "\r\n\r\n");
        assert_int_equal(outcome.result, PGTASK_DONE);
        if (outcome.has_date) {
            fail_msg("believed: %s", dates[i]);
        }
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(reads_the_answer_of_the_public_cloud),
        cmocka_unit_test(reads_the_answer_of_a_private_cloud),
        cmocka_unit_test(shows_nothing_before_the_head_is_whole),
        cmocka_unit_test(reads_every_final_status),
        cmocka_unit_test(accepts_status_lines_with_and_without_a_reason),
        cmocka_unit_test(refuses_a_malformed_status_line_at_its_first_wrong_byte),
        cmocka_unit_test(refuses_header_lines_that_could_be_read_in_two_ways),
        cmocka_unit_test(lines_that_go_on_with_a_header_are_passed_over),
        cmocka_unit_test(refuses_nul_bytes_anywhere_in_a_head),
        cmocka_unit_test(knows_header_names_in_any_case_and_by_the_whole_name),
        cmocka_unit_test(passes_over_unknown_headers_of_any_length),
        cmocka_unit_test(accepts_heads_up_to_the_limit_and_no_longer),
        cmocka_unit_test(a_flood_of_interim_answers_is_refused_at_the_limit),
        cmocka_unit_test(skips_interim_answers_with_their_headers),
        cmocka_unit_test(keeps_a_connection_only_if_the_answer_allows_it),
        cmocka_unit_test(reads_dates_as_other_implementations_do),
        cmocka_unit_test(ignores_malformed_dates_and_times_that_do_not_exist),
    };

    return cmocka_run_group_tests_name("http head", tests, NULL, NULL);
}
