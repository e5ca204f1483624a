/* SPDX-License-Identifier: MIT */
/* The examples and samples of the API page, to the last member. cJSON reads the same files and is
 * the judge. */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

#define EXAMPLES "tests/data/examples/"

static struct task_outcome outcome;

static char *read_file(char const *path)
{
    FILE *const file = fopen(path, "rb");
    static char text[16384];
    size_t length;

    assert_non_null(file);
    length = fread(text, 1, sizeof text - 1, file);
    assert_true(length > 0 && feof(file));
    assert_int_equal(fclose(file), 0);
    text[length] = '\0';
    return text;
}

static cJSON *get(cJSON const *object, char const *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* The text that a record must have: absent, null and "" mean "no value". */
static char const *text_of(cJSON const *item)
{
    return cJSON_IsString(item) ? item->valuestring : "";
}

static uint64_t number_of(cJSON const *item)
{
    return cJSON_IsString(item) ? strtoull(item->valuestring, NULL, 10)
                                : (uint64_t)item->valuedouble;
}

static enum pgtask_presence presence_of(cJSON const *item)
{
    if (item == NULL) {
        return PGTASK_ABSENT;
    }
    if (cJSON_IsNull(item)) {
        return PGTASK_NULL;
    }
    return (cJSON_IsString(item) && item->valuestring[0] == '\0') ||
                   ((cJSON_IsObject(item) || cJSON_IsArray(item)) && item->child == NULL)
               ? PGTASK_EMPTY
               : PGTASK_VALUE;
}

/* Reads a time in UTC+8, or in the zone that the text names, by means of the C library. */
static int64_t libc_time(char const *text)
{
    struct tm parts;
    char const *rest;

    memset(&parts, 0, sizeof parts);
    if (sscanf(text, "%d-%d-%d%*[ T]%d:%d:%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
               &parts.tm_hour, &parts.tm_min, &parts.tm_sec) != 6) {
        return PGTASK_TIME_UNKNOWN;
    }
    rest = text + strlen("2024-09-26T19:11:45");
    assert_true(*rest == '\0' || strcmp(rest, "+08:00") == 0);
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return (int64_t)timegm(&parts) - 8 * 3600;
}

static void check_text(struct pgtask_task const *task, cJSON const *item, enum pgtask_member member,
                       char const *text)
{
    assert_string_equal(text, text_of(item));
    assert_int_equal(task_presence(task, member), presence_of(item));
}

static void check_members(struct pgtask_task const *task, cJSON const *item)
{
    static char const *const statuses[] = {
        [PGTASK_STATUS_RUNNING] = "Running",
        [PGTASK_STATUS_SUCCESS] = "Success",
        [PGTASK_STATUS_WAIT_SWITCH] = "WaitSwitch",
        [PGTASK_STATUS_FAIL] = "Fail",
        [PGTASK_STATUS_PAUSE] = "Pause",
    };
    static char const *const types[] = {
        [PGTASK_TASK_TYPE_RESTORE_DATABASE] = "RestoreDatabase",
        [PGTASK_TASK_TYPE_CLONE_INSTANCE] = "CloneInstance",
        [PGTASK_TASK_TYPE_RESTART_INSTANCE] = "RestartInstance",
        [PGTASK_TASK_TYPE_DESTROY_INSTANCE] = "DestroyInstance",
    };

    assert_true(task->task_id == number_of(get(item, "TaskId")));
    assert_int_equal(task->progress_percent, number_of(get(item, "Progress")));
    assert_string_equal(statuses[task->status], text_of(get(item, "Status")));
    assert_string_equal(types[task->type], text_of(get(item, "TaskType")));
    check_text(task, get(item, "Status"), PGTASK_MEMBER_STATUS, task->status_text);
    check_text(task, get(item, "TaskType"), PGTASK_MEMBER_TASK_TYPE, task->task_type);
    check_text(task, get(item, "DBInstanceId"), PGTASK_MEMBER_DB_INSTANCE_ID, task->instance_id);
    check_text(task, get(item, "StartTime"), PGTASK_MEMBER_START_TIME, task->start_time);
    check_text(task, get(item, "EndTime"), PGTASK_MEMBER_END_TIME, task->end_time);
    assert_true(task->start_unix_s == libc_time(text_of(get(item, "StartTime"))));
    assert_true(task->end_unix_s == libc_time(text_of(get(item, "EndTime"))));
    assert_int_equal(task_presence(task, PGTASK_MEMBER_TASK_ID), PGTASK_VALUE);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_PROGRESS), PGTASK_VALUE);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_TASK_DETAIL),
                     presence_of(get(item, "TaskDetail")));
    assert_int_equal(task->truncated, 0);
}

