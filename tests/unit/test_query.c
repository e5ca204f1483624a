/* SPDX-License-Identifier: MIT */
/* A query is written as the JSON of the API, and bad members are refused. */
#include "guard.h"

#include <pgtask/query.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

static struct pgtask_query const everything = {
    .task_id = 120321,
    .instance_id = "postgres-q6fj84vb",
    .min_start_time = "2024-09-23 00:00:00",
    .max_start_time = "2024-09-27 23:59:59",
    .limit = 100,
    .offset = 40,
    .order_by = PGTASK_ORDER_BY_END_TIME,
    .order = PGTASK_ORDER_ASC,
};

static void expect_body(struct pgtask_query const *query, char const *expected)
{
    char body[PGTASK_QUERY_BODY_BYTES];
    size_t length = 0;

    assert_int_equal(pgtask_query_write(query, body, sizeof body, &length), PGTASK_OK);
    assert_int_equal(length, strlen(body));
    assert_string_equal(body, expected);
}

static void expect_error(struct pgtask_query const *query, enum pgtask_error error,
                         char const *expected_member)
{
    char body[PGTASK_QUERY_BODY_BYTES];
    char const *member = "";
    size_t length;

    assert_int_equal(pgtask_query_check(query, &member), error);
    assert_string_equal(member, expected_member);
    assert_int_equal(pgtask_query_check(query, NULL), error);
    assert_int_equal(pgtask_query_write(query, body, sizeof body, &length), error);
}

static void an_empty_query_is_an_empty_object(void **state)
{
    expect_body(&(struct pgtask_query){.task_id = 0}, "{}");
    (void)state;
}

/* These are bodies of the signing vectors, which other implementations signed. */
static void writes_members_compactly_in_the_order_of_the_api(void **state)
{
    expect_body(&(struct pgtask_query){.task_id = 120321, .limit = 1},
                "{\"TaskId\":120321,\"Limit\":1}");
    expect_body(&(struct pgtask_query){.instance_id = "postgres-q6fj84vb", .limit = 20},
                "{\"DBInstanceId\":\"postgres-q6fj84vb\",\"Limit\":20}");
    (void)state;
}

static void expect_text(cJSON const *body, char const *name, char const *expected)
{
    cJSON const *const item = cJSON_GetObjectItemCaseSensitive(body, name);

    assert_true(cJSON_IsString(item));
    assert_string_equal(item->valuestring, expected);
}

static void expect_number(cJSON const *body, char const *name, int expected)
{
    cJSON const *const item = cJSON_GetObjectItemCaseSensitive(body, name);

    assert_true(cJSON_IsNumber(item));
    assert_int_equal(item->valueint, expected);
}

static void another_parser_reads_every_member_back(void **state)
{
    char body[PGTASK_QUERY_BODY_BYTES];
    size_t length;
    char const *end;

    assert_int_equal(pgtask_query_write(&everything, body, sizeof body, &length), PGTASK_OK);
    cJSON *const json = cJSON_ParseWithOpts(body, &end, 1);
    assert_non_null(json);
    assert_ptr_equal(end, body + length);
    assert_int_equal(cJSON_GetArraySize(json), 8);
    expect_number(json, "TaskId", 120321);
    expect_text(json, "DBInstanceId", "postgres-q6fj84vb");
    expect_text(json, "MinStartTime", "2024-09-23 00:00:00");
    expect_text(json, "MaxStartTime", "2024-09-27 23:59:59");
    expect_number(json, "Limit", 100);
    expect_number(json, "Offset", 40);
    expect_text(json, "OrderBy", "EndTime");
    expect_text(json, "OrderByType", "asc");
    cJSON_Delete(json);
    (void)state;
}

