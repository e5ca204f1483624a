/* SPDX-License-Identifier: MIT */
/*
 * The places are looked at in this order, and the first one that has keys counts:
 *
 *   --use-cvm-role, the environment (unless --profile names a profile), the credentials files of
 *   the SDKs, the file of tccli, and at last the role of this machine.
 *
 * The role that the keys serve to assume comes from the option, from the environment, or from the
 * place of the keys.
 */
#include "session/credentials.h"

#include "base/file.h"
#include "base/ini.h"
#include "base/text.h"
#include "session/json_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ID_VARIABLE  "TENCENTCLOUD_SECRET_ID"
#define KEY_VARIABLE "TENCENTCLOUD_SECRET_KEY"
#define QUOTES       "\"'\\" /* no key, token or role has a quote or a backslash */

#define EMPTY "this variable is set but empty; give it a value or unset it"
#define MALFORMED                                                                                  \
    "the value has a blank, a quote or another character that no key or token has, or is too "     \
    "long; copy it again"
#define MALFORMED_ROLE                                                                             \
    "this is not a role; an ARN is like qcs::cam::uin/100000000001:roleName/NAME, and the name "   \
    "of a session has 2 to 128 letters, digits and _ = , . @ -"

enum part { SECRET_ID, SECRET_KEY, TOKEN, PARTS };

/* What a place has. */
enum found { FOUND, NOTHING, PROBLEM };

static char *place_of(struct credentials *credentials, enum part part, size_t *capacity)
{
    switch (part) {
    case SECRET_ID: *capacity = sizeof credentials->secret_id; return credentials->secret_id;
    case SECRET_KEY: *capacity = sizeof credentials->secret_key; return credentials->secret_key;
    default: *capacity = sizeof credentials->token; return credentials->token;
    }
}

/* The library checks whole credentials: the other parts are good ones here. */
static bool is_part_good(enum part part, char const *text)
{
    struct pgtask_credentials keys = {.secret_id = "id", .secret_key = "key"};

    keys.secret_id = part == SECRET_ID ? text : keys.secret_id;
    keys.secret_key = part == SECRET_KEY ? text : keys.secret_key;
    keys.token = part == TOKEN ? text : NULL;
    return text[strcspn(text, QUOTES)] == '\0' && pgtask_tc3_check_credentials(&keys) == PGTASK_OK;
}

/* @param text  not empty. @return false: it cannot be such a part */
static bool take_part(struct credentials *credentials, enum part part, char const *text)
{
    size_t capacity;
    char *const place = place_of(credentials, part, &capacity);

    return is_part_good(part, text) && text_print(place, capacity, "%s", text);
}

static bool is_arn(char const *text)
{
    size_t const length = strlen(text);

    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~' || strchr(QUOTES, text[i]) != NULL) {
            return false;
        }
    }
    return length > 0 && length < CREDENTIALS_ARN_BYTES;
}

static bool is_session(char const *text)
{
    static char const characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_=,.@-";
    size_t const length = strlen(text);

    return length >= 2 && length < CREDENTIALS_SESSION_BYTES && strspn(text, characters) == length;
}

/* Takes a role, unless one has been taken. @param session  NULL or "": a name of our own */
static bool take_role(struct credentials *credentials, char const *arn, char const *session)
{
    char const *const name = session != NULL && session[0] != '\0' ? session : "pgtask";

    if (credentials->role_arn[0] != '\0' || arn == NULL || arn[0] == '\0') {
        return true;
    }
    if (!is_arn(arn) || !is_session(name)) {
        return false;
    }
    (void)text_print(credentials->role_arn, sizeof credentials->role_arn, "%s", arn);
    (void)text_print(credentials->role_session, sizeof credentials->role_session, "%s", name);
    return true;
}

static void use_keys(struct credentials *credentials)
{
    credentials->keys = (struct pgtask_credentials){
        .secret_id = credentials->secret_id,
        .secret_key = credentials->secret_key,
        .token = credentials->token[0] != '\0' ? credentials->token : NULL};
}

