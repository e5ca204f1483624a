/* SPDX-License-Identifier: MIT */
/* The environment is looked at first; the file counts only if no variable is set. */
#include "session/credentials.h"

#include "base/file.h"
#include "base/text.h"
#include "base/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_VARIABLE    "TENCENTCLOUD_SECRET_ID"
#define KEY_VARIABLE   "TENCENTCLOUD_SECRET_KEY"
#define TOKEN_VARIABLE "TENCENTCLOUD_TOKEN"
#define FILE_VARIABLE  "TENCENTCLOUD_CREDENTIALS_FILE"
#define QUOTES         "\"'" /* no key or token has a quote */
#define HOME_FILE      "/.tencentcloud/credentials"

#define EMPTY "this variable is set but empty; give it a value or unset it"
#define MALFORMED                                                                                  \
    "the value has a blank, a quote or another character that no key or token has, or is too "     \
    "long; copy it again"

enum { PARTS = 3 }; /* secret id, secret key and token, in this order */

static bool fail(struct credentials_problem *problem, char const *source, char const *cause)
{
    (void)text_print(problem->source, sizeof problem->source, "%s", source);
    problem->cause = cause;
    return false;
}

static bool fail_at(struct credentials_problem *problem, char const *path, uint32_t line,
                    char const *cause)
{
    (void)text_print(problem->source, sizeof problem->source, "%s:%u", path, line);
    problem->cause = cause;
    return false;
}

static char const **find_part(struct pgtask_credentials *keys, size_t part)
{
    char const **const parts[PARTS] = {&keys->secret_id, &keys->secret_key, &keys->token};

    return parts[part];
}

/* The library checks whole credentials: the other parts are good ones here. */
static bool is_part_good(size_t part, char const *text)
{
    struct pgtask_credentials keys = {.secret_id = "id", .secret_key = "key"};

    *find_part(&keys, part) = text;
    return text == NULL || (text[strcspn(text, QUOTES)] == '\0' &&
                            pgtask_tc3_check_credentials(&keys) == PGTASK_OK);
}

/* @param found  set to whether the environment has credentials, so that no file is read */
static bool from_environment(struct credentials *credentials, bool *found,
                             struct credentials_problem *problem)
{
    static char const *const names[] = {ID_VARIABLE, KEY_VARIABLE, TOKEN_VARIABLE};
    char const *values[PARTS];

    *found = false;
    for (size_t i = 0; i < PARTS; i++) {
        values[i] = getenv(names[i]);
        if (values[i] != NULL && values[i][0] == '\0') {
            return fail(problem, names[i], EMPTY);
        }
        *found = *found || values[i] != NULL;
    }
    for (size_t i = 0; i < 2 && *found; i++) {
        if (values[i] == NULL) {
            return fail(problem, names[i],
                        "this variable is not set, although another of the three is; set "
                        "both " ID_VARIABLE " and " KEY_VARIABLE);
        }
    }
    for (size_t i = 0; i < PARTS; i++) {
        if (!is_part_good(i, values[i])) {
            return fail(problem, names[i], MALFORMED);
        }
    }
    credentials->keys = (struct pgtask_credentials){
        .secret_id = values[0], .secret_key = values[1], .token = values[2]};
    credentials->source = ID_VARIABLE " and " KEY_VARIABLE;
    return true;
}

static bool find_path(struct credentials *credentials, struct credentials_problem *problem)
{
    char const *const path = getenv(FILE_VARIABLE);
    char const *const home = getenv("HOME");
    char const *const start = path != NULL ? path : home;

    if (path != NULL && path[0] == '\0') {
        return fail(problem, FILE_VARIABLE, EMPTY);
    }
    if (start == NULL || start[0] == '\0') {
        return fail(problem, ID_VARIABLE,
                    "this variable is not set, and neither is HOME, so ~" HOME_FILE
                    " cannot be found");
    }
    if (!text_print(credentials->path, sizeof credentials->path, "%s%s", start,
                    path != NULL ? "" : HOME_FILE)) {
        return fail(problem, path != NULL ? FILE_VARIABLE : "HOME",
                    "the path is longer than 511 characters");
    }
    credentials->source = credentials->path;
    credentials->is_in_file = true;
    return true;
}

