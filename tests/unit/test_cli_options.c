/* SPDX-License-Identifier: MIT */
/* Each command takes its own options, and a bad command line is told with its cause. */
#include "session/command_line.h"
#include "session/command_set.h"
#include "session/option_table.h"

#include <pgtask/task.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARGUMENTS_MAX 24

static struct options options;
static struct command_line_problem problem;
static char copy[512];

/* Arguments are written with `|` between them, since blanks are part of times. */
static bool read_line(char const *line)
{
    char *argv[ARGUMENTS_MAX] = {"pgtask"};
    int argc = 1;

    options = (struct options){.given = 0};
    problem = (struct command_line_problem){.cause = NULL};
    strcpy(copy, line);
    for (char *next = copy; next != NULL && argc < ARGUMENTS_MAX;) {
        char *const bar = strchr(next, '|');
        argv[argc++] = next;
        if (bar != NULL) {
            *bar = '\0';
        }
        next = bar == NULL ? NULL : bar + 1;
    }
    return command_line_read(argc, argv, &options, &problem);
}

static void expect_everything(char const *line)
{
    assert_true(read_line(line));
    assert_string_equal(options.command, "list");
    assert_null(options.argument);
    assert_true(options.task_id == UINT64_MAX);
    assert_string_equal(options.instance, "postgres-q6fj84vb");
    assert_string_equal(options.min_start, "2024-09-23 00:00:00");
    assert_string_equal(options.max_start, "2024-09-27 23:59:59");
    assert_int_equal(options.limit, 100);
    assert_true(options.offset == 40);
}

static void each_spelling_of_the_query_means_the_same(void **state)
{
    expect_everything("list|--task-id|18446744073709551615|--instance|postgres-q6fj84vb|"
                      "--min-start=2024-09-23 00:00:00|--max-start=2024-09-27 23:59:59|"
                      "--limit=100|--offset=40");
    expect_everything("list|--task-id=18446744073709551615|--instance=postgres-q6fj84vb|"
                      "--min-start|2024-09-23 00:00:00|--max-start|2024-09-27 23:59:59|"
                      "--limit=100|--offset=40");
    expect_everything("--TaskId|18446744073709551615|list|--DBInstanceId|postgres-q6fj84vb|"
                      "--MinStartTime=2024-09-23 00:00:00|--MaxStartTime=2024-09-27 23:59:59|"
                      "--Limit=100|--Offset=40");
    expect_everything("--TaskId=18446744073709551615|--DBInstanceId=postgres-q6fj84vb|"
                      "--MinStartTime|2024-09-23 00:00:00|--MaxStartTime|2024-09-27 23:59:59|"
                      "--Limit=100|--Offset=40|list");
    (void)state;
}

