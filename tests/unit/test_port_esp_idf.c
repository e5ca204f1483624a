/* SPDX-License-Identifier: MIT */
/* The port for ESP-IDF, against stubs whose functions are this machine's, and its bundle of roots.
 */
#include <pgtask_esp_idf.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <mbedtls/x509_crt.h>
#include <pgtask_mbedtls_config.h>

#include "certificates.h"
#include "port_trial.h"

static char const *const names[] = {"rsa_root", "ca", "p384_root"};

enum { ROOTS = sizeof names / sizeof names[0] };

static struct {
    struct pgtask_esp_idf esp;
    struct pgtask_esp_idf_roots walk;
    struct pgtask_roots roots;
    uint8_t bundle[4096];
    size_t length;
    struct {
        uint8_t name[300];
        size_t name_length;
        uint8_t key[600];
        size_t key_length;
    } known[ROOTS];
} rig;

/* What ESP-IDF links into a program by this name. It is empty here. */
__asm__(".globl _binary_x509_crt_bundle_start, _binary_x509_crt_bundle_end\n"
        ".section .rodata\n"
        "_binary_x509_crt_bundle_start: .byte 0\n"
        "_binary_x509_crt_bundle_end: .byte 0\n"
        ".text\n");

/* --- The port --- */

static void port_keeps_every_promise(void **state)
{
    (void)state;
    assert_int_equal(port_trial_check(&rig.esp.sockets.port, NULL, true, NULL), 0);
}

/* --- A bundle --- */

/* Takes name and key out of the tests' roots. The store reads PEM; mbedTLS takes them apart. */
static int read_roots(void **state)
{
    pgtask_arena_setup();
    for (size_t i = 0; i < ROOTS; i++) {
        struct pgtask_posix_roots store;
        struct pgtask_roots roots;
        struct pgtask_root root;
        mbedtls_x509_crt parsed;
        char path[600];

        (void)snprintf(path, sizeof path, "%s/%s.pem", test_certificates(), names[i]);
        assert_int_equal(pgtask_posix_roots_open(&store, path, &roots), PGTASK_OK);
        assert_int_equal(roots.next(roots.context, true, &root), PGTASK_OK);
        mbedtls_x509_crt_init(&parsed);
        assert_int_equal(mbedtls_x509_crt_parse_der(&parsed, root.der, root.length), 0);
        rig.known[i].name_length = parsed.subject_raw.len;
        memcpy(rig.known[i].name, parsed.subject_raw.p, parsed.subject_raw.len);
        rig.known[i].key_length = parsed.pk_raw.len;
        memcpy(rig.known[i].key, parsed.pk_raw.p, parsed.pk_raw.len);
        mbedtls_x509_crt_free(&parsed);
        pgtask_posix_roots_close(&store);
    }
    pgtask_esp_idf_open(&rig.esp);
    return port_trial_start(state);
}

static void add_number(size_t number, size_t bytes, bool low_first)
{
    for (size_t i = 0; i < bytes; i++) {
        size_t const shift = 8 * (low_first ? i : bytes - 1 - i);

        rig.bundle[rig.length++] = (uint8_t)(number >> shift);
    }
}

static void add_bytes(uint8_t const *bytes, size_t length)
{
    memcpy(rig.bundle + rig.length, bytes, length);
    rig.length += length;
}

/* As gen_crt_bundle.py writes it. The newer format begins with a table of offsets. */
static void make_bundle(bool newer)
{
    size_t offset = 4 * ROOTS;

    rig.length = 0;
    if (!newer) {
        add_number(ROOTS, 2, false);
    }
    for (size_t i = 0; newer && i < ROOTS; i++) {
        add_number(offset, 4, true);
        offset += 4 + rig.known[i].name_length + rig.known[i].key_length;
    }
    for (size_t i = 0; i < ROOTS; i++) {
        add_number(rig.known[i].name_length, 2, newer);
        add_number(rig.known[i].key_length, 2, newer);
        add_bytes(rig.known[i].name, rig.known[i].name_length);
        add_bytes(rig.known[i].key, rig.known[i].key_length);
    }
}

