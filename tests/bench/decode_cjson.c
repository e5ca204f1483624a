/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

enum { HEADER_BYTES = 16 };

static size_t in_use;
static size_t peak;

static void *counted_malloc(size_t length)
{
    size_t *const block = malloc(length + HEADER_BYTES);

    if (block == NULL) {
        return NULL;
    }
    *block = length;
    in_use += length;
    peak = in_use > peak ? in_use : peak;
    return (char *)block + HEADER_BYTES;
}

static void counted_free(void *pointer)
{
    if (pointer != NULL) {
        size_t *const block = (size_t *)((char *)pointer - HEADER_BYTES);

        in_use -= *block;
        free(block);
    }
}

static void text(cJSON const *item, char *to, size_t capacity)
{
    size_t length;

    if (!cJSON_IsString(item)) {
        to[0] = '\0';
        return;
    }
    length = strlen(item->valuestring);
    length = length < capacity ? length : capacity - 1;
    memcpy(to, item->valuestring, length);
    to[length] = '\0';
}

#define TEXT(item, to) text(item, to, sizeof(to))

static cJSON *get(cJSON const *object, char const *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void steps(struct bench_record *record)
{
    cJSON *const root = cJSON_Parse(record->all_steps);
    cJSON const *item;

    cJSON_ArrayForEach(item, root)
    {
        if (record->step_count < BENCH_STEPS) {
            struct bench_step *const step = &record->steps[record->step_count];
            cJSON const *const process = get(item, "StepProcess");

            step->id = (uint32_t)get(item, "StepId")->valuedouble;
            step->progress = process != NULL ? process->valueint : -1;
            TEXT(get(item, "StepName"), step->name);
            TEXT(get(item, "StepMessage"), step->message);
        }
        record->step_count++;
    }
    cJSON_Delete(root);
}

static void objects(cJSON const *list, unsigned *count, char names[][64])
{
    cJSON const *item;

    if (list == NULL) {
        return;
    }
    *count = 0;
    cJSON_ArrayForEach(item, list)
    {
        if (*count < BENCH_OBJECTS) {
            text(item, names[*count], 64);
        }
        ++*count;
    }
}

static void fact(cJSON const *item, char *to, size_t capacity)
{
    if (item != NULL) {
        text(item, to, capacity);
    }
}

static void facts(struct bench_record *record, char const *json)
{
    cJSON *const root = cJSON_Parse(json);

    fact(get(root, "RestoreType"), record->restore_type, sizeof record->restore_type);
    fact(get(root, "BackupSetId"), record->backup_set_id, sizeof record->backup_set_id);
    fact(get(root, "BackupSetTime"), record->backup_set_time, sizeof record->backup_set_time);
    fact(get(root, "RestoreTargetTime"), record->target_time, sizeof record->target_time);
    fact(get(root, "Message"), record->message, sizeof record->message);
    objects(get(root, "RestoreObjects"), &record->before_count, record->before);
    objects(get(root, "BeforeRestoreObjects"), &record->before_count, record->before);
    objects(get(root, "AfterRestoreObjects"), &record->after_count, record->after);
    cJSON_Delete(root);
}

static void decode(cJSON const *task, struct bench_record *record, bool whole)
{
    cJSON const *const detail = get(task, "TaskDetail");

    memset(record, 0, sizeof *record);
    record->task_id = (uint64_t)get(task, "TaskId")->valuedouble;
    record->progress = get(task, "Progress")->valueint;
    TEXT(get(task, "TaskType"), record->type);
    TEXT(get(task, "DBInstanceId"), record->instance);
    TEXT(get(task, "Status"), record->status);
    TEXT(get(task, "StartTime"), record->start);
    TEXT(get(task, "EndTime"), record->end);
    TEXT(get(detail, "CurrentStep"), record->current_step);
    TEXT(get(detail, "AllSteps"), record->all_steps);
    TEXT(get(detail, "Input"), record->input);
    TEXT(get(detail, "Output"), record->output);
    if (whole) {
        steps(record);
        facts(record, record->input);
        facts(record, record->output);
    }
}

struct bench_result bench_cjson(char const *json, size_t length, bool detail, bool sum)
{
    static struct bench_record record;
    struct bench_result result = {.good = false};
    cJSON_Hooks counted = {.malloc_fn = counted_malloc, .free_fn = counted_free};
    cJSON *root;
    cJSON const *response;
    cJSON const *task;

    if (sum) {
        cJSON_InitHooks(&counted);
    }
    root = cJSON_ParseWithLength(json, length);
    response = get(root, "Response");
    cJSON_ArrayForEach(task, get(response, "TaskSet"))
    {
        decode(task, &record, detail);
        if (sum) {
            bench_add(&result, &record, detail);
        } else {
            result.records++;
        }
    }
    result.good = response != NULL;
    if (result.good) {
        result.total_count = (uint64_t)get(response, "TotalCount")->valuedouble;
    }
    cJSON_Delete(root);
    cJSON_InitHooks(NULL);
    result.peak_bytes = peak + length;
    return result;
}
