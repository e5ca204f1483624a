/* SPDX-License-Identifier: MIT */
/*
 * Credentials come from the first place that has any, and errors name what is missing. Files of
 * tccli are as its functions write them: dump_json_msg() of utils.py for `tccli configure` (two
 * blanks, keys in order), and save_credential() of oauth.py and sso.py (four blanks).
 */
#include "session/credentials.h"
#include "base/ini.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/pgtask-test-XXXXXX";
static char path[128];
static char etc[128];
static char system_path[128];
static char tccli_path[128];
static char tccli_prod_path[128];
static struct credentials credentials;
static struct credentials_wanted wanted;
static struct problem problem;

static int clear_environment(void **state)
{
    credentials_wipe(&credentials);
    static char const *const names[] = {
        "TENCENTCLOUD_SECRET_ID",
        "TENCENTCLOUD_SECRET_KEY",
        "TENCENTCLOUD_SECRETID",
        "TENCENTCLOUD_SECRETKEY",
        "TENCENTCLOUD_TOKEN",
        "TENCENTCLOUD_SESSION_TOKEN",
        "TENCENTCLOUD_SECURITY_TOKEN",
        "TENCENTCLOUD_SESSIONTOKEN",
        "TENCENTCLOUD_CREDENTIALS_FILE",
        "TENCENTCLOUD_PROFILE",
        "TCCLI_PROFILE",
        "TENCENTCLOUD_ROLE_ARN",
        "TENCENTCLOUD_ROLE_SESSION_NAME",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsetenv(names[i]);
    }
    wanted = (struct credentials_wanted){.profile = NULL};
    setenv("HOME", directory, 1);
    setenv("PGTASK_ETC", etc, 1);
    unlink(path);
    unlink(system_path);
    unlink(tccli_path);
    unlink(tccli_prod_path);
    (void)state;
    return 0;
}

static void write_to(char const *name, char const *text, mode_t mode)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(name, mode), 0);
}

static void write_file(char const *text, mode_t mode)
{
    write_to(path, text, mode);
}

/* Looks and checks what is found. @param token  NULL: none */
static void expect_keys(char const *secret_id, char const *secret_key, char const *token)
{
    credentials_wipe(&credentials);
    if (!credentials_find(&credentials, &wanted, &problem)) {
        fail_msg("%s: %s", problem.source, problem.cause);
    }
    assert_false(credentials.is_cvm_role);
    assert_string_equal(credentials.keys.secret_id, secret_id);
    assert_string_equal(credentials.keys.secret_key, secret_key);
    if (token == NULL) {
        assert_null(credentials.keys.token);
    } else {
        assert_string_equal(credentials.keys.token, token);
    }
}

/* No place has keys: the role of the machine is left, and each place is named. */
static void expect_nothing(char const *looked_at)
{
    credentials_wipe(&credentials);
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_true(credentials.is_cvm_role);
    assert_true(credentials.is_last_resort);
    assert_null(credentials.keys.secret_id);
    if (strstr(credentials.looked_at, looked_at) == NULL) {
        fail_msg("%s", credentials.looked_at);
    }
}

static void expect_problem(char const *source, char const *cause)
{
    credentials_wipe(&credentials);
    assert_false(credentials_find(&credentials, &wanted, &problem));
    assert_string_equal(problem.source, source);
    if (strstr(problem.cause, cause) == NULL) {
        fail_msg("%s", problem.cause);
    }
    credentials_wipe(&credentials);
}

static void the_environment_comes_before_the_file(void **state)
{
    write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0600);
    setenv("TENCENTCLOUD_SECRET_ID", "AKIDenv", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "envkey", 1);
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_string_equal(credentials.keys.secret_id, "AKIDenv");
    assert_string_equal(credentials.keys.secret_key, "envkey");
    assert_null(credentials.keys.token);
    setenv("TENCENTCLOUD_TOKEN", "envtoken", 1);
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_string_equal(credentials.keys.token, "envtoken");
    assert_non_null(strstr(credentials.source, "TENCENTCLOUD_SECRET_ID"));
    (void)state;
}

