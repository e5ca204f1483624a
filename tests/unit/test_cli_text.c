/* SPDX-License-Identifier: MIT */
/* The client reads numbers, seconds, characters and hosts strictly. */
#include "guard.h"
#include "base/text.h"
#include "session/host_port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool read_number(char const *text, uint64_t *number)
{
    size_t const size = strlen(text) + 1;
    char *const copy = guard_copy(text, size);
    bool const good = text_to_uint64(copy, number);

    guard_free(copy, size);
    return good;
}

static bool read_seconds(char const *text, uint32_t *milliseconds)
{
    size_t const size = strlen(text) + 1;
    char *const copy = guard_copy(text, size);
    bool const good = text_to_milliseconds(copy, milliseconds);

    guard_free(copy, size);
    return good;
}

static char const *read_host(char const *text, struct host_port *host)
{
    size_t const size = strlen(text) + 1;
    char *const copy = guard_copy(text, size);
    char const *const wrong = host_port_read(copy, host);

    guard_free(copy, size);
    return wrong;
}

static void whole_numbers_are_read_to_the_last_of_64_bits(void **state)
{
    static struct {
        char const *text;
        uint64_t number;
    } const good[] = {
        {"0", 0}, {"7", 7}, {"007", 7}, {"120321", 120321}, {"18446744073709551615", UINT64_MAX}};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t number = 1;
        assert_true(read_number(good[i].text, &number));
        assert_true(number == good[i].number);
    }
    (void)state;
}

static void what_is_no_whole_number_is_refused(void **state)
{
    static char const *const bad[] = {"",
                                      " 1",
                                      "1 ",
                                      "+1",
                                      "-1",
                                      "0x1",
                                      "1e3",
                                      "1.0",
                                      "1,000",
                                      "18446744073709551616",
                                      "99999999999999999999",
                                      "abc",
                                      "1\n"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t number = 42;
        assert_false(read_number(bad[i], &number));
        assert_true(number == 42);
    }
    (void)state;
}

static void seconds_are_read_to_the_millisecond(void **state)
{
    static struct {
        char const *text;
        uint32_t milliseconds;
    } const good[] = {{"0", 0},
                      {"1", 1000},
                      {"60", 60000},
                      {"0.25", 250},
                      {"0.001", 1},
                      {"1.5", 1500},
                      {"2.0000000", 2000},
                      {"10.010", 10010},
                      {"4294967.295", UINT32_MAX}};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint32_t milliseconds = 1;
        assert_true(read_seconds(good[i].text, &milliseconds));
        assert_int_equal(milliseconds, good[i].milliseconds);
    }
    (void)state;
}

static void seconds_too_fine_too_many_or_malformed_are_refused(void **state)
{
    static char const *const bad[] = {"",
                                      ".",
                                      ".5",
                                      "1.",
                                      "-1",
                                      "+1",
                                      "1s",
                                      "1 ",
                                      "1,5",
                                      "1e3",
                                      "0.0001",
                                      "1.0005",
                                      "4294967.296",
                                      "4294968",
                                      "1.5.",
                                      "nan",
                                      "1.-5",
                                      "18446744073709551616",
                                      "99999999999999999999.5"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint32_t milliseconds = 42;
        assert_false(read_seconds(bad[i], &milliseconds));
        assert_int_equal(milliseconds, 42);
    }
    (void)state;
}

