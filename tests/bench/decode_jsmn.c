/* SPDX-License-Identifier: MIT */
/*
 * What a careful user of jsmn writes by hand: the whole answer in memory, one walk over its tokens,
 * every type checked, strings unescaped into the record.
 */
#include "record.h"

#include <string.h>

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

enum { TOKENS = 4096, DETAIL_TOKENS = 64, NUMBER_DIGITS = 19 };
enum { BAD = -1 }; /* in place of the index of the next token */

struct document {
    char const *json;
    jsmntok_t const *tokens;
};

/* -- values: false for one of the wrong type; null leaves a value as it was -- */

static bool is_null(struct document const *document, int at)
{
    jsmntok_t const *const token = &document->tokens[at];

    return token->type == JSMN_PRIMITIVE && document->json[token->start] == 'n';
}

static bool number(struct document const *document, int at, uint64_t *value)
{
    jsmntok_t const *const token = &document->tokens[at];
    uint64_t sum = 0;

    if (token->type != JSMN_PRIMITIVE || token->end - token->start > NUMBER_DIGITS) {
        return false;
    }
    for (int i = token->start; i < token->end; i++) {
        unsigned const digit = (unsigned char)document->json[i] - (unsigned)'0';

        if (digit > 9) {
            return is_null(document, at);
        }
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

static bool percent(struct document const *document, int at, int *value)
{
    uint64_t number_read = 0;

    if (is_null(document, at)) {
        return true;
    }
    if (!number(document, at, &number_read) || number_read > 100) {
        return false;
    }
    *value = (int)number_read;
    return true;
}

/* jsmn has made sure of the digits. */
static unsigned hex(char const *digits)
{
    unsigned code = 0;

    for (int i = 0; i < 4; i++) {
        unsigned const digit = (unsigned char)digits[i];

        code = code << 4 | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return code;
}

static size_t encode(unsigned code, char utf8[4])
{
    if (code < 0x80) {
        utf8[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        utf8[0] = (char)(0xc0 | code >> 6);
        utf8[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        utf8[0] = (char)(0xe0 | code >> 12);
        utf8[1] = (char)(0x80 | (code >> 6 & 0x3f));
        utf8[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    utf8[0] = (char)(0xf0 | code >> 18);
    utf8[1] = (char)(0x80 | (code >> 12 & 0x3f));
    utf8[2] = (char)(0x80 | (code >> 6 & 0x3f));
    utf8[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* Reads the digits of \uXXXX, and the other half of a pair. 0: half a pair, or U+0000. */
static unsigned code_point(char const **in, char const *end)
{
    unsigned const high = hex(*in);

    *in += 4;
    if (high < 0xd800 || high > 0xdfff) {
        return high;
    }
    if (high > 0xdbff || end - *in < 6 || (*in)[0] != '\\' || (*in)[1] != 'u') {
        return 0;
    }
    unsigned const low = hex(*in + 2);

    *in += 6;
    return low < 0xdc00 || low > 0xdfff ? 0 : 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* What the escape after a backslash stands for, as UTF-8; 0 bytes for one that stands for none. */
static size_t escape(char const **in, char const *end, char utf8[4])
{
    char const kind = *(*in)++;

    switch (kind) {
    case 'b': utf8[0] = '\b'; return 1;
    case 'f': utf8[0] = '\f'; return 1;
    case 'n': utf8[0] = '\n'; return 1;
    case 'r': utf8[0] = '\r'; return 1;
    case 't': utf8[0] = '\t'; return 1;
    case 'u': break;
    default: utf8[0] = kind; return 1;
    }
    unsigned const code = code_point(in, end);

    return code == 0 ? 0 : encode(code, utf8);
}

static bool text(struct document const *document, int at, char *to, size_t capacity)
{
    jsmntok_t const *const token = &document->tokens[at];
    char const *in = document->json + token->start;
    char const *const end = document->json + token->end;
    char *out = to;
    char *const limit = to + capacity - 1;

    if (token->type != JSMN_STRING) {
        return is_null(document, at);
    }
    while (in < end && out < limit) {
        if (*in != '\\') {
            *out++ = *in++;
        } else if (in[1] == '"' || in[1] == '\\' || in[1] == '/') {
            *out++ = in[1];
            in += 2;
        } else {
            char utf8[4];
            size_t length;

            in++;
            length = escape(&in, end, utf8);
            if (length == 0) {
                return false;
            }
            if (length > (size_t)(limit - out)) {
                break;
            }
            memcpy(out, utf8, length);
            out += length;
        }
    }
    if (in < end) {
        out = to + bench_boundary(to, (size_t)(out - to));
    }
    *out = '\0';
    return true;
}

#define TEXT(document, at, to) text(document, at, to, sizeof(to))

/* -- structure: functions that take the index of a value give that of the token after it -- */

static inline bool is(struct document const *document, int at, char const *name, int length)
{
    jsmntok_t const *const token = &document->tokens[at];

    return token->end - token->start == length &&
           memcmp(document->json + token->start, name, (size_t)length) == 0;
}

#define IS(document, at, name) is(document, at, name, (int)sizeof(name) - 1)

/* A key is a string with one value, which is the next token: in strict mode jsmn counts both. */
static bool is_key(struct document const *document, int at)
{
    return document->tokens[at].type == JSMN_STRING && document->tokens[at].size == 1;
}

static bool is_object(struct document const *document, int at)
{
    return document->tokens[at].type == JSMN_OBJECT;
}

static bool is_array(struct document const *document, int at)
{
    return document->tokens[at].type == JSMN_ARRAY;
}

static int after(struct document const *document, int at)
{
    int left = 1;

    for (; left > 0; at++) {
        left += document->tokens[at].size - 1;
    }
    return at;
}

/* Parses JSON embedded in a text of the record. Tokens are used until the next call. */
static bool parse_detail(struct document *document, char const *json)
{
    static jsmntok_t tokens[DETAIL_TOKENS];
    jsmn_parser parser;

    jsmn_init(&parser);
    *document = (struct document){.json = json, .tokens = tokens};
    return jsmn_parse(&parser, json, strlen(json), tokens, DETAIL_TOKENS) > 0;
}

static int decode_step(struct document const *document, int at, struct bench_step *step)
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
            good = number(document, value, &step->id);
        } else if (IS(document, at, "StepName")) {
            good = TEXT(document, value, step->name);
        } else if (IS(document, at, "StepProcess")) {
            good = percent(document, value, &step->progress);
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
    struct document document;
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

static bool decode_objects(struct document const *document, int at, struct bench_objects *objects)
{
    jsmntok_t const *const list = &document->tokens[at];

    if (!is_array(document, at)) {
        return is_null(document, at);
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

static bool decode_fact(struct document const *document, int at, struct bench_restore *restore)
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
    struct document document;
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

/* Embedded JSON that is none leaves its part of the record empty. */
static void decode_embedded(struct bench_record *record)
{
    if (record->all_steps[0] != '\0' && !decode_steps(record)) {
        memset(record->steps, 0, sizeof record->steps);
        record->step_count = 0;
    }
    if ((record->input[0] != '\0' && !decode_facts(record->input, &record->restore)) ||
        (record->output[0] != '\0' && !decode_facts(record->output, &record->restore))) {
        memset(&record->restore, 0, sizeof record->restore);
    }
}

static int decode_detail(struct document const *document, int at, struct bench_record *record)
{
    int left = document->tokens[at].size;

    if (!is_object(document, at)) {
        return is_null(document, at) ? at + 1 : BAD;
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
static int decode_member(struct document const *document, int at, struct bench_record *record)
{
    int const value = at + 1;
    bool good = true;

    if (IS(document, at, "TaskDetail")) {
        return decode_detail(document, value, record);
    }
    if (IS(document, at, "TaskId")) {
        good = number(document, value, &record->task_id);
    } else if (IS(document, at, "Progress")) {
        good = percent(document, value, &record->progress);
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

static int decode_task(struct document const *document, int at, struct bench_record *record)
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

static int decode_set(struct document const *document, int at, bool detail, bool sum,
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
            decode_embedded(&record);
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
static bool decode_answer(struct document const *document, bool detail, bool sum,
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
                has_count = number(document, at + 1, &result->total_count);
            }
            at = after(document, at + 1);
        }
    }
    return at != BAD && has_count && has_set;
}

struct bench_result bench_jsmn(char const *json, size_t length, bool detail, bool sum)
{
    static jsmntok_t tokens[TOKENS];
    struct document const document = {.json = json, .tokens = tokens};
    struct bench_result result = {.good = false};
    jsmn_parser parser;
    int count;

    jsmn_init(&parser);
    count = jsmn_parse(&parser, json, length, tokens, TOKENS);
    if (count > 0) {
        result.good = decode_answer(&document, detail, sum, &result);
        result.peak_bytes = length + (size_t)count * sizeof tokens[0] +
                            (detail ? DETAIL_TOKENS * sizeof tokens[0] : 0);
    }
    return result;
}
