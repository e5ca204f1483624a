/* SPDX-License-Identifier: MIT */
/* Help texts: options and exit statuses come from their tables, and lines are broken here. */
#include "help.h"

#include "base/character.h"
#include "base/text.h"
#include "session/exit_status.h"
#include "session/option_table.h"

#include <pgtask/client.h>
#include <pgtask/tls.h>
#include <pgtask/version.h>

#include <string.h>

enum { LAST_COLUMN = 79, OPTION_COLUMN = 25, STATUS_COLUMN = 8, HELP_BYTES = 768 };

char const help_environment[] =
    "\nCredentials, never on the command line, which other users can see:\n"
    "  TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, and TENCENTCLOUD_TOKEN if\n"
    "  the keys are temporary; or else the file TENCENTCLOUD_CREDENTIALS_FILE, by\n"
    "  default ~/.tencentcloud/credentials:\n"
    "      [default]\n"
    "      secret_id = ...\n"
    "      secret_key = ...\n"
    "  or /etc/tencentcloud/credentials, or what tccli has in ~/.tccli, or the role\n"
    "  of this machine, a CVM.\n";

static char const program[] =
    "pgtask - the tasks of TencentDB for PostgreSQL\n"
    "\n"
    "Usage:\n"
    "  pgtask list [OPTION]...            list tasks\n"
    "  pgtask show TASK_ID [OPTION]...    show every fact of one task\n"
    "  pgtask watch TASK_ID [OPTION]...   follow a task to its end\n"
    "  pgtask watch --instance ID         follow the tasks of an instance\n"
    "  pgtask led TASK_ID --led DRIVER    show a task with an LED\n"
    "  pgtask check --instance ID         look once, as a plugin of Nagios does\n"
    "  pgtask COMMAND --help              print the options of a command\n"
    "\n"
    "Options of every command:\n";

char const help_examples[] = "  pgtask list --region ap-guangzhou\n"
                             "  pgtask show 120321 --region ap-guangzhou\n"
                             "  pgtask watch 120321 && echo restored\n"
                             "  pgtask led 120321 --led terminal\n";

static void print_text(struct writer *writer, char const *text)
{
    char const *const shown = writer_text(writer, text);

    writer_bytes(writer, shown, strlen(shown));
}

/* A part of a line that stays together. */
struct part {
    size_t bytes;
    size_t columns;
};

/* @return whether no line may begin with the character, as a comma or a closing bracket */
static bool is_closing(uint32_t character)
{
    static uint32_t const marks[] = {0x3001, 0x3002, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF09, 0xFF1F};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (marks[i] == character) {
            return true;
        }
    }
    return false;
}

/* A part is a word without blanks, or one wide character, as of Chinese, which has no blanks. What
 * closes a clause stays with what is before it. */
static struct part find_part(char const *text)
{
    enum { OPENING = 0xFF08 };
    struct part part = {.bytes = 0};
    uint32_t character = 0;
    bool was_wide = false;

    while (text[part.bytes] != '\0' && text[part.bytes] != ' ' && text[part.bytes] != '\n') {
        uint32_t const before = character;
        size_t const bytes = character_read(text + part.bytes, &character);
        bool const is_wide = character_columns(character, 1) == 2;
        if (part.bytes > 0 && (is_wide || was_wide) && !is_closing(character) &&
            before != OPENING) {
            break;
        }
        part.bytes += bytes;
        part.columns += character_columns(character, 1);
        was_wide = is_wide;
    }
    return part;
}

/* Writes a text from column `at` of a line on. Each line after the first begins at `column`. */
static void print_wrapped(struct writer *writer, size_t at, size_t column, char const *text)
{
    bool must_break = at >= column;
    size_t gap = 0;

    while (*text != '\0') {
        struct part const part = find_part(text);
        if (must_break || (at > column && at + gap + part.columns > LAST_COLUMN)) {
            writer_print(writer, "\n");
            at = 0;
        } else if (at > column) {
            writer_blanks(writer, gap);
            at += gap;
        }
        if (at < column) {
            writer_blanks(writer, column - at);
            at = column;
        }
        writer_bytes(writer, text, part.bytes);
        at += part.columns;
        text += part.bytes;
        must_break = *text == '\n';
        gap = *text == ' ' ? 1 : 0;
        text += must_break || gap > 0 ? 1 : 0;
    }
    writer_print(writer, "\n");
}

static void print_option(struct writer *writer, struct option const *option)
{
    char head[2 * OPTION_COLUMN];
    char text[HELP_BYTES];
    struct name_set const *const names = option_names(option);
    char list[NAME_SET_BYTES];

    (void)text_print(head, sizeof head, "  %s%s%s", option->flag,
                     option->value[0] != '\0' ? " " : "", option->value);
    (void)text_print(text, sizeof text, "%s", writer_text(writer, option->help));
    if (names != NULL) {
        (void)text_append(text, sizeof text, " %s", name_set_list(names, list));
    }
    if (option->api_flag[0] != '\0') {
        (void)text_append(text, sizeof text, " (%s)", option->api_flag);
    }
    writer_print(writer, "%s", head);
    if (strlen(head) < OPTION_COLUMN) {
        print_wrapped(writer, strlen(head), OPTION_COLUMN, text);
    } else {
        writer_print(writer, "\n");
        print_wrapped(writer, 0, OPTION_COLUMN, text);
    }
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
        print_wrapped(writer, strlen(head), STATUS_COLUMN, writer_text(writer, row->meaning));
    }
    if ((commands & IN_WATCH) != 0) {
        writer_print(writer, "  With several tasks, the worst one counts: 1, 6, 8, 7, 0.\n");
    }
}

void help_print(struct writer *writer, struct help const *help, enum command_set command)
{
    print_text(writer, help->head);
    for (int section = 0; section < SECTION_COUNT; section++) {
        if (has_section((enum option_section)section, command)) {
            writer_print(writer, "\n%s:\n", writer_text(writer, option_sections[section]));
            print_options(writer, (enum option_section)section, command);
        }
    }
    print_text(writer, help->notes);
    print_text(writer, help_environment);
    print_statuses(writer, command);
    writer_print(writer, "\nExamples:\n");
    writer_bytes(writer, help->examples, strlen(help->examples));
}

void help_print_program(struct writer *writer)
{
    print_text(writer, program);
    for (int section = 0; section < SECTION_COUNT; section++) {
        print_options(writer, (enum option_section)section, IN_EACH);
    }
    print_text(writer, help_environment);
    writer_print(writer, "\nExamples:\n");
    writer_bytes(writer, help_examples, strlen(help_examples));
}

void help_print_version(struct writer *writer)
{
    char mbedtls[PGTASK_MBEDTLS_VERSION_BYTES];

    writer_print(writer, "pgtask %s (%s, API %s)\n", PGTASK_VERSION, PGTASK_API_ACTION,
                 PGTASK_API_VERSION);
    pgtask_mbedtls_version(mbedtls);
    writer_print(writer, "mbedTLS %s%s\n", mbedtls,
                 pgtask_mbedtls_missing(0) == NULL
                     ? ""
                     : writer_text(writer, " of the system, so this is missing:"));
    for (unsigned row = 0; pgtask_mbedtls_missing(row) != NULL; row++) {
        writer_print(writer, "  - %s\n", writer_text(writer, pgtask_mbedtls_missing(row)));
    }
}
