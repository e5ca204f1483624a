/* SPDX-License-Identifier: MIT */
/* The order of the places is that of enum profile_place. */
#include "session/profile.h"

#include "base/file.h"
#include "base/folder.h"
#include "base/ini.h"
#include "base/report.h"
#include "base/text.h"
#include "session/json_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_VARIABLE "TENCENTCLOUD_CREDENTIALS_FILE"
#define KEYS_SUFFIX   ".credential"

/* The longest name, and how much of a problem may list names. */
enum { NAME_BYTES = 64, LIST_BYTES = 1024 };

static bool is_name(char const *name)
{
    size_t const length = strlen(name);

    if (length == 0 || length > NAME_BYTES || name[0] == '.') {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '/' || name[i] == ']' || (unsigned char)name[i] < ' ') {
            return false;
        }
    }
    return true;
}

bool profile_choose(struct profile *profile, char const *option, struct problem *problem)
{
    static char const *const variables[] = {"TENCENTCLOUD_PROFILE", "TCCLI_PROFILE"};

    *profile = (struct profile){.name = option, .is_option = option != NULL};
    if (option != NULL) {
        profile->named_by = "--profile";
    }
    for (size_t i = 0; i < 2 && profile->name == NULL; i++) {
        profile->name = getenv(variables[i]);
        profile->named_by = profile->name != NULL ? variables[i] : NULL;
    }
    if (profile->name == NULL) {
        profile->name = "default";
    }
    return is_name(profile->name) ||
           problem_set(problem, profile->named_by,
                       "this is not the name of a profile; a name has 1 to 64 characters, does not "
                       "begin with '.', and has no '/' and no ']'");
}

bool profile_has_place(enum profile_place place)
{
    return place != PROFILE_SYSTEM || getenv(FILE_VARIABLE) == NULL;
}

/* @return a path's beginning: the home folder, or what stands for it; NULL without one */
static char const *find_start(enum profile_place place)
{
    char const *start;

    if (place == PROFILE_SYSTEM) {
        start = getenv("PGTASK_ETC");
        return start != NULL ? start : "/etc";
    }
    start = getenv("HOME");
    return start != NULL && start[0] != '\0' ? start : NULL;
}

bool profile_path(struct profile const *profile, enum profile_place place,
                  char path[PROBLEM_PATH_BYTES], struct problem *problem)
{
    char const *const given = place == PROFILE_USER ? getenv(FILE_VARIABLE) : NULL;
    char const *const start = given != NULL ? given : find_start(place);
    bool fits = false;

    if (given != NULL && given[0] == '\0') {
        return problem_set(problem, FILE_VARIABLE,
                           "this variable is set but empty; give it a value or unset it");
    }
    if (start == NULL) {
        return problem_set(problem, "HOME", "this variable is not set");
    }
    switch (place) {
    case PROFILE_USER:
        fits = text_print(path, PROBLEM_PATH_BYTES, "%s%s", start,
                          given != NULL ? "" : "/.tencentcloud/credentials");
        break;
    case PROFILE_SYSTEM:
        fits = text_print(path, PROBLEM_PATH_BYTES, "%s/tencentcloud/credentials", start);
        break;
    case PROFILE_TCCLI_KEYS:
        fits =
            text_print(path, PROBLEM_PATH_BYTES, "%s/.tccli/%s" KEYS_SUFFIX, start, profile->name);
        break;
    case PROFILE_TCCLI:
        fits = text_print(path, PROBLEM_PATH_BYTES, "%s/.tccli/%s.configure", start, profile->name);
        break;
    }
    return fits || problem_set(problem, given != NULL ? FILE_VARIABLE : "HOME",
                               "the path is longer than 511 characters");
}

/* @param path  of an INI file; one that is missing or malformed says nothing */
static void read_region(char const *path, char const *section, struct profile_settings *settings)
{
    struct ini ini = {.descriptor = file_open(path, O_RDONLY, 0)};
    enum ini_line line = INI_SECTION;

    while (ini.descriptor >= 0 && line <= INI_LONG && line != INI_END &&
           settings->region[0] == '\0') {
        line = ini_next(&ini);
        if (line == INI_ENTRY && strcmp(ini.section, section) == 0 &&
            strcmp(ini.key, "region") == 0 && strlen(ini.value) < sizeof settings->region) {
            (void)text_print(settings->region, sizeof settings->region, "%s", ini.value);
            (void)text_print(settings->region_source, sizeof settings->region_source, "%s", path);
        }
    }
    if (ini.descriptor >= 0) {
        (void)close(ini.descriptor);
    }
    ini_wipe(&ini);
}

