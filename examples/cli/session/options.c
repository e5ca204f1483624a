/* SPDX-License-Identifier: MIT */
#include "session/options.h"

#include "base/text.h"

#include <pgtask/task.h>

#include <string.h>

enum kind {
    KIND_FLAG,    /* bool, takes no value */
    KIND_TEXT,    /* char const * */
    KIND_UINT32,  /* `least` or more */
    KIND_UINT64,  /* `least` or more */
    KIND_SECONDS, /* uint32_t, milliseconds, `least` or more */
    KIND_HOST,    /* struct host, a name */
    KIND_ADDRESS, /* struct host, a name or an address */
    KIND_CHOICE,  /* uint8_t, from 1 */
    KIND_TYPES    /* uint32_t, a bit for each name of a list */
};

struct choices {
    char const *texts[3];
    char const *wrong; /* said of any other text */
};

static struct choices const order_bys = {{"StartTime", "EndTime"}, "must be StartTime or EndTime"};
static struct choices const orders = {{"desc", "asc"}, "must be asc or desc"};
static struct choices const outputs = {{"table", "json", "jsonl"}, "must be table, json or jsonl"};
static struct choices const languages = {{"zh-CN", "en-US"}, "must be zh-CN or en-US"};

struct option {
    char const *flag;
    char const *api_flag; /* as tccli spells it, or NULL */
    enum kind kind;
    uint8_t least;
    size_t at; /* in struct options */
    struct choices const *choices;
};

#define AT(member) offsetof(struct options, member)

static struct option const table[] = {
    [OPTION_TASK_ID] = {"--task-id", "--TaskId", KIND_UINT64, 1, AT(task_id), NULL},
    [OPTION_INSTANCE] = {"--instance", "--DBInstanceId", KIND_TEXT, 0, AT(instance), NULL},
    [OPTION_MIN_START] = {"--min-start", "--MinStartTime", KIND_TEXT, 0, AT(min_start), NULL},
    [OPTION_MAX_START] = {"--max-start", "--MaxStartTime", KIND_TEXT, 0, AT(max_start), NULL},
    [OPTION_LIMIT] = {"--limit", "--Limit", KIND_UINT32, 1, AT(limit), NULL},
    [OPTION_OFFSET] = {"--offset", "--Offset", KIND_UINT64, 0, AT(offset), NULL},
    [OPTION_ORDER_BY] = {"--order-by", "--OrderBy", KIND_CHOICE, 0, AT(order_by), &order_bys},
    [OPTION_ORDER] = {"--order", "--OrderByType", KIND_CHOICE, 0, AT(order), &orders},
    [OPTION_ALL] = {"--all", NULL, KIND_FLAG, 0, AT(all), NULL},
    [OPTION_COUNT] = {"--count", NULL, KIND_UINT32, 1, AT(count), NULL},
    [OPTION_INTERVAL] = {"--interval", NULL, KIND_SECONDS, 0, AT(interval_ms), NULL},
    [OPTION_LED] = {"--led", NULL, KIND_TEXT, 0, AT(led), NULL},
    [OPTION_METRICS_FILE] = {"--metrics-file", NULL, KIND_TEXT, 0, AT(metrics_file), NULL},
    [OPTION_SHOW_SUCCESS] = {"--show-success", NULL, KIND_SECONDS, 0, AT(show_success_ms), NULL},
    [OPTION_IDLE] = {"--idle", NULL, KIND_SECONDS, 1, AT(idle_ms), NULL},
    [OPTION_STALE] = {"--stale", NULL, KIND_SECONDS, 1, AT(stale_ms), NULL},
    [OPTION_UNTIL_DONE] = {"--until-done", NULL, KIND_FLAG, 0, AT(until_done), NULL},
    [OPTION_MAX_WAIT] = {"--max-wait", NULL, KIND_SECONDS, 1, AT(max_wait_ms), NULL},
    [OPTION_EXEC] = {"--exec", NULL, KIND_TEXT, 0, AT(exec), NULL},
    [OPTION_TYPE] = {"--type", NULL, KIND_TYPES, 0, AT(task_types), NULL},
    [OPTION_OUTPUT] = {"--output", NULL, KIND_CHOICE, 0, AT(output), &outputs},
    [OPTION_REGION] = {"--region", NULL, KIND_TEXT, 0, AT(region), NULL},
    [OPTION_ENDPOINT] = {"--endpoint", NULL, KIND_HOST, 0, AT(endpoint), NULL},
    [OPTION_CONNECT] = {"--connect", NULL, KIND_ADDRESS, 0, AT(connect), NULL},
    [OPTION_CA_FILE] = {"--ca-file", NULL, KIND_TEXT, 0, AT(ca_file), NULL},
    [OPTION_TIMEOUT] = {"--timeout", NULL, KIND_SECONDS, 1, AT(timeout_ms), NULL},
    [OPTION_ATTEMPTS] = {"--attempts", NULL, KIND_UINT32, 1, AT(attempts), NULL},
    [OPTION_LANGUAGE] = {"--language", NULL, KIND_CHOICE, 0, AT(language), &languages},
    [OPTION_VERBOSE] = {"--verbose", NULL, KIND_FLAG, 0, AT(verbose), NULL},
    [OPTION_HELP] = {"--help", NULL, KIND_FLAG, 0, AT(help), NULL},
    [OPTION_VERSION] = {"--version", NULL, KIND_FLAG, 0, AT(version), NULL},
};