static void each_choice_is_read_and_is_the_librarys_number(void **state)
{
    static struct {
        char const *line;
        uint8_t order_by, order, output, language, tls_max;
    } const cases[] = {
        {"list", 0, 0, 0, 0, 0},
        {"--order-by|StartTime|--order|desc|--output|table|--language|zh-CN|--tls-max|1.2", 1, 1, 1,
         1, 1},
        {"--OrderBy=EndTime|--OrderByType=asc|--output=json|--language=en-US|--tls-max=1.3", 2, 2,
         2, 2, 2},
        {"--OrderBy|StartTime|--OrderByType|desc|--output|jsonl", 1, 1, 3, 0, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(read_line(cases[i].line));
        assert_int_equal(options.order_by, cases[i].order_by);
        assert_int_equal(options.order, cases[i].order);
        assert_int_equal(options.output, cases[i].output);
        assert_int_equal(options.language, cases[i].language);
        assert_int_equal(options.tls_max, cases[i].tls_max);
    }
    (void)state;
}

static void connection_options_are_read(void **state)
{
    assert_true(read_line("list|--region|ap-guangzhou|--endpoint|postgres.example:8443|"
                          "--connect=[::1]:9443|--ca-file|/a b.pem|--timeout|0.5|--attempts|2"));
    assert_string_equal(options.region, "ap-guangzhou");
    assert_string_equal(options.endpoint.name, "postgres.example");
    assert_int_equal(options.endpoint.port, 8443);
    assert_string_equal(options.connect.name, "::1");
    assert_int_equal(options.connect.port, 9443);
    assert_string_equal(options.ca_file, "/a b.pem");
    assert_int_equal(options.timeout_ms, 500);
    assert_int_equal(options.attempts, 2);
    assert_true(read_line("list|--all|--verbose|--count|3|--interval|0"));
    assert_true(options.all && options.verbose && !options.help && !options.version);
    assert_int_equal(options.count, 3);
    assert_int_equal(options.interval_ms, 0);
    assert_true(options.given == (UINT64_C(1) << OPTION_ALL | UINT64_C(1) << OPTION_VERBOSE |
                                  UINT64_C(1) << OPTION_COUNT | UINT64_C(1) << OPTION_INTERVAL));
    (void)state;
}

static void options_of_watch_are_read(void **state)
{
    uint64_t task_id;

    assert_true(read_line("watch|18446744073709551615|--until-done|--max-wait|0.5|--exec|/a b"));
    assert_true(options.until_done && options_has(&options, OPTION_EXEC));
    assert_false(options_has(&options, OPTION_TYPE));
    assert_int_equal(options.max_wait_ms, 500);
    assert_string_equal(options.exec, "/a b");
    assert_true(options_task_id(&options, &task_id) && task_id == UINT64_MAX);
    assert_true(read_line("watch|--task-id|7"));
    assert_true(options_task_id(&options, &task_id) && task_id == 7);
    assert_true(read_line("watch|12a"));
    assert_false(options_task_id(&options, &task_id));
    (void)state;
}

static void last_of_a_repeated_option_wins(void **state)
{
    assert_true(read_line("list|--limit|5|--Limit|6|-n7|--output=json|-o|csv"));
    assert_int_equal(options.limit, 7);
    assert_int_equal(options.output, OPTIONS_CSV);
    assert_true(read_line("list|-n7|--limit|5|-rap-beijing|-r|ap-shanghai"));
    assert_int_equal(options.limit, 5);
    assert_string_equal(options.region, "ap-shanghai");
    (void)state;
}

static void statuses_are_a_list_of_the_apis_names(void **state)
{
    assert_true(read_line("list|--status|Fail,Pause,other"));
    assert_int_equal(options.task_statuses, 1u << PGTASK_STATUS_FAIL | 1u << PGTASK_STATUS_PAUSE |
                                                1u << PGTASK_STATUS_UNKNOWN);
    (void)state;
}

static void types_of_tasks_are_a_list_of_the_apis_names(void **state)
{
    assert_true(read_line("watch|--type|RestoreDatabase"));
    assert_int_equal(options.task_types, 1u << PGTASK_TASK_TYPE_RESTORE_DATABASE);
    assert_true(read_line("watch|--type=other,DestroyInstance,RestartInstance"));
    assert_int_equal(options.task_types, 1u << PGTASK_TASK_TYPE_OTHER |
                                             1u << PGTASK_TASK_TYPE_DESTROY_INSTANCE |
                                             1u << PGTASK_TASK_TYPE_RESTART_INSTANCE);
    assert_true(read_line("watch|--type|ModifyInstanceParams,CloneInstance"));
    assert_int_equal(options.task_types, 1u << PGTASK_TASK_TYPE_MODIFY_INSTANCE_PARAMS |
                                             1u << PGTASK_TASK_TYPE_CLONE_INSTANCE);
    (void)state;
}

/* By hand from the reference: which commands take which option. */
static struct {
    char const *line;
    unsigned commands;
} const takers[] = {
    {"--task-id=1", IN_EACH},
    {"--instance=x", IN_LIST | IN_WATCH | IN_LED | IN_CHECK},
    {"--type=other", IN_LIST | IN_WATCH | IN_LED | IN_CHECK},
    {"--status=Fail", IN_LIST},
    {"--columns=task", IN_LIST},
    {"--wide", IN_LIST},
    {"--quiet", IN_LIST | IN_WATCH},
    {"--min-start=x", IN_LIST},
    {"--max-start=x", IN_LIST},
    {"--limit=1", IN_LIST},
    {"--offset=1", IN_LIST},
    {"--order-by=EndTime", IN_LIST},
    {"--order=asc", IN_LIST},
    {"--all", IN_LIST},
    {"--dry-run", IN_LIST},
    {"--as-curl", IN_LIST},
    {"--count=1", IN_LIST},
    {"--interval=1", IN_LIST | IN_WATCH | IN_LED},
    {"--idle=1", IN_WATCH | IN_LED},
    {"--stale=1", IN_WATCH | IN_LED},
    {"--until-done", IN_WATCH},
    {"--wait-pause", IN_WATCH},
    {"--max-wait=1", IN_WATCH},
    {"--exec=x", IN_WATCH},
    {"--lookback=1", IN_CHECK},
    {"--led=x", IN_LED},
    {"--show-success=1", IN_LED},
    {"--metrics-file=x", IN_LED},
    {"--output=jsonl", IN_LIST | IN_SHOW | IN_WATCH},
    {"--region=x", IN_EACH},
    {"--endpoint=x", IN_EACH},
    {"--fallback-endpoint=x", IN_EACH},
    {"--connect=x", IN_EACH},
    {"--proxy=x", IN_EACH},
    {"--ca-file=x", IN_EACH},
    {"--timeout=1", IN_EACH},
    {"--attempts=1", IN_EACH},
    {"--language=zh-CN", IN_EACH},
    {"--tls-max=1.2", IN_EACH},
    {"--verbose", IN_EACH},
    {"--ascii", IN_EACH},
    {"--ui-language=zh", IN_EACH},
    {"--no-clock", IN_EACH},
    {"--profile=x", IN_EACH},
    {"--use-cvm-role", IN_EACH},
    {"--role-arn=x", IN_EACH},
    {"--role-session-name=x", IN_EACH},
    {"--utc", IN_LIST | IN_SHOW | IN_WATCH},
    {"--local", IN_LIST | IN_SHOW | IN_WATCH},
    {"--help", IN_EACH},
    {"--version", IN_EACH},
};

static void each_command_takes_its_options_and_no_others(void **state)
{
    for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++) {
        char flag[40] = "";
        assert_true(read_line(takers[i].line));
        memcpy(flag, takers[i].line, strcspn(takers[i].line, "="));
        for (unsigned command = IN_LIST; command <= IN_CHECK; command *= 2) {
            char const *const foreign = command_line_find_foreign(&options, command);
            if ((takers[i].commands & command) != 0) {
                assert_null(foreign);
            } else {
                assert_string_equal(foreign, flag);
            }
        }
    }
    (void)state;
}