/* RFC 3629: shortest and longest of each length, and what it forbids. */
static void a_text_for_another_program_keeps_what_is_seen(void **state)
{
    static struct {
        char const *text;
        char const *printable;
    } const cases[] = {
        {"", ""},
        {"RestoreDatabase", "RestoreDatabase"},
        {"\xE6\x81\xA2\xE5\xA4\x8D 45 %", "\xE6\x81\xA2\xE5\xA4\x8D 45 %"},
        {"a\nb\tc\rd", "a b c d"},
        {"\033[31mred\x07", "?[31mred?"},
        {"\xC2\x9B"
         "31m",
         "?31m"}, /* U+009B, a C1 control */
        {"\xE2\x80\xAE"
         "x\xE2\x80\x8By\xE2\x80\xA8z",
         "?x?y?z"},                /* U+202E, U+200B, U+2028 */
        {"\xF3\xA0\x81\x81", "?"}, /* U+E0041, a tag */
        {"\xFFz\xE4\xB8", "?z??"}, /* not UTF-8 */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t const size = strlen(cases[i].text) + 1;
        char *text = guard_copy(cases[i].text, size);
        text_make_printable(text);
        assert_string_equal(text, cases[i].printable);
        guard_free(text, size);
    }
    (void)state;
}

static void hosts_are_read_with_and_without_port(void **state)
{
    static struct {
        char const *text;
        char const *name;
        uint16_t port;
    } const good[] = {
        {"postgres.tencentcloudapi.com", "postgres.tencentcloudapi.com", 0},
        {"postgres.tencentcloudapi.com:8443", "postgres.tencentcloudapi.com", 8443},
        {"localhost:1", "localhost", 1},
        {"127.0.0.1:65535", "127.0.0.1", 65535},
        {"a-b-c.d", "a-b-c.d", 0},
        {"[::1]", "::1", 0},
        {"[::1]:8443", "::1", 8443},
        {"[2001:db8::7]:443", "2001:db8::7", 443},
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct host_port host = {.port = 1};
        assert_null(read_host(good[i].text, &host));
        assert_string_equal(host.name, good[i].name);
        assert_int_equal(host.port, good[i].port);
    }
    (void)state;
}

static void bad_hosts_and_ports_are_refused_and_change_nothing(void **state)
{
    static char const *const bad[] = {
        "",          ":443",      "host:",       "host:0",       "host:65536",   "host:-1",
        "host:80x",  "host:1:2",  "::1",         "2001:db8::7",  "[::1",         "[]",
        "[::1]443",  "[::1]:",    "[::1]:70000", "[127.0.0.1]",  "[host]:1",     "ho st",
        "host/path", "user@host", "h\xC3\xB6st", "https://host", "https://h:1",  ".host",
        "-host",     "a_b",       "a..b",        "host\n",       "host\r\nX: y", "[::1%eth0]:1"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct host_port host = {.name = "before", .port = 7};
        char const *const wrong = read_host(bad[i], &host);
        assert_non_null(wrong);
        assert_true(strlen(wrong) > 10);
        assert_string_equal(host.name, "before");
        assert_int_equal(host.port, 7);
    }
    (void)state;
}

static void a_host_name_has_253_characters_at_most(void **state)
{
    char text[255];
    struct host_port host = {.port = 0};

    memset(text, 'a', sizeof text);
    text[253] = '\0';
    assert_null(host_port_read(text, &host));
    assert_int_equal(strlen(host.name), 253);
    text[253] = 'a';
    text[254] = '\0';
    assert_non_null(host_port_read(text, &host));
    (void)state;
}

static void wiping_leaves_zeros_and_touches_nothing_else(void **state)
{
    char secret[] = "<key>";

    text_wipe(secret + 1, 3);
    assert_memory_equal(secret, "<\0\0\0>", sizeof secret);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(whole_numbers_are_read_to_the_last_of_64_bits),
        cmocka_unit_test(what_is_no_whole_number_is_refused),
        cmocka_unit_test(seconds_are_read_to_the_millisecond),
        cmocka_unit_test(seconds_too_fine_too_many_or_malformed_are_refused),
        cmocka_unit_test(a_text_for_another_program_keeps_what_is_seen),
        cmocka_unit_test(hosts_are_read_with_and_without_port),
        cmocka_unit_test(bad_hosts_and_ports_are_refused_and_change_nothing),
        cmocka_unit_test(a_host_name_has_253_characters_at_most),
        cmocka_unit_test(wiping_leaves_zeros_and_touches_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
