/* SPDX-License-Identifier: MIT */
/*
 * Each member of a task beside each kind of value. The rule gives what is expected: a member takes
 * the kinds of values that the API page gives it, quoted numbers, and null. Any other value is odd.
 * It costs that member, which is unknown and marked; every other member and record stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/task.h>

#include "task_run.h"

/* What a value is: one bit each. */
enum kind {
    NOTHING = 1, /* null */
    EMPTY = 2,   /* "" */
    TEXT = 4,
    WHOLE = 8,      /* 0 to 100, quoted or not */
    LARGE = 16,     /* a whole number above that, up to 2^32 - 1 */
    HUGE_ID = 32,   /* ... up to 2^64 - 1 */
    LESS = 64,      /* a negative number */
    MORE = 128,     /* 2^64 and above, and fractions above 100 */
    FRACTION = 256, /* a fraction between 0 and 100 */
    OBJECT = 512,
    ARRAY = 1024,
    TRUTH = 2048
};

static struct {
    char const *json;
    unsigned kind;
} const values[] = {
    {"null", NOTHING},
    {"true", TRUTH},
    {"false", TRUTH},
    {"\"\"", EMPTY},
    {"\"x\"", TEXT},
    {"\"45%\"", TEXT},
    {"\"immediate\"", TEXT},
    {"\" 1\"", TEXT},
    {"\"1 \"", TEXT},
    {"\"01\"", TEXT},
    {"\"0x10\"", TEXT},
    {"\"+1\"", TEXT},
    {"\".5\"", TEXT},
    {"\"1.\"", TEXT},
    {"\"1e\"", TEXT},
    {"\"NaN\"", TEXT},
    {"\"-\"", TEXT},
    {"\"null\"", TEXT},
    {"\"1,0\"", TEXT},
    {"\"1\\u0000\"", TEXT},
    {"\"\\u0661\"", TEXT},
    {"\"a text in which no number and no time is to be found\"", TEXT},
    {"0", WHOLE},
    {"-0", WHOLE},
    {"42", WHOLE},
    {"100", WHOLE},
    {"1e2", WHOLE},
    {"4.20E+1", WHOLE},
    {"1000e-1", WHOLE},
    {"\"42\"", WHOLE | TEXT},
    {"\"0.0\"", WHOLE | TEXT},
    {"101", LARGE},
    {"\"101\"", LARGE | TEXT},
    {"1e3", LARGE},
    {"4294967295", LARGE},
    {"4294967296", HUGE_ID},
    {"18446744073709551615", HUGE_ID},
    {"-1", LESS},
    {"\"-1\"", LESS | TEXT},
    {"-0.5", LESS},
    {"-1e300", LESS},
    {"18446744073709551616", MORE},
    {"1e20", MORE},
    {"1e400", MORE},
    {"\"1e400\"", MORE | TEXT},
    {"100.5", MORE},
    {"123456.75e-2", MORE},
    {"33.5", FRACTION},
    {"\"33.5\"", FRACTION | TEXT},
    {"1e-1", FRACTION},
    {"33.3333333333333333333333333333333333", FRACTION},
    {"[]", ARRAY},
    {"[1]", ARRAY},
    {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", ARRAY},
    {"[null,true,{\"TaskId\":5}]", ARRAY},
    {"{}", OBJECT},
    {"{\"Status\":\"Fail\",\"a\":[{}]}", OBJECT},
};
enum { VALUES = sizeof values / sizeof values[0] };

enum { TEXTS = NOTHING | EMPTY | TEXT };

static struct {
    enum pgtask_member member;
    char const *format; /* of the members around the value; %s stands for it */
    unsigned accepted;
} const members[] = {
    {PGTASK_MEMBER_TASK_TYPE, "\"TaskType\":%s", TEXTS},
    {PGTASK_MEMBER_DB_INSTANCE_ID, "\"DBInstanceId\":%s", TEXTS},
    {PGTASK_MEMBER_START_TIME, "\"StartTime\":%s", TEXTS},
    {PGTASK_MEMBER_END_TIME, "\"EndTime\":%s", TEXTS},
    {PGTASK_MEMBER_PROGRESS, "\"Progress\":%s", NOTHING | WHOLE},
    {PGTASK_MEMBER_TASK_DETAIL, "\"TaskDetail\":%s", NOTHING | OBJECT},
    {PGTASK_MEMBER_CURRENT_STEP, "\"TaskDetail\":{\"CurrentStep\":%s}", TEXTS},
    {PGTASK_MEMBER_SWITCH_TIME, "\"TaskDetail\":{\"SwitchTime\":%s}", TEXTS},
    {PGTASK_MEMBER_MESSAGE, "\"TaskDetail\":{\"Message\":%s}", TEXTS},
    {PGTASK_MEMBER_SWITCH_TAG, "\"TaskDetail\":{\"SwitchTag\":%s}",
     NOTHING | WHOLE | LARGE | HUGE_ID},
    {PGTASK_MEMBER_ALL_STEPS, "\"TaskDetail\":{\"AllSteps\":%s}", NOTHING | EMPTY},
    {PGTASK_MEMBER_INPUT, "\"TaskDetail\":{\"Input\":%s}", NOTHING | EMPTY},
    {PGTASK_MEMBER_OUTPUT, "\"TaskDetail\":{\"Output\":%s}", NOTHING | EMPTY},
};
enum { MEMBERS = sizeof members / sizeof members[0] };

#define GOOD_TASK "{\"TaskId\":9,\"Status\":\"Fail\",\"Progress\":30}"

static bool is_in(unsigned accepted, unsigned kind)
{
    return (accepted & kind) != 0;
}

enum { LINE_BYTES = 1024 };

/* Writes `format` with `value` in place of its %s. */
static void fill_in(char line[LINE_BYTES], char const *format, char const *value)
{
    size_t const before = (size_t)(strstr(format, "%s") - format);
    size_t const length = strlen(value);

    assert_true(strlen(format) + length < LINE_BYTES);
    memcpy(line, format, before);
    memcpy(line + before, value, length);
    strcpy(line + before + length, format + before + 2);
}

static char const *fill(char const *format, char const *value)
{
    static char line[LINE_BYTES];

    fill_in(line, format, value);
    return line;
}

/* Runs an answer with a good record on both sides of this one, whole and split at each byte of it.
 * @return the record in the middle */
static struct pgtask_task const *run(char const *text)
{
    static char const before[] =
        "{\"Response\":{\"TotalCount\":3,\"TaskSet\":[" GOOD_TASK ",{\"TaskId\":7,";
    static char const after[] = ",\"Status\":\"Running\"}," GOOD_TASK "],\"RequestId\":\"id\"}}";
    static char answer[sizeof before + LINE_BYTES + sizeof after];
    static struct task_outcome result;
    struct task_outcome const *const outcome = &result;
    size_t const length = strlen(text);

    memcpy(answer, before, sizeof before);
    memcpy(answer + sizeof before - 1, text, length);
    memcpy(answer + sizeof before - 1 + length, after, sizeof after);
    task_run_cuts(&result, NULL, answer, strlen(answer), sizeof before - 2,
                  sizeof before + length + 1);
    assert_int_equal(outcome->result, PGTASK_DONE);
    assert_int_equal(outcome->count, 3);
    assert_int_equal(outcome->left_out_count, 0);
    assert_int_equal(outcome->total_count, 3);
    assert_string_equal(outcome->failure.request_id, "id");
    for (size_t i = 0; i < 3; i += 2) {
        assert_int_equal(outcome->tasks[i].task_id, 9);
        assert_int_equal(outcome->tasks[i].progress_percent, 30);
        assert_int_equal(outcome->tasks[i].odd, 0);
    }
    assert_int_equal(outcome->tasks[1].task_id, 7);
    assert_int_equal(outcome->tasks[1].status, PGTASK_STATUS_RUNNING);
    return &outcome->tasks[1];
}

static bool is_embedded(enum pgtask_member member)
{
    return member >= PGTASK_MEMBER_ALL_STEPS && member <= PGTASK_MEMBER_OUTPUT;
}

/* No text among the values is a time: such a text is odd, too, but it is kept. */
static bool is_odd_time(enum pgtask_member member, unsigned kind)
{
    bool const is_time = member == PGTASK_MEMBER_START_TIME || member == PGTASK_MEMBER_END_TIME ||
                         member == PGTASK_MEMBER_BACKUP_SET_TIME ||
                         member == PGTASK_MEMBER_RESTORE_TARGET_TIME;

    return is_time && is_in(TEXT, kind);
}

static void odd_value_costs_its_member_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < MEMBERS; i++) {
        for (size_t j = 0; j < VALUES; j++) {
            enum pgtask_member const member = members[i].member;
            struct pgtask_task const *const task = run(fill(members[i].format, values[j].json));
            bool const is_good = is_in(members[i].accepted, values[j].kind);

            if (is_embedded(member) && is_in(TEXT | OBJECT | ARRAY, values[j].kind)) {
                continue; /* see the tests below */
            }
            bool const is_kept = is_odd_time(member, values[j].kind);

            if (task->odd != (is_good && !is_kept ? 0 : UINT32_C(1) << member)) {
                fail_msg("%s: %s", pgtask_member_text(member), values[j].json);
            }
            if (is_good) {
                assert_int_equal(task_presence(task, member),
                                 is_in(NOTHING, values[j].kind) ? PGTASK_NULL
                                 : strcmp(values[j].json, "{}") == 0 || is_in(EMPTY, values[j].kind)
                                     ? PGTASK_EMPTY
                                     : PGTASK_VALUE);
            } else {
                assert_int_equal(task_presence(task, member), PGTASK_ODD);
            }
        }
    }
}

