/* SPDX-License-Identifier: MIT */
/* Takes any bytes as an answer of the service: records keep their promises in any slices. */
#include <pgtask/http.h>
#include <pgtask/task.h>
#include "record.h"
#include "slices.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** Bits of the first steering byte. */
#define STEER_BARE_BODY   1 /* the text is a body: put a head before it */
#define STEER_SKIP_DETAIL 2

/** Bytes of the smallest record, `{"TaskId":1},` and more: they bound the number of records. */
#define RECORDS (FUZZ_TEXT_BYTES / 13)

struct outcome {
    enum pgtask_error result;
    struct pgtask_http http;
    struct pgtask_answer answer;
    struct pgtask_task task;
    size_t count;
    uint64_t digests[RECORDS];
};

/** Takes records until the decoder wants bytes or has ended. */
static enum pgtask_error drain(struct outcome *outcome)
{
    enum pgtask_error result;

    while ((result = pgtask_answer_next(&outcome->answer, &outcome->task)) == PGTASK_OK) {
        record_check(&outcome->task);
        FUZZ_CHECK(outcome->count < RECORDS);
        outcome->digests[outcome->count++] = record_digest(&outcome->task);
        memset(&outcome->task, 0xa5, sizeof outcome->task);
    }
    return result;
}

static enum pgtask_error feed_body(struct outcome *outcome, uint8_t const *body, size_t length)
{
    enum pgtask_error result = drain(outcome);

    while (length > 0 && result == PGTASK_MORE) {
        size_t const taken = pgtask_answer_feed(&outcome->answer, body, length);

        FUZZ_CHECK(taken > 0 && taken <= length);
        body += taken;
        length -= taken;
        result = drain(outcome);
    }
    return result;
}

/** Ends the body. HTTP was done, but JSON may not be. */
static void finish_body(struct outcome *outcome)
{
    outcome->result = drain(outcome);
    if (outcome->result == PGTASK_MORE) {
        pgtask_answer_finish(&outcome->answer);
        outcome->result = drain(outcome);
    }
    FUZZ_CHECK(outcome->result != PGTASK_MORE);
}

static void feed_slice(struct outcome *outcome, uint8_t const *slice, size_t length)
{
    while (outcome->result == PGTASK_MORE) {
        uint8_t const *body;
        size_t body_length;
        size_t taken;

        outcome->result =
            pgtask_http_feed(&outcome->http, slice, length, &taken, &body, &body_length);
        slice += taken;
        length -= taken;
        if (outcome->result == PGTASK_DONE) {
            finish_body(outcome);
        } else if (outcome->result == PGTASK_OK) {
            outcome->result = feed_body(outcome, body, body_length);
        } else if (outcome->result == PGTASK_MORE) {
            return;
        }
    }
}

static void feed_text(struct outcome *outcome, uint8_t const *steer, uint8_t const *text,
                      size_t length)
{
    struct fuzz_slices slices;
    uint8_t const *slice;
    size_t slice_length;

    fuzz_slices_start(&slices, steer, text, length);
    while (outcome->result == PGTASK_MORE &&
           (slice = fuzz_slices_next(&slices, &slice_length)) != NULL) {
        feed_slice(outcome, slice, slice_length);
    }
    fuzz_slices_end(&slices);
}

static void run(struct outcome *outcome, uint8_t bits, uint8_t const *steer, uint8_t const *text,
                size_t length)
{
    static uint8_t const head[] = "HTTP/1.1 200 OK\r\n\r\n";
    struct pgtask_task_options const options = {.skip_detail = (bits & STEER_SKIP_DETAIL) != 0};

    memset(&outcome->task, 0xa5, sizeof outcome->task);
    outcome->count = 0;
    outcome->result = PGTASK_MORE;
    pgtask_http_start(&outcome->http);
    pgtask_answer_start(&outcome->answer, &options);
    if ((bits & STEER_BARE_BODY) != 0) {
        feed_slice(outcome, head, sizeof head - 1);
    }
    feed_text(outcome, steer, text, length);
    if (outcome->result == PGTASK_MORE) {
        outcome->result = pgtask_http_close(&outcome->http);
        if (outcome->result == PGTASK_DONE) {
            finish_body(outcome);
        }
    }
}

static void check_promises(struct outcome const *outcome)
{
    enum pgtask_layer const layer = pgtask_error_layer(outcome->result);

    FUZZ_CHECK(outcome->result == PGTASK_DONE || layer == PGTASK_LAYER_HTTP ||
               layer == PGTASK_LAYER_JSON || layer == PGTASK_LAYER_ANSWER ||
               layer == PGTASK_LAYER_SERVICE);
    if (layer != PGTASK_LAYER_HTTP) {
        failure_check(&outcome->answer.failure);
        FUZZ_CHECK(outcome->answer.failure.error ==
                   (outcome->result == PGTASK_DONE ? PGTASK_OK : outcome->result));
        FUZZ_CHECK(outcome->answer.task_count == outcome->count);
    }
}

/** Names the subject of a finding in the log. */
static void print(char const *name, struct outcome const *outcome)
{
    struct pgtask_failure const *const failure = &outcome->answer.failure;

    (void)fprintf(stderr,
                  "%s: result %d, %zu records, total %" PRIu64 "; failure %d at %" PRIu64
                  ", member '%s', code '%s', message '%s', request id '%s'\n",
                  name, outcome->result, outcome->count, outcome->answer.total_count,
                  failure->error, failure->offset, failure->member, failure->code, failure->message,
                  failure->request_id);
}

static bool are_same(struct outcome const *one, struct outcome const *other)
{
    return one->result == other->result && one->count == other->count &&
           memcmp(one->digests, other->digests, one->count * sizeof one->digests[0]) == 0 &&
           one->answer.total_count == other->answer.total_count &&
           one->answer.left_out_count == other->answer.left_out_count &&
           failure_digest(&one->answer.failure) == failure_digest(&other->answer.failure);
}

void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length)
{
    static struct outcome whole;
    static struct outcome sliced;

    run(&whole, steer[0], NULL, text, length);
    check_promises(&whole);
    run(&sliced, steer[0], steer, text, length);
    bool const same = are_same(&whole, &sliced);

    if (!same) {
        print("whole", &whole);
        print("sliced", &sliced);
    }
    FUZZ_CHECK(same);
}
