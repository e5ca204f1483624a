/* SPDX-License-Identifier: MIT */
/*
 * What a careful user of cJSON writes by hand: the whole answer as a tree, each member looked up by
 * its name, every type checked.
 */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define MOST_EXACT 9007199254740991.0 /* integers above are not exact as a double */

enum { HEADER_BYTES = 16 }; /* where counted_malloc() notes a block's length */

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

/* -- values: false for one of the wrong type; absent and null leave a value as it was -- */

static bool is_given(cJSON const *item)
{
    return item != NULL && !cJSON_IsNull(item);
}

static bool text(cJSON const *item, char *to, size_t capacity)
{
    size_t length;

    if (!cJSON_IsString(item)) {
        return !is_given(item);
    }
    length = strlen(item->valuestring);
    if (length >= capacity) {
        length = bench_boundary(item->valuestring, capacity - 1);
    }
    memcpy(to, item->valuestring, length);
    to[length] = '\0';
    return true;
}

#define TEXT(item, to) text(item, to, sizeof(to))

static bool number(cJSON const *item, uint64_t *value)
{
    if (!cJSON_IsNumber(item)) {
        return !is_given(item);
    }
    if (item->valuedouble < 0 || item->valuedouble > MOST_EXACT) {
        return false;
    }
    *value = (uint64_t)item->valuedouble;
    return true;
}

static bool percent(cJSON const *item, int *value)
{
    if (!cJSON_IsNumber(item)) {
        return !is_given(item);
    }
    *value = item->valueint;
    return *value >= 0 && *value <= 100;
}

static cJSON *get(cJSON const *object, char const *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* -- structure -- */

static bool decode_step(cJSON const *item, struct bench_step *step)
{
    step->progress = -1;
    return cJSON_IsObject(item) && number(get(item, "StepId"), &step->id) &&
           percent(get(item, "StepProcess"), &step->progress) &&
           TEXT(get(item, "StepName"), step->name) && TEXT(get(item, "StepMessage"), step->message);
}

static bool decode_steps(struct bench_record *record)
{
    cJSON *const root = cJSON_Parse(record->all_steps);
    cJSON const *item;
    bool good = cJSON_IsArray(root);

    cJSON_ArrayForEach(item, root)
    {
        if (good && record->step_count < BENCH_STEPS) {
            good = decode_step(item, &record->steps[record->step_count]);
        }
        record->step_count++;
    }
    cJSON_Delete(root);
    return good;
}

static bool decode_objects(cJSON const *list, struct bench_objects *objects)
{
    cJSON const *item;

    if (!cJSON_IsArray(list)) {
        return !is_given(list);
    }
    objects->count = 0;
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item)) {
            return false;
        }
        if (objects->count < BENCH_OBJECTS) {
            (void)TEXT(item, objects->names[objects->count]);
        }
        objects->count++;
    }
    return true;
}

static bool decode_facts(char const *json, struct bench_restore *restore)
{
    cJSON *const root = cJSON_Parse(json);
    bool const good = cJSON_IsObject(root) && TEXT(get(root, "RestoreType"), restore->type) &&
                      TEXT(get(root, "BackupSetId"), restore->backup_set_id) &&
                      TEXT(get(root, "BackupSetTime"), restore->backup_set_time) &&
                      TEXT(get(root, "RestoreTargetTime"), restore->target_time) &&
                      TEXT(get(root, "Message"), restore->message) &&
                      decode_objects(get(root, "RestoreObjects"), &restore->before) &&
                      decode_objects(get(root, "BeforeRestoreObjects"), &restore->before) &&
                      decode_objects(get(root, "AfterRestoreObjects"), &restore->after);

    cJSON_Delete(root);
    return good;
}

static bool decode_task(cJSON const *task, struct bench_record *record)
{
    cJSON const *const detail = get(task, "TaskDetail");

    memset(record, 0, sizeof *record);
    record->progress = -1;
    return cJSON_IsObject(task) && (!is_given(detail) || cJSON_IsObject(detail)) &&
           number(get(task, "TaskId"), &record->task_id) &&
           percent(get(task, "Progress"), &record->progress) &&
           TEXT(get(task, "TaskType"), record->type) &&
           TEXT(get(task, "DBInstanceId"), record->instance) &&
           TEXT(get(task, "Status"), record->status) &&
           TEXT(get(task, "StartTime"), record->start) && TEXT(get(task, "EndTime"), record->end) &&
           TEXT(get(detail, "CurrentStep"), record->current_step) &&
           TEXT(get(detail, "AllSteps"), record->all_steps) &&
           TEXT(get(detail, "Input"), record->input) && TEXT(get(detail, "Output"), record->output);
}

/* `{"Response":{"TotalCount":1,"TaskSet":[...],...}}` */
static bool decode_answer(cJSON const *root, bool detail, bool sum, struct bench_result *result)
{
    static struct bench_record record;
    cJSON const *const response = get(root, "Response");
    cJSON const *const set = get(response, "TaskSet");
    cJSON const *const count = get(response, "TotalCount");
    cJSON const *task;

    if (!cJSON_IsArray(set) || !cJSON_IsNumber(count) || !number(count, &result->total_count) ||
        get(response, "Error") != NULL) {
        return false;
    }
    cJSON_ArrayForEach(task, set)
    {
        if (!decode_task(task, &record)) {
            return false;
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
    return true;
}

struct bench_result bench_cjson(char const *json, size_t length, bool detail, bool sum)
{
    struct bench_result result = {.good = false};
    cJSON_Hooks counted = {.malloc_fn = counted_malloc, .free_fn = counted_free};
    cJSON *root;

    if (sum) {
        cJSON_InitHooks(&counted);
    }
    root = cJSON_ParseWithLength(json, length);
    result.good = decode_answer(root, detail, sum, &result);
    cJSON_Delete(root);
    cJSON_InitHooks(NULL);
    result.peak_bytes = length + peak;
    return result;
}
