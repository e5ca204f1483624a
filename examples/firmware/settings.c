/* SPDX-License-Identifier: MIT */
/*
 * Reads a page of settings. A copy counts only if its digest is right, so what a broken write has
 * left is never taken apart. The fields are still checked one by one, because a tool may be wrong.
 */
#include "settings.h"

#include <string.h>

#include "digest.h"

#define FORMAT "pgtasks1"

/* Where the parts of a copy begin. */
enum { SEQUENCE_AT = 8, LENGTH_AT = 12, DIGEST_AT = 16, FIELDS_AT = 48, FIELD_HEAD_BYTES = 4 };

/* A copy as far as it has been read. */
struct reader {
    uint8_t const *at;
    size_t left;
};

/* The most bytes of each text, with its NUL. */
static uint16_t const text_limits[SETTINGS_TEXTS] = {
    [SETTINGS_REGION] = 64,      [SETTINGS_INSTANCE] = 64, [SETTINGS_SECRET_ID] = 129,
    [SETTINGS_SECRET_KEY] = 257, [SETTINGS_TOKEN] = 4097,  [SETTINGS_SNTP_SERVER] = 254,
};

enum { ROOT_LIMIT = 4096 };

/* The most bytes of a place's texts, with their NUL. */
enum { HOST_LIMIT = 254, PROXY_CREDENTIALS_LIMIT = 511 };

static uint32_t read_16_bits(uint8_t const *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8;
}

static uint32_t read_32_bits(uint8_t const *bytes)
{
    return read_16_bits(bytes) | read_16_bits(bytes + 2) << 16;
}

static bool is_text(uint8_t const *bytes, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++) {
        if (bytes[i] <= ' ' || bytes[i] > '~') {
            return false;
        }
    }
    return length > 1 && bytes[length - 1] == '\0';
}

static bool take_text(struct settings *settings, uint32_t kind, uint8_t const *bytes, size_t length)
{
    if (settings->texts[kind] != NULL || length > text_limits[kind] || !is_text(bytes, length)) {
        return false;
    }
    settings->texts[kind] = (char const *)bytes;
    return true;
}

static bool take_root(struct settings *settings, uint8_t const *bytes, size_t length)
{
    if (settings->root_count == SETTINGS_MOST_ROOTS || length == 0 || length > ROOT_LIMIT) {
        return false;
    }
    settings->roots[settings->root_count++] = (struct pgtask_root){bytes, length};
    return true;
}

static bool take_tls_max(struct settings *settings, uint8_t const *bytes, size_t length)
{
    if (settings->tls_max != 0 || length != 1 || bytes[0] < 2 || bytes[0] > 3) {
        return false;
    }
    settings->tls_max = bytes[0];
    return true;
}

#if PGTASK_PROXY || PGTASK_FALLBACK_ENDPOINT
static bool is_without_controls(uint8_t const *bytes, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++) {
        if (bytes[i] < ' ' || bytes[i] == 0x7f) {
            return false;
        }
    }
    return length > 1 && bytes[length - 1] == '\0';
}

/* Takes a port number, a host, and credentials if there are any. */
static bool take_place(struct settings_place *place, uint8_t const *bytes, size_t length)
{
    uint8_t const *const host = bytes + 2;
    uint8_t const *const end = length > 2 ? memchr(host, '\0', length - 2) : NULL;
    size_t host_length;
    size_t left;

    if (place->host != NULL || end == NULL) {
        return false;
    }
    host_length = (size_t)(end - host) + 1;
    left = length - 2 - host_length;
    if (host_length > HOST_LIMIT || !is_text(host, host_length) ||
        (left > 0 && (left > PROXY_CREDENTIALS_LIMIT || !is_without_controls(end + 1, left)))) {
        return false;
    }
    *place = (struct settings_place){
        .host = (char const *)host,
        .credentials = left > 0 ? (char const *)end + 1 : NULL,
        .port_number = (uint16_t)read_16_bits(bytes),
    };
    return place->port_number != 0;
}
#endif

static bool take_field(struct settings *settings, struct reader *reader)
{
    uint8_t const *const bytes = reader->at + FIELD_HEAD_BYTES;
    uint32_t kind;
    size_t length;

    if (reader->left < FIELD_HEAD_BYTES) {
        return false;
    }
    kind = read_16_bits(reader->at);
    length = read_16_bits(reader->at + 2);
    if (length > reader->left - FIELD_HEAD_BYTES) {
        return false;
    }
    reader->at = bytes + length;
    reader->left -= FIELD_HEAD_BYTES + length;
    if (kind == SETTINGS_ROOT) {
        return take_root(settings, bytes, length);
    }
    if (kind == SETTINGS_TLS_MAX) {
        return take_tls_max(settings, bytes, length);
    }
#if PGTASK_PROXY
    if (kind == SETTINGS_PROXY) {
        return take_place(&settings->proxy, bytes, length);
    }
#endif
#if PGTASK_FALLBACK_ENDPOINT
    if (kind == SETTINGS_FALLBACK) {
        return take_place(&settings->fallback, bytes, length) &&
               settings->fallback.credentials == NULL;
    }
#endif
    return kind > 0 && kind < SETTINGS_TEXTS && take_text(settings, kind, bytes, length);
}

static bool is_complete(struct settings const *settings)
{
    for (int kind = SETTINGS_REGION; kind <= SETTINGS_SECRET_KEY; kind++) {
        if (settings->texts[kind] == NULL) {
            return false;
        }
    }
    return settings->root_count > 0;
}

static bool has_right_digest(uint8_t const *copy, size_t length)
{
    uint8_t digest[DIGEST_BYTES];

    return digest_make(copy, DIGEST_AT, copy + FIELDS_AT, length, digest) &&
           memcmp(digest, copy + DIGEST_AT, sizeof digest) == 0;
}

static bool read_copy(uint8_t const *copy, struct settings *settings)
{
    struct reader reader = {copy + FIELDS_AT, read_32_bits(copy + LENGTH_AT)};

    *settings =
        (struct settings){.sequence = read_32_bits(copy + SEQUENCE_AT), .digest = copy + DIGEST_AT};
    if (memcmp(copy, FORMAT, sizeof FORMAT - 1) != 0 ||
        reader.left > SETTINGS_COPY_BYTES - FIELDS_AT || !has_right_digest(copy, reader.left)) {
        return false;
    }
    while (reader.left > 0) {
        if (!take_field(settings, &reader)) {
            return false;
        }
    }
    return is_complete(settings);
}

bool settings_read(uint8_t const *page, size_t length, struct settings *settings)
{
    struct settings second;
    bool has_first;
    bool has_second;

    if (length < SETTINGS_PAGE_BYTES) {
        return false;
    }
    has_first = read_copy(page, settings);
    has_second = read_copy(page + SETTINGS_COPY_BYTES, &second);
    if (has_second && (!has_first || second.sequence > settings->sequence)) {
        *settings = second;
    }
    return has_first || has_second;
}
