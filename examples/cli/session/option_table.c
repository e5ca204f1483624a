/* SPDX-License-Identifier: MIT */
/* The table of options. The order of its rows is the order in --help. */
#include "session/option_table.h"

#include "base/language.h"
#include "session/command_set.h"

#define AT(member) offsetof(struct options, member)

static struct option_choices const order_bys = {{"StartTime", "EndTime"},
                                                "must be StartTime or EndTime"};
static struct option_choices const orders = {{"desc", "asc"}, "must be asc or desc"};
static struct option_choices const outputs = {{"table", "json", "jsonl", "csv"},
                                              "must be table, json, jsonl or csv"};
static struct option_choices const tls_versions = {{"1.2", "1.3"}, "must be 1.2 or 1.3"};
#if PGTASK_CHINESE
static struct option_choices const ui_languages = {{"zh", "en"}, "must be zh or en"};
#endif
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
    {OPTION_TASK_ID, IN_SHOW | IN_WATCH | IN_LED | IN_CHECK, SECTION_TASKS, "--task-id", "--TaskId", "ID",
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
    {OPTION_INSTANCE, IN_CHECK, SECTION_TASKS, "--instance", "--DBInstanceId", "ID",
     KIND_TEXT, 0, 0, AT(instance), NULL,
     "look at the tasks of this instance"},
    {OPTION_TYPE, IN_CHECK, SECTION_TASKS, "--type", "", "TYPE[,TYPE]...",
     KIND_TYPES, 0, 0, AT(task_types), NULL,
     "with --instance, look only at tasks of these types (default: all):"},
    {OPTION_LOOKBACK, IN_CHECK, SECTION_TASKS, "--lookback", "", "SECONDS",
     KIND_SECONDS, 1, 0, AT(lookback_ms), NULL,
     "for how long a task that has ended counts (default: 86400)"},
    {OPTION_TYPE, IN_LIST, SECTION_TASKS, "--type", "", "TYPE[,TYPE]...",
     KIND_TYPES, 0, 0, AT(task_types), NULL,
     "print only tasks of these types, which pgtask chooses among those that the service sends:"},
    {OPTION_STATUS, IN_LIST, SECTION_TASKS, "--status", "", "STATUS[,STATUS]...",
     KIND_STATUSES, 0, 0, AT(task_statuses), NULL,
     "print only tasks with one of these statuses, chosen in the same way:"},
    {OPTION_TYPE, IN_WATCH, SECTION_TASKS, "--type", "", "TYPE[,TYPE]...",
     KIND_TYPES, 0, 0, AT(task_types), NULL,
     "with --instance, follow only tasks of these types (default: all):"},
    {OPTION_TYPE, IN_LED, SECTION_TASKS, "--type", "", "TYPE[,TYPE]...",
     KIND_TYPES, 0, 0, AT(task_types), NULL,
     "with --instance, show only tasks of these types (default: RestoreDatabase):"},
    {OPTION_MIN_START, IN_LIST, SECTION_TASKS, "--min-start", "--MinStartTime", "TIME",
     KIND_TIME, 0, 0, AT(min_start), NULL,
     "earliest start (default: 180 days ago): 'YYYY-MM-DD HH:MM:SS' or a date alone, in UTC+8 or as "
     "--utc and --local say; 2024-09-27T05:14:11Z; so long ago: 90min, 1h, 7d; today or yesterday"},
    {OPTION_MAX_START, IN_LIST, SECTION_TASKS, "--max-start", "--MaxStartTime", "TIME",
     KIND_TIME, 0, 0, AT(max_start), NULL,
     "latest start, in the same forms (default: now); a date includes its whole day"},
    {OPTION_LIMIT, IN_LIST, SECTION_TASKS, "--limit", "--Limit", "N",
     KIND_UINT32, 1, 100, AT(limit), NULL,
     "tasks on a page, 1 to 100 (default: 20; with --all: 100); -n does the same"},
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
     KIND_PATH, 0, 0, AT(exec), NULL,
     "run this program for each event; see Program below"},
    {OPTION_METRICS_FILE, IN_LED, SECTION_OUTPUT, "--metrics-file", "", "PATH",
     KIND_PATH, 0, 0, AT(metrics_file), NULL,
     "write figures for Prometheus (node_exporter's textfile collector) every 15 s and at each "
     "event"},
    {OPTION_OUTPUT, IN_LIST | IN_SHOW, SECTION_OUTPUT, "--output", "", "FORMAT",
     KIND_CHOICE, 0, 0, AT(output), &outputs,
     "table (default): columns for people;\n"
     "json: the content of Response on one line, as tccli prints it; each task also has Steps "
     "(AllSteps decoded, null if it is not JSON), Truncated (names of the fields that were cut) "
     "and Odd (names of the fields that are not as the API describes them);\n"
     "jsonl: one such task on each line;\n"
     "csv: values with commas between them, below a line of names; -o does the same"},
    {OPTION_OUTPUT, IN_WATCH, SECTION_OUTPUT, "--output", "", "FORMAT",
     KIND_CHOICE, 0, 0, AT(output), &outputs,
     "table (default): on a terminal a live page, otherwise one line per event;\n"
     "jsonl: one JSON object per event, with the task as pgtask list --output jsonl prints it; -o "
     "does the same"},
    {OPTION_COLUMNS, IN_LIST, SECTION_OUTPUT, "--columns", "", "NAME[,NAME]...",
     KIND_TEXT, 0, 0, AT(columns), NULL,
     "columns of the table or of csv, in this order: task, type, instance, status, progress, start, "
     "end, step, message"},
    {OPTION_WIDE, IN_LIST, SECTION_OUTPUT, "--wide", "", "",
     KIND_FLAG, 0, 0, AT(wide), NULL,
     "print every column whole; otherwise rows fit the terminal, and less important columns are left "
     "out or cut"},
    {OPTION_QUIET, IN_LIST | IN_WATCH, SECTION_OUTPUT, "--quiet", "", "",
     KIND_FLAG, 0, 0, AT(quiet), NULL,
     "print only tasks, events, warnings and errors: nothing about the progress of a listing, about "
     "other pages, or about what is waited for"},
    {OPTION_DRY_RUN, IN_LIST, SECTION_OUTPUT, "--dry-run", "", "",
     KIND_FLAG, 0, 0, AT(dry_run), NULL,
     "send nothing: print the request, what is signed of it, and the signature"},
    {OPTION_AS_CURL, IN_LIST, SECTION_OUTPUT, "--as-curl", "", "",
     KIND_FLAG, 0, 0, AT(as_curl), NULL,
     "send nothing: print the command of curl that sends the request, within five minutes"},
    {OPTION_ASCII, IN_EACH, SECTION_OUTPUT, "--ascii", "", "",
     KIND_FLAG, 0, 0, AT(ascii), NULL,
     "write only ASCII: other characters become ?, JSON escapes them; PGTASK_ASCII=1 does the same"},