/* Drops what a place had that is no whole pair of keys. */
static void drop_keys(struct credentials *credentials)
{
    text_wipe(credentials->secret_id, sizeof credentials->secret_id);
    text_wipe(credentials->secret_key, sizeof credentials->secret_key);
    text_wipe(credentials->token, sizeof credentials->token);
    credentials->is_open_to_others = false;
}

static void use_cvm_role(struct credentials *credentials)
{
    drop_keys(credentials);
    credentials->is_cvm_role = true;
    credentials->source = "the role of this machine";
}

/* --- The environment --- */

/* @return the value, or NULL. Serverless functions have names without the second underscore. */
static char const *get_key(char const *const names[2], char const **name)
{
    *name = names[0];
    if (getenv(names[0]) == NULL && getenv(names[1]) != NULL) {
        *name = names[1];
    }
    return getenv(*name);
}

/* The SDKs, Terraform and serverless functions have a name each. An empty token is none. */
static char const *get_token(char const **name)
{
    static char const *const names[] = {"TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN",
                                        "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_SESSIONTOKEN"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char const *const value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            *name = names[i];
            return value;
        }
    }
    return NULL;
}

static enum found take_role_of_environment(struct credentials *credentials, struct problem *problem)
{
    char const *const variable = "TENCENTCLOUD_ROLE_ARN";

    if (!take_role(credentials, getenv(variable), getenv("TENCENTCLOUD_ROLE_SESSION_NAME"))) {
        (void)problem_set(problem, variable, MALFORMED_ROLE);
        return PROBLEM;
    }
    return NOTHING;
}

static enum found from_environment(struct credentials *credentials, struct problem *problem)
{
    static char const *const variables[][2] = {{ID_VARIABLE, "TENCENTCLOUD_SECRETID"},
                                               {KEY_VARIABLE, "TENCENTCLOUD_SECRETKEY"}};
    char const *names[PARTS];
    char const *values[PARTS];
    bool has_any = false;

    for (size_t i = SECRET_ID; i <= SECRET_KEY; i++) {
        values[i] = get_key(variables[i], &names[i]);
        if (values[i] != NULL && values[i][0] == '\0') {
            (void)problem_set(problem, names[i], EMPTY);
            return PROBLEM;
        }
        has_any = has_any || values[i] != NULL;
    }
    values[TOKEN] = get_token(&names[TOKEN]);
    has_any = has_any || values[TOKEN] != NULL;
    for (size_t i = SECRET_ID; i <= SECRET_KEY && has_any; i++) {
        if (values[i] == NULL) {
            (void)problem_set(problem, names[i],
                              "this variable is not set, although another of the three is; set "
                              "both " ID_VARIABLE " and " KEY_VARIABLE);
            return PROBLEM;
        }
    }
    for (size_t i = 0; i < PARTS && has_any; i++) {
        if (values[i] != NULL && !take_part(credentials, (enum part)i, values[i])) {
            (void)problem_set(problem, names[i], MALFORMED);
            return PROBLEM;
        }
    }
    credentials->source = ID_VARIABLE " and " KEY_VARIABLE;
    return has_any ? FOUND : NOTHING;
}

/* --- Files --- */

static bool is_expired(struct credentials_wanted const *wanted, char const *expires)
{
    uint64_t unix_s;

    return !wanted->distrusts_clock &&
           pgtask_json_to_uint64(expires, strlen(expires), &unix_s) == PGTASK_OK &&
           unix_s <= (uint64_t)time(NULL);
}

/* Opens a file that may hold keys. @return FOUND, with the caller to close it */
static enum found open_file(struct credentials *credentials, int *descriptor,
                            struct problem *problem)
{
    struct stat facts;

