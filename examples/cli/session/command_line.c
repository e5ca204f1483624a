/* SPDX-License-Identifier: MIT */
/* Each argument is an option, its value, or one of two words: the command and its argument. */
#include "session/command_line.h"

#include "base/text.h"
#include "base/writer.h"
#include "session/option_table.h"

#include <string.h>

/* `--out` is begun enough for --output to be meant. */
enum { LEAST_BEGUN = 4 };

#define BIT(name) (UINT64_C(1) << (name))

/* Room for a cause that names task types or an option. */
static char cause[NAME_SET_BYTES + 96];

static bool is_word(char const *text, size_t length, char const *word)
{
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

static struct option const *find(char const *flag, size_t length)
{
    for (size_t i = 0; i < option_table_count; i++) {
        struct option const *const option = &option_table[i];
        if (is_word(flag, length, option->flag) || is_word(flag, length, option->api_flag)) {
            return option;
        }
    }
    return NULL;
}

/* Dashes, underscores and case do not count: --secretId, --secret-key, --SECURITY_TOKEN. */
static bool may_be_credential(char const *flag, size_t length)
{
    static char const *const words[] = {"secret", "token", "password", "credential", "akid"};
    char plain[64];
    size_t count = 0;

    for (size_t i = 0; i < length && count < sizeof plain - 1; i++) {
        if (flag[i] != '-' && flag[i] != '_') {
            bool const upper = flag[i] >= 'A' && flag[i] <= 'Z';
            plain[count++] = (char)(upper ? flag[i] - 'A' + 'a' : flag[i]);
        }
    }
    plain[count] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(plain, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static char const *store_choice(struct option_choices const *choices, void *place,
                                char const *value)
{
    uint8_t *const choice = place;

    for (uint8_t i = 0; i < sizeof choices->texts / sizeof choices->texts[0]; i++) {
        if (choices->texts[i] != NULL && strcmp(choices->texts[i], value) == 0) {
            *choice = (uint8_t)(i + 1);
            return NULL;
        }
    }
    return choices->wrong;
}

static char const *store_number(struct option const *option, void *place, char const *value)
{
    uint64_t number;

    if (!text_to_uint64(value, &number)) {
        return "must be a whole number in decimal digits, below 2^64";
    }
    if (option->most != 0 && (number < option->least || number > option->most)) {
        (void)text_print(cause, sizeof cause, writer_text(&writer_error, "must be %u to %u"),
                         (unsigned)option->least, (unsigned)option->most);
        return cause;
    }
    if (number < option->least) {
        return "must be 1 or more";
    }
    if (option->kind == KIND_UINT64) {
        uint64_t *const wide = place;
        *wide = number;
        return NULL;
    }
    if (number > UINT32_MAX) {
        return "is too large";
    }
    uint32_t *const narrow = place;
    *narrow = (uint32_t)number;
    return NULL;
}

static char const *store_seconds(struct option const *option, void *place, char const *value)
{
    uint32_t *const milliseconds = place;

    if (!text_to_milliseconds(value, milliseconds)) {
        return "must be seconds such as 60 or 0.25, to the millisecond, at most 4294967";
    }
    return *milliseconds < option->least ? "must be more than 0" : NULL;
}

static char const *store_names(struct option const *option, void *place, char const *value)
{
    struct name_set const *const set = option_names(option);
    char names[NAME_SET_BYTES];

    if (name_set_read(set, value, place)) {
        return NULL;
    }
    (void)text_print(
        cause, sizeof cause,
        writer_text(&writer_error, "must be one or more of %s, with commas between them"),
        name_set_list(set, names));
    return cause;
}

static char const *store_host(struct option const *option, void *place, char const *value)
{
    if (option->kind == KIND_HOST && value[0] == '[') {
        return "must be a host name; use --connect for an address";
    }
    return host_port_read(value, place);
}

/* `value` is NULL for a flag without one. */
static char const *store(struct option const *option, struct options *options, char const *value)
{
    void *const place = (char *)options + option->at;

    switch (option->kind) {
    case KIND_FLAG: *(bool *)place = true; return NULL;
    case KIND_TEXT:
    case KIND_PATH:
    case KIND_TIME: *(char const **)place = value; return NULL;
    case KIND_UINT32:
    case KIND_UINT64: return store_number(option, place, value);
    case KIND_SECONDS: return store_seconds(option, place, value);
    case KIND_HOST:
    case KIND_ADDRESS: return store_host(option, place, value);
    case KIND_CHOICE: return store_choice(option->choices, place, value);
    case KIND_TYPES:
    case KIND_STATUSES: return store_names(option, place, value);
    }
    return NULL;
}

static char const *refuse_unknown(char const *flag, size_t length)
{
    char typed[24] = "";

    if (may_be_credential(flag, length)) {
        return "is refused, because other users can see the command line; set "
               "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY instead";
    }
    if (length < sizeof typed) {
        memcpy(typed, flag, length);
    }
    for (size_t i = 0; i < option_table_count; i++) {
        char const *const flag_meant = option_table[i].flag;
        bool const is_begun = length >= LEAST_BEGUN && length < sizeof typed &&
                              strncmp(flag_meant, typed, length) == 0;
        if (is_begun || text_is_slip(typed, flag_meant)) {
            (void)text_print(cause, sizeof cause,
                             writer_text(&writer_error, "is an unknown option; did you mean %s?"),
                             option_table[i].flag);
            return cause;
        }
    }
    return "is an unknown option";
}

/* @param next  the argument after this one, NULL at the end
 * @param used  set if `next` was the value */
static char const *read_flag(char const *flag, char const *next, struct options *options,
                             bool *used)
{
    size_t const length = strcspn(flag, "=");
    struct option const *const option = find(flag, length);
    char const *value = flag[length] == '=' ? flag + length + 1 : NULL;

    if (option == NULL) {
        return refuse_unknown(flag, length);
    }
    if (option->kind == KIND_FLAG) {
        if (value != NULL) {
            return "takes no value";
        }
    } else {
        if (value == NULL && next != NULL && strncmp(next, "--", 2) != 0) {
            value = next;
            *used = true;
        }
        if (value == NULL || value[0] == '\0') {
            return "needs a value";
        }
    }
    options->given |= BIT(option->name);
    return store(option, options, value);
}

/* @param follows_time  whether it stands right after the value of an option that takes a time */
static char const *read_argument(char const *argument, struct options *options, bool follows_time)
{
    if (options->command == NULL) {
        options->command = argument;
    } else if (options->argument == NULL) {
        options->argument = argument;
        options->may_be_split_time = follows_time;
    } else {
        return follows_time ? "too many arguments; put quotes around a time" : "too many arguments";
    }
    return NULL;
}

/* @return the flag that a letter stands for, NULL if it stands for none */
static char const *find_letter(char letter)
{
    for (size_t i = 0; i < option_letter_count; i++) {
        if (option_letters[i].letter == letter) {
            return option_letters[i].flag;
        }
    }
    return NULL;
}

/* Reads a letter after one dash, with its value behind it or in the next argument: `-ojson`,
 * `-o json`. */
static char const *read_letter(char const *argument, char const *next, struct options *options,
                               bool *used)
{
    char const *const flag = find_letter(argument[1]);
    char const *const rest = argument + 2;

    if (flag == NULL) {
        return strcmp(argument, "-v") == 0 ? "is an unknown option; use --version or --verbose"
                                           : "is an unknown option; most begin with two dashes";
    }
    struct option const *const option = find(flag, strlen(flag));
    if (rest[0] == '\0') {
        return read_flag(flag, next, options, used);
    }
    if (option->kind == KIND_FLAG) {
        return "takes no value";
    }
    options->given |= BIT(option->name);
    return store(option, options, rest);
}

static bool takes_time(char const *flag)
{
    struct option const *const option = find(flag, strcspn(flag, "="));

    return option != NULL && option->kind == KIND_TIME;
}

/* What is behind a letter may be a secret in the wrong place. */
static void keep_flag(struct command_line_problem *problem, char const *argument)
{
    bool const is_letter = argument[0] == '-' && strncmp(argument, "--", 2) != 0;
    size_t length = is_letter ? 2 : strcspn(argument, "=");

    if (length >= sizeof problem->flag) {
        length = sizeof problem->flag - 1;
    }
    memcpy(problem->flag, argument, length);
    problem->flag[length] = '\0';
}

bool command_line_read(int argc, char *const argv[], struct options *options,
                       struct command_line_problem *problem)
{
    bool options_ended = false;
    bool follows_time = false;

    for (int i = 1; i < argc; i++) {
        char const *const argument = argv[i];
        char const *const next = i + 1 < argc ? argv[i + 1] : NULL;
        bool const is_flag = !options_ended && argument[0] == '-' && argument[1] != '\0';
        bool used = false;

        if (is_flag && strcmp(argument, "--") == 0) {
            options_ended = true;
            follows_time = false;
            continue;
        }
        if (!is_flag) {
            problem->cause = read_argument(argument, options, follows_time);
        } else if (argument[1] == '-') {
            problem->cause = read_flag(argument, next, options, &used);
        } else {
            problem->cause = read_letter(argument, next, options, &used);
        }
        if (problem->cause != NULL) {
            keep_flag(problem, is_flag ? argument : "");
            return false;
        }
        follows_time = is_flag && takes_time(argument);
        i += used ? 1 : 0;
    }
    return true;
}

char const *command_line_find_foreign(struct options const *options, unsigned command)
{
    uint64_t foreign = options->given;

    for (size_t i = 0; i < option_table_count; i++) {
        if ((option_table[i].commands & command) != 0) {
            foreign &= ~BIT(option_table[i].name);
        }
    }
    for (size_t i = 0; i < option_table_count; i++) {
        if ((foreign & BIT(option_table[i].name)) != 0) {
            return option_table[i].flag;
        }
    }
    return NULL;
}
