/* SPDX-License-Identifier: MIT */
/* Help texts: options and exit statuses come from their tables, and lines are broken here. */
#include "help.h"

#include "base/text.h"
#include "session/exit_status.h"
#include "session/option_table.h"
#include "session/task_types.h"

#include <pgtask/client.h>
#include <pgtask/tls.h>
#include <pgtask/version.h>

#include <string.h>

enum { LAST_COLUMN = 79, OPTION_COLUMN = 25, STATUS_COLUMN = 8, HELP_BYTES = 768 };

static char const environment[] =
    "\nCredentials, never on the command line, which other users can see:\n"
    "  TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, and TENCENTCLOUD_TOKEN if\n"
    "  the keys are temporary; or else the file TENCENTCLOUD_CREDENTIALS_FILE, by\n"
    "  default ~/.tencentcloud/credentials:\n"
    "      [default]\n"
    "      secret_id = ...\n"
    "      secret_key = ...\n";

static char const program[] =
    "pgtask - the tasks of TencentDB for PostgreSQL\n"
    "\n"
    "Usage:\n"
    "  pgtask list [OPTION]...            list tasks\n"
    "  pgtask show TASK_ID [OPTION]...    show every fact of one task\n"
    "  pgtask watch TASK_ID [OPTION]...   follow a task to its end\n"
    "  pgtask watch --instance ID         follow the tasks of an instance\n"
    "  pgtask led TASK_ID --led DRIVER    show a task with an LED\n"
    "  pgtask COMMAND --help              print the options of a command\n"
    "\n"
    "Options of every command:\n";

static char const program_examples[] = "  pgtask list --region ap-guangzhou\n"
                                       "  pgtask show 120321 --region ap-guangzhou\n"
                                       "  pgtask watch 120321 && echo restored\n"
                                       "  pgtask led 120321 --led terminal\n";

/* Writes words from column `at` of a line on. Each line after the first begins at `column`. */
static void print_wrapped(struct writer *writer, size_t at, size_t column, char const *text)
{
    bool must_break = false;

    while (*text != '\0') {
        size_t const length = strcspn(text, " \n");
        if (must_break || (at > column && at + 1 + length > LAST_COLUMN)) {
            writer_print(writer, "\n");
            at = 0;
        } else if (at > column) {
            writer_print(writer, " ");
            at++;
        }
        if (at < column) {
            writer_blanks(writer, column - at);
            at = column;
        }
        writer_bytes(writer, text, length);
        at += length;
        must_break = text[length] == '\n';
        text += length + (text[length] != '\0' ? 1 : 0);
    }
    writer_print(writer, "\n");
}

static void print_option(struct writer *writer, struct option const *option)
{
    char head[2 * OPTION_COLUMN];
    char text[HELP_BYTES];
    char types[TASK_TYPES_BYTES];

    (void)text_print(head, sizeof head, "  %s%s%s", option->flag,
                     option->value[0] != '\0' ? " " : "", option->value);
    (void)text_print(text, sizeof text, "%s", option->help);
    if (option->kind == KIND_TYPES) {
        (void)text_append(text, sizeof text, " %s", task_types_list(types));
    }
    if (option->api_flag[0] != '\0') {
        (void)text_append(text, sizeof text, " (%s)", option->api_flag);
    }
    writer_print(writer, "%s", head);
    print_wrapped(writer, strlen(head), OPTION_COLUMN, text);
}

/* @param commands  an option is printed if they all take it */
static void print_options(struct writer *writer, enum option_section section, unsigned commands)
{
    for (size_t i = 0; i < option_table_count; i++) {
        struct option const *const option = &option_table[i];
        if (option->section == section && (option->commands & commands) == commands) {
            print_option(writer, option);
        }
    }
}

static bool has_section(enum option_section section, enum command_set command)
{
    for (size_t i = 0; i < option_table_count; i++) {
        if (option_table[i].section == section && (option_table[i].commands & command) != 0) {
            return true;
        }
    }
    return false;
}

static void print_statuses(struct writer *writer, unsigned commands)
{
    writer_print(writer, "\nExit status:\n");
    for (size_t i = 0; i < exit_status_row_count; i++) {
        struct exit_status_row const *const row = &exit_status_rows[i];
        char head[STATUS_COLUMN + 8];
        if ((row->commands & commands) == 0) {
            continue;
        }
        (void)text_print(head, sizeof head, "  %u%s", (unsigned)row->status,
                         row->status == EXIT_SIGNAL ? "+N" : "");
        writer_print(writer, "%s", head);
        print_wrapped(writer, strlen(head), STATUS_COLUMN, row->meaning);
    }
    if ((commands & IN_WATCH) != 0) {
        writer_print(writer, "  With several tasks, the worst one counts: 1, 6, 8, 7, 0.\n");
    }
}

void help_print(struct writer *writer, struct help const *help, enum command_set command)
{
    writer_bytes(writer, help->head, strlen(help->head));
    for (int section = 0; section < SECTION_COUNT; section++) {
        if (has_section((enum option_section)section, command)) {
            writer_print(writer, "\n%s:\n", option_sections[section]);
            print_options(writer, (enum option_section)section, command);
        }
    }
    writer_bytes(writer, help->notes, strlen(help->notes));
    writer_bytes(writer, environment, strlen(environment));
    print_statuses(writer, command);
    writer_print(writer, "\nExamples:\n");
    writer_bytes(writer, help->examples, strlen(help->examples));
}

void help_print_program(struct writer *writer)
{
    writer_bytes(writer, program, strlen(program));
    for (int section = 0; section < SECTION_COUNT; section++) {
        print_options(writer, (enum option_section)section, IN_EACH);
    }
    writer_bytes(writer, environment, strlen(environment));
    writer_print(writer, "\nExamples:\n");
    writer_bytes(writer, program_examples, strlen(program_examples));
}

void help_print_version(struct writer *writer)
{
    char mbedtls[PGTASK_MBEDTLS_VERSION_BYTES];

    writer_print(writer, "pgtask %s (%s, API %s)\n", PGTASK_VERSION, PGTASK_API_ACTION,
                 PGTASK_API_VERSION);
    pgtask_mbedtls_version(mbedtls);
    writer_print(
        writer, "mbedTLS %s%s\n", mbedtls,
        pgtask_mbedtls_missing(0) == NULL ? "" : " as its makers built it, so this is missing:");
    for (unsigned row = 0; pgtask_mbedtls_missing(row) != NULL; row++) {
        writer_print(writer, "  - %s\n", pgtask_mbedtls_missing(row));
    }
}
