/* SPDX-License-Identifier: MIT */
/* Members may come in any order, among unknown ones of any shape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

#define EXAMPLE "tests/data/examples/example3_by_instance_response.json"

enum { SHUFFLES = 300 };

static struct task_outcome original;
static struct task_outcome changed;
static uint32_t random_state = 1;

static int random_below(int limit)
{
    random_state = random_state * 1103515245u + 12345u;
    return (int)(random_state >> 16) % limit;
}

static cJSON *read_example(void)
{
    FILE *const file = fopen(EXAMPLE, "rb");
    static char text[16384];
    size_t length;
    cJSON *root;

    assert_non_null(file);
    length = fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    text[length] = '\0';
    task_run(&original, NULL, text, length, length, 1);
    assert_int_equal(original.result, PGTASK_DONE);
    assert_int_equal(original.count, 6);
    root = cJSON_Parse(text);
    assert_non_null(root);
    return root;
}

static void assert_same_as_original(cJSON const *root, size_t slice)
{
    char *const text = cJSON_PrintUnformatted(root);
    size_t const length = strlen(text);

    task_run(&changed, NULL, text, length, slice, slice);
    assert_int_equal(changed.result, PGTASK_DONE);
    assert_true(changed.total_count == original.total_count);
    assert_string_equal(changed.failure.request_id, original.failure.request_id);
    assert_int_equal(changed.count, original.count);
    for (size_t i = 0; i < changed.count; i++) {
        assert_same_task(&changed.tasks[i], &original.tasks[i]);
    }
    cJSON_free(text);
}

/* Elements of an array stay in their order, which is part of the value. */
static void shuffle(cJSON *item)
{
    cJSON *child;

    if (cJSON_IsObject(item)) {
        for (int left = cJSON_GetArraySize(item); left > 0; left--) {
            child = cJSON_DetachItemFromArray(item, random_below(left));
            cJSON_AddItemToArray(item, child);
        }
    }
    cJSON_ArrayForEach(child, item)
    {
        shuffle(child);
    }
}

/* Applies `change` to the value of an embedded text, and writes it back as text. */
static void change_embedded(cJSON *text, void (*change)(cJSON *))
{
    cJSON *const value = cJSON_Parse(text->valuestring);
    char *again;

    assert_non_null(value);
    change(value);
    again = cJSON_PrintUnformatted(value);
    assert_non_null(cJSON_SetValuestring(text, again));
    cJSON_Delete(value);
    cJSON_free(again);
}

static cJSON *task_detail(cJSON *root, int at)
{
    cJSON *const response = cJSON_GetObjectItem(root, "Response");
    cJSON *const set = cJSON_GetObjectItem(response, "TaskSet");

    return cJSON_GetObjectItem(cJSON_GetArrayItem(set, at), "TaskDetail");
}

static void members_may_stand_in_any_order(void **state)
{
    cJSON *const root = read_example();

    (void)state;
    for (int i = 0; i < SHUFFLES; i++) {
        shuffle(root);
        assert_same_as_original(root, (size_t)random_below(700) + 1);
    }
    cJSON_Delete(root);
}

/* Only the text itself may show that the embedded members have changed places. */
static void embedded_members_may_stand_in_any_order(void **state)
{
    static char const *const names[] = {"AllSteps", "Input", "Output"};
    cJSON *const root = read_example();

    (void)state;
    for (int i = 0; i < SHUFFLES; i++) {
        char *text;

        for (int at = 0; at < 6; at++) {
            for (size_t name = 0; name < 3; name++) {
                change_embedded(cJSON_GetObjectItem(task_detail(root, at), names[name]), shuffle);
            }
        }
        text = cJSON_PrintUnformatted(root);
        task_run(&changed, NULL, text, strlen(text), 64, 64);
        assert_int_equal(changed.result, PGTASK_DONE);
        for (size_t at = 0; at < 6; at++) {
            struct pgtask_task *const task = &changed.tasks[at];

            memcpy(task->all_steps, original.tasks[at].all_steps, sizeof task->all_steps);
            memcpy(task->input, original.tasks[at].input, sizeof task->input);
            memcpy(task->output, original.tasks[at].output, sizeof task->output);
            assert_same_task(task, &original.tasks[at]);
        }
        cJSON_free(text);
    }
    cJSON_Delete(root);
}

