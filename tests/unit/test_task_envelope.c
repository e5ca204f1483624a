/* SPDX-License-Identifier: MIT */
/* The envelope around the tasks: Response, Error in both layouts, and JSON that is not an answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

#define TASK "{\"TaskId\":7,\"Status\":\"Fail\"}"

static void assert_refused(char const *text, enum pgtask_error error, char const *member)
{
    struct task_outcome const *const outcome = task_answer("%s", text);

    assert_int_equal(outcome->result, error);
    assert_string_equal(outcome->failure.member, member);
    assert_string_equal(outcome->failure.code, "");
    assert_string_equal(outcome->failure.message, "");
}

static void assert_service(char const *text, char const *code, char const *message, char const *id)
{
    struct task_outcome const *const outcome = task_answer("%s", text);

    assert_int_equal(outcome->result, PGTASK_ERROR_SERVICE);
    assert_int_equal(outcome->failure.error, PGTASK_ERROR_SERVICE);
    assert_string_equal(outcome->failure.code, code);
    assert_string_equal(outcome->failure.message, message);
    assert_string_equal(outcome->failure.request_id, id);
}

static void assert_tasks(char const *text, size_t count, uint64_t total_count)
{
    struct task_outcome const *const outcome = task_answer("%s", text);

    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_int_equal(outcome->count, count);
    assert_true(outcome->total_count == total_count);
}

/* Each value stands in the place of %s, beside one task. */
static void assert_task_with_each(char const *const *values, size_t count, char const *format,
                                  uint64_t total_count)
{
    for (size_t i = 0; i < count; i++) {
        assert_tasks(task_fill(format, values[i]), 1, total_count);
    }
}

/* The text is from tests/data/examples/extra_examples.json. */
static void documented_error_is_reported_with_code_message_and_request_id(void **state)
{
    (void)state;
    assert_service("{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureFailure\","
                   "\"Message\":\"The provided credentials could not be validated. Please check "
                   "your signature is correct.\"},"
                   "\"RequestId\":\"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6\"}}",
                   "AuthFailure.SignatureFailure",
                   "The provided credentials could not be validated. Please check your signature "
                   "is correct.",
                   "ed93f3cb-f35e-473f-b9f3-0d451b8b79c6");
}

static void error_of_the_legacy_layout_is_reported_with_code_and_message(void **state)
{
    (void)state;
    assert_service("{\"code\":4000,\"message\":\"text\",\"codeDesc\":\"SomeCode\"}", "SomeCode",
                   "text", "");
    assert_service("{\"codeDesc\":\"SomeCode\",\"message\":\"text\",\"code\":\"4000\"}", "SomeCode",
                   "text", "");
    assert_service("{\"code\":-1}", "", "", "");
    assert_service("{\"code\":1e2,\"data\":{\"Response\":1}}", "", "", "");
}

static void legacy_code_0_is_not_an_error_and_not_an_answer(void **state)
{
    (void)state;
    assert_refused("{\"code\":0,\"message\":\"\",\"codeDesc\":\"Success\"}",
                   PGTASK_ERROR_ANSWER_MISSING, "Response");
    assert_refused("{\"code\":-0}", PGTASK_ERROR_ANSWER_MISSING, "Response");
    assert_refused("{\"code\":0.0}", PGTASK_ERROR_ANSWER_MISSING, "Response");
    assert_refused("{\"code\":\"0e1\"}", PGTASK_ERROR_ANSWER_MISSING, "Response");
    assert_refused("{\"codeDesc\":\"SomeCode\"}", PGTASK_ERROR_ANSWER_MISSING, "Response");
}

static void legacy_members_beside_a_response_do_not_count(void **state)
{
    (void)state;
    assert_tasks("{\"code\":4000,\"message\":\"x\",\"codeDesc\":\"y\","
                 "\"Response\":{\"TotalCount\":0,\"TaskSet\":[]}}",
                 0, 0);
    assert_tasks("{\"Response\":{\"TotalCount\":0,\"TaskSet\":[]},"
                 "\"code\":4000,\"message\":5,\"codeDesc\":{}}",
                 0, 0);
}