/* tccli's settings count for tccli's services; the parts for the two that matter are taken. */
static void read_tccli(char const *path, struct profile_settings *settings)
{
    char region[sizeof settings->region] = "";
    char endpoint[HOST_NAME_BYTES + 8] = "";
    char sts_endpoint[HOST_NAME_BYTES + 8] = "";
    struct pick picks[] = {
        {.path = "/_sys_param/region", .text = region, .capacity = sizeof region},
        {.path = "/_sys_param/language",
         .text = settings->language,
         .capacity = sizeof settings->language},
        {.path = "/postgres/endpoint", .text = endpoint, .capacity = sizeof endpoint},
        {.path = "/sts/endpoint", .text = sts_endpoint, .capacity = sizeof sts_endpoint},
    };
    struct problem problem;
    enum json_file const result =
        json_file_read(path, picks, sizeof picks / sizeof picks[0], &problem);

    if (result == JSON_FILE_PROBLEM) {
        report_warning("%s: %s; what it says is left out.", problem.source, problem.cause);
    }
    if (result != JSON_FILE_READ) {
        settings->language[0] = '\0';
        return;
    }
    if (settings->region[0] == '\0' && region[0] != '\0' && !picks[0].is_bad) {
        (void)text_print(settings->region, sizeof settings->region, "%s", region);
        (void)text_print(settings->region_source, sizeof settings->region_source, "%s", path);
    }
    if (picks[1].is_bad) {
        settings->language[0] = '\0';
    }
    (void)host_port_read(endpoint, &settings->endpoint);
    (void)host_port_read(sts_endpoint, &settings->sts_endpoint);
}

void profile_read_settings(struct profile const *profile, struct profile_settings *settings)
{
    char path[PROBLEM_PATH_BYTES];
    struct problem problem;

    memset(settings, 0, sizeof *settings);
    for (enum profile_place place = PROFILE_USER; place <= PROFILE_SYSTEM; place++) {
        if (settings->region[0] == '\0' && profile_has_place(place) &&
            profile_path(profile, place, path, &problem)) {
            read_region(path, profile->name, settings);
        }
    }
    if (profile_path(profile, PROFILE_TCCLI, path, &problem)) {
        read_tccli(path, settings);
    }
}

/* Names that were found, as a clause. */
struct names {
    char text[LIST_BYTES];
    bool is_full;
};

static void add_name(struct names *names, char const *name)
{
    static char const rest[] = ", ...";
    size_t const length = strlen(names->text);

    if (names->is_full) {
        return;
    }
    names->is_full = length + 2 + strlen(name) + sizeof rest > sizeof names->text;
    (void)text_append(names->text, sizeof names->text, "%s%s",
                      length > 0 && !names->is_full ? ", " : "", names->is_full ? rest : name);
}

static void add_tccli_name(void *context, char const *file)
{
    size_t const length = strlen(file);
    size_t const suffix = strlen(KEYS_SUFFIX);
    char name[NAME_BYTES + 1];

    if (length > suffix && length - suffix < sizeof name &&
        strcmp(file + length - suffix, KEYS_SUFFIX) == 0) {
        memcpy(name, file, length - suffix);
        name[length - suffix] = '\0';
        add_name(context, name);
    }
}

static void add_sections(struct names *names, char const *path)
{
    struct ini ini = {.descriptor = file_open(path, O_RDONLY, 0)};
    enum ini_line line = INI_SECTION;

    while (ini.descriptor >= 0 && line <= INI_LONG && line != INI_END) {
        line = ini_next(&ini);
        if (line == INI_SECTION) {
            add_name(names, ini.section);
        }
    }
    if (ini.descriptor >= 0) {
        (void)close(ini.descriptor);
    }
    ini_wipe(&ini);
}

bool profile_tell_unknown(struct profile const *profile, struct problem *problem)
{
    struct names names = {.is_full = false};
    char path[PROBLEM_PATH_BYTES];
    char const *const home = find_start(PROFILE_TCCLI);

    for (enum profile_place place = PROFILE_USER; place <= PROFILE_SYSTEM; place++) {
        if (profile_has_place(place) && profile_path(profile, place, path, problem)) {
            add_sections(&names, path);
        }
    }
    if (home != NULL && text_print(path, sizeof path, "%s/.tccli", home)) {
        folder_read(path, add_tccli_name, &names);
    }
    (void)problem_set(problem, profile->named_by, "");
    if (names.text[0] == '\0') {
        (void)text_print(problem->cause, sizeof problem->cause,
                         writer_text(&writer_error,
                                     "there is no profile %s, and no other either; write one into "
                                     "~/.tencentcloud/credentials, or run tccli configure"),
                         profile->name);
    } else {
        (void)text_print(problem->cause, sizeof problem->cause,
                         writer_text(&writer_error, "there is no profile %s; there are: %s"),
                         profile->name, names.text);
    }
    return false;
}
