/* SPDX-License-Identifier: MIT */
#include "slices.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_slices_start(struct fuzz_slices *slices, uint8_t const *steer, uint8_t const *bytes,
                       size_t length)
{
    slices->steer = steer;
    slices->bytes = bytes;
    slices->left = length;
    slices->turn = 0;
    slices->copy = NULL;
}

static size_t next_length(struct fuzz_slices *slices)
{
    size_t const steer =
        slices->steer == NULL ? 0 : slices->steer[slices->turn++ % FUZZ_STEER_BYTES];
    size_t const wanted = steer < 128 ? steer : (steer - 127) * 16;

    return wanted == 0 || wanted > slices->left ? slices->left : wanted;
}

uint8_t const *fuzz_slices_next(struct fuzz_slices *slices, size_t *length)
{
    fuzz_slices_end(slices);
    if (slices->left == 0) {
        return NULL;
    }
    *length = next_length(slices);
    slices->copy = malloc(*length);
    FUZZ_CHECK(slices->copy != NULL);
    memcpy(slices->copy, slices->bytes, *length);
    slices->bytes += *length;
    slices->left -= *length;
    return slices->copy;
}

void fuzz_slices_end(struct fuzz_slices *slices)
{
    free(slices->copy);
    slices->copy = NULL;
}

void fuzz_check(bool promise, char const *text, char const *file, int line)
{
    if (!promise) {
        (void)fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, text);
        abort();
    }
}

bool fuzz_is_utf8(char const *bytes, size_t length)
{
    static iconv_t converter;
    static bool is_open;
    char *in = (char *)(uintptr_t)bytes;

    if (!is_open) {
        converter = iconv_open("UCS-4LE", "UTF-8");
        is_open = true;
    }
    (void)iconv(converter, NULL, NULL, NULL, NULL);
    while (length > 0) {
        char room[1024];
        char *out = room;
        size_t free_bytes = sizeof room;
        size_t const before = length;

        (void)iconv(converter, &in, &length, &out, &free_bytes);
        if (length == before) {
            return false;
        }
    }
    return true;
}
