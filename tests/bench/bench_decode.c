/* SPDX-License-Identifier: MIT */
/* bench_decode FILE DECODER SLICE DETAIL TIMES: decodes an answer so often; bench.py counts the
 * instructions. TIMES 0 prints what the decoder made of it instead. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

static void mix(struct bench_result *result, char const *text)
{
    for (; *text != '\0'; text++) {
        result->checksum = (result->checksum ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    result->checksum = (result->checksum ^ 0xff) * UINT64_C(1099511628211);
}

static void mix_number(struct bench_result *result, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, number);
    mix(result, text);
}

void bench_add(struct bench_result *result, struct bench_record const *record, bool detail)
{
    char const *const texts[] = {record->type,  record->instance, record->status,
                                 record->start, record->end,      record->current_step,
                                 record->input, record->output,   record->all_steps};
    struct bench_restore const *const restore = &record->restore;
    char const *const facts[] = {restore->type, restore->backup_set_id, restore->backup_set_time,
                                 restore->target_time, restore->message};

    result->records++;
    mix_number(result, record->task_id);
    mix_number(result, (uint64_t)record->progress);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mix(result, texts[i]);
    }
    if (!detail) {
        return;
    }
    for (unsigned i = 0; i < record->step_count && i < BENCH_STEPS; i++) {
        mix_number(result, record->steps[i].id);
        mix_number(result, (uint64_t)record->steps[i].progress);
        mix(result, record->steps[i].name);
        mix(result, record->steps[i].message);
    }
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        mix(result, facts[i]);
    }
    mix_number(result, restore->before.count);
    mix_number(result, restore->after.count);
    for (size_t i = 0; i < BENCH_OBJECTS; i++) {
        mix(result, restore->before.names[i]);
        mix(result, restore->after.names[i]);
    }
}

void bench_embedded(struct bench_record *record, bool (*steps)(struct bench_record *record),
                    bool (*facts)(char const *json, struct bench_restore *restore))
{
    if (record->all_steps[0] != '\0' && !steps(record)) {
        memset(record->steps, 0, sizeof record->steps);
        record->step_count = 0;
    }
    if ((record->input[0] != '\0' && !facts(record->input, &record->restore)) ||
        (record->output[0] != '\0' && !facts(record->output, &record->restore))) {
        memset(&record->restore, 0, sizeof record->restore);
    }
}

size_t bench_boundary(char const *text, size_t length)
{
    size_t start = length; /* of the last character */
    size_t size = 1;       /* which its first byte says it has */

    do {
        if (start == 0) {
            return length;
        }
        start--;
    } while ((text[start] & 0xc0) == 0x80);
    if ((text[start] & 0xc0) == 0xc0) {
        size = (text[start] & 0x20) == 0 ? 2 : (text[start] & 0x10) == 0 ? 3 : 4;
    }
    return start + size > length ? start : length;
}

static struct bench_result decode(char const *decoder, char const *json, size_t length,
                                  size_t slice, bool detail, bool sum)
{
    if (strcmp(decoder, "pgtask") == 0) {
        return bench_pgtask(json, length, slice, detail, sum);
    }
    if (strcmp(decoder, "jsmn-strict") == 0) {
        return bench_jsmn(json, length, true, detail, sum);
    }
    return strcmp(decoder, "jsmn") == 0 ? bench_jsmn(json, length, false, detail, sum)
                                        : bench_cjson(json, length, detail, sum);
}

int main(int count, char **arguments)
{
    static char json[1 << 20];
    FILE *const file = count == 6 ? fopen(arguments[1], "rb") : NULL;
    size_t const length = file != NULL ? fread(json, 1, sizeof json, file) : 0;

    if (length == 0 || length == sizeof json) {
        (void)fprintf(stderr,
                      "usage: bench_decode FILE pgtask|jsmn|jsmn-strict|cjson SLICE 0|1 TIMES\n");
        return 2;
    }
    struct bench_result result = {.good = true};
    long const times = strtol(arguments[5], NULL, 10);
    size_t const slice = strtoul(arguments[3], NULL, 10);
    bool const detail = arguments[4][0] == '1';

    for (long i = 0; i < times; i++) {
        result = decode(arguments[2], json, length, slice, detail, false);
    }
    if (times == 0) {
        result = decode(arguments[2], json, length, slice, detail, true);
        (void)printf("%u %" PRIu64 " %016" PRIx64 " %zu\n", result.records, result.total_count,
                     result.checksum, result.peak_bytes);
    }
    return result.good ? 0 : 1;
}
