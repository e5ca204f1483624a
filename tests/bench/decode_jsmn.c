/* SPDX-License-Identifier: MIT */
/*
 * What a careful user of jsmn writes by hand: the whole answer in memory, one walk over its tokens,
 * every type checked, strings unescaped into the record.
 */
#define JSMN_BENCH_PARSER
#include "jsmn_value.h"

#include <string.h>

enum { TOKENS = 4096, DETAIL_TOKENS = 64 };
enum { BAD = -1 }; /* in place of the index of the next token */

#define TEXT(document, at, to) jsmn_text(document, at, to, sizeof(to))

/* Functions that take the index of a value give that of the token after it. */

static inline bool is(struct jsmn_document const *document, int at, char const *name, int length)
{
    jsmntok_t const *const token = &document->tokens[at];

    return token->end - token->start == length &&
           memcmp(document->json + token->start, name, (size_t)length) == 0;
}

#define IS(document, at, name) is(document, at, name, (int)sizeof(name) - 1)

/* A key is a string with one value, which is the next token: in strict mode jsmn counts both. */
static bool is_key(struct jsmn_document const *document, int at)
{
    return document->tokens[at].type == JSMN_STRING && document->tokens[at].size == 1;
}

static bool is_object(struct jsmn_document const *document, int at)
{
    return document->tokens[at].type == JSMN_OBJECT;
}

static bool is_array(struct jsmn_document const *document, int at)
{
    return document->tokens[at].type == JSMN_ARRAY;
}

static int after(struct jsmn_document const *document, int at)
{
    int left = 1;

    for (; left > 0; at++) {
        left += document->tokens[at].size - 1;
    }
    return at;
}

/* Whether embedded JSON is to be believed only if it is JSON to the letter. */
static bool strict_detail;

/* Parses JSON embedded in a text of the record. Tokens are used until the next call. */
static bool parse_detail(struct jsmn_document *document, char const *json)
{
    static jsmntok_t tokens[DETAIL_TOKENS];
    jsmn_parser parser;

    jsmn_init(&parser);
    *document = (struct jsmn_document){.json = json, .tokens = tokens};
    return jsmn_parse(&parser, json, strlen(json), tokens, DETAIL_TOKENS) > 0 &&
           (!strict_detail || jsmn_is_strict(document, strlen(json)));
}

static int decode_step(struct jsmn_document const *document, int at, struct bench_step *step)
{
    int left = document->tokens[at].size;

    if (!is_object(document, at++)) {
        return BAD;
    }
    for (step->progress = -1; left > 0; left--) {
        int const value = at + 1;
        bool good = is_key(document, at);

        if (!good) {
            return BAD;
        }
        if (IS(document, at, "StepId")) {
            good = jsmn_number(document, value, &step->id);
        } else if (IS(document, at, "StepName")) {
            good = TEXT(document, value, step->name);
        } else if (IS(document, at, "StepProcess")) {
            good = jsmn_percent(document, value, &step->progress);
        } else if (IS(document, at, "StepMessage")) {
            good = TEXT(document, value, step->message);
        }
        if (!good) {
            return BAD;
        }
        at = after(document, value);
    }
    return at;
}

static bool decode_steps(struct bench_record *record)
{
    struct jsmn_document document;
    int at = 1;

    if (!parse_detail(&document, record->all_steps) || !is_array(&document, 0)) {
        return false;
    }
    for (int left = document.tokens[0].size; left > 0; left--) {
        at = record->step_count < BENCH_STEPS
                 ? decode_step(&document, at, &record->steps[record->step_count])
                 : after(&document, at);
        if (at == BAD) {
            return false;
        }
        record->step_count++;
    }
    return true;
}

static bool decode_objects(struct jsmn_document const *document, int at,
                           struct bench_objects *objects)
{
    jsmntok_t const *const list = &document->tokens[at];

    if (!is_array(document, at)) {
        return jsmn_is_null(document, at);
    }
    objects->count = 0;
    for (int i = 1; i <= list->size; i++) {
        if (document->tokens[at + i].type != JSMN_STRING) {
            return false;
        }
        if (objects->count < BENCH_OBJECTS &&
            !TEXT(document, at + i, objects->names[objects->count])) {
            return false;
        }
        objects->count++;
    }
    return true;
}

static bool decode_fact(struct jsmn_document const *document, int at, struct bench_restore *restore)
{
    int const value = at + 1;

    if (IS(document, at, "RestoreType")) {
        return TEXT(document, value, restore->type);
    }
    if (IS(document, at, "BackupSetId")) {
        return TEXT(document, value, restore->backup_set_id);
    }
    if (IS(document, at, "BackupSetTime")) {
        return TEXT(document, value, restore->backup_set_time);
    }
    if (IS(document, at, "RestoreTargetTime")) {
        return TEXT(document, value, restore->target_time);
    }
    if (IS(document, at, "Message")) {
        return TEXT(document, value, restore->message);
    }
    if (IS(document, at, "RestoreObjects") || IS(document, at, "BeforeRestoreObjects")) {
        return decode_objects(document, value, &restore->before);
    }
    if (IS(document, at, "AfterRestoreObjects")) {
        return decode_objects(document, value, &restore->after);
    }
    return true;
}

