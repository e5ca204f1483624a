/* SPDX-License-Identifier: MIT */
/* What a careful user of jsmn writes by hand: the whole answer in memory, one pass over the tokens,
 * strings unescaped into the record. */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

enum { TOKENS = 4096, DETAIL_TOKENS = 64 };

static size_t used_tokens;

static bool is(char const *json, jsmntok_t const *token, char const *name)
{
    size_t const length = (size_t)(token->end - token->start);

    return length == strlen(name) && memcmp(json + token->start, name, length) == 0;
}

/* Index of the token after this value. */
static int after(jsmntok_t const *tokens, int count, int at)
{
    int const end = tokens[at].end;

    while (at < count && tokens[at].start < end) {
        at++;
    }
    return at;
}

static int hex(char digit)
{
    return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

static void text(char const *json, jsmntok_t const *token, char *to, size_t capacity)
{
    char const *in = json + token->start;
    char const *const end = json + token->end;
    char *const limit = to + capacity - 4;

    while (in < end && to < limit) {
        unsigned code;

        if (*in != '\\') {
            *to++ = *in++;
            continue;
        }
        in++;
        switch (*in++) {
        case 'n': *to++ = '\n'; break;
        case 't': *to++ = '\t'; break;
        case 'r': *to++ = '\r'; break;
        case 'b': *to++ = '\b'; break;
        case 'f': *to++ = '\f'; break;
        case 'u':
            code = (unsigned)(hex(in[0]) << 12 | hex(in[1]) << 8 | hex(in[2]) << 4 | hex(in[3]));
            in += 4;
            if (code >= 0x800) {
                *to++ = (char)(0xe0 | code >> 12);
                *to++ = (char)(0x80 | (code >> 6 & 0x3f));
                *to++ = (char)(0x80 | (code & 0x3f));
            } else if (code >= 0x80) {
                *to++ = (char)(0xc0 | code >> 6);
                *to++ = (char)(0x80 | (code & 0x3f));
            } else {
                *to++ = (char)code;
            }
            break;
        default: *to++ = in[-1]; break;
        }
    }
    *to = '\0';
}

#define TEXT(json, token, to) text(json, token, to, sizeof(to))

static uint64_t number(char const *json, jsmntok_t const *token)
{
    return strtoull(json + token->start, NULL, 10);
}

static int detail_parse(char const *json, jsmntok_t *tokens)
{
    jsmn_parser parser;

    jsmn_init(&parser);
    return jsmn_parse(&parser, json, strlen(json), tokens, DETAIL_TOKENS);
}

static void step(char const *json, jsmntok_t const *tokens, int first, int end,
                 struct bench_step *step)
{
    step->progress = -1;
    for (int at = first; at < end; at += 2) {
        if (is(json, &tokens[at], "StepId")) {
            step->id = (uint32_t)number(json, &tokens[at + 1]);
        } else if (is(json, &tokens[at], "StepName")) {
            TEXT(json, &tokens[at + 1], step->name);
        } else if (is(json, &tokens[at], "StepProcess")) {
            step->progress = (int)number(json, &tokens[at + 1]);
        } else if (is(json, &tokens[at], "StepMessage")) {
            TEXT(json, &tokens[at + 1], step->message);
        }
    }
}

static void steps(struct bench_record *record)
{
    static jsmntok_t tokens[DETAIL_TOKENS];
    char const *const json = record->all_steps;
    int const count = detail_parse(json, tokens);

    for (int at = 1; at < count;) {
        int const next = after(tokens, count, at);

        if (record->step_count < BENCH_STEPS) {
            step(json, tokens, at + 1, next, &record->steps[record->step_count]);
        }
        record->step_count++;
        at = next;
    }
}

static void objects(char const *json, jsmntok_t const *list, unsigned *count, char names[][64])
{
    *count = 0;
    for (int i = 1; i <= list->size; i++) {
        if (*count < BENCH_OBJECTS) {
            text(json, &list[i], names[*count], 64);
        }
        ++*count;
    }
}

static void facts(struct bench_record *record, char const *json)
{
    static jsmntok_t tokens[DETAIL_TOKENS];
    int const count = detail_parse(json, tokens);

    for (int at = 1; at < count;) {
        jsmntok_t const *const key = &tokens[at];
        jsmntok_t const *const value = &tokens[at + 1];

        if (is(json, key, "RestoreType")) {
            TEXT(json, value, record->restore_type);
        } else if (is(json, key, "BackupSetId")) {
            TEXT(json, value, record->backup_set_id);
        } else if (is(json, key, "BackupSetTime")) {
            TEXT(json, value, record->backup_set_time);
        } else if (is(json, key, "RestoreTargetTime")) {
            TEXT(json, value, record->target_time);
        } else if (is(json, key, "Message")) {
            TEXT(json, value, record->message);
        } else if (is(json, key, "RestoreObjects") || is(json, key, "BeforeRestoreObjects")) {
            objects(json, value, &record->before_count, record->before);
        } else if (is(json, key, "AfterRestoreObjects")) {
            objects(json, value, &record->after_count, record->after);
        }
        at = after(tokens, count, at + 1);
    }
}

static void decode_detail(char const *json, jsmntok_t const *tokens, int at, int end,
                          struct bench_record *record)
{
    for (; at < end; at += 2) {
        jsmntok_t const *const key = &tokens[at];
        jsmntok_t const *const value = &tokens[at + 1];

        if (is(json, key, "AllSteps")) {
            TEXT(json, value, record->all_steps);
        } else if (is(json, key, "CurrentStep")) {
            TEXT(json, value, record->current_step);
        } else if (is(json, key, "Input")) {
            TEXT(json, value, record->input);
        } else if (is(json, key, "Output")) {
            TEXT(json, value, record->output);
        }
    }
}

static void decode_task(char const *json, jsmntok_t const *tokens, int at, int end,
                        struct bench_record *record)
{
    while (at < end) {
        jsmntok_t const *const key = &tokens[at];
        jsmntok_t const *const value = &tokens[at + 1];
        int const next = value->type == JSMN_OBJECT ? after(tokens, end, at + 1) : at + 2;

        if (is(json, key, "TaskId")) {
            record->task_id = number(json, value);
        } else if (is(json, key, "Progress")) {
            record->progress = (int)number(json, value);
        } else if (is(json, key, "TaskType")) {
            TEXT(json, value, record->type);
        } else if (is(json, key, "DBInstanceId")) {
            TEXT(json, value, record->instance);
        } else if (is(json, key, "Status")) {
            TEXT(json, value, record->status);
        } else if (is(json, key, "StartTime")) {
            TEXT(json, value, record->start);
        } else if (is(json, key, "EndTime")) {
            TEXT(json, value, record->end);
        } else if (is(json, key, "TaskDetail")) {
            decode_detail(json, tokens, at + 2, next, record);
        }
        at = next;
    }
}

static void decode_set(char const *json, jsmntok_t const *tokens, int at, int end, bool detail,
                       bool sum, struct bench_result *result)
{
    static struct bench_record record;

    while (at < end) {
        int const next = after(tokens, end, at);

        memset(&record, 0, sizeof record);
        decode_task(json, tokens, at + 1, next, &record);
        if (detail) {
            steps(&record);
            facts(&record, record.input);
            facts(&record, record.output);
        }
        if (sum) {
            bench_add(result, &record, detail);
        } else {
            result->records++;
        }
        at = next;
    }
}

struct bench_result bench_jsmn(char const *json, size_t length, bool detail, bool sum)
{
    static jsmntok_t tokens[TOKENS];
    struct bench_result result = {.good = false};
    jsmn_parser parser;
    int count;

    jsmn_init(&parser);
    count = jsmn_parse(&parser, json, length, tokens, TOKENS);
    for (int at = 3; at < count;) {
        int const next = after(tokens, count, at + 1);

        if (is(json, &tokens[at], "TotalCount")) {
            result.total_count = number(json, &tokens[at + 1]);
        } else if (is(json, &tokens[at], "TaskSet")) {
            decode_set(json, tokens, at + 2, next, detail, sum, &result);
        }
        at = next;
    }
    used_tokens = count > 0 ? (size_t)count : 0;
    result.good = count > 0;
    result.peak_bytes = length + used_tokens * sizeof(jsmntok_t);
    return result;
}
