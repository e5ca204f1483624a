/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "help.h"
#include "base/signals.h"
#include "base/writer.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct command const *const commands[] = {&command_list, &command_show, &command_led,
                                                 &command_watch};

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

static enum status refuse(struct command const *command, char const *subject, char const *clause)
{
    writer_complain(subject, clause, command != NULL ? command->advice : "See pgtask --help.");
    return STATUS_USAGE;
}

static void print(struct writer *writer, char const *const *parts)
{
    for (; *parts != NULL; parts++) {
        writer_text(writer, *parts);
    }
    (void)writer_flush(writer);
}

/* @return an option given that the command does not take, or NULL */
static char const *find_foreign(struct command const *command, struct options const *options)
{
    uint64_t const foreign = options->given & ~(command->options | OPTIONS_GLOBAL);

    for (unsigned i = OPTION_TASK_ID; i <= OPTION_VERSION; i++) {
        if ((foreign >> i & 1) != 0) {
            return options_flag((enum options_name)i);
        }
    }
    return NULL;
}

static enum status run(struct command const *command, struct options const *options)
{
    static struct session session;
    char const *const foreign = find_foreign(command, options);

    if (foreign != NULL) {
        return refuse(command, foreign, "this command does not take this option");
    }
    char const *const wrong = command->check(options);
    if (wrong != NULL) {
        return refuse(command, command->name, wrong);
    }
    signals_catch();
    if (command->serves) {
        signals_serve();
    } else {
        signals_release();
    }
    enum status status = session_open(&session, options);
    if (status == STATUS_GOOD) {
        signals_release();
        status = command->run(&session, options);
    }
    session_close(&session);
    return status;
}

static enum status start(int argc, char *const argv[])
{
    static char const *const version[] = {help_version, NULL};
    struct options options = {.given = 0};
    struct options_problem problem;

    bool const good = options_read(argc, argv, &options, &problem);
    struct command const *const command = find_command(options.command);
    if (!good) {
        return refuse(command, problem.flag[0] != '\0' ? problem.flag : NULL, problem.cause);
    }
    if (options.version) {
        print(&writer_out, version);
        return session_judge_output();
    }
    if (options.help && (command != NULL || options.command == NULL)) {
        print(&writer_out, command != NULL ? command->help : help_program);
        return session_judge_output();
    }
    if (options.command == NULL) {
        print(&writer_error, help_program);
        return STATUS_USAGE;
    }
    return command != NULL
               ? run(command, &options)
               : refuse(NULL, NULL, "no such command; there are list, show, watch and led");
}

int main(int argc, char **argv)
{
    signals_hold();
    hold_standard_descriptors();
    return (int)start(argc, argv);
}