static void check_detail(struct pgtask_task const *task, cJSON const *detail)
{
    cJSON const *const switch_tag = get(detail, "SwitchTag");

    check_text(task, get(detail, "CurrentStep"), PGTASK_MEMBER_CURRENT_STEP, task->current_step);
    check_text(task, get(detail, "AllSteps"), PGTASK_MEMBER_ALL_STEPS, task->all_steps);
    check_text(task, get(detail, "Input"), PGTASK_MEMBER_INPUT, task->input);
    check_text(task, get(detail, "Output"), PGTASK_MEMBER_OUTPUT, task->output);
    check_text(task, get(detail, "SwitchTime"), PGTASK_MEMBER_SWITCH_TIME, task->switch_time);
    check_text(task, get(detail, "Message"), PGTASK_MEMBER_MESSAGE, task->message);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_SWITCH_TAG), presence_of(switch_tag));
    assert_true(task->switch_tag == (switch_tag != NULL ? number_of(switch_tag) : 0));
}

/* cJSON can find names in either case too. */
static void check_steps(struct pgtask_task const *task, cJSON const *steps)
{
    uint32_t count = 0;
    cJSON const *item;

    cJSON_ArrayForEach(item, steps)
    {
        struct pgtask_step const *const step = &task->steps[count++];
        cJSON const *const process = cJSON_GetObjectItem(item, "StepProcess");

        assert_int_equal(step->step_id, number_of(cJSON_GetObjectItem(item, "StepId")));
        assert_string_equal(step->step_name, text_of(cJSON_GetObjectItem(item, "StepName")));
        assert_string_equal(step->step_message, text_of(cJSON_GetObjectItem(item, "StepMessage")));
        assert_int_equal(step->progress_percent,
                         process != NULL ? process->valueint : PGTASK_PERCENT_UNKNOWN);
    }
    assert_int_equal(task->step_count, count);
}

/* If both have a member, Output counts. */
static cJSON *fact_of(cJSON const *input, cJSON const *output, char const *name)
{
    cJSON *const item = get(output, name);

    return item != NULL ? item : get(input, name);
}

static void check_objects(struct pgtask_objects const *objects, cJSON const *list)
{
    assert_int_equal(objects->count, cJSON_GetArraySize(list));
    for (uint32_t i = 0; i < objects->count; i++) {
        assert_string_equal(objects->names[i], text_of(cJSON_GetArrayItem(list, (int)i)));
    }
}