static void odd_value_leaves_its_member_unknown(void **state)
{
    (void)state;
    for (size_t j = 0; j < VALUES; j++) {
        struct pgtask_task const *task = run(fill(members[0].format, values[j].json));
        bool const is_text = is_in(TEXT, values[j].kind);

        assert_int_equal(task->task_type[0] != '\0', is_text);
        assert_int_equal(task->type, PGTASK_TASK_TYPE_OTHER);
        task = run(fill("\"StartTime\":%s", values[j].json));
        assert_int_equal(task->start_time[0] != '\0', is_text);
        assert_true(task->start_unix_s == PGTASK_TIME_UNKNOWN);
        task = run(fill("\"TaskDetail\":{\"SwitchTag\":%s}", values[j].json));
        assert_true(task->switch_tag == 0 || is_in(WHOLE | LARGE | HUGE_ID, values[j].kind));
        assert_int_equal(task->step_count, 0);
    }
}

static void progress_outside_is_clamped_and_kept_as_it_came(void **state)
{
    static struct {
        char const *value;
        int8_t percent;
        char const *text;
    } const cases[] = {
        {"-1", 0, "-1"},
        {"101", 100, "101"},
        {"\"101\"", 100, "101"},
        {"100.5", 100, "100.5"},
        {"1e400", 100, "1e400"},
        {"-0.25", 0, "-0.25"},
        {"1E3", 100, "1E3"},
        {"\"-7.0\"", 0, "-7.0"},
        {"-1e-400", 0, "-1e-400"},
        {"12345678901234567890123", 100, "12345678901234567890123"},
        {"123456789012345678901234", 100, ""}, /* longer than PGTASK_NUMBER_BYTES */
        {"0", 0, ""},
        {"100", 100, ""},
        {"-0", 0, ""},
        {"1e2", 100, ""},
        {"\"42\"", 42, ""},
        {"33.5", -1, ""},
        {"99.99999999999999999999999", -1, ""},
        {"\"45%\"", -1, ""},
        {"\"\"", -1, ""},
        {"null", -1, ""},
        {"[101]", -1, ""},
        {"101,\"Progress\":42", -1, "101"},
        {"42,\"Progress\":101", -1, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pgtask_task const *const task = run(fill("\"Progress\":%s", cases[i].value));

        assert_int_equal(task->progress_percent, cases[i].percent);
        if (cases[i].percent >= 0) {
            assert_string_equal(task->progress_text, cases[i].text);
        }
    }
}

/* Two values could be read in two ways. */
static void member_that_stands_twice_is_odd(void **state)
{
    static char const *const firsts[] = {"null", "\"\"", "\"{}\"", "1", "{}", "[]"};
    static char const *const seconds[] = {"null", "\"x\"", "2", "{}"};
    char twice[256];

    (void)state;
    for (size_t i = 0; i < MEMBERS; i++) {
        enum pgtask_member const member = members[i].member;

        for (size_t j = 0; j < sizeof firsts / sizeof firsts[0]; j++) {
            for (size_t k = 0; k < sizeof seconds / sizeof seconds[0]; k++) {
                struct pgtask_task const *task;

                (void)snprintf(twice, sizeof twice, "%s,\"%s\":%s", firsts[j],
                               pgtask_member_text(member), seconds[k]);
                task = run(fill(members[i].format, twice));
                assert_int_equal(task->odd, UINT32_C(1) << member);
                assert_int_equal(task_presence(task, member),
                                 is_embedded(member) ? PGTASK_MALFORMED : PGTASK_ODD);
                assert_string_equal(task->task_type, "");
                assert_string_equal(task->all_steps, "");
                assert_string_equal(task->input, "");
                assert_string_equal(task->output, "");
                assert_int_equal(task->progress_percent, PGTASK_PERCENT_UNKNOWN);
            }
        }
    }
    assert_int_equal(run("\"TaskType\":\"RestoreDatabase\",\"TaskType\":\"x\"")->type,
                     PGTASK_TASK_TYPE_OTHER);
    assert_true(run("\"EndTime\":\"2024-09-27 13:14:11\",\"EndTime\":1")->end_unix_s ==
                PGTASK_TIME_UNKNOWN);
}

#define STEPS_JSON                                                                                 \
    "[{\"StepId\":1,\"StepName\":\"Pre-check \\\\ \\\"a\\\" \\u4e2d\"},{\"stepID\":2,"             \
    "\"StepName\":\"Download\",\"StepProcess\":55,\"x\":{\"StepId\":[9]},\"StepMessage\":\"m\"}]"
#define FACTS_JSON                                                                                 \
    "{\"RestoreObjects\":[\"postgres\",\"b\"],\"RestoreType\":\"timestamp\",\"x\":[[{}]],"         \
    "\"RestoreTargetTime\":\"2024-09-26T15:20:14Z\",\"AfterRestoreObjects\":[\"c\"],"              \
    "\"BackupSetId\":\"x-1\",\"Message\":\"success\"}"

/* Makes a string of a JSON text, and puts it into `format`. */
static char const *with_quoted(char const *format, char const *json)
{
    static char quoted[LINE_BYTES];

    (void)task_quote(quoted, json);
    return fill(format, quoted);
}

static void real_array_or_object_is_decoded_like_the_text_that_it_should_be(void **state)
{
    static char const *const formats[] = {"\"TaskDetail\":{\"Input\":%s}",
                                          "\"TaskDetail\":{\"Output\":%s}"};
    static struct pgtask_task expected;
    struct pgtask_task const *task;

    (void)state;
    expected = *run(with_quoted("\"TaskDetail\":{\"AllSteps\":%s}", STEPS_JSON));
    assert_int_equal(expected.step_count, 2);
    assert_int_equal(expected.odd, 0);
    task = run(fill("\"TaskDetail\":{\"AllSteps\":%s}", STEPS_JSON));
    assert_memory_equal(task->steps, expected.steps, sizeof expected.steps);
    assert_int_equal(task->step_count, 2);
    assert_int_equal(task->odd, UINT32_C(1) << PGTASK_MEMBER_ALL_STEPS);
    for (size_t i = 0; i < 2; i++) {
        expected = *run(with_quoted(formats[i], FACTS_JSON));
        assert_string_equal(expected.restore.before.names[1], "b");
        assert_int_equal(expected.odd, 0);
        task = run(fill(formats[i], FACTS_JSON));
        assert_memory_equal(&task->restore, &expected.restore, sizeof expected.restore);
        assert_memory_equal(task->presence + PGTASK_MEMBER_STEPS,
                            expected.presence + PGTASK_MEMBER_STEPS,
                            PGTASK_MEMBER_COUNT - PGTASK_MEMBER_STEPS);
        assert_int_equal(task->odd, UINT32_C(1) << (PGTASK_MEMBER_INPUT + (int)i));
    }
}

static void real_objects_decode_side_by_side(void **state)
{
    struct pgtask_task const *const task = run(
        "\"TaskDetail\":{\"AllSteps\":" STEPS_JSON
        ",\"Output\":{\"RestoreType\":\"timestamp\"},\"CurrentStep\":\"s\",\"Input\":" FACTS_JSON
        ",\"SwitchTag\":3},\"TaskType\":\"t\"");

    (void)state;
    assert_int_equal(task->step_count, 2);
    assert_string_equal(task->steps[1].step_message, "m");
    assert_string_equal(task->restore.backup_set_id, "x-1");
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_TIMESTAMP);
    assert_string_equal(task->current_step, "s");
    assert_int_equal(task->switch_tag, 3);
    assert_string_equal(task->task_type, "t");
}

