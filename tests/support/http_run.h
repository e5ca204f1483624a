/* SPDX-License-Identifier: MIT */
/**
 * @file http_run.h
 * Feeds an HTTP answer to the decoder in slices of many sizes and collects what a caller can see.
 */
#ifndef PGTASK_TEST_HTTP_RUN_H
#define PGTASK_TEST_HTTP_RUN_H

#include <pgtask/http.h>

/** Most body bytes that a run keeps. */
#define HTTP_RUN_BODY_BYTES 65536

/** All that a caller can see of one answer. */
struct http_outcome {
    enum pgtask_error result; /**< what the decoder returned last */
    uint16_t status;
    bool head_done;
    bool keep_alive;
    bool has_date;
    int64_t date_unix_s;
    size_t taken; /**< bytes, of all slices together */
    size_t body_length;
    uint8_t body[HTTP_RUN_BODY_BYTES];
};

/**
 * Feeds `bytes` in a first slice of `first` bytes and others of `step` bytes, until the decoder
 * returns PGTASK_DONE or an error, or all is fed. Each slice is a copy that ends at a guard page.
 * @param closes  whether the peer closes the connection after the last byte
 */
void http_run(struct http_outcome *outcome, void const *bytes, size_t length, size_t first,
              size_t step, bool closes);

/**
 * Runs an answer whole, split in two at each byte, and byte by byte. Asserts that all runs end
 * alike.
 * @param outcome  filled with how it ended
 */
void http_run_all(struct http_outcome *outcome, void const *bytes, size_t length, bool closes);

/** Asserts that `text`, which ends with its first wrong byte, is refused there, in any slices. */
void http_assert_refused_at_end(char const *text, enum pgtask_error error);

#endif