#if PGTASK_CHINESE
    {OPTION_UI_LANGUAGE, IN_EACH, SECTION_OUTPUT, "--ui-language", "", "LANGUAGE",
     KIND_CHOICE, 0, 0, AT(ui_language), &ui_languages,
     "language of this program's texts: zh or en (default: Chinese on a terminal with a Chinese locale, "
     "otherwise English)"},
#endif
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
     "region of the tasks, such as ap-guangzhou (default: TENCENTCLOUD_REGION, or that of the "
     "profile); -r does the same"},
    {OPTION_PROFILE, IN_EACH, SECTION_CONNECTION, "--profile", "", "NAME",
     KIND_TEXT, 0, 0, AT(profile), NULL,
     "profile of the SDKs or of tccli with the keys, instead of those in the environment (default: "
     "TENCENTCLOUD_PROFILE, TCCLI_PROFILE or default, after the environment)"},
    {OPTION_USE_CVM_ROLE, IN_EACH, SECTION_CONNECTION, "--use-cvm-role", "", "",
     KIND_FLAG, 0, 0, AT(use_cvm_role), NULL,
     "take the keys of the role that is bound to this machine, a CVM"},
    {OPTION_ROLE_ARN, IN_EACH, SECTION_CONNECTION, "--role-arn", "", "ARN",
     KIND_TEXT, 0, 0, AT(role_arn), NULL,
     "assume this role with the keys (default: TENCENTCLOUD_ROLE_ARN, or that of the profile)"},
    {OPTION_ROLE_SESSION_NAME, IN_EACH, SECTION_CONNECTION, "--role-session-name", "", "NAME",
     KIND_TEXT, 0, 0, AT(role_session_name), NULL,
     "name of the session with --role-arn (default: pgtask)"},
    {OPTION_ENDPOINT, IN_EACH, SECTION_CONNECTION, "--endpoint", "", "HOST[:PORT]",
     KIND_HOST, 0, 0, AT(endpoint), NULL,
     "the host that is signed and verified (default: PGTASK_ENDPOINT, or "
     "postgres.tencentcloudapi.com)"},
    {OPTION_FALLBACK_ENDPOINT, IN_EACH, SECTION_CONNECTION, "--fallback-endpoint", "", "HOST[:PORT]",
     KIND_HOST, 0, 0, AT(fallback_endpoint), NULL,
     "a second host, used if the endpoint has no address, cannot be reached or fails in TLS "
     "(default: PGTASK_FALLBACK_ENDPOINT, or none)"},
    {OPTION_CONNECT, IN_EACH, SECTION_CONNECTION, "--connect", "", "ADDR[:PORT]",
     KIND_ADDRESS, 0, 0, AT(connect), NULL,
     "where to connect, for a tunnel; also [IPV6]:PORT (default: the endpoint)"},
    {OPTION_PROXY, IN_EACH, SECTION_CONNECTION, "--proxy", "", "URL",
     KIND_TEXT, 0, 0, AT(proxy), NULL,
     "the HTTP proxy to go through, http://HOST:PORT, or none (default: https_proxy, HTTPS_PROXY, "
     "all_proxy or ALL_PROXY, unless no_proxy or NO_PROXY names the endpoint)"},
    {OPTION_CA_FILE, IN_EACH, SECTION_CONNECTION, "--ca-file", "", "PEM",
     KIND_PATH, 0, 0, AT(ca_file), NULL,
     "trusted CA certificates (default: PGTASK_CA_FILE, SSL_CERT_FILE, or the system's bundle)"},
    {OPTION_TLS_MAX, IN_EACH, SECTION_CONNECTION, "--tls-max", "", "VERSION",
     KIND_CHOICE, 0, 0, AT(tls_max), &tls_versions,
     "newest version of TLS that is offered: 1.2 or 1.3 (default: 1.3)"},
    {OPTION_NO_CLOCK, IN_EACH, SECTION_CONNECTION, "--no-clock", "", "",
     KIND_FLAG, 0, 0, AT(no_clock), NULL,
     "do not trust this device's clock, which may be fast: learn the time from the service"},
    {OPTION_TIMEOUT, IN_EACH, SECTION_CONNECTION, "--timeout", "", "SECONDS",
     KIND_SECONDS, 1, 0, AT(timeout_ms), NULL,
     "deadline of one listing, or with --all of each page, retries included (default: 60)"},
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
     "print the version of this program and of the API; -V does the same"},
};
/* clang-format on */

struct option_letter const option_letters[] = {
    {'h', "--help"}, {'n', "--limit"}, {'o', "--output"}, {'r', "--region"}, {'V', "--version"},
};

size_t const option_letter_count = sizeof option_letters / sizeof option_letters[0];

struct name_set const *option_names(struct option const *option)
{
    switch (option->kind) {
    case KIND_TYPES: return &name_set_types;
    case KIND_STATUSES: return &name_set_statuses;
    default: return NULL;
    }
}

size_t const option_table_count = sizeof option_table / sizeof option_table[0];
