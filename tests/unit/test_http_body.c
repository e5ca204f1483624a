/* SPDX-License-Identifier: MIT */
/* HTTP bodies: a length or chunks end them, and what is malformed is refused. */
#include <pgtask/http.h>
#include "http_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD    "HTTP/1.1 200 OK\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"

static struct http_outcome outcome;

static void run(char const *text)
{
    http_run_all(&outcome, text, strlen(text), false);
}

static void run_and_close(char const *text)
{
    http_run_all(&outcome, text, strlen(text), true);
}

static void assert_body(char const *text, char const *body)
{
    if (outcome.result != PGTASK_DONE || outcome.body_length != strlen(body) ||
        memcmp(outcome.body, body, strlen(body)) != 0) {
        fail_msg("%d, %zu bytes of body: %s", outcome.result, outcome.body_length, text);
    }
}

static void takes_no_byte_beyond_the_answer(void **state)
{
    static char const next[] = "HTTP/1.1 500 Next\r\n\r\n";
    static struct {
        char const *text;
        char const *body;
    } const answers[] = {
        {HEAD "Content-Length: 0\r\n\r\n", ""},     {HEAD "Content-Length: 4\r\n\r\nbody", "body"},
        {CHUNKED "4\r\nbody\r\n0\r\n\r\n", "body"}, {CHUNKED "0\r\nX: y\r\n\r\n", ""},
        {"HTTP/1.1 204 No Content\r\n\r\n", ""},
    };

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        char text[256];

        (void)snprintf(text, sizeof text, "%s%s", answers[i].text, next);
        run(text);
        assert_body(text, answers[i].body);
        assert_int_equal(outcome.taken, strlen(answers[i].text));
        assert_true(outcome.keep_alive);
    }
    (void)state;
}

static void reads_bodies_of_a_given_length_whatever_their_bytes(void **state)
{
    char text[512];
    int const head = snprintf(text, sizeof text, HEAD "Content-Length: 256\r\n\r\n");

    for (int byte = 0; byte < 256; byte++) {
        text[head + byte] = (char)byte;
    }
    http_run_all(&outcome, text, (size_t)head + 256, false);
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.body_length, 256);
    assert_memory_equal(outcome.body, text + head, 256);
    (void)state;
}

static void accepts_equal_repeats_of_a_length(void **state)
{
    static char const *const texts[] = {
        HEAD "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
        HEAD "Content-Length: 2, 2\r\n\r\nok",
        HEAD "Content-Length: 2 ,\t2\r\nX: y\r\nContent-Length: 02\r\n\r\nok",
        HEAD "Content-Length: 00000000000000000000000000000002\r\n\r\nok",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        run(texts[i]);
        assert_body(texts[i], "ok");
    }
    (void)state;
}

static void refuses_malformed_and_contradictory_lengths(void **state)
{
    static char const *const texts[] = {
        HEAD "Content-Length:\r",
        HEAD "Content-Length: \r",
        HEAD "Content-Length: -1\r",
        HEAD "Content-Length: +1\r",
        HEAD "Content-Length: 0x10\r",
        HEAD "Content-Length: 1 0\r",
        HEAD "Content-Length: 1.0\r",
        HEAD "Content-Length: 1e1\r",
        HEAD "Content-Length: \xc2\xb2\r",
        HEAD "Content-Length: 18446744073709551616\r",
        HEAD "Content-Length: 18446744073709551620\r",
        HEAD "Content-Length: 184467440737095516150\r",
        HEAD "Content-Length: 99999999999999999999999999999999\r",
        HEAD "Content-Length: 100000000000000000000000000000000000000\r",
        HEAD "Content-Length: 000000000000000000000000000000029\r",
        HEAD "Content-Length: 2                              9\r",
        HEAD "Content-Length: 2, 3\r",
        HEAD "Content-Length: 2,\r",
        HEAD "Content-Length: ,",
        HEAD "Content-Length: 2\r\nContent-Length: 3\r",
        HEAD "Content-Length: 0\r\nContent-Length: 3\r",
        HEAD "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        HEAD "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
        HEAD "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        http_assert_refused_at_end(texts[i], PGTASK_ERROR_HTTP_LENGTH);
    }
    (void)state;
}

