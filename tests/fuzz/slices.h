/* SPDX-License-Identifier: MIT */
/**
 * @file slices.h
 * What the fuzz targets share. The first bytes of an input say how the rest is cut into slices.
 * Each slice is a copy of exact size on the heap, so that AddressSanitizer sees a step beyond it.
 */
#ifndef PGTASK_FUZZ_SLICES_H
#define PGTASK_FUZZ_SLICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes at the start of an input that say how the rest, the text, is cut. */
#define FUZZ_STEER_BYTES 4

/** Longest text. Longer inputs are skipped. */
#define FUZZ_TEXT_BYTES 65536

/** Ends the run with a finding unless `promise` holds. */
#define FUZZ_CHECK(promise) fuzz_check((promise), #promise, __FILE__, __LINE__)

struct fuzz_slices {
    uint8_t const *steer; /**< FUZZ_STEER_BYTES of them, NULL for one slice */
    uint8_t const *bytes; /**< what is left of the text */
    size_t left;
    size_t turn;
    uint8_t *copy; /**< the slice under way */
};

/** Begins to cut. If `steer` is NULL, the text stays whole. */
void fuzz_slices_start(struct fuzz_slices *slices, uint8_t const *steer, uint8_t const *bytes,
                       size_t length);

/** @return the next slice, valid until the next call, and its `length`; NULL at the end */
uint8_t const *fuzz_slices_next(struct fuzz_slices *slices, size_t *length);

/** Gives back what is left of a text that ended early. */
void fuzz_slices_end(struct fuzz_slices *slices);

void fuzz_check(bool promise, char const *text, char const *file, int line);

/** One input of libFuzzer, for the target at hand: its steering bytes and its text. */
void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length);

/** @return whether the bytes are UTF-8, by the C library's iconv() */
bool fuzz_is_utf8(char const *bytes, size_t length);

#endif