    *descriptor = file_open(credentials->path, O_RDONLY, 0);
    if (*descriptor < 0) {
        if (*descriptor == FILE_FAILED && (errno == ENOENT || errno == ENOTDIR)) {
            return NOTHING;
        }
        (void)problem_set(problem, credentials->path,
                          *descriptor == FILE_NOT_REGULAR
                              ? FILE_MUST_BE_REGULAR
                              : "this file cannot be opened; check its owner and permissions");
        return PROBLEM;
    }
    credentials->is_open_to_others =
        fstat(*descriptor, &facts) == 0 && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    return FOUND;
}

/* What a section has beside its keys, and which keys it has had. */
struct section {
    char const *name;
    bool is_there;
    bool has[PARTS];
    char role_arn[CREDENTIALS_ARN_BYTES];
    char role_session[CREDENTIALS_SESSION_BYTES];
};

/* @return NULL, or what is wrong */
static char const *take_entry(struct credentials *credentials, struct section *section,
                              struct ini const *ini)
{
    static char const *const names[] = {"secret_id", "secret_key", "token"};

    for (size_t i = 0; i < PARTS; i++) {
        if (strcmp(ini->key, names[i]) != 0) {
            continue;
        }
        if (section->has[i]) {
            return "this key appears twice in its section; delete one of the lines";
        }
        section->has[i] = true;
        if (ini->value[0] != '\0' && !take_part(credentials, (enum part)i, ini->value)) {
            return MALFORMED;
        }
    }
    bool fits = true;
    if (strcmp(ini->key, "role_arn") == 0) {
        fits = text_print(section->role_arn, sizeof section->role_arn, "%s", ini->value);
    } else if (strcmp(ini->key, "role_session_name") == 0) {
        fits = text_print(section->role_session, sizeof section->role_session, "%s", ini->value);
    }
    return fits ? NULL : MALFORMED_ROLE;
}

static bool parse_section(struct credentials *credentials, struct section *section, struct ini *ini,
                          struct problem *problem)
{
    for (;;) {
        enum ini_line const line = ini_next(ini);
        bool const is_ours = strcmp(ini->section, section->name) == 0;
        char const *wrong = NULL;

        if (line == INI_END) {
            return true;
        }
        if (line >= INI_UTF16) {
            return problem_set(problem, credentials->path, ini_cause(line));
        }
        if (!is_ours) {
            continue;
        }
        section->is_there = true;
        if (line == INI_ENTRY) {
            wrong = take_entry(credentials, section, ini);
        } else if (line != INI_SECTION) {
            wrong = ini_cause(line);
        }
        if (wrong != NULL) {
            return problem_set_line(problem, credentials->path, ini->line, wrong);
        }
    }
}

/* @return FOUND if the section has both, NOTHING if it has neither */
static enum found check_section(struct credentials const *credentials,
                                struct section const *section, struct problem *problem)
{
    bool const has_id = credentials->secret_id[0] != '\0';
    bool const has_key = credentials->secret_key[0] != '\0';

    if (has_id == has_key) {
        return has_id ? FOUND : NOTHING;
    }
    (void)problem_set(problem, credentials->path, "");
    char const *const missing = has_id ? "secret_key" : "secret_id";
    (void)text_print(problem->cause, sizeof problem->cause,
                     writer_text(&writer_error, "there is no %s under [%s]; add a line %s = ..."),
                     missing, section->name, missing);
    return PROBLEM;
}

static enum found from_section(struct credentials *credentials, struct profile const *profile,
                               bool *is_there, struct problem *problem)
{
    struct section section = {.name = profile->name};
    struct ini ini = {.line = 0};
    enum found found = open_file(credentials, &ini.descriptor, problem);

    if (found != FOUND) {
        return found;
    }
    bool const is_good = parse_section(credentials, &section, &ini, problem);
    (void)close(ini.descriptor);
    ini_wipe(&ini);
    *is_there = *is_there || section.is_there;
    found = is_good ? check_section(credentials, &section, problem) : PROBLEM;
    if (found == FOUND && !take_role(credentials, section.role_arn, section.role_session)) {
        (void)problem_set(problem, credentials->path, MALFORMED_ROLE);
        return PROBLEM;
    }
    return found;
}

