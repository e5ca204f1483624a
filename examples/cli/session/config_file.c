/* SPDX-License-Identifier: MIT */
/* One walk over the file. Each entry that counts overwrites the one before it, except that an entry
 * of "default" never overwrites one of the chosen profile. */
#include "session/config_file.h"

#include "base/file.h"
#include "base/ini.h"
#include "base/report.h"
#include "base/text.h"
#include "session/command_set.h"
#include "session/option_table.h"
#include "session/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char const general[] = "default";

/* What the file says so far. */
static struct {
    char region[64];
    struct host_port endpoint;
    uint8_t output; /* enum options_output */
    bool is_own[3]; /* whether region, endpoint and output are from the profile's own section */
} found;

enum entry { REGION, ENDPOINT, OUTPUT, ENTRIES };

/* @return whether there is a place for the file at all */
static bool write_path(char path[PROBLEM_PATH_BYTES])
{
    char const *const folder = getenv("XDG_CONFIG_HOME");
    char const *const home = getenv("HOME");

    if (folder != NULL && folder[0] == '/') {
        return text_print(path, PROBLEM_PATH_BYTES, "%s/pgtask/config", folder);
    }
    return home != NULL && home[0] == '/' &&
           text_print(path, PROBLEM_PATH_BYTES, "%s/.config/pgtask/config", home);
}

static char const *take_region(char const *value)
{
    static char const characters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

    if (value[0] == '\0' || value[strspn(value, characters)] != '\0' ||
        !text_print(found.region, sizeof found.region, "%s", value)) {
        return "this is not a region; a region has only letters, digits and '-', such as "
               "ap-guangzhou";
    }
    return NULL;
}

static char const *take_endpoint(char const *value)
{
    return value[0] == '[' ? "must be a host name" : host_port_read(value, &found.endpoint);
}

static char const *take_output(char const *value)
{
    for (size_t i = 0; i < option_table_count; i++) {
        struct option_choices const *const choices = option_table[i].choices;
        if (option_table[i].name != OPTION_OUTPUT) {
            continue;
        }
        for (uint8_t j = 0; j < sizeof choices->texts / sizeof choices->texts[0]; j++) {
            if (choices->texts[j] != NULL && strcmp(choices->texts[j], value) == 0) {
                found.output = (uint8_t)(j + 1);
                return NULL;
            }
        }
        return choices->wrong;
    }
    return NULL;
}

/* @return what is wrong with the entry, as a clause; NULL if nothing is */
static char const *take(struct ini const *ini, char const *profile)
{
    static struct {
        char const *key;
        char const *(*take)(char const *value);
    } const rows[ENTRIES] = {
        {"region", take_region}, {"endpoint", take_endpoint}, {"output", take_output}};
    bool const is_own = strcmp(ini->section, profile) == 0;

    for (size_t i = 0; i < ENTRIES; i++) {
        if (strcmp(ini->key, rows[i].key) != 0) {
            continue;
        }
        if (!is_own && (found.is_own[i] || strcmp(ini->section, general) != 0)) {
            return NULL;
        }
        found.is_own[i] = is_own;
        return rows[i].take(ini->value);
    }
    return "this key is unknown; use region, endpoint or output";
}

/* The command's own check refuses a format that it cannot print: only an option may ask for it. */
static bool may_print(uint8_t output, unsigned command)
{
    bool const is_watch = command == IN_WATCH;

    return (command & (IN_LIST | IN_SHOW)) != 0 ||
           (is_watch && (output == OPTIONS_TABLE || output == OPTIONS_JSONL));
}

/* A variable counts before the file, unless the option has chosen the section. */
static bool counts(enum entry entry, char const *variable, struct profile const *profile)
{
    return getenv(variable) == NULL || (profile->is_option && found.is_own[entry]);
}

static void fill_in(struct options *options, struct profile const *profile, unsigned command)
{
    if (options->region == NULL && found.region[0] != '\0' &&
        counts(REGION, "TENCENTCLOUD_REGION", profile)) {
        options->region = found.region;
    }
    if (options->endpoint.name[0] == '\0' && found.endpoint.name[0] != '\0' &&
        counts(ENDPOINT, "PGTASK_ENDPOINT", profile)) {
        options->endpoint = found.endpoint;
    }
    if (options->output == 0 && may_print(found.output, command)) {
        options->output = found.output;
    }
}

static enum exit_status read_file(char const *path, int descriptor, char const *profile)
{
    struct ini ini = {.descriptor = descriptor};
    enum ini_line line;
    char const *wrong = NULL;

    while (wrong == NULL && ((line = ini_next(&ini)) == INI_ENTRY || line == INI_SECTION)) {
        if (line == INI_ENTRY) {
            wrong = take(&ini, profile);
        } else if (ini.section[0] == '\0') {
            wrong = "this line is no section";
        }
    }
    if (wrong == NULL && line != INI_END) {
        wrong = ini_cause(line);
    }
    if (wrong != NULL) {
        report_error("%s:%u: %s.", path, ini.line, writer_text(&writer_error, wrong));
    }
    ini_wipe(&ini);
    return wrong == NULL ? EXIT_GOOD : EXIT_USAGE;
}

enum exit_status config_file_apply(struct options *options, unsigned command)
{
    char path[PROBLEM_PATH_BYTES];
    struct profile profile;
    struct problem problem;

    /* A name that cannot be one is reported with the keys. */
    if (!write_path(path) || !profile_choose(&profile, options->profile, &problem)) {
        return EXIT_GOOD;
    }
    int const descriptor = file_open(path, O_RDONLY, 0);
    if (descriptor == FILE_NOT_REGULAR) {
        report_error("%s: " FILE_MUST_BE_REGULAR ".", path);
        return EXIT_USAGE;
    }
    if (descriptor < 0) {
        bool const is_missing = errno == ENOENT || errno == ENOTDIR;
        if (!is_missing) {
            report_warning("%s cannot be opened; check its permissions.", path);
        }
        return EXIT_GOOD;
    }
    enum exit_status const status = read_file(path, descriptor, profile.name);
    (void)close(descriptor);
    if (status == EXIT_GOOD) {
        fill_in(options, &profile, command);
    }
    return status;
}