/* Sets the members in each of the 256 combinations. */
static void only_what_is_set_is_sent(void **state)
{
    static char const *const names[] = {"TaskId", "DBInstanceId", "MinStartTime", "MaxStartTime",
                                        "Limit",  "Offset",       "OrderBy",      "OrderByType"};

    for (unsigned set = 0; set < 256; set++) {
        struct pgtask_query const query = {
            .task_id = set & 1 ? everything.task_id : 0,
            .instance_id = set & 2 ? everything.instance_id : NULL,
            .min_start_time = set & 4 ? everything.min_start_time : NULL,
            .max_start_time = set & 8 ? everything.max_start_time : NULL,
            .limit = set & 16 ? everything.limit : 0,
            .offset = set & 32 ? everything.offset : 0,
            .order_by = set & 64 ? everything.order_by : PGTASK_ORDER_BY_DEFAULT,
            .order = set & 128 ? everything.order : PGTASK_ORDER_DEFAULT,
        };
        char body[PGTASK_QUERY_BODY_BYTES];
        size_t length;

        assert_int_equal(pgtask_query_write(&query, body, sizeof body, &length), PGTASK_OK);
        cJSON *const json = cJSON_ParseWithOpts(body, NULL, 1);
        assert_non_null(json);
        int members = 0;
        for (unsigned i = 0; i < 8; i++) {
            int const sent = cJSON_HasObjectItem(json, names[i]) ? 1 : 0;

            assert_int_equal(sent, (set >> i) & 1);
            members += sent;
        }
        assert_int_equal(cJSON_GetArraySize(json), members);
        cJSON_Delete(json);
    }
    (void)state;
}

static void order_words_are_those_of_the_api(void **state)
{
    expect_body(&(struct pgtask_query){.order_by = PGTASK_ORDER_BY_START_TIME},
                "{\"OrderBy\":\"StartTime\"}");
    expect_body(&(struct pgtask_query){.order_by = PGTASK_ORDER_BY_END_TIME},
                "{\"OrderBy\":\"EndTime\"}");
    expect_body(&(struct pgtask_query){.order = PGTASK_ORDER_DESC}, "{\"OrderByType\":\"desc\"}");
    expect_body(&(struct pgtask_query){.order = PGTASK_ORDER_ASC}, "{\"OrderByType\":\"asc\"}");
    expect_error(&(struct pgtask_query){.order_by = (enum pgtask_order_by)3},
                 PGTASK_ERROR_QUERY_RANGE, "OrderBy");
    expect_error(&(struct pgtask_query){.order = (enum pgtask_order)3}, PGTASK_ERROR_QUERY_RANGE,
                 "OrderByType");
    (void)state;
}

static void a_limit_is_at_most_100(void **state)
{
    for (uint32_t limit = 1; limit <= 100; limit++) {
        char expected[32];

        snprintf(expected, sizeof expected, "{\"Limit\":%u}", (unsigned)limit);
        expect_body(&(struct pgtask_query){.limit = limit}, expected);
    }
    expect_error(&(struct pgtask_query){.limit = 101}, PGTASK_ERROR_QUERY_RANGE, "Limit");
    expect_error(&(struct pgtask_query){.limit = UINT32_MAX}, PGTASK_ERROR_QUERY_RANGE, "Limit");
    (void)state;
}

static void ids_and_offsets_keep_all_64_bits(void **state)
{
    expect_body(&(struct pgtask_query){.task_id = UINT64_MAX, .offset = UINT64_MAX},
                "{\"TaskId\":18446744073709551615,\"Offset\":18446744073709551615}");
    expect_body(&(struct pgtask_query){.task_id = UINT64_C(9007199254740993)},
                "{\"TaskId\":9007199254740993}");
    (void)state;
}

static void an_instance_id_has_letters_digits_dashes_and_underscores(void **state)
{
    for (int byte = 1; byte < 256; byte++) {
        bool const good = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
                                 byte) != NULL;

        for (size_t at = 0; at < 3; at++) {
            char text[] = "abc";

            text[at] = (char)byte;
            struct pgtask_query const query = {.instance_id = text};
            if (good) {
                assert_int_equal(pgtask_query_check(&query, NULL), PGTASK_OK);
            } else {
                expect_error(&query, PGTASK_ERROR_QUERY_CHARACTER, "DBInstanceId");
            }
        }
    }
    (void)state;
}