static void check_facts(struct pgtask_task const *task, cJSON const *input, cJSON const *output)
{
    struct pgtask_restore const *const restore = &task->restore;
    cJSON const *const type = fact_of(input, output, "RestoreType");
    cJSON const *const backup_time = fact_of(input, output, "BackupSetTime");
    cJSON const *const target = fact_of(input, output, "RestoreTargetTime");
    cJSON const *const after = get(output, "AfterRestoreObjects");
    cJSON const *before = get(output, "BeforeRestoreObjects");

    if (before == NULL) {
        before = fact_of(input, output, "RestoreObjects");
    }
    check_text(task, type, PGTASK_MEMBER_RESTORE_TYPE, restore->type_text);
    assert_int_equal(restore->type, type == NULL ? PGTASK_RESTORE_TYPE_UNKNOWN
                                    : strcmp(type->valuestring, "timestamp") == 0
                                        ? PGTASK_RESTORE_TYPE_TIMESTAMP
                                        : PGTASK_RESTORE_TYPE_BACKUP_SET);
    check_text(task, fact_of(input, output, "BackupSetId"), PGTASK_MEMBER_BACKUP_SET_ID,
               restore->backup_set_id);
    check_text(task, backup_time, PGTASK_MEMBER_BACKUP_SET_TIME, restore->backup_set_time);
    assert_true(restore->backup_set_unix_s == libc_time(text_of(backup_time)));
    check_text(task, target, PGTASK_MEMBER_RESTORE_TARGET_TIME, restore->target_time);
    assert_true(
        restore->target_unix_s ==
        (libc_time(text_of(target)) == 0 ? PGTASK_TIME_UNKNOWN : libc_time(text_of(target))));
    check_text(task, get(output, "Message"), PGTASK_MEMBER_RESTORE_MESSAGE, restore->message);
    check_objects(&restore->before, before);
    check_objects(&restore->after, after);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_OBJECTS), presence_of(before));
    assert_int_equal(task_presence(task, PGTASK_MEMBER_AFTER_RESTORE_OBJECTS), presence_of(after));
}

/* @return NULL if there is no such text */
static cJSON *parse_embedded(cJSON const *detail, char const *name)
{
    char const *const text = text_of(get(detail, name));
    cJSON *const item = text[0] != '\0' ? cJSON_Parse(text) : NULL;

    assert_true(text[0] == '\0' || item != NULL);
    return item;
}

static void check_task(struct pgtask_task const *task, cJSON const *item)
{
    cJSON const *const detail = get(item, "TaskDetail");
    cJSON *const steps = parse_embedded(detail, "AllSteps");
    cJSON *const input = parse_embedded(detail, "Input");
    cJSON *const output = parse_embedded(detail, "Output");

    check_members(task, item);
    check_detail(task, detail);
    check_steps(task, steps);
    check_facts(task, input, output);
    cJSON_Delete(steps);
    cJSON_Delete(input);
    cJSON_Delete(output);
}

static void check_answer(char const *text)
{
    cJSON *const root = cJSON_Parse(text);
    cJSON const *const response = get(root, "Response");
    cJSON const *const set = get(response, "TaskSet");
    cJSON const *item;
    size_t count = 0;

    assert_non_null(set);
    task_run_all(&outcome, NULL, text, strlen(text));
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_true(outcome.total_count == number_of(get(response, "TotalCount")));
    assert_string_equal(outcome.failure.request_id, text_of(get(response, "RequestId")));
    assert_int_equal(outcome.count, cJSON_GetArraySize(set));
    cJSON_ArrayForEach(item, set)
    {
        check_task(&outcome.tasks[count++], item);
    }
    cJSON_Delete(root);
}

static void example_is_read_to_the_last_field(void **state)
{
    check_answer(read_file(*state));
}

/* Puts a sample into an answer, with members as strings, as the metadata has them. */
static char *answer_of_samples(void)
{
    cJSON *const samples = cJSON_Parse(read_file(EXAMPLES "extra_examples.json"));
    cJSON *const item = cJSON_DetachItemFromObject(samples, "TaskSet_field_examples");
    cJSON *const root = cJSON_CreateObject();
    cJSON *const response = cJSON_AddObjectToObject(root, "Response");
    char *text;

    cJSON_AddItemToObject(item, "TaskDetail",
                          cJSON_DetachItemFromObject(samples, "TaskDetail_field_examples"));
    cJSON_AddItemToArray(cJSON_AddArrayToObject(response, "TaskSet"), item);
    cJSON_AddStringToObject(response, "TotalCount", "1");
    cJSON_AddStringToObject(response, "RequestId", "3f164712-8746-464f-a490-3084a470000e");
    text = cJSON_Print(root);
    cJSON_Delete(samples);
    cJSON_Delete(root);
    return text;
}