/* tccli writes "None" where a person has given nothing. */
static bool is_given(struct pick const *pick)
{
    return pick->is_bad || (pick->text[0] != '\0' && strcmp(pick->text, "None") != 0);
}

/* Tells which command of tccli makes the keys anew, as a person would type it. */
static enum found tell_expired(struct credentials const *credentials, struct profile const *profile,
                               char const *type, struct problem *problem)
{
    bool const is_default = strcmp(profile->name, "default") == 0;

    (void)problem_set(problem, credentials->path, "");
    (void)text_print(
        problem->cause, sizeof problem->cause,
        writer_text(&writer_error,
                    "this login of tccli has expired; renew it with tccli %s login%s%s"),
        strcmp(type, "sso") == 0 ? "sso" : "auth", is_default ? "" : " --profile ",
        is_default ? "" : profile->name);
    return PROBLEM;
}

static enum found from_tccli(struct credentials *credentials,
                             struct credentials_wanted const *wanted, struct profile const *profile,
                             bool *is_there, struct problem *problem)
{
    char type[16];
    char expires[32];
    char role_arn[CREDENTIALS_ARN_BYTES];
    char role_session[CREDENTIALS_SESSION_BYTES];
    enum { TYPE = PARTS, EXPIRES, ROLE_ARN, ROLE_SESSION, PICKS };
    struct pick picks[PICKS] = {
        [SECRET_ID] = {.path = "/secretId",
                       .text = credentials->secret_id,
                       .capacity = sizeof credentials->secret_id},
        [SECRET_KEY] = {.path = "/secretKey",
                        .text = credentials->secret_key,
                        .capacity = sizeof credentials->secret_key},
        [TOKEN] = {.path = "/token",
                   .text = credentials->token,
                   .capacity = sizeof credentials->token},
        [TYPE] = {.path = "/type", .text = type, .capacity = sizeof type},
        [EXPIRES] = {.path = "/expiresAt", .text = expires, .capacity = sizeof expires},
        [ROLE_ARN] = {.path = "/role-arn", .text = role_arn, .capacity = sizeof role_arn},
        [ROLE_SESSION] = {.path = "/role-session-name",
                          .text = role_session,
                          .capacity = sizeof role_session},
    };
    int descriptor;
    enum found const found = open_file(credentials, &descriptor, problem);

    if (found != FOUND) {
        return found;
    }
    *is_there = true;
    enum json_file const result =
        json_file_read_open(descriptor, credentials->path, picks, PICKS, problem);
    (void)close(descriptor);
    if (result != JSON_FILE_READ) {
        return PROBLEM;
    }
    if (!take_role(credentials, picks[ROLE_ARN].is_bad ? "\"" : role_arn, role_session)) {
        (void)problem_set(problem, credentials->path, MALFORMED_ROLE);
        return PROBLEM;
    }
    if (strcmp(type, "cvm-role") == 0) {
        use_cvm_role(credentials);
        return FOUND;
    }
    if (!is_given(&picks[SECRET_ID]) || !is_given(&picks[SECRET_KEY])) {
        return NOTHING;
    }
    for (size_t i = 0; i < PARTS; i++) {
        if (picks[i].is_bad ||
            (picks[i].text[0] != '\0' && !is_part_good((enum part)i, picks[i].text))) {
            (void)problem_set(problem, credentials->path, MALFORMED);
            return PROBLEM;
        }
    }
    return is_expired(wanted, expires) ? tell_expired(credentials, profile, type, problem) : FOUND;
}

static void note_looked_at(struct credentials *credentials, char const *place, char const *what)
{
    bool const is_first = credentials->looked_at[0] == '\0';

    (void)text_append(credentials->looked_at, sizeof credentials->looked_at, "%s%s (%s)",
                      is_first ? "" : ", ", place, writer_text(&writer_error, what));
}