static void counts_down_from_the_largest_length(void **state)
{
    run(HEAD "Content-Length: 18446744073709551615\r\n\r\nok");
    assert_int_equal(outcome.result, PGTASK_MORE);
    assert_int_equal(outcome.body_length, 2);

    run(CHUNKED "ffffffffffffffff\r\nok");
    assert_int_equal(outcome.result, PGTASK_MORE);
    assert_int_equal(outcome.body_length, 2);
    (void)state;
}

static void refuses_codings_that_were_not_asked_for(void **state)
{
    static char const *const texts[] = {
        HEAD "Transfer-Encoding: gzip\r",
        HEAD "Transfer-Encoding: gzip,",
        HEAD "Transfer-Encoding: chunked, gzip\r",
        HEAD "Transfer-Encoding: chunked, chunked\r",
        HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r",
        HEAD "Transfer-Encoding: chunked;q=1\r",
        HEAD "Transfer-Encoding: \"chunked\"\r",
        HEAD "Transfer-Encoding: xchunked\r",
        HEAD "Transfer-Encoding: chunked x\r",
        HEAD "Transfer-Encoding: chunked                         x\r",
        HEAD "Transfer-Encoding: chunked-and-more-than-anyone-wants-to-keep\r",
        HEAD "Content-Encoding: gzip\r",
        HEAD "Content-Encoding: br\r",
        HEAD "Content-Encoding: identity, deflate\r",
        HEAD "Content-Encoding: identityx\r",
        HEAD "Content-Encoding: x-a-coding-of-which-nobody-has-ever-heard\r",
        HEAD "Content-Encoding: x-exactly-32-bytes-long-coding-x\r",
        HEAD "Content-Encoding: x-exactly-33-bytes-long-coding-xx\r",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        http_assert_refused_at_end(texts[i], PGTASK_ERROR_HTTP_ENCODING);
    }
    run(HEAD "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok");
    assert_body("identity", "ok");
    run(HEAD "Transfer-Encoding: , Identity,\r\nTransfer-Encoding:\r\nContent-Length: 2\r\n\r\nok");
    assert_body("identity", "ok");
    run(HEAD "Transfer-Encoding: identity, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    assert_body("chunked", "ok");
    run(HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
             "2 \t \r\nok\r\n0\t\r\n\r\n");
    assert_body("chunked, and blanks behind the size", "ok");
    run(HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: y\r\n z\r\n\r\n");
    assert_body("a folded trailer", "ok");
    run(HEAD "Content-Encoding: Identity\r\nContent-Encoding:\r\nContent-Length: 2\r\n\r\nok");
    assert_body("identity", "ok");
    (void)state;
}

static void answers_204_and_304_have_no_body(void **state)
{
    static char const *const texts[] = {
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        run(texts[i]);
        assert_body(texts[i], "");
        assert_true(outcome.keep_alive);
    }
    run("HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nok");
    assert_body("205", "ok");
    (void)state;
}

static void joins_chunks_of_any_notation(void **state)
{
    static char const *const texts[] = {
        CHUNKED "b\r\nhello world\r\n0\r\n\r\n",
        CHUNKED "B\r\nhello world\r\n0\r\n\r\n",
        CHUNKED "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
        CHUNKED "0000000000000000000000b\r\nhello world\r\n000\r\n\r\n",
        CHUNKED "b;a\r\nhello world\r\n0;b=c\r\n\r\n",
        CHUNKED "b;a=\"x\\\"y;\\\\\"\r\nhello world\r\n0\r\n\r\n",
        CHUNKED "b \t; a = b\r\nhello world\r\n0 ;\r\n\r\n",
        CHUNKED "b;a=\"\xe4\xb8\xad\t\"; c\r\nhello world\r\n0\r\n\r\n",
        CHUNKED "b\r\nhello world\r\n0\r\nX-Trailer: a\r\nContent-Length: 99\r\n\r\n",
        HEAD "TRANSFER-ENCODING:CHUNKED \t\r\n\r\nb\r\nhello world\r\n0\r\n\r\n",
        HEAD "Transfer-Encoding: chunked                                \t      \r\n\r\n"
             "b\r\nhello world\r\n0\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        run(texts[i]);
        assert_body(texts[i], "hello world");
        assert_true(outcome.keep_alive);
    }
    (void)state;
}

static void trailers_do_not_change_the_answer(void **state)
{
    run(CHUNKED "0\r\nConnection: close\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                "Transfer-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n");
    assert_body("trailers", "");
    assert_true(outcome.keep_alive);
    assert_false(outcome.has_date);
    (void)state;
}

static void refuses_malformed_chunks_at_their_first_wrong_byte(void **state)
{
    static char const *const rests[] = {
        "\r",
        "\n",
        ";",
        " ",
        "x",
        "-",
        "+",
        "g",
        "1\n",
        "1g",
        "1\rx",
        "1\r\r",
        "1 \n",
        "1\t\rx",
        "1 \t1",
        "1 1",
        "1;a\n",
        "1;a\rb",
        "1;a\x01",
        "1;a=\"b\r",
        "1;a=\"b\n",
        "1;a=\"\\\r",
        "1;\x7f",
        "1\r\nxx",
        "1\r\nx\n",
        "1\r\nx\rx",
        "1\r\nx\r\r",
        "1\r\nx\r\n\r",
        "0x",
        "0\r\n\n",
        "0\r\n ",
        "0\r\n:",
        "0\r\nX ",
        "0\r\nX\r",
        "0\r\nX: y\n",
        "0\r\n\rX",
        "0\r\nX: y\r\n z\n",
        "0\r\nX: \x01",
        "0\r\n\r\r",
    };

    for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
        char text[128];

        (void)snprintf(text, sizeof text, CHUNKED "%s", rests[i]);
        http_assert_refused_at_end(text, PGTASK_ERROR_HTTP_CHUNK);
    }
    (void)state;
}

static void refuses_chunk_sizes_that_overflow(void **state)
{
    http_assert_refused_at_end(CHUNKED "10000000000000000", PGTASK_ERROR_HTTP_LENGTH);
    http_assert_refused_at_end(CHUNKED "fffffffffffffffff", PGTASK_ERROR_HTTP_LENGTH);
    http_assert_refused_at_end(CHUNKED "1\r\nx\r\n10000000000000000", PGTASK_ERROR_HTTP_LENGTH);
    (void)state;
}

/** Writes `unit` `count` times behind the head of a chunked answer. @return the length of it all */
static size_t repeat(char *text, size_t capacity, char const *unit, size_t count)
{
    size_t const head = strlen(CHUNKED);
    size_t const size = strlen(unit);

    assert_true(head + count * size < capacity);
    memcpy(text, CHUNKED, head);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + head + i * size, unit, size);
    }
    text[head + count * size] = '\0';
    return head + count * size;
}