static void real_array_is_not_decoded_if_the_caller_wants_no_detail(void **state)
{
    static struct pgtask_task_options const options = {.skip_detail = true};
    static struct task_outcome outcome;
    static char const text[] =
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,"
        "\"TaskDetail\":{\"AllSteps\":" STEPS_JSON "},\"Status\":\"Fail\"}]}}";

    (void)state;
    task_run_all(&outcome, &options, text, sizeof text - 1);
    assert_int_equal(outcome.result, PGTASK_DONE);
    assert_int_equal(outcome.tasks[0].step_count, 0);
    assert_int_equal(outcome.tasks[0].odd, UINT32_C(1) << PGTASK_MEMBER_ALL_STEPS);
}

static struct {
    char const *format; /* of a step */
    unsigned accepted;
} const step_members[] = {
    {"[{\"StepId\":%s},{\"StepId\":5}]", NOTHING | WHOLE | LARGE | HUGE_ID},
    {"[{\"StepName\":%s},{\"StepId\":5}]", TEXTS},
    {"[{\"StepProcess\":%s},{\"StepId\":5}]", NOTHING | WHOLE},
    {"[{\"StepMessage\":%s},{\"StepId\":5}]", TEXTS},
};

static void odd_value_in_a_step_costs_that_member(void **state)
{
    char json[LINE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof step_members / sizeof step_members[0]; i++) {
        for (size_t j = 0; j < VALUES; j++) {
            bool const is_good = is_in(step_members[i].accepted, values[j].kind);
            struct pgtask_task const *task;

            fill_in(json, step_members[i].format, values[j].json);
            task = run(with_quoted("\"TaskDetail\":{\"AllSteps\":%s}", json));
            if (task->odd != (is_good ? 0 : UINT32_C(1) << PGTASK_MEMBER_STEPS)) {
                fail_msg("%s", json);
            }
            assert_int_equal(task->step_count, 2);
            assert_int_equal(task->steps[1].step_id, 5);
            assert_string_equal(task->all_steps, json);
        }
    }
}

