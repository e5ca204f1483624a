/* SPDX-License-Identifier: MIT */
/* URLs of proxies and lists of exceptions. The answers about lists are those of curl 7.88, except
 * for a port behind an element, which Go's and Python's libraries know. */
#include "session/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct proxy proxy;

static int set_up(void **state)
{
    static char const *const variables[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
                                            "ALL_PROXY",   "no_proxy",    "NO_PROXY"};

    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        (void)unsetenv(variables[i]);
    }
    memset(&proxy, 0, sizeof proxy);
    return 0;
}

static void assert_read(char const *url, char const *host, unsigned port, char const *credentials)
{
    memset(&proxy, 0, sizeof proxy);
    assert_null(proxy_read(url, &proxy));
    assert_string_equal(proxy.host.name, host);
    assert_int_equal(proxy.host.port, port);
    assert_string_equal(proxy.credentials, credentials);
}

static void good_urls_are_read(void **state)
{
    (void)state;
    assert_read("http://proxy.example:3128", "proxy.example", 3128, "");
    assert_read("http://proxy.example:3128/", "proxy.example", 3128, "");
    assert_read("HTTP://10.0.0.1:80", "10.0.0.1", 80, "");
    assert_read("proxy.example:8080", "proxy.example", 8080, "");
    assert_read("http://[2001:db8::1]:3128", "2001:db8::1", 3128, "");
    assert_read("http://user:word@proxy.example:1", "proxy.example", 1, "user:word");
    assert_read("http://user@proxy.example:1", "proxy.example", 1, "user:");
    assert_read("http://u%40x:p%3a%2F%25@proxy.example:1", "proxy.example", 1, "u@x:p:/%");
    assert_read("http://user:p@ss@proxy.example:1", "proxy.example", 1, "user:p@ss");
    assert_read("http://user:100%@proxy.example:1", "proxy.example", 1, "user:100%");
}

static void bad_urls_are_refused_without_a_word_of_the_password(void **state)
{
    static char const *const bad[] = {
        "socks5://user:hunter2@proxy.example:1080",
        "https://user:hunter2@proxy.example:443",
        "http://user:hunter2@proxy.example",
        "http://user:hunter2@proxy.example:0",
        "http://user:hunter2@proxy.example:65536",
        "http://user:hunter2@proxy.example:80/path",
        "http://user:hunter2@:80",
        "http://user:hunter2%0d%0a@proxy.example:80",
        "http://user:hunter2@proxy example:80",
        "http://user:hunter2@2001:db8::1:80",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char const *const wrong = proxy_read(bad[i], &proxy);

        assert_non_null(wrong);
        assert_null(strstr(wrong, "hunter2"));
        assert_string_equal(proxy.host.name, "");
        assert_string_equal(proxy.credentials, "");
    }
}

static void credentials_that_are_too_long_are_refused(void **state)
{
    char url[PROXY_CREDENTIALS_BYTES + 64];

    (void)state;
    for (int length = PROXY_CREDENTIALS_BYTES - 8; length < PROXY_CREDENTIALS_BYTES + 8; length++) {
        (void)snprintf(url, sizeof url, "http://%0*d@proxy.example:80", length, 0);
        assert_int_equal(proxy_read(url, &proxy) == NULL, length <= PROXY_CREDENTIALS_BYTES - 2);
    }
}

