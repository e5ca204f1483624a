/* SPDX-License-Identifier: MIT */
/*
 * The page of settings of the firmware: what make_settings.py writes is read, and whatever a broken
 * write or a wrong tool leaves is refused, or the other copy counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <mbedtls/sha256.h>
#include <settings.h>

#include "certificates.h"

enum { HEAD_BYTES = 16, FIELDS_AT = 48, COMMAND_BYTES = 1024 };

static uint8_t page[SETTINGS_PAGE_BYTES];

static void write_16_bits(uint8_t *bytes, size_t number)
{
    bytes[0] = (uint8_t)number;
    bytes[1] = (uint8_t)(number >> 8);
}

/* --- Pages by make_settings.py --- */

static void run_script(char const *path, char const *region)
{
    char command[COMMAND_BYTES];

    (void)snprintf(command, sizeof command,
                   "TENCENTCLOUD_SECRET_ID=AKIDEXAMPLE TENCENTCLOUD_SECRET_KEY=example-key "
                   "TENCENTCLOUD_TOKEN=example-token PROXY_CREDENTIALS='user:pass word' python3 "
                   "examples/firmware/make_settings.py "
                   "--ca %s/ca.pem --ca %s/rsa_root.pem --instance postgres-x --region %s "
                   "--proxy proxy.test:3128 --fallback-endpoint spare.test --sntp-server ntp.test "
                   "-o %s >/dev/null",
                   test_certificates(), test_certificates(), region, path);
    assert_int_equal(system(command), 0);
}

/* Runs the script `runs` times over one page, for region-1, region-2 ... */
static void make_page(int runs)
{
    char folder[] = "/tmp/pgtask-settings-XXXXXX";
    char path[sizeof folder + sizeof "/settings.bin"];
    char command[COMMAND_BYTES];
    FILE *file;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/settings.bin", folder);
    for (int run = 1; run <= runs; run++) {
        char region[] = "region-0";

        region[sizeof region - 2] = (char)('0' + run);
        run_script(path, region);
    }
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(page, 1, sizeof page, file), sizeof page);
    (void)fclose(file);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static void assert_region(char const *region, uint32_t sequence)
{
    struct settings settings;

    assert_true(settings_read(page, sizeof page, &settings));
    assert_string_equal(settings.texts[SETTINGS_REGION], region);
    assert_int_equal(settings.sequence, sequence);
}

static void settings_are_read_as_the_script_wrote_them(void **state)
{
    struct settings settings;

    (void)state;
    make_page(1);
    assert_true(settings_read(page, sizeof page, &settings));
    assert_int_equal(settings.sequence, 1);
    assert_string_equal(settings.texts[SETTINGS_REGION], "region-1");
    assert_string_equal(settings.texts[SETTINGS_INSTANCE], "postgres-x");
    assert_string_equal(settings.texts[SETTINGS_SECRET_ID], "AKIDEXAMPLE");
    assert_string_equal(settings.texts[SETTINGS_SECRET_KEY], "example-key");
    assert_string_equal(settings.texts[SETTINGS_TOKEN], "example-token");
    assert_string_equal(settings.texts[SETTINGS_SNTP_SERVER], "ntp.test");
    assert_string_equal(settings.proxy.host, "proxy.test");
    assert_int_equal(settings.proxy.port_number, 3128);
    assert_string_equal(settings.proxy.credentials, "user:pass word");
    assert_string_equal(settings.fallback.host, "spare.test");
    assert_int_equal(settings.fallback.port_number, 443);
    assert_int_equal(settings.root_count, 2);
    for (size_t i = 0; i < settings.root_count; i++) {
        struct pgtask_root const *const root = &settings.roots[i];

        /* DER: a SEQUENCE with its length in two bytes. */
        assert_int_equal(root->der[0], 0x30);
        assert_int_equal(root->der[1], 0x82);
        assert_int_equal(root->der[2] << 8 | root->der[3], root->length - 4);
    }
}

static void the_copy_with_the_higher_number_counts(void **state)
{
    (void)state;
    make_page(2);
    assert_region("region-2", 2);
    make_page(3);
    assert_region("region-3", 3);
}

static void a_write_that_breaks_off_at_any_byte_leaves_the_last_settings(void **state)
{
    static uint8_t whole[SETTINGS_COPY_BYTES];
    size_t length;

    (void)state;
    make_page(2);
    memcpy(whole, page + SETTINGS_COPY_BYTES, sizeof whole);
    length = FIELDS_AT + (whole[12] | (size_t)whole[13] << 8);
    for (size_t written = 0; written < length; written++) {
        memset(page + SETTINGS_COPY_BYTES, 0xff, SETTINGS_COPY_BYTES);
        memcpy(page + SETTINGS_COPY_BYTES, whole, written);
        assert_region("region-1", 1);
    }
    memcpy(page + SETTINGS_COPY_BYTES, whole, length);
    assert_region("region-2", 2);
}