static struct {
    enum pgtask_member member;
    char const *format;
    unsigned accepted;
} const facts[] = {
    {PGTASK_MEMBER_RESTORE_TYPE, "{\"RestoreType\":%s}", TEXTS},
    {PGTASK_MEMBER_BACKUP_SET_ID, "{\"BackupSetId\":%s}", TEXTS},
    {PGTASK_MEMBER_BACKUP_SET_TIME, "{\"BackupSetTime\":%s}", TEXTS},
    {PGTASK_MEMBER_RESTORE_TARGET_TIME, "{\"RestoreTargetTime\":%s}", TEXTS},
    {PGTASK_MEMBER_RESTORE_MESSAGE, "{\"Message\":%s}", TEXTS},
    {PGTASK_MEMBER_RESTORE_OBJECTS, "{\"RestoreObjects\":%s}", NOTHING},
    {PGTASK_MEMBER_RESTORE_OBJECTS, "{\"BeforeRestoreObjects\":%s}", NOTHING},
    {PGTASK_MEMBER_AFTER_RESTORE_OBJECTS, "{\"AfterRestoreObjects\":%s}", NOTHING},
};

static void odd_value_in_input_or_output_costs_that_fact(void **state)
{
    static char const *const formats[] = {"\"TaskDetail\":{\"Input\":%s}",
                                          "\"TaskDetail\":{\"Output\":%s}"};
    char json[LINE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        for (size_t j = 0; j < VALUES; j++) {
            bool const is_list = facts[i].accepted == NOTHING;
            bool const is_good = is_in(facts[i].accepted, values[j].kind) ||
                                 (is_list && strcmp(values[j].json, "[]") == 0);
            bool const is_kept = is_odd_time(facts[i].member, values[j].kind);
            struct pgtask_task const *task;

            fill_in(json, facts[i].format, values[j].json);
            task = run(with_quoted(formats[j % 2], json));
            if (task->odd != (is_good && !is_kept ? 0 : UINT32_C(1) << facts[i].member)) {
                fail_msg("%s", json);
            }
        }
    }
}

