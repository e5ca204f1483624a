/* SPDX-License-Identifier: MIT */
/*
 * The roots of esp_crt_bundle, as ESP-IDF's gen_crt_bundle.py writes them. Each has a name and a
 * public key in DER, between two lengths of 16 bits. There are two formats:
 *
 *     older releases   the number of roots, 16 bits, then the roots; high bytes come first
 *     newer releases   a table of 32-bit offsets, then the roots; low bytes come first
 *
 * Every number is checked against the length of the bundle, so damaged flash leads nowhere else.
 * The certificate around name and key (RFC 5280, 4.1) has no date that could end and an empty
 * signature, which nobody checks in a root.
 */
#include "pgtask_esp_idf.h"

#include <string.h>

enum {
    COUNT_BYTES = 2,
    OFFSET_BYTES = 4,
    LENGTHS_BYTES = 4, /* of name and key */
    SEQUENCE = 0x30,
    LONG_LENGTH = 0x82 /* two bytes of length follow */
};

/* version 3, serial number 1, ecdsa-with-SHA256 */
static uint8_t const begin[] = {0xa0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01, 0x01, 0x30, 0x0a,
                                0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
/* valid from 1970 until the end of 9999, which stands for never (RFC 5280, 4.1.2.5) */
static uint8_t const validity[] = {0x30, 0x20, 0x17, 0x0d, '7', '0',  '0',  '1', '0', '1', '0', '0',
                                   '0',  '0',  '0',  '0',  'Z', 0x18, 0x0f, '9', '9', '9', '9', '1',
                                   '2',  '3',  '1',  '2',  '3', '5',  '9',  '5', '9', 'Z'};
/* basicConstraints, critical: an authority */
static uint8_t const extensions[] = {0xa3, 0x13, 0x30, 0x11, 0x30, 0x0f, 0x06,
                                     0x03, 0x55, 0x1d, 0x13, 0x01, 0x01, 0xff,
                                     0x04, 0x05, 0x30, 0x03, 0x01, 0x01, 0xff};
/* ecdsa-with-SHA256, and a signature without bits */
static uint8_t const end[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
                              0x3d, 0x04, 0x03, 0x02, 0x03, 0x02, 0x00, 0x00};

/* The bundle that ESP-IDF links in. */
extern uint8_t const pgtask_esp_idf_bundle[] __asm("_binary_x509_crt_bundle_start");
extern uint8_t const pgtask_esp_idf_bundle_end[] __asm("_binary_x509_crt_bundle_end");

/* --- The bundle --- */

static size_t read_number(uint8_t const *from, size_t bytes, bool low_first)
{
    size_t number = 0;

    for (size_t i = 0; i < bytes; i++) {
        number = number << 8 | from[low_first ? bytes - 1 - i : i];
    }
    return number;
}

/* Finds the root at `offset`. @return its length, 0 if it is not whole */
static size_t root_length(struct pgtask_esp_idf_roots const *walk, size_t offset, size_t *name,
                          size_t *key)
{
    if (offset > walk->length || walk->length - offset < LENGTHS_BYTES) {
        return 0;
    }
    *name = read_number(walk->bundle + offset, 2, walk->is_sorted);
    *key = read_number(walk->bundle + offset + 2, 2, walk->is_sorted);
    if (walk->length - offset - LENGTHS_BYTES < *name + *key) {
        return 0;
    }
    return LENGTHS_BYTES + *name + *key;
}

static size_t offset_of(struct pgtask_esp_idf_roots const *walk)
{
    return walk->is_sorted ? read_number(walk->bundle + OFFSET_BYTES * walk->at, OFFSET_BYTES, true)
                           : walk->offset;
}

/* @return whether every root of the bundle lies within it */
static bool is_whole(struct pgtask_esp_idf_roots *walk)
{
    size_t name;
    size_t key;

    walk->offset = COUNT_BYTES;
    for (walk->at = 0; walk->at < walk->count; walk->at++) {
        size_t const length = root_length(walk, offset_of(walk), &name, &key);

        if (length == 0) {
            return false;
        }
        walk->offset += length;
    }
    return walk->count > 0;
}

static bool is_bundle(struct pgtask_esp_idf_roots *walk)
{
    size_t first;

    if (walk->length < OFFSET_BYTES) {
        return false;
    }
    first = read_number(walk->bundle, OFFSET_BYTES, true);
    walk->is_sorted = true;
    walk->count = first / OFFSET_BYTES;
    if (first % OFFSET_BYTES == 0 && first < walk->length && is_whole(walk)) {
        return true;
    }
    walk->is_sorted = false;
    walk->count = read_number(walk->bundle, COUNT_BYTES, false);
    return is_whole(walk);
}

/* --- The certificate --- */

struct writer {
    uint8_t *bytes;
    size_t length;
};

static void put(struct writer *out, uint8_t const *bytes, size_t length)
{
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static void put_sequence(struct writer *out, size_t length)
{
    uint8_t const head[] = {SEQUENCE, LONG_LENGTH, (uint8_t)(length >> 8), (uint8_t)length};

    put(out, head, sizeof head);
}

/* Its length always takes two bytes: with the parts above, it is larger than 127. mbedTLS takes
 * such a length also where one byte would do. */
static bool wrap(struct pgtask_esp_idf_roots *walk, uint8_t const *name, size_t name_length,
                 uint8_t const *key, size_t key_length, struct pgtask_root *root)
{
    struct writer out = {.bytes = walk->der};
    size_t const inner =
        sizeof begin + 2 * name_length + sizeof validity + key_length + sizeof extensions;
    size_t const outer = 4 + inner + sizeof end;

    if (4 + outer > sizeof walk->der) {
        return false;
    }
    put_sequence(&out, outer);
    put_sequence(&out, inner);
    put(&out, begin, sizeof begin);
    put(&out, name, name_length);
    put(&out, validity, sizeof validity);
    put(&out, name, name_length);
    put(&out, key, key_length);
    put(&out, extensions, sizeof extensions);
    put(&out, end, sizeof end);
    *root = (struct pgtask_root){.der = walk->der, .length = out.length};
    return true;
}

/* A root that does not fit into the buffer is left out. */
static enum pgtask_error next_root(void *context, bool restart, struct pgtask_root *root)
{
    struct pgtask_esp_idf_roots *const walk = context;

    if (restart) {
        walk->at = 0;
        walk->offset = COUNT_BYTES;
    }
    while (walk->at < walk->count) {
        size_t const offset = offset_of(walk);
        size_t name = 0;
        size_t key = 0;
        size_t const length = root_length(walk, offset, &name, &key);
        uint8_t const *const bytes = walk->bundle + offset + LENGTHS_BYTES;

        if (length == 0) {
            return PGTASK_ERROR_TLS_ROOTS;
        }
        walk->at++;
        walk->offset += length;
        if (wrap(walk, bytes, name, bytes + name, key, root)) {
            return PGTASK_OK;
        }
    }
    return PGTASK_DONE;
}

enum pgtask_error pgtask_esp_idf_roots_open(struct pgtask_esp_idf_roots *walk,
                                            uint8_t const *bundle, size_t length,
                                            struct pgtask_roots *roots)
{
    memset(walk, 0, sizeof *walk);
    walk->bundle = bundle;
    walk->length = length;
    if (bundle == NULL) {
        walk->bundle = pgtask_esp_idf_bundle;
        walk->length = (uintptr_t)pgtask_esp_idf_bundle_end - (uintptr_t)pgtask_esp_idf_bundle;
    }
    if (!is_bundle(walk)) {
        return PGTASK_ERROR_TLS_ROOTS;
    }
    *roots = (struct pgtask_roots){.next = next_root, .context = walk};
    return PGTASK_OK;
}