static char const *const shapes[] = {
    "null",
    "true",
    "false",
    "0",
    "-1.5e-300",
    "\"\"",
    "\"\\u0000\\\\\\\"}]\"",
    "\"\xe4\xb8\xad\xf0\x9f\x98\x80\"",
    "{}",
    "[]",
    "[[],{},[[[]]],\"]\",{\"a\":[{\"b\":null}]}]",
    "{\"TaskId\":1,\"Status\":{},\"Response\":[],\"Error\":{\"Code\":\"x\"},\"TaskSet\":[{}]}",
    "{\"\":{\"\":{\"\":[]}}}",
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static char const *const unknown_names[] = {
    "", "Unheard", "taskId", "TaskI", "TaskIdd", "STATUS", "response", "Errors", "\xc3\xa9\x01\n",
};
enum { UNKNOWN_NAMES = sizeof unknown_names / sizeof unknown_names[0] };

/* Puts a member of each shape into each object, each at another place. */
static void add_unknown(cJSON *item)
{
    cJSON *child;

    cJSON_ArrayForEach(child, item)
    {
        add_unknown(child);
    }
    if (cJSON_IsObject(item)) {
        for (int i = 0; i < SHAPES; i++) {
            char const *const name = unknown_names[random_below(UNKNOWN_NAMES)];
            cJSON *const value = cJSON_Parse(shapes[i]);

            assert_non_null(value);
            cJSON_AddItemToObject(item, name, value);
        }
    }
}

static void unknown_members_of_any_shape_are_passed_over(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) {
        cJSON *const root = read_example();

        add_unknown(root);
        shuffle(root);
        assert_same_as_original(root, (size_t)random_below(700) + 1);
        cJSON_Delete(root);
    }
}

/* A place for an unknown member: the text before it and the text behind it. */
static char const *const levels[][2] = {
    {"{", "\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"Status\":\"Fail\"}]}}"},
    {"{\"Response\":{", "\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"Status\":\"Fail\"}]}}"},
    {"{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{", "\"TaskId\":7,\"Status\":\"Fail\"}]}}"},
    {"{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"TaskDetail\":{",
     "\"CurrentStep\":\"x\"},\"Status\":\"Fail\"}]}}"},
};

static void unknown_member_of_each_shape_is_passed_over_at_each_level(void **state)
{
    (void)state;
    for (size_t level = 0; level < sizeof levels / sizeof levels[0]; level++) {
        for (size_t i = 0; i < SHAPES; i++) {
            struct task_outcome const *const outcome =
                task_answer("%s\"Unheard\":%s,%s", levels[level][0], shapes[i], levels[level][1]);

            assert_int_equal(outcome->result, PGTASK_DONE);
            assert_int_equal(outcome->count, 1);
            assert_int_equal(outcome->tasks[0].task_id, 7);
            assert_int_equal(outcome->tasks[0].status, PGTASK_STATUS_FAIL);
        }
    }
}

static void unknown_member_of_each_shape_is_passed_over_in_an_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct task_outcome const *const outcome =
            task_answer("{\"Response\":{\"Error\":{\"Unheard\":%s,\"Code\":\"A.B\"}}}", shapes[i]);

        assert_int_equal(outcome->result, PGTASK_ERROR_SERVICE);
        assert_string_equal(outcome->failure.code, "A.B");
    }
}

/* 512 levels of an unknown member have a bit each. A document that is deeper still is refused with
 * its own error. */