static void odd_name_in_a_list_leaves_the_others(void **state)
{
    struct pgtask_task const *const task = run(with_quoted(
        "\"TaskDetail\":{\"Input\":%s}", "{\"RestoreObjects\":[\"a\",5,null,[\"b\"],{},\"c\"]}"));

    (void)state;
    assert_int_equal(task->odd, UINT32_C(1) << PGTASK_MEMBER_RESTORE_OBJECTS);
    assert_int_equal(task_presence(task, PGTASK_MEMBER_RESTORE_OBJECTS), PGTASK_VALUE);
    assert_int_equal(task->restore.before.count, 2);
    assert_string_equal(task->restore.before.names[0], "a");
    assert_string_equal(task->restore.before.names[1], "c");
}

/* Embedded JSON is a summary: there, the last one of two members counts, as with most readers. */
static void last_member_of_embedded_json_counts(void **state)
{
    struct pgtask_task const *task =
        run(with_quoted("\"TaskDetail\":{\"AllSteps\":%s}",
                        "[{\"StepName\":\"a\",\"stepName\":\"b\"},{\"StepId\":5}]"));

    (void)state;
    assert_int_equal(task->odd, 0);
    assert_string_equal(task->steps[0].step_name, "b");
    assert_int_equal(task->steps[1].step_id, 5);
    task =
        run(with_quoted("\"TaskDetail\":{\"Input\":%s}",
                        "{\"RestoreType\":5,\"BackupSetId\":\"i\",\"RestoreType\":\"timestamp\"}"));
    assert_true(task_is_odd(task, PGTASK_MEMBER_RESTORE_TYPE));
    assert_int_equal(task->restore.type, PGTASK_RESTORE_TYPE_TIMESTAMP);
    assert_string_equal(task->restore.backup_set_id, "i");
}

