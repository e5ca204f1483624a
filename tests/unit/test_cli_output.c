/* SPDX-License-Identifier: MIT */
/* Tasks are printed as a table, as facts and as JSON. */
#include "tasks/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

static struct writer writer;
static FILE *file;
static char printed[65536];

static int open_writer(void **state)
{
    (void)state;
    file = tmpfile();
    writer = (struct writer){.descriptor = file == NULL ? -1 : fileno(file)};
    return file == NULL ? -1 : 0;
}

static int close_writer(void **state)
{
    (void)state;
    return fclose(file);
}

/* @return all that was written so far */
static char const *take(void)
{
    assert_true(writer_flush(&writer));
    ssize_t const length = pread(writer.descriptor, printed, sizeof printed - 1, 0);
    assert_true(length >= 0);
    printed[length] = '\0';
    return printed;
}

static void forget(void)
{
    assert_int_equal(ftruncate(writer.descriptor, 0), 0);
    assert_int_equal(lseek(writer.descriptor, 0, SEEK_SET), 0);
}

static struct pgtask_task make_task(void)
{
    struct pgtask_task task = {.task_id = 120321,
                               .task_type = "RestoreDatabase",
                               .instance_id = "postgres-q6fj84vb",
                               .status_text = "Running",
                               .start_time = "2024-09-27 13:14:11",
                               .progress_percent = 37,
                               .start_unix_s = 1727414051,
                               .end_unix_s = PGTASK_TIME_UNKNOWN,
                               .restore = {.target_unix_s = PGTASK_TIME_UNKNOWN}};

    for (int i = PGTASK_MEMBER_TASK_ID; i <= PGTASK_MEMBER_TASK_DETAIL; i++) {
        task.presence[i] = PGTASK_VALUE;
    }
    task.presence[PGTASK_MEMBER_END_TIME] = PGTASK_EMPTY;
    return task;
}

static cJSON *parse_line(char const *line)
{
    char const *end = NULL;
    cJSON *json = cJSON_ParseWithOpts(line, &end, false);

    assert_non_null(json);
    assert_string_equal(end, "\n");
    return json;
}

/* Every character up to U+FFFF that a text can hold comes back from cJSON as it went in. */
static void a_json_string_is_read_back_as_it_was(void **state)
{
    static char text[3 * 0x10000];
    size_t length = 0;

    for (uint32_t c = 1; c < 0x10000; c++) {
        if (c < 0x80) {
            text[length++] = (char)c;
        } else if (c < 0x800) {
            text[length++] = (char)(0xC0 | c >> 6);
            text[length++] = (char)(0x80 | (c & 0x3F));
        } else if (c < 0xD800 || c > 0xDFFF) {
            text[length++] = (char)(0xE0 | c >> 12);
            text[length++] = (char)(0x80 | (c >> 6 & 0x3F));
            text[length++] = (char)(0x80 | (c & 0x3F));
        }
        if (c % 4096 == 4095) {
            text[length] = '\0';
            writer_json(&writer, text);
            cJSON *json = cJSON_Parse(take());
            assert_string_equal(cJSON_GetStringValue(json), text);
            cJSON_Delete(json);
            assert_int_equal(ftruncate(writer.descriptor, 0), 0);
            assert_int_equal(lseek(writer.descriptor, 0, SEEK_SET), 0);
            length = 0;
        }
    }
    (void)state;
}

static void a_json_string_holds_nothing_a_terminal_acts_on(void **state)
{
    writer_json(&writer, "a\"b\\c\n\x1b[31m\x7f\xC2\x9B\xE2\x80\xAE\xF0\x9F\x98\x80");
    assert_string_equal(take(), "\"a\\\"b\\\\c\\u000a\\u001b[31m\\u007f\\u009b\\u202e"
                                "\xF0\x9F\x98\x80\"");
    (void)state;
}