static void accepts_endless_chunks_of_one_byte(void **state)
{
    static char text[100000];
    size_t length = repeat(text, sizeof text, "00001\r\nx\r\n", 8000);

    memcpy(text + length, "0\r\n\r\n", 6);
    length += 5;
    http_run_all(&outcome, text, length, false);
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.body_length, 8000);
    (void)state;
}

static void a_flood_of_chunk_framing_is_refused(void **state)
{
    static char const extension[] = "1;e=\"a flood of extensions around single bytes\"\r\nx\r\n";
    static char text[3 * PGTASK_HTTP_HEAD_BYTES];
    size_t length = repeat(text, sizeof text, extension, 2 * PGTASK_HTTP_HEAD_BYTES / 50);

    http_run_all(&outcome, text, length, false);
    assert_int_equal(outcome.result, PGTASK_ERROR_HTTP_CHUNK);

    char const *const units[] = {"0", "1;e="};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        length = repeat(text, sizeof text, units[i], 2 * PGTASK_HTTP_HEAD_BYTES / strlen(units[i]));
        http_run_all(&outcome, text, length, false);
        assert_int_equal(outcome.result, PGTASK_ERROR_HTTP_CHUNK);
        assert_int_equal(outcome.taken, strlen(CHUNKED) + PGTASK_HTTP_HEAD_BYTES + 1);
    }
    (void)state;
}

