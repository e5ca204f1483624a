/* SPDX-License-Identifier: MIT */
#include "http_run.h"
#include "guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** Longer answers are split at some bytes only: the cost grows with the square. */
#define EACH_SPLIT_UP_TO 2000
#define SPARSE_STRIDE    211

static void collect(struct http_outcome *outcome, uint8_t const *body, size_t length)
{
    assert_true(length > 0);
    assert_true(length <= sizeof outcome->body - outcome->body_length);
    memcpy(outcome->body + outcome->body_length, body, length);
    outcome->body_length += length;
}

/** @return the decoder's answer to the slice; PGTASK_MORE if it wants the next one */
static enum pgtask_error feed_slice(struct pgtask_http *http, struct http_outcome *outcome,
                                    uint8_t const *slice, size_t length)
{
    size_t at = 0;

    for (;;) {
        uint8_t const *body = NULL;
        size_t body_length = 0;
        size_t taken = SIZE_MAX;
        enum pgtask_error const result =
            pgtask_http_feed(http, slice + at, length - at, &taken, &body, &body_length);

        assert_true(taken <= length - at);
        at += taken;
        outcome->taken += taken;
        if (result != PGTASK_OK) {
            assert_true(result != PGTASK_MORE || at == length);
            return result;
        }
        assert_true(body >= slice && body + body_length == slice + at);
        collect(outcome, body, body_length);
    }
}

static void assert_sticks(struct pgtask_http *http, enum pgtask_error result)
{
    uint8_t const byte = 'H';
    uint8_t const *body;
    size_t body_length;
    size_t taken = SIZE_MAX;

    assert_int_equal(pgtask_http_feed(http, &byte, 1, &taken, &body, &body_length), result);
    assert_int_equal(taken, 0);
    assert_int_equal(pgtask_http_close(http), result);
    assert_true(result == PGTASK_DONE || !http->keep_alive);
}

void http_run(struct http_outcome *outcome, void const *bytes, size_t length, size_t first,
              size_t step, bool closes)
{
    struct pgtask_http http;
    size_t at = 0;

    memset(outcome, 0, sizeof *outcome - sizeof outcome->body);
    memset(&http, 0xa5, sizeof http);
    pgtask_http_start(&http);
    outcome->result = PGTASK_MORE;
    while (at < length && outcome->result == PGTASK_MORE) {
        size_t const wanted = at == 0 && first > 0 ? first : step;
        size_t const size = wanted < length - at ? wanted : length - at;
        uint8_t *const slice = guard_copy((uint8_t const *)bytes + at, size);

        assert_int_equal(outcome->taken, at);
        outcome->result = feed_slice(&http, outcome, slice, size);
        guard_free(slice, size);
        at += size;
    }
    if (closes && outcome->result == PGTASK_MORE) {
        outcome->result = pgtask_http_close(&http);
    }
    if (outcome->result != PGTASK_MORE) {
        assert_sticks(&http, outcome->result);
    }
    assert_true(http.body_bytes == outcome->body_length);
    outcome->status = http.status;
    outcome->head_done = http.head_done;
    outcome->keep_alive = http.keep_alive;
    outcome->has_date = http.has_date;
    outcome->date_unix_s = http.has_date ? http.date_unix_s : 0;
}

static void assert_same(struct http_outcome const *one, struct http_outcome const *other)
{
    assert_int_equal(one->result, other->result);
    assert_int_equal(one->status, other->status);
    assert_int_equal(one->head_done, other->head_done);
    assert_int_equal(one->keep_alive, other->keep_alive);
    assert_int_equal(one->has_date, other->has_date);
    assert_true(one->date_unix_s == other->date_unix_s);
    assert_int_equal(one->taken, other->taken);
    assert_int_equal(one->body_length, other->body_length);
    assert_memory_equal(one->body, other->body, one->body_length);
}

void http_run_all(struct http_outcome *outcome, void const *bytes, size_t length, bool closes)
{
    static struct http_outcome other;
    size_t const stride = length <= EACH_SPLIT_UP_TO ? 1 : SPARSE_STRIDE;

    http_run(outcome, bytes, length, length, length, closes);
    for (size_t first = 1; first < length; first += stride) {
        http_run(&other, bytes, length, first, length, closes);
        assert_same(outcome, &other);
    }
    http_run(&other, bytes, length, 1, 1, closes);
    assert_same(outcome, &other);
}

void http_assert_refused_at_end(char const *text, enum pgtask_error error)
{
    static struct http_outcome outcome;

    http_run_all(&outcome, text, strlen(text), false);
    if (outcome.result != error || outcome.taken != strlen(text)) {
        fail_msg("%d after %zu bytes of: %s", outcome.result, outcome.taken, text);
    }
    assert_false(outcome.keep_alive);
}
