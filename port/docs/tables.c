/* SPDX-License-Identifier: MIT */
/* Prints the client's tables as JSON: its commands, options and exit statuses, with the texts of
 * --help. make_docs.py makes man pages, completions and the README's tables from it. */
#include "base/writer.h"
#include "command.h"
#include "session/exit_status.h"
#include "session/option_table.h"

#include <pgtask/version.h>

#include <string.h>

static struct command const *const commands[] = {&command_list, &command_show, &command_watch,
                                                 &command_led, &command_check};
static struct writer *const out = &writer_out;

static char const *const kinds[] = {
    [KIND_FLAG] = "flag",       [KIND_TEXT] = "text",     [KIND_PATH] = "path",
    [KIND_TIME] = "time",       [KIND_UINT32] = "number", [KIND_UINT64] = "number",
    [KIND_SECONDS] = "seconds", [KIND_HOST] = "host",     [KIND_ADDRESS] = "host",
    [KIND_CHOICE] = "choice",   [KIND_TYPES] = "names",   [KIND_STATUSES] = "names",
};

static void print_member(char const *name, char const *text)
{
    writer_json(out, name);
    writer_print(out, ": ");
    writer_json(out, text);
}

/* The names of the commands in a set. */
static void print_commands(unsigned set)
{
    char const *before = "";

    writer_print(out, "\"commands\": [");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if ((set & commands[i]->bit) != 0) {
            writer_print(out, "%s", before);
            writer_json(out, commands[i]->name);
            before = ", ";
        }
    }
    writer_print(out, "]");
}

static void print_names(struct name_set const *names)
{
    for (size_t i = 0; names != NULL && i < names->count; i++) {
        writer_print(out, "%s", i > 0 ? ", " : "");
        writer_json(out, names->rows[i].name);
    }
}

static void print_choices(struct option const *option)
{
    struct option_choices const *const choices = option->choices;

    writer_print(out, ", \"choices\": [");
    print_names(option_names(option));
    for (size_t i = 0; choices != NULL && i < sizeof choices->texts / sizeof choices->texts[0];
         i++) {
        if (choices->texts[i] != NULL) {
            writer_print(out, "%s", i > 0 ? ", " : "");
            writer_json(out, choices->texts[i]);
        }
    }
    writer_print(out, "]");
}

/* The letter that does the same as the option, "" if there is none. */
static void print_letter(struct option const *option)
{
    char text[2] = "";

    for (size_t i = 0; i < option_letter_count; i++) {
        if (strcmp(option_letters[i].flag, option->flag) == 0) {
            text[0] = option_letters[i].letter;
        }
    }
    print_member("letter", text);
    writer_print(out, ", ");
}

static void print_option(struct option const *option)
{
    print_letter(option);
    print_member("flag", option->flag);
    writer_print(out, ", ");
    print_member("api_flag", option->api_flag);
    writer_print(out, ", ");
    print_member("value", option->value);
    writer_print(out, ", ");
    print_member("kind", kinds[option->kind]);
    writer_print(out, ", ");
    print_member("section", option_sections[option->section]);
    writer_print(out, ", ");
    print_commands(option->commands);
    print_choices(option);
    writer_print(out, ", ");
    print_member("help", option->help);
}

static void print_command(struct command const *command)
{
    print_member("name", command->name);
    writer_print(out, ", ");
    print_member("head", command->help.head);
    writer_print(out, ", ");
    print_member("notes", command->help.notes);
    writer_print(out, ", ");
    print_member("examples", command->help.examples);
}

static void print_status(struct exit_status_row const *row)
{
    writer_print(out, "\"status\": \"%s", row->status == EXIT_SIGNAL ? "128+N" : "");
    if (row->status != EXIT_SIGNAL) {
        writer_print(out, "%u", (unsigned)row->status);
    }
    writer_print(out, "\", ");
    print_commands(row->commands);
    writer_print(out, ", ");
    print_member("meaning", row->meaning);
}

static void begin_row(size_t row)
{
    writer_print(out, "%s  {", row > 0 ? "},\n" : "");
}

int main(void)
{
    writer_print(out, "{");
    print_member("version", PGTASK_VERSION);
    writer_print(out, ",\n");
    print_member("environment", help_environment);
    writer_print(out, ",\n");
    print_member("examples", help_examples);
    writer_print(out, ",\n\"commands\": [\n");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        begin_row(i);
        print_command(commands[i]);
    }
    writer_print(out, "}],\n\"options\": [\n");
    for (size_t i = 0; i < option_table_count; i++) {
        begin_row(i);
        print_option(&option_table[i]);
    }
    writer_print(out, "}],\n\"statuses\": [\n");
    for (size_t i = 0; i < exit_status_row_count; i++) {
        begin_row(i);
        print_status(&exit_status_rows[i]);
    }
    writer_print(out, "}]}\n");
    return writer_flush(out) ? 0 : 1;
}