static void without_environment_the_file_is_read(void **state)
{
    write_file("[other]\nsecret_id = wrong\nnonsense\n[default]\nsecret_id = AKIDfile\n"
               "region = x\nsecret_key = filekey\n",
               0600);
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_string_equal(credentials.keys.secret_id, "AKIDfile");
    assert_string_equal(credentials.keys.secret_key, "filekey");
    assert_string_equal(credentials.source, path);
    assert_false(credentials.is_open_to_others);
    (void)state;
}

static void values_in_quotes_are_sent_without_them(void **state)
{
    write_file("[default]\nsecret_id = \"AKIDfile\"\nsecret_key='filekey'\ntoken = \"t\"\n", 0600);
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_string_equal(credentials.keys.secret_id, "AKIDfile");
    assert_string_equal(credentials.keys.secret_key, "filekey");
    assert_string_equal(credentials.keys.token, "t");
    (void)state;
}

static void a_file_open_to_others_is_reported(void **state)
{
    write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0640);
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_true(credentials.is_open_to_others);
    (void)state;
}

static void the_variable_for_the_file_is_honoured(void **state)
{
    write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0600);
    setenv("TENCENTCLOUD_CREDENTIALS_FILE", path, 1);
    unsetenv("HOME");
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_string_equal(credentials.keys.secret_id, "AKIDfile");
    setenv("TENCENTCLOUD_CREDENTIALS_FILE", "/no/such/file", 1);
    expect_nothing("/no/such/file (no such file");
    (void)state;
}

static void a_variable_set_but_empty_is_an_error(void **state)
{
    static char const *const names[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY",
                                        "TENCENTCLOUD_CREDENTIALS_FILE"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(clear_environment(state), 0);
        write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0600);
        setenv(names[i], "", 1);
        expect_problem(names[i], "empty");
    }
}

static void half_a_key_pair_names_the_missing_half(void **state)
{
    setenv("TENCENTCLOUD_SECRET_ID", "AKIDenv", 1);
    expect_problem("TENCENTCLOUD_SECRET_KEY", "not set");
    unsetenv("TENCENTCLOUD_SECRET_ID");
    setenv("TENCENTCLOUD_SECRET_KEY", "envkey", 1);
    expect_problem("TENCENTCLOUD_SECRET_ID", "not set");
    unsetenv("TENCENTCLOUD_SECRET_KEY");
    setenv("TENCENTCLOUD_TOKEN", "envtoken", 1);
    expect_problem("TENCENTCLOUD_SECRET_ID", "not set");
    (void)state;
}