static void every_option_of_the_table_has_a_taker_here(void **state)
{
    uint64_t seen = 0;

    for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++) {
        assert_true(read_line(takers[i].line));
        seen |= options.given;
    }
    for (size_t i = 0; i < option_table_count; i++) {
        assert_true((seen >> option_table[i].name & 1) != 0);
        assert_true(option_table[i].commands != 0);
    }
    (void)state;
}

static void rows_of_one_option_agree(void **state)
{
    for (size_t i = 0; i < option_table_count; i++) {
        for (size_t j = 0; j < i; j++) {
            struct option const *const one = &option_table[i];
            struct option const *const other = &option_table[j];
            if (one->name != other->name) {
                assert_string_not_equal(one->flag, other->flag);
                continue;
            }
            assert_string_equal(one->flag, other->flag);
            assert_string_equal(one->api_flag, other->api_flag);
            assert_int_equal(one->kind, other->kind);
            assert_int_equal(one->at, other->at);
            assert_int_equal(one->least, other->least);
            assert_ptr_equal(one->choices, other->choices);
            assert_int_equal(one->commands & other->commands, 0);
        }
    }
    (void)state;
}

static void help_and_version_need_nothing_else(void **state)
{
    assert_true(read_line("--help"));
    assert_true(options.help && options.command == NULL);
    assert_true(read_line("show|-h"));
    assert_true(options.help);
    assert_string_equal(options.command, "show");
    assert_true(read_line("--version|--version"));
    assert_true(options.version);
    (void)state;
}

static void two_dashes_end_the_options(void **state)
{
    assert_true(read_line("--limit|5|--|show|--limit"));
    assert_int_equal(options.limit, 5);
    assert_string_equal(options.command, "show");
    assert_string_equal(options.argument, "--limit");
    (void)state;
}