static void an_instance_id_is_1_to_64_long(void **state)
{
    char text[PGTASK_QUERY_INSTANCE_BYTES + 2];

    expect_error(&(struct pgtask_query){.instance_id = ""}, PGTASK_ERROR_QUERY_LENGTH,
                 "DBInstanceId");
    for (size_t length = 1; length < sizeof text; length++) {
        memset(text, 'a', length);
        text[length] = '\0';
        char *const guarded = guard_copy(text, length + 1);
        struct pgtask_query const query = {.instance_id = guarded};
        if (length <= PGTASK_QUERY_INSTANCE_BYTES) {
            assert_int_equal(pgtask_query_check(&query, NULL), PGTASK_OK);
        } else {
            expect_error(&query, PGTASK_ERROR_QUERY_LENGTH, "DBInstanceId");
        }
        guard_free(guarded, length + 1);
    }
    (void)state;
}

static void expect_time(char const *time, bool good)
{
    char *const guarded = guard_copy(time, strlen(time) + 1);
    struct pgtask_query const min = {.min_start_time = guarded};
    struct pgtask_query const max = {.max_start_time = guarded};

    if (good) {
        assert_int_equal(pgtask_query_check(&min, NULL), PGTASK_OK);
        assert_int_equal(pgtask_query_check(&max, NULL), PGTASK_OK);
    } else {
        expect_error(&min, PGTASK_ERROR_QUERY_TIME, "MinStartTime");
        expect_error(&max, PGTASK_ERROR_QUERY_TIME, "MaxStartTime");
    }
    guard_free(guarded, strlen(time) + 1);
}

/* Tries days 00 to 32 of four years: a common one, a leap year, and both kinds of century. */
static void only_days_that_exist_are_accepted(void **state)
{
    static int const lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static int const years[] = {1900, 2000, 2023, 2024, 2100};
    static bool const leap[] = {false, true, false, true, false};

    for (size_t y = 0; y < sizeof years / sizeof years[0]; y++) {
        for (int month = 0; month <= 13; month++) {
            for (int day = 0; day <= 32; day++) {
                bool const in_year = month >= 1 && month <= 12;
                int const length = !in_year ? 0 : month == 2 && leap[y] ? 29 : lengths[month - 1];
                char time[32];

                snprintf(time, sizeof time, "%04d-%02d-%02d 12:00:00", years[y], month, day);
                expect_time(time, day >= 1 && day <= length);
            }
        }
    }
    (void)state;
}

static void only_hours_that_exist_are_accepted(void **state)
{
    static struct {
        char const *time;
        bool good;
    } const times[] = {
        {"2024-09-27 00:00:00", true},  {"2024-09-27 23:59:59", true},
        {"2024-09-27 24:00:00", false}, {"2024-09-27 23:59:60", false},
        {"2024-09-27 23:60:00", false}, {"2024-09-27 99:99:99", false},
        {"9999-12-31 23:59:59", true},
    };

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        expect_time(times[i].time, times[i].good);
    }
    (void)state;
}

static void a_time_has_exactly_one_form(void **state)
{
    static char const *const bad[] = {
        "",
        "2024-09-27",
        "2024-09-27 13:14",
        "2024-09-27T13:14:11",
        "2024-09-27  3:14:11",
        "2024-9-27 13:14:11",
        "2024/09/27 13:14:11",
        "2024-09-27 13.14.11",
        " 2024-09-27 13:14:11",
        "2024-09-27 13:14:11 ",
        "2024-09-27 13:14:11Z",
        "2024-09-27 13:14:11+08:00",
        "+024-09-27 13:14:11",
        "20240-9-27 13:14:11",
        "yesterday",
    };
    char const good[] = "2024-09-27 13:14:11";

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect_time(bad[i], false);
    }
    for (size_t length = 0; length < sizeof good - 1; length++) {
        char cut[sizeof good] = "";

        memcpy(cut, good, length);
        expect_time(cut, false);
    }
    expect_time(good, true);
    (void)state;
}