static void a_bad_file_is_named_with_its_line_and_fault(void **state)
{
    static struct {
        char const *text, *line, *cause;
    } const cases[] = {
        {"[default]\nsecret_key = b\n", "", "secret_id"},
        {"[default]\nsecret_id = a\n", "", "secret_key"},
        {"[default]\nsecret_id = a\nsecret_key =\n", "", "secret_key"},
        {"[default]\nsecret_id = \"\"\nsecret_key = b\n", "", "secret_id"},
        {"[default]\nsecret_id = a\nsecret_key = b\nsecret_id = c\n", ":4", "twice"},
        {"[default]\nsecret_id a\n", ":2", "key = value"},
        {"[default]\nsecret_id = \"a\nsecret_key = b\n", ":2", "quote"},
        {"[default]\nsecret_id = a\nsecret_key = 'b\"\n", ":3", "quote"},
        {"[default]\nsecret_id = AK ID\nsecret_key = b\n", ":2", "blank"},
        {"# mine\n\n[default]\nsecret_id = a\nsecret_key = ' b'\n", ":5", "blank"},
        {"[default]\nsecret_id = a\nsecret_key = b\ntoken = a b\n", ":4", "blank"},
        {"[default]\nsecret_id = a # mine\nsecret_key = b\n", ":2", "blank"},
        {"\xFF\xFE[", "", "UTF-16"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char source[sizeof path + 8];
        write_file(cases[i].text, 0600);
        expect_problem(strcat(strcpy(source, path), cases[i].line), cases[i].cause);
    }
    (void)state;
}

static void a_file_too_large_or_no_file_is_refused(void **state)
{
    static char text[INI_FILE_BYTES + 1024];

    memset(text, '\n', sizeof text - 1);
    write_file(text, 0600);
    expect_problem(path, "larger");
    setenv("TENCENTCLOUD_CREDENTIALS_FILE", directory, 1);
    expect_problem(directory, "plain file");
    (void)state;
}

static void without_credentials_each_place_is_named_with_what_is_wrong(void **state)
{
    char text[256];

    expect_nothing("TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (not set), ");
    strcat(strcpy(text, path), " (no such file or section), ");
    expect_nothing(text);
    strcat(strcpy(text, system_path), " (no such file or section), ");
    expect_nothing(text);
    strcat(strcpy(text, tccli_path), " (no such file)");
    expect_nothing(text);
    write_file("[default]\nregion = ap-guangzhou\n", 0644);
    strcat(strcpy(text, path), " (has no secret_id), ");
    expect_nothing(text);
    assert_false(credentials.is_open_to_others);
    unsetenv("HOME");
    expect_nothing("~/.tencentcloud/credentials (HOME is not set)");
    (void)state;
}

static void of_the_environment_only_the_malformed_variable_is_named(void **state)
{
    static char const *const variables[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY",
                                            "TENCENTCLOUD_TOKEN"};
    static char const *const values[] = {" key", "key ", "\"key\"", "key\n"};

    for (size_t i = 0; i < 3 * sizeof values / sizeof values[0]; i++) {
        for (size_t j = 0; j < 3; j++) {
            setenv(variables[j], j == i % 3 ? values[i / 3] : "key", 1);
        }
        expect_problem(variables[i % 3], "blank, a quote");
    }
    (void)state;
}

static void wiped_credentials_leave_nothing_behind(void **state)
{
    static struct credentials const nothing;

    write_file("[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n", 0600);
    assert_true(credentials_find(&credentials, &wanted, &problem));
    credentials_wipe(&credentials);
    assert_memory_equal(&credentials, &nothing, sizeof nothing);
    (void)state;
}

/* SDKs, Terraform and serverless functions have a name each. */
static void each_variable_of_a_token_is_read_and_an_empty_one_is_no_token(void **state)
{
    static char const *const names[] = {"TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN",
                                        "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_SESSIONTOKEN"};

    setenv("TENCENTCLOUD_SECRET_ID", "AKIDenv", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "envkey", 1);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        setenv(names[i], "", 1);
        expect_keys("AKIDenv", "envkey", NULL);
    }
    for (size_t i = sizeof names / sizeof names[0]; i-- > 0;) {
        setenv(names[i], names[i], 1);
        expect_keys("AKIDenv", "envkey", names[i]);
    }
    (void)state;
}

static void the_names_of_serverless_functions_are_read(void **state)
{
    setenv("TENCENTCLOUD_SECRETID", "AKIDfunction", 1);
    setenv("TENCENTCLOUD_SECRETKEY", "functionkey", 1);
    setenv("TENCENTCLOUD_SESSIONTOKEN", "functiontoken", 1);
    expect_keys("AKIDfunction", "functionkey", "functiontoken");
    setenv("TENCENTCLOUD_SECRET_ID", "AKIDown", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "ownkey", 1);
    expect_keys("AKIDown", "ownkey", "functiontoken");
    (void)state;
}