static void metadata_samples_are_read_to_the_last_field(void **state)
{
    char *const text = answer_of_samples();

    (void)state;
    check_answer(text);
    assert_int_equal(outcome.tasks[0].progress_percent, 75);
    assert_int_equal(outcome.tasks[0].switch_tag, 1);
    assert_int_equal(outcome.tasks[0].step_count, 5);
    assert_int_equal(outcome.tasks[0].steps[2].progress_percent, 100);
    cJSON_free(text);
}

static void sample_of_the_task_set_is_read_to_the_last_field(void **state)
{
    char text[1024];
    int const length = snprintf(
        text, sizeof text, "{\"Response\":{\"TaskSet\":%s,\"TotalCount\":1,\"RequestId\":\"r\"}}",
        read_file(EXAMPLES "field_sample_TaskSet.json"));

    (void)state;
    assert_true(length > 0 && (size_t)length < sizeof text);
    check_answer(text);
    assert_int_equal(outcome.count, 1);
}

static cJSON const *decoded_or_null(cJSON const *decoded, char const *name)
{
    cJSON const *const item = get(decoded, name);

    return get(item, "__absent__") != NULL || get(item, "__empty_string__") != NULL ? NULL : item;
}

/* Another JSON library wrote embedded_decoded.json. */
static void embedded_texts_decode_as_published(void **state)
{
    static char const *const names[] = {EXAMPLES "example1_latest_one_response.json",
                                        EXAMPLES "example2_by_task_id_response.json",
                                        EXAMPLES "example3_by_instance_response.json"};
    cJSON *const list = cJSON_Parse(read_file(EXAMPLES "embedded_decoded.json"));
    cJSON const *decoded = list->child;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char const *const text = read_file(names[i]);

        task_run(&outcome, NULL, text, strlen(text), strlen(text), 1);
        for (size_t at = 0; at < outcome.count; at++) {
            struct pgtask_task const *const task = &outcome.tasks[at];

            assert_non_null(decoded);
            assert_true(task->task_id == number_of(get(decoded, "TaskId")));
            check_steps(task, decoded_or_null(decoded, "AllSteps"));
            check_facts(task, decoded_or_null(decoded, "Input"),
                        decoded_or_null(decoded, "Output"));
            decoded = decoded->next;
        }
    }
    assert_null(decoded);
    cJSON_Delete(list);
}

/* API page 4.4: the name of a restored database has a Unix time in it, StartTime plus 2 seconds. */
static void start_times_agree_with_the_unix_times_in_restored_names(void **state)
{
    char const *const text = read_file(EXAMPLES "example3_by_instance_response.json");
    size_t checked = 0;

    (void)state;
    task_run(&outcome, NULL, text, strlen(text), strlen(text), 1);
    for (size_t i = 0; i < outcome.count; i++) {
        char const *const stem = "postgres_bak_";
        char const *const name = outcome.tasks[i].restore.after.names[0];

        if (outcome.tasks[i].restore.after.count > 0) {
            assert_memory_equal(name, stem, strlen(stem));
            assert_true(strtoll(name + strlen(stem), NULL, 10) ==
                        outcome.tasks[i].start_unix_s + 2);
            checked++;
        }
    }
    assert_int_equal(checked, 5);
}

#define EXAMPLE(name)                                                                              \
    {                                                                                              \
        "example_is_read_to_the_last_field " name, example_is_read_to_the_last_field, NULL, NULL,  \
            EXAMPLES name "_response.json"                                                         \
    }

int main(void)
{
    struct CMUnitTest const tests[] = {
        EXAMPLE("example1_latest_one"),
        EXAMPLE("example2_by_task_id"),
        EXAMPLE("example3_by_instance"),
        cmocka_unit_test(metadata_samples_are_read_to_the_last_field),
        cmocka_unit_test(sample_of_the_task_set_is_read_to_the_last_field),
        cmocka_unit_test(embedded_texts_decode_as_published),
        cmocka_unit_test(start_times_agree_with_the_unix_times_in_restored_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
