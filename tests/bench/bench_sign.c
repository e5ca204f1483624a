/* SPDX-License-Identifier: MIT */
/* bench_sign first|next TIMES: signs the request of example 3 so often, each time as the first of
 * its day or as a later one; bench.py counts. */
#include <pgtask/client.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the documentation's worked example. */
#define UNIX_S INT64_C(1551113065)

static bool sign(struct pgtask_tc3 *tc3, uint8_t const *body, size_t length)
{
    /* As long as real ones: 36 and 32 characters. */
    static struct pgtask_credentials const credentials = {
        .secret_id = "AKID********************************",
        .secret_key = "********************************"};
    struct pgtask_tc3_request const request = {.method = "POST",
                                               .service = PGTASK_API_SERVICE,
                                               .host = PGTASK_DEFAULT_ENDPOINT,
                                               .content_type = "application/json",
                                               .payload = body,
                                               .payload_length = length,
                                               .unix_s = UNIX_S};
    struct pgtask_tc3_signature signature;

    return pgtask_tc3_sign(tc3, &credentials, &request, &signature) == PGTASK_OK;
}

int main(int count, char **arguments)
{
    struct pgtask_query const query = {.instance_id = "postgres-q6fj84vb", .limit = 20};
    struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
    char body[PGTASK_QUERY_BODY_BYTES];
    size_t length;

    if (count != 3 || pgtask_query_write(&query, body, sizeof body, &length) != PGTASK_OK) {
        (void)fprintf(stderr, "usage: bench_sign first|next TIMES\n");
        return 2;
    }
    bool const first = strcmp(arguments[1], "first") == 0;
    long const times = strtol(arguments[2], NULL, 10);
    bool good = sign(&tc3, (uint8_t const *)body, length);

    for (long i = 0; i < times; i++) {
        if (first) {
            pgtask_tc3_forget(&tc3);
        }
        good = sign(&tc3, (uint8_t const *)body, length) && good;
    }
    return good ? 0 : 1;
}