static void a_bad_line_is_refused_with_the_flag_and_the_cause(void **state)
{
    static struct {
        char const *line, *flag, *cause;
    } const cases[] = {
        {"list|--limit", "--limit", "needs a value"},
        {"list|--limit|--all", "--limit", "needs a value"},
        {"list|--limit=", "--limit", "needs a value"},
        {"list|--instance|", "--instance", "needs a value"},
        {"list|--region|--verbose", "--region", "needs a value"},
        {"list|--limit|five", "--limit", "whole number"},
        {"list|--limit|-5", "--limit", "whole number"},
        {"list|--limit|0", "--limit", "1 to 100"},
        {"list|--limit|101", "--limit", "1 to 100"},
        {"list|--limit|4294967296", "--limit", "1 to 100"},
        {"list|--count|4294967296", "--count", "too large"},
        {"list|--task-id|0", "--task-id", "1 or more"},
        {"list|--TaskId|18446744073709551616", "--TaskId", "whole number"},
        {"list|--offset|1.5", "--offset", "whole number"},
        {"list|--count|0", "--count", "1 or more"},
        {"list|--timeout|0", "--timeout", "more than 0"},
        {"list|--attempts|0", "--attempts", "1 or more"},
        {"list|--timeout|1m", "--timeout", "seconds"},
        {"list|--interval|-1", "--interval", "seconds"},
        {"list|--order|down", "--order", "asc or desc"},
        {"list|--OrderByType|ASC", "--OrderByType", "asc or desc"},
        {"list|--order-by|Status", "--order-by", "StartTime or EndTime"},
        {"list|--output|text", "--output", "table, json, jsonl or csv"},
        {"list|--language|en", "--language", "zh-CN or en-US"},
        {"list|--tls-max|1.1", "--tls-max", "1.2 or 1.3"},
        {"list|--endpoint|https://host", "--endpoint", "without https://"},
        {"list|--endpoint|[::1]:443", "--endpoint", "--connect"},
        {"list|--connect|host:0", "--connect", "65535"},
        {"list|--connect|::1", "--connect", "brackets"},
        {"watch|--max-wait|0", "--max-wait", "more than 0"},
        {"watch|--exec|--until-done", "--exec", "needs a value"},
        {"watch|--until-done=1", "--until-done", "takes no value"},
        {"watch|--type|RestoreDatabase,", "--type", "CloneInstance"},
        {"watch|--type|,RestoreDatabase", "--type", "CloneInstance"},
        {"watch|--type|Restore", "--type", "CloneInstance"},
        {"list|--all=yes", "--all", "takes no value"},
        {"list|--nonsense", "--nonsense", "unknown option"},
        {"list|--taskid|1", "--taskid", "unknown option"},
        {"list|--filter=x", "--filter", "unknown option"},
        {"list|--=x", "--", "unknown option"},
        {"list|--lmit|5", "--lmit", "did you mean --limit?"},
        {"list|--task_id=1", "--task_id", "did you mean --task-id?"},
        {"list|-l|5", "-l", "two dashes"},
        {"list|-lsecret", "-l", "two dashes"},
        {"list|-n", "-n", "needs a value"},
        {"list|-n|--all", "-n", "needs a value"},
        {"list|-nfive", "-n", "whole number"},
        {"list|-hx", "-h", "takes no value"},
        {"list|--status|fail", "--status", "WaitSwitch"},
        {"list|--out|csv", "--out", "did you mean --output?"},
        {"list|-v", "-v", "--version or --verbose"},
        {"list|a|b", "", "too many arguments"},
        {"list|a|--min-start|2024-09-01|b", "", "quotes around a time"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_false(read_line(cases[i].line));
        assert_string_equal(problem.flag, cases[i].flag);
        assert_non_null(strstr(problem.cause, cases[i].cause));
    }
    (void)state;
}

static void a_key_on_the_command_line_is_refused_without_repeating_it(void **state)
{
    static struct {
        char const *line, *flag;
    } const cases[] = {
        {"list|--secretId|AKIDvalue", "--secretId"},
        {"list|--secretKey=AKIDvalue", "--secretKey"},
        {"list|--token=AKIDvalue", "--token"},
        {"list|--secret-id=AKIDvalue", "--secret-id"},
        {"list|--SECRET_KEY=AKIDvalue", "--SECRET_KEY"},
        {"--security-token|AKIDvalue", "--security-token"},
        {"list|--password=AKIDvalue", "--password"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_false(read_line(cases[i].line));
        assert_string_equal(problem.flag, cases[i].flag);
        assert_non_null(strstr(problem.cause, "TENCENTCLOUD_SECRET_KEY"));
        assert_null(strstr(problem.cause, "AKIDvalue"));
    }
    (void)state;
}

static void a_very_long_flag_is_cut_in_the_message(void **state)
{
    char line[400] = "list|--";

    memset(line + strlen(line), 'x', 300);
    assert_false(read_line(line));
    assert_int_equal(strlen(problem.flag), sizeof problem.flag - 1);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(each_spelling_of_the_query_means_the_same),
        cmocka_unit_test(each_choice_is_read_and_is_the_librarys_number),
        cmocka_unit_test(connection_options_are_read),
        cmocka_unit_test(options_of_watch_are_read),
        cmocka_unit_test(last_of_a_repeated_option_wins),
        cmocka_unit_test(statuses_are_a_list_of_the_apis_names),
        cmocka_unit_test(types_of_tasks_are_a_list_of_the_apis_names),
        cmocka_unit_test(each_command_takes_its_options_and_no_others),
        cmocka_unit_test(every_option_of_the_table_has_a_taker_here),
        cmocka_unit_test(rows_of_one_option_agree),
        cmocka_unit_test(help_and_version_need_nothing_else),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(a_bad_line_is_refused_with_the_flag_and_the_cause),
        cmocka_unit_test(a_key_on_the_command_line_is_refused_without_repeating_it),
        cmocka_unit_test(a_very_long_flag_is_cut_in_the_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
