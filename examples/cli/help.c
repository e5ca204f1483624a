/* SPDX-License-Identifier: MIT */
#include "help.h"

#include <pgtask/client.h>

#include <stddef.h>

#define CLI_VERSION "0.1.0"

char const help_version[] =
    "pgtask " CLI_VERSION " (" PGTASK_API_ACTION ", API " PGTASK_API_VERSION ")\n";

static char const output[] = //
    "\nOutput:\n"
    "  --output FORMAT        table (default): aligned columns for people\n"
    "                         json: the content of Response on one line, as tccli\n"
    "                         prints it; each task has two members more: Steps,\n"
    "                         which is AllSteps decoded (null if it is no JSON),\n"
    "                         and Truncated, which names each field that was cut\n"
    "                         jsonl: one such task a line\n";

static char const connection[] =
    "\nConnection:\n"
    "  --region REGION        such as ap-guangzhou (default: TENCENTCLOUD_REGION)\n"
    "  --endpoint HOST[:PORT] signed and verified\n"
    "                         (default: postgres.tencentcloudapi.com)\n"
    "  --connect ADDR[:PORT]  where to connect, for a tunnel; [IPV6]:PORT too\n"
    "                         (default: the endpoint)\n"
    "  --ca-file PEM          trusted roots (default: the system's bundle)\n"
    "  --timeout SECONDS      deadline of one whole listing (default: 60)\n"
    "  --attempts N           tries of one request, the first included (default: 5)\n"
    "  --language LANGUAGE    of the service's messages: zh-CN or en-US\n"
    "  --verbose              tell standard error about connection, bytes and RAM\n"
    "  --help, -h             this text\n"
    "  --version              of this program and of the API\n";

static char const environment[] =
    "\nCredentials, never taken from the command line:\n"
    "  TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, and TENCENTCLOUD_TOKEN if\n"
    "  the keys are temporary; else the file TENCENTCLOUD_CREDENTIALS_FILE, by\n"
    "  default ~/.tencentcloud/credentials:\n"
    "      [default]\n"
    "      secret_id = ...\n"
    "      secret_key = ...\n";

static char const statuses[] =
    "\nExit status:\n"
    "  0 good   1 show: no such task\n"
    "  2 wrong command line, credentials missing, or a query that cannot be sent\n"
    "  3 the service refused\n"
    "  4 network, TLS, time-out, an HTTP error, or standard output failed\n"
    "  5 the answer was malformed   128+N ended by signal N (Ctrl-C: 130)\n"
    "  watch: 1 the task ended in Fail   6 it needs an operator\n"
    "         7 not done within --max-wait   8 no such task, or it vanished\n"
    "         of several tasks the worst: 1, 6, 8, 7, 0\n";

static char const program[] = "pgtask - the tasks of TencentDB for PostgreSQL\n"
                              "\n"
                              "Usage:\n"
                              "  pgtask list [OPTION]...            list tasks\n"
                              "  pgtask show TASK_ID [OPTION]...    all facts of one task\n"
                              "  pgtask watch TASK_ID [OPTION]...   follow a task to its end\n"
                              "  pgtask watch --instance ID         follow those of an instance\n"
                              "  pgtask led TASK_ID --led DRIVER    show a task with an LED\n"
                              "  pgtask COMMAND --help              the options of a command\n";

static char const program_examples[] = "\nExamples:\n"
                                       "  pgtask list --region ap-guangzhou\n"
                                       "  pgtask show 120321 --region ap-guangzhou\n";

static char const list_query[] =
    "Usage: pgtask list [OPTION]...\n"
    "\n"
    "Lists tasks, one page of them. Options are spelled `--flag value` or\n"
    "`--flag=value`; the API's own spelling of each does the same.\n"
    "\n"
    "Query:\n"
    "  --task-id ID           this task                      (--TaskId)\n"
    "  --instance ID          such as postgres-q6fj84vb      (--DBInstanceId)\n"
    "  --min-start TIME       earliest start                 (--MinStartTime)\n"
    "                         (default: 180 days ago)\n"
    "  --max-start TIME       latest start                   (--MaxStartTime)\n"
    "                         'YYYY-MM-DD HH:MM:SS', UTC+8\n"
    "  --limit N              tasks a page, 1 to 100         (--Limit)\n"
    "                         (default: 20; with --all: 100)\n"
    "  --offset N             skip N tasks                   (--Offset)\n"
    "  --order-by MEMBER      StartTime (default) or EndTime (--OrderBy)\n"
    "  --order ORDER          desc (default) or asc          (--OrderByType)\n"
    "  --all                  every page; json: in one object\n";

static char const list_repeat[] =
    "  --count N              list N times over one connection, until one fails\n"
    "  --interval SECONDS     from start to start with --count (default: 1);\n"
    "                         0.25 is fine, 0 does not wait\n";

static char const list_examples[] =
    "\nExamples:\n"
    "  pgtask list --instance postgres-q6fj84vb --limit 5\n"
    "  pgtask list --DBInstanceId postgres-q6fj84vb --Limit 5\n"
    "  pgtask list --all --min-start '2024-09-01 00:00:00' --output jsonl\n"
    "  pgtask list --all --output json | jq '.TaskSet[] | select(.Status == \"Fail\")'\n"
    "  pgtask list --task-id 120321 --count 60 --interval 10\n";

static char const show_query[] =
    "Usage: pgtask show TASK_ID [OPTION]...\n"
    "\n"
    "Prints all facts of one task: status, progress, times, steps, what was restored.\n"
    "Exit status 1 means: no such task, or it started more than 180 days ago.\n"
    "\n"
    "Query:\n"
    "  --task-id ID           instead of the argument        (--TaskId)\n";