static void a_flood_of_trailers_is_refused(void **state)
{
    static char text[3 * PGTASK_HTTP_HEAD_BYTES];
    size_t const start = repeat(text, sizeof text, "0\r\n", 1);

    for (size_t at = start; at < sizeof text - 8; at += 6) {
        memcpy(text + at, "X: y\r\n", 7);
    }
    run(text);
    assert_int_equal(outcome.result, PGTASK_ERROR_HTTP_CHUNK);
    assert_int_equal(outcome.taken, strlen(CHUNKED) + PGTASK_HTTP_HEAD_BYTES + 1);
    (void)state;
}

static void a_body_without_a_length_ends_when_the_peer_closes(void **state)
{
    run_and_close(HEAD "Server: nginx\r\n\r\nbody\r\n\r\n");
    assert_body("until close", "body\r\n\r\n");
    assert_false(outcome.keep_alive);

    run_and_close("HTTP/1.0 502 Bad Gateway\r\nConnection: keep-alive\r\n\r\n");
    assert_body("empty until close", "");
    assert_int_equal(outcome.status, 502);
    assert_false(outcome.keep_alive);

    run(HEAD "\r\nbody");
    assert_int_equal(outcome.result, PGTASK_MORE);
    assert_int_equal(outcome.body_length, 4);
    (void)state;
}

static void a_close_at_any_byte_before_the_end_is_a_truncation(void **state)
{
    static char const *const texts[] = {
        "HTTP/1.1 103 Hints\r\nX: y\r\n\r\n" HEAD "Content-Length: 4\r\n\r\nbody",
        CHUNKED "4;a=\"\\b\"\r\nbody\r\n1 ;\r\nx\r\n0\r\nX: y\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t const length = strlen(texts[i]);

        for (size_t cut = 0; cut < length; cut++) {
            http_run(&outcome, texts[i], cut, cut, 1, true);
            assert_int_equal(outcome.result, PGTASK_ERROR_HTTP_TRUNCATED);
            assert_false(outcome.keep_alive);
        }
        http_run(&outcome, texts[i], length, length, 1, true);
        assert_int_equal(outcome.result, PGTASK_DONE);
        assert_true(outcome.keep_alive);
    }
    (void)state;
}

static void body_bytes_are_handed_on_in_whole_runs_where_they_stand(void **state)
{
    static uint8_t const text[] = CHUNKED "a\r\n0123456789\r\n0\r\n\r\n";
    struct pgtask_http http;
    uint8_t const *body;
    size_t body_length;
    size_t taken;

    pgtask_http_start(&http);
    assert_int_equal(pgtask_http_feed(&http, text, sizeof text - 1, &taken, &body, &body_length),
                     PGTASK_OK);
    assert_ptr_equal(body, text + strlen(CHUNKED "a\r\n"));
    assert_int_equal(body_length, 10);
    assert_int_equal(taken, strlen(CHUNKED "a\r\n0123456789"));
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(takes_no_byte_beyond_the_answer),
        cmocka_unit_test(reads_bodies_of_a_given_length_whatever_their_bytes),
        cmocka_unit_test(accepts_equal_repeats_of_a_length),
        cmocka_unit_test(refuses_malformed_and_contradictory_lengths),
        cmocka_unit_test(counts_down_from_the_largest_length),
        cmocka_unit_test(refuses_codings_that_were_not_asked_for),
        cmocka_unit_test(answers_204_and_304_have_no_body),
        cmocka_unit_test(joins_chunks_of_any_notation),
        cmocka_unit_test(trailers_do_not_change_the_answer),
        cmocka_unit_test(refuses_malformed_chunks_at_their_first_wrong_byte),
        cmocka_unit_test(refuses_chunk_sizes_that_overflow),
        cmocka_unit_test(accepts_endless_chunks_of_one_byte),
        cmocka_unit_test(a_flood_of_chunk_framing_is_refused),
        cmocka_unit_test(a_flood_of_trailers_is_refused),
        cmocka_unit_test(a_body_without_a_length_ends_when_the_peer_closes),
        cmocka_unit_test(a_close_at_any_byte_before_the_end_is_a_truncation),
        cmocka_unit_test(body_bytes_are_handed_on_in_whole_runs_where_they_stand),
    };

    return cmocka_run_group_tests_name("http body", tests, NULL, NULL);
}