static char const *explain_nothing(enum profile_place place, bool is_there)
{
    if (!is_there) {
        return place == PROFILE_TCCLI_KEYS ? "no such file" : "no such file or section";
    }
    return place == PROFILE_TCCLI_KEYS ? "has no secretId" : "has no secret_id";
}

static enum found from_files(struct credentials *credentials,
                             struct credentials_wanted const *wanted, struct profile const *profile,
                             struct problem *problem)
{
    bool is_anywhere = false;

    for (enum profile_place place = PROFILE_USER; place <= PROFILE_TCCLI_KEYS; place++) {
        bool is_there = false;
        enum found found;

        if (!profile_has_place(place)) {
            continue;
        }
        if (!profile_path(profile, place, credentials->path, problem)) {
            if (strcmp(problem->source, "HOME") != 0) {
                return PROBLEM;
            }
            note_looked_at(credentials,
                           place == PROFILE_USER ? "~/.tencentcloud/credentials" : "~/.tccli",
                           "HOME is not set");
            continue;
        }
        found = place == PROFILE_TCCLI_KEYS
                    ? from_tccli(credentials, wanted, profile, &is_there, problem)
                    : from_section(credentials, profile, &is_there, problem);
        if (found == FOUND) {
            credentials->is_in_file = !credentials->is_cvm_role;
            credentials->source = credentials->is_in_file ? credentials->path : credentials->source;
        }
        if (found != NOTHING) {
            return found;
        }
        drop_keys(credentials);
        is_anywhere = is_anywhere || is_there;
        note_looked_at(credentials, credentials->path, explain_nothing(place, is_there));
    }
    if (profile->named_by == NULL) {
        return NOTHING;
    }
    if (!is_anywhere) {
        (void)profile_tell_unknown(profile, problem);
    } else {
        (void)problem_set(problem, profile->named_by, "");
        (void)text_print(problem->cause, sizeof problem->cause,
                         writer_text(&writer_error, "the profile %s has no keys; looked at: %s"),
                         profile->name, credentials->looked_at);
    }
    return PROBLEM;
}

static enum found look(struct credentials *credentials, struct credentials_wanted const *wanted,
                       struct profile const *profile, struct problem *problem)
{
    enum found found = NOTHING;

    if (!take_role(credentials, wanted->role_arn, wanted->role_session)) {
        (void)problem_set(problem, "--role-arn and --role-session-name", MALFORMED_ROLE);
        return PROBLEM;
    }
    if (!profile->is_option) {
        found = take_role_of_environment(credentials, problem);
    }
    if (found == PROBLEM) {
        return PROBLEM;
    }
    if (wanted->use_cvm_role) {
        use_cvm_role(credentials);
        return FOUND;
    }
    if (!profile->is_option) {
        found = from_environment(credentials, problem);
        note_looked_at(credentials, ID_VARIABLE " and " KEY_VARIABLE, "not set");
    }
    return found != NOTHING ? found : from_files(credentials, wanted, profile, problem);
}

bool credentials_find(struct credentials *credentials, struct credentials_wanted const *wanted,
                      struct problem *problem)
{
    struct profile profile;

    if (!profile_choose(&profile, wanted->profile, problem)) {
        return false;
    }
    enum found const found = look(credentials, wanted, &profile, problem);
    if (found == NOTHING) {
        use_cvm_role(credentials);
        credentials->is_last_resort = true;
    } else if (found == FOUND && !credentials->is_cvm_role) {
        use_keys(credentials);
    }
    return found != PROBLEM;
}

bool credentials_are_same(struct credentials const *one, struct credentials const *other)
{
    return one->is_cvm_role == other->is_cvm_role &&
           strcmp(one->secret_id, other->secret_id) == 0 &&
           strcmp(one->secret_key, other->secret_key) == 0 &&
           strcmp(one->token, other->token) == 0 && strcmp(one->role_arn, other->role_arn) == 0 &&
           strcmp(one->role_session, other->role_session) == 0;
}

void credentials_wipe(struct credentials *credentials)
{
    text_wipe(credentials, sizeof *credentials);
}