/* The most that STS gives: 1,024 bytes for an id and a key, 4,096 for a token. */
static void the_longest_keys_fit_and_longer_ones_are_named(void **state)
{
    static struct {
        char const *key;
        size_t longest;
    } const parts[] = {{"secret_id", 1024}, {"secret_key", 1024}, {"token", 4096}};

    for (size_t wrong = 0; wrong <= 3; wrong++) {
        static char text[8192];
        char source[sizeof path + 8];
        strcpy(text, "[default]\n");
        for (size_t i = 0; i < 3; i++) {
            char *const at = text + strlen(text);
            size_t const length = parts[i].longest + (wrong == i ? 1 : 0);
            int const head = sprintf(at, "%s = ", parts[i].key);
            memset(at + head, 'a' + (int)i, length);
            strcpy(at + head + length, "\n");
        }
        write_file(text, 0600);
        if (wrong < 3) {
            (void)sprintf(source, "%s:%zu", path, wrong + 2);
            expect_problem(source, "too long");
            continue;
        }
        credentials_wipe(&credentials);
        assert_true(credentials_find(&credentials, &wanted, &problem));
        assert_int_equal(strlen(credentials.keys.secret_id), 1024);
        assert_int_equal(strlen(credentials.keys.secret_key), 1024);
        assert_int_equal(strlen(credentials.keys.token), 4096);
    }
    (void)state;
}

static void a_profile_is_a_section(void **state)
{
    write_file("[default]\nsecret_id = AKIDdefault\nsecret_key = defaultkey\n"
               "[prod] # the one that counts\nsecret_id = AKIDprod\nsecret_key = prodkey\n"
               "token = prodtoken\n",
               0600);
    wanted.profile = "prod";
    expect_keys("AKIDprod", "prodkey", "prodtoken");
    wanted.profile = NULL;
    expect_keys("AKIDdefault", "defaultkey", NULL);
    setenv("TCCLI_PROFILE", "default", 1);
    setenv("TENCENTCLOUD_PROFILE", "prod", 1);
    expect_keys("AKIDprod", "prodkey", "prodtoken");
    unsetenv("TENCENTCLOUD_PROFILE");
    expect_keys("AKIDdefault", "defaultkey", NULL);
    (void)state;
}

/* As in tccli: --profile turns the environment off, and a variable does not. */
static void only_the_option_comes_before_the_environment(void **state)
{
    write_file("[prod]\nsecret_id = AKIDprod\nsecret_key = prodkey\n", 0600);
    setenv("TENCENTCLOUD_SECRET_ID", "AKIDenv", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "envkey", 1);
    setenv("TENCENTCLOUD_TOKEN", "envtoken", 1);
    setenv("TENCENTCLOUD_PROFILE", "prod", 1);
    expect_keys("AKIDenv", "envkey", "envtoken");
    wanted.profile = "prod";
    expect_keys("AKIDprod", "prodkey", NULL);
    (void)state;
}

static void the_system_file_comes_after_that_of_the_user(void **state)
{
    write_to(system_path, "[default]\nsecret_id = AKIDsystem\nsecret_key = systemkey\n", 0600);
    expect_keys("AKIDsystem", "systemkey", NULL);
    write_file("[other]\nsecret_id = AKIDother\nsecret_key = otherkey\n", 0600);
    expect_keys("AKIDsystem", "systemkey", NULL);
    write_file("[default]\ntoken = stray\n", 0600);
    expect_keys("AKIDsystem", "systemkey", NULL);
    write_file("[default]\nsecret_id = AKIDuser\nsecret_key = userkey\n", 0600);
    expect_keys("AKIDuser", "userkey", NULL);
    setenv("TENCENTCLOUD_CREDENTIALS_FILE", "/no/such/file", 1);
    expect_nothing("/no/such/file");
    assert_null(strstr(credentials.looked_at, system_path));
    (void)state;
}

static void a_file_of_tccli_comes_after_those_of_the_sdks(void **state)
{
    write_to(tccli_path, "{\n  \"secretId\": \"AKIDtccli\",\n  \"secretKey\": \"tcclikey\"\n}",
             0600);
    expect_keys("AKIDtccli", "tcclikey", NULL);
    assert_string_equal(credentials.source, tccli_path);
    write_to(system_path, "[default]\nsecret_id = AKIDsystem\nsecret_key = systemkey\n", 0600);
    expect_keys("AKIDsystem", "systemkey", NULL);
    (void)state;
}

