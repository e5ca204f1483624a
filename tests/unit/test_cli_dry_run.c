/* SPDX-License-Identifier: MIT */
/* What --dry-run and --as-curl show of a request. The values are those of
 * tests/data/signing-vectors.json, which two independent implementations have computed. */
#include "dry_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <mbedtls/sha256.h>

#include "signing.h"

static struct writer writer;
static struct dry_run request;
static char printed[8192];
static char text[4096];

static int set_up(void **state)
{
    FILE *const file = tmpfile();

    (void)state;
    assert_non_null(file);
    writer = (struct writer){.descriptor = fileno(file)};
    return 0;
}

static char const *output(void)
{
    assert_true(writer_flush(&writer));
    ssize_t const length = pread(writer.descriptor, printed, sizeof printed - 1, 0);

    assert_true(length >= 0);
    printed[length] = '\0';
    assert_int_equal(ftruncate(writer.descriptor, 0), 0);
    assert_int_equal(lseek(writer.descriptor, 0, SEEK_SET), 0);
    return printed;
}

/* @param token_line  a header behind an end of line, or "" */
static void make_request(struct signing_vector const *from, char const *token_line)
{
    int const length =
        snprintf(text, sizeof text,
                 "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nX-TC-Action: DescribeTasks\r\n"
                 "Content-Length: %zu\r\nX-TC-Timestamp: %lld\r\nAuthorization: %s%s\r\n\r\n%s",
                 from->host, from->content_type, from->payload_length, (long long)from->unix_s,
                 from->authorization, token_line, from->payload);

    assert_in_range(length, 1, PGTASK_BUFFER_BYTES);
    assert_true(dry_run_read(&request, text, (size_t)length));
}

/* @return what stands below a heading, up to the next heading or the end */
static char const *section(char const *heading)
{
    static char found[4096];
    char line[64];
    char const *at;
    char const *end = NULL;

    (void)snprintf(line, sizeof line, "\n%s:\n\n", heading);
    at = strstr(printed, line);
    assert_non_null(at);
    at += strlen(line);
    if (strcmp(heading, "Canonical request") == 0) {
        end = strstr(at, "\n\nString to sign:");
    } else if (strcmp(heading, "String to sign") == 0) {
        end = strstr(at, "\n\nSignature:");
    } else {
        end = at + strlen(at) - 1;
    }
    assert_non_null(end);
    memcpy(found, at, (size_t)(end - at));
    found[end - at] = '\0';
    return found;
}

static void assert_hash(char const *of, char const *expected)
{
    uint8_t digest[PGTASK_TC3_HASH_BYTES];
    char hex[PGTASK_TC3_HEX_BYTES];

    assert_int_equal(mbedtls_sha256((uint8_t const *)of, strlen(of), digest, 0), 0);
    for (size_t i = 0; i < sizeof digest; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    assert_string_equal(hex, expected);
}

static void explanation_has_the_values_of_each_vector(void **state)
{
    unsigned tried = 0;

    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct signing_vector const *const one = &signing_vectors[i];
        struct pgtask_credentials const keys = {.secret_id = one->secret_id,
                                                .secret_key = one->secret_key};
        char expected[512];

        if (strcmp(one->method, "POST") != 0 || strcmp(one->service, "postgres") != 0 ||
            one->unsigned_payload) {
            continue;
        }
        make_request(one, "");
        assert_int_equal(dry_run_explain(&writer, &request, &keys), PGTASK_OK);
        assert_non_null(strstr(output(), one->authorization));
        assert_hash(section("Canonical request"), one->canonical_request_hash);
        (void)snprintf(expected, sizeof expected, "TC3-HMAC-SHA256\n%lld\n%s\n%s",
                       (long long)one->unix_s, one->scope, one->canonical_request_hash);
        assert_string_equal(section("String to sign"), expected);
        assert_string_equal(section("Signature"), one->signature);
        tried++;
    }
    assert_true(tried >= 15);
}

static void no_key_and_no_token_is_printed(void **state)
{
    struct signing_vector const *const one = vector("gen-pg-taskid-2hdr");
    struct pgtask_credentials const keys = {.secret_id = one->secret_id,
                                            .secret_key = one->secret_key};
    struct dry_run_way const way = {.connect_host = NULL};

    (void)state;
    make_request(one, "\r\nX-TC-Token: a-token-that-is-secret");
    assert_int_equal(dry_run_explain(&writer, &request, &keys), PGTASK_OK);
    assert_non_null(strstr(output(), "\nX-TC-Token: ***\n"));
    assert_null(strstr(printed, one->secret_key));
    assert_null(strstr(printed, "a-token-that"));
    dry_run_as_curl(&writer, &request, &way);
    assert_non_null(strstr(output(), "\nX-TC-Token: ${TENCENTCLOUD_TOKEN:?}\n"));
    assert_null(strstr(printed, one->secret_key));
    assert_null(strstr(printed, "a-token-that"));
}

static void command_of_curl_has_each_part_in_quotes(void **state)
{
    struct dry_run_way way = {.connect_host = "::1",
                              .connect_port = 8443,
                              .ca_file = "/tmp/it's here.pem",
                              .proxy = "http://proxy.example:3128"};

    (void)state;
    make_request(vector("gen-pg-taskid-2hdr"), "");
    dry_run_as_curl(&writer, &request, &way);
    assert_ptr_equal(
        strstr(output(), "curl --http1.1 'https://postgres.tencentcloudapi.com/' \\\n"), printed);
    assert_non_null(
        strstr(printed, " --connect-to 'postgres.tencentcloudapi.com:443:[::1]:8443' "));
    assert_non_null(strstr(printed, " --cacert '/tmp/it'\\''s here.pem' "));
    assert_non_null(strstr(printed, " --proxy 'http://proxy.example:3128' "));
    assert_non_null(strstr(printed, " --header 'X-TC-Action: DescribeTasks' "));
    assert_null(strstr(printed, "Host:"));
    assert_null(strstr(printed, "Content-Length:"));
    way.proxy = "none";
    dry_run_as_curl(&writer, &request, &way);
    assert_non_null(strstr(output(), " --noproxy '*' "));
}

static void what_is_no_request_is_not_read(void **state)
{
    static char const *const bad[] = {"", "POST / HTTP/1.1", "POST / HTTP/1.1\r\nHost: a\r\n",
                                      "\r\n\r\n"};
    static char many[2000];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(dry_run_read(&request, bad[i], strlen(bad[i])));
    }
    for (size_t i = 0; i + 4 < 1000; i += 3) {
        memcpy(many + i, "a\r\n", 3);
    }
    assert_false(dry_run_read(&request, many, strlen(many)));
    memset(many, 'a', sizeof many);
    assert_false(dry_run_read(&request, many, sizeof many));
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(explanation_has_the_values_of_each_vector, set_up),
        cmocka_unit_test_setup(no_key_and_no_token_is_printed, set_up),
        cmocka_unit_test_setup(command_of_curl_has_each_part_in_quotes, set_up),
        cmocka_unit_test_setup(what_is_no_request_is_not_read, set_up),
    };

    return cmocka_run_group_tests_name("cli dry run", tests, NULL, NULL);
}
