/* SPDX-License-Identifier: MIT */
/* Takes any bytes as JSON: events, error and offset are the same in any slices. */
#include <pgtask/json.h>
#include "slices.h"

#include <string.h>

/** Bytes of a log for each byte of text: an event takes its mark, its text and its length. */
#define LOG_BYTES (2 * FUZZ_TEXT_BYTES + FUZZ_TEXT_BYTES * sizeof(size_t))

/** All events: the type of each, its text with the fragments merged, and the length of that. */
struct log {
    enum pgtask_error result;
    uint64_t offset;
    size_t length;
    size_t start;       /**< of the event under way */
    size_t text_length; /**< of the string under way */
    bool inside;        /**< a string is under way */
    uint8_t bytes[LOG_BYTES];
};

static void add(struct log *log, void const *bytes, size_t length)
{
    FUZZ_CHECK(length <= LOG_BYTES - log->length);
    memcpy(log->bytes + log->length, bytes, length);
    log->length += length;
}

static void add_event(struct log *log, struct pgtask_json_event const *event)
{
    uint8_t const type = (uint8_t)event->type;
    bool const is_string = event->type == PGTASK_JSON_KEY || event->type == PGTASK_JSON_STRING;

    FUZZ_CHECK(event->type <= PGTASK_JSON_NULL);
    if (!log->inside) {
        log->start = log->length;
        log->text_length = 0;
        add(log, &type, 1);
    }
    if (is_string) {
        FUZZ_CHECK(fuzz_is_utf8(event->text, event->length));
    } else {
        FUZZ_CHECK(!log->inside);
    }
    if (is_string || event->type == PGTASK_JSON_NUMBER) {
        add(log, event->text, event->length);
        log->text_length += event->length;
    }
    log->inside = is_string && event->has_more;
    if (!log->inside) {
        add(log, &log->text_length, sizeof log->text_length);
    }
}

/** Takes events until the decoder wants bytes or has ended. */
static enum pgtask_error drain(struct pgtask_json *json, struct log *log)
{
    struct pgtask_json_event event;
    enum pgtask_error result;

    while ((result = pgtask_json_next(json, &event)) == PGTASK_OK) {
        add_event(log, &event);
    }
    return result;
}

static void feed_slice(struct pgtask_json *json, struct log *log, uint8_t const *slice,
                       size_t length)
{
    while (length > 0 && log->result == PGTASK_MORE) {
        size_t const taken = pgtask_json_feed(json, (char const *)slice, length);

        FUZZ_CHECK(taken > 0 && taken <= length);
        slice += taken;
        length -= taken;
        log->result = drain(json, log);
    }
}

static void run(struct log *log, size_t window_bytes, uint8_t const *steer, uint8_t const *text,
                size_t length)
{
    static char window[512];
    struct pgtask_json json;
    struct fuzz_slices slices;
    uint8_t const *slice;
    size_t slice_length;

    log->length = 0;
    log->inside = false;
    pgtask_json_start(&json, window, window_bytes);
    log->result = drain(&json, log);
    fuzz_slices_start(&slices, steer, text, length);
    while (log->result == PGTASK_MORE &&
           (slice = fuzz_slices_next(&slices, &slice_length)) != NULL) {
        feed_slice(&json, log, slice, slice_length);
    }
    fuzz_slices_end(&slices);
    if (log->result == PGTASK_MORE) {
        pgtask_json_finish(&json);
        log->result = drain(&json, log);
    }
    log->offset = pgtask_json_offset(&json);
    FUZZ_CHECK(log->result == PGTASK_DONE || (log->result <= PGTASK_ERROR_JSON_SYNTAX &&
                                              log->result >= PGTASK_ERROR_JSON_TRUNCATED));
    FUZZ_CHECK(log->result != PGTASK_DONE || !log->inside);
    FUZZ_CHECK(log->result == PGTASK_DONE || log->offset <= length);
    FUZZ_CHECK(drain(&json, log) == log->result);
    if (log->inside) {
        /* How much of a broken string comes before its error depends on the slices. */
        log->length = log->start;
    }
}

void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length)
{
    static struct log whole;
    static struct log sliced;

    size_t const window_bytes = 32 + (size_t)steer[0] % 4 * 96;

    run(&whole, window_bytes, NULL, text, length);
    run(&sliced, window_bytes, steer, text, length);
    FUZZ_CHECK(whole.result == sliced.result);
    FUZZ_CHECK(whole.offset == sliced.offset);
    FUZZ_CHECK(whole.length == sliced.length);
    FUZZ_CHECK(memcmp(whole.bytes, sliced.bytes, whole.length) == 0);
}
