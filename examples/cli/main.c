/* SPDX-License-Identifier: MIT */
/* Finds the command, checks its options, and runs it with a session. */
#include "base/dump.h"
#include "base/report.h"
#include "base/signals.h"
#include "base/text.h"
#include "command.h"
#include "session/command_line.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct command const *const commands[] = {&command_list, &command_show, &command_watch,
                                                 &command_led};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

/* If a standard descriptor is closed, the next socket would take its number and receive our
 * output. Read-only, so that writing to it still fails. */
static void hold_standard_descriptors(void)
{
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
        if (fcntl(i, F_GETFD) < 0) {
            (void)open("/dev/null", O_RDONLY);
        }
    }
}

static struct command const *find_command(char const *name)
{
    for (size_t i = 0; name != NULL && i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

/* A word that is no command may be a secret in the wrong place: it is repeated only if it is close
 * to a command. */
static enum exit_status refuse_command(char const *typed)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (text_is_slip(typed, commands[i]->name)) {
            report_error("unknown command %s; did you mean %s? See pgtask --help.", typed,
                         commands[i]->name);
            return EXIT_USAGE;
        }
    }
    report_error("unknown command; use list, show, watch or led. See pgtask --help.");
    return EXIT_USAGE;
}

/* @param command  NULL if it is not known
 * @param cause    a clause; it may be a question */
static enum exit_status refuse(struct command const *command, char const *subject,
                               char const *cause)
{
    bool const is_question = cause[strlen(cause) - 1] == '?';
    char see[32] = "--help";

    if (command != NULL) {
        (void)text_print(see, sizeof see, "%s --help", command->name);
    }
    report_error("%s: %s%s See pgtask %s.", subject, cause, is_question ? "" : ".", see);
    return EXIT_USAGE;
}

static enum exit_status refuse_line(struct command const *command,
                                    struct command_line_problem const *problem)
{
    char const *const place = command != NULL ? command->name : "command line";

    return refuse(command, problem->flag[0] != '\0' ? problem->flag : place, problem->cause);
}

static enum exit_status run(struct command const *command, struct options const *options)
{
    static struct session session;
    char const *const foreign = command_line_find_foreign(options, command->bit);

    if (foreign != NULL) {
        report_error("%s: pgtask %s does not take this option. See pgtask %s --help.", foreign,
                     command->name, command->name);
        return EXIT_USAGE;
    }
    char const *const wrong = command->check(options);
    if (wrong != NULL) {
        return refuse(command, command->name, wrong);
    }
    if (command->runs_on) {
        report_never_wait();
    }
    signals_catch(command->serves);
    enum exit_status status = session_open(&session, options);
    dump_forbid();
    if (status == EXIT_GOOD) {
        signals_release();
        status = command->run(&session, options);
    }
    session_close(&session);
    writer_settle(&writer_error);
    return status;
}

static enum exit_status print_help(struct command const *command)
{
    if (command != NULL) {
        help_print(&writer_out, &command->help, command->bit);
    } else {
        help_print_program(&writer_out);
    }
    (void)writer_flush(&writer_out);
    return exit_status_check_output();
}

static enum exit_status start(int argc, char *const argv[])
{
    struct options options = {.given = 0};
    struct command_line_problem problem = {.cause = NULL};

    bool const good = command_line_read(argc, argv, &options, &problem);
    struct command const *const command = find_command(options.command);
    if (!good) {
        return refuse_line(command, &problem);
    }
    if (options.version) {
        help_print_version(&writer_out);
        (void)writer_flush(&writer_out);
        return exit_status_check_output();
    }
    if (options.help && (command != NULL || options.command == NULL)) {
        return print_help(command);
    }
    if (options.command == NULL) {
        help_print_program(report_begin());
        (void)writer_flush(&writer_error);
        return EXIT_USAGE;
    }
    return command != NULL ? run(command, &options) : refuse_command(options.command);
}

int main(int argc, char **argv)
{
    signals_hold();
    hold_standard_descriptors();
    return (int)start(argc, argv);
}