static void any_byte_that_changes_makes_a_copy_invalid(void **state)
{
    struct settings settings;
    size_t length;

    (void)state;
    make_page(1);
    length = FIELDS_AT + (page[12] | (size_t)page[13] << 8);
    for (size_t at = 0; at < length; at++) {
        page[at] ^= 0x10;
        assert_false(settings_read(page, sizeof page, &settings));
        page[at] ^= 0x10;
    }
    assert_region("region-1", 1);
}

static void erased_flash_zeros_and_a_page_cut_short_hold_no_settings(void **state)
{
    struct settings settings;

    (void)state;
    memset(page, 0xff, sizeof page);
    assert_false(settings_read(page, sizeof page, &settings));
    memset(page, 0, sizeof page);
    assert_false(settings_read(page, sizeof page, &settings));
    make_page(1);
    assert_false(settings_read(page, sizeof page - 1, &settings));
    assert_false(settings_read(page, 0, &settings));
}

/* --- Pages by a tool that is wrong: the digest is right, and the fields are not --- */

static size_t fields_length;

static void add_field(uint16_t kind, void const *bytes, size_t length)
{
    uint8_t *const field = page + FIELDS_AT + fields_length;

    write_16_bits(field, kind);
    write_16_bits(field + 2, length);
    memcpy(field + 4, bytes, length);
    fields_length += 4 + length;
}

static void add_text(uint16_t kind, char const *text)
{
    add_field(kind, text, strlen(text) + 1);
}

/* Begins a page whose first copy has all that is required but a root. */
static void begin_page(void)
{
    memset(page, 0xff, sizeof page);
    memcpy(page, "pgtasks1\1\0\0", 12);
    fields_length = 0;
    add_text(1, "ap-guangzhou");
    add_text(2, "postgres-1");
    add_text(3, "id");
    add_text(4, "key");
}

static bool is_read(void)
{
    struct settings settings;
    mbedtls_sha256_context sha256;

    page[12] = (uint8_t)fields_length;
    page[13] = (uint8_t)(fields_length >> 8);
    page[14] = (uint8_t)(fields_length >> 16);
    page[15] = 0;
    mbedtls_sha256_init(&sha256);
    assert_int_equal(mbedtls_sha256_starts(&sha256, 0), 0);
    assert_int_equal(mbedtls_sha256_update(&sha256, page, HEAD_BYTES), 0);
    assert_int_equal(mbedtls_sha256_update(&sha256, page + FIELDS_AT, fields_length), 0);
    assert_int_equal(mbedtls_sha256_finish(&sha256, page + HEAD_BYTES), 0);
    mbedtls_sha256_free(&sha256);
    return settings_read(page, sizeof page, &settings);
}

static void each_required_field_is_needed(void **state)
{
    (void)state;
    begin_page();
    assert_false(is_read());
    add_field(7, "\x30\x00", 2);
    assert_true(is_read());
    for (uint8_t left_out = 1; left_out <= 4; left_out++) {
        begin_page();
        fields_length = 0;
        for (uint8_t kind = 1; kind <= 4; kind++) {
            if (kind != left_out) {
                add_text(kind, "text");
            }
        }
        add_field(7, "\x30\x00", 2);
        assert_false(is_read());
    }
}

static void a_field_that_nobody_knows_or_that_comes_twice_is_refused(void **state)
{
    static uint16_t const kinds[] = {0, 1, 2, 3, 4, 11, 0x0107, 0xffff};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        begin_page();
        add_field(7, "\x30\x00", 2);
        add_text(kinds[i], "text");
        assert_false(is_read());
    }
}