static void bytes_that_are_not_utf8_become_the_replacement_character(void **state)
{
    writer_json(&writer, "a\xFFz\xE4\xB8");
    cJSON *json = cJSON_Parse(take());
    assert_string_equal(cJSON_GetStringValue(json), "a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
    cJSON_Delete(json);
    (void)state;
}

static void numbers_are_written_to_the_last_of_64_bits(void **state)
{
    writer_print(&writer, "%ju %ju", UINT64_C(0), UINT64_MAX);
    assert_string_equal(take(), "0 18446744073709551615");
    (void)state;
}

static void text_for_people_never_drives_the_terminal(void **state)
{
    assert_int_equal(writer_printable(&writer, "a\x1b]0;x\x07\xC2\x9B\n\t\xE4\xB8\xAD\xFF"), 13);
    assert_string_equal(take(), "a?]0;x??  \xE4\xB8\xAD?");
    (void)state;
}

static void output_longer_than_the_buffer_comes_out_whole(void **state)
{
    for (unsigned i = 0; i < 1500; i++) {
        writer_print(&writer, "0123456789");
    }
    char const *const text = take();
    assert_int_equal(strlen(text), 15000);
    for (size_t i = 0; i < 15000; i++) {
        assert_int_equal(text[i], '0' + (int)(i % 10));
    }
    (void)state;
}

static void a_failed_write_is_remembered(void **state)
{
    struct writer closed = {.descriptor = -1};

    writer_print(&closed, "x");
    assert_false(writer_flush(&closed));
    assert_true(closed.error != 0);
    assert_false(writer_flush(&closed));
    (void)state;
}

static void an_answer_is_one_line_with_the_members_of_the_api(void **state)
{
    struct pgtask_task task = make_task();
    struct output_end const end = {.tasks = 2, .total_count = 57, .request_id = "r-1"};

    task.presence[PGTASK_MEMBER_CURRENT_STEP] = PGTASK_VALUE;
    strcpy(task.current_step, "Execute \"Recovery\"");
    output_json.task(&writer, &task, 0);
    task.task_id = 9007199254740993u;
    output_json.task(&writer, &task, 1);
    output_json.end(&writer, &end);
    assert_non_null(strstr(take(), "\"TaskId\":9007199254740993,"));
    cJSON *json = parse_line(printed);
    cJSON *tasks = cJSON_GetObjectItemCaseSensitive(json, "TaskSet");
    cJSON *first = cJSON_GetArrayItem(tasks, 0);
    assert_int_equal(cJSON_GetArraySize(tasks), 2);
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(json, "TotalCount")->valueint, 57);
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(json, "RequestId")->valuestring, "r-1");
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(first, "TaskId")->valueint, 120321);
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(first, "Progress")->valueint, 37);
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(first, "Status")->valuestring, "Running");
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(first, "EndTime")->valuestring, "");
    cJSON *detail = cJSON_GetObjectItemCaseSensitive(first, "TaskDetail");
    assert_int_equal(cJSON_GetArraySize(detail), 1);
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(detail, "CurrentStep")->valuestring,
                        "Execute \"Recovery\"");
    cJSON_Delete(json);
    (void)state;
}

static void an_answer_without_tasks_has_an_empty_array(void **state)
{
    struct output_end const end = {.tasks = 0, .total_count = 3, .request_id = "r-2"};

    output_json.end(&writer, &end);
    assert_string_equal(take(), "{\"TaskSet\":[],\"TotalCount\":3,\"RequestId\":\"r-2\"}\n");
    (void)state;
}

static void a_broken_answer_is_a_line_that_no_parser_takes(void **state)
{
    struct pgtask_task const task = make_task();

    output_json.task(&writer, &task, 0);
    output_json.broken(&writer);
    assert_null(cJSON_Parse(take()));
    assert_int_equal(printed[strlen(printed) - 1], '\n');
    (void)state;
}

static void absent_null_and_empty_members_come_out_as_they_came(void **state)
{
    struct pgtask_task task = make_task();

    task.presence[PGTASK_MEMBER_END_TIME] = PGTASK_NULL;
    task.presence[PGTASK_MEMBER_ALL_STEPS] = PGTASK_EMPTY;
    task.presence[PGTASK_MEMBER_INPUT] = PGTASK_NULL;
    task.presence[PGTASK_MEMBER_MESSAGE] = PGTASK_ABSENT;
    output_jsonl.task(&writer, &task, 0);
    task.presence[PGTASK_MEMBER_END_TIME] = PGTASK_ABSENT;
    task.presence[PGTASK_MEMBER_TASK_DETAIL] = PGTASK_EMPTY;
    output_jsonl.task(&writer, &task, 1);
    task.presence[PGTASK_MEMBER_TASK_DETAIL] = PGTASK_NULL;
    output_jsonl.task(&writer, &task, 2);
    assert_non_null(strstr(take(), "\"EndTime\":null,"));
    assert_non_null(strstr(printed, "\"TaskDetail\":{\"AllSteps\":\"\",\"Input\":null},"));
    char const *const second = strchr(printed, '\n') + 1;
    assert_null(strstr(second, "EndTime"));
    assert_non_null(strstr(second, "\"TaskDetail\":{},"));
    assert_non_null(strstr(second, "\"TaskDetail\":null,"));
    (void)state;
}

