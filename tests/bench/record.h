/* SPDX-License-Identifier: MIT */
/**
 * @file record.h
 * The work that every decoder in the benchmark does: the same fields, unescaped, into the same
 * fixed-size record.
 */
#ifndef PGTASK_BENCH_RECORD_H
#define PGTASK_BENCH_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_STEPS = 8, BENCH_OBJECTS = 4 };

struct bench_step {
    uint64_t id;
    int progress;
    char name[48];
    char message[96];
};

struct bench_objects {
    unsigned count;
    char names[BENCH_OBJECTS][64];
};

struct bench_restore {
    char type[48], backup_set_id[48], backup_set_time[36], target_time[36], message[96];
    struct bench_objects before, after;
};

/** Numbers that are not given: 0, for a percentage -1. */
struct bench_record {
    uint64_t task_id;
    int progress;
    char type[48], instance[48], status[48], current_step[48];
    char start[36], end[36];
    char all_steps[512], input[256], output[320];
    unsigned step_count;
    struct bench_step steps[BENCH_STEPS];
    struct bench_restore restore;
};

/** What a decoder made of a whole answer; the runner compares these between decoders. */
struct bench_result {
    bool good;
    unsigned records;
    uint64_t total_count;
    uint64_t checksum; /**< over every field of every record */
    size_t peak_bytes; /**< memory besides the record */
};

/** Adds a record to the result's checksum and count. */
void bench_add(struct bench_result *result, struct bench_record const *record, bool detail);

/**
 * Decodes the texts of a record that hold JSON, for the peers. What is no JSON leaves its part of
 * the record empty.
 */
void bench_embedded(struct bench_record *record, bool (*steps)(struct bench_record *record),
                    bool (*facts)(char const *json, struct bench_restore *restore));

/** @return `length`, or less so that no UTF-8 character at the end of a cut text is cut too */
size_t bench_boundary(char const *text, size_t length);

/**
 * @param json    the answer's body
 * @param slice   bytes fed at once, where the decoder streams
 * @param detail  decode AllSteps, Input and Output too
 * @param sum     false while instructions are counted: records are filled, not summed
 */
struct bench_result bench_pgtask(char const *json, size_t length, size_t slice, bool detail,
                                 bool sum);
/** `strict`: refuse what RFC 8259 refuses, as pgtask does. */
struct bench_result bench_jsmn(char const *json, size_t length, bool strict, bool detail, bool sum);
struct bench_result bench_cjson(char const *json, size_t length, bool detail, bool sum);

#endif
