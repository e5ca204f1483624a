/* SPDX-License-Identifier: MIT */
/* Takes any bytes as the fields of a page of settings. The digest is made right, so they are read.
 */
#include <mbedtls/sha256.h>
#include <settings.h>
#include "slices.h"

#include <string.h>

enum { HEAD_BYTES = 16, FIELDS_AT = 48, MOST_FIELD_BYTES = SETTINGS_COPY_BYTES - FIELDS_AT };

static uint8_t page[SETTINGS_PAGE_BYTES];

/* Writes a copy with the fields. @return where it ends */
static uint8_t *write_copy(uint8_t *copy, uint8_t sequence, uint8_t const *fields, size_t length)
{
    mbedtls_sha256_context sha256;

    memset(copy, 0, FIELDS_AT);
    memcpy(copy, "pgtasks1", 8);
    copy[8] = sequence;
    copy[12] = (uint8_t)length;
    copy[13] = (uint8_t)(length >> 8);
    memcpy(copy + FIELDS_AT, fields, length);
    mbedtls_sha256_init(&sha256);
    FUZZ_CHECK(mbedtls_sha256_starts(&sha256, 0) == 0);
    FUZZ_CHECK(mbedtls_sha256_update(&sha256, copy, HEAD_BYTES) == 0);
    FUZZ_CHECK(mbedtls_sha256_update(&sha256, copy + FIELDS_AT, length) == 0);
    FUZZ_CHECK(mbedtls_sha256_finish(&sha256, copy + HEAD_BYTES) == 0);
    mbedtls_sha256_free(&sha256);
    return copy + FIELDS_AT + length;
}

static void check_text(char const *text, uint8_t const *begin, uint8_t const *end)
{
    uint8_t const *at = (uint8_t const *)text;

    FUZZ_CHECK(at > begin && at < end && *at != '\0');
    for (; *at != '\0'; at++) {
        FUZZ_CHECK(at + 1 < end && *at > ' ' && *at <= '~');
    }
}

static void check_place(struct settings_place const *place, uint8_t const *begin,
                        uint8_t const *end)
{
    uint8_t const *at = (uint8_t const *)place->credentials;

    if (place->host == NULL) {
        FUZZ_CHECK(at == NULL && place->port_number == 0);
        return;
    }
    check_text(place->host, begin, end);
    FUZZ_CHECK(place->port_number != 0);
    FUZZ_CHECK(at == NULL || (at > begin && at < end && *at != '\0'));
    for (; at != NULL && *at != '\0'; at++) {
        FUZZ_CHECK(at + 1 < end && *at >= ' ' && *at != 0x7f);
    }
}

/* Every pointer lies in the fields of the copy that counts. */
static void check(struct settings const *settings, uint8_t const *copy, uint8_t const *end)
{
    FUZZ_CHECK(settings->digest == copy + HEAD_BYTES);
    FUZZ_CHECK(settings->root_count >= 1 && settings->root_count <= SETTINGS_MOST_ROOTS);
    for (size_t i = 0; i < settings->root_count; i++) {
        struct pgtask_root const *const root = &settings->roots[i];

        FUZZ_CHECK(root->length >= 1 && root->length <= 4096);
        FUZZ_CHECK(root->der > copy + FIELDS_AT && root->length <= (size_t)(end - root->der));
    }
    check_place(&settings->proxy, copy + FIELDS_AT, end);
    check_place(&settings->fallback, copy + FIELDS_AT, end);
    FUZZ_CHECK(settings->fallback.credentials == NULL);
    for (int kind = SETTINGS_REGION; kind < SETTINGS_TEXTS; kind++) {
        if (settings->texts[kind] != NULL) {
            check_text(settings->texts[kind], copy + FIELDS_AT, end);
        } else {
            FUZZ_CHECK(kind == SETTINGS_TOKEN || kind == SETTINGS_SNTP_SERVER);
        }
    }
}

/* Reads the fields from either copy: which one it is makes no difference. */
void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length)
{
    size_t const used = length < MOST_FIELD_BYTES ? length : MOST_FIELD_BYTES;
    bool is_good[2];

    (void)steer;
    for (size_t at = 0; at < 2; at++) {
        uint8_t *const copy = page + at * SETTINGS_COPY_BYTES;
        struct settings settings;
        uint8_t const *end;

        memset(page, 0xff, sizeof page);
        end = write_copy(copy, (uint8_t)(at + 1), text, used);
        is_good[at] = settings_read(page, sizeof page, &settings);
        if (is_good[at]) {
            check(&settings, copy, end);
        }
    }
    FUZZ_CHECK(is_good[0] == is_good[1]);
}
