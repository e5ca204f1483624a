/* SPDX-License-Identifier: MIT */
/* The table of options. The order of its rows is the order in --help. */
#include "session/option_table.h"

#include "session/command_set.h"

#define AT(member) offsetof(struct options, member)

static struct option_choices const order_bys = {{"StartTime", "EndTime"},
                                                "must be StartTime or EndTime"};
static struct option_choices const orders = {{"desc", "asc"}, "must be asc or desc"};
static struct option_choices const outputs = {{"table", "json", "jsonl"},
                                              "must be table, json or jsonl"};
static struct option_choices const tls_versions = {{"1.2", "1.3"}, "must be 1.2 or 1.3"};
static struct option_choices const languages = {{"zh-CN", "en-US"}, "must be zh-CN or en-US"};

char const *const option_sections[SECTION_COUNT] = {
    [SECTION_TASKS] = "Tasks",           [SECTION_LED] = "LED",
    [SECTION_POLLING] = "Polling",       [SECTION_OUTPUT] = "Output",
    [SECTION_CONNECTION] = "Connection",
};

/* clang-format off */
struct option const option_table[] = {
    {OPTION_TASK_ID, IN_LIST, SECTION_TASKS, "--task-id", "--TaskId", "ID",
     KIND_UINT64, 1, 0, AT(task_id), NULL,
     "list only this task"},
    {OPTION_TASK_ID, IN_SHOW | IN_WATCH | IN_LED, SECTION_TASKS, "--task-id", "--TaskId", "ID",
     KIND_UINT64, 1, 0, AT(task_id), NULL,
     "the task; the same as the argument TASK_ID"},
    {OPTION_INSTANCE, IN_LIST, SECTION_TASKS, "--instance", "--DBInstanceId", "ID",
     KIND_TEXT, 0, 0, AT(instance), NULL,
     "list only tasks of this instance, such as postgres-q6fj84vb"},
    {OPTION_INSTANCE, IN_WATCH, SECTION_TASKS, "--instance", "--DBInstanceId", "ID",
     KIND_TEXT, 0, 0, AT(instance), NULL,
     "follow the tasks of this instance; tasks that ended more than 10 minutes ago are left out"},
    {OPTION_INSTANCE, IN_LED, SECTION_TASKS, "--instance", "--DBInstanceId", "ID",
     KIND_TEXT, 0, 0, AT(instance), NULL,
     "show the tasks of this instance"},
    {OPTION_TYPE, IN_WATCH, SECTION_TASKS, "--type", "", "TYPE[,TYPE]...",
     KIND_TYPES, 0, 0, AT(task_types), NULL,
     "with --instance, follow only tasks of these types (default: all):"},
    {OPTION_TYPE, IN_LED, SECTION_TASKS, "--type", "", "TYPE[,TYPE]...",
     KIND_TYPES, 0, 0, AT(task_types), NULL,
     "with --instance, show only tasks of these types (default: RestoreDatabase):"},
    {OPTION_MIN_START, IN_LIST, SECTION_TASKS, "--min-start", "--MinStartTime", "TIME",
     KIND_TIME, 0, 0, AT(min_start), NULL,
     "earliest start, 'YYYY-MM-DD HH:MM:SS' in UTC+8, or as --utc and --local say (default: 180 days ago)"},
    {OPTION_MAX_START, IN_LIST, SECTION_TASKS, "--max-start", "--MaxStartTime", "TIME",
     KIND_TIME, 0, 0, AT(max_start), NULL,
     "latest start, in the same form (default: now)"},
    {OPTION_LIMIT, IN_LIST, SECTION_TASKS, "--limit", "--Limit", "N",
     KIND_UINT32, 1, 100, AT(limit), NULL,
     "tasks on a page, 1 to 100 (default: 20; with --all: 100)"},
    {OPTION_OFFSET, IN_LIST, SECTION_TASKS, "--offset", "--Offset", "N",
     KIND_UINT64, 0, 0, AT(offset), NULL,
     "skip the first N tasks"},
    {OPTION_ORDER_BY, IN_LIST, SECTION_TASKS, "--order-by", "--OrderBy", "MEMBER",
     KIND_CHOICE, 0, 0, AT(order_by), &order_bys,
     "sort by StartTime (default) or EndTime"},
    {OPTION_ORDER, IN_LIST, SECTION_TASKS, "--order", "--OrderByType", "ORDER",
     KIND_CHOICE, 0, 0, AT(order), &orders,
     "desc, newest first (default), or asc"},
    {OPTION_ALL, IN_LIST, SECTION_TASKS, "--all", "", "",
     KIND_FLAG, 0, 0, AT(all), NULL,
     "list every page; with --output json in one object"},
    {OPTION_COUNT, IN_LIST, SECTION_POLLING, "--count", "", "N",
     KIND_UINT32, 1, 0, AT(count), NULL,
     "list N times over one connection, until one listing fails (default: 1)"},
    {OPTION_INTERVAL, IN_LIST, SECTION_POLLING, "--interval", "", "SECONDS",
     KIND_SECONDS, 0, 0, AT(interval_ms), NULL,
     "with --count, time from the start of one listing to the start of the next (default: 1); "
     "may be a fraction such as 0.25; 0 does not wait"},
    {OPTION_LED, IN_LED, SECTION_LED, "--led", "", "DRIVER",
     KIND_TEXT, 0, 0, AT(led), NULL,
     "sysfs:NAME: an LED in /sys/class/leds; its trigger is restored at the end;\n"
     "gpio:CHIP/LINE: a GPIO line such as gpio:gpiochip0/17, the chip by its name or label; or "
     "gpio:NAME: a line by its name; add ,active-low if the LED lights at low level;\n"
     "terminal: drawn on standard output"},
    {OPTION_SHOW_SUCCESS, IN_LED, SECTION_LED, "--show-success", "", "SECONDS",
     KIND_SECONDS, 0, 0, AT(show_success_ms), NULL,
     "how long success is shown (default: 600); 0: until acknowledged with SIGUSR1"},
    {OPTION_INTERVAL, IN_WATCH | IN_LED, SECTION_POLLING, "--interval", "", "SECONDS",
     KIND_SECONDS, 0, 0, AT(interval_ms), NULL,
     "poll interval while a task runs (default: 5)"},
    {OPTION_IDLE, IN_WATCH | IN_LED, SECTION_POLLING, "--idle", "", "SECONDS",
     KIND_SECONDS, 1, 0, AT(idle_ms), NULL,
     "poll interval while no task runs (default: 60)"},
    {OPTION_STALE, IN_WATCH | IN_LED, SECTION_POLLING, "--stale", "", "SECONDS",
     KIND_SECONDS, 1, 0, AT(stale_ms), NULL,
     "report stale data after this long without a good answer (default: 180)"},
    {OPTION_UNTIL_DONE, IN_WATCH, SECTION_POLLING, "--until-done", "", "",
     KIND_FLAG, 0, 0, AT(until_done), NULL,
     "with --instance, end once every task has ended or needs an operator, or if no task appears "
     "within 2 minutes"},
    {OPTION_WAIT_PAUSE, IN_WATCH, SECTION_POLLING, "--wait-pause", "", "",
     KIND_FLAG, 0, 0, AT(wait_pause), NULL,
     "wait for a paused task to go on, instead of ending with exit status 6"},
    {OPTION_MAX_WAIT, IN_WATCH, SECTION_POLLING, "--max-wait", "", "SECONDS",
     KIND_SECONDS, 1, 0, AT(max_wait_ms), NULL,
     "end after this long in any case, with exit status 7 if a task has not ended"},
    {OPTION_EXEC, IN_WATCH, SECTION_OUTPUT, "--exec", "", "PATH",
     KIND_TEXT, 0, 0, AT(exec), NULL,
     "run this program for each event; see Program below"},
    {OPTION_METRICS_FILE, IN_LED, SECTION_OUTPUT, "--metrics-file", "", "PATH",
     KIND_TEXT, 0, 0, AT(metrics_file), NULL,
     "write figures for Prometheus (node_exporter's textfile collector) every 15 s and at each "
     "event"},
    {OPTION_OUTPUT, IN_LIST | IN_SHOW, SECTION_OUTPUT, "--output", "", "FORMAT",
     KIND_CHOICE, 0, 0, AT(output), &outputs,
     "table (default): columns for people;\n"
     "json: the content of Response on one line, as tccli prints it; each task also has Steps "
     "(AllSteps decoded, null if it is not JSON), Truncated (names of the fields that were cut) "
     "and Odd (names of the fields that are not as the API describes them);\n"
     "jsonl: one such task on each line"},
    {OPTION_OUTPUT, IN_WATCH, SECTION_OUTPUT, "--output", "", "FORMAT",
     KIND_CHOICE, 0, 0, AT(output), &outputs,
     "table (default): on a terminal a live page, otherwise one line per event;\n"
     "jsonl: one JSON object per event, with the task as pgtask list --output jsonl prints it"},
    {OPTION_ASCII, IN_EACH, SECTION_OUTPUT, "--ascii", "", "",
     KIND_FLAG, 0, 0, AT(ascii), NULL,
     "write only ASCII: other characters become ?, JSON escapes them; PGTASK_ASCII=1 does the same"},
    {OPTION_UTC, IN_LIST, SECTION_OUTPUT, "--utc", "", "",
     KIND_FLAG, 0, 0, AT(utc), NULL,
     "print and read times in UTC (default: UTC+8, the service's zone); JSON stays as it was sent"},
    {OPTION_LOCAL, IN_LIST, SECTION_OUTPUT, "--local", "", "",
     KIND_FLAG, 0, 0, AT(local), NULL,
     "print and read times as local time (TZ), each with its offset; JSON stays as it was sent"},
    {OPTION_UTC, IN_SHOW, SECTION_OUTPUT, "--utc", "", "",
     KIND_FLAG, 0, 0, AT(utc), NULL,
     "print times in UTC (default: UTC+8, the service's zone); JSON stays as it was sent"},
    {OPTION_LOCAL, IN_SHOW, SECTION_OUTPUT, "--local", "", "",
     KIND_FLAG, 0, 0, AT(local), NULL,
     "print times as local time (TZ), each with its offset; JSON stays as it was sent"},
    {OPTION_UTC, IN_WATCH, SECTION_OUTPUT, "--utc", "", "",
     KIND_FLAG, 0, 0, AT(utc), NULL,
     "print times of tasks in UTC (default: UTC+8, the service's zone); times of events are in UTC "
     "in any case"},
    {OPTION_LOCAL, IN_WATCH, SECTION_OUTPUT, "--local", "", "",
     KIND_FLAG, 0, 0, AT(local), NULL,
     "print times of tasks and of events as local time (TZ), each with its offset; JSON and "
     "--exec have UTC"},
    {OPTION_REGION, IN_EACH, SECTION_CONNECTION, "--region", "", "REGION",
     KIND_TEXT, 0, 0, AT(region), NULL,
     "region of the tasks, such as ap-guangzhou (default: TENCENTCLOUD_REGION)"},
    {OPTION_ENDPOINT, IN_EACH, SECTION_CONNECTION, "--endpoint", "", "HOST[:PORT]",
     KIND_HOST, 0, 0, AT(endpoint), NULL,
     "the host that is signed and verified (default: postgres.tencentcloudapi.com)"},
    {OPTION_CONNECT, IN_EACH, SECTION_CONNECTION, "--connect", "", "ADDR[:PORT]",
     KIND_ADDRESS, 0, 0, AT(connect), NULL,
     "where to connect, for a tunnel; also [IPV6]:PORT (default: the endpoint)"},
    {OPTION_CA_FILE, IN_EACH, SECTION_CONNECTION, "--ca-file", "", "PEM",
     KIND_TEXT, 0, 0, AT(ca_file), NULL,
     "trusted CA certificates (default: the system's bundle)"},
    {OPTION_TLS_MAX, IN_EACH, SECTION_CONNECTION, "--tls-max", "", "VERSION",
     KIND_CHOICE, 0, 0, AT(tls_max), &tls_versions,
     "newest version of TLS that is offered: 1.2 or 1.3 (default: 1.3)"},
    {OPTION_NO_CLOCK, IN_EACH, SECTION_CONNECTION, "--no-clock", "", "",
     KIND_FLAG, 0, 0, AT(no_clock), NULL,
     "do not trust this device's clock, which may be fast: learn the time from the service"},
    {OPTION_TIMEOUT, IN_EACH, SECTION_CONNECTION, "--timeout", "", "SECONDS",
     KIND_SECONDS, 1, 0, AT(timeout_ms), NULL,
     "deadline of one whole listing, retries included (default: 60)"},
    {OPTION_ATTEMPTS, IN_EACH, SECTION_CONNECTION, "--attempts", "", "N",
     KIND_UINT32, 1, 0, AT(attempts), NULL,
     "tries of one request (default: 5)"},
    {OPTION_LANGUAGE, IN_EACH, SECTION_CONNECTION, "--language", "", "LANGUAGE",
     KIND_CHOICE, 0, 0, AT(language), &languages,
     "language of the service's messages: zh-CN or en-US"},
    {OPTION_VERBOSE, IN_EACH, SECTION_CONNECTION, "--verbose", "", "",
     KIND_FLAG, 0, 0, AT(verbose), NULL,
     "report connection, bytes and RAM on standard error"},
    {OPTION_HELP, IN_EACH, SECTION_CONNECTION, "--help", "", "",
     KIND_FLAG, 0, 0, AT(help), NULL,
     "print this text; -h does the same"},
    {OPTION_VERSION, IN_EACH, SECTION_CONNECTION, "--version", "", "",
     KIND_FLAG, 0, 0, AT(version), NULL,
     "print the version of this program, of the API and of mbedTLS"},
};
/* clang-format on */

size_t const option_table_count = sizeof option_table / sizeof option_table[0];