/* Two bytes of a port number, a host with a NUL, and credentials if there are any. */
static void a_place_has_a_port_and_a_host_and_only_a_proxy_has_credentials(void **state)
{
    static struct {
        char const *bytes;
        size_t length;
        bool is_proxy;
        bool is_fallback;
    } const places[] = {
        {"\x38\x0cproxy.example", 16, true, true},
        {"\x38\x0cp\0u:w x", 10, true, false},
        {"\x38\x0cp\0\xc3\xa4:w", 9, true, false}, /* a user in UTF-8 */
        {"\x38\x0cp\0", 5, false, false},          /* empty credentials */
        {"\x38\x0cp\0u:w", 7, false, false},       /* without a NUL */
        {"\x38\x0cp\0u\n", 7, false, false},
        {"\x38\x0cp\0u\0w", 8, false, false},
        {"\0\0p", 4, false, false}, /* no port */
        {"\x38\x0c", 3, false, false},
        {"\x38\x0cp", 3, false, false},
        {"\x38\x0cp q", 6, false, false},
        {"\x38\x0c", 2, false, false},
        {"\x38", 1, false, false},
        {"", 0, false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        for (uint16_t kind = 8; kind <= 10; kind += 2) {
            begin_page();
            add_field(7, "\x30\x00", 2);
            add_field(kind, places[i].bytes, places[i].length);
            if (is_read() != (kind == 8 ? places[i].is_proxy : places[i].is_fallback)) {
                fail_msg("place %zu as a field of kind %u", i, (unsigned)kind);
            }
            add_field(kind, places[i].bytes, places[i].length);
            assert_false(is_read());
        }
    }
}

static void the_newest_tls_is_one_byte_and_told_once(void **state)
{
    (void)state;
    for (uint8_t newest = 0; newest < 6; newest++) {
        begin_page();
        add_field(7, "\x30\x00", 2);
        add_field(9, &newest, 1);
        assert_int_equal(is_read(), newest == 2 || newest == 3);
    }
    for (size_t length = 0; length < 3; length++) {
        begin_page();
        add_field(7, "\x30\x00", 2);
        add_field(9, "\2\0", length);
        assert_int_equal(is_read(), length == 1);
    }
    begin_page();
    add_field(7, "\x30\x00", 2);
    add_field(9, "\2", 1);
    add_field(9, "\2", 1);
    assert_false(is_read());
}

static void a_text_is_printable_ends_with_nul_and_keeps_its_limit(void **state)
{
    static struct {
        char const *bytes;
        size_t length;
    } const bad[] = {{"", 0},     {"", 1},    {"open", 4}, {"a b", 4},
                     {"a\0b", 4}, {"a\n", 3}, {"\x7f", 2}, {"\xc3\xa4", 3}};
    static struct {
        uint16_t kind;
        uint16_t most;
    } const limits[] = {{5, 4097}, {6, 254}};
    char text[4200];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin_page();
        add_field(7, "\x30\x00", 2);
        add_field(6, bad[i].bytes, bad[i].length);
        assert_false(is_read());
    }
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        for (size_t more = 0; more < 2; more++) {
            begin_page();
            add_field(7, "\x30\x00", 2);
            text[limits[i].most + more - 1] = '\0';
            add_text(limits[i].kind, text);
            text[limits[i].most + more - 1] = 'x';
            assert_int_equal(is_read(), more == 0);
        }
    }
}

static void there_are_1_to_8_roots_of_at_most_4096_bytes(void **state)
{
    static uint8_t const root[4097] = {0x30};

    (void)state;
    for (size_t count = 0; count < 10; count++) {
        begin_page();
        for (size_t i = 0; i < count; i++) {
            add_field(7, root, 100);
        }
        assert_int_equal(is_read(), count >= 1 && count <= 8);
    }
    for (size_t length = 4096; length <= sizeof root; length++) {
        begin_page();
        add_field(7, root, length);
        assert_int_equal(is_read(), length == 4096);
    }
    begin_page();
    add_field(7, root, 0);
    assert_false(is_read());
}

static void a_field_never_reaches_beyond_the_fields(void **state)
{
    (void)state;
    for (size_t cut = 1; cut < 6; cut++) {
        begin_page();
        add_field(7, "\x30\x00", 2);
        fields_length -= cut;
        assert_false(is_read());
    }
    begin_page();
    add_field(7, "\x30\x00", 2);
    fields_length = SETTINGS_COPY_BYTES - FIELDS_AT + 1; /* beyond the copy, with a right digest */
    assert_false(is_read());
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(settings_are_read_as_the_script_wrote_them),
        cmocka_unit_test(the_copy_with_the_higher_number_counts),
        cmocka_unit_test(a_write_that_breaks_off_at_any_byte_leaves_the_last_settings),
        cmocka_unit_test(any_byte_that_changes_makes_a_copy_invalid),
        cmocka_unit_test(erased_flash_zeros_and_a_page_cut_short_hold_no_settings),
        cmocka_unit_test(each_required_field_is_needed),
        cmocka_unit_test(a_field_that_nobody_knows_or_that_comes_twice_is_refused),
        cmocka_unit_test(a_place_has_a_port_and_a_host_and_only_a_proxy_has_credentials),
        cmocka_unit_test(the_newest_tls_is_one_byte_and_told_once),
        cmocka_unit_test(a_text_is_printable_ends_with_nul_and_keeps_its_limit),
        cmocka_unit_test(there_are_1_to_8_roots_of_at_most_4096_bytes),
        cmocka_unit_test(a_field_never_reaches_beyond_the_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