static void error_may_stand_before_or_after_the_request_id(void **state)
{
    (void)state;
    assert_service("{\"Response\":{\"RequestId\":\"r\",\"Error\":{\"Message\":\"m\","
                   "\"Code\":\"c\"}}}",
                   "c", "m", "r");
}

static void error_needs_a_code_or_a_message(void **state)
{
    (void)state;
    assert_service("{\"Response\":{\"Error\":{\"Code\":\"InternalError\"}}}", "InternalError", "",
                   "");
    assert_service("{\"Response\":{\"Error\":{\"Message\":\"m\"},\"RequestId\":\"r\"}}", "", "m",
                   "r");
    assert_service("{\"Response\":{\"Error\":{\"Code\":5,\"Message\":\"m\"}}}", "", "m", "");
    assert_service("{\"Response\":{\"Error\":{\"Code\":\"x\",\"Message\":{}}}}", "x", "", "");
}

/* A service without an error may send an Error that is there, and empty or odd. */
static void empty_or_odd_error_costs_no_task(void **state)
{
    static char const *const values[] = {"null",
                                         "{}",
                                         "[]",
                                         "\"\"",
                                         "\"x\"",
                                         "false",
                                         "0",
                                         "[{}]",
                                         "{\"Code\":\"\",\"Message\":\"\"}",
                                         "{\"Code\":null}",
                                         "{\"Code\":[\"x\"]}"};
    size_t const count = sizeof values / sizeof values[0];

    (void)state;
    assert_task_with_each(
        values, count, "{\"Response\":{\"Error\":%s,\"TotalCount\":1,\"TaskSet\":[" TASK "]}}", 1);
    assert_task_with_each(
        values, count, "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[" TASK "],\"Error\":%s}}", 1);
}

static void empty_or_odd_error_without_tasks_is_named(void **state)
{
    (void)state;
    assert_refused("{\"Response\":{\"Error\":{}}}", PGTASK_ERROR_ANSWER_MISSING, "Error");
    assert_refused("{\"Response\":{\"Error\":{\"Code\":null}}}", PGTASK_ERROR_ANSWER_MISSING,
                   "Error");
    assert_refused("{\"Response\":{\"Error\":{\"Code\":\"\"}}}", PGTASK_ERROR_ANSWER_MISSING,
                   "Error");
    assert_refused("{\"Response\":{\"Error\":{\"Code\":5}}}", PGTASK_ERROR_ANSWER_MISSING, "Error");
    assert_refused("{\"Response\":{\"Error\":\"x\"}}", PGTASK_ERROR_ANSWER_TYPE, "Error");
    assert_refused("{\"Response\":{\"Error\":[]}}", PGTASK_ERROR_ANSWER_TYPE, "Error");
    assert_refused("{\"Response\":{\"Error\":true,\"TotalCount\":1}}", PGTASK_ERROR_ANSWER_TYPE,
                   "Error");
    assert_service("{\"code\":[]}", "", "", ""); /* it is not 0 */
    assert_refused("{\"message\":1}", PGTASK_ERROR_ANSWER_MISSING, "Response");
}

static void null_instead_of_an_error_is_no_error(void **state)
{
    (void)state;
    assert_tasks("{\"Response\":{\"Error\":null,\"TotalCount\":1,\"TaskSet\":[" TASK "]}}", 1, 1);
}

static void error_beside_tasks_is_reported(void **state)
{
    (void)state;
    assert_service("{\"Response\":{\"TotalCount\":1,\"TaskSet\":[" TASK "],"
                   "\"Error\":{\"Code\":\"InternalError\",\"Message\":\"Half done.\"}}}",
                   "InternalError", "Half done.", "");
    assert_service("{\"Response\":{\"Error\":{\"Code\":\"InternalError\"},\"TotalCount\":1,"
                   "\"TaskSet\":[" TASK "]}}",
                   "InternalError", "", "");
}