static bool read_whole(struct credentials *credentials, int descriptor, size_t *length,
                       struct credentials_problem *problem)
{
    *length = 0;
    for (;;) {
        if (*length == CREDENTIALS_FILE_BYTES) {
            return fail(problem, credentials->path, "this file is larger than 8192 bytes");
        }
        ssize_t const count =
            read(descriptor, credentials->text + *length, CREDENTIALS_FILE_BYTES - *length);
        if (count == 0) {
            return true;
        }
        if (count > 0) {
            *length += (size_t)count;
        } else if (errno != EINTR) {
            return fail(problem, credentials->path, "this file cannot be read");
        }
    }
}

static bool load_file(struct credentials *credentials, size_t *length,
                      struct credentials_problem *problem)
{
    struct stat facts;
    int const descriptor = file_open(credentials->path, O_RDONLY, 0);

    if (descriptor == FILE_NOT_REGULAR) {
        return fail(problem, credentials->path, FILE_MUST_BE_REGULAR);
    }
    if (descriptor < 0) {
        return fail(problem, credentials->path,
                    errno == ENOENT
                        ? "no credentials found: there is no such file, and " ID_VARIABLE
                          " and " KEY_VARIABLE " are not set. Set the two variables, or write "
                          "secret_id and secret_key under [default] in this file"
                        : "this file cannot be opened; check its owner and permissions");
    }
    credentials->is_open_to_others =
        fstat(descriptor, &facts) == 0 && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    bool const good = read_whole(credentials, descriptor, length, problem);
    (void)close(descriptor);
    return good;
}

static bool take_entry(struct credentials *credentials, struct ini const *ini,
                       struct credentials_problem *problem)
{
    static char const *const names[] = {"secret_id", "secret_key", "token"};

    for (size_t i = 0; i < PARTS; i++) {
        if (strcmp(ini->key, names[i]) != 0) {
            continue;
        }
        if (*find_part(&credentials->keys, i) != NULL) {
            return fail_at(problem, credentials->path, ini->line,
                           "this key appears twice under [default]; delete one of the lines");
        }
        if (ini->value[0] != '\0' && !is_part_good(i, ini->value)) {
            return fail_at(problem, credentials->path, ini->line, MALFORMED);
        }
        *find_part(&credentials->keys, i) = ini->value;
    }
    return true;
}

static bool parse_file(struct credentials *credentials, size_t length,
                       struct credentials_problem *problem)
{
    struct ini ini = {.next = credentials->text, .end = credentials->text + length};
    enum ini_line line;

    while ((line = ini_next(&ini)) != INI_END) {
        if (strcmp(ini.section, "default") != 0) {
            continue;
        }
        if (line == INI_MALFORMED) {
            return fail_at(problem, credentials->path, ini.line,
                           "this line under [default] is not of the form key = value");
        }
        if (!take_entry(credentials, &ini, problem)) {
            return false;
        }
    }
    return true;
}

static bool from_file(struct credentials *credentials, struct credentials_problem *problem)
{
    size_t length = 0;

    credentials->keys = (struct pgtask_credentials){.secret_id = NULL};
    if (!find_path(credentials, problem) || !load_file(credentials, &length, problem) ||
        !parse_file(credentials, length, problem)) {
        return false;
    }
    if (credentials->keys.secret_id == NULL || credentials->keys.secret_id[0] == '\0') {
        return fail(problem, credentials->path,
                    "there is no secret_id under [default]; add a line secret_id = ...");
    }
    if (credentials->keys.secret_key == NULL || credentials->keys.secret_key[0] == '\0') {
        return fail(problem, credentials->path,
                    "there is no secret_key under [default]; add a line secret_key = ...");
    }
    return true;
}

bool credentials_find(struct credentials *credentials, struct credentials_problem *problem)
{
    bool found;

    return from_environment(credentials, &found, problem) &&
           (found || from_file(credentials, problem));
}

void credentials_wipe(struct credentials *credentials)
{
    text_wipe(credentials, sizeof *credentials);
}