static void service_is_verified_by_the_bundle_in_both_formats(void **state)
{
    (void)state;
    for (int newer = 0; newer < 2; newer++) {
        make_bundle(newer != 0);
        assert_int_equal(
            pgtask_esp_idf_roots_open(&rig.walk, rig.bundle, rig.length, &trial.config.roots),
            PGTASK_OK);
        trial.config.connect_port = trial.simulator.port_number;
        port_trial_open(&rig.esp.sockets.port);
        port_trial_assert_lists();
        assert_int_equal(pgtask_client_roots_left_out(&trial.client), 0);
        port_trial_close();
    }
}

/* openssl made the roots, and mbedTLS reads what the walk made of them. */
static void each_root_keeps_its_name_and_its_key(void **state)
{
    struct pgtask_root root;
    mbedtls_x509_crt parsed;

    (void)state;
    make_bundle(true);
    assert_int_equal(pgtask_esp_idf_roots_open(&rig.walk, rig.bundle, rig.length, &rig.roots),
                     PGTASK_OK);
    for (size_t i = 0; i < ROOTS; i++) {
        assert_int_equal(rig.roots.next(rig.roots.context, i == 0, &root), PGTASK_OK);
        mbedtls_x509_crt_init(&parsed);
        assert_int_equal(mbedtls_x509_crt_parse_der(&parsed, root.der, root.length), 0);
        assert_int_equal(parsed.subject_raw.len, rig.known[i].name_length);
        assert_memory_equal(parsed.subject_raw.p, rig.known[i].name, parsed.subject_raw.len);
        assert_int_equal(parsed.pk_raw.len, rig.known[i].key_length);
        assert_memory_equal(parsed.pk_raw.p, rig.known[i].key, parsed.pk_raw.len);
        mbedtls_x509_crt_free(&parsed);
    }
    assert_int_equal(rig.roots.next(rig.roots.context, false, &root), PGTASK_DONE);
}

static void root_that_is_not_in_the_bundle_is_not_trusted(void **state)
{
    struct pgtask_query const query = {.limit = 1};

    (void)state;
    make_bundle(true);
    rig.bundle[rig.known[0].name_length + rig.known[0].key_length + 4 * ROOTS + 4 + 4 +
               rig.known[1].name_length + rig.known[1].key_length - 1] ^= 1;
    assert_int_equal(
        pgtask_esp_idf_roots_open(&rig.walk, rig.bundle, rig.length, &trial.config.roots),
        PGTASK_OK);
    trial.config.connect_port = trial.simulator.port_number;
    port_trial_open(&rig.esp.sockets.port);
    assert_int_equal(pgtask_client_list(&trial.client, &query), PGTASK_OK);
    assert_int_equal(pgtask_error_layer(pgtask_client_next_blocking(&trial.client, &trial.task)),
                     PGTASK_LAYER_TLS);
    port_trial_close();
}

/* Whatever the bytes are, no root lies beyond them; the sanitizers watch. */
static void damaged_bundle_is_refused_or_walked_within_its_bytes(void **state)
{
    struct pgtask_root root;

    (void)state;
    for (int newer = 0; newer < 2; newer++) {
        for (size_t length = 0; length < 600; length++) {
            uint8_t copy[600];
            enum pgtask_error error;

            make_bundle(newer != 0);
            memcpy(copy, rig.bundle, length);
            assert_int_equal(pgtask_esp_idf_roots_open(&rig.walk, copy, length, &rig.roots),
                             PGTASK_ERROR_TLS_ROOTS);
            rig.bundle[length % rig.length] ^= 0xff;
            error = pgtask_esp_idf_roots_open(&rig.walk, rig.bundle, rig.length, &rig.roots);
            for (bool first = true; error == PGTASK_OK; first = false) {
                error = rig.roots.next(rig.roots.context, first, &root);
            }
            assert_true(error == PGTASK_DONE || error == PGTASK_ERROR_TLS_ROOTS);
        }
    }
    assert_int_equal(pgtask_esp_idf_roots_open(&rig.walk, NULL, 0, &rig.roots),
                     PGTASK_ERROR_TLS_ROOTS);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(port_keeps_every_promise),
        cmocka_unit_test(service_is_verified_by_the_bundle_in_both_formats),
        cmocka_unit_test(each_root_keeps_its_name_and_its_key),
        cmocka_unit_test(root_that_is_not_in_the_bundle_is_not_trusted),
        cmocka_unit_test(damaged_bundle_is_refused_or_walked_within_its_bytes),
    };

    return cmocka_run_group_tests(tests, read_roots, port_trial_stop);
}