#define OPTION_COUNT_OF_ALL (sizeof table / sizeof table[0])

static bool is_word(char const *text, size_t length, char const *word)
{
    return word != NULL && strlen(word) == length && memcmp(text, word, length) == 0;
}

static struct option const *find(char const *flag, size_t length)
{
    for (size_t i = 0; i < OPTION_COUNT_OF_ALL; i++) {
        if (is_word(flag, length, table[i].flag) || is_word(flag, length, table[i].api_flag)) {
            return &table[i];
        }
    }
    return NULL;
}

/* Dashes, underscores and case aside: --secretId, --secret-key, --SECURITY_TOKEN, --password. */
static bool looks_like_credential(char const *flag, size_t length)
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

static char const *store_choice(struct choices const *choices, void *place, char const *value)
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

static bool find_type(char const *name, size_t length, unsigned *type)
{
    static char const *const names[] = {
        [PGTASK_TASK_TYPE_OTHER] = "other",
        [PGTASK_TASK_TYPE_RESTORE_DATABASE] = "RestoreDatabase",
        [PGTASK_TASK_TYPE_CLONE_INSTANCE] = "CloneInstance",
        [PGTASK_TASK_TYPE_RESTART_INSTANCE] = "RestartInstance",
        [PGTASK_TASK_TYPE_DESTROY_INSTANCE] = "DestroyInstance",
        [PGTASK_TASK_TYPE_MODIFY_INSTANCE_PARAMS] = "ModifyInstanceParams",
    };

    for (*type = 0; *type < sizeof names / sizeof names[0]; (*type)++) {
        if (is_word(name, length, names[*type])) {
            return true;
        }
    }
    return false;
}

static char const *store_types(void *place, char const *value)
{
    uint32_t *const types = place;
    unsigned type;

    for (bool last = false; !last;) {
        size_t const length = strcspn(value, ",");
        if (!find_type(value, length, &type)) {
            return "must be of RestoreDatabase, CloneInstance, RestartInstance, DestroyInstance, "
                   "ModifyInstanceParams and other, with commas between";
        }
        *types |= UINT32_C(1) << type;
        last = value[length] == '\0';
        value += length + 1;
    }
    return NULL;
}

static char const *store_host(struct option const *option, void *place, char const *value)
{
    if (option->kind == KIND_HOST && value[0] == '[') {
        return "must be a host name; say with --connect to which address to go";
    }
    return host_read(value, place);
}