static bool decode_facts(char const *json, struct bench_restore *restore)
{
    struct jsmn_document document;
    int at = 1;

    if (!parse_detail(&document, json) || !is_object(&document, 0)) {
        return false;
    }
    for (int left = document.tokens[0].size; left > 0; left--) {
        if (!is_key(&document, at) || !decode_fact(&document, at, restore)) {
            return false;
        }
        at = after(&document, at + 1);
    }
    return true;
}

static int decode_detail(struct jsmn_document const *document, int at, struct bench_record *record)
{
    int left = document->tokens[at].size;

    if (!is_object(document, at)) {
        return jsmn_is_null(document, at) ? at + 1 : BAD;
    }
    for (at++; left > 0; left--) {
        int const value = at + 1;
        bool good = is_key(document, at);

        if (!good) {
            return BAD;
        }
        if (IS(document, at, "CurrentStep")) {
            good = TEXT(document, value, record->current_step);
        } else if (IS(document, at, "AllSteps")) {
            good = TEXT(document, value, record->all_steps);
        } else if (IS(document, at, "Input")) {
            good = TEXT(document, value, record->input);
        } else if (IS(document, at, "Output")) {
            good = TEXT(document, value, record->output);
        }
        if (!good) {
            return BAD;
        }
        at = after(document, value);
    }
    return at;
}

/* One member of a task. */
static int decode_member(struct jsmn_document const *document, int at, struct bench_record *record)
{
    int const value = at + 1;
    bool good = true;

    if (IS(document, at, "TaskDetail")) {
        return decode_detail(document, value, record);
    }
    if (IS(document, at, "TaskId")) {
        good = jsmn_number(document, value, &record->task_id);
    } else if (IS(document, at, "Progress")) {
        good = jsmn_percent(document, value, &record->progress);
    } else if (IS(document, at, "TaskType")) {
        good = TEXT(document, value, record->type);
    } else if (IS(document, at, "DBInstanceId")) {
        good = TEXT(document, value, record->instance);
    } else if (IS(document, at, "Status")) {
        good = TEXT(document, value, record->status);
    } else if (IS(document, at, "StartTime")) {
        good = TEXT(document, value, record->start);
    } else if (IS(document, at, "EndTime")) {
        good = TEXT(document, value, record->end);
    }
    return good ? after(document, value) : BAD;
}

static int decode_task(struct jsmn_document const *document, int at, struct bench_record *record)
{
    int left = document->tokens[at].size;

    if (!is_object(document, at)) {
        return BAD;
    }
    memset(record, 0, sizeof *record);
    record->progress = -1;
    for (at++; left > 0 && at != BAD; left--) {
        at = is_key(document, at) ? decode_member(document, at, record) : BAD;
    }
    return at;
}

static int decode_set(struct jsmn_document const *document, int at, bool detail, bool sum,
                      struct bench_result *result)
{
    static struct bench_record record;
    int left = document->tokens[at].size;

    if (!is_array(document, at)) {
        return BAD;
    }
    for (at++; left > 0; left--) {
        at = decode_task(document, at, &record);
        if (at == BAD) {
            return BAD;
        }
        if (detail) {
            bench_embedded(&record, decode_steps, decode_facts);
        }
        if (sum) {
            bench_add(result, &record, detail);
        } else {
            result->records++;
        }
    }
    return at;
}

/* `{"Response":{"TotalCount":1,"TaskSet":[...],...}}` */
static bool decode_answer(struct jsmn_document const *document, bool detail, bool sum,
                          struct bench_result *result)
{
    int at = 3;
    bool has_count = false;
    bool has_set = false;

    if (!is_object(document, 0) || document->tokens[0].size != 1 || !is_key(document, 1) ||
        !IS(document, 1, "Response") || !is_object(document, 2)) {
        return false;
    }
    for (int left = document->tokens[2].size; left > 0 && at != BAD; left--) {
        if (!is_key(document, at) || IS(document, at, "Error")) {
            return false;
        }
        if (IS(document, at, "TaskSet")) {
            has_set = true;
            at = decode_set(document, at + 1, detail, sum, result);
        } else {
            if (IS(document, at, "TotalCount")) {
                has_count = jsmn_number(document, at + 1, &result->total_count);
            }
            at = after(document, at + 1);
        }
    }
    return at != BAD && has_count && has_set;
}

struct bench_result bench_jsmn(char const *json, size_t length, bool strict, bool detail, bool sum)
{
    static jsmntok_t tokens[TOKENS];
    struct jsmn_document const document = {.json = json, .tokens = tokens};
    struct bench_result result = {.good = false};
    jsmn_parser parser;
    int count;

    jsmn_init(&parser);
    count = jsmn_parse(&parser, json, length, tokens, TOKENS);
    strict_detail = strict;
    if (count > 0 && (!strict || jsmn_is_strict(&document, length))) {
        result.good = decode_answer(&document, detail, sum, &result);
        result.peak_bytes = length + (size_t)count * sizeof tokens[0] +
                            (detail ? DETAIL_TOKENS * sizeof tokens[0] : 0);
    }
    return result;
}
