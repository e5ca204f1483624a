/* SPDX-License-Identifier: MIT */
/* The advice at a command line: the library's, or a narrower one. */
#include "session/advice.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FILE_NAME "/etc/pgtask/credentials"

static char text[ADVICE_BYTES];

static struct pgtask_failure refusal(char const *code)
{
    struct pgtask_failure failure = {.error = PGTASK_ERROR_SERVICE};

    strcpy(failure.code, code);
    return failure;
}

static void expect_end(struct pgtask_failure const *failure, char const *file, char const *end)
{
    size_t const end_length = strlen(end);

    assert_ptr_equal(advice_write(text, failure, NULL, file, true, "ap-guangzhou", ""), text);
    assert_true(strlen(text) > end_length);
    assert_string_equal(text + strlen(text) - end_length, end);
}

static void keys_of_a_file_are_named_with_it(void **state)
{
    struct pgtask_failure const signature = refusal("AuthFailure.SignatureFailure");
    struct pgtask_failure const id = refusal("AuthFailure.SecretIdNotFound");
    struct pgtask_failure const both = refusal("AuthFailure");

    expect_end(&signature, FILE_NAME, ". Copy secret_key in " FILE_NAME " again, without blanks.");
    expect_end(&id, FILE_NAME,
               ". Check secret_id in " FILE_NAME " for blanks; enable the key in the console.");
    expect_end(&both, FILE_NAME, ". Set secret_id and secret_key in " FILE_NAME " without blanks.");
    (void)state;
}

static void a_user_without_the_right_is_sent_to_the_policy(void **state)
{
    static char const *const codes[] = {
        "UnauthorizedOperation", "UnauthorizedOperation.CAMUnauthorized",
        "AuthFailure.UnauthorizedOperation", "OperationDenied.CamDeniedError"};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct pgtask_failure const denied = refusal(codes[i]);

        expect_end(&denied, FILE_NAME,
                   ". Allow this user postgres:DescribeTasks in the console (CAM): SECURITY.md has "
                   "the policy.");
    }
    (void)state;
}

static void what_names_no_key_names_no_file(void **state)
{
    struct pgtask_failure const denied = refusal("UnauthorizedOperation");
    struct pgtask_failure const nowhere = {.error = PGTASK_ERROR_RESOLVE};

    expect_end(&denied, FILE_NAME, " has the policy.");
    assert_null(strstr(text, FILE_NAME));
    expect_end(&nowhere, FILE_NAME, ". Check the host name and the DNS server.");
    (void)state;
}

static void a_failure_of_network_or_tls_names_its_hosts(void **state)
{
    static struct {
        enum pgtask_error error;
        bool is_named;
    } const cases[] = {{PGTASK_ERROR_TIMEOUT, true},
                       {PGTASK_ERROR_RESOLVE, true},
                       {PGTASK_ERROR_TLS_HOST_NAME, true},
                       {PGTASK_ERROR_HTTP_STATUS, false},
                       {PGTASK_ERROR_SERVICE, false}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pgtask_failure const failure = {.error = cases[i].error};

        (void)advice_write(text, &failure, NULL, NULL, true, "ap-guangzhou",
                           "host example.com port 443");
        assert_true((strstr(text, " (host example.com port 443). ") != NULL) == cases[i].is_named);
    }
    (void)state;
}

/* The host of a finance region (spec, section 1). */
static void a_finance_region_is_sent_to_its_host(void **state)
{
    struct pgtask_failure const failure = refusal("UnsupportedRegion");

    (void)advice_write(text, &failure, NULL, FILE_NAME, true, "ap-shanghai-fsi", "");
    assert_non_null(strstr(text, " add --endpoint postgres.ap-shanghai-fsi.tencentcloudapi.com."));
    expect_end(&failure, FILE_NAME, ". Check the region, such as ap-guangzhou.");
    (void)advice_write(text, &failure, NULL, FILE_NAME, true, "fsi", "");
    assert_null(strstr(text, "--endpoint"));
    (void)state;
}

static void keys_of_the_environment_are_named_by_their_variables(void **state)
{
    struct pgtask_failure const signature = refusal("AuthFailure.SignatureFailure");

    expect_end(&signature, NULL, ". Copy TENCENTCLOUD_SECRET_KEY again, without blanks.");
    (void)state;
}

static void the_longest_failure_and_path_are_written_whole(void **state)
{
    struct pgtask_failure failure = refusal("AuthFailure");
    char path[PROBLEM_PATH_BYTES];

    memset(failure.code + strlen(failure.code), '.', 1);
    memset(failure.code + strlen(failure.code), 'C',
           sizeof failure.code - 1 - strlen(failure.code));
    memset(failure.message, 'm', sizeof failure.message - 1);
    memset(failure.request_id, 'r', sizeof failure.request_id - 1);
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    expect_end(&failure, path, " without blanks.");
    assert_non_null(strstr(text, failure.message));
    assert_non_null(strstr(text, path));
    (void)state;
}

static void a_status_that_stays_points_to_a_proxy(void **state)
{
    static int32_t const lasting[] = {204, 301, 302, 400, 403, 404, 407, 501};
    static int32_t const passing[] = {429, 500, 502, 503, 504};
    struct pgtask_failure failure = {.error = PGTASK_ERROR_HTTP_STATUS};

    for (size_t i = 0; i < sizeof lasting / sizeof lasting[0]; i++) {
        failure.detail = lasting[i];
        expect_end(&failure, NULL, "look for a proxy, and check --endpoint and --connect.");
        assert_null(strstr(text, "later"));
    }
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        failure.detail = passing[i];
        expect_end(&failure, NULL, ". Try again later, then look for a proxy.");
    }
    (void)state;
}

static void a_lack_of_descriptors_or_processes_points_to_the_limit(void **state)
{
    struct pgtask_failure failure = {.error = PGTASK_ERROR_PORT, .detail = EMFILE};

    expect_end(&failure, NULL, "raise the limit (ulimit -n).");
    failure.detail = ENFILE;
    expect_end(&failure, FILE_NAME, "raise the limit (ulimit -n).");
    failure.detail = ENOMEM; /* of fork() */
    expect_end(&failure, NULL, "raise the limit (ulimit -u, or TasksMax of the unit).");
    assert_true(advice_is_shortage(&failure));
    failure.detail = EBADF;
    assert_false(advice_is_shortage(&failure));
    expect_end(&failure, NULL, "Look the code up in the port of this board.");
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(keys_of_a_file_are_named_with_it),
        cmocka_unit_test(a_user_without_the_right_is_sent_to_the_policy),
        cmocka_unit_test(what_names_no_key_names_no_file),
        cmocka_unit_test(a_failure_of_network_or_tls_names_its_hosts),
        cmocka_unit_test(a_finance_region_is_sent_to_its_host),
        cmocka_unit_test(keys_of_the_environment_are_named_by_their_variables),
        cmocka_unit_test(the_longest_failure_and_path_are_written_whole),
        cmocka_unit_test(a_status_that_stays_points_to_a_proxy),
        cmocka_unit_test(a_lack_of_descriptors_or_processes_points_to_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