/* `value` is NULL for a flag without one. */
static char const *store(struct option const *option, struct options *options, char const *value)
{
    void *const place = (char *)options + option->at;

    switch (option->kind) {
    case KIND_FLAG: *(bool *)place = true; return NULL;
    case KIND_TEXT: *(char const **)place = value; return NULL;
    case KIND_UINT32:
    case KIND_UINT64: return store_number(option, place, value);
    case KIND_SECONDS: return store_seconds(option, place, value);
    case KIND_HOST:
    case KIND_ADDRESS: return store_host(option, place, value);
    case KIND_CHOICE: return store_choice(option->choices, place, value);
    case KIND_TYPES: return store_types(place, value);
    }
    return NULL;
}

/* @param next  the argument after this one, NULL at the end; @param used  set: it was the value */
static char const *read_flag(char const *flag, char const *next, struct options *options,
                             bool *used)
{
    size_t const length = strcspn(flag, "=");
    struct option const *option = find(flag, length);
    char const *value = flag[length] == '=' ? flag + length + 1 : NULL;

    if (option == NULL) {
        return looks_like_credential(flag, length)
                   ? "keys are not taken from the command line, where others can see them; put "
                     "them into TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY (and "
                     "TENCENTCLOUD_TOKEN) or ~/.tencentcloud/credentials"
                   : "no such option";
    }
    uint64_t const bit = OPTIONS_ONE(option - table);
    if (option->kind == KIND_FLAG) {
        if (value != NULL) {
            return "takes no value";
        }
    } else {
        if ((options->given & bit) != 0) {
            return "given twice";
        }
        if (value == NULL && next != NULL && strncmp(next, "--", 2) != 0) {
            value = next;
            *used = true;
        }
        if (value == NULL || value[0] == '\0') {
            return "needs a value";
        }
    }
    options->given |= bit;
    return store(option, options, value);
}

static char const *read_argument(char const *argument, struct options *options)
{
    if (options->command == NULL) {
        options->command = argument;
    } else if (options->argument == NULL) {
        options->argument = argument;
    } else {
        return "too many arguments; a time with a blank in it needs quotes";
    }
    return NULL;
}

static void name_flag(struct options_problem *problem, char const *argument)
{
    size_t length = strcspn(argument, "=");

    if (length >= sizeof problem->flag) {
        length = sizeof problem->flag - 1;
    }
    memcpy(problem->flag, argument, length);
    problem->flag[length] = '\0';
}

bool options_read(int argc, char *const argv[], struct options *options,
                  struct options_problem *problem)
{
    bool options_ended = false;

    for (int i = 1; i < argc; i++) {
        char const *const argument = argv[i];
        char const *const next = i + 1 < argc ? argv[i + 1] : NULL;
        bool const is_flag = !options_ended && argument[0] == '-' && argument[1] != '\0';
        bool used = false;

        if (is_flag && strcmp(argument, "--") == 0) {
            options_ended = true;
            continue;
        }
        if (!is_flag) {
            problem->cause = read_argument(argument, options);
        } else if (strcmp(argument, "-h") == 0) {
            problem->cause = read_flag("--help", NULL, options, &used);
        } else if (strncmp(argument, "--", 2) == 0) {
            problem->cause = read_flag(argument, next, options, &used);
        } else {
            problem->cause = "no such option; options begin with two dashes";
        }
        if (problem->cause != NULL) {
            name_flag(problem, is_flag ? argument : "");
            return false;
        }
        i += used ? 1 : 0;
    }
    return true;
}

bool options_has(struct options const *options, enum options_name name)
{
    return (options->given & OPTIONS_ONE(name)) != 0;
}

bool options_task_id(struct options const *options, uint64_t *task_id)
{
    *task_id = options->task_id;
    return options->argument == NULL || text_to_uint64(options->argument, task_id);
}

char const *options_flag(enum options_name name)
{
    return table[name].flag;
}