static void steps_are_decoded_and_malformed_ones_are_null(void **state)
{
    struct pgtask_task task = make_task();

    task.presence[PGTASK_MEMBER_ALL_STEPS] = PGTASK_VALUE;
    task.step_count = PGTASK_STEPS + 3;
    for (uint32_t i = 0; i < PGTASK_STEPS; i++) {
        task.steps[i] = (struct pgtask_step){.step_id = i + 1, .progress_percent = -1};
    }
    strcpy(task.steps[1].step_name, "Download Base Backup");
    strcpy(task.steps[1].step_message, "cost time:12 s");
    task.steps[1].progress_percent = 100;
    output_jsonl.task(&writer, &task, 0);
    cJSON *json = parse_line(take());
    cJSON *steps = cJSON_GetObjectItemCaseSensitive(json, "Steps");
    assert_int_equal(cJSON_GetArraySize(steps), PGTASK_STEPS);
    char *step = cJSON_PrintUnformatted(cJSON_GetArrayItem(steps, 1));
    assert_string_equal(step, "{\"StepId\":2,\"StepName\":\"Download Base Backup\","
                              "\"StepProcess\":100,\"StepMessage\":\"cost time:12 s\"}");
    cJSON_free(step);
    step = cJSON_PrintUnformatted(cJSON_GetArrayItem(steps, 0));
    assert_string_equal(step, "{\"StepId\":1,\"StepName\":\"\"}");
    cJSON_free(step);
    cJSON_Delete(json);
    task.presence[PGTASK_MEMBER_ALL_STEPS] = PGTASK_MALFORMED;
    output_jsonl.task(&writer, &task, 1);
    assert_non_null(strstr(take(), "\"Steps\":null,"));
    (void)state;
}

static void cut_fields_are_named(void **state)
{
    struct pgtask_task task = make_task();

    output_jsonl.task(&writer, &task, 0);
    assert_non_null(strstr(take(), "\"Truncated\":[]"));
    task.truncated = 1u << PGTASK_MEMBER_ALL_STEPS | 1u << PGTASK_MEMBER_OUTPUT;
    output_jsonl.task(&writer, &task, 1);
    output_facts.task(&writer, &task, 0);
    assert_non_null(strstr(take(), "\"Truncated\":[\"AllSteps\",\"Output\"]"));
    assert_non_null(strstr(printed, "cut: AllSteps, Output\n"));
    (void)state;
}

static void table_columns_align_and_long_cells_run_over(void **state)
{
    struct pgtask_task task = make_task();

    output_table_use(&(struct column_list){.count = 0}, 0);
    output_table.task(&writer, &task, 0);
    task.task_id = UINT64_MAX;
    output_table.task(&writer, &task, 1);
    take();
    char const *const row = strchr(printed, '\n') + 1;
    char const *const second = strchr(row, '\n') + 1;
    static char const *const cells[][2] = {{"TYPE", "RestoreDatabase"},
                                           {"INSTANCE", "postgres-q6fj84vb"},
                                           {"STATUS", "Running"},
                                           {"PROGRESS", "37%"},
                                           {"START", "2024-09-27 13:14:11"}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        assert_int_equal(strstr(printed, cells[i][0]) - printed, strstr(row, cells[i][1]) - row);
    }
    assert_memory_equal(second - 3, " -\n", 3);
    assert_memory_equal(second, "18446744073709551615  RestoreDatabase ", 38);
    (void)state;
}

/* @return the titles for a terminal of this width */
static char const *titles(char const *wanted, unsigned columns)
{
    struct pgtask_task task = make_task();
    struct column_list list = {.count = 0};

    if (wanted[0] != '\0') {
        assert_true(column_list_read(wanted, &list));
    }
    output_table_use(&list, columns);
    output_table.task(&writer, &task, 0);
    take();
    *strchr(printed, '\n') = '\0';
    forget();
    return printed;
}

static void a_table_leaves_out_first_what_matters_least(void **state)
{
    assert_string_equal(titles("", 0),
                        "TASK      TYPE                  INSTANCE           STATUS      "
                        "PROGRESS  START (UTC+8)        END (UTC+8)          STEP");
    assert_string_equal(titles("", 80), "TASK      TYPE             INSTANCE           STATUS      "
                                        "DONE  START (UTC+8)");
    assert_non_null(strstr(titles("", 132), "STEP"));
    assert_non_null(strstr(titles("", 100), "END (UTC+8)"));
    assert_null(strstr(titles("", 100), "STEP"));
    assert_string_equal(titles("", 63),
                        "TASK      INSTANCE           STATUS      DONE  START (UTC+8)");
    assert_string_equal(titles("", 62), "TASK      STATUS      PROGRESS  START (UTC+8)");
    assert_string_equal(titles("", 40), "TASK      STATUS      PROGRESS");
    assert_string_equal(titles("", 1), "TASK      STATUS");
    assert_string_equal(titles("message,task", 30), "MESSAGE               TASK");
    output_table_use(&(struct column_list){.count = 0}, 0);
    (void)state;
}