/* These texts go to a terminal and a log. */
static void error_texts_are_free_of_control_characters(void **state)
{
    (void)state;
    assert_service("{\"Response\":{\"Error\":{\"Code\":\"a\\u001b[2J\\u007fb\","
                   "\"Message\":\"c\\r\\n\\td\"},\"RequestId\":\"e\\u0007f\"}}",
                   "a [2J b", "c   d", "e f");
}

/* U+0080 to U+009F have two bytes. U+009B alone begins an escape sequence on a terminal. */
static void error_texts_are_free_of_control_characters_of_two_bytes(void **state)
{
    (void)state;
    assert_service("{\"Response\":{\"Error\":{\"Code\":\"a\\u009b2Jb\","
                   "\"Message\":\"c\\u0080\\u0085d\xc2\x9f\\u00a0\\u00e9\"},"
                   "\"RequestId\":\"\\u0090e\"}}",
                   "a 2Jb", "c  d \xc2\xa0\xc3\xa9", " e");
}

static void error_texts_are_cut_at_a_character_boundary(void **state)
{
    static char text[2048];
    static char expected[2048];

    (void)state;
    for (size_t before = 0; before < 8; before++) {
        struct pgtask_failure const *failure;
        char *at = text + sprintf(text, "{\"Response\":{\"Error\":{\"Code\":\"C\",\"Message\":\"");
        size_t const room = sizeof failure->message - 1 - before;

        at += sprintf(at, "%.*s", (int)before, "abcdefgh");
        for (size_t i = 0; i < 100; i++) {
            at += sprintf(at, "\xe6\x96\x87");
        }
        (void)sprintf(at, "\"}}}");
        failure = &task_answer("%s", text)->failure;
        at = expected + sprintf(expected, "%.*s", (int)before, "abcdefgh");
        for (size_t i = 0; i < room / 3; i++) {
            at += sprintf(at, "\xe6\x96\x87");
        }
        assert_string_equal(failure->message, expected);
    }
}

/* A Go service writes an empty list as null. */
static void no_task_set_is_no_tasks_if_the_answer_says_so(void **state)
{
    (void)state;
    assert_tasks("{\"Response\":{\"TotalCount\":0,\"TaskSet\":[]}}", 0, 0);
    assert_tasks("{\"Response\":{\"TaskSet\":[],\"TotalCount\":20}}", 0, 20);
    assert_tasks("{\"Response\":{\"TotalCount\":0,\"TaskSet\":null}}", 0, 0);
    assert_tasks("{\"Response\":{\"TotalCount\":20,\"TaskSet\":null}}", 0, 20);
    assert_tasks("{\"Response\":{\"TaskSet\":null}}", 0, PGTASK_COUNT_UNKNOWN);
    assert_tasks("{\"Response\":{\"TotalCount\":0}}", 0, 0);
    assert_tasks("{\"Response\":{\"TotalCount\":\"0\",\"RequestId\":\"r\"}}", 0, 0);
    assert_tasks("{\"Response\":{\"TotalCount\":0,\"TaskSet\":{}}}", 0, 0);
    assert_refused("{\"Response\":{}}", PGTASK_ERROR_ANSWER_MISSING, "TaskSet");
    assert_refused("{\"Response\":{\"TotalCount\":3}}", PGTASK_ERROR_ANSWER_MISSING, "TaskSet");
    assert_refused("{\"Response\":{\"TotalCount\":null}}", PGTASK_ERROR_ANSWER_MISSING, "TaskSet");
}

static void task_set_of_another_type_is_named(void **state)
{
    static char const *const values[] = {"{}", "\"\"", "0", "true", "\"[]\"", "{\"a\":[" TASK "]}"};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_refused(task_fill("{\"Response\":{\"TotalCount\":1,\"TaskSet\":%s}}", values[i]),
                       PGTASK_ERROR_ANSWER_TYPE, "TaskSet");
    }
}