static char const show_examples[] = "\nExamples:\n"
                                    "  pgtask show 120321 --region ap-guangzhou\n"
                                    "  pgtask show 120321 --output json | jq '.TaskSet[0].Steps'\n";

char const *const help_program[] = {program,  connection,       environment,
                                    statuses, program_examples, NULL};

char const *const help_list[] = {list_query,  list_repeat, output,        connection,
                                 environment, statuses,    list_examples, NULL};

char const *const help_show[] = {show_query, output,        connection, environment,
                                 statuses,   show_examples, NULL};

static char const led_query[] =
    "Usage: pgtask led (TASK_ID | --instance ID) --led DRIVER [OPTION]...\n"
    "\n"
    "Shows a task, or the restores of an instance, with an LED, until it is ended by\n"
    "SIGTERM or Ctrl-C. Goes on through every trouble of the network; the LED then\n"
    "shows that its news is stale. Logs events on standard error.\n"
    "\n"
    "  --led sysfs:NAME       an LED of /sys/class/leds: on/off, dimmable or colour;\n"
    "                         its trigger is put back at the end\n"
    "  --led gpio:CHIP/LINE   a GPIO line such as gpio:gpiochip0/17; with\n"
    "                         ,active-low behind it if the LED lights at low level\n"
    "  --led terminal         draws it on standard output\n"
    "  --instance ID          such as postgres-q6fj84vb      (--DBInstanceId)\n"
    "  --type TYPE[,TYPE]...  of an instance: these instead of RestoreDatabase:\n"
    "                         CloneInstance, RestartInstance, DestroyInstance,\n"
    "                         ModifyInstanceParams, other\n"
    "  --interval SECONDS     between questions while a task runs (default: 5)\n"
    "  --idle SECONDS         and while none does (default: 60)\n"
    "  --stale SECONDS        without an answer for longer, news is stale (default:\n"
    "                         180)\n"
    "  --show-success SECONDS how long success is shown (default: 600); 0: until\n"
    "                         acknowledged\n"
    "  --metrics-file PATH    figures for Prometheus (node_exporter's textfile\n"
    "                         collector), written anew each 15 s and at each event\n"
    "\n"
    "Signals:\n"
    "  SIGUSR1                acknowledges: what has ended is shown no more\n"
    "  SIGHUP                 reads the credentials again\n";

static char const led_examples[] =
    "\nExamples:\n"
    "  pgtask led --instance postgres-q6fj84vb --led terminal\n"
    "  pgtask led 120321 --led sysfs:green:status --show-success 0\n";

char const *const help_led[] = {led_query, connection, environment, statuses, led_examples, NULL};

static char const watch_query[] =
    "Usage: pgtask watch (TASK_ID | --instance ID) [OPTION]...\n"
    "\n"
    "Follows a task until it has ended or needs an operator, or the tasks of an\n"
    "instance until Ctrl-C. On a terminal it draws them, with what is left to wait;\n"
    "otherwise each event is a line. NO_COLOR and TERM=dumb are respected.\n"
    "\n"
    "  --task-id ID           instead of the argument        (--TaskId)\n"
    "  --instance ID          such as postgres-q6fj84vb      (--DBInstanceId);\n"
    "                         without what ended more than 10 minutes before\n"
    "  --type NAME[,NAME]...  of an instance, tasks of these types alone:\n"
    "                         RestoreDatabase, CloneInstance, RestartInstance,\n"
    "                         DestroyInstance, ModifyInstanceParams, other\n"
    "  --until-done           end once every task has, or needs an operator; or if\n"
    "                         none appears within 2 minutes\n"
    "  --max-wait SECONDS     end then in any case, with status 7 if not done\n"
    "  --interval SECONDS     between polls while a task runs (default: 5)\n"
    "  --idle SECONDS         and while none does (default: 60)\n"
    "  --stale SECONDS        without an answer for longer, news is stale (default:\n"
    "                         180)\n"
    "  --exec PATH            a program to run for each event, without a shell or\n"
    "                         arguments, one at a time, 60 s each at most. It is told\n"
    "                         by PGTASK_EVENT, _AT, _REGION, _TASK_ID, _TASK_TYPE,\n"
    "                         _INSTANCE, _STATUS, _PROGRESS, _STEP, _STEP_AT,\n"
    "                         _STEP_COUNT, _MESSAGE, and in seconds _ELAPSED,\n"
    "                         _LEFT_LEAST, _LEFT_MOST. While it runs, of several\n"
    "                         events of a task only the last waits, but always those\n"
    "                         of ended, operator, vanished and absent\n"
    "  --output FORMAT        jsonl: each event as an object on a line, its task as\n"
    "                         pgtask list has it; table (default): as said above\n"
    "\n"
    "Events: appeared, progressed, step, resumed, wait_switch, operator,\n"
    "unknown_status, ended, vanished, absent; trouble, stale, back.\n";

static char const watch_examples[] =
    "\nExamples:\n"
    "  pgtask watch 120321 && echo restored\n"
    "  pgtask watch --instance postgres-q6fj84vb --type RestoreDatabase --until-done\n"
    "  pgtask watch 120321 --output jsonl | jq -r '[.At, .Event, .Progress] | @tsv'\n"
    "  pgtask watch 120321 --exec ./ring-the-bell --max-wait 3600\n";

char const *const help_watch[] = {watch_query, connection,     environment,
                                  statuses,    watch_examples, NULL};