static void names_of_columns_are_checked(void **state)
{
    struct column_list list;

    assert_true(column_list_read("end,task", &list));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.columns[0], COLUMN_END);
    assert_false(column_list_read("", &list));
    assert_false(column_list_read("task,", &list));
    assert_false(column_list_read("task,task", &list));
    assert_false(column_list_read("TASK", &list));
    assert_false(column_list_read("task,id", &list));
    (void)state;
}

static void a_value_of_csv_is_quoted_if_it_must_be(void **state)
{
    struct pgtask_task task = make_task();
    struct column_list list;

    assert_true(column_list_read("task,status,step,type", &list));
    output_csv_use(&list);
    strcpy(task.status_text, "a,b");
    strcpy(task.current_step, "say \"x\"\n\x1b");
    strcpy(task.task_type, " padded");
    output_csv.task(&writer, &task, 0);
    output_csv.task(&writer, &task, 1);
    take();
    assert_string_equal(printed, "TaskId,Status,CurrentStep,TaskType\n"
                                 "120321,\"a,b\",\"say \"\"x\"\" ?\",\" padded\"\n"
                                 "120321,\"a,b\",\"say \"\"x\"\" ?\",\" padded\"\n");
    forget();
    output_csv.end(&writer, &(struct output_end){.tasks = 0});
    take();
    assert_string_equal(printed, "TaskId,Status,CurrentStep,TaskType\n");
    (void)state;
}

static void a_hostile_status_stays_in_its_cell(void **state)
{
    struct pgtask_task task = make_task();

    strcpy(task.status_text, "\x1b[2J\nFail\r");
    output_table.task(&writer, &task, 1);
    output_facts.task(&writer, &task, 0);
    take();
    assert_null(strchr(printed, '\x1b'));
    assert_null(strchr(printed, '\r'));
    assert_null(strstr(printed, "\nFail"));
    (void)state;
}

static void facts_of_a_restore_are_printed(void **state)
{
    struct pgtask_task task = make_task();
    static char const *const expected[] = {
        "Task        120321\n",          "Status      Success\n",
        "Duration    4 min 0 s\n",       "Type      timestamp\n",
        "shop -> shop_bak_1727414053\n", "To time   2024-09-26 15:20:14 UTC+8\n",
        "Message   success\n",           "Switch      in the maintenance window\n"};

    strcpy(task.status_text, "Success");
    task.presence[PGTASK_MEMBER_END_TIME] = PGTASK_VALUE;
    strcpy(task.end_time, "2024-09-27 13:18:11");
    task.end_unix_s = task.start_unix_s + 240;
    strcpy(task.restore.type_text, "timestamp");
    strcpy(task.restore.target_time, "2024-09-26 15:20:14");
    task.restore.target_unix_s = 1727335214;
    task.restore.before.count = 1;
    strcpy(task.restore.before.names[0], "shop");
    task.restore.after.count = 1;
    strcpy(task.restore.after.names[0], "shop_bak_1727414053");
    strcpy(task.restore.message, "success");
    task.presence[PGTASK_MEMBER_SWITCH_TAG] = PGTASK_VALUE;
    task.switch_tag = 3;
    output_facts.task(&writer, &task, 0);
    take();
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_non_null(strstr(printed, expected[i]));
    }
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_writer, close_writer)

int main(void)
{
    struct CMUnitTest const tests[] = {
        TEST(a_json_string_is_read_back_as_it_was),
        TEST(a_json_string_holds_nothing_a_terminal_acts_on),
        TEST(bytes_that_are_not_utf8_become_the_replacement_character),
        TEST(numbers_are_written_to_the_last_of_64_bits),
        TEST(text_for_people_never_drives_the_terminal),
        TEST(output_longer_than_the_buffer_comes_out_whole),
        TEST(a_failed_write_is_remembered),
        TEST(an_answer_is_one_line_with_the_members_of_the_api),
        TEST(an_answer_without_tasks_has_an_empty_array),
        TEST(a_broken_answer_is_a_line_that_no_parser_takes),
        TEST(absent_null_and_empty_members_come_out_as_they_came),
        TEST(steps_are_decoded_and_malformed_ones_are_null),
        TEST(cut_fields_are_named),
        TEST(table_columns_align_and_long_cells_run_over),
        TEST(a_hostile_status_stays_in_its_cell),
        TEST(facts_of_a_restore_are_printed),
        TEST(a_table_leaves_out_first_what_matters_least),
        TEST(names_of_columns_are_checked),
        TEST(a_value_of_csv_is_quoted_if_it_must_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