static void odd_total_count_is_unknown_and_costs_no_task(void **state)
{
    static char const *const values[] = {"null",
                                         "\"\"",
                                         "\"x\"",
                                         "-1",
                                         "1.5",
                                         "1e30",
                                         "18446744073709551616",
                                         "true",
                                         "[]",
                                         "[1]",
                                         "{}",
                                         "\"-1\"",
                                         "1,\"TotalCount\":1",
                                         "\"1e400\""};
    size_t const count = sizeof values / sizeof values[0];

    (void)state;
    assert_task_with_each(values, count,
                          "{\"Response\":{\"TotalCount\":%s,\"TaskSet\":[" TASK "]}}",
                          PGTASK_COUNT_UNKNOWN);
    assert_task_with_each(values, count,
                          "{\"Response\":{\"TaskSet\":[" TASK "],\"TotalCount\":%s}}",
                          PGTASK_COUNT_UNKNOWN);
    assert_tasks("{\"Response\":{\"TaskSet\":[" TASK "]}}", 1, PGTASK_COUNT_UNKNOWN);
}

static void odd_request_id_is_left_out_and_costs_no_task(void **state)
{
    static char const *const values[] = {"null", "\"\"", "5",   "true",
                                         "[]",   "{}",   "1.5", "\"a\",\"RequestId\":\"b\""};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char const *const text = task_fill(
            "{\"Response\":{\"RequestId\":%s,\"TotalCount\":1,\"TaskSet\":[" TASK "]}}", values[i]);

        assert_tasks(text, 1, 1);
        assert_string_equal(task_answer("%s", text)->failure.request_id, "");
    }
}

static void request_id_is_reported_with_a_failure_of_the_answer(void **state)
{
    struct task_outcome const *const outcome =
        task_answer("{\"Response\":{\"RequestId\":\"3f164712\",\"TotalCount\":-1}}");

    (void)state;
    assert_int_equal(outcome->result, PGTASK_ERROR_ANSWER_MISSING);
    assert_string_equal(outcome->failure.request_id, "3f164712");
}

/* A user would ask the support about an id that does not exist. */
static void broken_request_id_is_not_reported(void **state)
{
    struct task_outcome const *const outcome =
        task_answer("{\"Response\":{\"RequestId\":\"3f164712-\\x\",\"TotalCount\":0}}");

    (void)state;
    assert_int_equal(outcome->result, PGTASK_ERROR_JSON_STRING);
    assert_string_equal(outcome->failure.request_id, "");
}

static void json_that_is_not_an_answer_is_refused(void **state)
{
    static char const *const texts[] = {"[]",  "[{\"Response\":{}}]", "\"Response\"", "5", "null",
                                        "true"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_refused(texts[i], PGTASK_ERROR_ANSWER_MISSING, "Response");
    }
    assert_refused("{}", PGTASK_ERROR_ANSWER_MISSING, "Response");
    assert_refused("{\"Response\":null}", PGTASK_ERROR_ANSWER_MISSING, "Response");
    assert_refused("{\"Response\":[]}", PGTASK_ERROR_ANSWER_TYPE, "Response");
    assert_refused("{\"Response\":\"\"}", PGTASK_ERROR_ANSWER_TYPE, "Response");
    assert_refused("{\"response\":{}}", PGTASK_ERROR_ANSWER_MISSING, "Response");
}

static void text_that_is_not_json_is_refused(void **state)
{
    (void)state;
    assert_int_equal(task_answer("<html>")->result, PGTASK_ERROR_JSON_SYNTAX);
    assert_int_equal(task_answer(" ")->result, PGTASK_ERROR_JSON_TRUNCATED);
    assert_int_equal(task_answer("\xef\xbb\xbf{}")->result, PGTASK_ERROR_JSON_SYNTAX);
    assert_int_equal(task_answer("{\"Response\":{\"TotalCount\":0,\"TaskSet\":[]}}{}")->result,
                     PGTASK_ERROR_JSON_SYNTAX);
    assert_int_equal(task_answer("{\"Response\":{\"TotalCount\":0,\"TaskSet\":[]}} \r\n\t")->result,
                     PGTASK_DONE);
}

