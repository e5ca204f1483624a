/* SPDX-License-Identifier: MIT */
/* Takes any bytes as an HTTP answer: the outcome is the same in any slices. */
#include <pgtask/http.h>
#include "slices.h"

#include <string.h>

struct outcome {
    enum pgtask_error result;
    struct pgtask_http http;
    size_t taken;
    size_t body_length;
    uint8_t body[FUZZ_TEXT_BYTES];
};

static void feed_slice(struct outcome *outcome, uint8_t const *slice, size_t length)
{
    size_t at = 0;

    do {
        uint8_t const *body = NULL;
        size_t body_length = 0;
        size_t taken = SIZE_MAX;

        outcome->result =
            pgtask_http_feed(&outcome->http, slice + at, length - at, &taken, &body, &body_length);
        FUZZ_CHECK(taken <= length - at);
        at += taken;
        if (outcome->result == PGTASK_OK) {
            FUZZ_CHECK(outcome->http.head_done);
            FUZZ_CHECK(body_length > 0 && body_length <= taken);
            FUZZ_CHECK(body + body_length == slice + at);
            memcpy(outcome->body + outcome->body_length, body, body_length);
            outcome->body_length += body_length;
        }
    } while (outcome->result == PGTASK_OK);
    FUZZ_CHECK(outcome->result != PGTASK_MORE || at == length);
    outcome->taken += at;
}

static void run(struct outcome *outcome, uint8_t const *steer, uint8_t const *text, size_t length)
{
    struct fuzz_slices slices;
    uint8_t const *slice;
    size_t slice_length;

    outcome->result = PGTASK_MORE;
    outcome->taken = 0;
    outcome->body_length = 0;
    pgtask_http_start(&outcome->http);
    fuzz_slices_start(&slices, steer, text, length);
    while (outcome->result == PGTASK_MORE &&
           (slice = fuzz_slices_next(&slices, &slice_length)) != NULL) {
        feed_slice(outcome, slice, slice_length);
    }
    fuzz_slices_end(&slices);
    if (outcome->result == PGTASK_MORE) {
        outcome->result = pgtask_http_close(&outcome->http);
    }
    FUZZ_CHECK(pgtask_http_close(&outcome->http) == outcome->result);
}

static void check_promises(struct outcome const *outcome)
{
    struct pgtask_http const *const http = &outcome->http;

    FUZZ_CHECK(outcome->result == PGTASK_DONE || (outcome->result <= PGTASK_ERROR_HTTP_SYNTAX &&
                                                  outcome->result >= PGTASK_ERROR_HTTP_TRUNCATED));
    FUZZ_CHECK(outcome->result != PGTASK_DONE || http->head_done);
    FUZZ_CHECK(outcome->result == PGTASK_DONE || !http->keep_alive);
    FUZZ_CHECK(http->head_done ? http->status >= 200 && http->status <= 999 : http->status == 0);
    FUZZ_CHECK(http->body_bytes == outcome->body_length);
    FUZZ_CHECK(!http->has_date || http->date_unix_s >= 0);
}

void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length)
{
    static struct outcome whole;
    static struct outcome sliced;

    run(&whole, NULL, text, length);
    check_promises(&whole);
    run(&sliced, steer, text, length);
    FUZZ_CHECK(whole.result == sliced.result);
    FUZZ_CHECK(whole.taken == sliced.taken);
    FUZZ_CHECK(whole.http.status == sliced.http.status);
    FUZZ_CHECK(whole.http.keep_alive == sliced.http.keep_alive);
    FUZZ_CHECK(whole.http.has_date == sliced.http.has_date);
    FUZZ_CHECK(!whole.http.has_date || whole.http.date_unix_s == sliced.http.date_unix_s);
    FUZZ_CHECK(whole.body_length == sliced.body_length);
    FUZZ_CHECK(memcmp(whole.body, sliced.body, whole.body_length) == 0);
}