static void nesting_too_deep_is_refused_by_name(void **state)
{
    static char nest[50000];
    static char text[51000];
    enum { LEAST = 512, MOST = PGTASK_JSON_LEVELS };

    (void)state;
    for (size_t depth = 1; depth <= 20000; depth += depth < 64 ? 1 : depth < 600 ? 7 : 997) {
        memset(nest, '[', depth);
        memset(nest + depth, ']', depth);
        nest[2 * depth] = '\0';
        (void)snprintf(text, sizeof text,
                       "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"Deep\":%s,"
                       "\"Status\":\"Fail\"}]}}",
                       nest);
        task_run(&changed, NULL, text, strlen(text), 100, 100);
        assert_true(changed.result == PGTASK_DONE || changed.result == PGTASK_ERROR_JSON_DEPTH);
        assert_true(depth > LEAST || changed.result == PGTASK_DONE);
        assert_true(depth < MOST || changed.result == PGTASK_ERROR_JSON_DEPTH);
        assert_int_equal(changed.count, changed.result == PGTASK_DONE ? 1 : 0);
    }
}

static void key_of_any_length_is_passed_over_or_found(void **state)
{
    static char key[5000];
    static char text[16000];

    (void)state;
    for (size_t length = 1; length < sizeof key; length += length < 1200 ? 1 : 499) {
        memset(key, 'k', length);
        key[length] = '\0';
        (void)snprintf(text, sizeof text,
                       "{\"%s\":0,\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"%sTaskId\":8,"
                       "\"TaskId\":7,\"%s\":[],\"Status\":\"Fail\"}]}}",
                       length < 1500 ? key : "k", key, length < 1500 ? key : "k");
        task_run(&changed, NULL, text, strlen(text), length % 300 + 1, 61);
        assert_int_equal(changed.result, PGTASK_DONE);
        assert_int_equal(changed.tasks[0].task_id, 7);
    }
}

/* A fragment of a key must not be taken for the key. */
static void key_that_ends_like_a_member_is_not_that_member(void **state)
{
    static char spaces[PGTASK_JSON_WINDOW_BYTES + 1];
    static char text[3000];

    (void)state;
    for (size_t length = 1; length < sizeof spaces; length++) {
        memset(spaces, ' ', length);
        spaces[length] = '\0';
        (void)snprintf(text, sizeof text,
                       "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,"
                       "\"%s%sTaskId\":8,\"TaskId%s%s\":9,\"Status\":\"Fail\"}]}}",
                       spaces, spaces, spaces, spaces);
        task_run(&changed, NULL, text, strlen(text), strlen(text), 1);
        assert_int_equal(changed.result, PGTASK_DONE);
        assert_int_equal(changed.tasks[0].task_id, 7);
    }
}

static void escaped_name_is_the_same_name(void **state)
{
    struct task_outcome const *const outcome = task_answer(
        "{\"\\u0052esponse\":{\"Total\\u0043ount\":1,\"TaskSe\\u0074\":[{\"TaskI\\u0064\":7,"
        "\"\\u0053tatus\":\"\\u0046ail\",\"TaskDetail\":{\"\\u0041llSteps\":"
        "\"[{\\\"\\\\u0053tepId\\\":3}]\"}}]}}");

    (void)state;
    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_int_equal(outcome->tasks[0].task_id, 7);
    assert_int_equal(outcome->tasks[0].status, PGTASK_STATUS_FAIL);
    assert_int_equal(outcome->tasks[0].steps[0].step_id, 3);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(members_may_stand_in_any_order),
        cmocka_unit_test(embedded_members_may_stand_in_any_order),
        cmocka_unit_test(unknown_members_of_any_shape_are_passed_over),
        cmocka_unit_test(unknown_member_of_each_shape_is_passed_over_at_each_level),
        cmocka_unit_test(unknown_member_of_each_shape_is_passed_over_in_an_error),
        cmocka_unit_test(nesting_too_deep_is_refused_by_name),
        cmocka_unit_test(key_of_any_length_is_passed_over_or_found),
        cmocka_unit_test(key_that_ends_like_a_member_is_not_that_member),
        cmocka_unit_test(escaped_name_is_the_same_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