/* Of two texts or numbers, neither counts. Of two objects or lists, the first one counts. */
static void member_of_the_envelope_that_stands_twice_costs_no_task(void **state)
{
    (void)state;
    assert_tasks("{\"Response\":{\"TotalCount\":1,\"TotalCount\":1,\"TaskSet\":[" TASK "]}}", 1,
                 PGTASK_COUNT_UNKNOWN);
    assert_tasks("{\"Response\":{\"TaskSet\":[" TASK "],\"TotalCount\":1,\"TaskSet\":[]}}", 1, 1);
    assert_tasks("{\"Response\":{\"TaskSet\":[" TASK "],\"TotalCount\":1,\"TaskSet\":5}}", 1, 1);
    assert_tasks("{\"Response\":{\"TotalCount\":1,\"TaskSet\":[" TASK "]},\"Response\":{}}", 1, 1);
    assert_service("{\"Response\":{\"Error\":{\"Code\":\"a\"},\"Error\":{\"Code\":\"b\"}}}", "a",
                   "", "");
    assert_service(
        "{\"Response\":{\"Error\":{\"Code\":\"a\",\"Message\":\"a\",\"Message\":\"b\"}}}", "a", "",
        "");
    assert_refused("{\"Response\":{\"Error\":{\"Code\":\"a\",\"Code\":\"b\"}}}",
                   PGTASK_ERROR_ANSWER_MISSING, "Error");
}

static void each_member_has_the_name_that_the_api_gives_it(void **state)
{
    (void)state;
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_TASK_ID), "TaskId");
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_DB_INSTANCE_ID), "DBInstanceId");
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_SWITCH_TAG), "SwitchTag");
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_AFTER_RESTORE_OBJECTS),
                        "AfterRestoreObjects");
    for (int member = 0; member < PGTASK_MEMBER_COUNT; member++) {
        assert_true(pgtask_member_text((enum pgtask_member)member)[0] != '\0');
    }
    assert_string_equal(pgtask_member_text(PGTASK_MEMBER_COUNT), "");
    assert_string_equal(pgtask_member_text((enum pgtask_member)1000), "");
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(documented_error_is_reported_with_code_message_and_request_id),
        cmocka_unit_test(error_of_the_legacy_layout_is_reported_with_code_and_message),
        cmocka_unit_test(legacy_code_0_is_not_an_error_and_not_an_answer),
        cmocka_unit_test(legacy_members_beside_a_response_do_not_count),
        cmocka_unit_test(error_may_stand_before_or_after_the_request_id),
        cmocka_unit_test(error_needs_a_code_or_a_message),
        cmocka_unit_test(empty_or_odd_error_costs_no_task),
        cmocka_unit_test(empty_or_odd_error_without_tasks_is_named),
        cmocka_unit_test(null_instead_of_an_error_is_no_error),
        cmocka_unit_test(error_beside_tasks_is_reported),
        cmocka_unit_test(error_texts_are_free_of_control_characters),
        cmocka_unit_test(error_texts_are_free_of_control_characters_of_two_bytes),
        cmocka_unit_test(error_texts_are_cut_at_a_character_boundary),
        cmocka_unit_test(no_task_set_is_no_tasks_if_the_answer_says_so),
        cmocka_unit_test(task_set_of_another_type_is_named),
        cmocka_unit_test(odd_total_count_is_unknown_and_costs_no_task),
        cmocka_unit_test(odd_request_id_is_left_out_and_costs_no_task),
        cmocka_unit_test(request_id_is_reported_with_a_failure_of_the_answer),
        cmocka_unit_test(broken_request_id_is_not_reported),
        cmocka_unit_test(json_that_is_not_an_answer_is_refused),
        cmocka_unit_test(text_that_is_not_json_is_refused),
        cmocka_unit_test(member_of_the_envelope_that_stands_twice_costs_no_task),
        cmocka_unit_test(each_member_has_the_name_that_the_api_gives_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