/* What the first one has said is forgotten, too. */
static void embedded_json_that_stands_twice_leaves_nothing_decoded(void **state)
{
    struct pgtask_task const *task = run("\"TaskDetail\":{\"AllSteps\":\"[{\\\"StepId\\\":1}]\","
                                         "\"AllSteps\":\"[]\"}");

    (void)state;
    assert_int_equal(task->step_count, 0);
    task = run("\"TaskDetail\":{\"Output\":\"{\\\"RestoreType\\\":\\\"time\",\"Output\":{}}");
    assert_string_equal(task->restore.type_text, "");
}

static void text_that_is_no_json_is_odd_and_kept(void **state)
{
    static char const *const texts[] = {"x", "success", "45%", " ", "[", "{\"StepId\":", "nul"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct pgtask_task const *const task =
            run(with_quoted("\"TaskDetail\":{\"AllSteps\":%s}", texts[i]));

        assert_int_equal(task->odd, UINT32_C(1) << PGTASK_MEMBER_ALL_STEPS);
        assert_int_equal(task_presence(task, PGTASK_MEMBER_ALL_STEPS), PGTASK_MALFORMED);
        assert_string_equal(task->all_steps, texts[i]);
    }
}

/* A member that nobody knows may be nested to 512 levels and more, at every place. */
static void unknown_member_may_be_nested_deeply(void **state)
{
    static char nest[4000];
    static char text[6000];
    static struct task_outcome outcome;
    static char const *const formats[] = {
        "{\"x\":%s,\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"Status\":\"Fail\"}]}"
        "}",
        "{\"Response\":{\"x\":%s,\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"Status\":\"Fail\"}]}"
        "}",
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"x\":%s,\"Status\":\"Fail\"}]}"
        "}",
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"TaskDetail\":{\"x\":%s,"
        "\"CurrentStep\":\"s\"},\"Status\":\"Fail\"}]}}",
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"TaskDetail\":{\"Input\":"
        "{\"a\":%s}},\"Status\":\"Fail\"}]}}",
        "{\"Response\":{\"TotalCount\":1,\"TaskSet\":[{\"TaskId\":7,\"TaskDetail\":{\"Input\":"
        "\"{'a':%s}\"},\"Status\":\"Fail\"}]}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        for (size_t depth = 511; depth <= 512; depth++) {
            char *at = nest;

            for (size_t level = 0; level < depth; level++) {
                at += sprintf(at, "%s", level % 3 != 0 || i == 5 ? "[" : "{\"k\":");
            }
            at += sprintf(at, "0");
            for (size_t level = depth; level-- > 0;) {
                at += sprintf(at, "%s", level % 3 != 0 || i == 5 ? "]" : "}");
            }
            (void)snprintf(text, sizeof text, "%.*s%s%s",
                           (int)(strstr(formats[i], "%s") - formats[i]), formats[i], nest,
                           strstr(formats[i], "%s") + 2);
            task_run(&outcome, NULL, text, strlen(text), 100, 100);
            assert_int_equal(outcome.result, PGTASK_DONE);
            assert_int_equal(outcome.count, 1);
            assert_int_equal(outcome.tasks[0].task_id, 7);
            assert_int_equal(outcome.tasks[0].status, PGTASK_STATUS_FAIL);
            assert_string_equal(outcome.tasks[0].current_step, i == 3 ? "s" : "");
        }
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(odd_value_costs_its_member_and_nothing_else),
        cmocka_unit_test(odd_value_leaves_its_member_unknown),
        cmocka_unit_test(progress_outside_is_clamped_and_kept_as_it_came),
        cmocka_unit_test(member_that_stands_twice_is_odd),
        cmocka_unit_test(real_array_or_object_is_decoded_like_the_text_that_it_should_be),
        cmocka_unit_test(real_objects_decode_side_by_side),
        cmocka_unit_test(real_array_is_not_decoded_if_the_caller_wants_no_detail),
        cmocka_unit_test(odd_value_in_a_step_costs_that_member),
        cmocka_unit_test(odd_value_in_input_or_output_costs_that_fact),
        cmocka_unit_test(odd_name_in_a_list_leaves_the_others),
        cmocka_unit_test(last_member_of_embedded_json_counts),
        cmocka_unit_test(embedded_json_that_stands_twice_leaves_nothing_decoded),
        cmocka_unit_test(text_that_is_no_json_is_odd_and_kept),
        cmocka_unit_test(unknown_member_may_be_nested_deeply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
