/* SPDX-License-Identifier: MIT */
/* bench_http FILE SLICE TIMES: decodes the response in FILE so often; bench.py counts the
 * instructions. TIMES 0 prints the length of the body instead. */
#include <pgtask/http.h>

#include <stdio.h>
#include <stdlib.h>

/* @return length of the body, 0 if the response is not whole and good */
static size_t decode(uint8_t const *bytes, size_t length, size_t slice)
{
    struct pgtask_http http;
    enum pgtask_error error = PGTASK_MORE;
    size_t at = 0;
    size_t slice_end = 0;
    size_t body_bytes = 0;

    pgtask_http_start(&http);
    while (error == PGTASK_OK || error == PGTASK_MORE) {
        uint8_t const *body;
        size_t body_length;
        size_t taken;

        if (error == PGTASK_MORE) {
            if (at == length) {
                return 0;
            }
            slice_end = length - at < slice ? length : at + slice;
        }
        error = pgtask_http_feed(&http, bytes + at, slice_end - at, &taken, &body, &body_length);
        at += taken;
        body_bytes += error == PGTASK_OK ? body_length : 0;
    }
    return error == PGTASK_DONE && at == length && http.status == 200 ? body_bytes : 0;
}

int main(int count, char **arguments)
{
    static uint8_t response[1 << 16];
    FILE *const file = count == 4 ? fopen(arguments[1], "rb") : NULL;
    size_t const length = file != NULL ? fread(response, 1, sizeof response, file) : 0;

    if (length == 0 || length == sizeof response) {
        (void)fprintf(stderr, "usage: bench_http FILE SLICE TIMES\n");
        return 2;
    }
    size_t const slice = strtoul(arguments[2], NULL, 10);
    long const times = strtol(arguments[3], NULL, 10);
    bool good = true;

    for (long i = 0; i < times; i++) {
        good = decode(response, length, slice) > 0 && good;
    }
    if (times == 0) {
        (void)printf("%zu\n", decode(response, length, slice));
    }
    return good ? 0 : 1;
}