static void the_earliest_start_is_not_after_the_latest(void **state)
{
    struct pgtask_query query = {.min_start_time = "2024-09-27 13:14:11",
                                 .max_start_time = "2024-09-27 13:14:11"};

    assert_int_equal(pgtask_query_check(&query, NULL), PGTASK_OK);
    query.max_start_time = "2024-09-27 13:14:10";
    expect_error(&query, PGTASK_ERROR_QUERY_ORDER, "MinStartTime");
    query.max_start_time = "2023-12-31 23:59:59";
    expect_error(&query, PGTASK_ERROR_QUERY_ORDER, "MinStartTime");
    query.min_start_time = "2023-12-31 23:59:58";
    assert_int_equal(pgtask_query_check(&query, NULL), PGTASK_OK);
    (void)state;
}

static void the_longest_query_fits_the_promised_size(void **state)
{
    char instance_id[PGTASK_QUERY_INSTANCE_BYTES + 1];
    struct pgtask_query longest = everything;
    char body[PGTASK_QUERY_BODY_BYTES];
    size_t length;

    memset(instance_id, 'x', sizeof instance_id - 1);
    instance_id[sizeof instance_id - 1] = '\0';
    longest.instance_id = instance_id;
    longest.task_id = UINT64_MAX;
    longest.offset = UINT64_MAX;
    longest.order_by = PGTASK_ORDER_BY_START_TIME;
    longest.order = PGTASK_ORDER_DESC;
    assert_int_equal(pgtask_query_write(&longest, body, sizeof body, &length), PGTASK_OK);
    (void)state;
}

static void every_smaller_buffer_is_refused_and_never_overrun(void **state)
{
    char body[PGTASK_QUERY_BODY_BYTES];
    size_t needed;
    size_t length;

    assert_int_equal(pgtask_query_write(&everything, body, sizeof body, &needed), PGTASK_OK);
    for (size_t capacity = 0; capacity <= needed + 1; capacity++) {
        char *const small = guard_copy(body, capacity);

        assert_int_equal(pgtask_query_write(&everything, small, capacity, &length),
                         capacity <= needed ? PGTASK_ERROR_BUFFER : PGTASK_OK);
        guard_free(small, capacity);
    }
    assert_int_equal(length, needed);
    (void)state;
}

static void missing_arguments_are_named_as_such(void **state)
{
    struct pgtask_query const query = {.limit = 1};
    char body[PGTASK_QUERY_BODY_BYTES];
    size_t length;

    assert_int_equal(pgtask_query_check(NULL, NULL), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_query_write(NULL, body, sizeof body, &length), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_query_write(&query, NULL, sizeof body, &length), PGTASK_ERROR_ARGUMENT);
    assert_int_equal(pgtask_query_write(&query, body, sizeof body, NULL), PGTASK_ERROR_ARGUMENT);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(an_empty_query_is_an_empty_object),
        cmocka_unit_test(writes_members_compactly_in_the_order_of_the_api),
        cmocka_unit_test(another_parser_reads_every_member_back),
        cmocka_unit_test(only_what_is_set_is_sent),
        cmocka_unit_test(order_words_are_those_of_the_api),
        cmocka_unit_test(a_limit_is_at_most_100),
        cmocka_unit_test(ids_and_offsets_keep_all_64_bits),
        cmocka_unit_test(an_instance_id_has_letters_digits_dashes_and_underscores),
        cmocka_unit_test(an_instance_id_is_1_to_64_long),
        cmocka_unit_test(only_days_that_exist_are_accepted),
        cmocka_unit_test(only_hours_that_exist_are_accepted),
        cmocka_unit_test(a_time_has_exactly_one_form),
        cmocka_unit_test(the_earliest_start_is_not_after_the_latest),
        cmocka_unit_test(the_longest_query_fits_the_promised_size),
        cmocka_unit_test(every_smaller_buffer_is_refused_and_never_overrun),
        cmocka_unit_test(missing_arguments_are_named_as_such),
    };

    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