static void lists_of_exceptions_mean_what_they_mean_to_curl(void **state)
{
    static struct {
        char const *list;
        char const *host;
        bool is_bypassed;
    } const cases[] = {
        {"*", "db.example.com", true},
        {"example.com", "db.example.com", true},
        {".example.com", "db.example.com", true},
        {".example.com", "example.com", true},
        {"example.com", "notexample.com", false},
        {"db.example.com", "example.com", false},
        {"EXAMPLE.com", "db.example.COM", true},
        {"a, example.com", "db.example.com", true},
        {"a example.com", "db.example.com", true},
        {"*.example.com", "db.example.com", false},
        {"example.com.", "db.example.com", true},
        {"example.com", "db.example.com.", true},
        {"..example.com", "db.example.com", false},
        {"localhost", "localhost", true},
        {"ocalhost", "localhost", false},
        {"", "db.example.com", false},
        {",", "db.example.com", false},
        {".", "db.example.com", false},
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.0/8", "127.0.0.1", true},
        {"127.0.0.0/8", "128.0.0.1", false},
        {"127.0.0.0/33", "127.0.0.1", false},
        {"127.0.0.1/32", "127.0.0.1", true},
        {"127.0.0.0/31", "127.0.0.1", true},
        {"127.0.0.0/31", "127.0.0.2", false},
        {"127.0.0.0/x", "127.0.0.1", false},
        {"0.0.1", "127.0.0.1", false},
        {"::1,[::1]:443", "127.0.0.1", false},
        /* curl does not know ports. */
        {"example.com:443", "db.example.com", true},
        {"example.com:8443", "db.example.com", false},
        {"127.0.0.0/8:443", "127.0.0.1", true},
        {"example.com:x", "db.example.com", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct host_port host = {.port = 0};

        strcpy(host.name, cases[i].host);
        if (proxy_is_bypassed(cases[i].list, &host) != cases[i].is_bypassed) {
            fail_msg("no_proxy=%s and %s", cases[i].list, cases[i].host);
        }
    }
}

static void assert_found(char const *option, char const *host, char const *source)
{
    static struct host_port const service = {.name = "postgres.tencentcloudapi.com"};

    memset(&proxy, 0, sizeof proxy);
    assert_null(proxy_find(&proxy, option, &service));
    assert_string_equal(proxy.host.name, host);
    if (source != NULL) {
        assert_string_equal(proxy.source, source);
    }
}

static void option_comes_first_and_then_the_variables_in_the_order_of_curl(void **state)
{
    (void)state;
    assert_found(NULL, "", NULL);
    (void)setenv("ALL_PROXY", "http://d:1", 1);
    assert_found(NULL, "d", "ALL_PROXY");
    (void)setenv("all_proxy", "http://c:1", 1);
    assert_found(NULL, "c", "all_proxy");
    (void)setenv("HTTPS_PROXY", "http://b:1", 1);
    assert_found(NULL, "b", "HTTPS_PROXY");
    (void)setenv("https_proxy", "http://a:1", 1);
    assert_found(NULL, "a", "https_proxy");
    (void)setenv("https_proxy", "", 1);
    assert_found(NULL, "b", "HTTPS_PROXY");
    assert_found("http://option:1", "option", "--proxy");
    assert_found("none", "", "--proxy");
}

static void exceptions_count_for_the_environment_only(void **state)
{
    (void)state;
    (void)setenv("https_proxy", "http://a:1", 1);
    (void)setenv("NO_PROXY", "tencentcloudapi.com", 1);
    assert_found(NULL, "", NULL);
    assert_found("http://option:1", "option", "--proxy");
    (void)setenv("no_proxy", "elsewhere.example", 1);
    assert_found(NULL, "a", "https_proxy");
    /* What is not used is not judged. */
    (void)setenv("https_proxy", "socks5://a:1", 1);
    (void)setenv("no_proxy", "*", 1);
    assert_found(NULL, "", NULL);
}

static void password_on_the_command_line_is_refused(void **state)
{
    static struct host_port const service = {.name = "postgres.tencentcloudapi.com"};
    char const *const wrong = proxy_find(&proxy, "http://user:hunter2@a:1", &service);

    (void)state;
    assert_non_null(wrong);
    assert_non_null(strstr(wrong, "other users can see the command line"));
    assert_string_equal(proxy.host.name, "");
}

static void wiping_leaves_no_byte_behind(void **state)
{
    char const *const bytes = (char const *)&proxy;

    (void)state;
    assert_null(proxy_read("http://user:hunter2@a:1", &proxy));
    proxy_wipe(&proxy);
    for (size_t i = 0; i < sizeof proxy; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(good_urls_are_read, set_up),
        cmocka_unit_test_setup(bad_urls_are_refused_without_a_word_of_the_password, set_up),
        cmocka_unit_test_setup(credentials_that_are_too_long_are_refused, set_up),
        cmocka_unit_test_setup(lists_of_exceptions_mean_what_they_mean_to_curl, set_up),
        cmocka_unit_test_setup(option_comes_first_and_then_the_variables_in_the_order_of_curl,
                               set_up),
        cmocka_unit_test_setup(exceptions_count_for_the_environment_only, set_up),
        cmocka_unit_test_setup(password_on_the_command_line_is_refused, set_up),
        cmocka_unit_test_setup(wiping_leaves_no_byte_behind, set_up),
    };

    return cmocka_run_group_tests_name("cli proxy", tests, NULL, NULL);
}