static void tccli_writes_a_member_for_each_setting(void **state)
{
    wanted.profile = "prod";
    write_to(tccli_prod_path,
             "{\n  \"role-arn\": \"qcs::cam::uin/100000000001:roleName/reader\",\n"
             "  \"role-session-name\": \"lights\",\n  \"secretId\": \"AKIDtccli\",\n"
             "  \"secretKey\": \"tcclikey\",\n  \"token\": \"tcclitoken\",\n"
             "  \"type\": \"default\"\n}",
             0644);
    expect_keys("AKIDtccli", "tcclikey", "tcclitoken");
    assert_string_equal(credentials.role_arn, "qcs::cam::uin/100000000001:roleName/reader");
    assert_string_equal(credentials.role_session, "lights");
    assert_true(credentials.is_open_to_others);
    write_to(tccli_prod_path, "{\n  \"type\": \"cvm-role\"\n}", 0644);
    credentials_wipe(&credentials);
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_true(credentials.is_cvm_role);
    assert_false(credentials.is_last_resort);
    assert_false(credentials.is_open_to_others);
    (void)state;
}

/* `tccli configure` writes None for what a person leaves out, and `tccli sso configure` no keys. */
static void tccli_without_keys_says_so(void **state)
{
    static char const *const texts[] = {
        "{\n  \"secretId\": \"None\",\n  \"secretKey\": \"None\"\n}",
        "{\n    \"sso\": {\n        \"authUrl\": \"https://tencentcloudsso.com/x/login\"\n    }\n}",
        "{}", "{\n  \"secretId\": null,\n  \"secretKey\": null,\n  \"token\": null\n}",
        "{\"oauth\": {\"secretId\": \"inner\", \"secretKey\": \"inner\"}}"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_to(tccli_path, texts[i], 0600);
        expect_nothing("default.credential (has no secretId)");
    }
    (void)state;
}

static char const oauth[] =
    "{\n    \"type\": \"%s\",\n    \"secretId\": \"AKIDlogin\",\n    \"secretKey\": \"loginkey\",\n"
    "    \"token\": \"logintoken\",\n    \"expiresAt\": %s,\n    \"%s\": {\n"
    "        \"openId\": \"o\",\n        \"accessToken\": \"a\",\n        \"expiresAt\": 9,\n"
    "        \"refreshToken\": \"r\",\n        \"site\": \"cn\"\n    }\n}";

static void a_login_of_tccli_is_used_until_it_expires(void **state)
{
    static struct {
        char const *type, *profile, *command;
    } const logins[] = {
        {"oauth", NULL, "renew it with tccli auth login"},
        {"sso", NULL, "renew it with tccli sso login"},
        {"oauth", "prod", "renew it with tccli auth login --profile prod"},
        {"sso", "prod", "renew it with tccli sso login --profile prod"},
    };

    for (size_t i = 0; i < sizeof logins / sizeof logins[0]; i++) {
        char const *const file = logins[i].profile != NULL ? tccli_prod_path : tccli_path;
        char const *const type = logins[i].type;
        char text[1024];
        wanted = (struct credentials_wanted){.profile = logins[i].profile};
        (void)sprintf(text, oauth, type, "253402300799", type);
        write_to(file, text, 0600);
        expect_keys("AKIDlogin", "loginkey", "logintoken");
        (void)sprintf(text, oauth, type, "1000000000", type);
        write_to(file, text, 0600);
        credentials_wipe(&credentials);
        assert_false(credentials_find(&credentials, &wanted, &problem));
        assert_string_equal(problem.source, file);
        assert_string_equal(strstr(problem.cause, "renew it"), logins[i].command);
        wanted.distrusts_clock = true;
        expect_keys("AKIDlogin", "loginkey", "logintoken");
        unlink(file);
    }
    (void)state;
}

