/* SPDX-License-Identifier: MIT */
/* Finds the command, checks its options, and runs it with a session. */
#include "base/dump.h"
#include "base/report.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "command.h"
#include "session/command_line.h"
#include "tasks/times.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct command const *const commands[] = {&command_list, &command_show, &command_watch,
                                                 &command_led, &command_check};

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

/* @return whether the word is the name in another case, or one slip of the finger away from it */
static bool is_almost(char const *typed, char const *name)
{
    char lower[16];
    size_t length = 0;

    for (; length < sizeof lower - 1 && typed[length] != '\0'; length++) {
        bool const is_upper = typed[length] >= 'A' && typed[length] <= 'Z';
        lower[length] = (char)(is_upper ? typed[length] - 'A' + 'a' : typed[length]);
    }
    lower[length] = '\0';
    return typed[length] == '\0' && (strcmp(lower, name) == 0 || text_is_slip(lower, name));
}

/* @return the command that another program has under this name, NULL if there is none */
static char const *find_namesake(char const *typed)
{
    static struct {
        char const *typed;
        char const *meant;
    } const rows[] = {{"ls", "list"},       {"get", "list"},    {"ps", "list"},
                      {"tasks", "list"},    {"query", "list"},  {"DescribeTasks", "list"},
                      {"describe", "show"}, {"status", "show"}, {"info", "show"},
                      {"follow", "watch"},  {"tail", "watch"},  {"wait", "watch"},
                      {"lamp", "led"},      {"light", "led"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].typed, typed) == 0) {
            return rows[i].meant;
        }
    }
    return NULL;
}

static enum exit_status suggest(char const *typed, char const *meant)
{
    report_error("unknown command %s; did you mean %s? See pgtask --help.", typed, meant);
    return EXIT_USAGE;
}

/* A word that names no command may be a secret in the wrong place: it is repeated only if it is
 * close to a command. */
static enum exit_status refuse_command(char const *typed)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (is_almost(typed, commands[i]->name)) {
            return suggest(typed, commands[i]->name);
        }
    }
    if (find_namesake(typed) != NULL) {
        return suggest(typed, find_namesake(typed));
    }
    report_error("unknown command; use list, show, watch, led or check. See pgtask --help.");
    return EXIT_USAGE;
}

/* @param command  NULL if it is not known
 * @param flag     "" if no option is at fault
 * @param cause    a predicate after a flag, else a clause; it may be a question */
static enum exit_status refuse(struct command const *command, char const *flag, char const *cause)
{
    bool const is_question = cause[strlen(cause) - 1] == '?';
    char const *const name = command != NULL ? command->name : "";

    report_error("%s%s%s%s%s%s See pgtask %s%s--help.", name, command != NULL ? ": " : "", flag,
                 flag[0] != '\0' ? " " : "", writer_text(&writer_error, cause),
                 is_question ? "" : writer_text(&writer_error, "."), name,
                 command != NULL ? " " : "");
    return command != NULL && command->is_plugin ? EXIT_CHECK_UNKNOWN : EXIT_USAGE;
}

/* The locale is that of terminal_limit_output(). */
static void warn_of_locale(char const *locale)
{
    if (locale != NULL) {
        report_warning("the locale %s is not one of UTF-8, which pgtask writes: on the terminal, "
                       "characters beyond ASCII become ?. If the terminal can show UTF-8, set "
                       "LC_ALL to such a locale, for example zh_CN.UTF-8",
                       locale);
    }
}

static enum times_zone choose_zone(struct options const *options)
{
    if (options->utc) {
        return TIMES_UTC;
    }
    return options->local ? TIMES_LOCAL : TIMES_SERVICE;
}

static enum exit_status run(struct command const *command, struct options const *options,
                            char const *locale)
{
    static struct session session;

    session.command = command->name;
    char const *const foreign = command_line_find_foreign(options, command->bit);

    if (foreign != NULL) {
        return refuse(command, foreign, "is not an option of this command");
    }
    if (options->utc && options->local) {
        return refuse(command, "", "give either --utc or --local");
    }
    times_use(choose_zone(options));
    char const *const wrong = command->check(options);
    if (wrong != NULL) {
        return refuse(command, "", wrong);
    }
    warn_of_locale(locale);
    if (command->runs_on) {
        report_never_wait();
    }
    signals_catch(command->serves);
    enum exit_status status = session_open(&session, options);
    dump_forbid();
    if (status == EXIT_GOOD) {
        signals_release();
        status = command->run(&session, options);
    } else if (command->is_plugin) {
        status = EXIT_CHECK_UNKNOWN;
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

/* @param name  of the command whose help is asked for; NULL for that of the program */
static enum exit_status print_help_of(char const *name)
{
    struct command const *const command = find_command(name);

    return command != NULL || name == NULL ? print_help(command) : refuse_command(name);
}

#if PGTASK_CHINESE

/* JSON and CSV are in English. */
static void choose_language(struct options const *options)
{
    static enum terminal_language const languages[] = {[0] = TERMINAL_USUAL,
                                                       [OPTIONS_UI_ZH] = TERMINAL_CHINESE,
                                                       [OPTIONS_UI_EN] = TERMINAL_ENGLISH};

    terminal_choose_language(languages[options->ui_language]);
    if (options->output != 0 && options->output != OPTIONS_TABLE) {
        writer_out.is_chinese = false;
    }
}

#else

static void choose_language(struct options const *options)
{
    (void)options;
}

#endif

/* Each word is first read alone, with the next one as its value: that finds the language in which
 * to say what is wrong with the line, even if it stands behind what is wrong. */
static bool read_command_line(int argc, char *const argv[], struct options *options,
                              struct command_line_problem *problem, char const **locale)
{
    struct options first = {.given = 0};

    for (int i = 1; i < argc; i++) {
        char *const words[] = {argv[0], argv[i], i + 1 < argc ? argv[i + 1] : NULL};
        (void)command_line_read(words[2] != NULL ? 3 : 2, words, &first, problem);
    }
    *locale = terminal_limit_output(first.ascii);
    choose_language(&first);
    problem->cause = NULL;
    return command_line_read(argc, argv, options, problem);
}

static enum exit_status start(int argc, char *const argv[])
{
    struct options options = {.given = 0};
    struct command_line_problem problem = {.cause = NULL};
    char const *locale;

    bool const good = read_command_line(argc, argv, &options, &problem, &locale);
    struct command const *const command = find_command(options.command);
    if (command != NULL && command->is_plugin && !options.help) {
        report_as_plugin();
    }
    if (!good) {
        return refuse(command, problem.flag, problem.cause);
    }
    if (options.version) {
        help_print_version(&writer_out);
        (void)writer_flush(&writer_out);
        return exit_status_check_output();
    }
    if (options.command != NULL && strcmp(options.command, "help") == 0) {
        return print_help_of(options.argument);
    }
    if (options.help) {
        return print_help_of(options.command);
    }
    if (options.command == NULL) {
        help_print_program(report_begin());
        (void)writer_flush(&writer_error);
        return EXIT_USAGE;
    }
    return command != NULL ? run(command, &options, locale) : refuse_command(options.command);
}

int main(int argc, char **argv)
{
    signals_hold();
    hold_standard_descriptors();
    return (int)start(argc, argv);
}