static void a_malformed_file_of_tccli_is_named(void **state)
{
    static char const *const texts[][2] = {
        {"", "not JSON"},
        {"{\"secretId\": \"AKID\"", "not JSON"},
        {"[default]\nsecret_id = AKID\n", "not JSON"},
        {"\xFF\xFE{", "not JSON"},
        {"{\"secretId\": \"AK ID\", \"secretKey\": \"key\"}", "blank"},
        {"{\"secretId\": \"AKID\", \"secretKey\": \"k\\u0000y\"}", "blank"},
        {"{\"secretId\": \"AKID\", \"secretKey\": \"key\", \"token\": \"a\\nb\"}", "blank"},
        {"{\"secretId\": \"AKID\", \"secretKey\": \"key\", \"role-arn\": \"a b\"}", "role"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_to(tccli_path, texts[i][0], 0600);
        expect_problem(tccli_path, texts[i][1]);
    }
    (void)state;
}

static void an_unknown_profile_names_those_that_exist(void **state)
{
    write_file("[default]\nsecret_id = a\nsecret_key = b\n[test]\nregion = ap-beijing\n", 0600);
    write_to(system_path, "[shared]\n", 0600);
    write_to(tccli_prod_path, "{}", 0600);
    wanted.profile = "prdo";
    expect_problem("--profile", "there is no profile prdo; there are: default, test, shared, prod");
    wanted.profile = NULL;
    setenv("TENCENTCLOUD_PROFILE", "prdo", 1);
    expect_problem("TENCENTCLOUD_PROFILE", "there is no profile prdo");
    wanted.profile = "test";
    expect_problem("--profile", "the profile test has no keys; looked at: ");
    (void)state;
}

static void what_is_no_name_of_a_profile_opens_no_file(void **state)
{
    static char const *const names[] = {"", "../default", "a/b", ".hidden", "a]", "a\nb"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        wanted.profile = names[i];
        expect_problem("--profile", "not the name of a profile");
    }
    (void)state;
}

static void a_role_comes_from_the_option_the_environment_or_the_place_of_the_keys(void **state)
{
    static char const arn[] = "qcs::cam::uin/1:roleName/";
    char text[256];

    (void)sprintf(text,
                  "[default]\nsecret_id = a\nsecret_key = b\nrole_arn = %sfile\n"
                  "role_session_name = from-file\n",
                  arn);
    write_file(text, 0600);
    expect_keys("a", "b", NULL);
    assert_string_equal(credentials.role_arn, "qcs::cam::uin/1:roleName/file");
    assert_string_equal(credentials.role_session, "from-file");
    setenv("TENCENTCLOUD_ROLE_ARN", "qcs::cam::uin/1:roleName/env", 1);
    expect_keys("a", "b", NULL);
    assert_string_equal(credentials.role_arn, "qcs::cam::uin/1:roleName/env");
    assert_string_equal(credentials.role_session, "pgtask");
    wanted.role_arn = "qcs::cam::uin/1:roleName/option";
    wanted.role_session = "from=option@x";
    expect_keys("a", "b", NULL);
    assert_string_equal(credentials.role_arn, wanted.role_arn);
    assert_string_equal(credentials.role_session, wanted.role_session);
    wanted.role_session = "x";
    expect_problem("--role-arn and --role-session-name", "2 to 128");
    wanted = (struct credentials_wanted){.role_arn = "a\"b"};
    expect_problem("--role-arn and --role-session-name", "not a role");
    (void)state;
}

static void the_role_of_the_machine_comes_first_if_it_is_asked_for(void **state)
{
    setenv("TENCENTCLOUD_SECRET_ID", "AKIDenv", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "envkey", 1);
    wanted.use_cvm_role = true;
    assert_true(credentials_find(&credentials, &wanted, &problem));
    assert_true(credentials.is_cvm_role);
    assert_false(credentials.is_last_resort);
    (void)state;
}

static int make_directory(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    strcat(strcpy(path, directory), "/.tencentcloud");
    strcat(strcpy(etc, directory), "/etc");
    strcat(strcpy(system_path, etc), "/tencentcloud");
    strcat(strcpy(tccli_path, directory), "/.tccli");
    if (mkdir(path, 0700) != 0 || mkdir(etc, 0700) != 0 || mkdir(system_path, 0700) != 0 ||
        mkdir(tccli_path, 0700) != 0) {
        return -1;
    }
    strcat(strcpy(tccli_prod_path, tccli_path), "/prod.credential");
    strcat(tccli_path, "/default.credential");
    strcat(path, "/credentials");
    strcat(system_path, "/credentials");
    return 0;
}

static int remove_directory(void **state)
{
    char *const paths[] = {path, system_path, tccli_path};

    (void)clear_environment(state);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        *strrchr(paths[i], '/') = '\0';
        if (rmdir(paths[i]) != 0) {
            return -1;
        }
    }
    return rmdir(etc) == 0 && rmdir(directory) == 0 ? 0 : -1;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(the_environment_comes_before_the_file, clear_environment),
        cmocka_unit_test_setup(without_environment_the_file_is_read, clear_environment),
        cmocka_unit_test_setup(values_in_quotes_are_sent_without_them, clear_environment),
        cmocka_unit_test_setup(a_file_open_to_others_is_reported, clear_environment),
        cmocka_unit_test_setup(the_variable_for_the_file_is_honoured, clear_environment),
        cmocka_unit_test_setup(a_variable_set_but_empty_is_an_error, clear_environment),
        cmocka_unit_test_setup(half_a_key_pair_names_the_missing_half, clear_environment),
        cmocka_unit_test_setup(a_bad_file_is_named_with_its_line_and_fault, clear_environment),
        cmocka_unit_test_setup(a_file_too_large_or_no_file_is_refused, clear_environment),
        cmocka_unit_test_setup(without_credentials_each_place_is_named_with_what_is_wrong,
                               clear_environment),
        cmocka_unit_test_setup(of_the_environment_only_the_malformed_variable_is_named,
                               clear_environment),
        cmocka_unit_test_setup(wiped_credentials_leave_nothing_behind, clear_environment),
        cmocka_unit_test_setup(each_variable_of_a_token_is_read_and_an_empty_one_is_no_token,
                               clear_environment),
        cmocka_unit_test_setup(the_names_of_serverless_functions_are_read, clear_environment),
        cmocka_unit_test_setup(the_longest_keys_fit_and_longer_ones_are_named, clear_environment),
        cmocka_unit_test_setup(a_profile_is_a_section, clear_environment),
        cmocka_unit_test_setup(only_the_option_comes_before_the_environment, clear_environment),
        cmocka_unit_test_setup(the_system_file_comes_after_that_of_the_user, clear_environment),
        cmocka_unit_test_setup(a_file_of_tccli_comes_after_those_of_the_sdks, clear_environment),
        cmocka_unit_test_setup(tccli_writes_a_member_for_each_setting, clear_environment),
        cmocka_unit_test_setup(tccli_without_keys_says_so, clear_environment),
        cmocka_unit_test_setup(a_login_of_tccli_is_used_until_it_expires, clear_environment),
        cmocka_unit_test_setup(a_malformed_file_of_tccli_is_named, clear_environment),
        cmocka_unit_test_setup(an_unknown_profile_names_those_that_exist, clear_environment),
        cmocka_unit_test_setup(what_is_no_name_of_a_profile_opens_no_file, clear_environment),
        cmocka_unit_test_setup(
            a_role_comes_from_the_option_the_environment_or_the_place_of_the_keys,
            clear_environment),
        cmocka_unit_test_setup(the_role_of_the_machine_comes_first_if_it_is_asked_for,
                               clear_environment),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
